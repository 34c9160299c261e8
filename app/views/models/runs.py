"""Training runs: scores, data, options, hardware and time, in words. Without Streamlit."""

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from app.workspace import label
from lattice.experiments import paper
from lattice.recommender import Recommender


def scores_by_split(models: Mapping[str, Recommender], split: str) -> pd.DataFrame:
    """Return one row per model, one column per metric."""
    rows = {label(name): model.checkpoint.metrics.get(split, {}) for name, model in models.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("model").reset_index()


def score(mean: float, deviation: float) -> str:
    """Return a mean ± its standard deviation, which a single seed doesn't have; narrow cells break before the sign."""
    return paper.score(mean, deviation).replace("± ", "±\u00a0")


def over_seeds(models: Mapping[str, Recommender]) -> pd.DataFrame:
    """Return test scores as mean ± standard deviation, one row per model trained with several seeds."""
    rows = {}
    for name, model in models.items():
        spread = model.checkpoint.metrics.get("spread")
        if spread and len(spread["seeds"]) > 1:
            cells = {metric: score(mean, spread["std"][metric]) for metric, mean in spread["mean"].items()}
            rows[label(name)] = cells | {"seeds": len(spread["seeds"])}
    return pd.DataFrame.from_dict(rows, orient="index").fillna("–").rename_axis("model").reset_index()


def seeds_in_words(table: pd.DataFrame, name: str = "model") -> str:
    """Return how many seeds the rows of a table have; rows that differ from most are named by `name`."""
    usual = int(table["seeds"].mode().max())
    others = [f"{row[name]}: {row['seeds']}" for row in table.to_dict("records") if row["seeds"] != usual]
    return f"{usual} seed{'s' if usual > 1 else ''}" + (f" ({', '.join(others)})" if others else "")


def flatten(values: dict[str, Any], above: str = "") -> dict[str, str]:
    """Return nested options as one level of text: backbone.dim -> 64."""
    found: dict[str, str] = {}
    for name, value in values.items():
        key = f"{above}{name}"
        found |= flatten(value, f"{key}.") if isinstance(value, dict) else {key: str(value)}
    return found


def safe_card(card: str) -> str:
    """Return a model card as Markdown without its own title, pictures, links or directives."""
    body = re.sub(r"\A# .*\n+", "", card)
    return re.sub(r"([!:]?)\[", r"\1\\[", body).replace("<", "&lt;")


def duration(seconds: float) -> str:
    """Return seconds as a human-readable duration."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def run_facts(recommender: Recommender) -> dict[str, str]:
    """Return the facts of a training run, in words."""
    metrics, dataset = recommender.checkpoint.metrics, recommender.checkpoint.dataset
    words = dataset.words
    found = {
        "Data": f"{dataset.name}: {dataset.n_users:,} {words.users}, {dataset.n_items:,} {words.items}, "
        f"{len(dataset.interactions):,} {words.interactions}",
        "Fingerprint": recommender.checkpoint.dataset_fingerprint,
        "Features": ", ".join(f"{m}: {r.name}" for m, r in recommender.checkpoint.encoders.items()) or "none",
        "Hardware": str(metrics.get("hardware", "unknown")),
        "Versions": ", ".join(f"{n} {v}" for n, v in metrics.get("versions", {}).items()),
        "Finished": str(metrics.get("finished", "unknown")).replace("T", " ").replace("+00:00", " UTC"),
    }
    return {name: value for name, value in found.items() if value}
