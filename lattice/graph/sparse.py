"""Sparse matrices that propagate embeddings, with a backward pass as cheap as the forward pass."""

import warnings
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

# PyTorch calls CSR a beta feature, once a process; products with dense matrices, all we use, are tested here.
warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta state")


def csr(crow: Tensor, col: Tensor, values: Tensor, shape: tuple[int, int]) -> Tensor:
    """A CSR matrix from its three arrays, which the caller vouches for (columns ascending in each row).

    The index arrays are int32, as the CPU's and the GPU's libraries want them: int64 is converted at every product.
    """
    return torch.sparse_csr_tensor(crow, col, values, shape, check_invariants=False)


def multiply(matrix: Tensor, x: Tensor) -> Tensor:
    """CSR matrix times dense x [n, d]. `matrix @ x` writes its result three times over; this writes it once."""
    return torch.addmm(x.new_empty(matrix.shape[0], x.shape[1]), matrix, x, beta=0)


@dataclass(frozen=True)
class Pattern:
    """Where the entries of a square matrix with k entries a row lie.

    indices: [N, k] int64 column numbers, ascending in each row. What the transpose needs is sorted once and kept.
    """

    indices: Tensor

    @property
    def n(self) -> int:
        """Number of rows."""
        return self.indices.shape[0]

    @cached_property
    def crow(self) -> Tensor:
        """[N + 1] where each row starts."""
        n, k = self.indices.shape
        return torch.arange(n + 1, device=self.indices.device, dtype=torch.int32) * k

    @cached_property
    def col(self) -> Tensor:
        """[N * k] the column of each entry."""
        return self.indices.reshape(-1).int()

    @cached_property
    def transposed(self) -> tuple[Tensor, Tensor, Tensor]:
        """Row starts, columns and the order of the entries, of the transpose."""
        n, k = self.indices.shape
        columns, order = torch.sort(self.indices.reshape(-1), stable=True)
        crow = torch.searchsorted(columns, torch.arange(n + 1, device=columns.device))
        return crow.int(), (order // max(k, 1)).int(), order


@dataclass(frozen=True)
class Graph:
    """A directed weighted item graph: `weights[i, a]` is the entry in row i, column `pattern.indices[i, a]`."""

    pattern: Pattern
    weights: Tensor

    @property
    def indices(self) -> Tensor:
        """[N, k] neighbours of each row."""
        return self.pattern.indices

    def detach(self) -> "Graph":
        """The same graph, carrying no gradient."""
        return Graph(self.pattern, self.weights.detach())


def propagate(graph: Graph, x: Tensor) -> Tensor:
    """Eq. 7: h_i = sum_j A_ij x_j, for x [N, d]; gradients flow to the weights and to x."""
    if graph.indices.shape[1] == 0:
        return torch.zeros_like(x)
    return _Propagate.apply(graph.weights, x, graph.pattern)


class _Propagate(torch.autograd.Function):
    @staticmethod
    def forward(ctx, weights: Tensor, x: Tensor, pattern: Pattern) -> Tensor:
        ctx.pattern = pattern
        ctx.save_for_backward(weights, x)
        return multiply(_matrix(pattern, weights), x)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        weights, x = ctx.saved_tensors
        pattern = ctx.pattern
        to_weights = to_x = None
        if ctx.needs_input_grad[0]:
            to_weights = _products(pattern, gradient, x)
        if ctx.needs_input_grad[1]:
            to_x = multiply(_transpose(pattern, weights), gradient)
        return to_weights, to_x, None


def sampled_products(pattern: Pattern, x: Tensor, y: Tensor) -> Tensor:
    """[N, k] inner products of x_i with y_j (both [N, d]), for the entries (i, j) of the pattern only."""
    return _SampledProducts.apply(x, y, pattern)


class _SampledProducts(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: Tensor, y: Tensor, pattern: Pattern) -> Tensor:
        ctx.pattern = pattern
        ctx.save_for_backward(x, y)
        return _products(pattern, x, y)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, Tensor, None]:
        x, y = ctx.saved_tensors
        return multiply(_matrix(ctx.pattern, gradient), y), multiply(_transpose(ctx.pattern, gradient), x), None


def gather(pattern: Pattern, x: Tensor) -> Tensor:
    """[N, k] values x_j of the column j of every entry, for x [N]; its gradient is a product, not a scatter."""
    return _SampledProducts.apply(torch.ones_like(x)[:, None], x[:, None], pattern)


def _products(pattern: Pattern, x: Tensor, y: Tensor, block: int = 1024) -> Tensor:
    """Blockwise, as y's rows are gathered k times."""
    starts = range(0, pattern.n, block)
    chosen = [pattern.indices[start : start + block] for start in starts]
    return torch.cat(
        [
            torch.einsum("nd,nkd->nk", x[start : start + block], y[rows])
            for start, rows in zip(starts, chosen, strict=True)
        ]
    )


def _matrix(pattern: Pattern, entries: Tensor) -> Tensor:
    return csr(pattern.crow, pattern.col, entries.reshape(-1), (pattern.n, pattern.n))


def _transpose(pattern: Pattern, entries: Tensor) -> Tensor:
    crow, col, order = pattern.transposed
    return csr(crow, col, entries.reshape(-1)[order], (pattern.n, pattern.n))


@dataclass(frozen=True)
class Bipartite:
    """A fixed user-item matrix and its transpose, both CSR: forward uses one, backward the other."""

    matrix: Tensor
    transpose: Tensor

    def to_users(self, items: Tensor) -> Tensor:
        """[n_items, d] -> [n_users, d]."""
        return _Multiply.apply(items, self.matrix, self.transpose)

    def to_items(self, users: Tensor) -> Tensor:
        """[n_users, d] -> [n_items, d]."""
        return _Multiply.apply(users, self.transpose, self.matrix)


class _Multiply(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: Tensor, matrix: Tensor, transpose: Tensor) -> Tensor:
        ctx.transpose = transpose
        return multiply(matrix, x)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None, None]:
        return multiply(ctx.transpose, gradient), None, None


def bipartite(users: Tensor, items: Tensor, n_users: int, n_items: int) -> Bipartite:
    """The normalised user-item matrix of LightGCN (He et al. 2020, Eq. 3): 1 / sqrt(|N_u| |N_i|) for an observed pair.

    users, items: [n] int64, each pair once.
    """
    user_degree = torch.bincount(users, minlength=n_users).clamp(min=1).float()
    item_degree = torch.bincount(items, minlength=n_items).clamp(min=1).float()
    values = (user_degree[users] * item_degree[items]).rsqrt()
    return Bipartite(
        _coordinates(users, items, values, (n_users, n_items)),
        _coordinates(items, users, values, (n_items, n_users)),
    )


@dataclass(frozen=True)
class Means:
    """The user-item matrix by which a node gets the mean of its neighbours; nothing where it has none."""

    ones: Bipartite
    user_degree: Tensor
    item_degree: Tensor

    @classmethod
    def of(cls, users: Tensor, items: Tensor, n_users: int, n_items: int) -> "Means":
        """From the observed pairs, users, items: [n] int64, each pair once."""
        values = torch.ones(len(users), device=users.device)
        ones = Bipartite(
            _coordinates(users, items, values, (n_users, n_items)),
            _coordinates(items, users, values, (n_items, n_users)),
        )
        degrees = [
            torch.bincount(x, minlength=n).clamp(min=1)[:, None] for x, n in ((users, n_users), (items, n_items))
        ]
        return cls(ones, *degrees)

    def to_users(self, items: Tensor) -> Tensor:
        """[n_items, d] -> [n_users, d]."""
        return self.ones.to_users(items) / self.user_degree

    def to_items(self, users: Tensor) -> Tensor:
        """[n_users, d] -> [n_items, d]."""
        return self.ones.to_items(users) / self.item_degree


def _coordinates(rows: Tensor, columns: Tensor, values: Tensor, shape: tuple[int, int]) -> Tensor:
    order = torch.argsort(rows * shape[1] + columns)
    crow = torch.searchsorted(rows[order], torch.arange(shape[0] + 1, device=rows.device))
    return csr(crow.int(), columns[order].int(), values[order], shape)
