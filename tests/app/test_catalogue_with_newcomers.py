"""Newcomers in the catalogue and in the item graph."""

from dataclasses import replace

import numpy as np
import pytest

from app.components.items import Catalogue
from app.components.scoring import Scoring
from app.components.session_shop import Newcomer
from app.views.item_graph.catalogue_with_newcomers import CatalogueWithNewcomers
from app.views.item_graph.neighbours import Look
from app.views.item_graph.newcomer_neighbours import around_newcomer, similarity
from lattice.inference.completion import Completion
from lattice.recommender import Recommender
from tests.app.reading import html, widget


@pytest.fixture(scope="module")
def lattice(trained) -> Recommender:
    return Recommender.load(trained / "shapes" / "lattice")


def newcomer(recommender: Recommender, like: str, completion: Completion = "neighbours", id: str = "new-1") -> Newcomer:
    """A newcomer with the raw features of an item that is there."""
    row = list(recommender.items["item"]).index(like)
    model = recommender.checkpoint.model
    vectors = {m: model.raw(m)[row].numpy().copy() for m in recommender.modalities}
    placed = recommender.fold_in_features(vectors, completion)
    return Newcomer(id, "A <b>new</b> thing", "", "data:image/x", vectors, Scoring(completion), placed)


def test_catalogue_with_newcomers_keeps_its_own_ids(lattice):
    found = newcomer(lattice, "star-red-large")
    shown = CatalogueWithNewcomers(lattice, Catalogue(lattice), (found,))
    assert shown.title(found.id) == found.title
    assert shown.picture(found.id) == "data:image/x"
    assert "completed by its neighbours" in shown.detail(found.id)
    assert shown.title("star-red-large") == "large red star"
    assert shown.picture("star-red-large").startswith("/picture/")
    assert found.id not in shown.ids
    assert replace(shown, newcomers=()).titles.keys() == set(shown.ids)


@pytest.mark.parametrize("graph", ["fused", "visual"])
@pytest.mark.parametrize("layer", ["mixed", "initial", "gained"])
def test_a_newcomers_edges_are_those_of_its_fold_in(lattice, graph, layer):
    found = newcomer(lattice, "star-red-large")
    look = Look(graph, layer, hops=1, most=150, k=lattice.item_graph.k)
    around = around_newcomer(lattice, Catalogue(lattice).ids, found.id, found.placed, look)
    expected: dict[str, float] = {}
    for edge in found.placed.edges.to_dict("records"):
        if graph != "fused" and edge["modality"] != graph:
            continue
        weight = {
            "mixed": lattice.item_graph.lambda_ * edge["initial"] + (1 - lattice.item_graph.lambda_) * edge["learned"],
            "initial": edge["initial"],
            "gained": max(edge["learned"] - edge["initial"], 0.0),
        }[layer]
        if weight > 0:
            share = found.placed.alpha[edge["modality"]] if graph == "fused" else 1.0
            expected[edge["item"]] = expected.get(edge["item"], 0.0) + weight * share
    near = around.nodes[around.nodes["hop"] == 1]
    assert dict(zip(near["item"], near["weight"], strict=True)) == pytest.approx(expected)
    assert around.nodes["item"].iloc[0] == found.id
    if (graph, layer) == ("fused", "mixed"):
        assert sum(expected.values()) == pytest.approx(found.placed.edges["weight"].sum())


def test_a_newcomer_like_an_item_has_its_cosines(lattice):
    found = newcomer(lattice, "star-red-large")
    for modality in lattice.modalities:
        expected = lattice.similarity("star-red-large", modality)
        np.testing.assert_allclose(similarity(lattice, found.vectors, modality), expected, atol=1e-6)
    assert not similarity(lattice, {}, "visual").any()


def test_a_newcomer_of_the_shop_is_drawn_in_the_item_graph(open_view):
    app = open_view("cold_start", example="star")
    app.button(key="add").click().run()
    ((found,),) = app.session_state["session_shop"].values()
    app.query_params.clear()
    app.switch_page("views/item_graph/page.py")
    app.query_params["item"] = found.id
    app.run()
    assert not app.exception
    assert not app.warning
    assert "Red star" in html(app)
    table = app.dataframe[0].value.set_index("item")["weight"]
    expected = found.placed.edges.groupby("item")["weight"].sum()
    assert table.to_dict() == pytest.approx(expected[expected > 0].to_dict())
    widget(app.get("button_group"), "Show").set_value("map").run()
    assert not app.exception
    assert "heaviest neighbour" in app.info[0].value


def test_a_newcomer_of_another_visit_is_said_to_be_unknown(open_view):
    app = open_view("item_graph", item="new-12345678")
    assert "new" in app.warning[0].value
    assert app.dataframe
