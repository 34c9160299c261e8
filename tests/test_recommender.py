"""Inference on raw ids: recommend, similar and explain, each against a plain version of it."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
import torch

from lattice.errors import InputError
from lattice.models import LatticeOptions, MFOptions
from tests import oracles
from tests.synthetic import COLD, GRAPHS, LAMBDA, NO_CONTENT, NO_PICTURE, K, index, seen

NAMES = ["mf", "lightgcn", *GRAPHS]


def dense_scores(rec) -> np.ndarray:
    """[users, items] from the equations, in float64, worked out once a checkpoint."""
    return _dense_scores(rec.checkpoint)


@cache
def _dense_scores(checkpoint) -> np.ndarray:
    pairs, options = checkpoint.dataset.pairs("train"), checkpoint.options
    if isinstance(options, LatticeOptions):
        layers = getattr(options.backbone, "layers", None)
        p = oracles.Parameters.of(checkpoint.model)
        users, items = oracles.lattice(p, pairs, layers, options.k, options.lambda_, options.item_layers)
    else:
        ids = checkpoint.model.user_embedding.double(), checkpoint.model.item_embedding.double()
        users, items = ids if type(options) is MFOptions else oracles.lightgcn(*ids, pairs, options.layers)
    return (users @ items.T).detach().numpy()


# --- recommend --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("exclude_seen", [True, False])
@pytest.mark.parametrize("name", NAMES)
def test_recommendations_are_a_sort_of_the_dense_scores(recommender, name, exclude_seen):
    rec = recommender(name)
    scores, items = dense_scores(rec), list(rec.items["item"])
    for row, user in enumerate(rec.users):
        ids, values = rec.recommend(user, 7, exclude_seen)
        own = seen(rec, user) if exclude_seen else set()
        left = [i for i in range(len(items)) if items[i] not in own]
        best = sorted(left, key=lambda i: -scores[row, i])[:7]
        np.testing.assert_allclose(values, scores[row, best], atol=1e-4)
        np.testing.assert_allclose(scores[row, [items.index(i) for i in ids]], scores[row, best], atol=1e-4)
        assert len(set(ids)) == 7


@pytest.mark.parametrize("name", NAMES)
def test_a_batch_is_what_its_users_get_one_by_one(recommender, name):
    rec = recommender(name)
    users = [rec.users[4], rec.users[0], rec.users[4]]
    ids, scores = rec.recommend(users, 60)
    assert ids.shape == scores.shape == (3, 60)
    for row, user in enumerate(users):
        one, values = rec.recommend(user, 60)
        assert len(one) == 60 - len(seen(rec, user))
        assert ids[row, : len(one)].tolist() == one.tolist()
        assert ids[row, len(one) :].tolist() == [None] * len(seen(rec, user))
        np.testing.assert_allclose(scores[row, : len(one)], values, atol=1e-6)
        assert np.isneginf(scores[row, len(one) :]).all()


@pytest.mark.parametrize("make", [list, tuple, np.array, pd.Series, pd.Index])
def test_many_users_may_come_in_any_sequence(recommender, make):
    rec = recommender("mf")
    assert rec.recommend(make(list(rec.users[:3])), 5)[0].shape == (3, 5)


def test_candidates_restrict_and_are_each_ranked_once(recommender):
    rec = recommender("lattice-mf-1")
    user = rec.users[0]
    own = sorted(seen(rec, user))
    ids, scores = rec.recommend(user, 20, candidates=["i001", own[0], "i007", "i001", COLD])
    assert sorted(ids) == sorted({"i001", "i007", COLD} - set(own))
    expected = dict(zip(rec.items["item"], rec.scores(user), strict=True))
    assert scores.tolist() == pytest.approx([expected[i] for i in ids], abs=1e-6)
    assert scores.tolist() == sorted(scores, reverse=True)
    assert own[0] in rec.recommend(user, 20, exclude_seen=False, candidates=[own[0], "i001"])[0]


@pytest.mark.parametrize("name", NAMES)
def test_scores_are_the_dense_ones_in_the_order_of_the_items(recommender, name):
    rec = recommender(name)
    for row in (0, 17, 39):
        np.testing.assert_allclose(rec.scores(rec.users[row]), dense_scores(rec)[row], atol=1e-4)


def test_a_users_interactions_are_those_of_the_dataset(recommender, catalogue):
    rec = recommender("mf")
    expected = catalogue.interactions.query("user == 'u03'")
    assert rec.interactions("u03").to_dict("list") == expected[["item", "split"]].to_dict("list")


# --- similar ----------------------------------------------------------------------------------------------------------


def modality_row(rec, modality: str, item: int, lambda_: float = LAMBDA) -> np.ndarray:
    p = oracles.Parameters.of(rec.checkpoint.model)
    only = replace(p, raw={modality: p.raw[modality]})
    return oracles.item_graph(only, K, lambda_, torch.ones(1))[item].detach().numpy()


@pytest.mark.parametrize("item", ["i000", COLD, NO_PICTURE, NO_CONTENT])
@pytest.mark.parametrize("modality", ["visual", "textual", "fused", None])
def test_similar_items_are_the_dense_row_s_heaviest_others(recommender, modality, item):
    rec = recommender("lattice-mf-1")
    i = index(rec, item)
    if modality in ("visual", "textual"):
        row = modality_row(rec, modality, i)
    else:
        row = oracles.item_graph(oracles.Parameters.of(rec.checkpoint.model), K, LAMBDA)[i].detach().numpy().copy()
    row[i] = 0
    expected = [j for j in np.argsort(-row) if row[j] > 0]
    ids, weights = rec.similar(item, 100, modality)
    assert set(ids) == {rec.items["item"][j] for j in expected}
    np.testing.assert_allclose(weights, row[expected], atol=1e-5)
    np.testing.assert_allclose([row[index(rec, j)] for j in ids], weights, atol=1e-5)
    assert len(rec.similar(item, 2, modality)[0]) == min(2, len(expected))


@pytest.mark.parametrize("name", NAMES)
def test_collaborative_similarity_is_the_backbones_cosine(recommender, name):
    rec = recommender(name)
    model = rec.checkpoint.model
    x = getattr(model, "backbone", model).embed()[1].double().detach().numpy()
    cosine = x @ x[7] / np.linalg.norm(x, axis=1) / np.linalg.norm(x[7])
    cosine[7] = -np.inf
    ids, values = rec.similar("i007", 5, "collaborative")
    np.testing.assert_allclose(values, np.sort(cosine)[::-1][:5], atol=1e-5)
    assert ids.tolist() == [rec.items["item"][j] for j in np.argsort(-cosine)[:5]]
    if name in ("mf", "lightgcn"):
        assert rec.similar("i007", 5)[0].tolist() == ids.tolist()


def test_a_neighbour_of_weight_zero_is_no_neighbour(recommender):
    for rec in (
        recommender("lattice-mf-1").what_if(lambda_=1),
        recommender("lattice-mf-1").what_if(alpha={"visual": 1}),
    ):
        ids, weights = rec.similar("i000", 100)
        assert len(ids) == len(set(ids)) > 0
        assert (weights > 0).all()


def test_a_modality_of_weight_0_still_has_its_own_graph(recommender):
    rec = recommender("lattice-mf-1")
    ids, weights = rec.what_if(alpha={"visual": 1}).similar("i000", 100, "textual")
    expected_ids, expected = rec.similar("i000", 100, "textual")
    assert ids.tolist() == expected_ids.tolist()
    np.testing.assert_allclose(weights, expected)


def test_raw_similarity_is_the_cosine_of_the_raw_features(recommender, catalogue):
    rec = recommender("lattice-mf-1")
    expected = oracles.cosines(torch.as_tensor(catalogue.features["visual"]).double())
    np.testing.assert_allclose(rec.similarity("i004", "visual"), expected[4], atol=1e-6)
    assert not rec.similarity(NO_CONTENT, "visual").any()


# --- explain ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_parts_of_an_explanation_sum_to_the_score(recommender, name):
    rec = recommender(name)
    rng, dense = np.random.default_rng(0), dense_scores(rec)
    items = [COLD, NO_PICTURE, NO_CONTENT, *rng.choice(rec.items["item"], 6)]
    for user in rng.choice(rec.users, 7):
        for item in items:
            found = rec.explain(user, item)
            assert found.collaborative_score + found.item_graph_score == pytest.approx(found.score, abs=1e-5)
            assert found.score == pytest.approx(rec.scores(user)[index(rec, item)], abs=1e-5)
            assert found.score == pytest.approx(dense[list(rec.users).index(user), index(rec, item)], abs=1e-4)


@pytest.mark.parametrize("name", GRAPHS)
def test_each_part_is_its_term_of_the_dense_sum(recommender, name):
    rec = recommender(name)
    options, user, item = rec.checkpoint.options, "u05", "i017"
    found = rec.explain(user, item)
    p = oracles.Parameters.of(rec.checkpoint.model)
    alpha = torch.softmax(p.alpha_logits, 0).detach()
    a = oracles.item_graph(p, K, LAMBDA).detach()
    before = torch.matrix_power(a, options.item_layers - 1) @ p.item_embedding.detach()
    length = float((a @ before)[17].norm())
    users, _ = rec.embeddings
    u = users[list(rec.users).index(user)].double()
    for position, modality in enumerate(p.raw):
        for layer, lambda_ in (("initial", 1.0), ("learned", 0.0)):
            share = float(alpha[position]) * (LAMBDA if layer == "initial" else 1 - LAMBDA)
            row = share * modality_row(rec, modality, 17, lambda_)
            parts = found.contributions.query("modality == @modality and layer == @layer").set_index("item")
            assert set(parts.index) == {rec.items["item"][j] for j in np.flatnonzero(row > 0)}
            for j in np.flatnonzero(row > 0):
                line = parts.loc[rec.items["item"][j]]
                assert line["weight"] == pytest.approx(row[j], rel=1e-3)
                assert line["value"] == pytest.approx(row[j] * float(before[j] @ u) / length, rel=1e-3, abs=1e-5)
                assert line["owned"] == (rec.items["item"][j] in seen(rec, user))
    assert found.contributions["value"].is_monotonic_decreasing


@pytest.mark.parametrize("name", ["feats-mf-1", "feats-ngcf-1", "lattice/feats-lightgcn-1", "lattice/feats-ngcf-2"])
def test_the_parts_of_an_ablation_sum_to_its_score(recommender, name):
    rec = recommender(name)
    assert rec.name == name.partition("-")[0]
    users, items = rec.embeddings
    with torch.no_grad():
        expected = rec.checkpoint.model.embed()
    torch.testing.assert_close(users, expected[0])
    torch.testing.assert_close(items, expected[1], rtol=1e-4, atol=1e-5)
    for changed in (rec, rec.what_if(alpha={"visual": 1, "textual": 2}), rec.what_if(k=3)):
        for user, item in (("u00", "i000"), ("u13", COLD), ("u07", NO_PICTURE), ("u07", NO_CONTENT)):
            found = changed.explain(user, item)
            assert found.collaborative_score + found.item_graph_score == pytest.approx(found.score, abs=1e-5)
    if name.startswith("feats"):
        assert set(rec.explain("u00", "i000").contributions["item"]) == {"i000"}
    with pytest.raises(InputError, match="new item"):
        rec.fold_in_features({"visual": np.ones(12, np.float32)})


def test_only_the_collaborative_part_is_left_without_content(recommender):
    for name, item in (("lattice-mf-1", NO_CONTENT), ("mf", "i000"), ("lightgcn", "i000")):
        found = recommender(name).explain("u00", item)
        assert found.contributions.empty
        assert {"item", "modality", "layer", "weight", "value", "owned"} <= set(found.contributions)
        assert found.score == pytest.approx(found.collaborative_score, abs=1e-6)


@pytest.mark.parametrize(
    "change", [{"k": 0}, {"k": 1}, {"lambda_": 0}, {"lambda_": 1}, {"alpha": {"visual": 1}}, {"k": 60}]
)
def test_explanations_sum_to_the_score_under_what_ifs_too(recommender, change):
    rec = recommender("lattice-lightgcn-2").what_if(**change)
    for user, item in (("u00", "i000"), ("u13", COLD), ("u07", NO_PICTURE)):
        found = rec.explain(user, item)
        assert found.collaborative_score + found.item_graph_score == pytest.approx(found.score, abs=1e-5)


def test_edges_are_the_row_of_the_dense_graph_self_loop_included(recommender):
    rec = recommender("lattice-mf-1")
    edges = rec.edges("i002")
    a = oracles.item_graph(oracles.Parameters.of(rec.checkpoint.model), K, LAMBDA)[2].detach().numpy()
    total = edges.groupby("item")["weight"].sum()
    assert set(total.index) == {rec.items["item"][j] for j in np.flatnonzero(a)}
    assert "i002" in total.index
    np.testing.assert_allclose([total[rec.items["item"][j]] for j in np.flatnonzero(a)], a[a > 0], atol=1e-6)


# --- ids --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "near"),
    [
        (lambda rec: rec.recommend("u4"), "u.4"),
        (lambda rec: rec.recommend(["u00", "u4"]), "u.4"),
        (lambda rec: rec.recommend("u00", candidates=["i7"]), "i"),
        (lambda rec: rec.interactions("u4"), "u.4"),
        (lambda rec: rec.scores("u4"), "u.4"),
        (lambda rec: rec.similar("i7"), "i"),
        (lambda rec: rec.edges("i7"), "i"),
        (lambda rec: rec.similarity("i7", "visual"), "i"),
        (lambda rec: rec.explain("u4", "i000"), "u.4"),
        (lambda rec: rec.explain("u00", "i00"), "i.*0"),
        (lambda rec: rec.what_if(without_edges=[("i000", "i00")]), "i.*0"),
        (lambda rec: rec.similar("i000", modality="audio"), "visual"),
        (lambda rec: rec.similarity("i000", "audio"), "visual"),
    ],
)
def test_an_unknown_id_or_modality_is_refused_with_those_near_it(recommender, ask, near):
    with pytest.raises(InputError, match=near) as refused:
        ask(recommender("lattice-mf-1"))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["mf", "lightgcn"])
@pytest.mark.parametrize(
    "ask",
    [
        lambda rec: rec.edges("i000"),
        lambda rec: rec.similarity("i000", "visual"),
        lambda rec: rec.similar("i000", modality="fused"),
        lambda rec: rec.what_if(lambda_=0.5),
        lambda rec: rec.fold_in_features({"visual": np.ones(12)}),
        lambda rec: rec.fold_in(text="a red shoe"),
    ],
)
def test_a_model_without_an_item_graph_says_so(recommender, name, ask):
    with pytest.raises(InputError, match=name):
        ask(recommender(name))


def test_numbers_serve_as_ids(recommender):
    with pytest.raises(InputError, match="'7'"):
        recommender("mf").recommend(7)


def test_recommenders_and_checkpoints_compare_by_identity(recommender, trained):
    rec = recommender("lattice-mf-1")
    assert rec == rec
    assert rec != rec.what_if()
    assert len({rec, rec.what_if(), trained("mf"), trained("mf")}) == 3


@pytest.mark.parametrize("name", NAMES)
def test_a_recommender_knows_its_name_and_modalities(recommender, name):
    rec = recommender(name)
    assert rec.name == name.split("-")[0]
    assert rec.modalities == (("visual", "textual") if name.startswith("lattice") else ())
    assert len(rec.users) == 40
    assert len(rec.items) == 60
