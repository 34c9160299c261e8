"""One training run by all processes that torchrun started; the first of them writes the checkpoint."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor

from lattice.checkpoint import MARKER, Checkpoint, load
from lattice.data.dataset import Dataset
from lattice.device import resolve_device
from lattice.distributed.build import build, share_gradients
from lattice.distributed.model_file import write_model
from lattice.distributed.processes import SeveralProcesses
from lattice.distributed.shards import Shards
from lattice.errors import InputError
from lattice.files import locked
from lattice.folders import check_replaceable
from lattice.inference.catalogue_map import has_map
from lattice.models import Options
from lattice.pipeline import checkpoint_of, mapped, run_name, unwritten, write
from lattice.training import TrainingOptions, train


def started_together() -> bool:
    """Return whether torchrun started this process as one of several."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1


def fit(
    dataset: Dataset,
    options: Options,
    training: TrainingOptions,
    out: Path,
    resume: bool = False,
    progress: bool = True,
    with_map: bool = True,
) -> dict[str, Any] | None:
    """Train a model together with the other processes, as `lattice.pipeline.fit` does in one, and write its checkpoint.

    The result is that of one process with the same seed and batch size, but for the order in which numbers are added.

    Returns:
        The checkpoint's metrics (see `lattice.model_card`) in the first process, None in the others.

    Raises:
        InputError: as `lattice.pipeline.fit`, and for a model that one process trains. Only the first process says it;
            the others end with its exit code.
    """
    out = Path(out).absolute()
    state = out.with_name(f".{out.name}.state")
    file = state / "model.safetensors"
    with _group(training.device) as device:
        first = dist.get_rank() == 0
        try:
            check_replaceable(out, MARKER, dataset.folder)
            with locked(state / f"{dist.get_rank() + 1}-of-{dist.get_world_size()}"):
                checkpoint = _trained(dataset, options, training, state, resume, progress and first, device)
        except InputError:
            if first:
                raise
            raise SystemExit(2) from None
        try:
            write_model(checkpoint.model, Shards.of(dataset.n_items), file)
        except OSError as error:
            raise unwritten(out, state, error) from None
        finally:
            dist.barrier()  # nobody holds its folder of the state any more
    if not first:
        return None
    write(checkpoint, out, state, file)
    shutil.rmtree(state)
    if with_map and has_map(dataset.n_items):
        mapped(load(out, verify=False), out)
    return checkpoint.metrics


def _trained(
    dataset: Dataset,
    options: Options,
    training: TrainingOptions,
    state: Path,
    resume: bool,
    progress: bool,
    device: torch.device,
) -> Checkpoint:
    """Return the checkpoint, whose model has the rows of this process alone."""
    users, items = Shards.of(dataset.n_users), Shards.of(dataset.n_items)
    pairs = dataset.pairs("train")
    features = _features(dataset, items.held, device)
    torch.manual_seed(training.seed)
    model = build(options, users, items, torch.as_tensor(pairs, device=device), features)
    share_gradients(model)
    run, processes = run_name(dataset, options, training), SeveralProcesses(users, items)
    valid = dataset.pairs("valid")
    result = train(model, pairs, valid, training, state, resume, run, progress, processes=processes)
    return checkpoint_of(model, dataset, options, training, result, device, processes)


def _features(dataset: Dataset, rows: range, device: torch.device) -> dict[str, Tensor]:
    """Return some rows of the features, read from the files where they are mapped into memory."""
    held = slice(rows.start, rows.stop)
    return {
        modality: torch.as_tensor(np.array(matrix[held], dtype=np.float32), device=device)
        for modality, matrix in dataset.features.items()
    }


@contextmanager
def _group(name: str) -> Iterator[torch.device]:
    """Join the processes that torchrun started, unless that is done; yield this one's device, a GPU each or the CPU."""
    device = resolve_device(name)
    if device.type == "cuda":
        device = resolve_device(f"cuda:{os.environ['LOCAL_RANK']}")
        torch.cuda.set_device(device)
    own = not dist.is_initialized()
    if own:
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield device
    finally:
        if own:
            dist.destroy_process_group()
