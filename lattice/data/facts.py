"""Figures of a dataset that tell whether it is what one meant: sizes, spread, what is missing."""

import itertools
from typing import Any

import numpy as np

from lattice.data.dataset import SPLITS, Dataset

WORDS = ("title", "brand", "category", "description")
BINS = (0, 1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000)  # lower ends of a histogram's bars


def facts(dataset: Dataset) -> dict[str, Any]:
    """Return figures of a dataset, as JSON takes them."""
    interactions = dataset.interactions
    user_codes, item_codes = dataset.codes
    per_user = np.bincount(user_codes, minlength=dataset.n_users)
    per_item = np.bincount(item_codes, minlength=dataset.n_items)
    trained = np.bincount(item_codes[(interactions["split"] == "train").to_numpy()], minlength=dataset.n_items)
    return {
        "users": dataset.n_users,
        "items": dataset.n_items,
        "interactions": len(interactions),
        "density": len(interactions) / max(1, dataset.n_users * dataset.n_items),
        "splits": {split: int((interactions["split"] == split).sum()) for split in SPLITS},
        "per_user": spread(per_user),
        "per_item": spread(per_item),
        "users_too_small_to_split": int((per_user < 3).sum()),
        "items_without_interactions": int((per_item == 0).sum()),
        "items_without_training": int((trained == 0).sum()),
        **_content(dataset),
    }


def _content(dataset: Dataset) -> dict[str, Any]:
    items = dataset.items
    words = np.zeros(len(items), dtype=bool)
    for column in WORDS:
        if column in items:
            words |= (items[column] != "").to_numpy()
    found: dict[str, Any] = {"items_without_text": int((~words).sum())}
    picture = (items["image"] != "").to_numpy() if "image" in items else np.zeros(len(items), dtype=bool)
    found["items_without_picture"] = int((~picture).sum())
    if "image_url" in items:
        found["pictures_by_address"] = int(((items["image_url"] != "").to_numpy() & ~picture).sum())
    found["features"] = {
        modality: {"dimensions": int(matrix.shape[1]), "items_without": int((~matrix.any(axis=1)).sum())}
        for modality, matrix in dataset.features.items()
    }
    return found


def spread(counts: np.ndarray) -> dict[str, Any]:
    """Return least, median, mean, most, and a histogram {"5-9": how many}."""
    if not len(counts):
        return {"least": 0, "median": 0.0, "mean": 0.0, "most": 0, "histogram": {}}
    edges = [*BINS, np.inf]
    bars = np.histogram(counts, bins=edges)[0]
    names = [f"{low}" if high - low == 1 else f"{low}-{high - 1:.0f}" for low, high in itertools.pairwise(BINS)]
    last = int(np.flatnonzero(bars).max())
    return {
        "least": int(counts.min()),
        "median": float(np.median(counts)),
        "mean": float(counts.mean()),
        "most": int(counts.max()),
        "histogram": dict(list(zip([*names, f"{BINS[-1]} or more"], map(int, bars), strict=True))[: last + 1]),
    }
