"""Ranking and metrics against one plain loop a user, a sort of all scores, and sklearn's NDCG."""

import math

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array
from sklearn.metrics import ndcg_score

from lattice.errors import InputError
from lattice.evaluation import (
    NDCG_OF_HITS,
    best_scores,
    cold_pairs,
    evaluate,
    evaluate_cold,
    interaction_matrix,
    ndcg,
    rank,
    ranks,
)

USERS, ITEMS = 23, 31


def embeddings(seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(USERS, 4, generator=generator), torch.randn(ITEMS, 4, generator=generator)


def splits(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Training and held-out pairs, apart, in random order; users 0 to 2 have nothing held out, user 3 no training."""
    rng = np.random.default_rng(seed)
    which = rng.choice(3, size=(USERS, ITEMS), p=[0.6, 0.25, 0.15])
    which[:3][which[:3] == 2] = 0
    which[3][which[3] == 1] = 0
    return tuple(rng.permutation(np.argwhere(which == part)) for part in (1, 2))


def naive(embeddings, seen, relevant, k, candidates=None):
    """{user: (recall, precision, ndcg)} as one would write it on a blackboard."""
    users_x, items_x = (e.double().numpy() for e in embeddings)
    result = {}
    for user in range(len(users_x)):
        wanted = {i for u, i in relevant.tolist() if u == user}
        if not wanted:
            continue
        masked = {i for u, i in seen.tolist() if u == user}
        pool = range(len(items_x)) if candidates is None else candidates
        ranked = sorted((i for i in pool if i not in masked), key=lambda i: -(users_x[user] @ items_x[i]))[:k]
        hits = [item in wanted for item in ranked]
        gain = sum(1 / math.log2(position + 2) for position, hit in enumerate(hits) if hit)
        ideal = sum(1 / math.log2(position + 2) for position in range(min(k, len(wanted))))
        result[user] = (sum(hits) / len(wanted), sum(hits) / k, gain / ideal)
    return result


def assert_scores_equal(scores, expected, k):
    assert scores.users.tolist() == list(expected)
    for column, name in enumerate(("recall", "precision", "ndcg")):
        wanted = [values[column] for values in expected.values()]
        np.testing.assert_allclose(scores.per_user[f"{name}@{k}"], wanted, atol=1e-12)
        assert scores.means[f"{name}@{k}"] == pytest.approx(np.mean(wanted))


@pytest.mark.parametrize("seed", range(3))
def test_scores_are_those_of_a_plain_loop(seed):
    seen, relevant = splits(seed)
    scores = evaluate(embeddings(seed), seen, relevant, ks=(1, 5, 20))
    for k in (1, 5, 20):
        assert_scores_equal(scores, naive(embeddings(seed), seen, relevant, k), k)
    assert 0.05 < scores.means["recall@5"] < 0.6


def test_users_without_held_out_items_are_left_out():
    seen, relevant = splits()
    assert evaluate(embeddings(), seen, relevant).users.tolist() == sorted(set(relevant[:, 0].tolist()))
    assert not set(relevant[:, 0].tolist()) & {0, 1, 2}


@pytest.mark.parametrize("k", [3, 40])
def test_candidates_restrict_the_ranking(k):
    seen, relevant = splits()
    chosen = np.array([2, 3, 5, 7, 11, 13, 17, 19, 23, 29])
    scores = evaluate(embeddings(), seen, relevant, (k,), chosen)
    assert_scores_equal(scores, naive(embeddings(), seen, relevant, k, chosen.tolist()), k)


def test_a_list_longer_than_the_catalogue_finds_everything():
    seen, relevant = splits()
    scores = evaluate(embeddings(), seen, relevant, (ITEMS + 10,))
    assert_scores_equal(scores, naive(embeddings(), seen, relevant, ITEMS + 10), ITEMS + 10)
    assert scores.means[f"recall@{ITEMS + 10}"] == 1


def test_rank_leaves_out_seen_items_and_sorts_the_rest():
    seen, _ = splits()
    users_x, items_x = embeddings()
    items, values = rank(users_x, items_x, np.arange(USERS), ITEMS, interaction_matrix(seen, USERS, ITEMS))
    scores = (users_x.double() @ items_x.double().T).numpy()
    for user in range(USERS):
        own = set(seen[seen[:, 0] == user, 1].tolist())
        expected = [i for i in np.argsort(-scores[user]) if i not in own]
        assert items[user].tolist() == expected + [-1] * len(own)
        np.testing.assert_allclose(values[user, : len(expected)], scores[user, expected], atol=1e-5)
        assert np.isneginf(values[user, len(expected) :]).all()


@pytest.mark.parametrize("block", [1, 7, USERS])
def test_blocks_and_the_order_of_users_change_nothing(block):
    seen, _ = splits()
    grouped, order = interaction_matrix(seen, USERS, ITEMS), np.random.default_rng(0).permutation(USERS)
    whole = rank(*embeddings(), np.arange(USERS), 9, grouped)
    parts = rank(*embeddings(), order, 9, grouped, block=block)
    assert (parts[0] == whole[0][order]).all()
    np.testing.assert_allclose(parts[1], whole[1][order], atol=1e-6)


def test_a_candidate_given_twice_is_ranked_once_and_stays_masked():
    seen = np.array([[0, 4]])
    items, _ = rank(*embeddings(), np.array([0]), 9, interaction_matrix(seen, USERS, ITEMS), np.array([4, 9, 4, 9, 2]))
    assert sorted(items[0][items[0] >= 0].tolist()) == [2, 9]


def test_no_users_rank_nothing():
    items, values = rank(*embeddings(), np.array([], dtype=np.int64), 5)
    assert items.shape == values.shape == (0, 5)


def test_ranking_carries_no_gradient_and_changes_no_embedding():
    users_x, items_x = (e.requires_grad_() for e in embeddings())
    before = users_x.detach().clone(), items_x.detach().clone()
    rank(users_x, items_x, np.arange(USERS), 5, interaction_matrix(splits()[0], USERS, ITEMS))
    assert torch.equal(users_x, before[0])
    assert torch.equal(items_x, before[1])


@pytest.mark.parametrize("k", [1, 3, 8])
def test_ndcg_is_sklearns(k):
    rng = np.random.default_rng(0)
    relevance = rng.random((50, 12)) < 0.3
    relevance[:, 0] |= ~relevance.any(axis=1)
    score = rng.random((50, 12))
    order = np.argsort(-score, axis=1)
    ours = ndcg(np.take_along_axis(relevance, order, axis=1), relevance.sum(axis=1), k)
    assert ours.mean() == pytest.approx(ndcg_score(relevance, score, k=k))


def test_the_ideal_list_has_all_relevant_items_not_only_the_hits():
    hits = np.array([[True, False, False]])
    assert ndcg(hits, np.array([1]), 3)[0] == 1
    assert ndcg(hits, np.array([3]), 3)[0] == pytest.approx(1 / (1 + 1 / math.log2(3) + 0.5))
    assert ndcg(hits, np.array([9]), 3)[0] == ndcg(hits, np.array([3]), 3)[0]


def test_a_matrix_is_true_at_its_pairs_and_nowhere_else():
    pairs = np.array([[3, 1], [0, 5], [3, 0], [0, 2], [5, 5]])
    found = interaction_matrix(pairs, 7, 6).toarray()
    assert found.shape == (7, 6)
    assert sorted(map(tuple, pairs.tolist())) == [(u, i) for u in range(7) for i in range(6) if found[u, i]]


@pytest.mark.parametrize("n_items", [31, 32, 33, 700, 768])
@pytest.mark.parametrize("candidates", [None, "most", "few"])
def test_rank_and_ranks_equal_a_sort_of_every_score(n_items, candidates):
    """Whole numbers, so that scores are exact and ties many: what counts is which scores stand where."""
    rng = np.random.default_rng(n_items)
    users_x, items_x = rng.integers(-9, 10, (USERS, 4)), rng.integers(-9, 10, (n_items, 4))
    seen = np.argwhere(rng.random((USERS, n_items)) < 0.3)
    pool = None if candidates is None else rng.integers(0, n_items, {"most": 4 * n_items, "few": 9}[candidates])
    dense = (users_x @ items_x.T).astype(float)
    dense[tuple(seen.T)] = -np.inf
    if pool is not None:
        dense[:, np.setdiff1d(np.arange(n_items), pool)] = -np.inf
    own = rng.integers(-60, 60, USERS)
    given = torch.as_tensor(users_x).float(), torch.as_tensor(items_x).float()
    grouped = interaction_matrix(seen, USERS, n_items)

    items, values = rank(*given, np.arange(USERS), 2, grouped, pool, block=10)
    np.testing.assert_array_equal(values, -np.sort(-dense)[:, :2])
    assert (items[:, 0] != items[:, 1]).all()
    for user in range(USERS):
        assert [dense[user, i] if i >= 0 else -np.inf for i in items[user]] == values[user].tolist()

    wanted = rng.random((USERS, n_items)) < 0.02
    pairs = interaction_matrix(np.argwhere(wanted), USERS, n_items)
    some, _ = rank(*given, np.arange(USERS), 2, grouped, pool, block=10, wanted=pairs)
    left_out = (some < 0).all(axis=1)
    assert n_items < 700 or pool is not None or left_out.any()
    assert (some[~left_out] == items[~left_out]).all()
    for user in np.flatnonzero(left_out):  # everything that is wanted is below what the list holds
        assert dense[user][wanted[user]].max(initial=-np.inf) <= values[user, -1]

    found = ranks(*given, own.astype(np.float32), grouped, 10, pool)
    assert found.tolist() == (1 + (dense > own[:, None]).sum(axis=1)).tolist()


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("candidates", [None, [5, 2, 2, 30, 7]])
@pytest.mark.parametrize(("block", "k"), [(4, 6), (256, 6), (4, 1000)])
def test_best_scores_are_the_head_of_a_whole_sort(block, k, candidates, threads):
    users, items = torch.randn(23, 8), torch.randn(50, 8)
    seen = np.random.default_rng(0).random((23, 50)) < 0.4
    seen[3] = True  # who has everything
    dense = users.double().numpy() @ items.double().numpy().T
    dense[seen] = -np.inf
    if candidates:
        dense = dense[:, sorted(set(candidates))]
    told = []
    found = best_scores(
        users, items, k, csr_array(seen), candidates, block, threads, lambda done, of: told.append((done, of))
    )
    np.testing.assert_allclose(found.numpy(), -np.sort(-dense, axis=1)[:, :k], atol=1e-5)
    assert max(told) == (23, 23)
    assert len(told) == -(-23 // block) or threads > 1


def test_cold_pairs_are_of_items_that_training_never_names():
    train, held_out = np.array([[0, 1], [0, 3], [4, 1]]), np.array([[0, 0], [1, 1], [2, 4], [2, 3], [3, 2]])
    assert cold_pairs(train, held_out).tolist() == [[0, 0], [2, 4], [3, 2]]


def test_evaluate_cold_ranks_among_cold_items_and_among_all():
    train, relevant = splits()
    train = train[train[:, 1] >= 8]  # items 0 to 7 are cold
    relevant = relevant[relevant[:, 1] != 6]  # of which 6 is not in this split
    scores = evaluate_cold(embeddings(), train, relevant, ks=(2, 10))
    of_cold = relevant[relevant[:, 1] < 8]
    pool = [0, 1, 2, 3, 4, 5, 7]
    for k in (2, 10):
        assert_scores_equal(scores["among_cold"], naive(embeddings(), train, of_cold, k, pool), k)
        assert_scores_equal(scores["among_all"], naive(embeddings(), train, of_cold, k), k)
    assert scores["among_cold"].means["recall@10"] == 1


def test_the_cold_protocol_needs_cold_items():
    everything = np.argwhere(np.ones((USERS, ITEMS), dtype=bool))
    with pytest.raises(InputError, match="cold"):
        evaluate_cold(embeddings(), everything, np.array([[0, 1]]))


def test_ndcg_of_hits_is_over_the_best_order_of_the_hits_found():
    hits = np.array([[0, 1, 0, 1], [1, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1]], dtype=bool)
    gains = [1, 1 / math.log2(3), 1 / 2, 1 / math.log2(5)]
    two = (gains[1] + gains[3]) / (gains[0] + gains[1])
    relevant = np.array([9, 2, 3, 1])
    found = NDCG_OF_HITS.function(hits, relevant, 4)
    np.testing.assert_allclose(found, [two, 1, 0, gains[3]])
    np.testing.assert_allclose(NDCG_OF_HITS.function(hits, relevant, 3), [gains[1], 1, 0, 0])
    assert (found >= ndcg(hits, relevant, 4)).all()
    seen, held_out = splits()
    scores = evaluate(embeddings(), seen, held_out, (20,), metrics=[NDCG_OF_HITS])
    assert list(scores.per_user) == ["ndcg_of_hits@20"]
