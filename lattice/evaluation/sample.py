"""A fixed sample of users, small enough to be evaluated within an interaction."""

import numpy as np


def sampled(relevant: np.ndarray, n: int, seed: int = 0) -> np.ndarray:
    """Return the held-out pairs [m, 2] of n users drawn at random from those that have any; all, if fewer."""
    users = np.unique(relevant[:, 0])
    if n < len(users):
        users = np.random.default_rng(seed).choice(users, n, replace=False)
    return relevant[np.isin(relevant[:, 0], users)]
