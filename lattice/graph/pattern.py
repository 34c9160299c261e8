"""An item graph: a square sparse matrix with the same number of entries in every row."""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from lattice.graph.sparse import Edges


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

    def detach(self) -> "Graph":
        """Return the same graph without gradient."""
        return Graph(self.pattern, self.weights.detach())


def propagate(graph: Graph, x: Tensor) -> Tensor:
    """Compute Eq. 7: h_i = sum_j A_ij x_j, for x [N, d]; gradients flow to the weights and to x."""
    return graph.pattern.edges.matmul(graph.weights.reshape(-1), x)


def sampled_products(pattern: Pattern, x: Tensor, y: Tensor) -> Tensor:
    """Compute [N, k] inner products of x_i with y_j (both [N, d]), for the entries (i, j) of the pattern only."""
    return pattern.edges.products(x, y).view_as(pattern.indices)


def gather(pattern: Pattern, x: Tensor) -> Tensor:
    """Gather [N, k] values x_j of the column j of every entry, for x [N]; its gradient is a product, not a scatter."""
    return pattern.edges.gather_columns(x).view_as(pattern.indices)
