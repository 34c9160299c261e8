"""Inference on tensors and indices: the item graph and changes to it, explanations, new items."""

from lattice.inference.contrast import Contrast, WhyNot
from lattice.inference.explanation import Explanation, graph_contributions
from lattice.inference.fold_in import FoldIn, Placement, aggregate, fold_in_item, neighbour_blocks
from lattice.inference.item_graph import ItemGraph
from lattice.inference.modality_contributions import modality_shares

__all__ = [
    "Contrast",
    "Explanation",
    "FoldIn",
    "ItemGraph",
    "Placement",
    "WhyNot",
    "aggregate",
    "fold_in_item",
    "graph_contributions",
    "modality_shares",
    "neighbour_blocks",
]
