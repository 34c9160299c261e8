"""LATTICE (Zhang et al., MM 2021): item graphs learned from every modality, plugged onto any CF model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lattice.errors import InputError
from lattice.graph import fixed_convolution, item_convolution
from lattice.graph.engines import ENGINES, Engine
from lattice.models.base import BackboneOptions, EmbeddingModel, ItemGraphModel
from lattice.models.lightgcn import LightGCNOptions
from lattice.models.loss import bpr
from lattice.models.structure import LearnedStructure
from lattice.validation import MAX_DIM, check_float, check_int


@dataclass(frozen=True)
class LatticeOptions:
    """Options of LATTICE.

    Args:
        backbone: options of the downstream CF model.
        k: neighbours per item and graph, the item itself included (Eq. 2); 0 is the backbone alone.
        lambda_: share of the initial graph (Eq. 5).
        item_layers: L, rounds of propagation over the item graph (Eq. 7).
        transform_dim: d', length of transformed features (Eq. 4).
        gradient: edges are chosen once per epoch; their weights have gradient on the "first" step after that (as in
            the authors' program) or on "every" step.
        input: h^(0) (Eq. 7): ID embeddings ("ids"), or transformed features ("features", needs d' = dim), which is the
            paper's LATTICE/feats-CF, and with k = 1, where an item's only neighbour is itself, its CF+feats.
        engine: what searches neighbours: "exact", or an approximate index for very large catalogues, "faiss" or
            "usearch" (optional extras), whose recall is a column of the history; weights are exact with all of them.
    """

    backbone: BackboneOptions = field(default_factory=LightGCNOptions)
    k: int = 10
    lambda_: float = 0.9
    item_layers: int = 1
    transform_dim: int = 64
    gradient: Literal["first", "every"] = "first"
    input: Literal["ids", "features"] = "ids"
    engine: Engine = "exact"

    def __post_init__(self) -> None:
        """Raise an InputError for a value out of range."""
        check_int("k", self.k, 0)
        check_float("lambda_", self.lambda_, 0, 1)
        check_int("item_layers", self.item_layers, 1)
        check_int("transform_dim", self.transform_dim, 1, MAX_DIM)
        if self.gradient not in ("first", "every"):
            raise InputError(f"gradient is {self.gradient!r}; it is first or every")
        if self.input not in ("ids", "features"):
            raise InputError(f"input is {self.input!r}; it is ids or features")
        if self.engine not in ENGINES:
            raise InputError(f"engine is {self.engine!r}; it is one of {', '.join(ENGINES)}")
        if not isinstance(self.backbone, BackboneOptions):
            raise InputError(f"{type(self.backbone).__name__}: LATTICE can't be plugged onto this model")
        if self.backbone.embedding_dim != self.backbone.dim:
            raise InputError(
                "combine is concat, but LATTICE adds vectors of length dim to the backbone's items (Eq. 8); "
                "set combine=mean"
            )


class Lattice(LearnedStructure, ItemGraphModel):
    """A backbone whose item embeddings are enhanced by the item graph (Eq. 8)."""

    def __init__(self, backbone: EmbeddingModel, features: Mapping[str, Tensor], options: LatticeOptions) -> None:
        """Draw weights. features: modality -> raw features [n_items, d_m], kept as fixed buffers."""
        super().__init__()
        dim = options.backbone.dim
        if options.input == "features" and options.transform_dim != dim:
            raise InputError(f"transform_dim is {options.transform_dim}; with input=features it is dim, {dim}")
        self.backbone = backbone
        self.options = options
        self.learn_from(features, options.transform_dim, backbone.items)
        self.alpha_logits = nn.Parameter(torch.zeros(len(features)))

    @property
    def alpha(self) -> Tensor:
        """Return the modality weights [M], a softmax (Eq. 6)."""
        return torch.softmax(self.alpha_logits, dim=0)

    def inputs(self, alpha: Tensor) -> Tensor:
        """Return h^(0) [n_items, d]: ID embeddings, or transformed features weighted by alpha [M] as in Eq. 6."""
        if self.options.input == "ids":
            return self.backbone.item_embedding
        parts = [weight * self.transformed(m) for weight, m in zip(alpha, self.modalities, strict=True)]
        return torch.stack(parts).sum(dim=0)

    def item_graph_embeddings(self) -> Tensor:
        """Compute h^(L) (Eq. 7), [n_items, d], not yet normalised."""
        o, alpha = self.options, self.alpha
        return item_convolution(self.graphs(), alpha, o.lambda_, self.inputs(alpha), o.item_layers)

    def _item_graph_rows(self, rows: Tensor) -> Tensor:
        """Compute h^(L) for chosen items [B] alone where the edges have no gradient on this step: [B, d]."""
        graphs, alpha = self.fixed_graphs(), self.alpha
        if not graphs:
            return self.items.select(self.item_graph_embeddings(), rows)
        return fixed_convolution(graphs, alpha, self.inputs(alpha), self.options.item_layers, rows)

    def embed(self) -> tuple[Tensor, Tensor]:
        """Return the backbone's user embeddings, and its item embeddings plus h / |h| (Eq. 8)."""
        users, items = self.backbone.embed()
        return users, enhanced(items, self.item_graph_embeddings())

    def loss(self, users: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
        """Return BPR (Eqs. 9 and 10) plus the backbone's penalty, of a batch of triples [B]."""
        x, items = self.backbone.embed()
        chosen = torch.cat([positives, negatives])
        y = enhanced(self.items.select(items, chosen), self._item_graph_rows(chosen))
        fit = bpr(self.backbone.users.select(x, users), *y.chunk(2))
        return fit + self.backbone.penalty(users, positives, negatives)

    def monitored(self) -> dict[str, float]:
        """Return the current modality weights, for the training history."""
        weights = {f"alpha_{m}": value for m, value in zip(self.modalities, self.alpha.tolist(), strict=True)}
        return weights | super().monitored()


def enhanced(items: Tensor, h: Tensor) -> Tensor:
    """Compute Eq. 8: item embeddings of the backbone [n, d] plus the normalised item-graph embeddings h [n, d]."""
    return items + F.normalize(h, dim=1)
