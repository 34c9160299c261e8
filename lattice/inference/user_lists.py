"""The best scores of every user's list, kept so that the rank of another score is found without the catalogue."""

from dataclasses import dataclass

import numpy as np
import torch
from scipy.sparse import csr_array
from torch import Tensor

from lattice.evaluation import Progress, best_scores
from lattice.graph.joined import Vectors

MIN_DEPTH = 128  # ranks kept per user, however many users there are
CELLS = 2**24  # scores kept in all (64 MB), where that is deeper: small catalogues are kept whole


@dataclass(frozen=True, eq=False)
class UserLists:
    """negated: [U, depth] each user's best scores of items that the user doesn't have, with the opposite sign.

    They ascend from the best score, as a binary search needs them; past the end of a list they are inf.
    whole: whether the lists hold all items, so that every rank is exact.
    """

    negated: Tensor
    whole: bool

    @classmethod
    def of(
        cls,
        users: Vectors,
        items: Vectors,
        seen: csr_array,
        candidates: np.ndarray | None = None,
        threads: int = 1,
        progress: Progress | None = None,
    ) -> "UserLists":
        """Rank the catalogue, or some of its items, for every user, `threads` blocks of users at the same time.

        users: [U, d], items: [N, d], seen: [U, N]. candidates: indices of the items in the lists, by default all.
        progress: see `best_scores`.
        """
        n = len(items) if candidates is None else len(np.unique(candidates))
        depth = min(n, max(MIN_DEPTH, CELLS // max(len(users), 1)))
        best = best_scores(users, items, depth, seen, candidates, threads=threads, progress=progress)
        return cls(best.neg_(), depth == n)

    @property
    def depth(self) -> int:
        """Return the last rank that is exact."""
        return self.negated.shape[1] + self.whole

    def ranks(self, scores: Tensor) -> Tensor:
        """Return the rank [U] of one more score [U] in each list: 1 + how many are higher; `depth` + 1 beyond it."""
        return 1 + torch.searchsorted(self.negated, -scores[:, None])[:, 0]
