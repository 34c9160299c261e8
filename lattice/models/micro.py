"""MICRO (Zhang et al., TKDE 2022): LATTICE's graphs per modality, fused item by item with attention and contrast."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from lattice.graph import by_modality, propagate
from lattice.models.base import EmbeddingModel, EmbeddingOptions, ItemGraphModel
from lattice.models.content import xavier_linear
from lattice.models.lattice import enhanced
from lattice.models.lightgcn import LightGCNOptions
from lattice.models.loss import bpr, graph_contrast
from lattice.models.structure import LearnedStructure
from lattice.validation import check_float, check_int


@dataclass(frozen=True)
class MicroOptions(EmbeddingOptions):
    """Options of MICRO, on LightGCN.

    Args:
        layers: LightGCN's rounds of propagation over the user-item graph.
        k: neighbours per item and graph, the item itself included.
        lambda_: share of the initial graph.
        transform_dim: length of transformed features.
        contrast: weight of the contrastive term between each modality's embeddings and the fused ones.
        temperature: of that term.
    """

    layers: int = 2
    k: int = 10
    lambda_: float = 0.9
    transform_dim: int = 64
    contrast: float = 0.03
    temperature: float = 0.5

    def __post_init__(self) -> None:
        """Raise an InputError for a value out of range."""
        super().__post_init__()
        check_int("layers", self.layers, 0)
        check_int("k", self.k, 0)
        check_float("lambda_", self.lambda_, 0, 1)
        check_int("transform_dim", self.transform_dim, 1)
        check_float("contrast", self.contrast, 0)
        check_float("temperature", self.temperature, 1e-3)

    @property
    def backbone_options(self) -> LightGCNOptions:
        """Return the options of its LightGCN."""
        return LightGCNOptions(self.dim, self.l2, self.layers)

    @property
    def item_layers(self) -> int:
        """Return the rounds of propagation over the item graphs; with one, an item's fusion is a row of one graph."""
        return 1

    @property
    def input(self) -> Literal["ids"]:
        """Return what is propagated over the item graphs."""
        return "ids"

    @property
    def gradient(self) -> Literal["first"]:
        """Return on which step of an epoch edge weights have gradient, as in LATTICE's program."""
        return "first"

    @property
    def engine(self) -> Literal["exact"]:
        """Return what searches neighbours."""
        return "exact"


class Micro(LearnedStructure, ItemGraphModel):
    """LightGCN's item embeddings plus the normalised fusion of what each modality's graph makes of ID embeddings."""

    attends = True

    def __init__(self, backbone: EmbeddingModel, features: Mapping[str, Tensor], options: MicroOptions) -> None:
        """Draw weights. features: modality -> raw features [n_items, d_m], kept as fixed buffers."""
        super().__init__()
        self.backbone = backbone
        self.options: MicroOptions = options
        self.learn_from(features, options.transform_dim, backbone.items)
        dim = options.dim
        self.attention = nn.Sequential(xavier_linear(dim, dim), nn.Tanh(), xavier_linear(dim, 1, bias=False))

    @property
    def alpha(self) -> Tensor:
        """Return the items' mean modality weights [M]."""
        return self.item_weights(self._by_modality()).mean(dim=0)

    def item_weights(self, parts: Tensor) -> Tensor:
        """Return each item's attention [n, M] to what its modalities' graphs say, [n, M, d]."""
        return torch.softmax(self.attention(parts).squeeze(2), dim=1)

    def inputs(self, alpha: Tensor) -> Tensor:
        """Return the ID embeddings [n_items, d]."""
        return self.backbone.item_embedding

    def embed(self) -> tuple[Tensor, Tensor]:
        """Return LightGCN's users [n_users, d], and its items plus h / |h| [n_items, d]."""
        users, items = self.backbone.embed()
        return users, enhanced(items, self._fused(self._by_modality()))

    def loss(self, users: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
        """Return BPR, the contrastive term of a batch's positive items, and L2, of triples [B]."""
        x, items = self.backbone.embed()
        parts = self._by_modality()
        chosen, own = torch.cat([positives, negatives]), positives.unique()
        y = enhanced(items.index_select(0, chosen), self._fused(parts.index_select(0, chosen)))
        views = parts.index_select(0, own)
        fused = self._fused(views)
        terms = [graph_contrast(view, fused, self.options.temperature) for view in views.unbind(dim=1)]
        fit = bpr(x.index_select(0, users), *y.chunk(2)) + self.options.contrast * torch.stack(terms).sum()
        return fit + self.backbone.penalty(users, positives, negatives)

    def monitored(self) -> dict[str, float]:
        """Return the items' mean modality weights, for the training history."""
        with torch.no_grad():
            return {f"alpha_{m}": value for m, value in zip(self.modalities, self.alpha.tolist(), strict=True)}

    def _by_modality(self) -> Tensor:
        """Return h [n_items, M, d]: ID embeddings spread over each modality's graph A^m."""
        fixed, ids = self.fixed_graphs(), self.backbone.item_embedding
        if not fixed:
            return by_modality(self.graphs(), self.options.lambda_, ids)
        return torch.stack([propagate(graph, ids) for graph in fixed], dim=1)

    def _fused(self, parts: Tensor) -> Tensor:
        """Return the mean over modalities [n, d] of h [n, M, d], weighted per item by attention."""
        return (self.item_weights(parts)[:, :, None] * parts).sum(dim=1)
