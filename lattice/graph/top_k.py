"""Exact search for the largest inner products, in blocks of rows; only what can hold the top k is sorted."""

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

from lattice.graph.joined import Vectors, products

ALIGNED = 16  # floats: rows that begin on a cache line of 64 bytes are written about twice as fast
GROUP = 64  # columns
MANY = 64  # from so many numbers per row on, half as many columns in a group leave less to be searched
FEW = 100_000  # numbers


def product_blocks(x: Vectors, y: Vectors, size: int) -> Iterator[tuple[int, Tensor]]:
    """Yield blocks of x @ y.T (x [n, d], y [N, d]): the first row's index, and the products [<= size, N].

    The caller may modify a block, but only until the next one: all blocks share one buffer, since allocating memory
    takes longer than the product.
    """
    n = len(y)
    buffer = torch.empty(min(size, len(x)), -(-n // ALIGNED) * ALIGNED, dtype=x.dtype, device=x.device)[:, :n]
    for start in range(0, len(x), size):
        rows = x[start : start + size]
        yield start, products(rows, y, buffer[: len(rows)])


def least_of_top(x: Tensor, k: int) -> Tensor:
    """Return numbers [n] that the k-th largest of each row of x [n, N] is not below, without searching for it.

    k groups of columns have a number as large: their maxima. Where a row has fewer groups, -inf.
    """
    n_groups = x.shape[1] // GROUP
    if n_groups < k:
        return x.new_full((len(x),), -torch.inf)
    maxima = x[:, : n_groups * GROUP].unflatten(1, (n_groups, GROUP)).amax(dim=2)
    return maxima.topk(k, dim=1, sorted=False).values.amin(dim=1)


def top_k(x: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """Return the k largest of each row of x [n, N] as `topk` does: values and columns, [n, k] each, largest first.

    Ties may be broken differently. The k largest are in the k groups of columns with the largest maxima, or in the few
    columns after the last whole group; where these are a small part of a row, only they are searched.
    """
    group = GROUP if k < MANY else GROUP // 2
    n_groups = x.shape[1] // group
    if n_groups <= 4 * k or x.numel() < FEW:  # measured: then it takes longer than it saves
        values, columns = x.topk(k, dim=1)
        return values, columns
    groups, rest = x[:, : n_groups * group].unflatten(1, (n_groups, group)), x[:, n_groups * group :]
    best = groups.amax(dim=2).topk(k, dim=1).indices
    chosen = groups[torch.arange(len(x), device=x.device)[:, None], best].flatten(1)
    values, found = torch.cat([chosen, rest], dim=1).topk(k, dim=1)
    best = F.pad(best, (0, 1), value=n_groups)  # `rest` follows the chosen groups, as one more
    return values, best.gather(1, found // group) * group + found % group
