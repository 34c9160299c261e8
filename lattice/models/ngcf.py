"""NGCF (Wang et al., SIGIR 2019): transformed messages over the user-item graph, weighted by affinity."""

from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lattice.errors import InputError
from lattice.graph import Bipartite, Rows
from lattice.models.base import BackboneOptions, EmbeddingModel
from lattice.models.content import xavier_linear
from lattice.validation import check_float, check_int

SLOPE = 0.2  # of LeakyReLU where it is negative, as in the authors' program


@dataclass(frozen=True)
class NGCFOptions(BackboneOptions):
    """Options of NGCF.

    Args:
        layers: rounds of propagation.
        dropout: share of each layer's messages dropped in training.
        combine: how layers make the final embedding: "concat", as in the paper, [n, (layers + 1) dim]; or "mean",
            [n, dim], which LATTICE needs (as in its authors' program).
    """

    layers: int = 2
    dropout: float = 0.1
    combine: Literal["concat", "mean"] = "concat"

    def __post_init__(self) -> None:
        """Raise an InputError for a value out of range."""
        super().__post_init__()
        check_int("layers", self.layers, 0)
        check_float("dropout", self.dropout, 0, 1)
        if self.combine not in ("concat", "mean"):
            raise InputError(f"combine is {self.combine!r}; it is concat or mean")

    @property
    def embedding_dim(self) -> int:
        """Return the length of the final embeddings: every layer's, or their mean's."""
        return self.dim if self.combine == "mean" else (self.layers + 1) * self.dim


class NGCF(EmbeddingModel):
    """Matrix factorisation on embeddings refined by NGCF message passing."""

    def __init__(self, n_users: int | Rows, n_items: int | Rows, graph: Bipartite, options: NGCFOptions) -> None:
        """Draw weights. graph: the normalised user-item matrix of the training interactions."""
        super().__init__(n_users, n_items, options)
        self.options: NGCFOptions = options
        self.graph = graph
        self.w1 = nn.ModuleList(xavier_linear(options.dim, options.dim, bias=False) for _ in range(options.layers))
        self.w2 = nn.ModuleList(xavier_linear(options.dim, options.dim, bias=False) for _ in range(options.layers))

    def embed(self) -> tuple[Tensor, Tensor]:
        """Compute Eqs. 7 and 9 with every layer normalised (as in the authors' program): user and item embeddings."""
        users: Tensor = self.user_embedding
        items: Tensor = self.item_embedding
        all_users, all_items = [users], [items]
        for w1, w2 in zip(self.w1, self.w2, strict=True):
            to_users, to_items = self.graph.to_users(items), self.graph.to_items(users)
            users, items = self._layer(users, to_users, w1, w2), self._layer(items, to_items, w1, w2)
            all_users.append(F.normalize(users, dim=1))
            all_items.append(F.normalize(items, dim=1))
        if self.options.combine == "concat":
            return torch.cat(all_users, dim=1), torch.cat(all_items, dim=1)
        return torch.stack(all_users).mean(dim=0), torch.stack(all_items).mean(dim=0)

    def _layer(self, x: Tensor, received: Tensor, w1: nn.Module, w2: nn.Module) -> Tensor:
        """Compute Eq. 7 for one side, from x [n, d] and its neighbours' normalised sum [n, d]."""
        out = F.leaky_relu(w1(x + received) + w2(x * received), SLOPE)
        return F.dropout(out, self.options.dropout, self.training)
