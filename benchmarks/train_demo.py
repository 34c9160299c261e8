"""Train every shipped checkpoint on the device that is found, and write it with its model card.

    make gpu        or        python -m benchmarks.train_demo [--dataset demo] [--model lattice ...] [--device auto]

Settings are those that won on validation in benchmarks/results/DATASET.csv; runs that are missing there for the dataset
as it is now are done first. The grid is narrower than the paper's: on the demo catalogue before this one, the wider
one's winners all lay at lr 5e-3 and an L2 of 1e-2 or more. The spread over seeds goes into the card beside the shipped
run's own scores. Content scores are chosen on validation and kept with each. Checkpoints are slim: what assets/ holds
isn't written into each of them.
"""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import pandas as pd
import torch
import typer

from benchmarks.grid import BY_OPTION, search, setup
from lattice.checkpoint import save
from lattice.commands.shared import refuse_set
from lattice.data import load
from lattice.experiments.calibrate import calibrate
from lattice.experiments.methods import Method
from lattice.model_card import card
from lattice.models import display_order
from lattice.pipeline import fit
from lattice.recommender import Recommender

ROOT = Path(__file__).resolve().parents[1]
MODELS = tuple(display_order())
LR, L2 = ("5e-3",), ("3e-3", "1e-2", "3e-2", "1e-1")


def spread(runs: pd.DataFrame) -> dict[str, object]:
    """Return mean and standard deviation over two or more seeds, of each test score."""
    scores = runs[[name for name in runs if name.startswith("test_")]].rename(columns=lambda n: n.removeprefix("test_"))
    return {
        "seeds": runs["seed"].tolist(),
        "mean": scores.mean().to_dict(),
        "std": scores.std().to_dict(),
    }


def main(
    dataset: Annotated[str, typer.Option(help="Of assets/: demo or chess.")] = "demo",
    model: Annotated[list[str] | None, typer.Option(help=f"Of {', '.join(MODELS)}; all by default.")] = None,
    lr: Annotated[list[str] | None, typer.Option(help=f"Learning rates to try; {', '.join(LR)} by default.")] = None,
    l2: Annotated[list[str] | None, typer.Option(help=f"L2 penalties to try; {', '.join(L2)} by default.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="NAME=VALUE for every run.")] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Runs of each winner.")] = 3,
    device: str = "auto",
    threads: int = 1,
    out: Annotated[Path | None, typer.Option(help="The folder of checkpoints; checkpoints/DATASET by default.")] = None,
) -> None:
    """Train every model of the paper, or those given, on a bundled data set."""
    unknown = [name for name in model or () if name not in MODELS]
    if unknown:
        raise typer.BadParameter(f"{unknown[0]!r} is none of {', '.join(MODELS)}")
    torch.set_num_threads(threads)
    folder, out = ROOT / "assets" / dataset, out or ROOT / "checkpoints" / dataset
    data = load(folder)
    results = ROOT / "benchmarks" / "results" / f"{dataset}.csv"
    refuse_set(set_ or (), ("lr", "l2", *BY_OPTION))
    grid = [[f"lr={a}", f"l2={b}", *(set_ or ())] for a in lr or LR for b in l2 or L2]
    grids = dict.fromkeys(map(Method, model or MODELS), grid)
    for method, runs in search(folder, results, grids, seeds, device, threads, users=False).items():
        settings = runs["settings"].iat[0].split()
        options, training = setup(method, settings, device=device)
        checkpoint = fit(data, options, training, out / str(method))
        metrics = {**checkpoint.metrics, **({"spread": spread(runs)} if len(runs) > 1 else {})}
        told = replace(checkpoint, metrics=metrics, card=card(options, training, data, metrics))
        calibration = calibrate(Recommender.of(told, content_scores=False))
        save(replace(told, calibration=calibration), out / str(method), slim=True)
        typer.echo(f"{method} ({' '.join(settings)}): test recall@20 {metrics['test']['recall@20']:.4f}")


if __name__ == "__main__":
    typer.run(main)
