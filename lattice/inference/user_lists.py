"""The best scores of every user's list, kept so that the rank of another score is found without the catalogue."""

from dataclasses import dataclass

import torch
from scipy.sparse import csr_array
from torch import Tensor

from lattice.evaluation import rank

MIN_DEPTH = 128  # ranks kept per user, however many users there are
CELLS = 2**24  # scores kept in all (64 MB), where that is deeper: small catalogues are kept whole


@dataclass(frozen=True, eq=False)
class UserLists:
    """scores: [U, depth] each user's best scores of items that the user doesn't have, best first; -inf past the end.

    whole: whether the lists hold all items, so that every rank is exact.
    """

    scores: Tensor
    whole: bool

    @classmethod
    def of(cls, users: Tensor, items: Tensor, seen: csr_array) -> "UserLists":
        """Rank the catalogue for every user. users: [U, d], items: [N, d], seen: [U, N]."""
        depth = min(len(items), max(MIN_DEPTH, CELLS // max(len(users), 1)))
        _, scores = rank(users, items, torch.arange(len(users)).numpy(), depth, seen)
        return cls(torch.as_tensor(scores, device=users.device), depth == len(items))

    @property
    def depth(self) -> int:
        """Return the last rank that is exact."""
        return self.scores.shape[1] + self.whole

    def ranks(self, scores: Tensor) -> Tensor:
        """Return the rank [U] of one more score [U] in each list: 1 + how many are higher; `depth` + 1 beyond it."""
        return 1 + (self.scores > scores[:, None]).sum(dim=1)
