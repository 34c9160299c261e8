"""Fold-in against the dense equations, against a graph with the item in it, and against a training with it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import scipy.stats
import torch
from sklearn.metrics import roc_auc_score

from lattice.errors import InputError
from lattice.evaluation import ranks
from lattice.inference import ItemGraph, fold_in_item
from lattice.models import LatticeOptions, MFOptions, build
from lattice.recommender import Recommender
from tests import oracles
from tests.synthetic import COLD, GRAPHS, LAMBDA, K, clustered, index, seen, trained_on

NO_PAIRS = torch.empty(0, 2, dtype=torch.long)


def newcomer(catalogue, case: str) -> dict[str, np.ndarray]:
    """Raw vectors: new ones, those of an item that is there, or of one modality only."""
    rng = np.random.default_rng(3)
    if case == "an item that is there":
        return {m: matrix[10].copy() for m, matrix in catalogue.features.items()}
    made = {m: matrix[12] + 0.4 * rng.normal(size=matrix.shape[1]) for m, matrix in catalogue.features.items()}
    if case == "in float64":
        return made
    made = {m: vector.astype(np.float32) for m, vector in made.items()}
    if case == "a zero picture":
        made["visual"][:] = 0
    return {m: v for m, v in made.items() if case not in ("visual", "textual") or m == case}


CASES = ["new", "an item that is there", "visual", "textual", "a zero picture", "in float64"]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", GRAPHS)
def test_a_newcomer_lands_where_the_dense_equations_put_it(recommender, catalogue, name, case):
    rec = recommender(name)
    vectors = newcomer(catalogue, case)
    placed = rec.fold_in_features(vectors)
    p = oracles.Parameters.of(rec.checkpoint.model)
    given = {m: torch.as_tensor(v).double() for m, v in vectors.items() if v.any()}
    alpha = dict(zip(p.raw, torch.softmax(p.alpha_logits, 0).tolist(), strict=True))
    a = oracles.item_graph(p, K, LAMBDA)
    previous = torch.matrix_power(a, rec.checkpoint.options.item_layers - 1) @ p.item_embedding
    warm = np.isin(np.arange(catalogue.n_items), catalogue.pairs("train")[:, 1])
    row, h = (x.detach() for x in oracles.fold_in(p, given, K, LAMBDA, alpha, previous, warm))
    np.testing.assert_allclose(placed.h, h, atol=1e-5)
    np.testing.assert_allclose(placed.embedding, h / h.norm(), atol=1e-5)
    weights = placed.edges.query("weight > 0").groupby("item")["weight"].sum()
    neighbours = rec.items["item"][row.numpy() > 1e-9]
    assert set(weights.index) == set(neighbours)
    np.testing.assert_allclose(weights[neighbours], row[row > 1e-9], atol=1e-5)
    assert placed.alpha == pytest.approx({m: alpha[m] / sum(alpha[g] for g in given) for m in given})
    completed = rec.fold_in_features(vectors, completion="neighbours")
    x = rec.trained.embeddings[1].double()
    mean = torch.where(torch.as_tensor(warm), row, 0.0) @ x / row[torch.as_tensor(warm)].sum()
    np.testing.assert_allclose(completed.embedding, h / h.norm() + mean, atol=1e-5)
    np.testing.assert_allclose(completed.h, h, atol=1e-5)


def test_cold_neighbours_are_shown_but_carry_nothing(recommender, catalogue):
    rec = recommender("lattice-mf-1")
    i = index(rec, COLD)
    vectors = {m: matrix[i] for m, matrix in catalogue.features.items()}
    placed = rec.fold_in_features(vectors)
    cold = placed.edges[placed.edges["item"] == COLD]
    assert len(cold) == 2
    assert not cold["warm"].any()
    assert cold["cosine"].tolist() == pytest.approx([1, 1], abs=1e-5)
    assert (placed.edges["weight"].diff().dropna() <= 0).all()
    model = rec.checkpoint.model
    changed = replace(rec.checkpoint, model=shifted(model, i, 100.0))
    np.testing.assert_allclose(Recommender.of(changed).fold_in_features(vectors).h, placed.h)


def shifted(model, item: int, by: float):
    """The same model with the ID embedding of one item far off."""
    features = {m: model.raw(m) for m in model.modalities}
    other = build(
        model.options, len(model.backbone.user_embedding), len(model.backbone.item_embedding), NO_PAIRS, features
    )
    other.load_state_dict(model.state_dict())
    with torch.no_grad():
        other.backbone.item_embedding[item] += by
    return other


@pytest.mark.parametrize("completion", ["none", "neighbours", "both"])
@pytest.mark.parametrize("name", GRAPHS)
def test_a_newcomers_rank_counts_unseen_items_that_score_higher(recommender, catalogue, name, completion):
    rec = recommender(name)
    placed = rec.fold_in_features(newcomer(catalogue, "new"), completion)
    assert sorted(placed.users["user"]) == sorted(rec.users)
    for line in placed.users.itertuples():
        row = list(rec.users).index(line.user)
        assert line.score == pytest.approx(float(rec.embeddings[0][row] @ torch.as_tensor(placed.embedding)), abs=1e-5)
        unseen = ~rec.items["item"].isin(seen(rec, line.user)).to_numpy()
        assert line.rank == 1 + int((rec.scores(line.user)[unseen] > line.score).sum())
    order = list(zip(placed.users["rank"], -placed.users["score"], strict=True))
    assert order == sorted(order)


def test_ranks_found_afterwards_are_those_found_at_once(recommender, catalogue):
    rec = recommender("lattice-lightgcn-1")
    at_once = rec.fold_in_features(newcomer(catalogue, "new"))
    told: list[tuple[int, int]] = []
    fresh = rec.what_if()  # nothing ranked yet
    first = fresh.fold_in_features(newcomer(catalogue, "new"), ranked=False)
    assert first.depth == 0
    assert "lists" not in vars(fresh)
    fresh.rank_users(threads=2, progress=lambda done, of: told.append((done, of)))
    pd.testing.assert_frame_equal(fresh.with_ranks(first).users, at_once.users)
    assert max(told) == (len(rec.users), len(rec.users))
    told.clear()
    fresh.rank_users(progress=lambda *done: told.append(done))
    assert not told, "ranked once"


def test_a_place_among_candidates_counts_these_alone(recommender, catalogue):
    rec = recommender("lattice-lightgcn-1")
    placed = rec.fold_in_features(newcomer(catalogue, "new"))
    candidates = [str(item) for item in rec.items["item"][5:25]]
    found = rec.ranks_of(placed.embedding, candidates)
    assert found.tolist() != rec.ranks_of(placed.embedding).tolist()
    assert found.tolist() == rec.ranks_of(placed.embedding, rec.lists_among(candidates)).tolist()
    for user, standing in zip(rec.users, found, strict=True):
        own = float(rec.embeddings[0][list(rec.users).index(user)] @ torch.as_tensor(placed.embedding))
        scores = dict(zip(rec.items["item"], rec.scores(user), strict=True))
        assert standing == 1 + sum(scores[item] > own for item in set(candidates) - seen(rec, user))


def test_the_item_most_alike_is_the_one_with_the_same_vector(recommender, catalogue):
    rec = recommender("lattice-mf-2")
    p = oracles.Parameters.of(rec.checkpoint.model)
    h = (torch.matrix_power(oracles.item_graph(p, K, LAMBDA), 2) @ p.item_embedding).detach()
    items, cosines = rec.nearest_by_graph_embedding(3 * h[7].numpy().astype(np.float32), 5)
    unit = oracles.unit_rows(h).numpy()
    expected = np.argsort(-(unit @ unit[7]))[:5]
    assert items.tolist() == rec.items["item"].iloc[expected].tolist()
    assert items[0] == rec.items["item"][7]
    np.testing.assert_allclose(cosines, (unit @ unit[7])[expected], atol=1e-5)


def test_ranks_do_not_depend_on_the_block(recommender, catalogue):
    rec = recommender("lattice-mf-1")
    users_x, items_x = rec.embeddings
    scores = np.random.default_rng(0).normal(size=len(users_x)).astype(np.float32)
    whole = ranks(users_x, items_x, scores, rec.trained.seen)
    assert len(set(whole.tolist())) > 5
    for block in (1, 7, 40):
        assert (ranks(users_x, items_x, scores, rec.trained.seen, block) == whole).all()


def test_a_newcomer_lands_under_the_coefficients_of_a_what_if(recommender, catalogue):
    rec = recommender("lattice-mf-1").what_if(lambda_=0.2, k=4, alpha={"visual": 1, "textual": 3})
    placed = rec.fold_in_features(newcomer(catalogue, "new"))
    p = oracles.Parameters.of(rec.checkpoint.model)
    given = {m: torch.as_tensor(v).double() for m, v in newcomer(catalogue, "new").items()}
    warm = np.isin(np.arange(catalogue.n_items), catalogue.pairs("train")[:, 1])
    _, h = oracles.fold_in(p, given, 4, 0.2, {"visual": 0.25, "textual": 0.75}, p.item_embedding, warm)
    np.testing.assert_allclose(placed.h, h.detach(), atol=1e-5)


def removed(model, item: int):
    """The same weights without one item, and its raw vectors."""
    rows = [i for i in range(len(model.backbone.item_embedding)) if i != item]
    features = {m: model.raw(m)[rows] for m in model.modalities}
    rest = build(model.options, len(model.backbone.user_embedding), len(rows), NO_PAIRS, features)
    state = model.state_dict()
    of_items = {"backbone.item_embedding", *(f"raw_{m}" for m in model.modalities)}
    rest.load_state_dict({name: t[rows] if name in of_items else t for name, t in state.items()})
    return rest, {m: model.raw(m)[item] for m in model.modalities}


def placed_in(model, vectors):
    graph, x = ItemGraph.of(model), model.backbone.item_embedding.detach()
    return fold_in_item(model, graph, vectors, graph.propagate(x), x, torch.ones(len(x), dtype=torch.bool))


def test_placing_is_the_item_in_the_graph_without_embedding():
    # One-sided insertion is exact when no other item would have chosen the newcomer: the rest of the graph is the same.
    # So it is for one half-way between two tight clusters: whoever is in one has nearer ones there.
    features = clustered(spread=0.02).features
    n = len(features["visual"])
    torch.manual_seed(1)
    options = LatticeOptions(backbone=MFOptions(dim=8), k=4, lambda_=0.6, transform_dim=6)
    joined = {m: torch.as_tensor(np.vstack([f, f[0] + f[1]])) for m, f in features.items()}
    inside = build(options, 5, n + 1, NO_PAIRS, joined)
    with torch.no_grad():
        inside.backbone.item_embedding[n] = 0
        for graph in (g for pair in inside.graphs().values() for g in (pair.initial, pair.learned)):
            assert not graph.weights[:n][graph.indices[:n] == n].any()
        expected = inside.item_graph_embeddings()[n]
    assert expected.norm() > 0
    torch.testing.assert_close(placed_in(*removed(inside, n)).h, expected, rtol=1e-4, atol=1e-6)


HELD_OUT = (11, 17, 30, 40)


@pytest.fixture(scope="module", params=["lattice-mf-1", "lattice-lightgcn-1"])
def with_and_without(request):
    """Two trainings: with four items that are in the graph but in no interaction, and without them."""
    whole = clustered(cold=HELD_OUT, without={}, per_user=12)
    kept = ~np.isin(np.arange(whole.n_items), HELD_OUT)
    clicks = whole.interactions[whole.interactions["item"].isin(whole.items["item"][kept])].reset_index(drop=True)
    whole = replace(whole, interactions=clicks)
    features = {m: matrix[kept] for m, matrix in whole.features.items()}
    rest = replace(whole, items=whole.items[kept].reset_index(drop=True), features=features)
    trained = [Recommender.of(trained_on(dataset, request.param, epochs=12)) for dataset in (whole, rest)]
    return whole, *trained


def test_fold_in_ranks_users_as_a_graph_with_the_item_does(with_and_without):
    _, inside, _ = with_and_without
    for item in HELD_OUT:
        model = inside.checkpoint.model
        users = inside.embeddings[0]
        with torch.no_grad():
            graph = ItemGraph.of(model)
            x = model.backbone.item_embedding.clone()
            x[item] = 0  # nothing taught it anything: its first values are noise
            expected = users @ graph.propagate(x)[-1][item]
            found = users @ placed_in(*removed(model, item)).h
        # All that differs is that the catalogue's own edges don't move.
        assert scipy.stats.spearmanr(found, expected).statistic > 0.97


def test_fold_in_ranks_users_as_training_with_the_item_does(with_and_without):
    whole, inside, outside = with_and_without
    correlations = []
    for item in HELD_OUT:
        expected = pd.Series([inside.scores(user)[item] for user in inside.users], inside.users)
        placed = outside.fold_in_features({m: matrix[item] for m, matrix in whole.features.items()})
        found = placed.users.set_index("user")["score"][inside.users]
        correlations.append(scipy.stats.spearmanr(found, expected).statistic)
        own = np.array([int(user[1:]) % 4 == item % 4 for user in inside.users])
        assert roc_auc_score(own, expected) > 0.85
        assert roc_auc_score(own, found) > 0.85
    # Two trainings from other first weights, one of whose scores has the item's own untrained embedding in it, agree on
    # what content and clicks decide. Agreeing on no more than who is of the item's cluster (10 of 40 users) gives
    # 3 * 1/4 * 3/4 = 0.56 on average; unrelated rankings 0, and 0.16 is one's standard deviation.
    assert np.mean(correlations) > 0.6


def test_fold_in_takes_raw_vectors_and_refuses_without_encoder(recommender, catalogue):
    rec = recommender("lattice-mf-1")
    vectors = newcomer(catalogue, "new")
    np.testing.assert_array_equal(rec.fold_in(features=vectors).h, rec.fold_in_features(vectors).h)
    for given in ({"text": "a red shoe"}, {"image": b"no picture"}):
        with pytest.raises(InputError):
            rec.fold_in(**given)


@pytest.mark.parametrize(
    "vectors",
    [
        {},
        {"visual": np.zeros(12, dtype=np.float32)},
        {"audio": np.ones(12, dtype=np.float32)},
        {"visual": np.ones(11, dtype=np.float32)},
        {"visual": np.ones((1, 12), dtype=np.float32)},
        {"visual": np.full(12, np.nan, dtype=np.float32)},
        {"visual": np.full(12, np.inf, dtype=np.float32)},
    ],
)
@pytest.mark.parametrize("method", ["fold_in_features", "fold_in"])
def test_vectors_that_cannot_be_placed_are_refused(recommender, vectors, method):
    rec = recommender("lattice-mf-1")
    with pytest.raises(InputError) as refused:
        rec.fold_in_features(vectors) if method == "fold_in_features" else rec.fold_in(features=vectors)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("k", [0, 1])
def test_a_newcomer_without_others_to_choose_is_refused(recommender, catalogue, k):
    with pytest.raises(InputError, match=rf"^k is {k}.*2 or more$"):
        recommender("lattice-mf-1").what_if(k=k).fold_in_features(newcomer(catalogue, "new"))


def test_a_newcomer_like_nothing_warm_is_refused(recommender, catalogue):
    rec = recommender("lattice-mf-1").what_if(lambda_=1, alpha={"visual": 1})
    with pytest.raises(InputError):
        rec.fold_in_features({"textual": catalogue.features["textual"][0]})
