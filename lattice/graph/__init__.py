"""Item graphs: exact kNN, normalisation, structure learning and propagation, as pure functions on tensors."""

from lattice.graph.bipartite import Bipartite, Means, bipartite
from lattice.graph.knn import chosen_cosines, cosines, nearest, query
from lattice.graph.pattern import Graph, Pattern, propagate
from lattice.graph.sparse import Edges
from lattice.graph.structure import (
    ModalityGraph,
    degrees,
    initial_graph,
    inverse_sqrt,
    item_convolution,
    learned_graph,
    normalise,
    scale_of,
)

__all__ = [
    "Bipartite",
    "Edges",
    "Graph",
    "Means",
    "ModalityGraph",
    "Pattern",
    "bipartite",
    "chosen_cosines",
    "cosines",
    "degrees",
    "initial_graph",
    "inverse_sqrt",
    "item_convolution",
    "learned_graph",
    "nearest",
    "normalise",
    "propagate",
    "query",
    "scale_of",
]
