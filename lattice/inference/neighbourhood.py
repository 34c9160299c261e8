"""The neighbourhood of an item in the item graph, in one modality or all, and what training changed in it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from torch import Tensor

from lattice.errors import InputError
from lattice.graph import Graph, ModalityGraph
from lattice.inference.item_graph import ItemGraph

LAYERS = ("mixed", "initial", "learned", "gained", "lost")


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """An item and the items one or two edges away, as indices.

    nodes: item, hop (0 for the item itself), via (the item of the previous hop on the heaviest path to it), weight; in
        order of hop, then weight. At hop 1 the weight is the edge from the centre, summed over modalities; at hop 2
        the product of both edges, summed over all paths.
    edges: all edges among the nodes, see `edges_from`. found: number of nodes before the limit is applied.
    own: every entry in the centre's row, see `entries_from`, including those of weight 0 in this layer.
    """

    nodes: pd.DataFrame
    edges: pd.DataFrame
    found: int
    own: pd.DataFrame


def layer_weights(initial: np.ndarray, learned: np.ndarray, lambda_: float, layer: str) -> np.ndarray:
    """Return the weights of one modality's edges in a layer, from their entries in both graphs (0 where missing).

    mixed: lambda_ * initial + (1 - lambda_) * learned (Eq. 5). gained: what learning added, max(learned - initial, 0).
    lost: what learning removed, max(initial - learned, 0). So learned = initial + gained - lost for every edge.
    Raises an InputError for an unknown layer.
    """
    if layer not in LAYERS:
        raise InputError(f"no layer {layer!r}; choose one of {', '.join(LAYERS)}")
    if layer == "mixed":
        return lambda_ * initial + (1 - lambda_) * learned
    if layer in ("initial", "learned"):
        return initial if layer == "initial" else learned
    change = learned - initial
    return np.maximum(change if layer == "gained" else -change, 0.0)


def entries_from(
    item_graph: ItemGraph, items: Sequence[int] | np.ndarray, modality: str | None = None, layer: str = "mixed"
) -> pd.DataFrame:
    """Return rows `items` of the item graph without self-loops: source, target, modality, initial, learned, weight.

    modality: only this modality's graph; None for all, each multiplied by its alpha (a pair may then gain in one
    modality and lose in another). initial and learned are the graphs' entries; weight is the layer's, 0 where the layer
    has no such edge.
    """
    if modality is not None and modality not in item_graph.graphs:
        raise InputError(f"no modality {modality!r}; choose one of {', '.join(item_graph.graphs)}")
    asked, found = np.asarray(items, dtype=np.int64), []
    for name, graph in item_graph.graphs.items():
        if modality in (None, name):
            source, target, initial, learned = _entries(graph, asked)
            weight = layer_weights(initial, learned, item_graph.lambda_, layer)
            weight = weight * (item_graph.alpha[name] if modality is None else 1.0)
            found.append((source, target, np.full(len(source), name, dtype=object), initial, learned, weight))
    columns = ("source", "target", "modality", "initial", "learned", "weight")
    return pd.DataFrame(dict(zip(columns, map(np.concatenate, zip(*found, strict=True)), strict=True)))


def edges_from(
    item_graph: ItemGraph, items: Sequence[int] | np.ndarray, modality: str | None = None, layer: str = "mixed"
) -> pd.DataFrame:
    """Return the entries of `entries_from` that are edges of the layer: those with a positive weight."""
    return _positive(entries_from(item_graph, items, modality, layer))


def _positive(entries: pd.DataFrame) -> pd.DataFrame:
    return entries[entries["weight"] > 0].reset_index(drop=True)


def neighbourhood(
    item_graph: ItemGraph,
    item: int,
    hops: int = 1,
    limit: int = 150,
    modality: str | None = None,
    layer: str = "mixed",
    own: pd.DataFrame | None = None,
) -> Neighbourhood:
    """Return the items within `hops` (1 or 2) edges of an item, row to column: at most `limit` nodes, itself included.

    Nodes of the first hop come first, then by weight. own: for an item outside the graph, its entries as `entries_from`
    has them; `item` is then a number that no item of the graph has.
    """
    if hops not in (1, 2) or limit < 1:
        raise InputError(f"hops is {hops} and limit {limit}; a neighbourhood has 1 or 2 hops and at least 1 node")
    own = entries_from(item_graph, [item], modality, layer) if own is None else own
    leading = _positive(own)
    first = _reached(_pairs(leading), 1)
    found = [pd.DataFrame({"item": [item], "hop": [0], "via": [item], "weight": [0.0]}), first]
    if hops == 2 and len(first):
        steps = _pairs(edges_from(item_graph, first["item"].to_numpy(), modality, layer))
        steps["weight"] *= steps["source"].map(first.set_index("item")["weight"])
        found.append(_reached(steps[~steps["target"].isin([item, *first["item"]])], 2))
    nodes = pd.concat([part for part in found if len(part)], ignore_index=True)
    kept = nodes.head(limit)
    edges = pd.concat([leading, edges_from(item_graph, kept["item"].to_numpy()[1:], modality, layer)])
    return Neighbourhood(kept, edges[edges["target"].isin(kept["item"])].reset_index(drop=True), len(nodes), own)


def _pairs(edges: pd.DataFrame) -> pd.DataFrame:
    """Sum the edges over modalities: source, target, weight."""
    return edges.groupby(["source", "target"], as_index=False)["weight"].sum()


def _reached(steps: pd.DataFrame, hop: int) -> pd.DataFrame:
    """Return the nodes where steps end, largest weight first."""
    best = steps.sort_values(["weight", "source"], ascending=[False, True]).drop_duplicates("target")
    nodes = steps.groupby("target", as_index=False)["weight"].sum().rename(columns={"target": "item"})
    nodes.insert(1, "hop", hop)
    nodes.insert(2, "via", nodes["item"].map(best.set_index("target")["source"]).astype(np.int64))
    return nodes.sort_values(["weight", "item"], ascending=[False, True], ignore_index=True)


def _entries(graph: ModalityGraph, items: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Join rows of both graphs of a modality without self-loops: source, target, initial, learned; 0 for no entry."""
    n = graph.initial.pattern.n
    parts = [_row_entries(part, items) for part in (graph.initial, graph.learned)]
    codes = np.union1d(parts[0][0], parts[1][0])
    codes = codes[codes // n != codes % n]
    return codes // n, codes % n, _at(codes, *parts[0]), _at(codes, *parts[1])


def _row_entries(graph: Graph, items: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the entries of some rows: source * n + target, ascending, and weights."""
    indices, weights = _numpy(graph.indices)[items], _numpy(graph.weights)[items].astype(np.float64)
    codes = (items[:, None] * graph.pattern.n + indices).ravel()
    order = np.argsort(codes)
    return codes[order], weights.ravel()[order]


def _at(wanted: np.ndarray, codes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the weights at some codes, 0 where there is none. codes: ascending."""
    place = np.searchsorted(codes, wanted).clip(max=len(codes) - 1)
    return np.where(codes[place] == wanted, weights[place], 0.0) if len(codes) else np.zeros(len(wanted))


def _numpy(tensor: Tensor) -> np.ndarray:
    return tensor.detach().cpu().numpy()
