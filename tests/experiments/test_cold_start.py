"""The cold-start protocols against rankings written out user by user."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from lattice.data.cold import hold_out_items, without_cold
from lattice.data.dataset import check
from lattice.errors import InputError
from lattice.experiments.cold_start import (
    best_profile,
    content_profile,
    folded_in,
    report,
    transductive,
)
from lattice.inference.new_items import embed_new_items
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


def test_hold_out_items_moves_nothing_but_cold_items():
    dataset = clustered(cold=(), without={}, per_user=12)
    held = hold_out_items(dataset, share=0.25, seed=3)
    before, after = dataset.interactions, held.interactions
    pd.testing.assert_frame_equal(before[["user", "item"]], after[["user", "item"]])
    cold = set(after["item"]) - set(after.loc[after["split"] == "train", "item"])
    assert len(cold) == round(0.25 * dataset.n_items)
    splits = after[after["item"].isin(cold)].groupby("item")["split"].unique().map(list)
    assert sorted(splits.map(len).unique()) == [1]
    assert abs((splits.str[0] == "valid").sum() - (splits.str[0] == "test").sum()) <= 1
    warm = ~after["item"].isin(cold)
    pd.testing.assert_series_equal(before.loc[warm, "split"], after.loc[warm, "split"])


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
    together = embed_new_items(outside.trained, outside.item_graph, outside.layers, features, completion, block=4)
    for row, vector in enumerate(together):
        one = {m: x[row].numpy() for m, x in features.items()}
        np.testing.assert_allclose(vector, outside.fold_in_features(one, completion).embedding, atol=1e-5)


def test_folded_in_is_ranked_on_raw_ids_among_cold_and_all(whole, outside):
    found = folded_in(outside, whole, "neighbours").scores("test", (5,))
    known, table = list(outside.items["item"]), whole.interactions
    every = known + [item for item in whole.items["item"] if item not in known]
    row = {item: i for i, item in enumerate(whole.items["item"])}
    items = [outside.embeddings[1][known.index(i)].numpy() if i in known else None for i in every]
    for position, item in enumerate(every):
        if items[position] is None:
            vectors = {m: x[row[item]] for m, x in whole.features.items()}
            items[position] = outside.fold_in_features(vectors, "neighbours").embedding
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


def test_fold_in_beats_chance_and_models_without_content(whole, outside):
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


def test_the_best_profile_is_validation_s_best():
    """One modality tells where validation's cold items belong, the other where test's do; more are ranked than 20."""
    whole = hold_out_items(clustered(n_users=200, n_items=200, cold=(), without={}, per_user=40), share=0.5, seed=3)
    content, rng = whole.features["textual"], np.random.default_rng(0)
    warm = whole.pairs("train")[:, 1]
    cold = {split: np.setdiff1d(whole.pairs(split)[:, 1], warm) for split in ("valid", "test")}
    features = {}
    for knows, other in (("test", "valid"), ("valid", "test")):
        features[f"knows_{knows}"] = content.copy()
        features[f"knows_{knows}"][cold[other]] = rng.normal(size=(len(cold[other]), content.shape[1]))
    encoders = dict.fromkeys(features, whole.encoders["textual"])
    whole = check(replace(whole, features=features, encoders=encoders))
    name, profile = best_profile(whole)
    assert name == "knows_valid"
    torch.testing.assert_close(profile.items, content_profile(whole, [name]).items)


@pytest.mark.parametrize("split", ["valid", "test"])
@pytest.mark.parametrize("completion", ["none", "both"])
def test_a_report_is_of_its_split_and_completion(whole, outside, split, completion):
    found = report(outside, whole, True, completion, split, (5,))
    expected = folded_in(outside, whole, completion).scores(split, (5,))
    assert {name: found[name] for name in expected} == expected
    name, profile = best_profile(whole)
    assert found[f"content_profile ({name})"] == profile.scores(split, (5,))["among_cold"]
    assert found["completion"] == completion


def test_a_report_of_known_items_is_the_model_s_own(whole):
    known = Recommender.of(trained_on(whole, "lattice-mf-1"))
    found = report(known, whole, False, "none", "valid", (5,))
    expected = transductive(known).scores("valid", (5,))
    assert {name: found[name] for name in expected} == expected


def test_another_dataset_than_the_checkpoint_s_is_refused(whole, outside):
    """Other splits, other features, features of another width: nothing of it would be what it looks like."""
    splits = whole.interactions.assign(split=whole.interactions["split"].replace({"valid": "test", "test": "valid"}))
    wider = {m: np.hstack([x, x]) for m, x in whole.features.items()}
    moved = {m: x + 1 for m, x in whole.features.items()}
    for change in ({"interactions": splits}, {"features": wider}, {"features": moved}):
        other = check(replace(whole, **change))
        with pytest.raises(InputError, match="isn't what the checkpoint was trained on"):
            report(outside, other, True, "none", "test", (5,))
    known = Recommender.of(trained_on(whole, "mf"))
    with pytest.raises(InputError, match="isn't what the checkpoint was trained on"):
        report(known, check(replace(whole, features=moved)), False, "none", "test", (5,))


def test_a_dataset_of_which_everything_is_known_is_refused(whole, outside):
    with pytest.raises(InputError, match="--without-cold"):
        folded_in(outside, without_cold(whole))
    with pytest.raises(InputError, match="no visual features"):
        folded_in(outside, replace(whole, features={"textual": whole.features["textual"]}))
