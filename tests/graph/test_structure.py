"""Eqs. 1-7 sparse, against the same dense and in float64: values and gradients."""

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from lattice.graph import (
    Graph,
    ModalityGraph,
    chosen_cosines,
    degrees,
    initial_graph,
    inv_sqrt_degree,
    inverse_sqrt,
    item_convolution,
    learned_graph,
    nearest,
    normalise,
    propagate,
)
from tests import oracles

N, DIM = 31, 5


def random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def dense(graph: Graph) -> torch.Tensor:
    n = len(graph.indices)
    return torch.zeros(n, n, dtype=graph.weights.dtype).scatter(1, graph.indices, graph.weights)


def assert_close(actual, expected):
    torch.testing.assert_close(actual.double(), expected, rtol=1e-4, atol=1e-5 * float(expected.abs().max() + 1))


@pytest.mark.parametrize("k", [0, 1, 4, N, N + 9])
def test_the_initial_graph_is_the_dense_one(k):
    x = random(N, 6)
    x[7] = 0
    graph = initial_graph(x, k)
    assert_close(dense(graph), oracles.normalised(oracles.sparsified(x.double(), k)))
    assert not graph.weights.requires_grad


def test_degrees_are_row_sums_not_column_sums():
    # Item 0 is everyone's neighbour, so its column sums to more than its row.
    x = torch.cat([torch.linspace(1, 2, 6)[None], torch.eye(6)])
    pattern = nearest(x, 2)
    cosine = oracles.sparsified(x.double(), 2)
    assert not torch.allclose(cosine.sum(dim=0), cosine.sum(dim=1))
    scale = cosine.sum(dim=1) ** -0.5
    entries = cosine.float().gather(1, pattern.indices)
    assert_close(dense(Graph(pattern, normalise(entries, pattern))), scale[:, None] * cosine * scale)


def test_a_degree_of_zero_has_no_inverse_and_no_gradient():
    degree = torch.tensor([4.0, 0.0], requires_grad=True)
    assert torch.equal(inverse_sqrt(degree), torch.tensor([0.5, 0.0]))
    inverse_sqrt(degree).sum().backward()
    torch.testing.assert_close(degree.grad, torch.tensor([-0.0625, 0.0]))


@pytest.mark.parametrize("k", [1, 4, N])
def test_learned_graph_and_gradients_equal_the_dense_ones(k):
    x = random(N, 6)
    x[7] = 0
    upstream = random(N, N, seed=1).double()
    sparse, full = x.clone().requires_grad_(), x.double().requires_grad_()
    graph = learned_graph(sparse, nearest(sparse, k))
    expected = oracles.normalised(oracles.sparsified(full, k))
    assert_close(dense(graph).detach(), expected.detach())
    (dense(graph) * upstream.float()).sum().backward()
    (expected * upstream).sum().backward()
    rows = torch.arange(N) != 7  # of an item without content the gradient means nothing; it is masked where it matters
    assert_close(sparse.grad[rows], full.grad[rows])
    if k > 1:
        assert sparse.grad.abs().max() > 1e-3


def test_edges_chosen_before_stay_though_the_features_have_moved():
    before, after = random(N, 6), random(N, 6, seed=3).double()
    pattern = nearest(before, 4)
    kept = oracles.chosen(oracles.cosines(before.double()), 4)
    expected = oracles.normalised(torch.where(kept, oracles.cosines(after).clamp(min=0), 0.0))
    assert_close(dense(learned_graph(after.float(), pattern)), expected)


@pytest.mark.parametrize("layers", [0, 1, 2, 3])
@pytest.mark.parametrize("lambda_", [0.0, 0.3, 1.0])
def test_mixing_fusing_and_propagating_is_the_dense_product(layers, lambda_):
    raw = {"a": random(N, 6, seed=1), "b": random(N, 4, seed=2), "c": random(N, 3, seed=3)}
    moved = {m: random(N, 5, seed=10 + i) for i, m in enumerate(raw)}
    alpha, x = torch.tensor([0.5, 0.2, 0.3]), random(N, DIM)
    graphs = {m: ModalityGraph(initial_graph(raw[m], 4), learned_graph(moved[m], nearest(moved[m], 4))) for m in raw}
    fused = sum(
        a * (lambda_ * graph_of(raw[m]) + (1 - lambda_) * graph_of(moved[m]))
        for a, m in zip(alpha.double(), raw, strict=True)
    )
    expected = torch.matrix_power(fused, layers) @ x.double()
    assert_close(item_convolution(graphs, alpha, lambda_, x, layers), expected)


def graph_of(x):
    return oracles.normalised(oracles.sparsified(x.double(), 4))


@pytest.mark.parametrize("lambda_", [0.0, 0.3, 1.0])
def test_item_convolution_gradients_reach_all_inputs(lambda_):
    raw = {"a": random(N, 6, seed=1), "b": random(N, 4, seed=2)}
    moved = {m: random(N, 5, seed=10 + i).double().requires_grad_() for i, m in enumerate(raw)}
    alpha, x = torch.tensor([0.6, 0.4]).double().requires_grad_(), random(N, DIM).double().requires_grad_()
    upstream = random(N, DIM, seed=4).double()
    fused = sum(
        a * (lambda_ * graph_of(raw[m]) + (1 - lambda_) * graph_of(moved[m])) for a, m in zip(alpha, raw, strict=True)
    )
    leaves = [alpha, x, *moved.values()]
    expected = torch.autograd.grad((fused @ fused @ x * upstream).sum(), leaves, allow_unused=True)
    single = {m: tensor.detach().float().requires_grad_() for m, tensor in moved.items()}
    alpha32, x32 = alpha.detach().float().requires_grad_(), x.detach().float().requires_grad_()
    graphs = {m: ModalityGraph(initial_graph(raw[m], 4), learned_graph(single[m], nearest(single[m], 4))) for m in raw}
    h = item_convolution(graphs, alpha32, lambda_, x32, 2)
    actual = torch.autograd.grad((h * upstream.float()).sum(), [alpha32, x32, *single.values()], allow_unused=True)
    for got, wanted in zip(actual, expected, strict=True):
        assert_close(torch.zeros(1) if got is None else got, torch.zeros(1).double() if got is None else wanted)
        assert got is not None or float(wanted.abs().max()) == 0


def test_no_step_forms_a_matrix_of_all_pairs():
    n, k, d = 1504, 4, 8  # whole cache lines: a block's rows are filled up to these
    largest = []

    class Watch(TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            out = func(*args, **(kwargs or {}))
            for tensor in out if isinstance(out, tuple | list) else [out]:
                if isinstance(tensor, torch.Tensor) and tensor.layout == torch.strided:
                    largest.append(tensor.untyped_storage().nbytes() // tensor.element_size())
            return out

    x = random(n, d).requires_grad_()
    with Watch():
        graph = learned_graph(x, nearest(x, k, block=50))
        propagate(graph, x).sum().backward()
    assert x.grad is not None
    assert n * d <= max(largest) <= n * 50


@pytest.mark.parametrize("k", [0, 1, 5, N])
def test_inv_sqrt_degree_is_read_off_the_self_loops(k):
    x = random(N, 6, seed=2)
    x[3] = 0
    pattern = nearest(x, k)
    expected = inverse_sqrt(degrees(chosen_cosines(x, pattern).relu()))
    torch.testing.assert_close(inv_sqrt_degree(learned_graph(x, pattern)), expected, rtol=1e-5, atol=1e-6)
