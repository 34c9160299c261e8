"""The paper's protocol on one dataset: a grid chosen on validation, then several seeds of the winner.

    python -m benchmarks.grid DATASET --out benchmarks/results/NAME.csv

DATASET is a folder that `python -m lattice prepare` wrote. One row a run goes into the CSV as soon as it is done, with
all that is needed to repeat it; runs that are there already are not done again. Test scores are written down, but
the winner is chosen without them.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import torch
import typer
from tqdm import tqdm

from lattice.data import load
from lattice.data.dataset import Dataset
from lattice.models import Options, default_options, options_to_dict
from lattice.pipeline import fit
from lattice.settings import apply
from lattice.training import SELECTION, TrainingOptions

KEYS = ["dataset", "model", "options", "seed"]
MODELS = ("lattice", "lightgcn", "mf")
LR = ("1e-3", "5e-3")
L2 = ("1e-4", "1e-3", "3e-3", "1e-2", "3e-2")
GRID = [[f"lr={lr}", f"l2={l2}"] for lr in LR for l2 in L2]

Row = dict[str, Any]


def setup(model: str, settings: Sequence[str], seed: int = 0, device: str = "auto") -> tuple[Options, TrainingOptions]:
    """The options that "lattice-mf" (a model, on a backbone) and ["lr=1e-3", ...] stand for."""
    name, _, backbone = model.partition("-")
    return apply(settings, default_options(name, backbone or "lightgcn"), TrainingOptions(seed=seed, device=device))


def key(dataset: str, model: str, settings: Sequence[str], seed: int) -> tuple[str, str, str, int]:
    """A run's KEYS. `options` is a checksum of every option that counts, defaults too: they change in time."""
    options, training = setup(model, settings)
    counted = {name: value for name, value in asdict(training).items() if name not in ("seed", "device")}
    text = json.dumps([options_to_dict(options), counted], sort_keys=True)
    return dataset, model, hashlib.sha256(text.encode()).hexdigest()[:12], seed


def run(dataset: Dataset, model: str, settings: Sequence[str], seed: int, device: str, threads: int) -> Row:
    """Train once and return the result file's row."""
    torch.set_num_threads(threads)
    metrics = fit(dataset, *setup(model, settings, seed, device), progress=False).metrics
    return {
        **dict(zip(KEYS, key(dataset.fingerprint, model, settings, seed), strict=True)),
        "settings": " ".join(settings),
        **{f"{split}_{metric}": value for split in ("valid", "test") for metric, value in metrics[split].items()},
        **metrics["learned"],
        **{name: metrics[name] for name in ("best_epoch", "epochs", "seconds", "hardware", "finished")},
        "torch": torch.__version__,
    }


def best(rows: Sequence[Row]) -> Row:
    """The run that won: best on validation."""
    return max(rows, key=lambda row: row[f"valid_{SELECTION}"])


def winners(rows: Sequence[Row]) -> dict[str, pd.DataFrame]:
    """Model -> every seed's run of its winner, which is the best of all at seed 0; rows are of one dataset."""
    found = {}
    for model in dict.fromkeys(row["model"] for row in rows):
        runs = [row for row in rows if row["model"] == model]
        options = best([row for row in runs if row["seed"] == 0])["options"]
        found[model] = pd.DataFrame([row for row in runs if row["options"] == options])
    return found


def read(file: Path) -> list[Row]:
    """The rows of a result file; none where there is no file yet."""
    return pd.read_csv(file, keep_default_na=False).to_dict("records") if file.exists() else []


def search(
    folder: Path,
    out: Path,
    models: Sequence[str] = MODELS,
    grid: Sequence[Sequence[str]] = GRID,
    seeds: int = 3,
    device: str = "auto",
    threads: int = 1,
) -> dict[str, pd.DataFrame]:
    """Run what is missing of the grid, then of its winner's seeds; model -> the winner's runs, one row a seed."""
    dataset = load(folder)
    rows = read(out)

    def once(model: str, settings: Sequence[str], seed: int) -> Row:
        wanted = key(dataset.fingerprint, model, settings, seed)
        done = next((row for row in rows if tuple(row[name] for name in KEYS) == wanted), None)
        if done is None:
            done = run(dataset, model, settings, seed, device, threads)
            rows.append(done)
            _write(rows, out)
        return done

    found = {}
    for model in models:
        won = best([once(model, settings, 0) for settings in tqdm(grid, desc=model)])["settings"].split()
        found[model] = pd.DataFrame([once(model, won, seed) for seed in range(seeds)])
    return found


def _write(rows: list[Row], out: Path) -> None:
    part = out.with_suffix(".part")
    out.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows).to_csv(part, index=False)
    part.replace(out)


def main(
    folder: Annotated[Path, typer.Argument(metavar="DATASET")],
    out: Annotated[Path, typer.Option(help="The CSV of results.")],
    model: Annotated[
        list[str] | None, typer.Option(help="E.g. lattice, lattice-mf, lattice/feats-mf, feats-mf, grcn.")
    ] = None,
    lr: Annotated[list[str] | None, typer.Option()] = None,
    l2: Annotated[list[str] | None, typer.Option()] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="NAME=VALUE for every run.")] = None,
    seeds: Annotated[int, typer.Option(min=1)] = 3,
    device: str = "auto",
    threads: int = os.cpu_count() or 1,
) -> None:
    """Print mean and standard deviation over seeds of each model's winner."""
    grid = [[f"lr={a}", f"l2={b}", *(set_ or [])] for a in lr or LR for b in l2 or L2]
    for name, runs in search(folder, out, model or MODELS, grid, seeds, device, threads).items():
        scores = ", ".join(
            f"{metric} {runs[f'test_{metric}'].mean():.4f} ± {runs[f'test_{metric}'].std():.4f}"
            for metric in (SELECTION, "precision@20", "ndcg@20")
        )
        typer.echo(f"{name} ({runs['settings'].iat[0]}), {len(runs)} seeds, test: {scores}")


if __name__ == "__main__":
    typer.run(main)
