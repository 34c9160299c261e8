"""The training loop: epochs of BPR, validation after each, best weights, early stopping, resume."""

import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from lattice.errors import InputError
from lattice.evaluation import SELECTION_METRIC, cold_pairs
from lattice.models import Model
from lattice.training.one_process import OneProcess
from lattice.training.options import TrainingOptions
from lattice.training.sampler import Sampler
from lattice.training.state import trainable

REFRESH_SEED = 2**53  # beyond every seed of an epoch, so that a refresh draws other numbers than its epoch


class Diverged(InputError):
    """Training went to infinity; the message names the epoch and how large the features are."""

    def __init__(self, model: Model, epoch: int, what: str) -> None:
        """Say what is not finite. what: "the loss is" or "the embeddings are"."""
        scales = [f"{m} features up to {float(model.get_buffer(f'raw_{m}').abs().max()):.3g}" for m in model.modalities]
        found = f" ({', '.join(scales)})" if scales else ""
        super().__init__(f"epoch {epoch}: {what} no longer finite{found}; lower lr or l2")


@dataclass(frozen=True)
class Result:
    """Result of a training.

    Args:
        history: one row per epoch: epoch, loss, times, validation scores, what the model monitors.
        best_epoch: the epoch whose weights the model now has.
    """

    history: list[dict[str, float]]
    best_epoch: int

    @property
    def seconds(self) -> float:
        """Return the wall time of all epochs, in seconds."""
        return sum(row["train_seconds"] + row["valid_seconds"] for row in self.history)


def train(
    model: Model,
    pairs: np.ndarray,
    valid: np.ndarray,
    options: TrainingOptions,
    state: Path | None = None,
    resume: bool = False,
    run: str = "",
    progress: bool = True,
    on_epoch: Callable[[dict[str, float]], None] | None = None,
    processes: OneProcess | None = None,
) -> Result:
    """Train a model in place, and leave it with the weights that are best on validation.

    Each epoch's randomness follows from (seed, epoch) alone, so a resumed run ends where an unbroken one does.

    Args:
        model: already on its device.
        pairs: [n, 2] training interactions (user, item).
        valid: [m, 2] held-out interactions that choose the epoch.
        options: how to train.
        state: existing folder in which the run is kept after every epoch.
        resume: continue from the state there, if there is one.
        run: identifies the run; a state of another one is refused.
        progress: show a progress bar on stderr.
        on_epoch: called with the history's row after every epoch.
        processes: that share the run; None is this one alone.

    Returns:
        The history and the best epoch.

    Raises:
        InputError: if there is nothing to learn, if the loss or the embeddings are no longer finite, or if the state
            can't be read or is of another run.
    """
    device = next(model.parameters()).device
    processes = processes or OneProcess()
    sampler = processes.sampler(pairs, device)
    if len(sampler) == 0:
        raise InputError("no user leaves an item of the training split as a negative; there is nothing to learn")
    if options.protocol == "cold":
        cold_pairs(pairs, valid)  # raises now rather than after an epoch
    optimizer = torch.optim.Adam(model.parameters(), lr=options.lr, fused=True)
    history: list[dict[str, float]] = []
    best: dict[str, Tensor] = {}
    found = processes.load(state, model, optimizer, run) if resume and state is not None else None
    if found is not None:
        best, history = found
        _say(
            f"training continues after {len(history)} of {options.epochs} epochs; best so far: {best_row(history)}",
            progress,
        )
    elif resume:
        _say("no run was stopped here: starting from the beginning", progress)
    refresh(model, options.seed, len(history))
    with tqdm(total=options.epochs, initial=len(history), desc="epochs", disable=not progress, unit="epoch") as bar:
        while len(history) < options.epochs and not _exhausted(history, options.patience):
            try:
                row = _epoch(model, sampler, optimizer, options, len(history))
                row |= _validate(model, pairs, valid, options.protocol, len(history), processes)
            except Diverged as problem:
                if not history:
                    raise
                warnings.warn(f"{problem}; stopped with the weights of epoch {best_row(history)}", stacklevel=2)
                break
            history.append(row)
            if best_row(history) == len(history) - 1:
                best = {name: p.detach().clone() for name, p in trainable(model).items()}
            if state is not None:
                processes.save(state, model, best, optimizer, {"run": run, "history": history})
            if on_epoch is not None:
                on_epoch(row)
            bar.update()
            bar.set_postfix({name: f"{row[name]:.4f}" for name in ("loss", SELECTION_METRIC)})
    with torch.no_grad():
        for name, parameter in trainable(model).items():
            parameter.copy_(best[name])
    refresh(model, options.seed, best_row(history) + 1)  # as it was when that epoch was validated
    model.eval()
    return Result(history, best_row(history))


def _epoch(
    model: Model, sampler: Sampler, optimizer: torch.optim.Optimizer, options: TrainingOptions, epoch: int
) -> dict[str, float]:
    started = time.perf_counter()
    device = sampler.device
    seed = _seed_of(options.seed, epoch)
    generator = torch.Generator(device).manual_seed(seed)
    torch.manual_seed(~seed)  # of dropout, which has no generator of its own
    model.train()
    total = torch.zeros((), device=device)
    for users, positives, negatives in sampler.epoch(options.batch_size, generator):
        optimizer.zero_grad()
        loss = model.loss(users, positives, negatives)
        loss.backward()
        optimizer.step()
        total += loss.detach() * len(users)
    mean = float(total) / len(sampler)
    if not isfinite(mean):
        raise Diverged(model, epoch, "the loss is")
    refresh(model, options.seed, epoch + 1)  # for validation now and for the next epoch's steps
    return {"epoch": epoch, "loss": mean, "train_seconds": time.perf_counter() - started}


def refresh(model: Model, seed: int, epoch: int) -> None:
    """Refresh the model for the steps of `epoch`, with randomness that follows from (seed, epoch) alone."""
    torch.manual_seed(REFRESH_SEED + _seed_of(seed, epoch))
    model.refresh()


def _seed_of(seed: int, epoch: int) -> int:
    return seed * 1_000_003 + epoch


def _say(line: str, aloud: bool) -> None:
    if aloud:
        tqdm.write(line, file=sys.stderr)


@torch.no_grad()
def _validate(
    model: Model, pairs: np.ndarray, valid: np.ndarray, protocol: str, epoch: int, processes: OneProcess
) -> dict[str, float]:
    started = time.perf_counter()
    model.eval()
    embeddings = model.embed()
    # NaN ranks like a perfect hit. Where squared lengths are finite, so are all inner products, which are the scores.
    if not processes.finite(*embeddings):
        raise Diverged(model, epoch, "the embeddings are")
    scores = processes.scores(embeddings, pairs, valid, protocol)
    return {**scores, **model.monitored(), "valid_seconds": time.perf_counter() - started}


def best_row(history: list[dict[str, float]]) -> int:
    """Return the first epoch with the highest validation score."""
    return int(np.argmax([row[SELECTION_METRIC] for row in history]))


def _exhausted(history: list[dict[str, float]], patience: int) -> bool:
    return bool(history) and len(history) - 1 - best_row(history) >= patience
