"""Baselines that nothing is trained for: popularity, item-kNN on interactions or on content, and EASE.

Each makes of the training interactions R [U, N] a function from rows of users to their scores [n, N]. They have at most
one setting, which is chosen on validation like any model's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from scipy.linalg import inv
from scipy.sparse import csr_array, diags_array
from torch import Tensor

from lattice.data.dataset import Dataset
from lattice.errors import InputError
from lattice.evaluation import METRICS, NDCG_OF_HITS, Scores, interaction_matrix, score_lists
from lattice.graph import chosen_cosines, nearest
from lattice.inference.completion import centred_content, content_centres

UserScores = Callable[[np.ndarray], np.ndarray]  # [n] users -> [n, N] scores
MOST_ITEMS = 25_000  # of EASE, which inverts a dense N x N matrix: 5 GB, five minutes of one core
BLOCK = 1024  # users scored at once


@dataclass(frozen=True)
class Baseline:
    """One of them.

    Args:
        make: (training interactions [U, N], modality -> features [N, d_m], setting) -> scores of users.
        setting: the name of its setting; empty if it has none.
        values: of the setting, to choose from.
        needs_features: whether it reads item features.
    """

    make: Callable[[csr_array, Mapping[str, Tensor], float], UserScores]
    setting: str = ""
    values: tuple[str, ...] = ("",)
    needs_features: bool = False

    def settings(self) -> list[list[str]]:
        """Return the settings to try, each as result files write them."""
        return [[f"{self.setting}={value}"] if value else [] for value in self.values]


def popularity(seen: csr_array, features: Mapping[str, Tensor], setting: float) -> UserScores:
    """Score an item by the number of users who have it."""
    counts = seen.sum(axis=0).astype(np.float32)
    return lambda users: np.tile(counts, (len(users), 1))


def item_knn(seen: csr_array, features: Mapping[str, Tensor], neighbours: float) -> UserScores:
    """Score an item by its cosines with the user's items, as far as they are among its nearest by who has them."""
    ones = seen.astype(np.float32)
    counts = ones.sum(axis=0)
    unit = ones @ diags_array(np.where(counts > 0, 1 / np.sqrt(np.maximum(counts, 1)), 0.0).astype(np.float32))
    similarity = csr_array(unit.T @ unit)
    similarity.setdiag(0)
    return _linear(ones, csr_array(_largest(similarity, int(neighbours)).T))


def content_knn(seen: csr_array, features: Mapping[str, Tensor], neighbours: float) -> UserScores:
    """Score an item by its cosines with the user's items, as far as they are among its nearest by content.

    Content is every modality's unit vector away from the catalogue's mean, side by side.
    """
    known = torch.as_tensor(seen.sum(axis=0) > 0)
    content = centred_content(features, content_centres(features, known))
    pattern = nearest(content, int(neighbours) + 1)  # an item is its own nearest
    cosines = chosen_cosines(content, pattern).relu()
    cosines = torch.where(pattern.indices == torch.arange(len(content))[:, None], 0.0, cosines)
    starts = np.arange(len(content) + 1) * pattern.indices.shape[1]
    shape = (len(content), len(content))
    weights = csr_array((cosines.numpy().ravel(), pattern.indices.numpy().ravel(), starts), shape=shape)
    return _linear(seen.astype(np.float32), csr_array(weights.T))


def ease(seen: csr_array, features: Mapping[str, Tensor], ridge: float) -> UserScores:
    """Score by EASE (Steck, WWW 2019, Eq. 8): R B, the linear autoencoder whose B has a zero diagonal.

    Raises an InputError above MOST_ITEMS items.
    """
    n = seen.shape[1]
    if n > MOST_ITEMS:
        raise InputError(f"EASE inverts a dense matrix of {n:,} x {n:,} items; here it does so up to {MOST_ITEMS:,}")
    ones = seen.astype(np.float64)
    gram = (ones.T @ ones).toarray(order="F")  # LAPACK's order: it is inverted in its own memory
    gram[np.diag_indices(n)] += ridge
    weights = inv(gram, overwrite_a=True, assume_a="pos").T  # symmetric; the transpose has its rows in one piece
    weights /= -np.diag(weights)
    np.fill_diagonal(weights, 0.0)
    return _linear(ones, weights)


BASELINES = {
    "popularity": Baseline(popularity),
    "item-kNN": Baseline(item_knn, "neighbours", ("10", "50", "200")),
    "item-kNN on content": Baseline(content_knn, "neighbours", ("10", "50", "200"), needs_features=True),
    "EASE": Baseline(ease, "ridge", ("10", "100", "1000")),
}


def evaluate_baseline(name: str, setting: float, dataset: Dataset, ks: tuple[int, ...] = (10, 20)) -> dict[str, Scores]:
    """Return a baseline's scores on "valid" and "test", by the protocol of `lattice.evaluation.evaluate`.

    Raises an InputError where it needs features and there are none, or there are too many items.
    """
    if BASELINES[name].needs_features and not dataset.features:
        raise InputError(f"{name} needs at least one modality of features, and this dataset has none")
    seen = interaction_matrix(dataset.pairs("train"), dataset.n_users, dataset.n_items)
    features = {m: torch.as_tensor(x) for m, x in dataset.features.items()}
    scores = BASELINES[name].make(seen, features, setting)
    return {split: _evaluated(scores, seen, dataset, split, ks) for split in ("valid", "test")}


def _evaluated(scores: UserScores, seen: csr_array, dataset: Dataset, split: str, ks: tuple[int, ...]) -> Scores:
    held_out = interaction_matrix(dataset.pairs(split), *seen.shape)
    users = np.flatnonzero(np.diff(held_out.indptr))
    lists = []
    for start in range(0, len(users), BLOCK):
        some = users[start : start + BLOCK]
        block = torch.as_tensor(np.asarray(scores(some)))
        block[torch.as_tensor(seen[some].toarray())] = -torch.inf
        values, items = block.topk(min(max(ks), block.shape[1]), dim=1)
        lists.append(torch.where(values == -torch.inf, -1, items).numpy())
    metrics = (*METRICS.values(), NDCG_OF_HITS)
    return score_lists(np.concatenate(lists), users, held_out, ks, dataset.n_items, metrics)


def _linear(seen: csr_array, weights: csr_array | np.ndarray) -> UserScores:
    """Return scores R W, weights [N, N]."""

    def scores(users: np.ndarray) -> np.ndarray:
        found = seen[users] @ weights
        return found if isinstance(found, np.ndarray) else found.toarray()

    return scores


def _largest(matrix: csr_array, k: int) -> csr_array:
    """Return a sparse matrix with the k largest entries of every row."""
    kept = np.zeros(matrix.nnz, dtype=bool)
    for start, end in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True):
        kept[start + np.argsort(-matrix.data[start:end], kind="stable")[:k]] = True
    found = csr_array((np.where(kept, matrix.data, 0), matrix.indices, matrix.indptr), shape=matrix.shape)
    found.eliminate_zeros()
    return found
