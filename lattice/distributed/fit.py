"""One training run by all processes that torchrun started; the first of them writes the checkpoint."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor

from lattice import models
from lattice.checkpoint import MARKER, Checkpoint
from lattice.data.dataset import Dataset
from lattice.device import resolve_device
from lattice.distributed.build import build, fill, share_gradients
from lattice.distributed.processes import SeveralProcesses
from lattice.distributed.shards import Shards
from lattice.errors import InputError
from lattice.files import check_replaceable, locked
from lattice.models import Model, Options
from lattice.pipeline import checkpoint_of, mapped, run_name, write
from lattice.training import Result, TrainingOptions, train
from lattice.training.loop import refresh


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
) -> Checkpoint | None:
    """Train a model together with the other processes, as `lattice.pipeline.fit` does in one.

    The result is that of one process with the same seed and batch size, but for the order in which numbers are added.

    Returns:
        The checkpoint in the first process, None in the others.

    Raises:
        InputError: as `lattice.pipeline.fit`, and for a model that one process trains. Only the first process says it;
            the others end with its exit code.
    """
    out = Path(out).absolute()
    state = out.with_name(f".{out.name}.state")
    with _group(training.device) as device:
        first = dist.get_rank() == 0
        try:
            check_replaceable(out, MARKER)
            with locked(state / f"{dist.get_rank() + 1}-of-{dist.get_world_size()}"):
                model, result = _trained(dataset, options, training, state, resume, progress and first, device)
        except InputError:
            if first:
                raise
            raise SystemExit(2) from None
        dist.barrier()  # nobody holds its folder of the state any more
    if model is None:
        return None
    refresh(model, training.seed, result.best_epoch + 1)
    model.eval()
    checkpoint = checkpoint_of(model, dataset, options, training, result, device)
    write(checkpoint, out, state)
    shutil.rmtree(state)
    return mapped(checkpoint, out) if with_map else checkpoint


def _trained(
    dataset: Dataset,
    options: Options,
    training: TrainingOptions,
    state: Path,
    resume: bool,
    progress: bool,
    device: torch.device,
) -> tuple[Model | None, Result]:
    """Return the trained model, whole in the first process alone, and the run's result."""
    users, items = Shards.of(dataset.n_users), Shards.of(dataset.n_items)
    pairs = dataset.pairs("train")
    on_device = torch.as_tensor(pairs, device=device)
    features = _features(dataset, items.held, device)
    torch.manual_seed(training.seed)
    model = build(options, users, items, on_device, features)
    share_gradients(model)
    run = run_name(dataset, options, training)
    result = train(
        model,
        pairs,
        dataset.pairs("valid"),
        training,
        state,
        resume,
        run,
        progress,
        processes=SeveralProcesses(users, items),
    )
    whole = None
    if dist.get_rank() == 0:
        everything = _features(dataset, range(dataset.n_items), device)
        whole = models.build(options, dataset.n_users, dataset.n_items, on_device, everything)
    fill(whole, model)
    return whole, result


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
