"""Products block by block and the largest of a row, against numpy's product and a full sort."""

import numpy as np
import pytest
import torch

from lattice.graph.top_k import GROUP, MANY, least_of_top, product_blocks, top_k


@pytest.fixture(autouse=True)
def small_blocks_are_searched_by_groups_too(monkeypatch):
    monkeypatch.setattr("lattice.graph.top_k.FEW", 0)


@pytest.mark.parametrize("columns", [1, 15, 16, 17, 100])
@pytest.mark.parametrize("size", [1, 4, 11, 12])
def test_blocks_are_the_rows_of_the_product(columns, size):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(11, 5)), rng.normal(size=(columns, 5))
    starts, blocks = [], []
    for start, block in product_blocks(torch.as_tensor(x), torch.as_tensor(y), size):
        starts.append(start)
        blocks.append(block.clone().numpy())
        block.fill_(np.nan)  # what is done to a block must not show in the next
    assert starts == list(range(0, 11, size))
    np.testing.assert_allclose(np.concatenate(blocks), x @ y.T)


@pytest.mark.parametrize("k", [0, 1, 3])
@pytest.mark.parametrize(
    "columns", [3, *(n * GROUP + more for n in (1, 3, 4, 5, 12, 13, 20) for more in (-1, 0, 1, 31))]
)
def test_the_largest_of_a_row_are_those_of_a_full_sort(k, columns):
    """Few groups are sorted whole, many are not: both sides of that, with and without columns that fill no group."""
    x = np.random.default_rng(columns).permutation(7 * columns).reshape(7, columns)
    x[0].sort()  # the largest are all in what fills no group, or in the last
    x[1] = -np.sort(-x[1])
    values, found = top_k(torch.as_tensor(x), k)
    expected = np.argsort(-x)[:, :k]
    assert found.tolist() == expected.tolist()
    assert values.tolist() == np.take_along_axis(x, expected, axis=1).tolist()
    if k:
        least = least_of_top(torch.as_tensor(x).float(), k).numpy()
        assert (least <= values[:, -1].numpy()).all()
        assert np.isfinite(least).all() == (columns // GROUP >= k)


@pytest.mark.parametrize("more", [-1, 0, 1, 33])
def test_the_largest_are_found_in_smaller_groups_where_they_are_many(more):
    x = np.random.default_rng(0).permutation(3 * (5 * MANY * GROUP // 2 + more)).reshape(3, -1)
    values, found = top_k(torch.as_tensor(x), MANY)
    expected = np.argsort(-x)[:, :MANY]
    assert found.tolist() == expected.tolist()
    assert values.tolist() == np.take_along_axis(x, expected, axis=1).tolist()


@pytest.mark.parametrize("columns", [5 * GROUP, 20 * GROUP + 5])
def test_top_k_takes_each_of_equal_columns_once(columns):
    x = torch.as_tensor(np.random.default_rng(0).integers(0, 4, (9, columns))).float()
    values, found = top_k(x, 4)
    assert (found.sort(dim=1).values.diff(dim=1) > 0).all()
    assert values.tolist() == (-np.sort(-x.numpy()))[:, :4].tolist()
    assert torch.equal(x.gather(1, found), values)
    assert torch.equal(top_k(x, 4)[1], found)
    assert torch.equal(top_k(x[3:5], 4)[1], found[3:5])


def test_top_k_fills_rows_with_columns_that_exist():
    x = torch.full((2, 9 * GROUP + 2), -torch.inf)
    x[0, -1], x[1, 70] = 1, 1
    values, found = top_k(x, 2)
    assert found[:, 0].tolist() == [9 * GROUP + 1, 70]
    assert values.tolist() == [[1, -np.inf]] * 2
    assert ((found >= 0) & (found < x.shape[1])).all()
