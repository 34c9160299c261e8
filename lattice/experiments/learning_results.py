"""What `benchmarks.learning` wrote: each model's score under each change of its graph or its content."""

from pathlib import Path

import pandas as pd

from lattice.errors import InputError
from lattice.experiments.results import read_current_rows

METRIC = "test_recall@20"
WHOLE = "as it is"
FROZEN, LEARNED, RANDOM = GRAPHS = "frozen (λ = 1)", "learned alone (λ = 0)", "random graph"
ALSO_BOUGHT = "also-bought graph"
OVERRIDES = (" lambda_=0", " lambda_=1")  # what a trial with another graph adds to its model's settings
FOLDER = "learning"  # inside the folder of result files


def changes(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row per part, model and change, in the file's order, LATTICE first.

    part: "training" or "inference", where the change was made. mean, std, seeds: of test Recall@20. loss: relative to
    the same model as it is, over the seeds that both were run with; NaN where there are none.
    """
    runs = _current(table)
    whole = runs[runs["change"] == WHOLE].set_index(["model", "seed"])[METRIC].rename("whole")
    runs = runs.join(whole, on=["model", "seed"])
    runs["matched"] = runs[METRIC].where(runs["whole"].notna())
    found = runs.groupby(["part", "model", "change"], sort=False).agg(
        mean=(METRIC, "mean"),
        std=(METRIC, "std"),
        seeds=(METRIC, "size"),
        matched=("matched", "mean"),
        whole=("whole", "mean"),
    )
    found = found.reset_index().sort_values("model", key=lambda models: models != "lattice", kind="stable")
    return found.assign(loss=found["matched"] / found["whole"] - 1).drop(columns=["matched", "whole"])


def _current(table: pd.DataFrame) -> pd.DataFrame:
    """Return each trial's last row, of the settings that its model was last run with as it is.

    After a wider search a model has another winner, and its trials of before are no seeds of the new ones.
    """
    last = table.drop_duplicates(["part", "model", "change", "seed", "settings"], keep="last")
    own = last["model"].map(last[last["change"] == WHOLE].groupby("model")["settings"].last())
    same = own.isna() | (last["settings"] == own)
    for override in OVERRIDES:
        same |= last["settings"] == own + override
    return last[same]


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
