"""The paper's protocol on one dataset: a grid chosen on validation, then several seeds of the winner.

    python -m benchmarks.reproduce grid DATASET --out benchmarks/results/NAME.csv

DATASET is a folder that `python -m lattice prepare` wrote. One row per run is written to the CSV as soon as it is done,
with everything needed to repeat it; runs that are in the file are not done again. Test scores are written, but the
winner is chosen without them. The winner's runs also leave every user's test scores, for paired tests.
"""

import hashlib
import json
import os
import random
import resource
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import product
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated

import numpy as np
import pandas as pd
import torch
import typer
from tqdm import tqdm

from benchmarks import store
from benchmarks.store import Key, Row
from lattice.checkpoint import Checkpoint
from lattice.commands.shared import DatasetPath, Device, refuse_set
from lattice.data import load
from lattice.data.dataset import Dataset
from lattice.device import resolve_device
from lattice.errors import InputError
from lattice.evaluation import METRICS as ALL_METRICS
from lattice.evaluation import NDCG_OF_HITS, Scores, evaluate
from lattice.experiments.methods import Method
from lattice.experiments.paper import METRICS, PAPER_NDCG, TABLE_2, TABLE_3, score
from lattice.experiments.results import FILE_SUFFIX, KEYS, SELECTED_BY, read_all_rows, spread
from lattice.models import Options, default_options, options_to_dict
from lattice.pipeline import fit
from lattice.training import TrainingOptions
from lattice.training.overrides import apply, has_option

# Section 3.1.4 of the paper.
LR = ("1e-4", "5e-4", "1e-3", "5e-3")
L2 = ("0", "1e-5", "1e-4", "1e-3")
DROPOUT = tuple(f"{tenths / 10}" for tenths in range(9))

BY_OPTION = ("seed", "device")  # have an option of their own, so `--set` can't name them
RESULTS = Path(__file__).parent / "results"
THREADS = os.cpu_count() or 1

Settings = Sequence[str]

# Options of more than one command.
Out = Annotated[Path | None, typer.Option(help="The dataset's CSV of results; benchmarks/results/FOLDER'S-NAME.csv.")]
Seeds = Annotated[int, typer.Option(min=1, help="Runs of each winner.")]
Threads = Annotated[int, typer.Option(min=1, help="Of the CPU.")]


# --- one run ---------------------------------------------------------------------------------------------------------


def setup(method: Method, settings: Settings, seed: int = 0, device: str = "auto") -> tuple[Options, TrainingOptions]:
    """Return the options of a method with ["lr=1e-3", ...] applied; an InputError for an unknown model or backbone."""
    options = default_options(method.model, method.backbone or None)
    return apply(settings, options, TrainingOptions(seed=seed, device=device))


def key(dataset: str, method: Method, settings: Settings, seed: int) -> Key:
    """Return a run's KEYS. `options` is a checksum of every option that counts, defaults too: they change in time."""
    options, training = setup(method, settings)
    counted = {name: value for name, value in asdict(training).items() if name not in ("seed", "device")}
    chosen = options_to_dict(options)
    if chosen.get("engine") == "exact":
        del chosen["engine"]  # what every run had before there was a choice
    text = json.dumps([chosen, counted], sort_keys=True)
    return dataset, str(method), hashlib.sha256(text.encode()).hexdigest()[:12], seed


def run(
    dataset: Dataset, method: Method, settings: Settings, seed: int, device: str, threads: int
) -> tuple[Row, pd.DataFrame]:
    """Train once; return the result file's row, and each user's test scores (`user`, METRICS as float32)."""
    torch.set_num_threads(threads)
    busy = time.process_time()
    checkpoint = fit(dataset, *setup(method, settings, seed, device), progress=False)
    busy = time.process_time() - busy
    metrics, test = checkpoint.metrics, tested(checkpoint)
    row = {
        **dict(zip(KEYS, key(dataset.fingerprint, method, settings, seed), strict=True)),
        "settings": " ".join(settings),
        **{f"{split}_{metric}": value for split in ("valid", "test") for metric, value in metrics[split].items()},
        f"test_{PAPER_NDCG}": test.means[PAPER_NDCG],
        **metrics["learned"],
        **{name: metrics[name] for name in ("best_epoch", "epochs", "seconds", "hardware", "finished")},
        **metrics["versions"],
        "name": dataset.name,
        "device": resolve_device(device).type,
        "threads": threads,
        "cpu_seconds": round(busy, 1),
        "peak_memory_gb": peak_memory_gb(),
    }
    return row, by_user(test)


@torch.no_grad()
def tested(checkpoint: Checkpoint) -> Scores:
    """Return the test scores of everyone with a test item, at 20."""
    dataset = checkpoint.dataset
    metrics = (*ALL_METRICS.values(), NDCG_OF_HITS)
    pairs = dataset.pairs("train"), dataset.pairs("test")
    return evaluate(checkpoint.model.embed(), *pairs, (20,), metrics=metrics)


def by_user(found: Scores) -> pd.DataFrame:
    """Return `user` (index) and METRICS of everyone scored."""
    scores = {metric: found.per_user[metric].astype(np.float32) for metric in METRICS}
    return pd.DataFrame({"user": found.users.astype(np.int32), **scores})


def peak_memory_gb() -> float:
    """Return the most memory that this process has held so far, runs before this one included."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2)  # kilobytes on Linux


# --- the search ------------------------------------------------------------------------------------------------------


def grid_of(
    method: Method, lr: Settings = LR, l2: Settings = L2, dropout: Settings = DROPOUT, every: Settings = ()
) -> list[list[str]]:
    """Return all settings to try; dropout only if the model has it, `every` in all of them.

    Raises an InputError if `every` names an axis of the grid, which it would override.
    """
    refuse_set(every, ("lr", "l2", "dropout", *BY_OPTION))
    axes = {"lr": lr, "l2": l2}
    if has_option("dropout", setup(method, every)[0]):
        axes["dropout"] = dropout
    tried = [
        [f"{name}={value}" for name, value in zip(axes, values, strict=True)] for values in product(*axes.values())
    ]
    return [[*settings, *every] for settings in tried]


@dataclass(frozen=True)
class Search:
    """Runs on one dataset; a run that is in the file `out` is not repeated.

    users: whether a winner is run again if its users' scores are missing. most: settings to try per method at most,
    those in the file included. new_runs: what this search has run.
    """

    dataset: Dataset
    out: Path
    device: str = "auto"
    threads: int = 1
    users: bool = True
    most: int | None = None
    new_runs: dict[Key, tuple[Row, pd.DataFrame]] = field(default_factory=dict)

    def key(self, method: Method, settings: Settings, seed: int) -> Key:
        """Return a run's KEYS on this dataset."""
        return key(self.dataset.fingerprint, method, settings, seed)

    def run_or_load(self, method: Method, settings: Settings, seed: int) -> Row:
        """Return a run's row: from the file if it is there, else by running it."""
        return store.find(self.out, self.key(method, settings, seed)) or self._rerun(method, settings, seed)

    def with_users(self, method: Method, settings: Settings, seed: int) -> Row:
        """Return a winner's row and write its users' scores beside it; it is run again where they are missing."""
        wanted = self.key(method, settings, seed)
        row = self.run_or_load(method, settings, seed)
        if self.users and wanted not in self.new_runs and not store.has_users(self.out, wanted):
            row = self._rerun(method, settings, seed)
        if wanted in self.new_runs:
            store.add(self.out, *self.new_runs.pop(wanted))
        return row

    def winner(self, method: Method, grid: Sequence[Settings]) -> Settings:
        """Return the settings that are best on validation at seed 0, of this grid and of those tried in the file."""
        tried = {self.key(method, settings, 0): settings for settings in self._tried(method)}
        tried |= self._left({self.key(method, settings, 0): settings for settings in grid}, tried)
        won = best([self.run_or_load(method, settings, 0) for settings in tqdm(tried.values(), desc=str(method))])
        settings: Settings = won["settings"].split()
        # Run again on another machine, it may score slightly differently and no longer be the best.
        same = self.with_users(method, settings, 0)[SELECTED_BY] == won[SELECTED_BY]
        return settings if same else self.winner(method, grid)

    def _left(self, grid: Mapping[Key, Settings], tried: Mapping[Key, Settings]) -> dict[Key, Settings]:
        """Return what is to be tried of a grid: all of it, or as much as `most` leaves, drawn at random."""
        new = {key: settings for key, settings in grid.items() if key not in tried}
        if self.most is None or len(tried) + len(new) <= self.most:
            return new
        chosen = random.Random(0).sample(sorted(new), max(0, self.most - len(tried)))
        return {key: new[key] for key in chosen}

    def _tried(self, method: Method) -> list[Settings]:
        """Return the settings of this method in the file, unless defaults have changed since."""
        if not self.out.exists():
            return []
        table = read_all_rows(self.out)
        table = table[
            (table["dataset"] == self.dataset.fingerprint) & (table["model"] == str(method)) & (table["seed"] == 0)
        ]
        settings = [text.split() for text in table["settings"]]
        return [
            one
            for one, options in zip(settings, table["options"], strict=True)
            if self.key(method, one, 0)[2] == options
        ]

    def _rerun(self, method: Method, settings: Settings, seed: int) -> Row:
        row, users = run(self.dataset, method, settings, seed, self.device, self.threads)
        store.add(self.out, row)
        self.new_runs[self.key(method, settings, seed)] = row, users
        return row


def best(rows: Sequence[Row]) -> Row:
    """Return the run that is best on validation."""
    return max(rows, key=lambda row: row[SELECTED_BY])


def search(
    folder: Path,
    out: Path,
    grids: Mapping[Method, Sequence[Settings]],
    seeds: int = 3,
    device: str = "auto",
    threads: int = 1,
    users: bool = True,
    most: int | None = None,
) -> dict[Method, pd.DataFrame]:
    """Run what is missing of each method's grid and of its winner's seeds; return the winners' runs, one row per seed.

    users, most: see `Search`.
    """
    dataset, found = load(folder), {}
    check_writable(out)
    for method, grid in grids.items():
        runs = Search(dataset, out, device, threads, users, most)
        won = runs.winner(method, grid)
        found[method] = pd.DataFrame([runs.with_users(method, won, seed) for seed in range(seeds)])
    return found


# --- the command -----------------------------------------------------------------------------------------------------


def methods_of(table: int | None, models: Sequence[str]) -> list[Method]:
    """Return the methods to run, each once: those of a table of the paper, or those given."""
    if table is not None and models:
        raise InputError("--table and --model were both given; a table has its own models: give one of them")
    if table not in (None, 2, 3):
        raise InputError(f"--table {table}: the paper compares models in its tables 2 and 3")
    methods = map(Method.parse, models) if models else TABLE_3 if table == 3 else TABLE_2
    found = list(dict.fromkeys(methods))
    for method in found:
        setup(method, [])  # an unknown one is refused before the first run
    return found


def result_file(folder: Path, out: Path | None, kind: str = "warm") -> Path:
    """Return a dataset's file of "warm" or "cold" runs, named like its folder unless `out` is given.

    An InputError if its name is that of another kind of file (FILE_SUFFIX).
    """
    name = folder.resolve().name
    file = out or RESULTS / f"{name if name.endswith(FILE_SUFFIX[kind]) else name + FILE_SUFFIX[kind]}.csv"
    if file.suffix != ".csv":
        raise InputError(f"--out {file}: a result file's name ends in .csv")
    found = next((other for other, end in FILE_SUFFIX.items() if end and file.stem.endswith(end)), "warm")
    if found != kind:
        wanted = f"ends in {FILE_SUFFIX[kind]}.csv" if FILE_SUFFIX[kind] else f"doesn't end in {FILE_SUFFIX[found]}"
        raise InputError(f"{file.name} would be a file of {found} runs; give an --out whose name {wanted}")
    return file


def check_writable(file: Path) -> None:
    """Raise an InputError if a result file can't be written: now rather than after the first run."""
    if file.is_dir():
        raise InputError(f"{file} is a folder; name a file to write")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=file.parent), store.lock(file):
            pass
    except OSError as error:
        raise InputError(f"{file} can't be written ({error.strerror}); name another --out") from None


def in_words(runs: pd.DataFrame, column: str) -> str:
    """Return mean ± standard deviation of a column over the runs; the mean alone of a single one."""
    return score(*spread(runs, column))


def main(
    folder: DatasetPath,
    out: Out = None,
    table: Annotated[
        int | None, typer.Option(help="The models of the paper's table 2 (which is the default) or 3.")
    ] = None,
    model: Annotated[
        list[str] | None, typer.Option(help="E.g. lattice, lattice-mf, lattice/feats-mf, feats-mf, grcn.")
    ] = None,
    lr: Annotated[list[str] | None, typer.Option(help="Learning rates to try.")] = None,
    l2: Annotated[list[str] | None, typer.Option(help="L2 penalties to try.")] = None,
    dropout: Annotated[list[str] | None, typer.Option(help="To try where a model has it.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="NAME=VALUE for every run.")] = None,
    most: Annotated[
        int | None,
        typer.Option(min=1, help="Settings to try per model at most, earlier ones included; drawn at random."),
    ] = None,
    seeds: Seeds = 3,
    device: Device = "auto",
    threads: Threads = THREADS,
) -> None:
    """Search the paper's grid on validation, then run seeds of each model's winner; print their test scores."""
    axes = (lr or LR, l2 or L2, dropout or DROPOUT, set_ or ())
    grids = {method: grid_of(method, *axes) for method in methods_of(table, model or ())}
    for method, runs in search(folder, result_file(folder, out), grids, seeds, device, threads, most=most).items():
        scores = ", ".join(f"{metric} {in_words(runs, f'test_{metric}')}" for metric in METRICS)
        typer.echo(f"{method} ({runs['settings'].iat[0]}), {len(runs)} seeds, test: {scores}")


if __name__ == "__main__":
    typer.run(main)
