"""Interactions split into train, validation and test: as the paper does it, by time, or the last one of each user."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lattice.errors import InputError

KINDS = ("random", "time", "global-time", "leave-one-out")


def held_out(counts: np.ndarray, parts: int = 2) -> np.ndarray:
    """Return how many of each user's `counts` interactions go to each held-out part (int64, of the same shape).

    A tenth, rounded down, and at least one; none where no interaction would be left to train on. The paper's 8:1:1
    (Section 3.1.1), but for its authors' program, whose validation part takes what is left of a fifth.
    """
    return np.where(counts > parts, np.maximum(1, counts // 10), 0)


def split(users: pd.Series, seed: int = 0, by: str = "random", parts: Sequence[str] = ("test", "valid")) -> np.ndarray:
    """Return object [n]: "train" or one of `parts` for each interaction; `users` names the user of each.

    by: "random" draws each user's held-out interactions with `seed`. The others take the rows to be in time order:
        "time" holds out each user's last tenth for the first part and the tenth before it for the next;
        "leave-one-out" does so with one interaction each; "global-time" takes the last tenth of all interactions.
    InputError: an unknown `by`.
    """
    if by not in KINDS:
        raise InputError(f"split {by!r} is unknown; use one of {', '.join(KINDS)}")
    codes = pd.factorize(users)[0]
    labels = np.full(len(codes), "train", dtype=object)
    if by == "global-time":
        held = np.full(len(codes), held_out(np.array(len(codes)), len(parts)))
        rank = np.arange(len(codes))[::-1]
    else:
        order = np.random.default_rng(seed).permutation(len(codes)) if by == "random" else np.arange(len(codes))[::-1]
        rank = np.empty(len(codes), dtype=np.int64)
        rank[order] = pd.Series(codes[order]).groupby(codes[order]).cumcount().to_numpy()
        counts = held_out(np.bincount(codes), len(parts))
        held = (np.minimum(counts, 1) if by == "leave-one-out" else counts)[codes]
    for position, part in enumerate(parts):
        labels[(rank >= position * held) & (rank < (position + 1) * held)] = part
    return labels
