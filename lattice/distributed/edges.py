"""Sparse matrices whose rows are spread over processes: products with tables that are spread as well."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from lattice.distributed.shards import Shards
from lattice.graph import Edges
from lattice.graph.bipartite import Bipartite
from lattice.graph.sparse import multiply, products


@dataclass(frozen=True, eq=False)
class ShardedEdges(Edges):
    """Edges of the held rows; `rows` count from the first of them, `columns` are of the whole matrix.

    shape: rows and columns that this process holds, as the tables that it multiplies have them.
    across: how the columns are spread.
    """

    across: Shards

    @cached_property
    def parts(self) -> list[tuple[Tensor, Edges]]:
        """Return, for the columns of each process, the places of the edges that lead from them, and these edges."""
        found = []
        for part in self.across.parts:
            places = ((self.columns >= part.start) & (self.columns < part.stop)).nonzero()[:, 0]
            shape = (self.shape[0], len(part))
            found.append((places, Edges(self.rows[places], self.columns[places] - part.start, shape)))
        return found

    def products(self, x: Tensor, y: Tensor) -> Tensor:
        """Compute each edge's inner product [E] of x [held rows, d] and y [held columns, d]."""
        return _Products.apply(x, y, self)

    def matmul(self, weights: Tensor, y: Tensor) -> Tensor:
        """Multiply by dense y [held columns, d]: [held rows, d]."""
        return _Matmul.apply(weights, y, self)

    def sums(self, weights: Tensor, y: Tensor) -> Tensor:
        """Multiply as `matmul`, without gradient."""
        total = y.new_zeros(self.shape[0], y.shape[1])
        for (places, edges), block in zip(self.parts, self.across.blocks(y), strict=True):
            if len(places):
                total += multiply(edges.matrix(weights[places]), block)
        return total

    def transposed_sums(self, weights: Tensor, x: Tensor) -> Tensor:
        """Multiply the transpose by dense x [held rows, d]: [held columns, d], without gradient."""
        return self.across.to_owners(self._contributions(weights, x))

    def edge_products(self, x: Tensor, y: Tensor) -> Tensor:
        """Compute `products` without gradient."""
        found = x.new_zeros(len(self.rows))
        for (places, edges), block in zip(self.parts, self.across.blocks(y), strict=True):
            if len(places):
                found[places] = products(edges, x, block)
        return found

    def _contributions(self, weights: Tensor, x: Tensor) -> Iterator[Tensor]:
        for places, edges in self.parts:
            if len(places):
                yield multiply(edges.transpose(weights[places]), x)
            else:
                yield x.new_zeros(edges.shape[1], x.shape[1])


class _Products(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, y: Tensor, edges: ShardedEdges) -> Tensor:
        ctx.edges = edges
        ctx.save_for_backward(x, y)
        return edges.edge_products(x, y)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        x, y = ctx.saved_tensors
        to_x = ctx.edges.sums(gradient, y) if ctx.needs_input_grad[0] else None
        to_y = ctx.edges.transposed_sums(gradient, x) if ctx.needs_input_grad[1] else None
        return to_x, to_y, None


class _Matmul(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, weights: Tensor, y: Tensor, edges: ShardedEdges) -> Tensor:
        ctx.edges = edges
        ctx.save_for_backward(weights, y)
        return edges.sums(weights, y)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        weights, y = ctx.saved_tensors
        to_weights = ctx.edges.edge_products(gradient, y) if ctx.needs_input_grad[0] else None
        to_y = ctx.edges.transposed_sums(weights, gradient) if ctx.needs_input_grad[1] else None
        return to_weights, to_y, None


@dataclass(frozen=True, eq=False)
class ShardedBipartite(Bipartite):
    """A fixed user-item matrix whose rows, the users, are spread over processes, as its columns are.

    matrix, transpose: one CSR matrix for the items of each process, from and to the held users.
    """

    matrix: Any
    transpose: Any
    users: Shards
    items: Shards

    def users_from(self, items: Tensor) -> Tensor:
        """Multiply [held items, d] -> [held users, d] without gradient."""
        total = items.new_zeros(len(self.users.held), items.shape[1])
        for matrix, block in zip(self.matrix, self.items.blocks(items), strict=True):
            total += multiply(matrix, block)
        return total

    def items_from(self, users: Tensor) -> Tensor:
        """Multiply [held users, d] -> [held items, d] without gradient."""
        return self.items.to_owners(multiply(matrix, users) for matrix in self.transpose)


def normalized_adjacency(pairs: Tensor, users: Shards, items: Shards) -> ShardedBipartite:
    """Return LightGCN's normalised matrix as `lattice.graph.normalized_adjacency` does, of pairs [n, 2], each once."""
    item_degree = torch.bincount(pairs[:, 1], minlength=items.n).clamp(min=1).float()
    rows, columns = pairs[users.mine(pairs[:, 0])].unbind(dim=1)
    rows = rows - users.held.start
    user_degree = torch.bincount(rows, minlength=len(users.held)).clamp(min=1).float()
    edges = Edges.of(rows, columns, (len(users.held), items.n))
    values = (user_degree[edges.rows] * item_degree[edges.columns]).rsqrt()
    sharded = ShardedEdges(edges.rows, edges.columns, (len(users.held), len(items.held)), items)
    parts = [(part, values[places]) for places, part in sharded.parts]
    return ShardedBipartite([e.matrix(v) for e, v in parts], [e.transpose(v) for e, v in parts], users, items)
