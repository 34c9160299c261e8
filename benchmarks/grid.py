"""The paper's protocol on one dataset: a grid chosen on validation, then several seeds of the winner.

    python -m benchmarks.reproduce grid DATASET --out benchmarks/results/NAME.csv

DATASET is a folder that `python -m lattice prepare` wrote. One row a run goes into the CSV as soon as it is done, with
all that is needed to repeat it; runs that are there already are not done again. Test scores are written down, but
the winner is chosen without them. The winner's runs leave every user's test scores, too, for paired tests.
"""

import hashlib
import json
import os
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
from lattice.evaluation import evaluate
from lattice.experiments.paper import METRICS, TABLE_2, TABLE_3, score
from lattice.experiments.results import ENDS, KEYS, SELECTED_BY, rows, spread
from lattice.models import LatticeOptions, Options, default_options, model_name, options_to_dict
from lattice.pipeline import fit
from lattice.training import TrainingOptions
from lattice.training.overrides import apply

# Section 3.1.4 of the paper.
LR = ("1e-4", "5e-4", "1e-3", "5e-3")
L2 = ("0", "1e-5", "1e-4", "1e-3")
DROPOUT = tuple(f"{tenths / 10}" for tenths in range(9))

BY_OPTION = ("seed", "device")  # what a run's settings don't name, and so `--set` doesn't either
RESULTS = Path(__file__).parent / "results"
THREADS = os.cpu_count() or 1

Settings = Sequence[str]

# Options of more than one command.
Out = Annotated[Path | None, typer.Option(help="The dataset's CSV of results; benchmarks/results/FOLDER'S-NAME.csv.")]
Seeds = Annotated[int, typer.Option(min=1, help="Runs of each winner.")]
Threads = Annotated[int, typer.Option(min=1, help="Of the CPU.")]


# --- one run ---------------------------------------------------------------------------------------------------------


def setup(model: str, settings: Settings, seed: int = 0, device: str = "auto") -> tuple[Options, TrainingOptions]:
    """The options that "lattice-mf" (a model, on a backbone) and ["lr=1e-3", ...] stand for."""
    name, _, backbone = model.partition("-")
    return apply(settings, default_options(name, backbone or None), TrainingOptions(seed=seed, device=device))


def one_name(model: str) -> str:
    """The one name under which a model is written down: what stands on a backbone names it, but for LATTICE-LightGCN.

    Raises an InputError for a model that there isn't.
    """
    options, _ = setup(model, [])
    if not isinstance(options, LatticeOptions):
        return model_name(options)
    name, backbone = model_name(options), model_name(options.backbone)
    return name if (name, backbone) == ("lattice", "lightgcn") else f"{name}-{backbone}"


def key(dataset: str, model: str, settings: Settings, seed: int) -> Key:
    """A run's KEYS. `options` is a checksum of every option that counts, defaults too: they change in time."""
    options, training = setup(model, settings)
    counted = {name: value for name, value in asdict(training).items() if name not in ("seed", "device")}
    text = json.dumps([options_to_dict(options), counted], sort_keys=True)
    return dataset, model, hashlib.sha256(text.encode()).hexdigest()[:12], seed


def run(
    dataset: Dataset, model: str, settings: Settings, seed: int, device: str, threads: int
) -> tuple[Row, pd.DataFrame]:
    """Train once: the result file's row, and each user's test scores (`user`, METRICS as float32)."""
    torch.set_num_threads(threads)
    checkpoint = fit(dataset, *setup(model, settings, seed, device), progress=False)
    metrics = checkpoint.metrics
    row = {
        **dict(zip(KEYS, key(dataset.fingerprint, model, settings, seed), strict=True)),
        "settings": " ".join(settings),
        **{f"{split}_{metric}": value for split in ("valid", "test") for metric, value in metrics[split].items()},
        **metrics["learned"],
        **{name: metrics[name] for name in ("best_epoch", "epochs", "seconds", "hardware", "finished")},
        **metrics["versions"],
        "name": dataset.name,
        "device": resolve_device(device).type,
        "threads": threads,
    }
    return row, by_user(checkpoint)


@torch.no_grad()
def by_user(checkpoint: Checkpoint) -> pd.DataFrame:
    """`user` (index) and METRICS of everyone with a test item."""
    dataset = checkpoint.dataset
    found = evaluate(checkpoint.model.embed(), dataset.pairs("train"), dataset.pairs("test"), (20,))
    scores = {metric: found.per_user[metric].astype(np.float32) for metric in METRICS}
    return pd.DataFrame({"user": found.users.astype(np.int32), **scores})


# --- the search ------------------------------------------------------------------------------------------------------


def grid_of(
    model: str, lr: Settings = LR, l2: Settings = L2, dropout: Settings = DROPOUT, every: Settings = ()
) -> list[list[str]]:
    """All settings to try; dropout only where a model has it, `every` in all of them.

    Raises an InputError where `every` names what differs from run to run: it would win over all that is tried.
    """
    refuse_set(every, ("lr", "l2", "dropout", *BY_OPTION))
    axes = {"lr": lr, "l2": l2}
    options, _ = setup(model, every)
    if hasattr(options.backbone if isinstance(options, LatticeOptions) else options, "dropout"):
        axes["dropout"] = dropout
    tried = [
        [f"{name}={value}" for name, value in zip(axes, values, strict=True)] for values in product(*axes.values())
    ]
    return [[*settings, *every] for settings in tried]


@dataclass(frozen=True)
class Search:
    """Runs on one dataset; one that is in the file `out` is not done again.

    users: whether a winner is run again if its users' scores are missing. fresh: what this search has run, and may win.
    """

    dataset: Dataset
    out: Path
    device: str = "auto"
    threads: int = 1
    users: bool = True
    fresh: dict[Key, tuple[Row, pd.DataFrame]] = field(default_factory=dict)

    def key(self, model: str, settings: Settings, seed: int) -> Key:
        """A run's KEYS on this dataset."""
        return key(self.dataset.fingerprint, model, settings, seed)

    def once(self, model: str, settings: Settings, seed: int) -> Row:
        """A run's row."""
        wanted = self.key(model, settings, seed)
        return store.find(self.out, wanted) or self._again(model, settings, seed)

    def with_users(self, model: str, settings: Settings, seed: int) -> Row:
        """A winner's row. Its users' scores go into the file beside it; where there are none, it is run again."""
        wanted = self.key(model, settings, seed)
        row = self.once(model, settings, seed)
        if self.users and wanted not in self.fresh and not store.has_users(self.out, wanted):
            row = self._again(model, settings, seed)
        if wanted in self.fresh:
            store.add(self.out, *self.fresh.pop(wanted))
        return row

    def winner(self, model: str, grid: Sequence[Settings]) -> Settings:
        """The settings that are best on validation, at seed 0, of this grid and of what the file has tried already."""
        tried = {self.key(model, settings, 0): settings for settings in (*grid, *self._tried(model))}
        won = best([self.once(model, settings, 0) for settings in tqdm(tried.values(), desc=model)])
        settings: Settings = won["settings"].split()
        # Run again elsewhere, it may score a little otherwise and be the best no more.
        same = self.with_users(model, settings, 0)[SELECTED_BY] == won[SELECTED_BY]
        return settings if same else self.winner(model, grid)

    def _tried(self, model: str) -> list[Settings]:
        """What the file has of this model on this dataset, unless defaults have changed since."""
        if not self.out.exists():
            return []
        table = rows(self.out)
        table = table[(table["dataset"] == self.dataset.fingerprint) & (table["model"] == model) & (table["seed"] == 0)]
        settings = [text.split() for text in table["settings"]]
        return [
            one
            for one, options in zip(settings, table["options"], strict=True)
            if self.key(model, one, 0)[2] == options
        ]

    def _again(self, model: str, settings: Settings, seed: int) -> Row:
        row, users = run(self.dataset, model, settings, seed, self.device, self.threads)
        store.add(self.out, row)
        self.fresh[self.key(model, settings, seed)] = row, users
        return row


def best(rows: Sequence[Row]) -> Row:
    """The run that won: best on validation."""
    return max(rows, key=lambda row: row[SELECTED_BY])


def search(
    folder: Path,
    out: Path,
    grids: Mapping[str, Sequence[Settings]],
    seeds: int = 3,
    device: str = "auto",
    threads: int = 1,
    users: bool = True,
) -> dict[str, pd.DataFrame]:
    """Run what is missing of each model's grid, then of its winner's seeds; model -> the winner's runs, a row a seed.

    users: whether a winner is run again if its users' scores are missing.
    """
    dataset, found = load(folder), {}
    check_writable(out)
    for model, grid in grids.items():
        runs = Search(dataset, out, device, threads, users)
        won = runs.winner(model, grid)
        found[model] = pd.DataFrame([runs.with_users(model, won, seed) for seed in range(seeds)])
    return found


# --- the command -----------------------------------------------------------------------------------------------------


def models_of(table: int | None, models: Sequence[str]) -> list[str]:
    """The models to run, each under its one name and once: those of a table of the paper, or those given."""
    if table is not None and models:
        raise InputError("--table and --model were both given; a table has its own models: give one of them")
    if table not in (None, 2, 3):
        raise InputError(f"--table {table}: the paper compares models in its tables 2 and 3")
    return list(dict.fromkeys(map(one_name, models or (TABLE_3 if table == 3 else TABLE_2))))


def result_file(folder: Path, out: Path | None, kind: str = "warm") -> Path:
    """A dataset's file of "warm" or of "cold" runs, by its folder's name where no other is given.

    Neither is written into a file of another kind (ENDS), whose rows say other things.
    """
    name = folder.resolve().name
    file = out or RESULTS / f"{name if name.endswith(ENDS[kind]) else name + ENDS[kind]}.csv"
    if file.suffix != ".csv":
        raise InputError(f"--out {file}: a result file's name ends in .csv")
    found = next((other for other, end in ENDS.items() if end and file.stem.endswith(end)), "warm")
    if found != kind:
        wanted = f"ends in {ENDS[kind]}.csv" if ENDS[kind] else f"doesn't end in {ENDS[found]}"
        raise InputError(f"{file.name} would be a file of {found} runs; give an --out whose name {wanted}")
    return file


def check_writable(file: Path) -> None:
    """Raise an InputError where a result file can't be written: now rather than after the first run."""
    if file.is_dir():
        raise InputError(f"{file} is a folder; name a file to write")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=file.parent), store.lock(file):
            pass
    except OSError as error:
        raise InputError(f"{file} can't be written ({error.strerror}); name another --out") from None


def in_words(runs: pd.DataFrame, column: str) -> str:
    """Mean ± standard deviation of a column over the runs; the mean alone of a single one."""
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
    seeds: Seeds = 3,
    device: Device = "auto",
    threads: Threads = THREADS,
) -> None:
    """Search the paper's grid on validation, then run seeds of each model's winner; print their test scores."""
    axes = (lr or LR, l2 or L2, dropout or DROPOUT, set_ or ())
    grids = {name: grid_of(name, *axes) for name in models_of(table, model or ())}
    for name, runs in search(folder, result_file(folder, out), grids, seeds, device, threads).items():
        scores = ", ".join(f"{metric} {in_words(runs, f'test_{metric}')}" for metric in METRICS)
        typer.echo(f"{name} ({runs['settings'].iat[0]}), {len(runs)} seeds, test: {scores}")


if __name__ == "__main__":
    typer.run(main)
