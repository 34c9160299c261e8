"""The metrics: functions from ranked hits to one value per user, and the one table that lists them.

To add a metric, write its function and add one row to `METRICS`: evaluation, model cards, tables and the app show it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


def recall(hits: np.ndarray, n_relevant: np.ndarray, k: int) -> np.ndarray:
    """Return the share of a user's relevant items among the first k. hits: [n, >=k] bool; n_relevant: [n] > 0."""
    return hits[:, :k].sum(axis=1) / n_relevant


def precision(hits: np.ndarray, n_relevant: np.ndarray, k: int) -> np.ndarray:
    """Return the share of the first k that is relevant."""
    return hits[:, :k].sum(axis=1) / k


def ndcg(hits: np.ndarray, n_relevant: np.ndarray, k: int) -> np.ndarray:
    """Return the discounted binary gain over that of the ideal list, which has min(k, n_relevant) hits."""
    top, ideal_hits = hits[:, :k], np.minimum(n_relevant, k)
    length = max(top.shape[1], ideal_hits.max(initial=0))  # k may be far beyond the last item
    discount = 1 / np.log2(np.arange(2, length + 2))
    ideal = np.concatenate([[0.0], discount.cumsum()])[ideal_hits]
    return top @ discount[: top.shape[1]] / ideal


def ndcg_of_hits(hits: np.ndarray, n_relevant: np.ndarray, k: int) -> np.ndarray:
    """Return NDCG as LATTICE's published program has it: the ideal list has the hits that were found, first.

    It rates the order of the hits alone, so it is at least `ndcg`; a user without a hit has 0.
    """
    top = hits[:, :k]
    discount = 1 / np.log2(np.arange(2, top.shape[1] + 2))
    ideal = np.concatenate([[1.0], discount.cumsum()])[top.sum(axis=1)]
    return top @ discount / ideal


@dataclass(frozen=True)
class Metric:
    """A metric at a list length k.

    Args:
        name: as in columns and JSON: "recall" of "recall@20".
        label: as papers write it: "Recall" of "Recall@20".
        help: one sentence for a reader, with {k} for the list length.
        function: (hits [n, >=k] bool in rank order, n_relevant [n] > 0, k) -> [n] values.
    """

    name: str
    label: str
    help: str
    function: Callable[[np.ndarray, np.ndarray, int], np.ndarray]


_ROWS = (
    Metric(
        "recall",
        "Recall",
        "the share of a user's held-out items that appear among the first {k}, averaged over users.",
        recall,
    ),
    Metric("precision", "Precision", "the share of the first {k} that are the user's held-out items.", precision),
    Metric(
        "ndcg",
        "NDCG",
        "like recall, but a hit counts more the higher its rank; 1 is the best possible order.",
        ndcg,
    ),
)
METRICS = {metric.name: metric for metric in _ROWS}
NDCG_OF_HITS = Metric(  # beside the others only where scores are compared with the paper's
    "ndcg_of_hits",
    "NDCG of the hits",
    "NDCG over the ideal order of the hits that were found, instead of all that could be found.",
    ndcg_of_hits,
)
SELECTION_METRIC = "recall@20"  # on validation: what chooses epochs and settings


def labels(k: int = 20) -> dict[str, str]:
    """Return the columns of all metrics at one list length with their labels: "recall@20" -> "Recall@20"."""
    return {f"{metric.name}@{k}": f"{metric.label}@{k}" for metric in METRICS.values()}


def label_of(column: str) -> str:
    """Return the label of a column such as "recall@20"; any other column keeps its name."""
    name, _, k = column.partition("@")
    return f"{METRICS[name].label}@{k}" if k and name in METRICS else column


def explain(column: str) -> str:
    """Return what a column such as "recall@20" measures, in one sentence."""
    name, _, k = column.partition("@")
    return f"{label_of(column)}: {METRICS[name].help.format(k=k)}"
