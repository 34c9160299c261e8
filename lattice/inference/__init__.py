"""Inference on tensors and indices: the item graph under other coefficients, explanations, newcomers."""

from lattice.inference.explanation import Explanation, graph_contributions
from lattice.inference.item_graph import ItemGraph
from lattice.inference.newcomer import FoldIn, Placement, place

__all__ = ["Explanation", "FoldIn", "ItemGraph", "Placement", "graph_contributions", "place"]
