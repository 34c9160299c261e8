"""Boxes to pick a user or an item: what is searched, how equal titles are told apart, and what is sent."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from app.components.item_box import item_match
from app.components.items import Catalogue
from app.components.pictures import TILE_COLOURS, placeholder
from app.views.item_graph.catalogue_with_newcomers import CatalogueWithNewcomers
from app.views.recommend.user_box import similar_users, users_of
from app.views.recommend.what_if_panel import edge_label
from lattice.recommender import Recommender
from tests.app.test_catalogue_with_newcomers import newcomer


@pytest.fixture(scope="module")
def lattice(trained) -> Recommender:
    return Recommender.load(trained / "shapes" / "lattice")


def with_items(recommender: Recommender, **columns: list[str]) -> Recommender:
    """Return the same model on items whose first rows have other texts."""
    items = recommender.items.copy()
    for name, values in columns.items():
        items[name] = [*values, *(items[name] if name in items else [""] * len(items))][: len(items)]
    dataset = replace(recommender.checkpoint.dataset, items=items)
    return Recommender.of(replace(recommender.checkpoint, dataset=dataset))


def test_equal_titles_are_told_apart_by_id(lattice):
    catalogue = Catalogue(with_items(lattice, title=["Red shoes", "Red shoes", "Blue shoes"]))
    one, other, third = catalogue.ids[:3]
    assert [catalogue.label(i) for i in (one, other, third)] == [
        f"Red shoes · {one}",
        f"Red shoes · {other}",
        "Blue shoes",
    ]
    assert catalogue.label(one, 6) == f"Red s… · {one}"
    assert item_match(catalogue, one).line.endswith(one)
    names = [f"{third}~{one}", f"{third}~{other}"]
    assert len({edge_label(catalogue, name, 4) for name in names}) == 2


def test_titles_are_made_of_brand_and_last_category(lattice):
    kinds = ["Sport > Hunting > Tools", "A > B", ""]
    items = with_items(lattice, title=["", "", "", "Own"], brand=["Ghost", "", "", "B"], category=kinds)
    catalogue = Catalogue(items)
    first, second, third, fourth = catalogue.ids[:4]
    assert [catalogue.title(i) for i in catalogue.ids[:4]] == ["Ghost Tools", "B", third, "Own"]
    assert [catalogue.brief(i) for i in (first, second, third)] == [first, second, third]
    assert catalogue.brief(fourth).startswith("B")


def test_a_tile_follows_from_its_group():
    assert placeholder("Gun Holsters", "x") == placeholder("Gun Holsters", "y") != placeholder("Knives", "x")
    assert len({placeholder(f"Group {n}", "") for n in range(40)}) > 20
    assert placeholder("", "<b>") == placeholder("", "<b>")


@pytest.mark.parametrize("colour", TILE_COLOURS)
def test_letters_on_a_tile_are_readable(colour):
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    assert 1.05 / (np.dot([0.2126, 0.7152, 0.0722], linear) + 0.05) >= 4.5


def test_newcomers_are_found_before_items(lattice):
    found = newcomer(lattice, "star-red-large")
    catalogue = CatalogueWithNewcomers(lattice, Catalogue(lattice), (found,))
    index = catalogue.search_index
    assert index.search("thing new")[0] == "new-1"
    assert index.search("large red star")[0] == "star-red-large"
    assert "new-1" in index
    assert "star-red-large" in index
    assert "nothing" not in index
    assert len(index.search("", 5)) == 5
    assert catalogue.similar("new-1", 3) == found.placed.edges["item"].drop_duplicates().tolist()[:3]


def test_similar_users_are_those_of_the_highest_cosine(lattice):
    users = lattice.embeddings[0].numpy().astype(np.float64)
    unit = users / np.linalg.norm(users, axis=1, keepdims=True)
    near = pd.Series(unit @ unit[7], index=[str(user) for user in lattice.users]).drop(str(lattice.users[7]))
    assert similar_users(lattice, str(lattice.users[7]), 5) == near.nlargest(5).index.tolist()


def test_users_are_found_by_their_id(lattice):
    assert users_of(lattice, "users").search("31")[0] == "shopper 31"


@pytest.mark.parametrize("view", ["recommend", "item_graph", "fusion", "cold_start", "models"])
def test_no_box_lists_all_users_or_items(open_view, lattice, view):
    app = open_view(view)
    longest = max((len(box.options) for box in [*app.selectbox, *app.multiselect]), default=0)
    assert longest < min(len(lattice.users), len(lattice.items)) / 2
