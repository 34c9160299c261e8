"""The frontier of new items: what they gain in users' lists against what it costs the other items.

    python -m benchmarks.newcomers DATASET --checkpoints RUNS --set lr=5e-3 --set l2=1e-3 --seeds 3 --out FILE.json

A fifth of the items is taken out of training, unless `prepare --cold` has done so, and LATTICE is trained without them,
once per seed (RUNS/seed-0, ...; one that is there is not trained again).
Content scores and exposure are chosen on validation, and everything is measured on test: see
`lattice.experiments.new_item_report`. FILE.json gets every seed's report, and the table of their means is printed.
"""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from lattice.cli import run
from lattice.commands.shared import DatasetPath
from lattice.data import load
from lattice.data.cold import hold_out_items, without_cold
from lattice.data.dataset import Dataset
from lattice.experiments.new_item_report import new_item_report
from lattice.experiments.new_item_trial import NewItemTrial
from lattice.files import replaced_file
from lattice.models import default_options
from lattice.pipeline import fit
from lattice.recommender import Recommender
from lattice.training import TrainingOptions
from lattice.training.overrides import apply

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def with_cold(dataset: Dataset) -> Dataset:
    """Return the dataset with a fifth of its items cold, or as it is if it has cold items already."""
    return hold_out_items(dataset) if without_cold(dataset).n_items == dataset.n_items else dataset


def trained(dataset: Dataset, folder: Path, settings: list[str], seed: int) -> Recommender:
    """Return LATTICE trained without the cold items, from its folder if it is there."""
    if not (folder / "config.json").exists():
        options, training = apply(settings, default_options("lattice"), TrainingOptions(seed=seed, device="cpu"))
        fit(without_cold(dataset), options, training, folder)
    return Recommender.load(folder, content_scores=False)


def measured(recommender: Recommender, dataset: Dataset, seed: int) -> dict[str, Any]:
    """Return one seed's report on test."""
    return {"seed": seed, **new_item_report(recommender, dataset, "test"), **among(recommender, dataset)}


def among(recommender: Recommender, dataset: Dataset) -> dict[str, float]:
    """Return the number of new items and of users."""
    trial = NewItemTrial.unseen(recommender, dataset)
    return {"new_items": trial.n_new, "warm_items": len(trial.warm), "users": len(recommender.users)}


def means(reports: list[dict[str, Any]]) -> pd.DataFrame:
    """Return one row per method and loss: mean and standard deviation over the seeds of each recall and NDCG."""
    rows = pd.concat([pd.DataFrame(report["frontier"]) for report in reports])
    own = rows["offset"] == 0  # a baseline without any offset: its loss differs by seed
    rows["loss"] = rows["loss"].where(~own, rows.groupby("method")["loss"].transform("max"))
    scores = ["warm_recall@20", "cold_recall@20", "cold_ndcg@20"]
    return rows.groupby(["method", "loss"], sort=False)[scores].agg(["mean", "std"]).round(4)


@app.command()
def main(
    dataset: DatasetPath,
    checkpoints: Annotated[Path, typer.Option(help="Folder of the trained checkpoints, one per seed.")],
    out: Annotated[Path, typer.Option(help="The JSON file to write.")],
    set_: Annotated[list[str] | None, typer.Option("--set", help="NAME=VALUE of the model or its training.")] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Number of seeds.")] = 3,
) -> None:
    """Train, calibrate and measure every seed; print the means."""
    data = with_cold(load(dataset))
    reports = []
    for seed in range(seeds):
        recommender = trained(data, checkpoints / f"seed-{seed}", set_ or [], seed)
        reports.append(measured(recommender, data, seed))
        typer.echo(f"seed {seed}: warm alone {reports[-1]['warm_alone']}, content {reports[-1]['content']}", err=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    found = {"dataset": data.name, "fingerprint": data.fingerprint, "settings": set_ or [], "seeds": reports}
    with replaced_file(out) as part:
        part.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    alone = pd.DataFrame([report["warm_alone"] for report in reports])
    typer.echo(
        f"warm alone: {alone.mean().round(4).to_dict()}, gain {(alone['ours'] / alone['lattice'] - 1).mean():.2%}"
    )
    typer.echo(means(reports).to_string())


if __name__ == "__main__":
    sys.exit(run(app))
