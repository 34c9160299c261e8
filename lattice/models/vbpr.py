"""VBPR (He & McAuley, AAAI 2016) on any modalities: user factors and a global bias on projected content."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lattice.graph import Rows
from lattice.models.base import EmbeddingModel, EmbeddingOptions
from lattice.models.content import get_features, register_features, xavier_linear
from lattice.models.loss import bpr, l2
from lattice.validation import MAX_DIM, check_int


@dataclass(frozen=True)
class VBPROptions(EmbeddingOptions):
    """Options of VBPR.

    Args:
        content_dim: length of the projected content, which is concatenated to the ID embeddings.
    """

    content_dim: int = 64

    def __post_init__(self) -> None:
        """Raise an InputError for a value out of range."""
        super().__post_init__()
        check_int("content_dim", self.content_dim, 1, MAX_DIM)


class VBPR(EmbeddingModel):
    """Matrix factorisation with a second set of factors, whose item side is projected content."""

    def __init__(
        self, n_users: int | Rows, n_items: int | Rows, features: Mapping[str, Tensor], options: VBPROptions
    ) -> None:
        """Draw weights. features: modality -> raw features [n_items, d_m]; concatenated they are the paper's f_i."""
        super().__init__(n_users, n_items, options)
        self.options: VBPROptions = options
        self.modalities = register_features(self, features)
        self.user_content = nn.Parameter(self.users.xavier_uniform(options.content_dim))
        self.item_bias = nn.Parameter(torch.zeros(len(self.items.held)))
        # The projection E with beta' as its last row, one block of columns per modality.
        self.projections = nn.ModuleDict(
            {m: xavier_linear(x.shape[1], options.content_dim + 1, bias=False) for m, x in features.items()}
        )

    @property
    def tables(self) -> dict[str, Rows]:
        """Return the parameters that have one row per user or per item, and which rows this process holds."""
        return super().tables | {"user_content": self.users, "item_bias": self.items}

    def embed(self) -> tuple[Tensor, Tensor]:
        """Compute Eq. 4 without terms that are equal for all of a user's items: users [n_users, D], items [n_items, D].

        [g_u, t_u, 1] . [g_i, E f_i, b_i + beta' . f_i] is the score, D = dim + content_dim + 1.
        """
        content = torch.stack([self.projections[m](get_features(self, m)) for m in self.modalities]).sum(dim=0)
        bias = self.item_bias[:, None] + content[:, -1:]
        users = torch.cat(
            [self.user_embedding, self.user_content, self.user_embedding.new_ones(len(self.user_embedding), 1)], dim=1
        )
        return users, torch.cat([self.item_embedding, content[:, :-1], bias], dim=1)

    def loss(self, users: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
        """Return BPR of a batch of triples [B], plus the L2 penalty on the vectors that its scores are made of.

        The paper regularises E itself; here it is E f_i, which is what counts in a score.
        """
        x, y = self.embed()
        own, chosen = self.users.select(x, users), self.items.select(y, torch.cat([positives, negatives]))
        return bpr(own, *chosen.chunk(2)) + self.options.l2 * l2(own[:, :-1], chosen)
