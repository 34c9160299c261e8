"""Where checkpoints and results are, and which data set the app opens on; known before any model is."""

import os
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
FIRST = "demo"  # anybody can judge its pictures; a first visitor need know nothing of its subject


def checkpoint_root() -> Path:
    """Return the folder of all checkpoints: LATTICE_CHECKPOINTS, else `checkpoints/` in the repository."""
    return Path(os.environ.get("LATTICE_CHECKPOINTS") or ROOT / "checkpoints")


def results_root() -> Path:
    """Return the folder of result files: LATTICE_RESULTS, else `benchmarks/results/` in the repository."""
    return Path(os.environ.get("LATTICE_RESULTS") or ROOT / "benchmarks" / "results")


def first_dataset(names: Sequence[str]) -> str:
    """Return the data set that the app opens on: what LATTICE_DATASET names, else FIRST, else the first by name."""
    wanted = (os.environ.get("LATTICE_DATASET"), FIRST, *names[:1])
    return next((name for name in wanted if name and name in names), "")
