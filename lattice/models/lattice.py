"""LATTICE (Zhang et al., MM 2021): item graphs mined from every modality, plugged onto any CF model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lattice.errors import InputError
from lattice.graph import (
    Graph,
    ModalityGraph,
    Pattern,
    initial_graph,
    item_convolution,
    learned_graph,
    nearest,
)
from lattice.models.base import BackboneOptions, EmbeddingModel, ItemGraphModel
from lattice.models.content import register_features, xavier_linear
from lattice.models.lightgcn import LightGCNOptions
from lattice.models.loss import bpr
from lattice.validation import MOST_DIM, between, whole


@dataclass(frozen=True)
class LatticeOptions:
    """What LATTICE adds to its backbone.

    backbone: the downstream CF model's own options.
    k: neighbours an item, itself counted (Eq. 2); 0 is plain CF. lambda_: share of the initial graph (Eq. 5).
    item_layers: L, rounds of propagation over the item graph (Eq. 7). transform_dim: d' (Eq. 4).
    gradient: edges are always chosen anew once an epoch; their weights carry gradient on the "first" step after
        that (as the authors' program) or on "every" step.
    input: h^(0) (Eq. 7), the "ids"' embeddings, or with "features" transformed content, for which d' = dim: the paper's
        LATTICE/feats-CF, and with k = 1, where an item's only neighbour is itself, its CF+feats.
    """

    backbone: BackboneOptions = field(default_factory=LightGCNOptions)
    k: int = 10
    lambda_: float = 0.9
    item_layers: int = 1
    transform_dim: int = 64
    gradient: Literal["first", "every"] = "first"
    input: Literal["ids", "features"] = "ids"

    def __post_init__(self) -> None:
        """Raise an InputError for a value out of range."""
        whole("k", self.k, 0)
        between("lambda_", self.lambda_, 0, 1)
        whole("item_layers", self.item_layers, 1)
        whole("transform_dim", self.transform_dim, 1, MOST_DIM)
        if self.gradient not in ("first", "every"):
            raise InputError(f"gradient is {self.gradient!r}; it is first or every")
        if self.input not in ("ids", "features"):
            raise InputError(f"input is {self.input!r}; it is ids or features")
        if not isinstance(self.backbone, BackboneOptions):
            raise InputError(f"{type(self.backbone).__name__}: LATTICE can't be plugged onto this model")
        if self.backbone.embedding_dim != self.backbone.dim:
            raise InputError(
                "combine is concat, but LATTICE adds vectors of length dim to the backbone's items (Eq. 8); "
                "set combine=mean"
            )


class Lattice(ItemGraphModel):
    """A backbone whose item embeddings are enhanced by what their neighbours in content are (Eq. 8)."""

    def __init__(self, backbone: EmbeddingModel, features: Mapping[str, Tensor], options: LatticeOptions) -> None:
        """features: modality -> raw features [n_items, d_m], kept as fixed buffers."""
        super().__init__()
        dim = options.backbone.dim
        if options.input == "features" and options.transform_dim != dim:
            raise InputError(f"transform_dim is {options.transform_dim}; with input=features it is dim, {dim}")
        self.backbone = backbone
        self.options = options
        self.modalities = register_features(self, features)
        self.transforms = nn.ModuleDict()
        for modality, matrix in features.items():
            present = (matrix != 0).any(dim=1, keepdim=True)
            self.register_buffer(f"present_{modality}", present, persistent=False)
            self.transforms[modality] = xavier_linear(matrix.shape[1], options.transform_dim)
        self.alpha_logits = nn.Parameter(torch.zeros(len(features)))
        self._initial: dict[str, Graph] = {}
        self._patterns: dict[str, Pattern] = {}
        self._learned: dict[str, Graph] = {}

    @property
    def alpha(self) -> Tensor:
        """[M] modality weights, a softmax: they sum to 1 (Eq. 6)."""
        return torch.softmax(self.alpha_logits, dim=0)

    def transformed(self, modality: str) -> Tensor:
        """Eq. 4 for the catalogue: W_m e + b_m, [n_items, d']; an item without content stays zero, unlike any other."""
        return self.transforms[modality](self.raw(modality)) * self.get_buffer(f"present_{modality}")

    @torch.no_grad()
    def refresh(self) -> None:
        """Choose every item's neighbours anew from the features as they are transformed now."""
        k = self.options.k
        for modality in self.modalities:
            if modality not in self._initial:
                self._initial[modality] = initial_graph(self.raw(modality), k)
            self._patterns[modality] = nearest(self.transformed(modality), k)
        self._learned = {}

    def adopt(self, graphs: Mapping[str, ModalityGraph]) -> None:
        """Take graphs made before (a checkpoint's) instead of building them."""
        self._initial = {modality: graph.initial for modality, graph in graphs.items()}
        self._patterns = {modality: graph.learned.pattern for modality, graph in graphs.items()}
        self._learned = {modality: graph.learned for modality, graph in graphs.items()}

    def graphs(self) -> dict[str, ModalityGraph]:
        """Initial and learned graph of each modality, as the last `refresh` chose their edges."""
        if not self._patterns:
            self.refresh()
        learned: Mapping[str, Graph] = self._learned
        if not learned or (self.options.gradient == "every" and torch.is_grad_enabled()):
            learned = {
                modality: learned_graph(self.transformed(modality), pattern)
                for modality, pattern in self._patterns.items()
            }
            if torch.is_grad_enabled():  # evaluating doesn't use up the first step's gradient
                self._learned = {modality: graph.detach() for modality, graph in learned.items()}
        return {modality: ModalityGraph(self._initial[modality], learned[modality]) for modality in self.modalities}

    def inputs(self, alpha: Tensor) -> Tensor:
        """h^(0) [n_items, d]: ID embeddings, or transformed features weighed by alpha [M] as Eq. 6 weighs graphs."""
        if self.options.input == "ids":
            return self.backbone.item_embedding
        parts = [weight * self.transformed(m) for weight, m in zip(alpha, self.modalities, strict=True)]
        return torch.stack(parts).sum(dim=0)

    def item_graph_embeddings(self) -> Tensor:
        """h^(L) (Eq. 7), [n_items, d], not yet normalised."""
        o, alpha = self.options, self.alpha
        return item_convolution(self.graphs(), alpha, o.lambda_, self.inputs(alpha), o.item_layers)

    def embed(self) -> tuple[Tensor, Tensor]:
        """User embeddings of the backbone, and its item embeddings plus h / |h| (Eq. 8)."""
        users, items = self.backbone.embed()
        return users, enhanced(items, self.item_graph_embeddings())

    def loss(self, users: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
        """BPR (Eqs. 9 and 10) and the backbone's penalty, of a batch of triples [B]."""
        x, items = self.backbone.embed()
        chosen = torch.cat([positives, negatives])
        y = enhanced(items.index_select(0, chosen), self.item_graph_embeddings().index_select(0, chosen))
        fit = bpr(x.index_select(0, users), *y.chunk(2))
        return fit + self.backbone.penalty(users, positives, negatives)

    def monitored(self) -> dict[str, float]:
        """Modality weights now, for the training history."""
        return {f"alpha_{m}": value for m, value in zip(self.modalities, self.alpha.tolist(), strict=True)}


def enhanced(items: Tensor, h: Tensor) -> Tensor:
    """Eq. 8: item embeddings of the backbone [n, d] plus what the item graph says, at length 1."""
    return items + F.normalize(h, dim=1)
