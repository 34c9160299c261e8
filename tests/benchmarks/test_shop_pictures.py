"""What an item's neighbours share, against counting and against drawn tastes."""

import numpy as np
import pytest

from benchmarks.shop_pictures import neighbours, perfect, shared, shared_taste
from demo.shop.catalogue import stock
from demo.shop.shoppers import TASTES, traits


@pytest.fixture(scope="module")
def facts():
    return traits(stock(0, 140))


def test_traits_are_what_the_items_are(facts):
    items = stock(0, 140)
    assert list(facts) == list(TASTES)
    for a, b in [(0, 1), (5, 90), (30, 31)]:
        assert bool(facts["colour"][a] @ facts["colour"][b]) == (items[a].look.family == items[b].look.family)
        assert facts["purpose"][a] @ facts["purpose"][b] == len(set(items[a].purposes) & set(items[b].purposes))


def test_shared_counts_the_neighbours_with_the_fact(facts):
    near = np.random.default_rng(0).integers(0, 140, (140, 3))
    kinds = [item.kind.name for item in stock(0, 140)]
    expected = np.mean([kinds[i] == kinds[j] for i in range(140) for j in near[i]])
    assert shared(facts, near)["type"] == pytest.approx(expected)


def test_shared_taste_is_the_covariance_of_drawn_tastes(facts):
    rng, near = np.random.default_rng(1), np.random.default_rng(0).integers(0, 140, (140, 3))
    draws = [x @ rng.normal(0, TASTES[name], (x.shape[1], 20_000)) for name, x in facts.items()]
    taste = np.sum(draws, axis=0)
    taste -= taste.mean(axis=0)
    covariance = (taste[near] * taste[:, None]).mean(axis=2).mean() / (taste * taste).mean()
    assert shared_taste(facts, near)["all"] == pytest.approx(covariance, abs=0.01)
    assert shared_taste(facts, np.arange(140)[:, None])["all"] == pytest.approx(1)


def test_a_perfect_picture_s_neighbours_share_its_look(facts):
    near = neighbours(perfect(facts, ("type", "colour", "pattern")))
    chance = np.random.default_rng(0).integers(0, 140, (140, 10))
    assert not (near == np.arange(140)[:, None]).any()
    assert shared(facts, near)["colour"] > 3 * shared(facts, chance)["colour"]
