"""Newcomers in the catalogue and in LATTICE's lists."""

from dataclasses import replace

import numpy as np
import pytest

from app.components.lists import full_ranking
from app.components.session_shop import Newcomer
from app.components.stocked import Stocked, with_newcomers
from lattice.recommender import Recommender


@pytest.fixture(scope="module")
def lattice(trained) -> Recommender:
    return Recommender.load(trained / "shapes" / "lattice")


def newcomer(recommender: Recommender, like: str, completion: bool = True, id: str = "new-1") -> Newcomer:
    """A newcomer with the raw features of an item that is there."""
    row = list(recommender.items["item"]).index(like)
    model = recommender.checkpoint.model
    vectors = {m: model.raw(m)[row].numpy().copy() for m in recommender.modalities}
    placed = recommender.place(vectors, completion)
    return Newcomer(id, "A <b>new</b> thing", "", "data:image/x", vectors, completion, placed)


def test_a_newcomer_stands_where_its_score_puts_it(lattice):
    found = newcomer(lattice, "star-red-large")
    for user in map(str, lattice.users[:20]):
        own = full_ranking(lattice, user)
        merged = with_newcomers(own, [found], user)
        expected = float(lattice.embeddings[0][list(lattice.users).index(user)].numpy() @ found.placed.embedding)
        place = merged.rank[found.id]
        assert merged.scores[place - 1] == pytest.approx(expected, abs=1e-5)
        assert place == 1 + sum(score > expected for score in own.scores) == found.place(user)
        assert [item for item in merged.items if item != found.id] == own.items
        assert (np.diff(merged.scores) <= 0).all()


def test_several_newcomers_stand_in_order_and_the_list_given_stays_as_it_is(lattice):
    several = [newcomer(lattice, like, id=f"new-{like}") for like in ("star-red-large", "ring-blue-small")]
    own = full_ranking(lattice, "shopper 03")
    before = list(own.items)
    merged = with_newcomers(own, several, "shopper 03")
    assert own.items == before
    assert len(merged.items) == len(before) + 2
    first, second = sorted(several, key=lambda n: -n.score("shopper 03"))
    assert merged.rank[first.id] < merged.rank[second.id]
    assert merged.rank == {item: place for place, item in enumerate(merged.items, 1)}


def test_newcomers_are_looked_up_as_items_are_and_ids_stay_the_catalogues(lattice):
    found = newcomer(lattice, "star-red-large")
    shown = Stocked(lattice, (found,))
    assert shown.title(found.id) == found.title
    assert shown.picture(found.id) == "data:image/x"
    assert "completion" in shown.detail(found.id)
    assert shown.title("star-red-large") == "large red star"
    assert shown.picture("star-red-large").startswith("data:image/webp")
    assert found.id not in shown.ids
    assert replace(shown, newcomers=()).titles.keys() == set(shown.ids)
