"""How much each modality contributes to every item's graph embedding."""

from collections.abc import Mapping

import torch
from torch import Tensor

from lattice.graph import Graph
from lattice.inference.item_graph import ItemGraph


@torch.no_grad()
def modality_shares(item_graph: ItemGraph, x: Tensor) -> Mapping[str, Tensor]:
    """Return modality -> [N]: its share of what an item receives from other items; one item's shares sum to 1.

    x: h^(0) [N, d]. Item i receives t = sum_m t_m with t_m = alpha_m sum_{j != i} A^m_ij h_j^(L-1), the last layer of
    Eq. 7 without the item itself. A modality's share is t_m . t / |t|^2; it is negative where t_m points away from t,
    and NaN where an item receives nothing.
    """
    if not item_graph.layers:
        return {m: torch.full((len(x),), torch.nan) for m in item_graph.graphs}
    h = item_graph.propagate(x)[-2]
    lambda_ = item_graph.lambda_
    parts = {
        m: item_graph.alpha[m] * (lambda_ * _from_others(g.initial, h) + (1 - lambda_) * _from_others(g.learned, h))
        for m, g in item_graph.graphs.items()
    }
    whole = torch.stack(list(parts.values())).sum(dim=0)
    length = whole.square().sum(dim=1)
    length = torch.where(length > 0, length, torch.nan)
    return {m: (part * whole).sum(dim=1) / length for m, part in parts.items()}


def _from_others(graph: Graph, h: Tensor) -> Tensor:
    """Multiply the graph without its diagonal by h [N, d], one neighbour at a time, so that no [N, k, d] is formed."""
    rows = torch.arange(len(h), device=h.device)
    total = torch.zeros_like(h)
    for slot in range(graph.indices.shape[1]):
        column = graph.indices[:, slot]
        total += (graph.weights[:, slot].detach() * (column != rows))[:, None] * h[column]
    return total
