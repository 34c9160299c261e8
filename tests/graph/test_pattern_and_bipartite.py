"""Products over item graphs and over the user-item matrix, against dense ones, scipy and networkx."""

import networkx
import numpy as np
import pytest
import scipy.sparse
import torch

from lattice.graph import Graph, Pattern, normalized_adjacency, propagate
from lattice.graph.pattern import gather, propagate_fixed, sampled_products


def pattern(n: int = 9, k: int = 3, seed: int = 0) -> Pattern:
    """Rows choose columns at random: some columns many times, some never."""
    rng = np.random.default_rng(seed)
    likely = np.arange(1, n + 1) ** 3.0
    rows = [np.sort(rng.choice(n, size=k, replace=False, p=likely / likely.sum())) for _ in range(n)]
    return Pattern(torch.tensor(np.array(rows), dtype=torch.long))


def random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize(("n", "k"), [(9, 3), (9, 1), (9, 9), (1, 1)])
def test_propagate_has_the_numerical_gradient(n, k):
    p = pattern(n, k)
    weights, x = random(n, k).requires_grad_(), random(n, 2, seed=1).requires_grad_()
    assert torch.autograd.gradcheck(lambda w, x: propagate(Graph(p, w), x), (weights, x))
    assert torch.autograd.gradcheck(lambda w: propagate(Graph(p, w), x.detach()), (weights,))
    assert torch.autograd.gradcheck(lambda x: propagate(Graph(p, weights.detach()), x), (x,))


@pytest.mark.parametrize("rows", [None, [4, 0, 8, 4]])
def test_propagate_fixed_is_propagate_at_the_rows_asked_for(rows):
    graph, x = Graph(pattern(), random(9, 3)), random(9, 2, seed=1).requires_grad_()
    rows = None if rows is None else torch.tensor(rows)
    expected = propagate(graph, x)
    found = propagate_fixed(graph, x, rows)
    torch.testing.assert_close(found, expected if rows is None else expected[rows])
    assert torch.autograd.gradcheck(lambda x: propagate_fixed(graph, x, rows), (x,))


@pytest.mark.parametrize(("n", "k"), [(9, 3), (9, 1), (9, 9)])
def test_sampled_products_have_the_numerical_gradient(n, k):
    p = pattern(n, k)
    x, y = random(n, 2).requires_grad_(), random(n, 2, seed=1).requires_grad_()
    assert torch.autograd.gradcheck(lambda x, y: sampled_products(p, x, y), (x, y))
    assert torch.autograd.gradcheck(lambda x: sampled_products(p, x, x), (x,))
    assert torch.autograd.gradcheck(lambda x: gather(p, x), (x[:, 0].detach().requires_grad_(),))


def test_propagate_is_the_product_with_the_dense_matrix():
    p, weights, x = pattern(), random(9, 3), random(9, 4, seed=1)
    dense = np.zeros((9, 9))
    for i in range(9):
        for a, j in enumerate(p.indices[i]):
            dense[i, j] = weights[i, a]
    np.testing.assert_allclose(propagate(Graph(p, weights), x), dense @ x.numpy(), atol=1e-12)


def test_products_over_a_large_pattern_are_the_dense_ones():
    n = 2500
    indices = torch.arange(n)[:, None].add(torch.tensor([0, 1, 7])).remainder(n).sort(dim=1).values
    x, y = random(n, 3), random(n, 3, seed=1)
    expected = torch.stack([(x * y[column]).sum(dim=1) for column in indices.T], dim=1)
    torch.testing.assert_close(sampled_products(Pattern(indices), x, y), expected)


def test_gather_takes_the_value_of_each_column():
    p, x = pattern(), random(9)
    assert torch.equal(gather(p, x), x[p.indices])


def test_no_neighbours_propagate_nothing():
    p, x = Pattern(torch.empty(4, 0, dtype=torch.long)), random(4, 2).requires_grad_()
    assert torch.equal(propagate(Graph(p, torch.empty(4, 0, dtype=torch.float64)), x), torch.zeros(4, 2).double())
    assert sampled_products(p, x, x).shape == (4, 0)


PAIRS = np.array([(0, 1), (0, 2), (1, 2), (3, 0), (3, 1), (3, 2), (4, 2)])  # user 2 and item 3 have nothing


def symmetric(n_users: int, n_items: int) -> scipy.sparse.csr_matrix:
    """D^-1/2 A D^-1/2 over users and items together, by scipy."""
    a = scipy.sparse.coo_matrix((np.ones(len(PAIRS)), (PAIRS[:, 0], PAIRS[:, 1] + n_users)), (n_users + n_items,) * 2)
    a = (a + a.T).tocsr()
    degree = np.asarray(a.sum(axis=1)).ravel()
    scale = scipy.sparse.diags(np.divide(1.0, np.sqrt(degree), out=np.zeros_like(degree), where=degree > 0))
    return scale @ a @ scale


def test_normalized_adjacency_equals_scipys_and_networkxs():
    graph = normalized_adjacency(torch.tensor(PAIRS[:, 0]), torch.tensor(PAIRS[:, 1]), 5, 4)
    expected = symmetric(5, 4).toarray()[:5, 5:]
    np.testing.assert_allclose(graph.matrix.to_dense(), expected, atol=1e-7)
    np.testing.assert_allclose(graph.transpose.to_dense(), expected.T, atol=1e-7)
    walk = networkx.Graph((("user", int(u)), ("item", int(i))) for u, i in PAIRS)
    nodes = [("user", 3), ("user", 4), ("item", 0), ("item", 2)]
    normal = np.eye(len(walk)) - networkx.normalized_laplacian_matrix(walk, list(walk)).toarray()
    place = {node: position for position, node in enumerate(walk)}
    for _, user in nodes[:2]:
        for _, item in nodes[2:]:
            assert expected[user, item] == pytest.approx(normal[place["user", user], place["item", item]])


def test_the_order_of_the_pairs_does_not_matter():
    shuffled = PAIRS[np.random.default_rng(0).permutation(len(PAIRS))]
    graph = normalized_adjacency(torch.tensor(shuffled[:, 0]), torch.tensor(shuffled[:, 1]), 5, 4)
    np.testing.assert_allclose(graph.matrix.to_dense(), symmetric(5, 4).toarray()[:5, 5:], atol=1e-7)


@pytest.mark.parametrize("layers", [0, 1, 3])
def test_layer_mean_and_its_gradient_are_those_of_matrix_powers(layers):
    graph = normalized_adjacency(torch.tensor(PAIRS[:, 0]), torch.tensor(PAIRS[:, 1]), 5, 4)
    matrix = symmetric(5, 4).toarray()
    mean = sum(np.linalg.matrix_power(matrix, power) for power in range(layers + 1)) / (layers + 1)
    x = random(9, 3).float()
    users, items = x[:5].clone().requires_grad_(), x[5:].clone().requires_grad_()
    found = torch.cat(graph.layer_mean(users, items, layers))
    np.testing.assert_allclose(found.detach(), mean @ x.numpy(), atol=1e-6)
    upstream = random(9, 3, seed=1).float()
    found.backward(upstream)
    np.testing.assert_allclose(torch.cat([users.grad, items.grad]), mean.T @ upstream.numpy(), atol=1e-6)


@pytest.mark.parametrize("direction", ["to_users", "to_items"])
def test_user_item_products_and_their_gradients_are_scipys(direction):
    graph = normalized_adjacency(torch.tensor(PAIRS[:, 0]), torch.tensor(PAIRS[:, 1]), 5, 4)
    block = symmetric(5, 4).toarray()[:5, 5:]
    matrix = block if direction == "to_users" else block.T
    x = random(matrix.shape[1], 3).float().requires_grad_()
    upstream = random(matrix.shape[0], 3, seed=1).float()
    out = getattr(graph, direction)(x)
    out.backward(upstream)
    np.testing.assert_allclose(out.detach(), matrix @ x.detach().numpy(), atol=1e-6)
    np.testing.assert_allclose(x.grad, matrix.T @ upstream.numpy(), atol=1e-6)
