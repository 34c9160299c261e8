"""Item graphs: exact kNN, normalisation, structure learning and propagation, as pure functions on tensors."""

from lattice.graph.bipartite import Bipartite, MeanAdjacency, normalized_adjacency
from lattice.graph.knn import Neighbours, chosen_cosines, cosines, nearest, neighbours, query
from lattice.graph.pattern import Graph, Pattern, propagate
from lattice.graph.rows import Rows
from lattice.graph.sparse import Edges
from lattice.graph.structure import (
    ModalityGraph,
    by_modality,
    degrees,
    fixed_convolution,
    initial_graph,
    inv_sqrt_degree,
    inverse_sqrt,
    item_convolution,
    learned_graph,
    normalise,
)

__all__ = [
    "Bipartite",
    "Edges",
    "Graph",
    "MeanAdjacency",
    "ModalityGraph",
    "Neighbours",
    "Pattern",
    "Rows",
    "by_modality",
    "chosen_cosines",
    "cosines",
    "degrees",
    "fixed_convolution",
    "initial_graph",
    "inv_sqrt_degree",
    "inverse_sqrt",
    "item_convolution",
    "learned_graph",
    "nearest",
    "neighbours",
    "normalise",
    "normalized_adjacency",
    "propagate",
    "query",
]
