"""The baselines that nothing is trained for: popularity, item-kNN and EASE, each setting chosen on validation.

    python -m benchmarks.reproduce simple DATASET --out benchmarks/results/NAME.csv

They take a minute, and nothing in them is random: one run of each setting, in the result file of the trained models.
"""

import hashlib
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
import typer

from benchmarks import store
from benchmarks.grid import Out, check_writable, result_file
from benchmarks.store import Key, Row
from lattice.commands.shared import DatasetPath, one_of
from lattice.data import load
from lattice.data.dataset import Dataset
from lattice.device import hardware, resolve_device
from lattice.errors import InputError
from lattice.experiments.paper import METRICS
from lattice.experiments.results import KEYS, SELECTED_BY
from lattice.experiments.simple_baselines import BASELINES, evaluate_baseline


def key(dataset: Dataset, name: str, settings: Sequence[str]) -> Key:
    """Return a run's KEYS."""
    return dataset.fingerprint, name, hashlib.sha256(" ".join([name, *settings]).encode()).hexdigest()[:12], 0


def run(dataset: Dataset, name: str, settings: Sequence[str]) -> tuple[Row, pd.DataFrame]:
    """Return the result file's row of one setting, and each user's test scores."""
    started = time.perf_counter()
    setting = float(settings[0].partition("=")[2]) if settings else 0.0
    scores = evaluate_baseline(name, setting, dataset)
    row = {
        **dict(zip(KEYS, key(dataset, name, settings), strict=True)),
        "settings": " ".join(settings),
        **{f"{split}_{metric}": value for split, found in scores.items() for metric, value in found.means.items()},
        "seconds": round(time.perf_counter() - started, 2),
        "hardware": hardware(resolve_device("cpu")),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "name": dataset.name,
        "device": "cpu",
    }
    test = scores["test"]
    users = {metric: test.per_user[metric].astype(np.float32) for metric in METRICS}
    return row, pd.DataFrame({"user": test.users.astype(np.int32), **users})


def search(dataset: Dataset, name: str, out: Path) -> Row:
    """Run what is missing of a baseline's settings; return the row that is best on validation."""
    rows, scores = [], {}
    for settings in BASELINES[name].settings():
        row = store.find(out, key(dataset, name, settings))
        if row is None:
            row, scores[" ".join(settings)] = run(dataset, name, settings)
            store.add(out, row)
        rows.append(row)
    won = max(rows, key=lambda row: row[SELECTED_BY])
    settings = won["settings"].split()
    if not store.has_users(out, key(dataset, name, settings)):
        known = scores.get(" ".join(settings))
        store.add(out, won, run(dataset, name, settings)[1] if known is None else known)
    return won


def main(
    folder: DatasetPath,
    model: Annotated[list[str] | None, typer.Option(help=f"Of {', '.join(BASELINES)}; default: all that can.")] = None,
    out: Out = None,
) -> None:
    """Evaluate the baselines that nothing is trained for; print their test scores."""
    for name in model or ():
        one_of("--model", name, tuple(BASELINES))
    dataset, file = load(folder), result_file(folder, out)
    check_writable(file)
    for name in model or BASELINES:
        try:
            won = search(dataset, name, file)
        except InputError as error:
            if model:
                raise
            typer.echo(f"{name}: left out, {error}", err=True)
            continue
        scores = ", ".join(f"{metric} {won[f'test_{metric}']:.4f}" for metric in METRICS)
        typer.echo(f"{name} ({won['settings'] or 'no settings'}), test: {scores}")


if __name__ == "__main__":
    typer.run(main)
