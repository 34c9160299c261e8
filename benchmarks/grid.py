"""The paper's protocol on one dataset: a grid chosen on validation, then several seeds of the winner.

    python -m benchmarks.grid DATASET --out benchmarks/results/NAME.csv

DATASET is a folder that `python -m lattice prepare` wrote. One row a run goes into the CSV as soon as it is done, with
all that is needed to repeat it; runs that are there already are not done again. Test scores are written down but
never looked at to choose anything.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import torch
import typer
from tqdm import tqdm

from lattice.data import load
from lattice.data.dataset import Dataset
from lattice.models import default_options
from lattice.pipeline import fit
from lattice.settings import apply
from lattice.training import SELECTION, TrainingOptions

KEYS = ["dataset", "model", "backbone", "settings", "seed"]
MODELS = ("lattice", "lightgcn", "mf")
LR = ("1e-3", "5e-3")
L2 = ("1e-4", "1e-3", "3e-3", "1e-2")
GRID = [[f"lr={lr}", f"l2={l2}"] for lr in LR for l2 in L2]


def run(dataset: Dataset, model: str, settings: list[str], seed: int, device: str, threads: int) -> dict[str, Any]:
    """Train once and return the result file's row."""
    torch.set_num_threads(threads)
    name, _, backbone = model.partition("-")
    options, training = apply(
        settings, default_options(name, backbone or "lightgcn"), TrainingOptions(seed=seed, device=device)
    )
    metrics = fit(dataset, options, training, progress=False).metrics
    return {
        **dict(zip(KEYS, (dataset.fingerprint, name, backbone, " ".join(settings), seed), strict=True)),
        **{f"{split}_{metric}": value for split in ("valid", "test") for metric, value in metrics[split].items()},
        **metrics["learned"],
        **{key: metrics[key] for key in ("best_epoch", "epochs", "seconds", "hardware", "finished")},
        "torch": torch.__version__,
    }


def find(rows: list[dict[str, Any]], row: tuple[Any, ...]) -> dict[str, Any] | None:
    """The finished run with these KEYS, if there is one."""
    return next((done for done in rows if tuple(done[key] for key in KEYS) == row), None)


def search(
    folder: Path,
    out: Path,
    models: Sequence[str] = MODELS,
    grid: Sequence[list[str]] = GRID,
    seeds: int = 3,
    device: str = "auto",
    threads: int = 1,
) -> dict[str, pd.DataFrame]:
    """Run what is missing of the grid; model -> the runs of its winner on validation, one row a seed."""
    dataset = load(folder)
    rows: list[dict[str, Any]] = pd.read_csv(out, keep_default_na=False).to_dict("records") if out.exists() else []
    winners = {}
    for model in models:
        tried = [_once(rows, out, dataset, model, settings, 0, device, threads) for settings in tqdm(grid, desc=model)]
        best = max(tried, key=lambda row: row[f"valid_{SELECTION}"])["settings"].split()
        runs = [_once(rows, out, dataset, model, best, seed, device, threads) for seed in range(seeds)]
        winners[model] = pd.DataFrame(runs)
    return winners


def main(
    folder: Annotated[Path, typer.Argument(metavar="DATASET")],
    out: Annotated[Path, typer.Option(help="The CSV of results.")],
    model: Annotated[list[str] | None, typer.Option(help="lattice, lattice-mf, lightgcn, mf.")] = None,
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


def _once(
    rows: list[dict[str, Any]],
    out: Annotated[Path, typer.Option(help="The CSV of results.")],
    dataset: Dataset,
    model: str,
    settings: list[str],
    seed: int,
    device: str,
    threads: int,
) -> dict[str, Any]:
    name, _, backbone = model.partition("-")
    done = find(rows, (dataset.fingerprint, name, backbone, " ".join(settings), seed))
    if done is None:
        done = run(dataset, model, settings, seed, device, threads)
        rows.append(done)
        part = out.with_suffix(".part")
        out.parent.mkdir(parents=True, exist_ok=True)
        pd.DataFrame(rows).to_csv(part, index=False)
        part.replace(out)
    return done


if __name__ == "__main__":
    typer.run(main)
