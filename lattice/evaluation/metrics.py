"""Recall, Precision and NDCG at k, a value per user, from ranked hits."""

import numpy as np


def recall(hits: np.ndarray, n_relevant: np.ndarray, k: int) -> np.ndarray:
    """Share of a user's relevant items among the first k. hits: [n, >=k] bool; n_relevant: [n] > 0."""
    return hits[:, :k].sum(axis=1) / n_relevant


def precision(hits: np.ndarray, n_relevant: np.ndarray, k: int) -> np.ndarray:
    """Share of the first k that is relevant."""
    return hits[:, :k].sum(axis=1) / k


def ndcg(hits: np.ndarray, n_relevant: np.ndarray, k: int) -> np.ndarray:
    """Discounted gain with binary relevance over that of the ideal list, which has min(k, n_relevant) hits."""
    top, most = hits[:, :k], np.minimum(n_relevant, k)
    places = max(top.shape[1], most.max(initial=0))  # k may be far beyond the last item
    discount = 1 / np.log2(np.arange(2, places + 2))
    ideal = np.concatenate([[0.0], discount.cumsum()])[most]
    return top @ discount[: top.shape[1]] / ideal


METRICS = {"recall": recall, "precision": precision, "ndcg": ndcg}
