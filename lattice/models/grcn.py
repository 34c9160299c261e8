"""GRCN (Wei et al., MM 2020): content re-weights user-item edges before propagation."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lattice.graph import Edges
from lattice.models.base import EmbeddingModel, EmbeddingOptions
from lattice.models.content import get_features, register_features, xavier_linear
from lattice.models.loss import l2
from lattice.validation import MAX_DIM, check_int


@dataclass(frozen=True)
class GRCNOptions(EmbeddingOptions):
    """Options of GRCN.

    Args:
        layers: rounds of propagation over the refined graph.
        routings: rounds of routing that refine the users' preferences.
        content_dim: length of the projected content, which is concatenated to the ID embeddings.
    """

    layers: int = 2
    routings: int = 3
    content_dim: int = 64

    def __post_init__(self) -> None:
        """Raise an InputError for a value out of range."""
        super().__post_init__()
        check_int("layers", self.layers, 0)
        check_int("routings", self.routings, 0)
        check_int("content_dim", self.content_dim, 1, MAX_DIM)


class GRCN(EmbeddingModel):
    """Matrix factorisation on ID embeddings propagated over a refined graph, concatenated with content."""

    def __init__(
        self, n_users: int, n_items: int, pairs: Tensor, features: Mapping[str, Tensor], options: GRCNOptions
    ) -> None:
        """Draw weights. pairs: [n, 2] training interactions, each once. features: modality -> [n_items, d_m]."""
        super().__init__(n_users, n_items, options)
        self.options: GRCNOptions = options
        self.to_users = Edges.of(pairs[:, 0], pairs[:, 1], (n_users, n_items))
        self.to_items = Edges.of(pairs[:, 1], pairs[:, 0], (n_items, n_users))
        self.modalities = register_features(self, features)
        self.projections = nn.ModuleDict(
            {m: xavier_linear(x.shape[1], options.content_dim) for m, x in features.items()}
        )
        self.preferences = nn.ParameterDict(
            {m: nn.init.xavier_uniform_(torch.empty(n_users, options.content_dim)) for m in features}
        )
        # Start at 1: a node whose confidence is 0 or less in every modality would get no gradient.
        self.user_confidence = nn.Parameter(torch.ones(n_users, len(features)))
        self.item_confidence = nn.Parameter(torch.ones(n_items, len(features)))

    def embed(self) -> tuple[Tensor, Tensor]:
        """Return users [n_users, D] and items [n_items, D], D = dim + content_dim * number of modalities."""
        refined = [self._refine(position) for position in range(len(self.modalities))]
        user_parts, item_parts, to_users, to_items = zip(*refined, strict=True)
        users, items = self._propagate(_pruned(to_users), _pruned(to_items))
        return torch.cat([users, *user_parts], dim=1), torch.cat([items, *item_parts], dim=1)

    def _refine(self, position: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Compute one modality: content of users and items [n, content_dim], and edge weights [E] to both sides."""
        modality = self.modalities[position]
        items = F.normalize(F.leaky_relu(self.projections[modality](get_features(self, modality))), dim=1)
        users = F.normalize(self.preferences[modality], dim=1)
        for _ in range(self.options.routings):
            users = F.normalize(users + self.to_users.matmul(self.to_users.attention(users, items), items), dim=1)
        to_users, to_items = self.to_users.attention(users, items), self.to_items.attention(items, users)
        return (
            users + self.to_users.matmul(to_users, items),
            items + self.to_items.matmul(to_items, users),
            to_users * self.to_users.gather_columns(self.item_confidence[:, position]),
            to_items * self.to_items.gather_columns(self.user_confidence[:, position]),
        )

    def _propagate(self, to_users: Tensor, to_items: Tensor) -> tuple[Tensor, Tensor]:
        """Sum unit ID embeddings and their propagations over edges of these weights [E], layer by layer: [n, d]."""
        users, items = F.normalize(self.user_embedding, dim=1), F.normalize(self.item_embedding, dim=1)
        all_users, all_items = users, items
        for _ in range(self.options.layers):
            users, items = self.to_users.matmul(to_users, items), self.to_items.matmul(to_items, users)
            all_users, all_items = all_users + users, all_items + items
        return all_users, all_items

    def penalty(self, users: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
        """Return the weighted L2 penalty of a batch, on ID embeddings and users' preferences in every modality."""
        own = l2(*(self.preferences[m].index_select(0, users) for m in self.modalities))
        return super().penalty(users, positives, negatives) + self.options.l2 * own


def _pruned(weights: tuple[Tensor, ...]) -> Tensor:
    """Return each edge's highest weight over modalities [E], and 0 where none is above 0."""
    return torch.stack(weights).amax(dim=0).relu()
