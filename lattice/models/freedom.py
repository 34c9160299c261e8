"""FREEDOM (Zhou & Shen, MM 2023): a frozen item graph beside LightGCN on a user-item graph with pruned edges."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from lattice.graph import Bipartite, Graph, ModalityGraph, item_convolution, learned_graph
from lattice.models.base import EmbeddingOptions, ItemGraphModel
from lattice.models.content import register_features, xavier_linear
from lattice.models.lightgcn import LightGCN, LightGCNOptions
from lattice.models.loss import bpr
from lattice.validation import check_float, check_int

BLOCK = 2**20  # pairs whose degrees are looked up at once


@dataclass(frozen=True)
class FreedomOptions(EmbeddingOptions):
    """Options of FREEDOM.

    Args:
        layers: rounds of propagation over the user-item graph.
        k: neighbours per item and graph, the item itself included.
        item_layers: rounds of propagation over the item graph.
        visual_weight: weight of the modality "visual" in the item graph; the others share the rest equally. Where all
            or none are visual, all count the same.
        prune: share of the user-item edges that an epoch leaves out, those of popular nodes more often.
        content_loss: weight of the BPR terms on projected features, one per modality.
    """

    l2: float = 0.0
    layers: int = 2
    k: int = 10
    item_layers: int = 1
    visual_weight: float = 0.1
    prune: float = 0.8
    content_loss: float = 1e-3

    def __post_init__(self) -> None:
        """Raise an InputError for a value out of range."""
        super().__post_init__()
        check_int("layers", self.layers, 0)
        check_int("k", self.k, 0)
        check_int("item_layers", self.item_layers, 1)
        check_float("visual_weight", self.visual_weight, 0, 1)
        check_float("prune", self.prune, 0, 0.99)
        check_float("content_loss", self.content_loss, 0)

    @property
    def lambda_(self) -> float:
        """Return the share of the initial graph in the item graph: all of it, as nothing is learned."""
        return 1.0

    @property
    def backbone_options(self) -> LightGCNOptions:
        """Return the options of its LightGCN."""
        return LightGCNOptions(self.dim, self.l2, self.layers)

    @property
    def input(self) -> Literal["ids"]:
        """Return what is propagated over the item graph."""
        return "ids"


class Freedom(ItemGraphModel):
    """LightGCN's item embeddings plus h, which the frozen item graph makes of ID embeddings; h isn't normalised."""

    frozen = True

    def __init__(
        self,
        backbone: LightGCN,
        pairs: Tensor,
        features: Mapping[str, Tensor],
        options: FreedomOptions,
        adjacency: Callable[[Tensor], Bipartite],
    ) -> None:
        """Draw weights.

        Args:
            backbone: LightGCN on all edges.
            pairs: [n, 2], all training interactions.
            features: modality -> raw features [n_items, d_m], or the rows of them that this process holds.
            options: of the model.
            adjacency: makes LightGCN's normalised matrix of some of the pairs [m, 2].
        """
        super().__init__()
        self.backbone: LightGCN = backbone
        self.options: FreedomOptions = options
        self.pairs = pairs
        self._adjacency = adjacency
        self.modalities = register_features(self, features)
        self.projections = nn.ModuleDict(  # without a bias, which cancels in BPR
            {m: xavier_linear(x.shape[1], options.dim, bias=False) for m, x in features.items()}
        )
        self.transforms = nn.ModuleDict({m: nn.Identity() for m in features})
        self.register_buffer("_alpha", _modality_weights(self.modalities, options.visual_weight), persistent=False)
        self._graphs: dict[str, ModalityGraph] = {}
        self._pruned: Bipartite = backbone.graph

    @property
    def alpha(self) -> Tensor:
        """Return the modality weights [M], which are fixed."""
        return self.get_buffer("_alpha")

    def transformed(self, modality: str) -> Tensor:
        """Return the raw features [n_items, d_m]: the graph is never learned."""
        return self.raw(modality)

    def edge_weights(self, cosines: Tensor) -> Tensor:
        """Return 1 for every neighbour (Eq. 2), but 0 without similarity: so an item without content has no edges."""
        return (cosines > 0).to(cosines)

    def graph_scale(self, h: Tensor) -> Tensor:
        """Return ones [n, 1]: h is added as it is (Eq. 12)."""
        return h.new_ones(len(h), 1)

    def graphs(self) -> dict[str, ModalityGraph]:
        """Return the frozen graph of each modality (Eqs. 1-3), as the initial and as the learned one."""
        if not self._graphs:
            frozen = {modality: self._graph(self.raw(modality)) for modality in self.modalities}
            self._graphs = {modality: ModalityGraph(graph, graph) for modality, graph in frozen.items()}
        return self._graphs

    def _graph(self, raw: Tensor) -> Graph:
        pattern = self.backbone.items.search(raw, self.options.k, "exact").pattern
        return learned_graph(raw, pattern, self.edge_weights)

    def adopt(self, graphs: Mapping[str, ModalityGraph]) -> None:
        """Take the graphs of a checkpoint instead of building them."""
        self._graphs = dict(graphs)

    def inputs(self, alpha: Tensor) -> Tensor:
        """Return the ID embeddings [n_items, d]."""
        return self.backbone.item_embedding

    @torch.no_grad()
    def refresh(self) -> None:
        """Leave out a share of the user-item edges (Eqs. 5-7); only training propagates over the rest."""
        users, items = self.pairs.unbind(dim=1)
        users_degree = torch.bincount(users, minlength=self.backbone.users.n)
        items_degree = torch.bincount(items, minlength=self.backbone.items.n)
        # Exponential clocks: the first to ring are a sample without replacement, in proportion to 1 / sqrt(degrees).
        clocks = torch.empty(len(users), device=users.device).exponential_()
        for clock, pairs in zip(clocks.split(BLOCK), self.pairs.split(BLOCK), strict=True):
            clock *= (users_degree[pairs[:, 0]] * items_degree[pairs[:, 1]]).float().sqrt()
        kept = clocks.topk(max(1, round(len(users) * (1 - self.options.prune))), largest=False).indices
        self._pruned = self._adjacency(self.pairs[kept])

    def embed(self) -> tuple[Tensor, Tensor]:
        """Return LightGCN's users, and its items plus h (Eqs. 8-12); training propagates over the pruned edges."""
        backbone, o = self.backbone, self.options
        graph = self._pruned if self.training else backbone.graph
        users, items = graph.layer_mean(backbone.user_embedding, backbone.item_embedding, o.layers)
        return users, items + item_convolution(
            self.graphs(), self.alpha, o.lambda_, backbone.item_embedding, o.item_layers
        )

    def loss(self, users: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
        """Return BPR, and its weighted terms on each modality's projected features (Eq. 13), of triples [B]."""
        x, y = self.embed()
        items, chosen = self.backbone.items, torch.cat([positives, negatives])
        own = self.backbone.users.select(x, users)
        fit = bpr(own, *items.select(y, chosen).chunk(2)) + self.backbone.penalty(users, positives, negatives)
        terms = [bpr(own, *items.select(self.raw(m), chosen, self.projections[m]).chunk(2)) for m in self.modalities]
        return fit + self.options.content_loss * torch.stack(terms).sum()


def _modality_weights(modalities: tuple[str, ...], visual_weight: float) -> Tensor:
    """Return the modality weights [M] of the item graph, which sum to 1."""
    visual, n = "visual" in modalities, len(modalities)
    if not visual or n == 1:
        return torch.full((n,), 1 / n)
    return torch.tensor([visual_weight if m == "visual" else (1 - visual_weight) / (n - 1) for m in modalities])
