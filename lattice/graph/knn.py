"""Exact k-nearest-neighbour search by cosine, a block of rows at a time (Eqs. 1 and 2)."""

import torch
import torch.nn.functional as F
from torch import Tensor

from lattice.graph.pattern import Pattern, sampled_products
from lattice.graph.top_k import product_blocks, top


@torch.no_grad()
def nearest(features: Tensor, k: int, block: int = 1024) -> Pattern:
    """The k most similar rows of each row, itself counted (the authors' k; k = 0 gives no edges).

    features: [N, d]; a zero row ("not there") has cosine 0 with everything.
    Returns where the N * k entries lie; memory is O(block * N + N * k).
    """
    unit = F.normalize(features, dim=1)
    n, k = len(unit), min(k, len(unit))
    indices = torch.empty(n, k, dtype=torch.long, device=unit.device)
    for start, cosine in product_blocks(unit[: n if k else 0], unit, block):
        # An exact duplicate of an item must not push the item out of its own row.
        cosine.diagonal(start).fill_(2.0)
        indices[start : start + block] = top(cosine, k)[1].sort(dim=1).values
    return Pattern(indices)


def chosen_cosines(features: Tensor, pattern: Pattern) -> Tensor:
    """Eq. 1 for the chosen pairs only, with gradient: [N, k] cosines of row i with rows `pattern.indices[i]`."""
    unit = F.normalize(features, dim=1)
    return sampled_products(pattern, unit, unit)


def query(newcomers: Tensor, features: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """For vectors outside the catalogue [n, d]: the k nearest of `features` [N, d]; indices and cosines [n, k]."""
    top = cosines(newcomers, features).topk(min(k, len(features)), dim=1)
    return top.indices, top.values


def cosines(x: Tensor, features: Tensor) -> Tensor:
    """Eq. 1 between a few vectors [n, d] and all of `features` [N, d], of which no normalised copy is made: [n, N]."""
    return F.normalize(x, dim=1) @ features.T / torch.linalg.vector_norm(features, dim=1).clamp(min=1e-12)
