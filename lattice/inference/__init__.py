"""Inference on tensors and indices: the item graph under other coefficients, explanations, newcomers."""

from lattice.inference.contrast import Contrast, WhyNot
from lattice.inference.explanation import Explanation, graph_contributions
from lattice.inference.item_graph import ItemGraph
from lattice.inference.newcomer import FoldIn, Placement, fold, parts, place
from lattice.inference.shares import modality_shares

__all__ = [
    "Contrast",
    "Explanation",
    "FoldIn",
    "ItemGraph",
    "Placement",
    "WhyNot",
    "fold",
    "graph_contributions",
    "modality_shares",
    "parts",
    "place",
]
