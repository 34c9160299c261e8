"""From a device's name to a device, and from a device to words."""

import os
import platform

import torch

from lattice.errors import InputError


def resolve_device(name: str) -> torch.device:
    """The device that a name means ("cpu", "cuda", "cuda:1", ...); "auto" is CUDA where there is one, else the CPU."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError, NotImplementedError):
        raise InputError(f"device {name!r} can't be used here; use auto, cpu or cuda") from None
    return device


def hardware(device: torch.device) -> str:
    """The device in words: the GPU's name, or the CPU with its number of cores."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"CPU ({platform.machine()}, {os.cpu_count()} cores)"
