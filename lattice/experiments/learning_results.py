"""What `benchmarks.learning` wrote: each model's score under each change of its graph or its content."""

from pathlib import Path

import pandas as pd

from lattice.errors import InputError
from lattice.experiments.results import read_current_rows

METRIC = "test_recall@20"
WHOLE = "as it is"
FROZEN, LEARNED, RANDOM = GRAPHS = "frozen (λ = 1)", "learned alone (λ = 0)", "random graph"
ALSO_BOUGHT = "also-bought graph"
FOLDER = "learning"  # inside the folder of result files


def changes(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row per part, model and change, in the file's order, LATTICE first.

    part: "training" or "inference", where the change was made. mean, std, seeds: of test Recall@20. loss: relative to
    the same model as it is.
    """
    found = table.groupby(["part", "model", "change"], sort=False)[METRIC].agg(mean="mean", std="std", seeds="size")
    found = found.reset_index().sort_values("model", key=lambda models: models != "lattice", kind="stable")
    whole = found[found["change"] == WHOLE].set_index("model")["mean"]
    return found.assign(loss=found["mean"] / found["model"].map(whole) - 1)


def find_changes(folder: Path, fingerprint: str) -> pd.DataFrame | None:
    """Return `changes` on the dataset with this fingerprint, from a folder of result files; None where there are none.

    A damaged file counts as none.
    """
    for file in sorted((folder / FOLDER).glob("*.csv")):
        try:
            table = read_current_rows(file)
        except InputError:
            continue
        if {"part", "change", METRIC} <= set(table) and (table["dataset"] == fingerprint).any():
            return changes(table)
    return None
