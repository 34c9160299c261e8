"""Cold start: what the page works out of a placement, and what a visitor does with it, headless."""

import json
import shutil
from io import StringIO

import numpy as np
import pandas as pd
import pytest
import streamlit as st

from app.views.cold_start import draft
from app.views.cold_start.content import KINDS, ContentKind, given_content, use_options
from app.views.cold_start.draft import Draft
from app.views.cold_start.placement import (
    compare_placements,
    fused,
    kinds,
    majority,
    nearest,
    parting,
    placement_json,
    rarely_bought,
    reach,
    reach_curve,
    users_csv,
    users_table,
)
from app.views.cold_start.shelf import shelf_csv
from app.views.cold_start.steps import verdict
from lattice.data import Dataset
from lattice.features import open_picture
from lattice.inference import FoldIn
from lattice.recommender import Recommender
from lattice.untrusted import manifest
from tests.app.catalogue import draw
from tests.app.reading import html, said, widget

EDGES = pd.DataFrame(
    {
        "item": ["a", "b", "b", "c", "d"],
        "modality": ["v", "v", "t", "t", "t"],
        "cosine": [0.9, 0.8, 0.7, 0.6, 0.1],
        "initial": [0.3, 0.2, 0.5, 0.0, 0.4],
        "learned": [0.1, 0.0, 0.1, 0.2, 0.0],
        "warm": [True, True, True, True, False],
    }
)
ALPHA, LAMBDA = {"v": 0.25, "t": 0.75}, 0.6
EDGES["weight"] = EDGES["modality"].map(ALPHA) * (LAMBDA * EDGES["initial"] + (1 - LAMBDA) * EDGES["learned"])


def placed(edges: pd.DataFrame = EDGES, ranks: tuple[int, ...] = (3, 40)) -> FoldIn:
    users = pd.DataFrame({"user": [f"u{i}" for i in range(len(ranks))], "score": 0.5, "rank": ranks})
    return FoldIn(edges, users, ALPHA, np.ones(2), np.ones(2), None, 0.0, np.ones(2), 7)


@pytest.fixture(scope="module")
def lattice(trained) -> Recommender:
    return Recommender.load(trained / "shapes" / "lattice")


def picture_bytes(tmp_path, shape: str, colour: str) -> bytes:
    path = tmp_path / "upload.png"
    draw(shape, colour, 1.0).save(path)
    return path.read_bytes()


# --- numbers and words -----------------------------------------------------------------------------------------------


def test_raw_neighbours_are_those_of_the_initial_graph_by_cosine():
    assert nearest(EDGES, "t")["item"].tolist() == ["b", "d"]  # c is only the learned graph's


def test_parting_groups_neighbours_by_modality():
    groups = parting({"v": ["a", "b"], "t": ["b", "c"]})
    assert groups == {("v",): ["a"], ("t",): ["c"], ("v", "t"): ["b"]}
    assert parting({"v": ["a"], "t": ["c"]})[("v", "t")] == []


def test_the_sources_of_a_fused_edge_sum_to_its_weight():
    table = fused(EDGES, LAMBDA, ALPHA).set_index("item")
    assert list(table.index) == ["b", "c", "a"]  # d is cold
    b = {"v · initial": 0.25 * 0.6 * 0.2, "v · learned": 0, "t · initial": 0.75 * 0.6 * 0.5, "t · learned": 0.03}
    assert table.loc["b"].drop("weight").to_dict() == pytest.approx(b)
    np.testing.assert_allclose(table.drop(columns="weight").sum(axis=1), table["weight"])


def test_what_a_thing_is_comes_from_the_finest_column():
    items = pd.DataFrame({"item": ["a", "b"], "category": ["X > Hats", "X > Boots"], "type": ["", ""]})
    assert kinds(items) == {"a": "Hats", "b": "Boots"}
    assert kinds(items.assign(type=["hat", ""]))["a"] == "hat"
    assert kinds(items[["item"]]) is None
    assert majority({"a": "hat", "b": "hat", "c": ""}, ["a", "b", "c"]) == ("hat", 2)


def test_agreement_and_disagreement_are_said():
    near = {"v": ["a", "b"], "t": ["b", "c"]}
    assert "share **1 of 3**" in verdict(near, None)
    agree = verdict(near, {"a": "hat", "b": "hat", "c": "hat"})
    assert agree.startswith("They agree")
    assert "hat" in agree
    apart = verdict({"v": ["a"], "t": ["c"]}, {"a": "hat", "c": "*boot*"})
    assert apart.startswith("They disagree")
    assert r"\*boot\*" in apart
    for known in ({}, {"a": "hat"}):  # of too few is it known what they are
        assert verdict({"v": ["a"], "t": ["c"]}, known) == verdict({"v": ["a"], "t": ["c"]}, None)


def test_rarely_bought_are_a_tenth_with_ties():
    items = [f"i{n}" for n in range(20)]
    bought = [0, 1, 1, *range(2, 19)]  # the tenth of 20 is 2 items; i1 and i2 tie
    rows = [(f"u{n}", item, "train") for item, times in zip(items, bought, strict=True) for n in range(times)]
    rows.append(("u0", "i0", "test"))
    dataset = Dataset("d", pd.DataFrame({"item": items}), pd.DataFrame(rows, columns=["user", "item", "split"]))
    assert rarely_bought(dataset) == ["i0", "i1", "i2"]


def test_reach_counts_users():
    assert reach([1, 20, 21], 20) == 2
    curve = reach_curve(np.array([5, 1, 5, 9]))
    assert curve.to_dict("list") == {"k": [1, 5, 9], "users": [1, 3, 4]}


def test_users_table_keeps_each_users_rare_rank():
    table = users_table(placed(ranks=(7, 2)), ["u1", "u0"], np.array([11, 22]))
    assert dict(zip(table["user"], table["rare"], strict=True)) == {"u0": 22, "u1": 11}


def test_a_change_names_who_came_and_went():
    after = EDGES[EDGES["item"] != "a"].assign(item=["b", "b", "c", "e"])
    found = compare_placements(placed(), placed(after))
    assert (found.came, found.went, found.kept) == (["e"], ["a", "d"], 2)


def test_no_user_of_the_newcomers_csv_is_a_formula():
    users = pd.DataFrame({"user": ["=HYPERLINK(1)", "u"], "score": [-0.5, -1.0], "rank": [1, 2], "rare": [1, 1]})
    lines = users_csv(users).splitlines()
    assert lines == ["user,score,rank,rare", "'=HYPERLINK(1),-0.5,1,1", "u,-1.0,2,1"]


def test_the_placement_is_read_back_from_json():
    record = json.loads(placement_json({"title": "É"}, placed(), placed().users))
    assert record["title"] == "É"
    assert [edge["item"] for edge in record["edges"]] == EDGES["item"].tolist()
    assert record["h"] == [1, 1]


# --- the page --------------------------------------------------------------------------------------------------------


def words(app, title: str = "", text: str = ""):
    widget(app.text_input, "Title").set_value(title)
    return widget(app.text_area, "Description").set_value(text).run()


def headings(app) -> str:
    return " ".join(heading.value for heading in app.subheader)


def test_text_finds_similar_items(open_view):
    app = words(open_view("cold_start"), text="a large green star")
    assert not app.exception
    assert not app.error
    assert "large green star" in html(app)
    assert "Nothing was given for this modality" in said(app)
    assert "Only one modality was given" in said(app)
    assert len(app.dataframe[-1].value) == 60


def test_places_are_those_of_the_library(open_view, lattice):
    app = words(open_view("cold_start"), text="a large green star")
    expected = lattice.fold_in(text="a large green star")
    table = app.dataframe[-1].value.set_index("user")
    best = expected.users.set_index("user")["rank"]
    pd.testing.assert_series_equal(table["rank"].sort_index(), best.sort_index(), check_dtype=False)
    rare = rarely_bought(lattice.checkpoint.dataset)
    user = str(lattice.users[5])
    own = expected.users.set_index("user").loc[user, "score"]
    scores = dict(zip(lattice.items["item"], lattice.scores(user), strict=True))
    seen = set(lattice.interactions(user).query("split == 'train'")["item"])
    assert table.loc[user, "rare"] == 1 + sum(scores[item] > own for item in set(rare) - seen)


def test_a_picture_finds_similar_items_and_completion_ranks_it(open_view, tmp_path):
    app = open_view("cold_start")
    app.file_uploader[0].set_value(("cross.png", picture_bytes(tmp_path, "cross", "#7b4fc0"), "image/png")).run()
    assert not app.exception
    assert not app.error
    assert "violet cross" in html(app)
    before = app.dataframe[-1].value["score"].sum()
    widget(app.get("button_group"), "Scoring").set_value("neighbours").run()
    assert app.query_params["form"] == "neighbours"
    assert app.dataframe[-1].value["score"].sum() != before
    assert "scored completed by its neighbours" in said(app).replace("\\", "")


def test_a_newcomer_is_folded_in_once_until_it_changes(open_view, monkeypatch):
    placed = []
    place = Recommender.fold_in_features

    def counted(self, vectors, completion=None, exposure=None, **rest):
        if len(vectors) == 1 and completion:  # the warm-up gives both; the paper's form is folded in to compare with
            placed.append(completion)
        return place(self, vectors, completion, exposure, **rest)

    monkeypatch.setattr(Recommender, "fold_in_features", counted)
    app = words(open_view("cold_start"), text="a large green star")
    app.run()
    assert "Where it lands" in headings(app)
    assert placed == ["none"]
    widget(app.get("button_group"), "Scoring").set_value("neighbours").run()
    words(app, text="a small ring")
    assert placed == ["none", "neighbours", "neighbours"]


def test_a_bad_picture_is_one_line_and_changes_nothing(open_view):
    app = words(open_view("cold_start"), text="a large green star")
    app.file_uploader[0].set_value(("cross.png", b"not a picture", "image/png")).run()
    assert not app.exception
    assert len(app.error) == 1
    assert "not a PNG, JPEG or WEBP" in app.error[0].value.replace("\\", "")
    assert "Where it lands" in headings(app)


def test_an_example_is_placed_by_one_click_and_has_a_url(open_view):
    app = open_view("cold_start")
    app.button(key="example_0").click().run()
    assert not app.exception
    assert "Where it lands" in headings(app)
    assert app.query_params["example"] == "star"
    shared = open_view("cold_start", example="star", form="both", use="words")
    assert widget(shared.text_input, "Title").value == "Red star"
    assert "Nothing was given for this modality" in said(shared)
    assert "completed by neighbours and content" in html(shared)


def test_an_example_is_placed_by_what_this_checkpoint_can_read(open_view, trained, tmp_path):
    root = tmp_path / "root"
    shutil.copytree(trained / "shapes" / "lattice", root / "shapes" / "lattice")
    config = root / "shapes" / "lattice" / "config.json"
    record = json.loads(config.read_text())
    record["encoders"]["visual"] = {"kind": "precomputed", "name": "elsewhere", "fingerprint": ""}
    record["dataset"]["folder"] = str(trained.parent / "shop")
    config.write_text(json.dumps(record))
    manifest.write(config.parent)
    app = open_view("cold_start", root=root, example="star")
    assert not app.exception
    assert not app.error
    assert "made elsewhere" in app.info[0].value
    assert "Where it lands" in headings(app)
    assert "made elsewhere" in said(app)


def test_an_example_picture_is_decoded_once(open_view, monkeypatch):
    opened = []
    monkeypatch.setattr(draft, "open_picture", lambda *a, **k: opened.append(a) or open_picture(*a, **k))
    st.cache_resource.clear()
    app = open_view("cold_start", example="star")
    app.run()
    words(app, title="Blue ring")
    assert len(opened) == 1


def test_content_kinds_are_named_in_one_place():
    (image, text) = KINDS
    one = Draft("Red star", "", b"pixels")
    assert given_content(one, KINDS) == {"image": b"pixels", "text": "Red star"}
    assert given_content(one, KINDS, "words") == {"text": "Red star"}
    assert given_content(one, [image], "words") == {}
    assert given_content(Draft(), KINDS) == {}
    assert use_options([image, text]) == {"all": "Both", "picture": "Picture", "words": "Words"}
    sound = ContentKind("audio", "sound", "Sound", lambda draft: None, lambda: "")
    assert use_options([*KINDS, sound])["all"] == "All"


def test_an_unknown_example_in_the_url_is_said(open_view):
    app = open_view("cold_start", example="<b>nope</b>")
    assert "isn't known" in app.warning[0].value
    assert "<b>" not in app.warning[0].value
    assert "Where it lands" not in headings(app)


def test_an_edit_is_compared_with_what_was_before(open_view, lattice):
    app = open_view("cold_start", example="star")
    assert "Since your last change" not in said(app)
    words(app, title="Blue ring", text="a small blue ring")
    assert "Since your last change" in said(app)
    assert "title, description" in said(app).replace("\\", "")
    assert "came" in said(app)
    app.button(key="example_0").click().run()
    assert widget(app.text_input, "Title").value == "Red star"
    assert "Since your last change" not in said(app)


def test_a_title_is_text_wherever_it_is_shown(open_view):
    evil = "<img src=x onerror=alert(1)>:red[x]"
    app = words(open_view("cold_start"), title=evil, text="a green star")
    app.button(key="add").click().run()
    assert "<img src=x" not in html(app)
    assert ":red[x]" not in said(app)


def test_newcomers_are_added_once_removed_and_cleared(open_view):
    app = open_view("cold_start", example="star")
    app.button(key="add").click().run()
    assert app.button(key="add").disabled
    words(app, title="Ring", text="a small ring")
    app.button(key="add").click().run()
    remove = [button for button in app.button if str(button.key).startswith("remove_")]
    assert len(remove) == 2
    remove[0].click().run()
    assert sum(str(button.key).startswith("remove_") for button in app.button) == 1
    widget(app.button, "Empty the shop").click().run()
    assert not any(str(button.key).startswith("remove_") for button in app.button)
    assert "Nothing is here yet" in said(app)


def test_the_shelf_is_a_table_with_no_formula(open_view):
    app = words(open_view("cold_start"), title="=1+1", text="a small ring")
    app.button(key="add").click().run()
    (shelf,) = app.session_state["session_shop"].values()
    table = pd.read_csv(StringIO(shelf_csv(shelf)))
    assert table["title"].tolist() == ["'=1+1"]
    users = shelf[0].placed.users
    assert table["best_rank"].tolist() == [users["rank"].min()]
    assert table["top_20_of_users"].tolist() == [int((users["rank"] <= 20).sum())]
