"""Which neighbours are chosen, against a sort of the whole similarity matrix."""

import numpy as np
import pytest
import torch

from lattice.graph import chosen_cosines, initial_graph, nearest, neighbours, query
from tests import oracles


def features(n: int = 37, d: int = 6, seed: int = 0) -> torch.Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed))


def as_mask(indices: torch.Tensor) -> torch.Tensor:
    n, k = indices.shape
    mask = torch.zeros(n, n, dtype=torch.bool)
    mask[torch.arange(n).repeat_interleave(k), indices.reshape(-1)] = True
    return mask


@pytest.mark.parametrize("k", [0, 1, 2, 5, 36, 37, 50])
def test_the_k_best_of_every_row_are_chosen_itself_among_them(k):
    x = features()
    indices = nearest(x, k).indices
    assert indices.shape == (37, min(k, 37))
    assert torch.equal(as_mask(indices), oracles.chosen(oracles.cosines(x.double()), k))


@pytest.mark.parametrize("block", [1, 5, 36, 37, 38])
def test_the_block_changes_nothing(block):
    x = features()
    assert torch.equal(nearest(x, 7, block=block).indices, nearest(x, 7).indices)


def test_nearest_columns_ascend_in_every_row():
    indices = nearest(features(), 9).indices
    assert (indices.diff(dim=1) > 0).all()


@pytest.mark.parametrize("k", [1, 3])
def test_an_item_keeps_its_self_loop_among_many_exact_duplicates(k):
    x = torch.cat([features(1).expand(8, 6), features(5, seed=1)])
    indices = nearest(x, k).indices
    assert all(i in row for i, row in enumerate(indices.tolist()))
    assert all(set(row) <= set(range(8)) for row in indices[:8].tolist())


def test_nearest_gives_an_item_without_content_no_edges():
    x = features()
    x[[0, 20]] = 0
    graph = initial_graph(x, 37)
    dense = torch.zeros(37, 37).scatter_(1, graph.indices, graph.weights)
    assert dense[[0, 20]].abs().sum() == 0
    assert dense[:, [0, 20]].abs().sum() == 0
    assert dense.isfinite().all()
    assert (dense.diagonal()[[i for i in range(37) if i not in (0, 20)]] > 0).all()


def test_a_catalogue_without_any_content_has_an_empty_graph():
    graph = initial_graph(torch.zeros(5, 3), 2)
    assert torch.equal(graph.weights, torch.zeros(5, 2))


def test_opposite_items_are_not_joined_by_a_negative_weight():
    x = torch.tensor([[1.0, 0.0], [-1.0, 0.1], [0.0, -1.0]])
    graph = initial_graph(x, 3)
    assert (graph.weights >= 0).all()
    dense = torch.zeros(3, 3).scatter_(1, graph.indices, graph.weights)
    assert dense[0, 1] == 0


@pytest.mark.parametrize("k", [0, 1, 4, 30, 37, 99])
def test_the_first_of_more_neighbours_are_what_fewer_would_be(k):
    x = features()
    pattern, found = neighbours(x, 99).first(k)
    assert torch.equal(pattern.indices, nearest(x, k).indices)
    expected = oracles.cosines(x.double()).gather(1, pattern.indices)
    torch.testing.assert_close(found.double(), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("k", [1, 3, 10])
def test_the_first_of_tied_neighbours_have_the_largest_cosines(k):
    copies, empty = features(6).repeat(4, 1), torch.zeros(3, 6)
    x = torch.cat([copies, empty])
    pattern, found = neighbours(x, 20).first(k)
    expected = oracles.cosines(x.double()).fill_diagonal_(2).topk(k, dim=1).values
    expected[:, 0] = (x != 0).any(dim=1).double()  # an item's own
    torch.testing.assert_close(found.double().sort(dim=1).values, expected.sort(dim=1).values, rtol=1e-5, atol=1e-6)
    assert all(row in chosen for row, chosen in enumerate(pattern.indices.tolist()))


def test_cosines_of_chosen_pairs_are_cosines():
    x = features()
    pattern = nearest(x, 6)
    expected = oracles.cosines(x.double()).gather(1, pattern.indices)
    torch.testing.assert_close(chosen_cosines(x, pattern).double(), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("k", [0, 1, 4, 99])
def test_a_query_finds_the_nearest_of_a_catalogue_it_is_not_in(k):
    catalogue, newcomers = features(), features(3, seed=5)
    indices, values = query(newcomers, catalogue, k)
    for newcomer, found, similarity in zip(newcomers.numpy(), indices.numpy(), values.numpy(), strict=True):
        row = [float(newcomer @ c / np.linalg.norm(newcomer) / np.linalg.norm(c)) for c in catalogue.numpy()]
        assert found.tolist() == np.argsort(row)[::-1][:k].tolist()
        np.testing.assert_allclose(similarity, np.sort(row)[::-1][:k], atol=1e-6)
