"""BM3 (Zhou et al., WWW 2023): LightGCN trained by pulling views of users, items and content together, no negatives."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lattice.graph import Bipartite
from lattice.models.base import EmbeddingModel, EmbeddingOptions
from lattice.models.content import get_features, register_features, xavier_linear
from lattice.models.loss import l2
from lattice.validation import check_float, check_int


@dataclass(frozen=True)
class BM3Options(EmbeddingOptions):
    """Options of BM3.

    Args:
        l2: weight of the L2 penalty on a batch's propagated embeddings.
        layers: rounds of propagation over the user-item graph.
        dropout: share of an embedding's numbers that its second view lacks.
        contrast: weight of the terms that align content with ID embeddings, and with itself.
    """

    l2: float = 1e-3
    layers: int = 1
    dropout: float = 0.3
    contrast: float = 1.0

    def __post_init__(self) -> None:
        """Raise an InputError for a value out of range."""
        super().__post_init__()
        check_int("layers", self.layers, 0)
        check_float("dropout", self.dropout, 0, 0.99)
        check_float("contrast", self.contrast, 0)


class BM3(EmbeddingModel):
    """LightGCN with a residual connection of the items, a predictor on top, and projected content in the loss alone."""

    def __init__(
        self, n_users: int, n_items: int, graph: Bipartite, features: Mapping[str, Tensor], options: BM3Options
    ) -> None:
        """Draw weights. graph: the normalised user-item matrix. features: modality -> raw features [n_items, d_m]."""
        super().__init__(n_users, n_items, options)
        self.options: BM3Options = options
        self.graph = graph
        self.modalities = register_features(self, features)
        self.projections = nn.ModuleDict({m: xavier_linear(x.shape[1], options.dim) for m, x in features.items()})
        self.predictor = xavier_linear(options.dim, options.dim)

    def propagated(self) -> tuple[Tensor, Tensor]:
        """Return LightGCN's users [n_users, d], and its items plus their ID embeddings [n_items, d]."""
        users, items = self.graph.layer_mean(self.user_embedding, self.item_embedding, self.options.layers)
        return users, items + self.item_embedding

    def embed(self) -> tuple[Tensor, Tensor]:
        """Return the predictor's output on both, whose inner products are the scores: [n_users, d] and [n_items, d]."""
        users, items = self.propagated()
        return self.predictor(users), self.predictor(items)

    def loss(self, users: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
        """Return the loss of pairs [B]: reconstruction, alignment of content, L2. Negatives aren't used."""
        x, y = self.propagated()
        user, item = x.index_select(0, users), y.index_select(0, positives)
        item_view = self._view(item)
        fit = _distance(self.predictor(user), item_view) + _distance(self.predictor(item), self._view(user))
        terms = [self._alignment(modality, positives, item_view) for modality in self.modalities]
        return fit + self.options.contrast * torch.stack(terms).sum() + self.options.l2 * l2(user, item)

    def _alignment(self, modality: str, items: Tensor, item_view: Tensor) -> Tensor:
        """Return how far a modality's content [B, d_m] is from the items' view [B, d], and from its own second view."""
        raw = get_features(self, modality).index_select(0, items)
        content = self.projections[modality](raw)
        predicted, there = self.predictor(content), (raw != 0).any(dim=1)
        return _distance(predicted, item_view, there) + _distance(predicted, self._view(content), there)

    def _view(self, embeddings: Tensor) -> Tensor:
        """Return the second view of embeddings [B, d]: numbers dropped at random, no gradient."""
        return F.dropout(embeddings.detach(), self.options.dropout, self.training)


def _distance(predicted: Tensor, view: Tensor, there: Tensor | None = None) -> Tensor:
    """Return the mean over rows [B, d] of the negative cosine; rows that aren't `there` [B] count as 0."""
    cosine = F.cosine_similarity(predicted, view, dim=1)
    return -(cosine if there is None else cosine * there).mean()
