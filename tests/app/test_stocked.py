"""Newcomers in the catalogue and in the item graph."""

from dataclasses import replace

import pytest

from app.components.session_shop import Newcomer
from app.components.stocked import Stocked
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
