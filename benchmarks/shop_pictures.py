"""What the drawn shop's pictures and words each tell of what its simulated shoppers care about.

    python -m benchmarks.shop_pictures assets/demo [--seeds 3]

The shop's program knows every item's facts (type, colour, pattern, brand's mood, purpose) and how much a shopper cares
about each. So three things can be measured: how well a linear map reads each fact from the features; how many of an
item's ten nearest neighbours share it; and how much of a shopper's taste an item shares with its neighbours. With
--seeds, LATTICE is also trained with words alone, with pictures, with colours beside them, and with all that a perfect
encoder would read from a picture.
Writes benchmarks/results/shop-pictures.json.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import torch
import typer

from benchmarks.grid import run
from demo.shop.catalogue import stock
from demo.shop.shoppers import TASTES, traits
from lattice.cli import run as run_program
from lattice.commands.shared import DatasetPath
from lattice.data import load
from lattice.data.dataset import Dataset
from lattice.errors import InputError
from lattice.experiments.methods import Method
from lattice.features.batch import unit_rows
from lattice.features.image_training.losses import colour_histogram
from lattice.features.image_training.pictures import catalogue_drawings
from lattice.files import replaced_file
from lattice.graph import nearest

K = 10
COLOUR_SHARE = 0.7  # length of the colours' part beside the encoder's, which is 1
LOOK = ("type", "colour", "pattern")  # what a picture can show
SETTINGS = ["lr=5e-3", "l2=1e-2", "batch_size=2048", "patience=10"]
RESULTS = Path(__file__).parent / "results" / "shop-pictures.json"

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def perfect(facts: dict[str, np.ndarray], names: Sequence[str]) -> np.ndarray:
    """Return float32 [n, d]: the named facts side by side, each scaled as shoppers care about it."""
    return np.hstack([TASTES[name] * (facts[name] - facts[name].mean(axis=0)) for name in names]).astype(np.float32)


def coloured(dataset: Dataset) -> np.ndarray:
    """Return float32 [n, d]: the encoder's features beside a histogram of each picture's colours (no learning)."""
    drawings = catalogue_drawings(dataset).pictures.split(128)
    colours = torch.cat([colour_histogram(some.float() / 255) for some in drawings]).sqrt().numpy()
    return np.hstack([_away(dataset.features["visual"].astype(np.float32)), COLOUR_SHARE * _away(colours)])


def _away(x: np.ndarray) -> np.ndarray:
    return unit_rows(x - x.mean(axis=0))


def neighbours(features: np.ndarray) -> np.ndarray:
    """Return [n, K] indices of each item's nearest others by cosine."""
    found = nearest(torch.as_tensor(features), K + 1).indices.numpy()
    own = np.arange(len(found))[:, None]
    return found[found != own].reshape(len(found), K)


def shared(facts: dict[str, np.ndarray], near: np.ndarray) -> dict[str, float]:
    """Return fact -> share of neighbours that have (one of) the item's values."""
    return {name: float(((x[near] * x[:, None]).sum(axis=2) > 0).mean()) for name, x in facts.items()}


def shared_taste(facts: dict[str, np.ndarray], near: np.ndarray) -> dict[str, float]:
    """Return fact -> covariance of a random shopper's taste for an item and its neighbours; "all" is the sum.

    A taste is Gaussian per value, so its covariance for items i and j is sd^2 (x_i - mean) . (x_j - mean). Each is
    given as a share of the mean variance of the whole taste: "all" is 1 for neighbours that are the item itself.
    """
    centred = {name: TASTES[name] * (x - x.mean(axis=0)) for name, x in facts.items()}
    whole = sum(float((x * x).sum(axis=1).mean()) for x in centred.values())
    parts = {name: float((x[near] * x[:, None]).sum(axis=2).mean()) / whole for name, x in centred.items()}
    return {**parts, "all": sum(parts.values())}


def readable(features: np.ndarray, facts: dict[str, np.ndarray]) -> dict[str, float]:
    """Return fact -> accuracy of a linear classifier on items kept apart (five folds); the first of two purposes."""
    from sklearn.linear_model import RidgeClassifierCV
    from sklearn.model_selection import cross_val_score

    unit = features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-12)
    model = RidgeClassifierCV(alphas=np.logspace(-3, 2, 6))
    return {name: float(cross_val_score(model, unit, x.argmax(axis=1), cv=5).mean()) for name, x in facts.items()}


def measure(dataset: Dataset, facts: dict[str, np.ndarray]) -> list[dict[str, Any]]:
    """Return one row per set of features: what its neighbours share; of the encoders' also what can be read."""
    known = dict(dataset.features) | {"visual + colours": coloured(dataset)}
    sets = known | {"perfect picture": perfect(facts, LOOK), "perfect": perfect(facts, list(TASTES))}
    rng = np.random.default_rng(0)
    rows = []
    for name, features in sets.items():
        near = neighbours(features)
        row = {"features": name, "shared": shared(facts, near), "taste": shared_taste(facts, near)}
        rows.append(row | ({"readable": readable(features, facts)} if name in known else {}))
    n = dataset.n_items
    chance = (np.arange(n)[:, None] + rng.integers(1, n, (n, 100))) % n
    rows.append({"features": "chance", "shared": shared(facts, chance), "taste": shared_taste(facts, chance)})
    return rows


def trained(dataset: Dataset, facts: dict[str, np.ndarray], seeds: int) -> list[dict[str, Any]]:
    """Return test Recall@20 of LATTICE with several sets of features, over seeds."""
    text, picture = dataset.features["textual"], dataset.features["visual"]
    ideal, colours = perfect(facts, LOOK), coloured(dataset)
    sets = {
        "words": {"textual": text},
        "words + pictures": {"textual": text, "visual": picture},
        "words + pictures + colours": {"textual": text, "visual": colours},
        "words + perfect pictures": {"textual": text, "visual": ideal},
    }
    rows = []
    for name, features in sets.items():
        encoders = {modality: dataset.encoders[modality] for modality in features}
        data = replace(dataset, features=features, encoders=encoders)
        found = [run(data, Method("lattice"), SETTINGS, seed, "cpu", 1)[0] for seed in range(seeds)]
        scores = pd.Series([one["test_recall@20"] for one in found])
        rows.append({"features": name, "recall@20": scores.mean(), "std": scores.std(), "seeds": seeds})
        typer.echo(f"{name}: {scores.mean():.4f}", err=True)
    return rows


@app.command()
def main(
    dataset: DatasetPath,
    out: Annotated[Path, typer.Option(help="The JSON file to write.")] = RESULTS,
    seeds: Annotated[int, typer.Option(min=0, help="Trainings per set of features; 0: none.")] = 0,
) -> None:
    """Measure, print and write."""
    data = load(dataset)
    items = stock(0, data.n_items)
    if [item.item for item in items] != list(data.items["item"]):
        raise InputError(f"{dataset} isn't the shop that `python -m demo shop` makes with seed 0")
    facts = traits(items)
    rows = measure(data, facts)
    found: dict[str, Any] = {"dataset": data.fingerprint, "k": K, "features": rows, "settings": SETTINGS}
    found["trained"] = trained(data, facts, seeds) if seeds else []
    with replaced_file(out) as part:
        part.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    for kind in ("readable", "shared", "taste"):
        table = pd.DataFrame({row["features"]: row[kind] for row in rows if kind in row})
        typer.echo(f"{kind}\n{table.T.round(3).to_string()}\n")
    for row in found["trained"]:
        typer.echo(f"{row['features']}: {row['recall@20']:.4f} ± {row['std']:.4f}")


if __name__ == "__main__":
    sys.exit(run_program(app))
