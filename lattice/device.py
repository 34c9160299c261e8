"""Devices: from a name to a device, and from a device to its description."""

import os
import platform
import re
from contextlib import suppress

import torch

from lattice.errors import InputError


def resolve_device(name: str) -> torch.device:
    """Return the device of a name: "cpu", "cuda", "cuda:1", ...; "auto" is CUDA if there is one, else the CPU."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    # torch knows other devices, such as "meta", on which nothing can be computed.
    if re.fullmatch(r"cpu|cuda(:\d+)?", name):
        with suppress(RuntimeError, AssertionError):
            torch.empty(0, device=name)
            return torch.device(name)
    raise InputError(f"device {name!r} can't be used here; use auto, cpu, cuda or cuda:N")


def hardware(device: torch.device) -> str:
    """Return a device description: the GPU's name, or the CPU with its number of cores."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"CPU ({platform.machine()}, {os.cpu_count()} cores)"
