"""Exact k-nearest-neighbour search by cosine, a block of rows at a time (Eqs. 1 and 2)."""

import torch
import torch.nn.functional as F
from torch import Tensor

from lattice.graph.pattern import Pattern, sampled_products
from lattice.graph.top_k import product_blocks, top_k


@torch.no_grad()
def nearest(features: Tensor, k: int, block: int = 1024) -> Pattern:
    """Find the k most similar rows of each row, including the row itself (the authors' k; k = 0 gives no edges).

    features: [N, d]; a zero row (missing content) has cosine 0 with everything.
    Returns the positions of the N * k entries; memory is O(block * N + N * k).
    """
    unit = F.normalize(features, dim=1)
    n, k = len(unit), min(k, len(unit))
    indices = torch.empty(n, k, dtype=torch.long, device=unit.device)
    for start, cosine in product_blocks(unit[: n if k else 0], unit, block):
        # An exact duplicate of an item must not push the item out of its own row.
        cosine.diagonal(start).fill_(2.0)
        indices[start : start + block] = top_k(cosine, k)[1].sort(dim=1).values
    return Pattern(indices)


def chosen_cosines(features: Tensor, pattern: Pattern) -> Tensor:
    """Compute Eq. 1 for chosen pairs, with gradient: [N, k] cosines of row i with rows `pattern.indices[i]`."""
    unit = F.normalize(features, dim=1)
    return sampled_products(pattern, unit, unit)


def query(newcomers: Tensor, features: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """Find the k nearest rows of `features` [N, d] for new vectors [n, d]: indices and cosines, [n, k] each."""
    top = cosines(newcomers, features).topk(min(k, len(features)), dim=1)
    return top.indices, top.values


def cosines(x: Tensor, features: Tensor) -> Tensor:
    """Compute Eq. 1 between vectors [n, d] and all of `features` [N, d] without a normalised copy of them: [n, N]."""
    return F.normalize(x, dim=1) @ features.T / torch.linalg.vector_norm(features, dim=1).clamp(min=1e-12)
