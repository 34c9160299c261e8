"""Sparse matrices whose entries are learned, with a backward pass as cheap as the forward pass."""

import warnings
from dataclasses import dataclass
from functools import cache, cached_property

import torch
import torch.nn.functional as F
from torch import Tensor


@cache
def _use_up_beta_warning() -> None:
    """Make PyTorch's warning that CSR is a beta feature, which it gives once per process, where nobody sees it.

    All we use of CSR is products with dense matrices, which our tests check.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.sparse_csr_tensor(torch.tensor([0, 0]), torch.empty(0, dtype=torch.long), torch.empty(0), (1, 1))


def csr(crow: Tensor, col: Tensor, values: Tensor, shape: tuple[int, int]) -> Tensor:
    """Build a CSR matrix from its three arrays, which are not validated (columns must ascend in each row).

    The index arrays are int32, as the CPU and GPU libraries need them: int64 would be converted at every product.
    """
    _use_up_beta_warning()
    return torch.sparse_csr_tensor(crow, col, values, shape, check_invariants=False)


def multiply(matrix: Tensor, x: Tensor) -> Tensor:
    """Multiply a CSR matrix by dense x [n, d].

    On the CPU as weighted sums of rows, by a kernel made for embeddings: 2 to 3 times as fast as the sparse product.
    """
    if x.is_cuda:
        return torch.addmm(x.new_empty(matrix.shape[0], x.shape[1]), matrix, x, beta=0)
    columns, starts, entries = matrix.col_indices(), matrix.crow_indices(), matrix.values()
    x = x.detach()  # with a gradient it would prepare its own backward pass
    return F.embedding_bag(columns, x, starts, mode="sum", per_sample_weights=entries, include_last_offset=True)


@dataclass(frozen=True, eq=False)
class Edges:
    """Edge e leads from node `columns[e]` to node `rows[e]`; values on the edges are vectors [E] in this order.

    rows, columns: [E] int64, ascending by row, then column. shape: how many rows and columns there are.
    """

    rows: Tensor
    columns: Tensor
    shape: tuple[int, int]

    @classmethod
    def of(cls, rows: Tensor, columns: Tensor, shape: tuple[int, int]) -> "Edges":
        """Build from pairs in any order, without duplicates."""
        order = torch.argsort(rows * shape[1] + columns)
        return cls(rows[order].contiguous(), columns[order].contiguous(), shape)

    @cached_property
    def _by_row(self) -> tuple[Tensor, Tensor]:
        """Return row starts and columns, as CSR needs them."""
        return _starts(self.rows, self.shape[0]), self.columns.int()

    @cached_property
    def _by_column(self) -> tuple[Tensor, Tensor, Tensor]:
        """Return the same for the transpose, and the order of the edges in it; sorted once and kept."""
        order = torch.argsort(self.columns.int(), stable=True)  # half as wide, half the time
        return _starts(self.columns, self.shape[1]), self.rows.int()[order], order

    def matrix(self, entries: Tensor) -> Tensor:
        """Return a CSR matrix with entries [E] at the edges."""
        return csr(*self._by_row, entries, self.shape)

    def transpose(self, entries: Tensor) -> Tensor:
        """Return the transpose of `matrix(entries)` as CSR."""
        starts, rows, order = self._by_column
        return csr(starts, rows, entries.index_select(0, order), (self.shape[1], self.shape[0]))

    def products(self, x: Tensor, y: Tensor) -> Tensor:
        """Compute each edge's inner product [E] of x [n_rows, d] at its row and y [n_columns, d] at its column."""
        return _Products.apply(x, y, self)

    def matmul(self, weights: Tensor, y: Tensor) -> Tensor:
        """Multiply by dense y [n_columns, d]: [n_rows, d], each row the sum over its edges of weight [E] times y."""
        return _Matmul.apply(weights, y, self)

    def gather_rows(self, x: Tensor) -> Tensor:
        """Gather x [n_rows] at each edge's row: [E]."""
        return self.products(x[:, None], x.new_ones(self.shape[1], 1))

    def gather_columns(self, y: Tensor) -> Tensor:
        """Gather y [n_columns] at each edge's column: [E]."""
        return self.products(y.new_ones(self.shape[0], 1), y[:, None])

    def attention(self, x: Tensor, y: Tensor) -> Tensor:
        """Compute the softmax [E] over each row's edges of the inner products of x and y (rows of length <= 1)."""
        weights = self.products(x, y).exp()
        total = self.matmul(weights, y.new_ones(self.shape[1], 1))[:, 0]
        return weights / self.gather_rows(total)


class _Products(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: Tensor, y: Tensor, edges: Edges) -> Tensor:
        ctx.edges = edges
        ctx.save_for_backward(x, y)
        return products(edges, x, y)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        x, y = ctx.saved_tensors
        to_x = multiply(ctx.edges.matrix(gradient), y) if ctx.needs_input_grad[0] else None
        to_y = multiply(ctx.edges.transpose(gradient), x) if ctx.needs_input_grad[1] else None
        return to_x, to_y, None


class _Matmul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, weights: Tensor, y: Tensor, edges: Edges) -> Tensor:
        ctx.edges = edges
        ctx.save_for_backward(weights, y)
        return multiply(edges.matrix(weights), y)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        weights, y = ctx.saved_tensors
        to_weights = products(ctx.edges, gradient, y) if ctx.needs_input_grad[0] else None
        to_y = multiply(ctx.edges.transpose(weights), gradient) if ctx.needs_input_grad[1] else None
        return to_weights, to_y, None


def products(edges: Edges, x: Tensor, y: Tensor) -> Tensor:
    """Compute the products without gathering y into [E, d]."""
    where = edges.matrix(x.new_zeros(len(edges.rows)))
    return torch.sparse.sampled_addmm(where, x, y.T, beta=0).values()


def _starts(rows: Tensor, n: int) -> Tensor:
    """Return where each of n rows starts, [n + 1] int32, among edges ordered by row; rows: of all edges, unordered."""
    return F.pad(torch.bincount(rows, minlength=n).cumsum(0), (1, 0)).int()
