"""Popularity, item-kNN and EASE against dense equations and lists worked out by hand."""

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array

from lattice.errors import InputError
from lattice.experiments import simple_baselines
from lattice.experiments.simple_baselines import BASELINES, evaluate_baseline

R = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [1, 1, 1, 0], [0, 0, 1, 0]], dtype=float)  # nobody has the last item
SEEN = csr_array(R.astype(bool))
EVERYONE = np.arange(4)


def test_popularity_counts_users():
    found = simple_baselines.popularity(SEEN, {}, 0)(EVERYONE)
    np.testing.assert_array_equal(found, np.tile([3, 2, 3, 0], (4, 1)))


@pytest.mark.parametrize("neighbours", [1, 2, 3])
def test_item_knn_sums_the_largest_cosines(neighbours):
    lengths = np.sqrt(R.sum(axis=0))
    cosines = np.divide(R.T @ R, np.outer(lengths, lengths), out=np.zeros((4, 4)), where=np.outer(lengths, lengths) > 0)
    np.fill_diagonal(cosines, 0)
    for row in cosines:
        row[np.argsort(-row, kind="stable")[neighbours:]] = 0
    found = simple_baselines.item_knn(SEEN, {}, neighbours)(EVERYONE)
    np.testing.assert_allclose(found, R @ cosines.T, atol=1e-6)


def test_content_knn_finds_an_item_that_nobody_has():
    x = torch.tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [1.0, 0.1]])
    found = simple_baselines.content_knn(SEEN, {"textual": x}, 1)(EVERYONE)
    assert (found[:3, 3] > 0.9).all()  # they have the first item, which it resembles
    assert found[3, 3] == 0


def test_ease_minimises_its_loss_with_a_zero_diagonal():
    ridge, n = 2.0, 4
    made = simple_baselines.ease(SEEN, {}, ridge)
    expected = np.zeros((n, n))
    for j in range(n):  # a column is a ridge regression of item j on all the others
        others = [i for i in range(n) if i != j]
        x = R[:, others]
        expected[others, j] = np.linalg.solve(x.T @ x + ridge * np.eye(n - 1), x.T @ R[:, j])
    np.testing.assert_allclose(made(EVERYONE), R @ expected, atol=1e-9)


def test_ease_is_refused_on_too_many_items(monkeypatch):
    monkeypatch.setattr(simple_baselines, "MOST_ITEMS", 3)
    with pytest.raises(InputError, match="4 x 4 items; here it does so up to 3") as refused:
        simple_baselines.ease(SEEN, {}, 1.0)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", BASELINES)
def test_a_baselines_lists_leave_out_what_the_user_has(catalogue, name):
    found = evaluate_baseline(name, 10.0, catalogue, (5,))["test"]
    made = BASELINES[name].make(
        simple_baselines.interaction_matrix(catalogue.pairs("train"), catalogue.n_users, catalogue.n_items),
        {m: torch.as_tensor(x) for m, x in catalogue.features.items()},
        10.0,
    )
    scores = np.asarray(made(np.arange(catalogue.n_users)), dtype=float)
    scores[tuple(catalogue.pairs("train").T)] = -np.inf
    recalls = []
    for user in found.users:
        wanted = catalogue.pairs("test")[catalogue.pairs("test")[:, 0] == user, 1]
        best = np.sort(scores[user])[-5]
        sure = (scores[user][wanted] > best).sum()
        recalls.append((sure / len(wanted), (scores[user][wanted] >= best).sum() / len(wanted)))
    least, most = np.mean(recalls, axis=0)  # ties may be broken either way
    assert least - 1e-9 <= found.means["recall@5"] <= most + 1e-9


def test_content_knn_needs_features(catalogue):
    bare = simple_baselines.Dataset(catalogue.name, catalogue.items, catalogue.interactions)
    with pytest.raises(InputError, match="needs at least one modality"):
        evaluate_baseline("item-kNN on content", 10.0, bare)
