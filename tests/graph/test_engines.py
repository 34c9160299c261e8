"""Approximate neighbour search: valid rows, exact choice among candidates, honest recall, clear refusals."""

import sys

import numpy as np
import pytest
import torch

from lattice.errors import InputError
from lattice.graph import engines, nearest
from lattice.graph.engines import search
from tests import oracles

APPROXIMATE = ["faiss", "usearch"]


def clusters(n: int = 600, d: int = 16) -> torch.Tensor:
    """Points around 12 centres, as features of real items are: neighbours mean something."""
    rng = np.random.default_rng(0)
    points = rng.standard_normal((12, d))[rng.integers(12, size=n)] + 0.3 * rng.standard_normal((n, d))
    return torch.as_tensor(points, dtype=torch.float32)


@pytest.mark.parametrize("engine", APPROXIMATE)
def test_search_finds_most_neighbours_and_says_how_many(engine):
    x, k = clusters(), 8
    found = search(x, k, engine)
    exact = oracles.chosen(oracles.cosines(x.double()), k)
    hits = exact.gather(1, found.pattern.indices)
    assert found.recall == pytest.approx(float(hits.double().mean()), abs=1e-6)
    assert found.recall > 0.8


@pytest.mark.parametrize("engine", APPROXIMATE)
@pytest.mark.parametrize("k", [1, 5, 50])
def test_rows_are_whole_ascending_and_hold_the_item_itself(engine, k):
    x = clusters(50)
    x[[3, 4]] = 0  # without content
    x[10:20] = x[10]  # duplicates
    indices = search(x, k, engine).pattern.indices
    assert indices.shape == (50, k)
    assert (indices.diff(dim=1) > 0).all()
    assert ((indices >= 0) & (indices < 50)).all()
    assert (indices == torch.arange(50)[:, None]).any(dim=1).all()


def test_the_best_of_the_candidates_are_kept_by_exact_cosine(monkeypatch):
    x, k = clusters(40), 4
    everything = np.tile(np.arange(40)[::-1], (40, 1))
    monkeypatch.setitem(engines._INDEXES, "faiss", lambda vectors, n: everything)
    found = search(x, k, "faiss")
    assert torch.equal(found.pattern.indices, nearest(x, k).indices)
    assert found.recall == 1.0


def test_rows_with_too_few_candidates_are_filled_and_cost_recall(monkeypatch):
    x = clusters(40)
    monkeypatch.setitem(engines._INDEXES, "faiss", lambda vectors, n: np.full((40, n), -1))
    found = search(x, 4, "faiss")
    assert (found.pattern.indices.diff(dim=1) > 0).all()
    assert 0.25 <= found.recall < 0.6


@pytest.mark.parametrize("engine", APPROXIMATE)
def test_a_search_is_repeated_to_the_bit(engine):
    x = clusters()
    assert torch.equal(search(x, 6, engine).pattern.indices, search(x, 6, engine).pattern.indices)


def test_exact_is_nearest():
    found = search(clusters(), 7)
    assert torch.equal(found.pattern.indices, nearest(clusters(), 7).indices)
    assert found.recall == 1.0


def test_an_unknown_or_missing_engine_is_refused_in_one_line(monkeypatch):
    with pytest.raises(InputError, match="exact, faiss, usearch"):
        search(clusters(), 3, "steam")
    monkeypatch.setitem(sys.modules, "faiss", None)
    with pytest.raises(InputError, match=r"pip install \"lattice-explorer\[faiss\]\""):
        search(clusters(), 3, "faiss")
