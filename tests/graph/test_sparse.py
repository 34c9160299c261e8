"""Sparse matrices with learned entries, and the means over observed pairs: dense oracles, numerical gradients."""

import subprocess
import sys

import networkx
import numpy as np
import pytest
import torch

from lattice.graph import Edges, MeanAdjacency

ROWS, COLUMNS = 5, 7
MASK = np.random.default_rng(0).random((ROWS, COLUMNS)) < 0.4
MASK[3] = MASK[:, 2] = False  # a row and a column without an edge


def edges() -> Edges:
    """In an order of nobody's making."""
    pairs = torch.as_tensor(np.random.default_rng(1).permutation(np.argwhere(MASK)))
    return Edges.of(pairs[:, 0], pairs[:, 1], (ROWS, COLUMNS))


def random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def dense(values: torch.Tensor) -> torch.Tensor:
    found = torch.zeros(ROWS, COLUMNS, dtype=values.dtype)
    found[torch.as_tensor(MASK)] = values
    return found


def test_products_and_sums_are_the_dense_ones():
    e, x, y = edges(), random(ROWS, 3), random(COLUMNS, 3, seed=1)
    torch.testing.assert_close(e.products(x, y), (x @ y.T)[torch.as_tensor(MASK)])
    weights = random(len(e.rows), seed=2)
    torch.testing.assert_close(e.matmul(weights, y), dense(weights) @ y)
    assert torch.equal(e.gather_rows(x[:, 0]), x[e.rows, 0])
    assert torch.equal(e.gather_columns(y[:, 0]), y[e.columns, 0])


def test_they_have_the_numerical_gradient():
    e, x, y = edges(), random(ROWS, 3).requires_grad_(), random(COLUMNS, 3, seed=1).requires_grad_()
    weights = random(len(e.rows), seed=2).requires_grad_()
    assert torch.autograd.gradcheck(e.products, (x, y))
    assert torch.autograd.gradcheck(e.matmul, (weights, y))
    assert torch.autograd.gradcheck(e.attention, (x, y))


def test_attention_is_a_softmax_over_a_row_s_edges():
    e, x, y = edges(), random(ROWS, 3), random(COLUMNS, 3, seed=1)
    scores = torch.where(torch.as_tensor(MASK), x @ y.T, -torch.inf)
    expected = torch.softmax(scores, dim=1)[torch.as_tensor(MASK)]
    torch.testing.assert_close(e.attention(x, y), expected)


@pytest.mark.parametrize("side", ["users", "items"])
def test_means_are_those_of_the_neighbours(side):
    users, items = torch.as_tensor(np.argwhere(MASK)).unbind(dim=1)
    graph = MeanAdjacency.of(users, items, ROWS, COLUMNS)
    g = networkx.Graph([(f"u{u}", f"i{i}") for u, i in np.argwhere(MASK)])
    x, n, other = (random(COLUMNS, 2), ROWS, "i") if side == "users" else (random(ROWS, 2), COLUMNS, "u")
    found = graph.to_users(x.float()) if side == "users" else graph.to_items(x.float())
    for node in range(n):
        name = f"{side[0]}{node}"
        near = [int(v.removeprefix(other)) for v in g[name]] if name in g else []
        expected = x[near].mean(dim=0) if near else torch.zeros(2, dtype=torch.float64)
        torch.testing.assert_close(found[node].double(), expected, rtol=1e-5, atol=1e-6)


def test_csr_leaves_the_warning_filters_alone():
    program = (
        "import warnings, torch; before = list(warnings.filters)\n"
        "from lattice.graph.sparse import csr, multiply\n"
        "matrix = csr(torch.tensor([0, 1]), torch.tensor([0]), torch.ones(1), (1, 1))\n"
        "assert multiply(matrix, torch.ones(1, 1)).item() == 1 and warnings.filters == before"
    )
    done = subprocess.run([sys.executable, "-W", "error::UserWarning", "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
