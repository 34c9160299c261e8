"""From a device's name to a device, and from a device to words."""

import os
import platform
import re
from contextlib import suppress

import torch

from lattice.errors import InputError


def resolve_device(name: str) -> torch.device:
    """The device that a name means: "cpu", "cuda" or "cuda:1", ...; "auto" is CUDA where there is one, else the CPU."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    # torch knows more of them, as "meta", on which nothing can be computed.
    if re.fullmatch(r"cpu|cuda(:\d+)?", name):
        with suppress(RuntimeError, AssertionError):
            torch.empty(0, device=name)
            return torch.device(name)
    raise InputError(f"device {name!r} can't be used here; use auto, cpu, cuda or cuda:N")


def hardware(device: torch.device) -> str:
    """The device in words: the GPU's name, or the CPU with its number of cores."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"CPU ({platform.machine()}, {os.cpu_count()} cores)"
