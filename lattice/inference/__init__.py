"""Inference on tensors and indices: the item graph under other coefficients, explanations, newcomers."""

from lattice.inference.contrast import Contrast, WhyNot
from lattice.inference.explanation import Explanation, graph_contributions
from lattice.inference.fold_in import FoldIn, Placement, fold, parts, place
from lattice.inference.item_graph import ItemGraph
from lattice.inference.modality_contributions import modality_shares

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
