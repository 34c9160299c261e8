"""The frontier: what new items gain in users' lists, against what it costs the other (warm) items.

A single pair of recalls says little, since one can always be traded for the other. So new items get an offset on their
scores, and newcomers' recall is read off at fixed losses of warm recall.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import torch
from scipy.sparse import csr_array
from torch import Tensor

from lattice.graph.top_k import top_k

LOSSES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2)  # of warm Recall@20, relative to the model alone without new items
K = 20  # length of the lists
BLOCK = 2**22  # scores at a time: 16 MiB, which the allocator reuses; larger ones cost more to allocate than to fill
MAX_OFFSET = 10.0  # in units of the spread of a user's scores: new items above or below everything

# For a block of users (a slice), the scores of one or several methods, [b, W + n] each: warm items, then new ones, in
# units of the spread of a user's scores. The caller may overwrite them.
Methods = Callable[[slice], Iterable[Tensor]]


@dataclass(frozen=True, eq=False)
class Recalls:
    """Mean over users of Recall@20 of warm items and of new ones, and NDCG@20 of the new ones, among all items."""

    warm: float
    cold: float
    cold_ndcg: float


@dataclass(frozen=True, eq=False)
class TopLists:
    """Every user's best 20 warm items and best 20 new ones, of which any offset's lists are merged.

    warm, new: [U, 20] scores, best first. warm_hits, new_hits: [U, 20] bool, the item is held out for the user.
    new_items: [U, 20] index of the new item. n_warm, n_new: [U] held-out items of each kind.
    """

    warm: np.ndarray
    new: np.ndarray
    warm_hits: np.ndarray
    new_hits: np.ndarray
    new_items: np.ndarray
    n_warm: np.ndarray
    n_new: np.ndarray

    def of(self, users: np.ndarray) -> "TopLists":
        """Return the lists of some users (row indices)."""
        return TopLists(**{field.name: getattr(self, field.name)[users] for field in fields(self)})

    def shown_warm(self, offset: float) -> np.ndarray:
        """Return [U, 20] bool: the warm item is among the first 20 once the new ones are in the list."""
        above = (self.new[:, None, :] + offset > self.warm[:, :, None]).sum(axis=2)
        return np.arange(self.warm.shape[1]) + above < K

    def ranks_of_new(self, offset: float) -> np.ndarray:
        """Return [U, 20] ranks (0 = top) of the new items."""
        above = (self.warm[:, None, :] >= self.new[:, :, None] + offset).sum(axis=2)
        return np.arange(self.new.shape[1]) + above

    def warm_recall(self, offset: float = -np.inf) -> float:
        """Return Recall@20 of the warm items; without new items by default."""
        users = self.n_warm > 0
        hits = (self.warm_hits & self.shown_warm(offset)).sum(axis=1)
        return float((hits[users] / self.n_warm[users]).mean())

    def ndcg(self) -> tuple[float, float]:
        """Return NDCG@20 of the warm items without new ones, and of the new ones among themselves."""
        warm = _ndcg(self.warm_hits, np.broadcast_to(np.arange(self.warm.shape[1]), self.warm.shape), self.n_warm)
        return warm, self.recalls(MAX_OFFSET).cold_ndcg

    def recalls(self, offset: float) -> Recalls:
        """Return the scores of all lists at one offset."""
        users, ranks = self.n_new > 0, self.ranks_of_new(offset)
        hits = self.new_hits & (ranks < K)
        return Recalls(
            self.warm_recall(offset),
            float((hits.sum(axis=1)[users] / self.n_new[users]).mean()),
            _ndcg(hits, ranks, self.n_new),
        )

    def offset_for(self, least: float) -> float | None:
        """Return the highest offset with a warm recall of at least `least`; None where even no new item has it.

        Warm recall only falls as the offset grows, so it is found by bisection.
        """
        if self.warm_recall() < least:
            return None
        low, high = -MAX_OFFSET, MAX_OFFSET
        for _ in range(20):
            middle = (low + high) / 2
            low, high = (middle, high) if self.warm_recall(middle) >= least else (low, middle)
        return float(np.floor(low * 1e4) / 1e4)  # as it is written down

    def impressions(self, offset: float, n_new: int) -> np.ndarray:
        """Return [n_new] how often each new item is among a user's first 20."""
        return np.bincount(self.new_items[self.ranks_of_new(offset) < K], minlength=n_new)


@torch.no_grad()
def top_lists(
    methods: Methods, n_warm: int, seen: csr_array, held_out: csr_array, block: int | None = None
) -> list[TopLists]:
    """Rank warm and new items for every user, a block of users at a time.

    n_warm: W, the first columns. seen, held_out: [U, W + n] bool: items left out of the lists, and those to be found.
    block: users at a time; by default as many as make BLOCK scores.
    """
    block = block or max(1, BLOCK // seen.shape[1])
    found: list[list[tuple[np.ndarray, ...]]] = []
    for start in range(0, seen.shape[0], block):
        rows = slice(start, min(start + block, seen.shape[0]))
        masked, wanted = seen[rows].nonzero(), held_out[rows].toarray()
        for position, scores in enumerate(methods(rows)):
            scores[torch.as_tensor(masked[0]), torch.as_tensor(masked[1])] = -torch.inf
            if position == len(found):
                found.append([])
            found[position].append(_best(scores, wanted, n_warm))
    held_warm = np.asarray(held_out[:, :n_warm].sum(axis=1)).ravel()
    held_new = np.asarray(held_out[:, n_warm:].sum(axis=1)).ravel()
    names = ("warm", "new", "warm_hits", "new_hits", "new_items")
    whole = [map(np.concatenate, zip(*blocks, strict=True)) for blocks in found]
    return [TopLists(**dict(zip(names, parts, strict=True)), n_warm=held_warm, n_new=held_new) for parts in whole]


def _best(scores: Tensor, wanted: np.ndarray, n_warm: int) -> tuple[np.ndarray, ...]:
    """Return TopLists' first five fields for a block of users."""
    parts = []
    for part, held in ((scores[:, :n_warm], wanted[:, :n_warm]), (scores[:, n_warm:], wanted[:, n_warm:])):
        values, columns = (x.cpu().numpy() for x in top_k(part, min(K, part.shape[1])))
        parts.append((values, columns, np.take_along_axis(held, columns, axis=1) & np.isfinite(values)))
    (warm, _, warm_hits), (new, new_items, new_hits) = parts
    return warm, new, warm_hits, new_hits, new_items


def frontier(name: str, lists: TopLists, base: float, own_point: bool = False) -> list[dict[str, Any]]:
    """Return one row per loss: method, loss, warm_recall@20, cold_recall@20, cold_ndcg@20 and the offset.

    base: warm Recall@20 of the model alone without new items, to which losses are relative. Both axes are measured on
    the same lists while the offset sweeps, as an ROC curve is read at a fixed rate, so methods are compared at equal
    losses; how well an offset found on validation keeps its loss is another question (`new_item_report`). A loss that
    the method can't keep to, even without new items, has no row. own_point: add the lists without any offset.
    """
    rows = []
    for loss in LOSSES:
        offset = lists.offset_for((1 - loss) * base)
        if offset is not None:
            rows.append(_row(name, loss, offset, lists))
    if own_point:
        rows.append(_row(name, round(1 - lists.warm_recall(0.0) / base, 4), 0.0, lists))
    return rows


def _row(name: str, loss: float, offset: float, lists: TopLists) -> dict[str, Any]:
    found = lists.recalls(offset)
    return {
        "method": name,
        "loss": loss,
        "warm_recall@20": found.warm,
        "cold_recall@20": found.cold,
        "cold_ndcg@20": found.cold_ndcg,
        "offset": offset,
    }


def _ndcg(hits: np.ndarray, ranks: np.ndarray, n_relevant: np.ndarray) -> float:
    """Return mean NDCG@20. hits: [U, n] bool at ranks [U, n] (0 = top); n_relevant: [U], users with 0 are left out."""
    discount = 1 / np.log2(np.arange(2, K + 2))
    ideal = np.concatenate([[0.0], discount.cumsum()])[np.minimum(n_relevant, K)]
    gain = ((hits & (ranks < K)) * discount[np.minimum(ranks, K - 1)]).sum(axis=1)
    users = n_relevant > 0
    return float((gain[users] / ideal[users]).mean())


def gini(counts: np.ndarray) -> float:
    """Return the Gini coefficient of counts >= 0: 0 where all are equal, near 1 where one has everything."""
    ordered, n = np.sort(counts.astype(np.float64)), len(counts)
    if not ordered.sum():
        return 0.0
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * ordered.sum()))
