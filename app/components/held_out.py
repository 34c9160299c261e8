"""Recall on validation items, user by user, as trained and under a what-if, with the error of the difference."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from app.components.what_if import Settings
from lattice.evaluation import SELECTION_METRIC, evaluate, sampled
from lattice.recommender import Recommender

METRIC = SELECTION_METRIC
MOST_SCORES, LEAST_USERS = 30_000_000, 500  # everyone is scored where that takes no longer than a second


@st.cache_data(max_entries=128, show_spinner=False)
def recall_by_user(_recommender: Recommender, stamp: str, settings: Settings) -> np.ndarray:
    """Return [n] Recall@20 of the users with validation items; the same users for all settings.

    A what-if is a choice, and a test score is never looked at to choose anything.

    _recommender: the model under these settings, of the checkpoint with this stamp.
    """
    dataset = _recommender.checkpoint.dataset
    relevant = sampled(dataset.pairs("valid"), max(LEAST_USERS, MOST_SCORES // dataset.n_items))
    if not len(relevant):
        return np.empty(0)
    return evaluate(_recommender.embeddings, dataset.pairs("train"), relevant, (20,)).per_user[METRIC]


@dataclass(frozen=True)
class Effect:
    """Mean Recall@20 before and after a what-if, and the standard error of the difference over the same users.

    The error of a single user is NaN, and its effect is never clear.
    """

    before: float
    after: float
    error: float
    users: int

    @classmethod
    def of(cls, before: np.ndarray, after: np.ndarray) -> "Effect":
        """Compare two arrays [n], user by user, n > 0."""
        difference = after - before
        return cls(float(before.mean()), float(after.mean()), float(pd.Series(difference).sem()), len(difference))

    @property
    def clear(self) -> bool:
        """Return whether the difference is more than twice its error."""
        return abs(self.after - self.before) > 2 * self.error

    @property
    def words(self) -> str | None:
        """Return the difference with its error; None where nothing changed."""
        if self.after == self.before:
            return None
        return f"{self.after - self.before:+.4f}" + (f" ± {self.error:.4f}" if self.users > 1 else "")
