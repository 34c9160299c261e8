"""The sampler: every pair once, and negatives exactly uniform over what training saw and the user doesn't own."""

import numpy as np
import pytest
import scipy.stats
import torch

from lattice.training import Sampler

# Items 3 and 6 are cold; user 2 has nothing; user 4 owns every item that training saw.
OWNED = {0: [0, 2], 1: [8], 3: [1, 2, 4, 5, 7], 4: [0, 1, 2, 4, 5, 7, 8], 5: [0, 8, 4]}
PAIRS = torch.tensor([(user, item) for user, items in OWNED.items() for item in items])
POOL = {0, 1, 2, 4, 5, 7, 8}


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def uniform(n: int) -> torch.Tensor:
    return torch.rand(n, dtype=torch.float64, generator=generator())


def shuffled() -> torch.Tensor:
    return PAIRS[torch.randperm(len(PAIRS), generator=generator(7))]


def triples(sampler: Sampler, batch_size: int, seed: int) -> list[tuple[int, int, int]]:
    return [
        tuple(triple)
        for batch in sampler.epoch(batch_size, generator(seed))
        for triple in torch.stack(batch, 1).tolist()
    ]


@pytest.mark.parametrize("user", [0, 1, 2, 3, 5])
def test_negatives_are_uniform_over_items_that_a_user_lacks(user):
    sampler = Sampler.of(shuffled(), 6)
    drawn = sampler.negatives(torch.full((20_000,), user), uniform(20_000)).numpy()
    allowed = sorted(POOL - set(OWNED.get(user, [])))
    values, counts = np.unique(drawn, return_counts=True)
    assert values.tolist() == allowed
    assert scipy.stats.chisquare(counts).pvalue > 1e-3


def test_each_users_negatives_are_right_when_users_are_mixed():
    sampler = Sampler.of(shuffled(), 6)
    users = torch.tensor([5, 0, 3, 1, 0, 5, 2]).repeat(500)
    drawn = sampler.negatives(users, uniform(len(users)))
    for user, item in zip(users.tolist(), drawn.tolist(), strict=True):
        assert item in POOL - set(OWNED.get(user, []))


@pytest.mark.parametrize("n_items", [2, 40, 4095, 4096, 100_003])
@pytest.mark.parametrize(("number", "item"), [(0.0, 1), (np.nextafter(1, 0), -1)])
def test_negatives_reach_the_first_and_the_last_item(n_items, number, item):
    """Of those that user 0, who owns the first, doesn't own; user 1 owns them all but the first."""
    pairs = torch.stack([torch.ones(n_items, dtype=torch.int64), torch.arange(n_items)], dim=1)
    pairs[0, 0] = 0
    sampler = Sampler.of(pairs, 2)
    drawn = torch.tensor([number], dtype=torch.float64)
    assert sampler.negatives(torch.tensor([0]), drawn).tolist() == [range(n_items)[item]]


@pytest.mark.parametrize("n_items", [2, 40])
def test_negatives_are_right_on_random_interactions(n_items):
    taken = np.random.default_rng(n_items).random((30, n_items)) < 0.6
    pairs = np.argwhere(taken)
    sampler = Sampler.of(torch.as_tensor(pairs), 30)
    seen = set(pairs[:, 1])
    for seed in range(3):
        for user, positive, negative in triples(sampler, 64, seed):
            assert taken[user, positive]
            assert not taken[user, negative]
            assert negative in seen


@pytest.mark.parametrize("batch_size", [1, 4, 11, 100])
def test_sampler_epoch_covers_every_pair_with_a_negative_once(batch_size):
    sampler = Sampler.of(shuffled(), 6)
    expected = sorted((user, item) for user, items in OWNED.items() if user != 4 for item in items)
    assert sorted((u, i) for u, i, _ in triples(sampler, batch_size, 0)) == expected
    assert len(sampler) == len(expected)
    sizes = [len(batch[0]) for batch in sampler.epoch(batch_size, generator())]
    assert sizes[:-1] == [batch_size] * (len(sizes) - 1)


def test_sampler_pool_has_items_of_users_who_own_everything():
    sampler = Sampler.of(torch.tensor([(0, 0), (1, 0), (1, 1)]), 2)
    assert triples(sampler, 8, 0) == [(0, 0, 1)]


def test_the_order_is_random_and_the_seed_alone_decides_it():
    sampler = Sampler.of(shuffled(), 6)
    assert triples(sampler, 4, 1) == triples(sampler, 4, 1)
    assert [t[:2] for t in triples(sampler, 4, 1)] != [t[:2] for t in triples(sampler, 4, 2)]
    firsts = [triples(sampler, 4, seed)[0][:2] for seed in range(1100)]
    _, counts = np.unique(firsts, axis=0, return_counts=True)
    assert len(counts) == len(sampler)
    assert scipy.stats.chisquare(counts).pvalue > 1e-3


def test_the_order_of_the_pairs_given_does_not_matter():
    assert triples(Sampler.of(PAIRS, 6), 4, 3) == triples(Sampler.of(shuffled(), 6), 4, 3)
