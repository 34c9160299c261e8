"""From a device's name to a device."""

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
