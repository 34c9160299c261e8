"""What every user has, and the first items of every model's list, a block of users per file."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from lattice.data.dataset import SPLITS, Dataset
from lattice.evaluation import rank
from lattice.export_app.scripts import indices, ragged
from lattice.recommender import Recommender

BLOCK = 128  # users per file: what a visitor loads to see one of them
LENGTH = 50  # items of a list


def user_scripts(recommenders: Sequence[Recommender]) -> Iterator[dict[str, Any]]:
    """Yield a block of users after the other: their items by split, and the first LENGTH items of each model's list.

    lists: one array [users, LENGTH] per recommender, in their order; content scores count where a model has them.
    """
    dataset = recommenders[0].checkpoint.dataset
    histories = {split: _items_of_users(dataset, split) for split in SPLITS}
    for start in range(0, dataset.n_users, BLOCK):
        users = np.arange(start, min(start + BLOCK, dataset.n_users))
        yield {
            **{split: ragged([rows[user] for user in users], dataset.n_items) for split, rows in histories.items()},
            "lists": [indices(_first_items(one, users), dataset.n_items) for one in recommenders],
        }


def _first_items(recommender: Recommender, users: np.ndarray) -> np.ndarray:
    return rank(*recommender.vectors, users, LENGTH, recommender.trained.seen)[0]


def _items_of_users(dataset: Dataset, split: str) -> list[np.ndarray]:
    """Return the item indices of every user in one split."""
    pairs = dataset.pairs(split)
    ordered = pairs[np.argsort(pairs[:, 0], kind="stable")]
    return np.split(ordered[:, 1], np.searchsorted(ordered[:, 0], np.arange(1, dataset.n_users)))
