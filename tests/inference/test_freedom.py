"""What inference makes of a model that adds h as it is and whose graph of ones is frozen, against dense equations."""

import numpy as np
import pytest
import torch

from tests import oracles, successors
from tests.baselines import leaves
from tests.synthetic import COLD, index

ALPHA = {"visual": 0.1, "textual": 0.9}


def dense(rec, catalogue, k: int = 6):
    """ID embeddings and the fused graph, in float64."""
    raw = {m: torch.as_tensor(x).double() for m, x in catalogue.features.items()}
    fused = sum(ALPHA[m] * successors.ones_graph(x, k) for m, x in raw.items())
    return leaves(rec.checkpoint.model)["backbone.item_embedding"].detach(), fused, raw


def test_a_loaded_freedom_scores_as_its_equations_say(recommender, catalogue):
    rec = recommender("freedom")
    p = leaves(rec.checkpoint.model)
    _, _, raw = dense(rec, catalogue)
    wanted = successors.freedom(p, raw, catalogue.pairs("train"), rec.checkpoint.options)
    for found, expected in zip(rec.embeddings, wanted, strict=True):
        torch.testing.assert_close(found.double(), expected.detach(), rtol=1e-4, atol=1e-5)


def test_the_parts_of_a_freedom_score_sum_to_it(recommender, catalogue):
    rec, item = recommender("freedom"), 17
    ids, fused, _ = dense(rec, catalogue)
    found = rec.explain("u05", rec.items["item"][item])
    u = rec.embeddings[0][list(rec.users).index("u05")].double()
    by_neighbour = {
        rec.items["item"][j]: float(fused[item, j] * (ids[j] @ u)) for j in fused[item].nonzero()[:, 0].tolist()
    }
    assert found.by_neighbour["value"].to_dict() == pytest.approx(by_neighbour, abs=1e-5)
    assert found.collaborative_score + found.item_graph_score == pytest.approx(found.score, abs=1e-5)
    assert set(found.contributions["layer"]) == {"initial"}


def test_what_if_k_gives_freedom_a_graph_of_ones(recommender, catalogue):
    rec = recommender("freedom").what_if(k=3)
    ids, fused, _ = dense(rec, catalogue, k=3)
    torch.testing.assert_close(rec.layers[-1].double(), fused @ ids, rtol=1e-4, atol=1e-5)


def test_a_newcomer_of_freedom_gets_its_dense_row(recommender, catalogue):
    rec, k = recommender("freedom"), 6
    ids, _, raw = dense(rec, catalogue)
    rng = np.random.default_rng(3)
    vectors = {m: (x[12] + 0.4 * rng.normal(size=x.shape[1])).astype(np.float32) for m, x in catalogue.features.items()}
    placed = rec.fold_in_features(vectors)
    n, row = len(ids), torch.zeros(len(ids), dtype=torch.float64)
    for m, x in raw.items():
        similarity = oracles.cosines(torch.cat([x, torch.as_tensor(vectors[m]).double()[None]]))
        own = (oracles.chosen(similarity, k) & (similarity > 0)).double()[n]
        degree = torch.as_tensor([k if present else 0 for present in x.any(dim=1)])
        row += ALPHA[m] * torch.where(degree > 0, own[:n] / (own.sum() * degree.clamp(min=1)).sqrt(), 0.0)
    row[index(rec, COLD)] = 0  # a cold item's ID embedding is noise
    warm = np.isin(np.arange(n), catalogue.pairs("train")[:, 1])
    h = (row * torch.as_tensor(warm)) @ ids
    np.testing.assert_allclose(placed.embedding, h, atol=1e-5)
    explained = rec.explain_fold_in("u05", placed)
    assert explained.item_graph_score == pytest.approx(explained.score, abs=1e-5)
