"""Exact k-nearest-neighbour search by cosine, a block of rows at a time (Eqs. 1 and 2)."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from lattice.graph.pattern import Pattern, sampled_products
from lattice.graph.top_k import product_blocks, top_k

BLOCK, FEWEST = 1_024, 64  # rows that are searched at once: as many as the products below allow, within these
PRODUCTS = 2**25  # cosines in memory at once (128 MB)


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The K most similar rows of each row, itself first, then by cosine from the largest.

    indices: [N, K] int32. cosines: [N, K]; a row's own is 1, or 0 for a zero row.
    """

    indices: Tensor
    cosines: Tensor

    def first(self, k: int) -> tuple[Pattern, Tensor]:
        """Return the k most similar rows, k <= K, in the order that a pattern needs, and their cosines [N, k]."""
        indices, order = self.indices[:, :k].sort(dim=1)
        return Pattern(indices.long()), self.cosines[:, :k].gather(1, order)


@torch.no_grad()
def neighbours(features: Tensor, k: int, block: int | None = None) -> Neighbours:
    """Find the k most similar rows of each row, including the row itself (the authors' k; k = 0 gives no edges).

    features: [N, d]; a zero row (missing content) has cosine 0 with everything. block: rows that are searched at once.
    Memory is O(block * N + N * k).
    """
    unit = F.normalize(features, dim=1)
    n, k = len(unit), min(k, len(unit))
    block = block or min(BLOCK, max(FEWEST, PRODUCTS // max(n, 1)))
    indices = torch.empty(n, k, dtype=torch.int32, device=unit.device)
    found = torch.empty(n, k, dtype=unit.dtype, device=unit.device)
    for start, cosine in product_blocks(unit[: n if k else 0], unit, block):
        # An exact duplicate of an item must not push the item out of its own row.
        cosine.diagonal(start).fill_(2.0)
        found[start : start + block], indices[start : start + block] = top_k(cosine, k)
    found[:, :1] = unit.square().sum(dim=1, keepdim=True)
    return Neighbours(indices, found)


def nearest(features: Tensor, k: int, block: int | None = None) -> Pattern:
    """Return the positions of the N * k entries that `neighbours` finds."""
    return neighbours(features, k, block).first(k)[0]


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
