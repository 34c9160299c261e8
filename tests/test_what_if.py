"""What if: other coefficients at inference are the model with those options, and leave the original as it is."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from lattice.errors import InputError
from lattice.graph import neighbours
from lattice.inference.trained_model import KEPT_NEIGHBOURS, TrainedModel
from lattice.models import base, build
from lattice.recommender import Recommender
from tests import oracles
from tests.synthetic import GRAPHS, LAMBDA, K


def rebuilt(rec, alpha=None, **options) -> torch.Tensor:
    """The item embeddings of a new model with other options and the same weights."""
    checkpoint = rec.checkpoint
    features = {m: checkpoint.model.raw(m) for m in checkpoint.model.modalities}
    pairs = torch.as_tensor(checkpoint.dataset.pairs("train"))
    model = build(replace(checkpoint.options, **options), len(rec.users), len(rec.items), pairs, features).eval()
    model.load_state_dict(checkpoint.model.state_dict())
    with torch.no_grad():
        if alpha is not None:
            model.alpha_logits.copy_(torch.tensor(alpha).log())
        return model.embed()[1]


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize(
    "change", [{"lambda_": 0.0}, {"lambda_": 0.35}, {"lambda_": 1.0}, {"k": 0}, {"k": 1}, {"k": 3}, {"k": 60}]
)
def test_what_if_is_the_model_with_those_options_and_weights(recommender, name, change):
    rec = recommender(name)
    torch.testing.assert_close(rec.what_if(**change).embeddings[1], rebuilt(rec, **change), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("alpha", [{"visual": 0.2, "textual": 0.6}, {"textual": 3.0}, {"visual": 1, "textual": 0}])
def test_what_if_scales_modality_weights_to_sum_to_1(recommender, alpha):
    rec = recommender("lattice-mf-2")
    changed = rec.what_if(alpha=alpha)
    assert sum(changed.item_graph.alpha.values()) == pytest.approx(1)
    logits = [alpha.get("visual", 0) / sum(alpha.values()), alpha.get("textual", 0) / sum(alpha.values())]
    torch.testing.assert_close(changed.embeddings[1], rebuilt(rec, logits), rtol=1e-4, atol=1e-5)


def test_what_ifs_add_up_in_any_order(recommender):
    rec = recommender("lattice-mf-1")
    at_once = rec.what_if(lambda_=0.2, k=3, alpha={"visual": 1, "textual": 3}, without_edges=[("i000", "i004")])
    one_by_one = rec.what_if(without_edges=[("i000", "i004")]).what_if(alpha={"visual": 1, "textual": 3})
    one_by_one = one_by_one.what_if(k=3).what_if(lambda_=0.2)
    for a, b in zip(at_once.embeddings, one_by_one.embeddings, strict=True):
        torch.testing.assert_close(a, b)


def test_neighbours_are_searched_once_for_all_k(recommender, monkeypatch):
    rec = recommender("lattice-mf-1")
    searched = []
    monkeypatch.setattr(base, "neighbours", lambda x, k: searched.append(k) or neighbours(x, k))
    rec = replace(rec, trained=TrainedModel(rec.checkpoint))
    rec.what_if(k=0)
    assert not any(searched)
    searched.clear()
    for k in (5, 2, KEPT_NEIGHBOURS):
        rec.what_if(k=k).what_if(lambda_=0.5, k=1 + k // 2)
    assert searched == 2 * len(rec.modalities) * [KEPT_NEIGHBOURS]


def test_a_cut_edge_stays_cut_when_k_changes(recommender):
    rec = recommender("lattice-mf-1")
    neighbour = rec.similar("i000", 1)[0][0]
    changed = rec.what_if(without_edges=[("i000", neighbour)]).what_if(k=K + 1)
    assert neighbour in set(rec.what_if(k=K + 1).edges("i000")["item"])
    assert neighbour not in set(changed.edges("i000")["item"])


@pytest.mark.parametrize("name", ["lattice-mf-1", "lattice-lightgcn-2"])
def test_without_edges_cuts_both_directions_and_nothing_else(recommender, name):
    rec = recommender(name)
    a = oracles.item_graph(oracles.Parameters.of(rec.checkpoint.model), K, LAMBDA).detach().numpy().copy()
    # One edge that goes both ways, one that goes one way, a self-loop, and one that isn't there.
    both = next((i, j) for i, j in np.argwhere((a > 0) & (a.T > 0)) if i != j)
    one_way = next((i, j) for i, j in np.argwhere((a > 0) & (a.T == 0)))
    absent = next((i, j) for i, j in np.argwhere((a == 0) & (a.T == 0)) if i != j)
    cut = [both, one_way[::-1], (9, 9), absent]
    ids = rec.items["item"]
    changed = rec.what_if(without_edges=[(ids[i], ids[j]) for i, j in cut])
    for i, j in cut:
        a[i, j] = a[j, i] = 0
    with torch.no_grad():
        model, layers = rec.checkpoint.model, rec.checkpoint.options.item_layers
        h = np.linalg.matrix_power(a, layers) @ model.backbone.item_embedding.numpy()
        backbone = model.backbone.embed()[1].numpy()
    expected = backbone + oracles.unit_rows(torch.as_tensor(h)).numpy()
    np.testing.assert_allclose(changed.embeddings[1], expected, atol=1e-5)


@pytest.mark.parametrize("name", GRAPHS)
def test_what_if_leaves_the_original_as_it_is(recommender, name):
    rec = recommender(name)
    before = [x.clone() for x in rec.embeddings], rec.recommend("u00", 9), rec.edges("i000")
    changed = rec.what_if(lambda_=0.1, k=2, alpha={"visual": 1}, without_edges=[("i000", "i004"), ("i000", "i000")])
    assert not torch.equal(changed.embeddings[1], before[0][1])
    for again in (rec, Recommender.of(rec.checkpoint)):
        assert all(torch.equal(x, y) for x, y in zip(again.embeddings, before[0], strict=True))
        assert again.recommend("u00", 9)[0].tolist() == before[1][0].tolist()
        pd.testing.assert_frame_equal(again.edges("i000"), before[2])


def test_what_if_nothing_changes_is_the_same(recommender):
    rec = recommender("lattice-mf-1")
    for a, b in zip(rec.what_if().embeddings, rec.embeddings, strict=True):
        assert torch.equal(a, b)


@pytest.mark.parametrize(
    "change",
    [
        {"lambda_": -0.1},
        {"lambda_": 1.1},
        {"lambda_": float("nan")},
        {"k": -1},
        {"k": 61},
        {"alpha": {}},
        {"alpha": {"audio": 1}},
        {"alpha": {"visual": 0, "textual": 0}},
        {"alpha": {"visual": -1, "textual": 2}},
        {"alpha": {"visual": float("nan"), "textual": 1}},
        {"alpha": {"visual": float("inf"), "textual": 1}},
        {"without_edges": [("i000", "nothing")]},
        {"without_edges": [("i000", "i001", "i002")]},
    ],
)
def test_what_cannot_be_is_refused(recommender, change):
    with pytest.raises(InputError) as refused:
        recommender("lattice-mf-1").what_if(**change)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["feats-mf-1", "feats-ngcf-1", "lattice/feats-lightgcn-1", "lattice/feats-ngcf-2"])
def test_an_ablation_takes_modality_weights_too(recommender, name):
    rec = recommender(name)
    changed = rec.what_if(alpha={"visual": 1, "textual": 2})
    torch.testing.assert_close(changed.embeddings[1], rebuilt(rec, [1 / 3, 2 / 3]), rtol=1e-4, atol=1e-5)
