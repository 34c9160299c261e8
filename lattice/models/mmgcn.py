"""MMGCN (Wei et al., MM 2019): one graph network over the user-item graph per modality."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lattice.graph import MeanAdjacency
from lattice.models.base import EmbeddingModel, EmbeddingOptions
from lattice.models.content import get_features, register_features, xavier_linear
from lattice.models.loss import bpr, l2
from lattice.validation import check_int


@dataclass(frozen=True)
class MMGCNOptions(EmbeddingOptions):
    """Options of MMGCN, whose `dim` is also the length of the projected content.

    Args:
        layers: rounds of aggregation and combination.
    """

    layers: int = 2

    def __post_init__(self) -> None:
        """Raise an InputError for a value out of range."""
        super().__post_init__()
        check_int("layers", self.layers, 1)


class Branch(nn.Module):
    """One modality: users' preferences, the projection of content, and the layers' weights."""

    def __init__(self, n_users: int, content_dim: int, options: MMGCNOptions) -> None:
        """Draw weights. content_dim: d_m, the length of the raw features."""
        super().__init__()
        dim, layers = options.dim, range(options.layers)
        self.preference = nn.Parameter(nn.init.xavier_uniform_(torch.empty(n_users, dim)))
        self.project = xavier_linear(content_dim, dim)
        self.w1 = nn.ModuleList(xavier_linear(dim, dim, bias=False) for _ in layers)
        self.w2 = nn.ModuleList(xavier_linear(dim, dim, bias=False) for _ in layers)
        self.w3 = nn.ModuleList(xavier_linear(2 * dim, dim, bias=False) for _ in layers)

    def forward(
        self, content: Tensor, user_embedding: Tensor, item_embedding: Tensor, graph: MeanAdjacency
    ) -> tuple[Tensor, Tensor]:
        """Return the last layer, users [n_users, d] and items [n_items, d]; content: raw features [n_items, d_m]."""
        users, items = F.normalize(self.preference, dim=1), F.normalize(self.project(content), dim=1)
        for layer in zip(self.w1, self.w2, self.w3, strict=True):
            to_users, to_items = graph.to_users(items), graph.to_items(users)
            users, items = (
                combine(users, to_users, user_embedding, *layer),
                combine(items, to_items, item_embedding, *layer),
            )
        return users, items


def combine(x: Tensor, received: Tensor, ids: Tensor, w1: nn.Module, w2: nn.Module, w3: nn.Module) -> Tensor:
    """Combine x with the mean of its neighbours and the ID embeddings, [n, d] each (concatenation)."""
    h = F.leaky_relu(w1(received))
    own = F.leaky_relu(w2(x)) + ids
    return F.leaky_relu(w3(torch.cat([h, own], dim=1)))


class MMGCN(EmbeddingModel):
    """The mean over modalities of their branches, which share the ID embeddings."""

    def __init__(
        self, n_users: int, n_items: int, graph: MeanAdjacency, features: Mapping[str, Tensor], options: MMGCNOptions
    ) -> None:
        """Draw weights. graph: of the training interactions. features: modality -> raw features [n_items, d_m]."""
        super().__init__(n_users, n_items, options)
        self.options: MMGCNOptions = options
        self.graph = graph
        self.modalities = register_features(self, features)
        self.branches = nn.ModuleDict({m: Branch(n_users, x.shape[1], options) for m, x in features.items()})

    def embed(self) -> tuple[Tensor, Tensor]:
        """Return the mean over modalities of the last layer: users [n_users, d] and items [n_items, d]."""
        parts = [
            self.branches[m](get_features(self, m), self.user_embedding, self.item_embedding, self.graph)
            for m in self.modalities
        ]
        users, items = zip(*parts, strict=True)
        return torch.stack(users).mean(dim=0), torch.stack(items).mean(dim=0)

    def loss(self, users: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
        """Return BPR of a batch of triples [B], plus the L2 penalty on the final embeddings.

        The authors regularise ID embeddings and preferences; layer weights can cancel that, so final embeddings are
        regularised instead.
        """
        x, y = self.embed()
        own, chosen = x.index_select(0, users), y.index_select(0, torch.cat([positives, negatives]))
        return bpr(own, *chosen.chunk(2)) + self.options.l2 * l2(own, chosen)
