"""What is known of training runs: scores, data, options, hardware and time, in words. No Streamlit in here."""

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from app.workspace import label
from lattice.experiments import paper
from lattice.recommender import Recommender


def scores(models: Mapping[str, Recommender], split: str) -> pd.DataFrame:
    """A line per model, a column per metric."""
    rows = {label(name): model.checkpoint.metrics.get(split, {}) for name, model in models.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("model").reset_index()


def score(mean: float, deviation: float) -> str:
    """A mean ± its standard deviation, which a single seed doesn't have; a narrow cell breaks before the sign."""
    return paper.score(mean, deviation).replace("± ", "±\u00a0")


def over_seeds(models: Mapping[str, Recommender]) -> pd.DataFrame:
    """Test scores as mean ± standard deviation over seeds, a line for every model that was trained with several."""
    rows = {}
    for name, model in models.items():
        spread = model.checkpoint.metrics.get("spread")
        if spread and len(spread["seeds"]) > 1:
            cells = {metric: score(mean, spread["std"][metric]) for metric, mean in spread["mean"].items()}
            rows[label(name)] = cells | {"seeds": len(spread["seeds"])}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("model").reset_index()


def seeds(table: pd.DataFrame, name: str = "model") -> str:
    """How many seeds the rows of a table have, in words; those with another number than most by `name`."""
    usual = int(table["seeds"].mode().max())
    others = [f"{row[name]}: {row['seeds']}" for row in table.to_dict("records") if row["seeds"] != usual]
    return f"{usual} seed{'s' if usual > 1 else ''}" + (f" ({', '.join(others)})" if others else "")


def flat(values: dict[str, Any], above: str = "") -> dict[str, str]:
    """Nested options as one level of text: backbone.dim -> 64."""
    found: dict[str, str] = {}
    for name, value in values.items():
        key = f"{above}{name}"
        found |= flat(value, f"{key}.") if isinstance(value, dict) else {key: str(value)}
    return found


def safe_card(card: str) -> str:
    """A model card as Markdown without its own title, pictures, links or directives."""
    body = re.sub(r"\A# .*\n+", "", card)
    return re.sub(r"([!:]?)\[", r"\1\\[", body).replace("<", "&lt;")


def duration(seconds: float) -> str:
    """Seconds as people say them."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def facts(recommender: Recommender) -> dict[str, str]:
    """What is known of a training run, in words."""
    metrics, dataset = recommender.checkpoint.metrics, recommender.checkpoint.dataset
    found = {
        "Data": f"{dataset.name}: {dataset.n_users:,} users, {dataset.n_items:,} items, "
        f"{len(dataset.interactions):,} interactions",
        "Fingerprint": recommender.checkpoint.dataset_fingerprint,
        "Features": ", ".join(f"{m}: {r.name}" for m, r in recommender.checkpoint.encoders.items()) or "none",
        "Hardware": str(metrics.get("hardware", "unknown")),
        "Versions": ", ".join(f"{n} {v}" for n, v in metrics.get("versions", {}).items()),
        "Finished": str(metrics.get("finished", "unknown")).replace("T", " ").replace("+00:00", " UTC"),
    }
    return {name: value for name, value in found.items() if value}
