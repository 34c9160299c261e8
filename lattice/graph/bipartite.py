"""The fixed user-item matrices over which embeddings spread, each with its transpose for the backward pass."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from lattice.graph.sparse import Edges, multiply

Product = Callable[[Tensor], Tensor]


@dataclass(frozen=True, eq=False)
class Bipartite:
    """A fixed user-item matrix and its transpose, both CSR: forward uses one, backward the other."""

    matrix: Tensor
    transpose: Tensor

    def users_from(self, items: Tensor) -> Tensor:
        """Multiply [n_items, d] -> [n_users, d] without gradient."""
        return multiply(self.matrix, items)

    def items_from(self, users: Tensor) -> Tensor:
        """Multiply [n_users, d] -> [n_items, d] without gradient."""
        return multiply(self.transpose, users)

    def to_users(self, items: Tensor) -> Tensor:
        """Multiply [n_items, d] -> [n_users, d]."""
        return _Multiply.apply(items, self.users_from, self.items_from)

    def to_items(self, users: Tensor) -> Tensor:
        """Multiply [n_users, d] -> [n_items, d]."""
        return _Multiply.apply(users, self.items_from, self.users_from)

    def layer_mean(self, users: Tensor, items: Tensor, layers: int) -> tuple[Tensor, Tensor]:
        """Propagate [n_users, d] and [n_items, d] `layers` times; return the mean over layers 0..layers of both."""
        return _LayerMean.apply(users, items, self, layers)


class _LayerMean(torch.autograd.Function):
    """The mean of powers of a symmetric matrix over users and items: its own transpose, so backward repeats it."""

    @staticmethod
    def forward(ctx, users: Tensor, items: Tensor, graph: Bipartite, layers: int) -> tuple[Tensor, Tensor]:
        ctx.graph, ctx.layers = graph, layers
        return _layer_mean(users, items, graph, layers)

    @staticmethod
    def backward(ctx, users: Tensor, items: Tensor) -> tuple[Tensor, Tensor, None, None]:
        return *_layer_mean(users, items, ctx.graph, ctx.layers), None, None


def _layer_mean(users: Tensor, items: Tensor, graph: Bipartite, layers: int) -> tuple[Tensor, Tensor]:
    """Compute x + A x + A A x as x + A (x + A x), which keeps no layer and passes over the memory once per product."""
    share = 1 / (layers + 1)
    users, items = users * share, items * share
    x, y = users, items
    for _ in range(layers):
        x, y = graph.users_from(y).add_(users), graph.items_from(x).add_(items)
    return x, y


class _Multiply(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: Tensor, product: Product, transposed: Product) -> Tensor:
        ctx.transposed = transposed
        return product(x)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None, None]:
        return ctx.transposed(gradient), None, None


def normalized_adjacency(users: Tensor, items: Tensor, n_users: int, n_items: int) -> Bipartite:
    """Return LightGCN's normalised matrix (He et al. 2020, Eq. 3): 1 / sqrt(|N_u| |N_i|) for every observed pair.

    users, items: [n] int64, each pair once.
    """
    user_degree = torch.bincount(users, minlength=n_users).clamp(min=1).float()
    item_degree = torch.bincount(items, minlength=n_items).clamp(min=1).float()
    edges = Edges.of(users, items, (n_users, n_items))
    return _both_ways(edges, (user_degree[edges.rows] * item_degree[edges.columns]).rsqrt())


def _both_ways(edges: Edges, values: Tensor) -> Bipartite:
    return Bipartite(edges.matrix(values), edges.transpose(values))


@dataclass(frozen=True, eq=False)
class MeanAdjacency:
    """The user-item matrix that gives each node the mean of its neighbours; 0 where it has none."""

    ones: Bipartite
    user_degree: Tensor
    item_degree: Tensor

    @classmethod
    def of(cls, users: Tensor, items: Tensor, n_users: int, n_items: int) -> "MeanAdjacency":
        """Build it from the observed pairs, users, items: [n] int64, each pair once."""
        edges = Edges.of(users, items, (n_users, n_items))
        degrees = [
            torch.bincount(x, minlength=n).clamp(min=1)[:, None] for x, n in ((users, n_users), (items, n_items))
        ]
        return cls(_both_ways(edges, torch.ones(len(users), device=users.device)), *degrees)

    def to_users(self, items: Tensor) -> Tensor:
        """Multiply [n_items, d] -> [n_users, d]."""
        return self.ones.to_users(items) / self.user_degree

    def to_items(self, users: Tensor) -> Tensor:
        """Multiply [n_users, d] -> [n_items, d]."""
        return self.ones.to_items(users) / self.item_degree
