"""Weights: every tensor is of a known type and finite, and no option makes a model larger than they are."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from torch.overrides import TorchFunctionMode

from lattice.errors import InputError
from lattice.untrusted.files import inside, reason

DTYPES = {torch.float16, torch.bfloat16, torch.float32, torch.int32, torch.int64, torch.bool}


def read_tensors(folder: Path, name: str, device: str = "cpu") -> dict[str, Tensor]:
    """Return the tensors of a safetensors file by name; an InputError where one isn't finite or of a known type."""
    path = inside(folder, name)
    try:
        _check(name, load_file(path))  # mapped twice: what is only looked at here doesn't stay in memory
        return load_file(path, device=device)
    except InputError:
        raise
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        raise InputError(f"{name} is not a whole safetensors file ({reason(error)})") from None


def _check(name: str, tensors: Mapping[str, Tensor]) -> None:
    for key, tensor in tensors.items():
        if tensor.dtype not in DTYPES:
            raise InputError(f"{ascii(key)[:80]} in {name} is of type {tensor.dtype}")
        if tensor.is_floating_point() and not _finite(tensor):
            raise InputError(f"{ascii(key)[:80]} in {name} holds NaN or infinity")


def _finite(tensor: Tensor) -> bool:
    """Return whether all numbers are finite: then so are the least and the largest, which are NaN if any number is."""
    return tensor.numel() == 0 or bool(torch.stack(torch.aminmax(tensor)).isfinite().all())


class Allowance(TorchFunctionMode):
    """Context manager: limit how many numbers are allocated for new tensors made from a shape alone, and draw none.

    A model is built from its options before its weights are put in: options that don't fit the weights are found before
    they have taken all memory, and memory that nothing is drawn into is never taken.
    """

    MAKERS = (torch.empty, torch.zeros, torch.ones)

    def __init__(self, tensors: Mapping[str, Tensor], rows: int) -> None:
        """Allow as much as was read. tensors: what was read. rows: of all tables, since graphs are made of them."""
        super().__init__()
        self.left = 2 * sum(tensor.numel() for tensor in tensors.values()) + 64 * rows + 2**20

    def __torch_function__(self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        """Count what is asked for, an InputError where it is too much; leave weights undrawn."""
        if func is Tensor.uniform_:  # of Xavier's, which the large tables are drawn with
            return args[0]
        if func in self.MAKERS:
            shape = (kwargs or {}).get("size", args[0] if len(args) == 1 else args)
            self.left -= torch.Size(shape if isinstance(shape, tuple | list) else (shape,)).numel()
            if self.left < 0:
                raise InputError("its options make a larger model than model.safetensors holds")
        return func(*args, **(kwargs or {}))
