"""LATTICE's sensitivity to one option (the paper's Figure 4): its winning settings, with other values of k or of λ.

    python -m benchmarks.reproduce sweep DATASET --option k --out benchmarks/results/NAME.csv

NAME.csv is the grid's, which says what the winning settings are; the sweep's rows go into NAME-k.csv beside it. k = 0
is plain LightGCN, within LATTICE.
"""

from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from tqdm import tqdm

from benchmarks import store
from benchmarks.grid import THREADS, Out, Search, Seeds, Settings, Threads, check_writable, in_words, result_file, setup
from lattice.commands.shared import DatasetPath, Device, one_of
from lattice.data import load
from lattice.data.dataset import Dataset
from lattice.errors import InputError
from lattice.experiments.methods import Method
from lattice.experiments.paper import METRICS
from lattice.experiments.results import FILE_SUFFIX, read_all_rows, winners

METHOD = Method("lattice")
VALUES = {
    "k": tuple(f"{k}" for k in range(0, 31, 5)),
    "lambda_": tuple(f"{tenths / 10:g}" for tenths in range(11)),
    "gradient": ("first", "every"),
}


def winning(dataset: Dataset, file: Path) -> Settings:
    """Return LATTICE's winning settings on this dataset; an InputError if it has not been run."""
    table = read_all_rows(file) if file.exists() else pd.DataFrame(columns=["dataset", "model"])
    table = table[(table["dataset"] == dataset.fingerprint) & (table["model"] == str(METHOD))]
    won = winners(table).get(METHOD) if len(table) else None
    if won is None:
        raise InputError(
            f"{file} has no run of LATTICE on {dataset.name} as it is now; first run `grid DATASET --model {METHOD}`"
        )
    found: Settings = won["settings"].iat[0].split()
    return found


def sweep(
    folder: Path, file: Path, option: str, values: Sequence[str], seeds: int = 3, device: str = "auto", threads: int = 1
) -> dict[str, pd.DataFrame]:
    """Run what is missing; return value -> its runs, one row per seed. The grid's runs in `file` are reused.

    Raises an InputError before the first run if a value is bad or the file can't be written.
    """
    dataset = load(folder)
    won = [setting for setting in winning(dataset, file) if not setting.startswith(f"{option}=")]
    runs = Search(dataset, file.with_name(f"{file.stem}{FILE_SUFFIX[option]}.csv"), device, threads)
    tried = {value: [*won, f"{option}={value}"] for value in values}
    for settings in tried.values():
        setup(METHOD, settings)
    check_writable(runs.out)
    found: dict[str, list[store.Row]] = {value: [] for value in tried}
    for (value, settings), seed in tqdm([*product(tried.items(), range(seeds))], desc=option):
        key = runs.key(METHOD, settings, seed)
        known = store.find(file, key)
        if known is not None and store.find(runs.out, key) is None:
            store.add(runs.out, known | {"settings": " ".join(settings)})
        found[value].append(runs.run_or_load(METHOD, settings, seed))
    return {value: pd.DataFrame(table) for value, table in found.items()}


def main(
    folder: DatasetPath,
    option: Annotated[str, typer.Option(help=f"Of LATTICE: {', '.join(VALUES)}.")],
    value: Annotated[list[str] | None, typer.Option(help="Values to try; the paper's.")] = None,
    out: Out = None,
    seeds: Seeds = 3,
    device: Device = "auto",
    threads: Threads = THREADS,
) -> None:
    """Run LATTICE's winner with other values of one option; print their test scores."""
    one_of("--option", option, tuple(VALUES))
    found = sweep(folder, result_file(folder, out), option, value or VALUES[option], seeds, device, threads)
    for name, runs in found.items():
        scores = ", ".join(f"{metric} {in_words(runs, f'test_{metric}')}" for metric in METRICS)
        typer.echo(f"{option}={name}, {len(runs)} seeds, test: {scores}")
