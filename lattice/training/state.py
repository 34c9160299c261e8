"""Training state for --resume: weights, Adam's moments and history, written once per epoch."""

import json
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from lattice.errors import InputError
from lattice.files import replaced_file, write_tensors
from lattice.models.base import current_name


def save_state(
    folder: Path,
    model: torch.nn.Module,
    best: dict[str, Tensor],
    optimizer: torch.optim.Optimizer,
    progress: dict,
) -> None:
    """Write `state.safetensors` to a temporary name, then rename it; an InputError where that fails (a full disk).

    progress: "run" (which run this is) and "history", kept as JSON in the file's metadata.
    """
    tensors = {f"model/{name}": tensor for name, tensor in trainable(model).items()}
    tensors |= {f"best/{name}": tensor for name, tensor in best.items()}
    for index, state in optimizer.state_dict()["state"].items():
        tensors |= {f"adam/{index}/{name}": value for name, value in state.items()}
    path = folder / "state.safetensors"
    try:
        with replaced_file(path) as part:
            write_tensors(tensors, part, {"progress": json.dumps(progress)})
    except (OSError, SafetensorError) as error:
        why = " ".join(str(error).split())
        raise InputError(
            f"{path} can't be written ({why}); make room, and the same command with --resume continues"
        ) from None


def load_state(
    folder: Path, model: torch.nn.Module, optimizer: torch.optim.Optimizer, run: str
) -> tuple[dict[str, Tensor], list[dict[str, float]]]:
    """Restore model and optimizer as `save_state` saved them in the same `run`; return the best weights and history."""
    path = folder / "state.safetensors"
    try:
        tensors = {current_name(name): tensor for name, tensor in load_file(path).items()}
        progress = json.loads(_metadata(path)["progress"])
        if progress["run"] != run:
            raise ValueError("it was made with other settings or on another dataset")
        parameters = trainable(model)
        with torch.no_grad():
            for name, parameter in parameters.items():
                parameter.copy_(tensors[f"model/{name}"])
        best = {name: tensors[f"best/{name}"] for name in parameters}
    except (OSError, KeyError, RuntimeError, ValueError, SafetensorError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{path}: can't resume from it ({reason}); train again without --resume") from None
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        kind, _, rest = name.partition("/")
        if kind == "adam":
            index, _, key = rest.partition("/")
            state.setdefault(int(index), {})[key] = value
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
    return best, progress["history"]


def trainable(model: torch.nn.Module) -> dict[str, Tensor]:
    """Return the model's parameters by name: all that training changes."""
    return dict(model.named_parameters())


def _metadata(path: Path) -> dict[str, str]:
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        return file.metadata() or {}
