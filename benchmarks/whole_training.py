"""A whole training of LATTICE on LightGCN on Amazon Baby's interactions: from data in memory to a checkpoint on disk.

    python -m benchmarks.whole_training DATA [--batch-size 2048] [--lr 5e-3] [--threads 2]

DATA is as for `benchmarks.speed`. It does all that `lattice train` does with `--set lr=5e-3 --set l2=1e-2 --set
batch_size=2048 --set patience=20 --no-map`: every epoch is validated and its state written, the best weights are
scored and saved. Features are random numbers of 4,096 and 384 per item, since time doesn't depend on their
values; scores do, so these are not LATTICE's on real features. Adds to benchmarks/results/whole_training.json, in which
other batch sizes stay.
"""

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer

from benchmarks.speed import CASES, THREADS, Threads, peak_memory, run_apart, store
from benchmarks.speed_floor import clocked
from lattice.checkpoint import Checkpoint
from lattice.data import Dataset
from lattice.data.dataset import PRECOMPUTED
from lattice.data.readers import read
from lattice.device import resolve_device
from lattice.memory import keep_freed_memory
from lattice.models import LatticeOptions, LightGCNOptions
from lattice.pipeline import fit
from lattice.training import TrainingOptions

RESULTS = Path(__file__).parent / "results" / "whole_training.json"
OPTIONS = LatticeOptions(backbone=LightGCNOptions(l2=1e-2))
TRAINING = TrainingOptions(lr=5e-3, batch_size=2048, patience=20)


def main(
    data: Annotated[Path, typer.Argument(metavar="DATA")],
    threads: Threads = THREADS,
    seed: int = 0,
    batch_size: Annotated[int, typer.Option(min=1)] = TRAINING.batch_size,
    lr: float = TRAINING.lr,
    epochs: Annotated[int, typer.Option(min=1, help="At most.")] = TRAINING.epochs,
    device: str = "auto",
    out: Path = RESULTS,
) -> None:
    """Train once, and print and keep how long it took and what came of it."""
    training = replace(TRAINING, seed=seed, batch_size=batch_size, lr=lr, epochs=epochs, device=device)
    found = run_apart(measure, data / CASES["baby"].folder, training, threads)
    store(out, {"batch_size": {str(batch_size): found}})
    typer.echo(json.dumps(found, indent=2))


def measure(source: Path, training: TrainingOptions, threads: int) -> dict[str, Any]:
    """Return seconds by the clock and busy, epochs, scores and memory of one training."""
    keep_freed_memory()  # as `lattice train` does
    torch.set_num_threads(threads)
    device = resolve_device(training.device)
    dataset = with_random_features(read(source, "lattice-json"), CASES["baby"].feature_dims)
    kept: list[Checkpoint] = []
    with tempfile.TemporaryDirectory() as folder:
        wall, busy = clocked(
            lambda: kept.append(fit(dataset, OPTIONS, training, Path(folder) / "model", with_map=False)), device
        )
    history, metrics = kept[0].history, kept[0].metrics
    steps, validation = (float(history[column].sum()) for column in ("train_seconds", "valid_seconds"))
    return {
        "seconds": round(wall, 1),
        "busy_seconds": round(busy, 1),
        "steps_and_searches": round(steps, 1),
        "validation": round(validation, 1),
        "the_rest": round(wall - steps - validation, 1),  # initial graphs, states, test scores, checkpoint
        "epochs": metrics["epochs"],
        "best_epoch": metrics["best_epoch"],
        "valid_recall": round(metrics["valid"]["recall@20"], 4),
        "test_recall": round(metrics["test"]["recall@20"], 4),
        "peak_memory_gb": round(peak_memory(device) / 2**30, 2),
        "settings": {name: getattr(training, name) for name in ("lr", "patience", "seed")}
        | {"l2": OPTIONS.backbone.l2},
        "threads": threads,
        "hardware": metrics["hardware"],
        "torch": torch.__version__,
    }


def with_random_features(dataset: Dataset, dims: tuple[int, ...]) -> Dataset:
    """Return a dataset with random features of some lengths, each time the same."""
    generator = np.random.default_rng(0)
    for number, d in enumerate(dims):
        matrix = generator.standard_normal((dataset.n_items, d), dtype=np.float32)
        dataset = dataset.with_features(f"m{number}", matrix, PRECOMPUTED)
    return dataset


if __name__ == "__main__":
    typer.run(main)
