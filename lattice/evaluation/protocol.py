"""The paper's two protocols: warm start (held-out interactions) and cold start (held-out items)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from torch import Tensor

from lattice.data.interaction_matrix import interaction_matrix
from lattice.errors import InputError
from lattice.evaluation.metrics import METRICS, Metric
from lattice.evaluation.ranking import rank
from lattice.graph.joined import Vectors


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores of one evaluation.

    Args:
        users: [n] indices of those evaluated.
        per_user: "recall@20", ... -> [n] values, for paired tests.
        candidates: number of items ranked, seen ones included: among few items a high score means little.
    """

    users: np.ndarray
    per_user: dict[str, np.ndarray]
    candidates: int

    @property
    def means(self) -> dict[str, float]:
        """Return the average over users of each metric."""
        return {name: float(values.mean()) for name, values in self.per_user.items()}

    @property
    def summary(self) -> dict[str, float]:
        """Return the means, and the numbers of users and candidates."""
        return {**self.means, "users": len(self.users), "candidates": self.candidates}


def evaluate(
    embeddings: tuple[Vectors, Vectors],
    seen: np.ndarray,
    relevant: np.ndarray,
    ks: Sequence[int] = (10, 20),
    candidates: np.ndarray | None = None,
    metrics: Sequence[Metric] = tuple(METRICS.values()),
) -> Scores:
    """Score final embeddings by full ranking: every candidate is ranked for every user with something held out.

    Args:
        embeddings: users [n_users, d] and items [n_items, d].
        seen: [n, 2] pairs masked out of the ranking: training's alone, as in the field, also at test.
        relevant: [m, 2] held-out pairs; users without any are left out of the mean.
        ks: lengths of the list.
        candidates: indices of the items to rank; by default all.
        metrics: what to score by.

    Returns:
        Every metric at every k.
    """
    users_x, items_x = embeddings
    shape = len(users_x), len(items_x)
    held_out = interaction_matrix(relevant, *shape)
    users = np.flatnonzero(np.diff(held_out.indptr))
    ranked, _ = rank(users_x, items_x, users, max(ks), interaction_matrix(seen, *shape), candidates, wanted=held_out)
    n_candidates = len(items_x) if candidates is None else len(np.unique(candidates))
    return score_lists(ranked, users, held_out, ks, n_candidates, metrics)


def score_lists(
    ranked: np.ndarray,
    users: np.ndarray,
    held_out: csr_array,
    ks: Sequence[int],
    candidates: int,
    metrics: Sequence[Metric] = tuple(METRICS.values()),
) -> Scores:
    """Score the lists of some users by every metric at every k.

    Args:
        ranked: [n, >= max(ks)] item indices, best first; -1 where a list is shorter.
        users: [n] their indices; each has something held out.
        held_out: [n_users, n_items] bool.
        ks: lengths of the list.
        candidates: number of items ranked.
        metrics: what to score by.
    """
    n_relevant = np.diff(held_out.indptr)[users]
    chosen = held_out[users[:, None], ranked]  # sparse [n, k]; the stubs say dense
    hits = chosen.toarray() & (ranked >= 0)  # type: ignore[attr-defined]
    per_user = {f"{m.name}@{k}": m.function(hits, n_relevant, k) for k in ks for m in metrics}
    return Scores(users, per_user, candidates)


def cold_pairs(train: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    """Return the held-out pairs [m, 2] whose item has no training pair; an InputError if there are none."""
    found = relevant[~np.isin(relevant[:, 1], train[:, 1])]
    if len(found) == 0:
        raise InputError(
            "no held-out interaction is of a cold item; prepare the dataset with `--cold 0.2` for this protocol"
        )
    return found


def evaluate_cold(
    embeddings: tuple[Tensor, Tensor], train: np.ndarray, relevant: np.ndarray, ks: Sequence[int] = (10, 20)
) -> dict[str, Scores]:
    """Score items never seen in training: ranked among the cold items of this split, and among all items.

    relevant: [m, 2] held-out pairs of one split; those of warm items are left out.
    """
    relevant = cold_pairs(train, relevant)
    candidates = np.unique(relevant[:, 1])
    return {
        "among_cold": evaluate(embeddings, train, relevant, ks, candidates),
        "among_all": evaluate(embeddings, train, relevant, ks),
    }
