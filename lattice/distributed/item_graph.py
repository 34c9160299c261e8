"""The item graph whose rows are spread over processes: exact neighbours, found block by block."""

from dataclasses import dataclass
from functools import cached_property

import torch
import torch.nn.functional as F
from torch import Tensor

from lattice.distributed.edges import ShardedEdges
from lattice.distributed.shards import Shards
from lattice.graph import Edges, Pattern
from lattice.graph.top_k import product_blocks, top_k


@dataclass(frozen=True, eq=False)
class ShardedPattern(Pattern):
    """Positions of the entries in the held rows: `indices` [held, k] are columns of the whole matrix."""

    items: Shards

    @cached_property
    def edges(self) -> Edges:
        """Return the same entries as a flat list."""
        n, k = self.indices.shape
        rows = torch.arange(n, device=self.indices.device).repeat_interleave(k)
        return ShardedEdges(rows, self.indices.reshape(-1), (n, n), self.items)


@torch.no_grad()
def nearest(features: Tensor, k: int, items: Shards, block: int = 1024) -> ShardedPattern:
    """Find the k most similar rows of each held row as `lattice.graph.nearest` does, among the rows of all processes.

    features: [held, d]. Memory beside them is another process's part and O(block * n / processes + held * k).
    """
    unit, k = F.normalize(features, dim=1), min(k, items.n)
    best = unit.new_full((len(unit), k), -torch.inf)
    found = torch.zeros(len(unit), k, dtype=torch.long, device=unit.device)
    for rank, others in enumerate(items.blocks(unit)):
        for start, cosine in product_blocks(unit if k and len(others) else unit[:0], others, block):
            if rank == items.rank:  # an exact duplicate of an item must not push the item out of its own row
                cosine.diagonal(start).fill_(2.0)
            values, columns = top_k(cosine, min(k, len(others)))
            rows = slice(start, start + len(cosine))
            values = torch.cat([best[rows], values], dim=1)
            columns = torch.cat([found[rows], columns + items.parts[rank].start], dim=1)
            best[rows], order = values.topk(k, dim=1)
            found[rows] = columns.gather(1, order)
    return ShardedPattern(found.sort(dim=1).values, items)
