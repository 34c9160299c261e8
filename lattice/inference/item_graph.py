"""A model's item graph at inference, edge by edge; its coefficients may differ from the trained ones."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from lattice.errors import InputError
from lattice.graph import Graph, ModalityGraph, by_modality, inv_sqrt_degree, item_convolution
from lattice.models import ItemGraphModel


@dataclass(frozen=True, eq=False)
class ItemGraph:
    """The item graph of a model, with coefficients that can be changed.

    graphs: modality -> initial and learned graph. Where every item has modality weights of its own, its entries are
        multiplied by its weight over alpha, so that alpha, the mean, stands for all. alpha: modality -> weight.
    lambda_, layers, k: as trained or chosen.
    graph_scale: h [n, d] -> the factors [n, 1] by which the model adds it to its items (Eq. 8: 1 / |h|).
    scales: modality -> D^-1/2 [N] (Eq. 3) of the initial and of the learned graph; they normalise a new item's edges.
        A cut edge still counts in them.
    cut: pairs of items whose edges `without` removed; they stay removed in later changes.
    """

    graphs: Mapping[str, ModalityGraph]
    alpha: Mapping[str, float]
    lambda_: float
    layers: int
    k: int
    graph_scale: Callable[[Tensor], Tensor]
    scales: Mapping[str, tuple[Tensor, Tensor]]
    cut: tuple[tuple[int, int], ...] = ()

    @classmethod
    @torch.no_grad()
    def of(cls, model: ItemGraphModel) -> "ItemGraph":
        """Return the graph as the model learned it."""
        alpha = dict(zip(model.modalities, model.alpha.tolist(), strict=True))
        graphs, o = model.graphs(), model.options
        own = _attended(model, graphs)
        return cls(own, alpha, o.lambda_, o.item_layers, o.k, model.graph_scale, _scales(graphs))

    @torch.no_grad()
    def with_graphs(self, model: ItemGraphModel, graphs: Mapping[str, ModalityGraph], k: int) -> "ItemGraph":
        """Return a graph with other edges of the model, k per item; what was cut stays cut."""
        return replace(self, graphs=_attended(model, graphs), k=k, scales=_scales(graphs)).without(self.cut)

    def with_alpha(self, alpha: Mapping[str, float]) -> "ItemGraph":
        """Return a graph with other modality weights >= 0, scaled to sum to 1; a missing modality gets 0.

        Raises an InputError for an unknown modality, a negative weight, or weights that are all 0.
        """
        total = sum(alpha.values())
        if set(alpha) - set(self.alpha) or not 0 < total < float("inf") or min(alpha.values()) < 0:
            raise InputError(
                f"alpha {dict(alpha)} must give weights >= 0, not all 0, to some of {', '.join(self.alpha)}"
            )
        return replace(self, alpha={modality: alpha.get(modality, 0.0) / total for modality in self.alpha})

    def without(self, pairs: Iterable[tuple[int, int]]) -> "ItemGraph":
        """Return a graph without the edges between each pair, both directions, all modalities; other weights stay."""
        pairs = tuple(pairs)
        cut = [(i, j) for a, b in pairs for i, j in ((a, b), (b, a))]
        graphs = {
            modality: ModalityGraph(_cut(graph.initial, cut), _cut(graph.learned, cut))
            for modality, graph in self.graphs.items()
        }
        return replace(self, graphs=graphs, cut=tuple(dict.fromkeys(self.cut + pairs)))

    @torch.no_grad()
    def inputs(self, model: ItemGraphModel) -> Tensor:
        """Return h^(0) [N, d] of the model; where it is made of features, with this graph's alpha."""
        return model.inputs(model.alpha.new_tensor(list(self.alpha.values()))).detach()

    @torch.no_grad()
    def propagate(self, x: Tensor) -> list[Tensor]:
        """Return the layers of Eq. 7: h^(0) = x [N, d], h^(1), ..., h^(L)."""
        alpha = torch.tensor(list(self.alpha.values()), dtype=x.dtype, device=x.device)
        layers = [x]
        for _ in range(self.layers):
            layers.append(item_convolution(self.graphs, alpha, self.lambda_, layers[-1], 1))
        return layers

    @torch.no_grad()
    def added(self, h: Tensor) -> Tensor:
        """Return what h [n, d] adds to the items' embeddings (Eq. 8), [n, d]."""
        return h * self.graph_scale(h)

    def edges(self, item: int) -> pd.DataFrame:
        """Return row `item` of A: one row per neighbour and modality, largest weight first.

        Columns: neighbour (index), modality, initial and learned (entries of Eqs. 3 and their learned counterpart),
        from_initial and from_learned (what each adds to A: alpha * lambda * initial, ...), weight (their sum).
        """
        frames = []
        for modality, graph in self.graphs.items():
            initial, learned = _row(graph.initial, item), _row(graph.learned, item)
            frame = pd.DataFrame({"initial": initial, "learned": learned}).fillna(0.0)
            frame.insert(0, "modality", modality)
            frame["from_initial"] = self.alpha[modality] * self.lambda_ * frame["initial"]
            frame["from_learned"] = self.alpha[modality] * (1 - self.lambda_) * frame["learned"]
            frames.append(frame.rename_axis("neighbour").reset_index())
        table = pd.concat(frames, ignore_index=True)
        table["weight"] = table["from_initial"] + table["from_learned"]
        return table.sort_values("weight", ascending=False, kind="stable", ignore_index=True)

    def row(self, item: int, modality: str | None = None) -> pd.Series:
        """Return neighbour (index) -> weight > 0 in row `item` of A, or of one modality's graph A^m (Eq. 5)."""
        edges = self.edges(item)
        if modality is not None:
            edges = edges[edges["modality"] == modality]
            edges = edges.assign(weight=self.lambda_ * edges["initial"] + (1 - self.lambda_) * edges["learned"])
        return edges[edges["weight"] > 0].groupby("neighbour")["weight"].sum()


def _attended(model: ItemGraphModel, graphs: Mapping[str, ModalityGraph]) -> Mapping[str, ModalityGraph]:
    """Return the graphs with each item's own modality weights, relative to alpha, in its entries."""
    if not model.attends:
        return graphs
    alpha = model.alpha
    parts = by_modality(graphs, model.options.lambda_, model.inputs(alpha))
    relative = model.item_weights(parts) / alpha
    return {
        modality: ModalityGraph(*(Graph(g.pattern, g.weights * factor[:, None]) for g in (pair.initial, pair.learned)))
        for (modality, pair), factor in zip(graphs.items(), relative.unbind(dim=1), strict=True)
    }


def _scales(graphs: Mapping[str, ModalityGraph]) -> dict[str, tuple[Tensor, Tensor]]:
    return {
        modality: (inv_sqrt_degree(graph.initial), inv_sqrt_degree(graph.learned)) for modality, graph in graphs.items()
    }


def _row(graph: Graph, item: int) -> pd.Series:
    row = pd.Series(graph.weights[item].cpu().numpy().astype(np.float64), index=graph.indices[item].cpu().numpy())
    return row[row > 0]


def _cut(graph: Graph, pairs: list[tuple[int, int]]) -> Graph:
    weights = graph.weights.clone()
    for i, j in pairs:
        weights[i, graph.indices[i] == j] = 0.0
    return Graph(graph.pattern, weights)
