"""The cold-start protocols against rankings written out user by user."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from lattice.cold_start import choose_lift, content_profile, folded_in, newcomers, transductive
from lattice.data.cold import hold_out_items, without_cold
from lattice.data.dataset import check
from lattice.errors import InputError
from lattice.recommender import Recommender
from tests.synthetic import clustered, trained_on


@pytest.fixture(scope="module")
def whole():
    dataset = clustered(cold=(), without={}, per_user=12)
    # What is written for the reader of the catalogue's order: users come in another order once items are gone.
    shuffled = dataset.interactions.sample(frac=1, random_state=0, ignore_index=True)
    return hold_out_items(check(replace(dataset, interactions=shuffled)), share=0.25, seed=3)


@pytest.fixture(scope="module")
def outside(whole) -> Recommender:
    """Trained without the newcomers."""
    return Recommender.of(trained_on(without_cold(whole), "lattice-mf-1", epochs=12))


def recalls(users, items, seen, held_out, k) -> list[float]:
    """Recall at k, user by user, of score vectors; seen and held_out: user -> set of item positions."""
    found = []
    for u, wanted in held_out.items():
        if wanted:
            scores = items @ users[u]
            scores[list(seen.get(u, ()))] = -np.inf
            found.append(len(set(np.argsort(-scores)[:k].tolist()) & wanted) / len(wanted))
    return found


def test_a_catalogue_without_its_cold_items_keeps_all_else(whole):
    rest = without_cold(whole)
    train = set(whole.interactions.query("split == 'train'")["item"])
    assert set(rest.items["item"]) == train
    assert len(rest.items) == whole.n_items - round(0.25 * whole.n_items)
    rows = [list(whole.items["item"]).index(item) for item in rest.items["item"]]
    for modality, matrix in rest.features.items():
        np.testing.assert_array_equal(matrix, whole.features[modality][rows])
    assert (rest.interactions["split"] == "train").sum() == (whole.interactions["split"] == "train").sum()


@pytest.mark.parametrize("completion", ["none", "neighbours", "both"])
def test_many_newcomers_are_placed_as_each_is(whole, outside, completion):
    new = ~whole.items["item"].isin(outside.items["item"]).to_numpy()
    features = {m: torch.as_tensor(x[new]) for m, x in whole.features.items()}
    together = newcomers(outside, features, completion, 1.5, block=4)
    for row, vector in enumerate(together):
        one = {m: x[row].numpy() for m, x in features.items()}
        np.testing.assert_allclose(vector, outside.place(one, completion, 1.5).embedding, atol=1e-5)


def test_fold_in_is_ranked_on_raw_ids_among_the_cold_and_among_all(whole, outside):
    found = folded_in(outside, whole, "neighbours").scores("test", (5,))
    known, table = list(outside.items["item"]), whole.interactions
    every = known + [item for item in whole.items["item"] if item not in known]
    row = {item: i for i, item in enumerate(whole.items["item"])}
    items = [outside.embeddings[1][known.index(i)].numpy() if i in known else None for i in every]
    for position, item in enumerate(every):
        if items[position] is None:
            vectors = {m: x[row[item]] for m, x in whole.features.items()}
            items[position] = outside.place(vectors, "neighbours").embedding
    items = np.array(items, dtype=np.float64)
    users = {u: x.double().numpy() for u, x in zip(outside.users, outside.embeddings[0], strict=True)}

    def of(split, keep):
        chosen = table[(table["split"] == split) & table["item"].map(keep)]
        pairs = chosen.groupby("user")["item"]
        return {user: {every.index(item) for item in held} for user, held in pairs if user in users}

    seen, cold, warm = of("train", lambda i: True), of("test", lambda i: i not in known), of("test", known.__contains__)
    assert found["among_all"]["recall@5"] == pytest.approx(np.mean(recalls(users, items, seen, cold, 5)))
    assert found["warm"]["recall@5"] == pytest.approx(np.mean(recalls(users, items, seen, warm, 5)))
    candidates = sorted(set().union(*cold.values()))
    position = {item: i for i, item in enumerate(candidates)}
    among = {user: {position[item] for item in held} for user, held in cold.items()}
    assert found["among_cold"]["recall@5"] == pytest.approx(np.mean(recalls(users, items[candidates], {}, among, 5)))
    assert found["among_cold"]["candidates"] == len(candidates)


def test_fold_in_beats_chance_and_what_a_model_of_purchases_knows_of_newcomers(whole, outside):
    among = folded_in(outside, whole).scores("test", (5,))["among_cold"]
    purchases = transductive(Recommender.of(trained_on(whole, "lightgcn", epochs=12)))
    assert among["recall@5"] > 1.3 * 5 / among["candidates"]
    assert among["recall@5"] > purchases.scores("test", (5,))["among_cold"]["recall@5"]


def test_the_content_profile_sums_what_a_user_has(whole):
    found = content_profile(whole, ["textual"])
    raw = whole.features["textual"].astype(np.float64)
    unit = raw / np.linalg.norm(raw, axis=1, keepdims=True)
    train = whole.pairs("train")
    away = unit - unit[np.unique(train[:, 1])].mean(axis=0)
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    expected = np.zeros((whole.n_users, raw.shape[1]))
    for user, item in train:
        expected[user] += away[item]
    np.testing.assert_allclose(found.users @ found.items.T, expected @ away.T, atol=1e-4)


def test_a_lift_is_the_highest_that_costs_the_warm_items_no_more_than_allowed(whole, outside):
    def warm(lift):
        return folded_in(outside, whole, "neighbours", lift).scores("valid", (20,))["warm"]["recall@20"]

    lift = choose_lift(outside, whole, "neighbours", cost=0.05)
    allowed = 0.95 * warm(1e-6)
    assert warm(lift) >= allowed
    assert warm(lift + 0.06) < allowed


def test_a_lift_without_a_price_is_refused(whole, outside):
    train = whole.interactions["split"] == "train"
    cold = ~whole.interactions["item"].isin(outside.items["item"])
    with pytest.raises(InputError, match="has no price"):
        choose_lift(outside, replace(whole, interactions=whole.interactions[train | cold]), "none")


def test_a_dataset_of_which_everything_is_known_is_refused(whole, outside):
    with pytest.raises(InputError, match="--without-cold"):
        folded_in(outside, without_cold(whole))
    with pytest.raises(InputError, match="no visual features"):
        folded_in(outside, replace(whole, features={"textual": whole.features["textual"]}))
