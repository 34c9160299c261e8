"""The frontier and the calibration against lists that are sorted user by user."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array

from lattice import checkpoint as checkpoints
from lattice.calibration import ContentOptions
from lattice.data.cold import hold_out_items, without_cold
from lattice.errors import InputError
from lattice.experiments import content_baselines
from lattice.experiments.calibrate import calibrate, calibrate_on
from lattice.experiments.frontier import LOSSES, MAX_OFFSET, K, frontier, gini, top_lists
from lattice.experiments.new_item_trial import NewItemTrial
from lattice.recommender import Recommender
from tests.synthetic import clustered, trained_on

W, N_NEW, USERS = 60, 30, 25


@pytest.fixture(scope="module")
def shop():
    """Random scores [U, W + n], seen and held-out pairs."""
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(USERS, W + N_NEW)).astype(np.float32)
    seen = rng.random(scores.shape) < 0.1
    held_out = (rng.random(scores.shape) < 0.1) & ~seen
    held_out[0] = False
    held_out[1, W:] = False
    return scores, csr_array(seen), csr_array(held_out)


def lists(shop):
    scores, seen, held_out = shop
    return top_lists(lambda rows: iter([torch.tensor(scores[rows])]), W, seen, held_out, block=7)[0]


def by_hand(shop, offset):
    """Recall of warm and of new items and NDCG of new ones, from whole sorted lists."""
    scores, seen, held_out = shop[0].astype(np.float64).copy(), shop[1].toarray(), shop[2].toarray()
    scores[:, W:] += offset
    warm, cold, ndcg = [], [], []
    for u in range(USERS):
        order = [i for i in np.argsort(-scores[u]) if not seen[u, i]][:K]
        wanted = np.flatnonzero(held_out[u])
        known, new = wanted[wanted < W], wanted[wanted >= W]
        if len(known):
            warm.append(len(set(order) & set(known)) / len(known))
        if len(new):
            cold.append(len(set(order) & set(new)) / len(new))
            gain = sum(1 / np.log2(place + 2) for place, i in enumerate(order) if i in new)
            ndcg.append(gain / sum(1 / np.log2(place + 2) for place in range(min(K, len(new)))))
    return np.mean(warm), np.mean(cold), np.mean(ndcg)


@pytest.mark.parametrize("offset", [-12.0, -1.0, 0.0, 0.7, 12.0])
def test_recalls_at_an_offset_are_those_of_the_sorted_lists(shop, offset):
    found = lists(shop).recalls(offset)
    assert (found.warm, found.cold, found.cold_ndcg) == pytest.approx(by_hand(shop, offset), abs=1e-6)


@pytest.mark.parametrize("loss", [0.05, 0.2, 0.5])
def test_the_offset_is_the_highest_that_keeps_the_recall(shop, loss):
    found = lists(shop)
    least = (1 - loss) * found.warm_recall()
    offset = found.offset_for(least)
    assert by_hand(shop, offset)[0] >= least
    assert by_hand(shop, offset + 0.01)[0] < least or by_hand(shop, offset + 0.3)[0] < least
    assert found.offset_for(found.warm_recall() + 0.01) is None


def test_a_frontier_has_a_row_per_loss_that_can_be_kept(shop):
    found = lists(shop)
    base = found.warm_recall()
    rows = frontier("ours", found, base, own_point=True)
    assert [row["loss"] for row in rows[:-1]] == list(LOSSES)
    for row in rows[:-1]:
        assert row["warm_recall@20"] >= (1 - row["loss"]) * base
        assert row["cold_recall@20"] == pytest.approx(by_hand(shop, row["offset"])[1], abs=1e-6)
    assert (rows[-1]["offset"], rows[-1]["warm_recall@20"]) == (0, pytest.approx(by_hand(shop, 0.0)[0], abs=1e-6))
    assert rows[-1]["loss"] == pytest.approx(1 - by_hand(shop, 0.0)[0] / base, abs=1e-4)
    assert [row["loss"] for row in frontier("poor", found, base * 1.04)] == [0.05, 0.1, 0.2]


def test_ndcg_of_each_kind_is_that_of_its_own_list(shop):
    scores, seen, held_out = shop
    expected = []
    for columns in (slice(0, W), slice(W, None)):
        values = []
        for u in range(USERS):
            own, wanted = scores[u, columns], np.flatnonzero(held_out.toarray()[u, columns])
            order = [i for i in np.argsort(-own) if not seen.toarray()[u, columns][i]][:K]
            gain = sum(1 / np.log2(place + 2) for place, i in enumerate(order) if i in wanted)
            ideal = sum(1 / np.log2(place + 2) for place in range(min(K, len(wanted))))
            values += [gain / ideal] if len(wanted) else []
        expected.append(np.mean(values))
    assert lists(shop).ndcg() == pytest.approx(expected, abs=1e-6)


def test_gini_is_half_the_mean_difference_over_the_mean():
    counts = np.array([0, 3, 3, 10, 1])
    expected = np.abs(counts[:, None] - counts[None]).mean() / 2 / counts.mean()
    assert gini(counts) == pytest.approx(expected)
    assert gini(np.full(7, 4)) == pytest.approx(0)
    assert gini(np.zeros(3)) == 0


def test_impressions_count_the_lists_that_show_an_item(shop):
    scores, seen, _ = shop
    counts = np.zeros(N_NEW)
    for u in range(USERS):
        moved = scores[u] + np.where(np.arange(W + N_NEW) >= W, 0.5, 0)
        order = [i for i in np.argsort(-moved) if not seen.toarray()[u, i]][:K]
        counts += np.isin(np.arange(W, W + N_NEW), order)
    assert lists(shop).impressions(0.5, N_NEW).tolist() == counts.tolist()


# --- trials and calibration -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole():
    return hold_out_items(clustered(n_users=60, n_items=80, cold=(), without={}, per_user=14), share=0.25, seed=3)


@pytest.fixture(scope="module")
def outside(whole) -> Recommender:
    return Recommender.of(trained_on(without_cold(whole), "lattice-mf-1", epochs=12))


def test_a_trial_scores_warm_items_as_the_recommender_does(whole, outside):
    trial = NewItemTrial.unseen(outside, whole)
    options = ContentOptions(0.3, 0.3, 3.0)
    space, items = trial.vectors(options)
    rec = replace(outside, content=outside.trained.content_scores(options))
    expected = np.stack([rec.scores(user) for user in rec.users])
    np.testing.assert_allclose((space.users.whole() @ items[: len(trial.warm)].T).numpy(), expected, atol=1e-5)
    one, two = trial.lists("valid", options), trial.lists_by_weight("valid", options, [0.1, 0.3], everybody(trial))[1]
    np.testing.assert_allclose(one.warm, two.warm, atol=1e-4)
    assert one.recalls(0.3).cold == pytest.approx(two.recalls(0.3).cold, abs=0.02)


def everybody(trial: NewItemTrial) -> np.ndarray:
    return np.arange(trial.seen.shape[0])


def test_some_users_choose_and_their_lists_are_those_of_all(whole, outside):
    trial = NewItemTrial.unseen(outside, whole)
    wanting = np.flatnonzero(trial.held_out["valid"].toarray().any(axis=1))
    assert trial.choosers("valid", 1000).tolist() == wanting.tolist()
    some = trial.choosers("valid", 9)
    assert len(set(some)) == 9
    assert set(some) <= set(wanting)
    assert (np.diff(some) > 0).all()
    assert trial.choosers("valid", 9).tolist() == some.tolist()
    options, weights = ContentOptions(1.0, 1.0, 3.0), [0.1, 0.3]
    whole_lists = trial.lists_by_weight("valid", options, weights, everybody(trial))
    for one, other in zip(trial.lists_by_weight("valid", options, weights, some), whole_lists, strict=True):
        np.testing.assert_allclose(one.warm, other.of(some).warm, rtol=1e-4)
        np.testing.assert_allclose(one.new, other.of(some).new, rtol=1e-4)
        assert one.ndcg() == pytest.approx(other.of(some).ndcg(), abs=0.02)


def test_item_knn_on_content_sums_cosines_to_what_a_user_has(whole, outside, monkeypatch):
    """In blocks of two items, so that an item's own cosine is left out in each of them."""
    trial = NewItemTrial.unseen(outside, whole)
    n_warm = len(trial.warm)
    monkeypatch.setattr(content_baselines, "BLOCK", 2 * n_warm)
    content = content_baselines._content(trial).double().numpy()
    unit = content / np.linalg.norm(content, axis=1, keepdims=True)
    cosine = unit @ unit[:n_warm].T
    cosine[np.arange(n_warm), np.arange(n_warm)] = 0
    kept = np.sort(cosine, axis=1)[:, -content_baselines.NEIGHBOURS][:, None]
    cosine = np.where(cosine >= kept, cosine, 0).clip(min=0)
    expected = trial.seen[:, :n_warm].toarray() @ cosine.T
    expected /= expected[:, :n_warm].std(axis=1, keepdims=True)
    (found,) = content_baselines.item_knn(trial)(slice(0, len(expected)))
    np.testing.assert_allclose(found.numpy(), expected, atol=1e-4)


def test_calibration_needs_somebody_who_wants_new_items(whole, outside):
    trial = NewItemTrial.unseen(outside, whole)
    nobody = trial.held_out["valid"].toarray()
    nobody[:, len(trial.warm) :] = False
    with pytest.raises(InputError, match="validation has no interactions with new items"):
        calibrate_on(replace(trial, held_out={"valid": csr_array(nobody)}))


def test_simulated_new_items_are_used_nowhere(outside):
    """Nothing that is said of hidden items' ID embeddings or interactions moves their folded-in vectors."""
    trial = NewItemTrial.simulate(outside)
    r, hidden = trial.recommender, trial.recommender.trained.hidden
    assert not set(trial.warm) & set(np.flatnonzero(hidden.numpy()))
    assert trial.n_new == round(0.2 * int(outside.trained.warm.sum()))
    assert not r.trained.warm[hidden].any()
    before = trial.completed.clone()
    layers = [x.clone() for x in r.layers]
    for x in layers:
        x[hidden] = torch.nan
    from lattice.inference.new_items import embed_new_items

    masked = [torch.where(hidden[:, None], torch.zeros(()), x) for x in layers]
    after = embed_new_items(r.trained, r.item_graph, masked, trial.features, "both")
    torch.testing.assert_close(before, after)


@pytest.mark.parametrize("simulated", [True, False])
def test_calibration_keeps_what_it_promises_on_validation(whole, outside, simulated):
    found = calibrate(outside, None if simulated else whole)
    trial = NewItemTrial.simulate(outside) if simulated else NewItemTrial.unseen(outside, whole)
    chosen = trial.lists("valid", found.content if found.content.counts else None)
    base = chosen.warm_recall() / (chosen.ndcg()[0] / trial.lists("valid").ndcg()[0])
    assert chosen.ndcg()[0] >= trial.lists("valid").ndcg()[0]
    assert [point.loss for point in found.curve] == list(LOSSES)
    for point in found.curve:
        assert point.offset == -MAX_OFFSET or chosen.recalls(point.offset).warm >= (1 - point.loss) * base - 1e-6
        assert point.cold_recall == pytest.approx(chosen.recalls(point.offset).cold, abs=1e-4)
    assert found.newcomers == ("simulated" if simulated else "unseen")


def test_a_model_without_item_graph_is_calibrated_too(trained):
    recommender = Recommender.of(trained("vbpr"))
    trial = NewItemTrial.simulate(recommender)
    users, items = (x.double().numpy() for x in recommender.embeddings)
    known = trial.recommender.trained.warm.numpy()
    average = (users @ items[known].T).mean(axis=1)
    np.testing.assert_allclose(
        users @ trial.completed.double().numpy().T, average[:, None].repeat(trial.n_new, 1), atol=1e-5
    )
    found = calibrate(recommender)
    assert found.newcomers == "simulated"
    assert [point.loss for point in found.curve] == list(LOSSES)


def test_a_calibration_is_kept_with_its_checkpoint(whole, outside, tmp_path):
    found = calibrate(outside, whole)
    checkpoints.save(outside.checkpoint, tmp_path / "a")
    assert checkpoints.load(tmp_path / "a").calibration is None
    checkpoints.save_calibration(found, tmp_path / "a")
    read = checkpoints.load(tmp_path / "a")
    assert read.calibration == found
    checkpoints.save(read, tmp_path / "b")
    assert checkpoints.load(tmp_path / "b").calibration == found
    (tmp_path / "b" / checkpoints.CALIBRATION).write_text('{"content": {}}')
    with pytest.warns(UserWarning, match="lattice calibrate"):
        assert checkpoints.load(tmp_path / "b", verify=False).calibration is None
