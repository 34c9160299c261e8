"""Completion against regressions and means worked out independently, in float64."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge

from lattice.errors import InputError
from lattice.inference.completion import STRENGTHS, ContentMap, complete_embedding


def catalogue(n: int = 60):
    """Two modalities, 60 items; what content says of the collaborative part, and noise; one lacks a modality."""
    generator = torch.Generator().manual_seed(1)
    features = {m: torch.randn(n, d, generator=generator) + 2 for m, d in (("visual", 6), ("textual", 4))}
    features["visual"][3] = 0
    collaborative = features["textual"] @ torch.randn(4, 5, generator=generator) * 0.3
    collaborative += 0.1 * torch.randn(n, 5, generator=generator)
    warm = torch.ones(n, dtype=torch.bool)
    warm[50:] = False
    return features, collaborative, warm


def design(features, warm) -> np.ndarray:
    """What the regression sees, straight from its definition."""
    columns = []
    for x in (m.double().numpy() for m in features.values()):
        there = np.linalg.norm(x, axis=1) > 0
        unit = np.where(there[:, None], x / np.maximum(np.linalg.norm(x, axis=1), 1e-12)[:, None], 0)
        away = unit - unit[there & warm.numpy()].mean(axis=0)
        columns.append(np.where(there[:, None], away / np.linalg.norm(away, axis=1)[:, None], 0))
    return np.hstack(columns)


def test_the_content_map_is_the_best_leave_one_out_ridge():
    features, collaborative, warm = catalogue()
    x, y, w = design(features, warm), collaborative.double().numpy(), warm.numpy()
    rows = np.flatnonzero(w)
    errors = {}
    for strength in STRENGTHS:
        left_out = []
        for i in rows:
            rest = rows[rows != i]
            left_out.append(((Ridge(strength).fit(x[rest], y[rest]).predict(x[[i]]) - y[i]) ** 2).mean())
        errors[strength] = np.mean(left_out)
    expected = Ridge(min(errors, key=errors.get)).fit(x[w], y[w])
    found = ContentMap.fit(features, collaborative, warm)
    np.testing.assert_allclose(found(features), expected.predict(x), atol=1e-5)
    # Told of one modality only, it takes the other for lacking.
    x[:, :6] = 0
    np.testing.assert_allclose(found({"textual": features["textual"]}), expected.predict(x), atol=1e-5)


def test_what_is_cold_teaches_the_content_map_nothing():
    features, collaborative, warm = catalogue()
    before = ContentMap.fit(features, collaborative, warm)(features)
    collaborative[50:] += 100
    np.testing.assert_allclose(ContentMap.fit(features, collaborative, warm)(features), before, atol=1e-6)


@pytest.mark.parametrize(
    ("completion", "expected"), [("none", [0.6, 0.8]), ("neighbours", [1.6, 0.8]), ("both", [1.6, 2.8])]
)
def test_completion_adds_to_the_item_graph_part(completion, expected):
    added, neighbours, predicted = torch.tensor([[0.6, 0.8]]), torch.tensor([[1.0, 0.0]]), torch.tensor([[1.0, 4.0]])
    found = complete_embedding(added, neighbours, lambda: predicted, completion)
    np.testing.assert_allclose(found, [expected], atol=1e-6)


def test_an_unknown_completion_is_refused():
    one = torch.ones(1, 2)
    with pytest.raises(InputError, match="none, neighbours, both"):
        complete_embedding(one, one, lambda: one, "on")
