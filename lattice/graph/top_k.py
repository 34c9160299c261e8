"""Exact search for the largest inner products: a block of rows at a time, and only the promising part of a row."""

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

ALIGNED = 16  # floats: rows that begin on a cache line of 64 bytes are written about twice as fast
GROUP = 64  # columns


def product_blocks(x: Tensor, y: Tensor, size: int) -> Iterator[tuple[int, Tensor]]:
    """Block after block: its first row, and the products of x [n, d]'s rows from there with y [N, d]'s: [<= size, N].

    A block is the caller's to write on, but only until the next: all take the same place in memory, as fresh memory
    takes longer than the product itself.
    """
    n = len(y)
    buffer = x.new_empty(min(size, len(x)), -(-n // ALIGNED) * ALIGNED)[:, :n]
    for start in range(0, len(x), size):
        rows = x[start : start + size]
        yield start, torch.mm(rows, y.T, out=buffer[: len(rows)])


def top(x: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """The k largest of each row of x [n, N], the largest first: values and columns, [n, k] each, as `topk` has them.

    Which of several equals it takes, and in what order, may differ. The k largest lie in the k groups of columns with
    the largest maxima, or in the few columns that fill no group; where these are a small part of a row, they alone are
    searched.
    """
    n_groups = x.shape[1] // GROUP
    if n_groups <= 4 * k:  # as measured: with fewer groups it takes longer than it saves
        values, columns = x.topk(k, dim=1)
        return values, columns
    groups, rest = x[:, : n_groups * GROUP].unflatten(1, (n_groups, GROUP)), x[:, n_groups * GROUP :]
    best = groups.amax(dim=2).topk(k, dim=1).indices
    chosen = groups[torch.arange(len(x), device=x.device)[:, None], best].flatten(1)
    values, places = torch.cat([chosen, rest], dim=1).topk(k, dim=1)
    best = F.pad(best, (0, 1), value=n_groups)  # `rest` follows the chosen groups, as one more
    return values, best.gather(1, places // GROUP) * GROUP + places % GROUP
