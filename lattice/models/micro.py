"""MICRO (Zhang et al., TKDE 2022): LATTICE's graphs per modality, fused item by item with attention and contrast."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from lattice.graph import item_convolution, propagate
from lattice.models.base import EmbeddingModel, EmbeddingOptions
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
        item_layers: rounds of propagation over the item graphs.
        transform_dim: length of transformed features.
        contrast: weight of the contrastive term between each modality's embeddings and the fused ones.
        temperature: of that term.
    """

    layers: int = 2
    k: int = 10
    lambda_: float = 0.9
    item_layers: int = 1
    transform_dim: int = 64
    contrast: float = 0.03
    temperature: float = 0.5

    def __post_init__(self) -> None:
        """Raise an InputError for a value out of range."""
        super().__post_init__()
        check_int("layers", self.layers, 0)
        check_int("k", self.k, 0)
        check_float("lambda_", self.lambda_, 0, 1)
        check_int("item_layers", self.item_layers, 1)
        check_int("transform_dim", self.transform_dim, 1)
        check_float("contrast", self.contrast, 0)
        check_float("temperature", self.temperature, 1e-3)

    @property
    def backbone_options(self) -> LightGCNOptions:
        """Return the options of its LightGCN."""
        return LightGCNOptions(self.dim, self.l2, self.layers)

    @property
    def gradient(self) -> Literal["first"]:
        """Return on which step of an epoch edge weights have gradient, as in LATTICE's program."""
        return "first"

    @property
    def engine(self) -> Literal["exact"]:
        """Return what searches neighbours."""
        return "exact"


class Micro(LearnedStructure):
    """LightGCN's item embeddings plus the normalised fusion of what each modality's graph makes of ID embeddings."""

    def __init__(self, backbone: EmbeddingModel, features: Mapping[str, Tensor], options: MicroOptions) -> None:
        """Draw weights. features: modality -> raw features [n_items, d_m], kept as fixed buffers."""
        super().__init__()
        self.backbone = backbone
        self.options: MicroOptions = options
        self.learn_from(features, options.transform_dim, backbone.items)
        dim = options.dim
        self.attention = nn.Sequential(xavier_linear(dim, dim), nn.Tanh(), xavier_linear(dim, 1, bias=False))

    def embed(self) -> tuple[Tensor, Tensor]:
        """Return LightGCN's users [n_users, d], and its items plus h / |h| [n_items, d]."""
        users, items = self.backbone.embed()
        return users, enhanced(items, self._fused(self._by_modality()))

    def loss(self, users: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
        """Return BPR, the contrastive term of a batch's positive items, and L2, of triples [B]."""
        x, items = self.backbone.embed()
        parts = self._by_modality()
        chosen, own = torch.cat([positives, negatives]), positives.unique()
        y = enhanced(items.index_select(0, chosen), self._fused([h.index_select(0, chosen) for h in parts]))
        views = [h.index_select(0, own) for h in parts]
        fused = self._fused(views)
        contrast = torch.stack([graph_contrast(view, fused, self.options.temperature) for view in views]).sum()
        fit = bpr(x.index_select(0, users), *y.chunk(2)) + self.options.contrast * contrast
        return fit + self.backbone.penalty(users, positives, negatives)

    def _by_modality(self) -> list[Tensor]:
        """Return each modality's h [n_items, d]: ID embeddings spread over its graph A^m."""
        fixed, ids, o = self.fixed_graphs(), self.backbone.item_embedding, self.options
        if not fixed:
            one = ids.new_ones(1)
            return [item_convolution({m: g}, one, o.lambda_, ids, o.item_layers) for m, g in self.graphs().items()]
        parts = []
        for graph in fixed:
            h: Tensor = ids
            for _ in range(o.item_layers):
                h = propagate(graph, h)
            parts.append(h)
        return parts

    def _fused(self, parts: list[Tensor]) -> Tensor:
        """Return the mean over modalities of h [n, d], weighted per item by attention."""
        shares = torch.softmax(torch.cat([self.attention(h) for h in parts], dim=1), dim=1)
        return (shares[:, :, None] * torch.stack(parts, dim=1)).sum(dim=1)
