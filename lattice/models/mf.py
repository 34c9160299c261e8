"""Matrix factorisation trained with BPR (Rendle et al., UAI 2009)."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lattice.models.loss import bpr, l2
from lattice.validation import MOST_DIM, between, whole


@dataclass(frozen=True)
class MFOptions:
    """dim: length of an embedding. l2: weight of the penalty on the ID embeddings of a batch."""

    dim: int = 64
    l2: float = 1e-3

    def __post_init__(self) -> None:
        """Raise an InputError for a value out of range."""
        whole("dim", self.dim, 1, MOST_DIM)
        between("l2", self.l2, 0)


class MF(nn.Module):
    """Scores are inner products of the ID embeddings themselves."""

    modalities: tuple[str, ...] = ()  # whose raw features a model keeps, in the order in which it weighs them

    def __init__(self, n_users: int, n_items: int, options: MFOptions) -> None:
        """Xavier-uniform ID embeddings, as in the paper."""
        super().__init__()
        self.options = options
        self.user_ids = nn.Parameter(nn.init.xavier_uniform_(torch.empty(n_users, options.dim)))
        self.item_ids = nn.Parameter(nn.init.xavier_uniform_(torch.empty(n_items, options.dim)))

    def embed(self) -> tuple[Tensor, Tensor]:
        """Final user embeddings [n_users, d] and item embeddings [n_items, d]."""
        return self.user_ids, self.item_ids

    def loss(self, users: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
        """BPR and penalty of a batch of triples, each [B] int64."""
        x, y = self.embed()
        chosen = y.index_select(0, torch.cat([positives, negatives]))
        return bpr(x.index_select(0, users), *chosen.chunk(2)) + self.penalty(users, positives, negatives)

    def penalty(self, users: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
        """The weighted L2 penalty of a batch."""
        if self.options.l2 == 0:
            return self.user_ids.new_zeros(())
        chosen = self.item_ids.index_select(0, torch.cat([positives, negatives]))
        return self.options.l2 * l2(self.user_ids.index_select(0, users), chosen)

    def refresh(self) -> None:
        """Rebuild what is held fixed within an epoch: nothing here."""

    def monitored(self) -> dict[str, float]:
        """Learned values worth a column in the training history: none here."""
        return {}
