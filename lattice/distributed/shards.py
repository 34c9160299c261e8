"""Tables whose rows are spread over the processes of torch.distributed, each of which holds one contiguous part.

Parts travel by collectives alone: every process's part is broadcast in its turn, so that beside its own each holds one
part at a time; sums go back to the process that holds the rows.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

from lattice.errors import InputError
from lattice.graph import Rows
from lattice.graph.engines import Found

DRAWN = 2**16  # rows whose first numbers are drawn at once


@dataclass(frozen=True)
class Shards(Rows):
    """The rows of one table, spread evenly.

    Args:
        n: how many rows there are in all.
        rank: this process, 0 to size - 1.
        size: how many processes there are.
    """

    rank: int
    size: int

    @classmethod
    def of(cls, n: int) -> "Shards":
        """Spread n rows over the processes of the default group."""
        return cls(n, dist.get_rank(), dist.get_world_size())

    @property
    def parts(self) -> list[range]:
        """Return the rows of every process."""
        ends = [self.n * rank // self.size for rank in range(self.size + 1)]
        return [range(start, stop) for start, stop in pairwise(ends)]

    @property
    def held(self) -> range:
        """Return the rows that this process holds."""
        return self.parts[self.rank]

    def mine(self, rows: Tensor) -> Tensor:
        """Return which of some rows [n] this process holds, as bool [n]."""
        return (rows >= self.held.start) & (rows < self.held.stop)

    def xavier_uniform(self, dim: int) -> Tensor:
        """Draw the held rows; all rows are drawn, block by block, so that the numbers are those of one process."""
        bound, held, kept = math.sqrt(6 / (self.n + dim)), self.held, torch.empty(len(self.held), dim)
        for start in range(0, self.n, DRAWN):
            block = torch.empty(min(DRAWN, self.n - start), dim).uniform_(-bound, bound)
            first, last = max(start, held.start), min(start + len(block), held.stop)
            if first < last:
                kept[first - held.start : last - held.start] = block[first - start : last - start]
        return kept

    def blocks(self, x: Tensor) -> Iterator[Tensor]:
        """Yield every process's rows of a table in turn, of which x [held, d] are this one's."""
        for rank, rows in enumerate(self.parts):
            block = x.detach().contiguous() if rank == self.rank else x.new_empty(len(rows), *x.shape[1:])
            dist.broadcast(block, src=rank)
            yield block

    def to_owners(self, contributions: Iterable[Tensor]) -> Tensor:
        """Sum over processes what each has for the rows of process 0, 1, ...; return the sum for the held rows."""
        own = torch.empty(0)
        for rank, contribution in enumerate(contributions):
            dist.reduce(contribution, dst=rank)
            if rank == self.rank:
                own = contribution
        return own

    def select(self, x: Tensor, chosen: Tensor, layer: nn.Module | None = None) -> Tensor:
        """Return chosen rows [B] of a table through a layer, the same on every process: [B, d'].

        Every process asks for the same rows. Each applies the layer to those that it holds.
        """
        mine = self.mine(chosen)
        return _Joined.apply(super().select(x, chosen[mine] - self.held.start, layer), mine)

    def search(self, features: Tensor, k: int, engine: str) -> Found:
        """Find the k most similar rows of each held row by cosine, among all; features: [held, d]."""
        from lattice.distributed.item_graph import nearest

        if engine != "exact":
            raise InputError(f"engine is {engine!r}; several processes search exactly: leave it out")
        return Found(nearest(features, k, self), 1.0)


class _Joined(torch.autograd.Function):
    """Each process fills in its own rows, where `mine` [B] is true; backward, it takes the gradient of those.

    What follows is computed by every process alike, so each has the whole gradient of the rows.
    """

    @staticmethod
    def forward(ctx: Any, own: Tensor, mine: Tensor) -> Tensor:
        ctx.mine = mine
        rows = own.new_zeros(len(mine), *own.shape[1:])
        rows[mine] = own
        dist.all_reduce(rows)
        return rows

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        return gradient[ctx.mine], None
