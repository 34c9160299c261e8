"""Sparse matrices whose entries are learned, with a backward pass as cheap as the forward pass."""

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
class Edges:
    """Edge e leads from node `columns[e]` to node `rows[e]`; values on the edges are vectors [E] in this order.

    rows, columns: [E] int64, ascending by row, then column. shape: how many rows and columns there are.
    """

    rows: Tensor
    columns: Tensor
    shape: tuple[int, int]

    @classmethod
    def of(cls, rows: Tensor, columns: Tensor, shape: tuple[int, int]) -> "Edges":
        """From pairs in any order, each there once."""
        order = torch.argsort(rows * shape[1] + columns)
        return cls(rows[order].contiguous(), columns[order].contiguous(), shape)

    @cached_property
    def _by_row(self) -> tuple[Tensor, Tensor]:
        """Row starts and columns, as CSR wants them."""
        return _starts(self.rows, self.shape[0]), self.columns.int()

    @cached_property
    def _by_column(self) -> tuple[Tensor, Tensor, Tensor]:
        """The same of the transpose, and the order of the edges in it; sorted once and kept."""
        order = torch.argsort(self.columns, stable=True)
        return _starts(self.columns[order], self.shape[1]), self.rows[order].int(), order

    def matrix(self, entries: Tensor) -> Tensor:
        """CSR, with these entries [E] where the edges are."""
        return csr(*self._by_row, entries, self.shape)

    def transpose(self, entries: Tensor) -> Tensor:
        """CSR, the transpose of `matrix(entries)`."""
        starts, rows, order = self._by_column
        return csr(starts, rows, entries[order], (self.shape[1], self.shape[0]))

    def products(self, x: Tensor, y: Tensor) -> Tensor:
        """[E] inner products of x of the row [n_rows, d] with y of the column [n_columns, d]."""
        return _Products.apply(x, y, self)

    def spread(self, weights: Tensor, y: Tensor) -> Tensor:
        """[n_rows, d]: every row's sum over its edges of weight [E] times y of the column [n_columns, d]."""
        return _Spread.apply(weights, y, self)

    def of_rows(self, x: Tensor) -> Tensor:
        """[E] the value x [n_rows] of each edge's row."""
        return self.products(x[:, None], x.new_ones(self.shape[1], 1))

    def of_columns(self, y: Tensor) -> Tensor:
        """[E] the value y [n_columns] of each edge's column."""
        return self.products(y.new_ones(self.shape[0], 1), y[:, None])

    def attention(self, x: Tensor, y: Tensor) -> Tensor:
        """[E] softmax, over the edges of a row, of the inner products of x and y, whose rows have length 1 or less."""
        weights = self.products(x, y).exp()
        total = self.spread(weights, y.new_ones(self.shape[1], 1))[:, 0]
        return weights / self.of_rows(total)


class _Products(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: Tensor, y: Tensor, edges: Edges) -> Tensor:
        ctx.edges = edges
        ctx.save_for_backward(x, y)
        return _products(edges, x, y)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        x, y = ctx.saved_tensors
        to_x = multiply(ctx.edges.matrix(gradient), y) if ctx.needs_input_grad[0] else None
        to_y = multiply(ctx.edges.transpose(gradient), x) if ctx.needs_input_grad[1] else None
        return to_x, to_y, None


class _Spread(torch.autograd.Function):
    @staticmethod
    def forward(ctx, weights: Tensor, y: Tensor, edges: Edges) -> Tensor:
        ctx.edges = edges
        ctx.save_for_backward(weights, y)
        return multiply(edges.matrix(weights), y)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        weights, y = ctx.saved_tensors
        to_weights = _products(ctx.edges, gradient, y) if ctx.needs_input_grad[0] else None
        to_y = multiply(ctx.edges.transpose(weights), gradient) if ctx.needs_input_grad[1] else None
        return to_weights, to_y, None


def _products(edges: Edges, x: Tensor, y: Tensor) -> Tensor:
    """One by one they would gather y's rows once an edge; this doesn't."""
    where = edges.matrix(x.new_zeros(len(edges.rows)))
    return torch.sparse.sampled_addmm(where, x, y.T, beta=0).values()


def _starts(rows: Tensor, n: int) -> Tensor:
    return torch.searchsorted(rows, torch.arange(n + 1, device=rows.device)).int()
