"""Vectors in parts against the same vectors put together, in float64."""

import numpy as np
import pytest
import torch

from lattice.evaluation import interaction_matrix, rank, ranks
from lattice.graph.joined import Joined, Part

rng = np.random.default_rng(0)


def joined(n: int, scales: tuple) -> Joined:
    """Random vectors of 3 + 5 + 1 columns."""
    return Joined(
        tuple(Part(torch.as_tensor(rng.normal(size=(n, d))), s) for d, s in zip((3, 5, 1), scales, strict=True))
    )


def dense(x: Joined) -> np.ndarray:
    return np.hstack([part.values.numpy() * np.reshape(np.asarray(part.scale), (-1, 1)) for part in x.parts])


USERS = joined(40, (1.0, torch.as_tensor(rng.random(40)), 1.0))
ITEMS = joined(30, (1.0, 0.3, 0.0))


def test_rows_of_joined_vectors_are_those_of_the_whole():
    np.testing.assert_allclose(USERS.whole(), dense(USERS))
    rows = torch.tensor([7, 7, 0])
    np.testing.assert_allclose(USERS[rows].whole(), dense(USERS)[rows])
    np.testing.assert_allclose(ITEMS[3:9].whole(), dense(ITEMS)[3:9])
    np.testing.assert_allclose(USERS.row(5), dense(USERS)[5])
    assert USERS.columns == [slice(0, 3), slice(3, 8), slice(8, 9)]


def test_inner_products_with_one_vector_are_the_whole_s():
    vector = rng.normal(size=9)
    np.testing.assert_allclose(USERS.times(torch.as_tensor(vector)), dense(USERS) @ vector)


@pytest.mark.parametrize("scales", [(1.0, 0.3, 0.0), (0.0, 0.0, 0.0), (1.0, torch.as_tensor(rng.random(30)), 2.0)])
@pytest.mark.parametrize("candidates", [None, np.arange(3, 21)])
def test_joined_vectors_rank_as_the_whole(scales, candidates):
    items = joined(30, scales)
    seen = interaction_matrix(np.argwhere(rng.random((40, 30)) < 0.2), 40, 30)
    scores = np.where(seen.toarray(), -np.inf, dense(USERS) @ dense(items).T)
    pool = np.arange(30) if candidates is None else candidates
    _, values = rank(USERS, items, np.array([4, 2, 39]), 5, seen, candidates, block=2)
    np.testing.assert_allclose(values, -np.sort(-scores[[4, 2, 39]][:, pool])[:, :5])
    own = rng.normal(size=40)
    expected = 1 + (scores[:, pool] > own[:, None]).sum(axis=1)
    assert ranks(USERS, items, own, seen, block=7, candidates=candidates).tolist() == expected.tolist()
