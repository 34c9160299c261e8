"""An item graph: a square sparse matrix with the same number of entries in every row."""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from lattice.graph.sparse import Edges, csr, multiply


@dataclass(frozen=True, eq=False)
class Pattern:
    """Positions of the entries of a square matrix with k entries per row.

    indices: [N, k] int64 column numbers, ascending in each row.
    """

    indices: Tensor

    @property
    def n(self) -> int:
        """Return the number of rows."""
        return self.indices.shape[0]

    @cached_property
    def edges(self) -> Edges:
        """Return the same entries as a flat list, [N * k]; the sorting for the transpose is done once and kept."""
        n, k = self.indices.shape
        rows = torch.arange(n, device=self.indices.device).repeat_interleave(k)
        return Edges(rows, self.indices.reshape(-1), (n, n))


@dataclass(frozen=True, eq=False)
class Graph:
    """A directed weighted item graph: `weights[i, a]` is the entry in row i, column `pattern.indices[i, a]`."""

    pattern: Pattern
    weights: Tensor

    @property
    def indices(self) -> Tensor:
        """Return [N, k] neighbours of each row."""
        return self.pattern.indices

    @cached_property
    def matrix(self) -> Tensor:
        """Return the graph as CSR without gradient, made once and kept."""
        return self.pattern.edges.matrix(self.weights.detach().reshape(-1))

    @cached_property
    def transpose(self) -> Tensor:
        """Return the transpose as CSR without gradient, made once and kept."""
        return self.pattern.edges.transpose(self.weights.detach().reshape(-1))

    def rows(self, chosen: Tensor) -> Tensor:
        """Return chosen rows [B] of `matrix` as CSR."""
        n, k = self.indices.shape
        columns = self.matrix.col_indices().view(n, k).index_select(0, chosen)
        starts = torch.arange(len(chosen) + 1, dtype=torch.int32, device=chosen.device) * k
        return csr(starts, columns.reshape(-1), self.weights.index_select(0, chosen).reshape(-1), (len(chosen), n))

    def detach(self) -> "Graph":
        """Return the same graph without gradient."""
        return Graph(self.pattern, self.weights.detach())


def propagate(graph: Graph, x: Tensor) -> Tensor:
    """Compute Eq. 7: h_i = sum_j A_ij x_j, for x [N, d]; gradients flow to the weights and to x."""
    return graph.pattern.edges.matmul(graph.weights.reshape(-1), x)


def propagate_fixed(graph: Graph, x: Tensor, rows: Tensor | None = None) -> Tensor:
    """Compute Eq. 7 as `propagate`, for weights without gradient, and for `rows` [B] of the result alone: [B, d]."""
    return _PropagateFixed.apply(x, graph, rows)


class _PropagateFixed(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: Tensor, graph: Graph, rows: Tensor | None) -> Tensor:
        ctx.graph, ctx.rows = graph, rows
        return multiply(graph.matrix if rows is None else graph.rows(rows), x)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None, None]:
        if ctx.rows is not None:
            n = ctx.graph.pattern.n
            gradient = gradient.new_zeros(n, gradient.shape[1]).index_add_(0, ctx.rows, gradient)
        return multiply(ctx.graph.transpose, gradient), None, None


def sampled_products(pattern: Pattern, x: Tensor, y: Tensor) -> Tensor:
    """Compute [N, k] inner products of x_i with y_j (both [N, d]), for the entries (i, j) of the pattern only."""
    return pattern.edges.products(x, y).view_as(pattern.indices)


def gather(pattern: Pattern, x: Tensor) -> Tensor:
    """Gather [N, k] values x_j of the column j of every entry, for x [N]; its gradient is a product, not a scatter."""
    return pattern.edges.gather_columns(x).view_as(pattern.indices)
