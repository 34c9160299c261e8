"""Why not: the difference of two scores, split, against the dense equations; and the sample of users for what-ifs."""

import numpy as np
import pandas as pd
import pytest
import torch

from lattice.errors import InputError
from lattice.evaluation import evaluate, sampled
from tests import oracles
from tests.synthetic import COLD, GRAPHS, LAMBDA, NO_CONTENT, K, index, seen

NAMES = ["mf", "lightgcn", *GRAPHS]


def sorted_unseen(rec, user) -> list[str]:
    """What the user hasn't, by a plain sort of the scores."""
    scores, ids = rec.scores(user), list(rec.items["item"])
    own = seen(rec, user)
    return [ids[i] for i in np.argsort(-scores, kind="stable") if ids[i] not in own]


@pytest.mark.parametrize("name", NAMES)
def test_the_parts_of_a_difference_sum_to_it(recommender, name):
    rec = recommender(name)
    rng = np.random.default_rng(1)
    for user in rng.choice(rec.users, 6):
        scores = dict(zip(rec.items["item"], rec.scores(user), strict=True))
        order = sorted_unseen(rec, user)
        for item in [COLD, NO_CONTENT, *rng.choice(rec.items["item"], 6)]:
            found = rec.why_not(user, item, 5)
            contrast = found.contrast
            assert contrast.gap == pytest.approx(scores[order[4]] - scores[item], abs=1e-5)
            assert contrast.collaborative_gap + contrast.by_modality.sum() == pytest.approx(contrast.gap, abs=1e-5)
            assert contrast.neighbours["difference"].sum() == pytest.approx(contrast.by_modality.sum(), abs=1e-5)
            assert set(contrast.neighbours.query("owned")["item"]) <= seen(rec, user)


@pytest.mark.parametrize("name", NAMES)
def test_the_rank_is_a_plain_sort_s_for_seen_items_too(recommender, name):
    rec = recommender(name)
    user = "u11"
    order = sorted_unseen(rec, user)
    for place, item in enumerate(order, 1):
        found = rec.why_not(user, item, 3)
        assert (found.rank, found.seen, found.contrast.other.item) == (place, False, order[2])
    scores = rec.scores(user)
    for item in seen(rec, user):
        found = rec.why_not(user, item, 3)
        higher = sum(scores[index(rec, other)] > scores[index(rec, item)] for other in order)
        assert (found.rank, found.seen) == (higher + 1, True)


@pytest.mark.parametrize("name", GRAPHS)
def test_shares_of_modalities_and_neighbours_are_the_dense_sums(recommender, name):
    rec = recommender(name)
    user, item = "u05", sorted_unseen(rec, "u05")[30]
    contrast = rec.why_not(user, item, 2).contrast
    p = oracles.Parameters.of(rec.checkpoint.model)
    alpha = torch.softmax(p.alpha_logits, 0).detach()
    a = oracles.item_graph(p, K, LAMBDA).detach()
    before = torch.matrix_power(a, rec.checkpoint.options.item_layers - 1) @ p.item_embedding.detach()
    u = rec.embeddings[0][list(rec.users).index(user)].double()
    ends = {name: index(rec, e.item) for name, e in (("own", contrast.item), ("other", contrast.other))}
    lengths = {name: float((a @ before)[i].norm()) for name, i in ends.items()}
    values = {name: (a[i] * (before @ u) / lengths[name]).numpy() for name, i in ends.items()}
    table = contrast.neighbours.set_index("item")
    for neighbour, line in table.iterrows():
        j = index(rec, neighbour)
        assert line["own"] == pytest.approx(values["own"][j], abs=1e-4)
        assert line["difference"] == pytest.approx(values["other"][j] - values["own"][j], abs=1e-4)
    assert (table["difference"].abs().diff().dropna() <= 1e-12).all()
    for position, modality in enumerate(p.raw):
        one = oracles.item_graph(p, K, LAMBDA, torch.eye(len(p.raw), dtype=torch.float64)[position]).detach()
        terms = {n: float(alpha[position] * one[i] @ (before @ u)) / lengths[n] for n, i in ends.items()}
        assert contrast.by_modality[modality] == pytest.approx(terms["other"] - terms["own"], abs=1e-4)


@pytest.mark.parametrize("k", [0, -1])
def test_place_0_is_no_place(recommender, k):
    with pytest.raises(InputError, match="k is"):
        recommender("mf").why_not("u00", "i000", k)


def test_beyond_the_end_of_the_list_its_last_item_is_compared(recommender):
    rec = recommender("lattice-mf-1")
    found = rec.why_not("u00", "i000", 999)
    order = sorted_unseen(rec, "u00")
    assert (found.k, found.contrast.other.item) == (len(order), order[-1])


def test_a_sample_keeps_its_users_pairs_and_is_reproducible(catalogue):
    test = catalogue.pairs("test")
    some = sampled(test, 7, seed=3)
    users = set(some[:, 0])
    assert len(users) == 7
    assert sorted(map(tuple, some)) == sorted((u, i) for u, i in test.tolist() if u in users)
    assert np.array_equal(some, sampled(test, 7, seed=3))
    assert set(sampled(test, 7, seed=4)[:, 0]) != users
    assert np.array_equal(sampled(test, 10_000), test)


def test_recall_of_a_sample_is_the_share_of_hits_counted_by_hand(recommender, catalogue):
    rec = recommender("lattice-mf-1")
    some = sampled(catalogue.pairs("test"), 7)
    found = evaluate(rec.embeddings, catalogue.pairs("train"), some, (5,)).means["recall@5"]
    table = catalogue.interactions
    shares = []
    for u in sorted(set(some[:, 0])):
        user = rec.users[u]
        relevant = set(table[(table["user"] == user) & (table["split"] == "test")]["item"])
        shares.append(len(relevant & set(sorted_unseen(rec, user)[:5])) / len(relevant))
    assert found == pytest.approx(pd.Series(shares).mean())
