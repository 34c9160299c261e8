"""The view Item graph: what is looked at lives in the URL, the numbers are the model's, the way can be gone back."""

import shutil

import pytest

from app.views.item_graph.history import MAX_HISTORY, next_history
from lattice.inference.neighbourhood import neighbourhood
from lattice.recommender import Recommender
from lattice.untrusted import manifest
from tests.app.reading import asked, html, pick, said, widget

ITEM = "ring-blue-small"


def shown(app):
    """The table of neighbours: item -> weight."""
    return app.dataframe[0].value.set_index("item")["weight"]


@pytest.fixture(scope="module")
def lattice(trained) -> Recommender:
    return Recommender.load(trained / "shapes" / "lattice")


def test_item_graph_shows_the_models_neighbours(open_view, lattice):
    app = open_view("item_graph", item="star-red-large")
    expected = lattice.edges("star-red-large").query("item != 'star-red-large'").groupby("item")["weight"].sum()
    assert shown(app).to_dict() == pytest.approx(expected[expected > 0].to_dict())
    assert f"**{len(shown(app))}** items next to it" in said(app)


def test_one_graph_and_layer_can_be_looked_at_alone(open_view, lattice):
    app = open_view("item_graph", item=ITEM, graph="visual", layer="initial")
    edges = lattice.edges(ITEM).query(f"modality == 'visual' and item != '{ITEM}'").set_index("item")["initial"]
    assert shown(app).to_dict() == pytest.approx(edges[edges > 0].to_dict())


@pytest.mark.parametrize(("layer", "more", "less"), [("gained", "learned", "initial"), ("lost", "initial", "learned")])
def test_what_learning_gained_and_lost_is_said(open_view, lattice, layer, more, less):
    app = open_view("item_graph", item=ITEM, graph="textual", layer=layer)
    edges = lattice.edges(ITEM).query(f"modality == 'textual' and item != '{ITEM}'").set_index("item")
    change = (edges[more] - edges[less]).loc[lambda c: c > 0]
    if change.empty:
        assert "learning" in app.info[0].value
        return
    assert shown(app).to_dict() == pytest.approx(change.to_dict())
    whole = int((edges.loc[change.index, less] == 0).sum())
    assert f"**{whole}** {'new' if layer == 'gained' else 'gone'}" in said(app)


def test_two_hops_reach_further_up_to_so_many(open_view, lattice):
    near = open_view("item_graph", item=ITEM)
    far = open_view("item_graph", item=ITEM, hops="2", nodes="30")
    rows = far.dataframe[0].value
    assert set(rows["hop"]) == {1, 2}
    assert len(rows) == 29
    assert set(shown(near).index) <= set(rows["item"])
    place = lattice.items["item"].tolist().index(ITEM)
    assert f"29 of {neighbourhood(lattice.item_graph, place, 2).found - 1}" in said(far)


def test_fewer_neighbours_with_a_smaller_k_which_the_url_says(open_view):
    app = open_view("item_graph", item=ITEM, graph="visual", layer="initial")
    before = len(shown(app))
    widget(app.slider, "k").set_value(3).run()
    assert len(shown(app)) <= 2 < before
    assert "has not been retrained" in said(app)
    assert asked(app, "k") == ["3"]


def test_an_item_without_picture_and_title_has_a_page(open_view):
    app = open_view("item_graph", item="nameless")
    assert "/tile/" in html(app)
    assert not app.dataframe
    assert "No neighbours" in app.info[0].value


@pytest.mark.parametrize("name", ["item", "graph", "layer", "hops", "nodes", "k", "show", "trail"])
def test_a_bad_value_in_the_url_is_one_line_and_the_page_stands(open_view, name):
    app = open_view("item_graph", **{"item": ITEM, name: "no such thing"})
    assert [warning.value.count("\n") for warning in app.warning] == [0]
    assert "no such thing" in app.warning[0].value
    assert app.dataframe


def test_several_are_said_together(open_view):
    app = open_view("item_graph", item="nothing", layer="odd", hops="9")
    (said,) = [warning.value for warning in app.warning]
    assert [line.partition(" isn't known")[0] for line in said.split("\n- ")[1:]] == [
        "Item “nothing”",
        "Layer “odd”",
        "How far “9”",
    ]


@pytest.mark.parametrize("name", ["colour", "area", "mark"])
def test_a_bad_value_of_the_map_is_one_line_too(open_view, name):
    app = open_view("item_graph", show="map", **{name: "no such thing"})
    assert len(app.warning) == 1
    assert "no such thing" in app.warning[0].value
    assert app.dataframe


def test_the_history_is_in_the_url_and_leads_back(open_view):
    app = open_view("item_graph", item=ITEM)
    first = widget(app.selectbox, "Walk to").options[0]
    widget(app.selectbox, "Walk to").select(first).run()
    second = asked(app, "item")[0]
    assert (second != ITEM, asked(app, "trail")) == (True, [ITEM])
    pick(app, "pick_item", "star-red-large")
    assert asked(app, "trail") == [ITEM, second]
    app.button(key="trail_2").click().run()
    assert asked(app, "item") == [ITEM]
    assert "trail" not in app.query_params
    assert app.button(key="back").disabled


def test_the_history_is_kept_across_pages(open_view):
    app = open_view("item_graph", item=ITEM, trail=["star-red-large", "cross-green-small"])
    app.query_params.clear()  # as a click on another page does
    app.switch_page("views/models/page.py").run()
    app.query_params.clear()
    app.switch_page("views/item_graph/page.py").run()
    assert not app.exception
    assert (asked(app, "item"), app.button(key="trail_1").label) == ([ITEM], "small green cross ›")


def test_a_history_in_the_url_is_shown(open_view):
    app = open_view("item_graph", item=ITEM, trail=["star-red-large", "cross-green-small"])
    assert [app.button(key=f"trail_{n}").label for n in (2, 1)] == ["large red star ›", "small green cross ›"]
    app.button(key="back").click().run()
    assert (asked(app, "item"), asked(app, "trail")) == (["cross-green-small"], ["star-red-large"])


def test_next_history_cuts_loops_and_stays_short():
    assert next_history(["a", "b"], "c", "d") == ("a", "b", "c")
    assert next_history(["a", "b"], "c", "c") == ("a", "b")
    assert next_history(["a", "b"], "c", "a") == ()
    assert next_history(["a", "b"], "c", "b") == ("a",)
    assert next_history("abcdef", "g", "h") == tuple("bcdefg")[-MAX_HISTORY:]


def test_the_map_is_searched_and_leads_to_an_item(open_view):
    app = open_view("item_graph", show="map", item=ITEM, find="red star")
    assert set(app.dataframe[0].value["title"]) == {"small red star", "large red star"}
    assert "**2** items found" in said(app)
    go = widget(app.selectbox, "Go to")
    go.select(go.options[0]).run()
    assert asked(app, "show") == ["near"]
    assert asked(app, "item")[0].startswith("star-red")
    assert asked(app, "trail") == [ITEM]


def test_what_was_chosen_counts_until_an_address_names_an_item(open_view):
    app = open_view("item_graph", item=ITEM)
    widget(app.get("button_group"), "Show").set_value("map").run()
    app.query_params.clear()
    app.run()
    assert (asked(app, "show"), asked(app, "item")) == (["map"], [ITEM])
    app.query_params.clear()
    app.query_params["item"] = "star-red-large"
    app.run()
    assert (asked(app, "show"), asked(app, "item")) == (["near"], ["star-red-large"])


def test_an_area_of_the_map_is_in_the_url(open_view, lattice):
    x, y = lattice.checkpoint.map_coordinates[7].tolist()
    app = open_view("item_graph", show="map", area=f"{x - 0.01},{y - 0.01},{x + 0.01},{y + 0.01}")
    assert lattice.items["item"][7] in set(app.dataframe[0].value["item"])
    widget(app.button, "The whole map again").click().run()
    assert "area" not in app.query_params


def test_a_users_items_are_marked_and_the_url_says_whose(open_view):
    app = open_view("item_graph", show="map", mark="shopper 07")
    toggle = app.toggle[0]
    assert (toggle.label, toggle.value) == ("Mark what shopper 07 has", True)
    toggle.set_value(False).run()
    assert asked(app, "mark") == []
    app.toggle[0].set_value(True).run()
    assert len(asked(app, "mark")) == 1


def test_words_and_an_area_narrow_the_list_together(open_view, lattice):
    stars = [i for i, title in enumerate(lattice.items["title"]) if "red star" in title]
    x, y = lattice.checkpoint.map_coordinates[stars[0]].tolist()
    app = open_view("item_graph", show="map", find="red star", area=f"{x - 1e-3},{y - 1e-3},{x + 1e-3},{y + 1e-3}")
    assert "in the area found for" in said(app)
    assert lattice.items["item"][stars[0]] in set(app.dataframe[0].value["item"])


def test_a_search_without_matches_says_so(open_view):
    app = open_view("item_graph", show="map", find="![](http://x) purple elephant")
    assert "**0** items found" in said(app)
    assert "![](" not in said(app)
    assert "Nothing here" in app.info[0].value


def test_a_checkpoint_without_a_map_says_how_to_make_it(open_view, trained, tmp_path):
    shutil.copytree(trained, tmp_path / "checkpoints")
    folder = tmp_path / "checkpoints" / "shapes" / "lattice"
    (folder / "map.parquet").unlink()
    manifest.write(folder)
    app = open_view("item_graph", root=tmp_path / "checkpoints", show="map")
    assert "python -m lattice map" in app.info[0].value
    app = open_view("item_graph", root=tmp_path / "checkpoints", item=ITEM)
    assert app.dataframe
