"""MGCN (Yu et al., MM 2023): content, gated by ID embeddings, spread over item graphs and fused by preference."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lattice.graph import Bipartite, Graph, initial_graph, propagate
from lattice.models.base import EmbeddingModel, EmbeddingOptions
from lattice.models.content import get_features, register_features, xavier_linear
from lattice.models.loss import bpr, info_nce
from lattice.validation import check_float, check_int


@dataclass(frozen=True)
class MGCNOptions(EmbeddingOptions):
    """Options of MGCN.

    Args:
        layers: rounds of propagation over the user-item graph.
        k: neighbours per item and graph, the item itself included.
        item_layers: rounds of propagation over the item graphs.
        contrast: weight of the contrastive term between content and behaviour.
        temperature: of that term.
    """

    layers: int = 2
    k: int = 10
    item_layers: int = 1
    contrast: float = 0.01
    temperature: float = 0.2

    def __post_init__(self) -> None:
        """Raise an InputError for a value out of range."""
        super().__post_init__()
        check_int("layers", self.layers, 0)
        check_int("k", self.k, 1)
        check_int("item_layers", self.item_layers, 1)
        check_float("contrast", self.contrast, 0)
        check_float("temperature", self.temperature, 1e-3)


class MGCN(EmbeddingModel):
    """LightGCN's embeddings (behaviour) plus fused content."""

    def __init__(
        self, n_users: int, n_items: int, graph: Bipartite, features: Mapping[str, Tensor], options: MGCNOptions
    ) -> None:
        """Draw weights. graph: the normalised user-item matrix. features: modality -> raw features [n_items, d_m]."""
        super().__init__(n_users, n_items, options)
        self.options: MGCNOptions = options
        self.graph = graph
        dim = options.dim
        self.modalities = register_features(self, features)
        self.projections = nn.ModuleDict({m: xavier_linear(x.shape[1], dim) for m, x in features.items()})
        self.gates = nn.ModuleDict({m: xavier_linear(dim, dim) for m in features})
        self.preferences = nn.ModuleDict({m: xavier_linear(dim, dim) for m in features})
        self.attention = nn.Sequential(xavier_linear(dim, dim), nn.Tanh(), xavier_linear(dim, 1, bias=False))
        self._item_graphs: dict[str, Graph] = {}

    def embed(self) -> tuple[Tensor, Tensor]:
        """Return behaviour plus content: users [n_users, d] and items [n_items, d]."""
        behaviour, content = self._views()
        users, items = (behaviour + content).split([len(self.user_embedding), len(self.item_embedding)])
        return users, items

    def loss(self, users: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
        """Return BPR, the contrastive term of a batch's users and of its positive items, and L2, of triples [B]."""
        behaviour, content = self._views()
        n_users, both = len(self.user_embedding), behaviour + content
        chosen = both.index_select(0, n_users + torch.cat([positives, negatives]))
        fit = bpr(both.index_select(0, users), *chosen.chunk(2))
        contrast = []
        for nodes, times in (own.unique(return_counts=True) for own in (users, n_users + positives)):
            views = content.index_select(0, nodes), behaviour.index_select(0, nodes)
            contrast.append(info_nce(*views, self.options.temperature, times))
        penalty = self.penalty(users, positives, negatives)
        return fit + self.options.contrast * torch.stack(contrast).sum() + penalty

    def _views(self) -> tuple[Tensor, Tensor]:
        """Return behaviour and fused content, [n_users + n_items, d] each, users first."""
        behaviour = torch.cat(self.graph.layer_mean(self.user_embedding, self.item_embedding, self.options.layers))
        content = [self._content(modality) for modality in self.modalities]
        shares = torch.softmax(torch.cat([self.attention(x) for x in content], dim=1), dim=1)
        shared = sum(share[:, None] * x for share, x in zip(shares.unbind(dim=1), content, strict=True))
        specific = [
            (x - shared) * torch.sigmoid(self.preferences[m](behaviour))
            for m, x in zip(self.modalities, content, strict=True)
        ]
        return behaviour, shared + torch.stack(specific).mean(dim=0)

    def _content(self, modality: str) -> Tensor:
        """Return one modality's content of users and items [n_users + n_items, d].

        An item's is its ID embedding, gated by its features, spread over the item graph; a user's that of its items.
        """
        gate = torch.sigmoid(self.gates[modality](self.projections[modality](get_features(self, modality))))
        items = self.item_embedding * gate
        for _ in range(self.options.item_layers):
            items = propagate(self._item_graph(modality), items)
        return torch.cat([self.graph.to_users(items), items])

    def _item_graph(self, modality: str) -> Graph:
        if modality not in self._item_graphs:
            self._item_graphs[modality] = initial_graph(get_features(self, modality), self.options.k)
        return self._item_graphs[modality]
