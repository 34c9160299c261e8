"""Which interactions stay: the k-core, and the busiest users and items for a first try. Pure functions on codes."""

import numpy as np


def in_core(users: np.ndarray, items: np.ndarray, k: int) -> np.ndarray:
    """Return bool [n]: which interactions remain when users and items with fewer than `k` go, until none is left.

    users, items: int codes [n] of distinct pairs.
    """
    keep = np.ones(len(users), dtype=bool)
    while True:
        few = np.zeros(len(users), dtype=bool)
        for codes in (users, items):
            few |= np.bincount(codes[keep], minlength=int(codes.max(initial=0)) + 1)[codes] < k
        again = keep & ~few
        if again.sum() == keep.sum():
            return keep
        keep = again


def of_busiest(codes: np.ndarray, most: int) -> np.ndarray:
    """Return bool [n]: which interactions are of the `most` codes that occur most often (ties: the first to occur)."""
    uniques, first, counts = np.unique(codes, return_index=True, return_counts=True)
    order = np.lexsort((first, -counts))
    return np.isin(codes, uniques[order[:most]])
