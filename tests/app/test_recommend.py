"""Recommend, run headless: lists, why, why not, what if, and all of it in the URL."""

import json
import shutil
from io import StringIO

import numpy as np
import pandas as pd
import pytest

from app.components import what_if
from app.components.session_shop import Newcomer
from app.views.recommend.lists import Ranking
from app.views.recommend.parts import explanation_csv, explanation_json, parts_by_neighbour
from app.views.recommend.what_if_settings import count_moved, effective_alpha, read_edge, write_edge
from app.workspace import checkpoint_stamp
from lattice.inference import FoldIn
from lattice.recommender import Recommender
from tests.app.reading import asked, html, pick, said, widget
from tests.synthetic import seen

USER = "shopper 07"


@pytest.fixture(scope="module")
def lattice(trained) -> Recommender:
    return Recommender.load(trained / "shapes" / "lattice")


# --- the page --------------------------------------------------------------------------------------------------------


def test_the_lists_are_those_of_the_user_in_the_url(open_view, lattice):
    app = open_view(user=USER)
    items, _ = lattice.recommend(USER, 10)
    page = html(app)
    for item in items:
        title = lattice.items.set_index("item").loc[item, "title"] or item
        assert f">{title}</div>" in page
    assert [heading.value for heading in app.subheader] == ["LATTICE", "LightGCN"]


def test_an_unknown_user_in_the_url_is_said_and_replaced(open_view):
    app = open_view(user="![x](http://nobody)")
    assert "isn't known" in app.warning[0].value
    assert "![x](" not in app.warning[0].value
    assert asked(app, "user") == ["![x](http://nobody)"]  # left as it is, the page shows another


@pytest.mark.parametrize("name", ["item", "why_not"])
def test_an_unknown_item_to_explain_is_said(open_view, name):
    app = open_view(user=USER, **{name: "<b>nope</b>"})
    assert "isn't known; showing the lists alone" in app.warning[0].value


def test_choosing_another_user_changes_url_and_lists(open_view):
    app = open_view()
    before = html(app)
    pick(app, "pick_user", "shopper 31")
    assert asked(app, "user") == ["shopper 31"]
    assert html(app) != before


def test_two_or_three_lists_and_never_none_beside_the_first(open_view):
    app = open_view(user=USER)
    assert "baseline" not in app.query_params
    against = widget(app.multiselect, "Compare with")
    against.set_value(["mf"]).run()
    assert [heading.value for heading in app.subheader] == ["LATTICE", "MF"]
    widget(app.multiselect, "Compare with").set_value(["mf", "lightgcn"]).run()
    assert [heading.value for heading in app.subheader] == ["LATTICE", "MF", "LightGCN"]
    assert app.query_params["baseline"] == ["mf", "lightgcn"]
    widget(app.multiselect, "Compare with").set_value([]).run()
    assert [heading.value for heading in app.subheader] == ["LATTICE", "LightGCN"]


def test_an_unknown_model_to_compare_is_said_and_replaced(open_view):
    app = open_view(user=USER, baseline="no such")
    assert "no such" in app.warning[0].value
    assert [heading.value for heading in app.subheader] == ["LATTICE", "LightGCN"]


def test_newcomers_are_in_the_trained_list_at_their_rank(open_view, trained, lattice):
    order = lattice.recommend(USER, len(lattice.items))
    tables = {place: pd.DataFrame({"user": [USER], "score": [9.0], "rank": [place]}) for place in (2, 40)}
    shelf = tuple(
        Newcomer(
            f"new-{place}",
            f"<b>{place}</b>",
            "",
            "data:x",
            {},
            False,
            FoldIn(None, table, {}, None, None, None, 0.0, None, 7),
        )
        for place, table in tables.items()
    )
    app = open_view(user=USER)
    app.session_state["session_shop"] = {checkpoint_stamp(trained / "shapes" / "lattice"): shelf}
    app.run()
    assert not app.exception
    titles = titles_of(lattice, order[0][:10])
    assert shown_order(app)[:11] == [titles[0], "&lt;b&gt;2&lt;/b&gt;", *titles[1:]]
    assert "at rank 40" in said(app)
    widget(app.slider, "λ, share of the initial graph").set_value(0.1).run()
    assert "would be at rank" not in html(app)
    assert "reset to see them" in said(app)


# --- why -------------------------------------------------------------------------------------------------------------


def test_why_says_it_in_words_and_shows_every_part(open_view, lattice):
    app = open_view(user=USER)
    item = lattice.recommend(USER, 1)[0][0]
    app.button(key="why_lattice_1").click().run()
    assert not app.exception
    assert app.query_params["item"] == item
    explanation = lattice.explain(USER, item)
    table = app.dataframe[0].value.set_index("title")["total"]
    assert table["LATTICE's score"] == pytest.approx(explanation.score, abs=1e-6)
    assert table["Collaborative part"] == pytest.approx(explanation.collaborative_score, abs=1e-6)
    assert table.iloc[:-1].sum() == pytest.approx(table["LATTICE's score"], abs=1e-5)
    words = said(app)
    assert "rank 1**" in words
    assert "LightGCN, trained separately, has it at rank" in words


def test_a_neighbour_that_the_user_has_is_marked(open_view, lattice):
    for item in lattice.recommend(USER, 10)[0]:
        near = parts_by_neighbour(lattice.explain(USER, item).contributions)
        near = near[near["item"] != item].head(7)
        if near["owned"].any():
            break
    app = open_view(user=USER, item=item)
    assert html(app).count("✓ has it") == near["owned"].sum() > 0
    assert set(near.query("owned")["item"]) <= seen(lattice, USER)


def test_a_model_without_an_item_graph_has_no_parts_and_says_so(open_view, trained, tmp_path):
    shutil.copytree(trained / "shapes" / "mf", tmp_path / "shapes" / "mf")
    app = open_view(root=tmp_path, user=USER, item="star-red-large")
    assert "no item graph" in app.info[0].value
    app = open_view(
        root=tmp_path, user=USER, why_not=Recommender.load(trained / "shapes" / "mf").recommend(USER)[0][-1]
    )
    assert "no item graph" in app.info[0].value
    assert not app.slider


def test_the_files_hold_every_part(lattice):
    item = lattice.recommend(USER, 1)[0][0]
    explanation = lattice.explain(USER, item)
    titles = dict.fromkeys(lattice.items["item"], "=1+1")
    table = pd.read_csv(StringIO(explanation_csv(explanation, titles)))
    assert table["value"].sum() == pytest.approx(explanation.score, abs=1e-5)
    assert set(table["title"].dropna()) == {"'=1+1"}
    record = json.loads(explanation_json(explanation, titles))
    parts = sum(line["value"] for line in record["neighbours"])
    assert record["collaborative"] + parts == pytest.approx(record["score"], abs=1e-5)


# --- why not ---------------------------------------------------------------------------------------------------------


def test_why_not_gives_the_rank_and_the_gap(open_view, lattice):
    ids, scores = lattice.recommend(USER, len(lattice.items))
    app = open_view(user=USER)
    pick(app, "ask_why_not", ids[29])
    assert not app.exception
    assert asked(app, "why_not") == [ids[29]]
    words = said(app)
    assert "rank 30." in words
    assert f"lacks {scores[9] - scores[29]:.3f}" in words
    table = app.dataframe[0].value.set_index("title")["difference"]
    assert table.iloc[:-1].sum() == pytest.approx(table["All neighbours"], abs=1e-9)
    part = lattice.explain(USER, ids[9]).item_graph_score - lattice.explain(USER, ids[29]).item_graph_score
    assert table["All neighbours"] == pytest.approx(part, abs=1e-6)


def test_why_not_an_item_that_the_user_has(open_view, lattice):
    item = sorted(seen(lattice, USER))[0]
    assert "has it already" in said(open_view(user=USER, why_not=item))


def test_why_not_an_item_that_is_in_the_list_leads_to_why(open_view, lattice):
    item = lattice.recommend(USER, 3)[0][2]
    app = open_view(user=USER, why_not=item)
    assert "in the list, at rank 3" in said(app)
    widget(app.button, "Why it is there").click().run()
    assert app.query_params["item"] == item
    assert "why_not" not in app.query_params


# --- what if ---------------------------------------------------------------------------------------------------------


def shown_order(app) -> list[str]:
    """Titles in the first list."""
    rows = [element.proto.body for element in app.get("html") if 'class="lx lx-row"' in element.proto.body]
    return [row.split('class="title"')[1].split(">")[1].split("<")[0] for row in rows]


def titles_of(lattice, items) -> list[str]:
    return [lattice.title(item) for item in items]


def test_a_slider_ranks_again_and_says_what_changed(open_view, lattice):
    app = open_view(user=USER, top="20")
    widget(app.slider, "k, neighbours per item").set_value(3).run()
    assert app.query_params["neighbours"] == "3"
    now, before = lattice.what_if(k=3).recommend(USER, 20)[0], lattice.recommend(USER, 20)[0]
    assert shown_order(app)[:20] == titles_of(lattice, now)
    assert widget(app.metric, "Ranks changed").value == f"{(now != before).sum()} of 20"
    assert widget(app.metric, "New items").value == f"{len(set(now) - set(before))} of 20"
    assert app.subheader[0].value == "LATTICE, what if"
    for position, item in enumerate(now):
        if now[position] != before[position] and item in before:
            assert f"was #{list(before).index(item) + 1}<" in html(app)
    assert "not retrained" in said(app)
    widget(app.button, "Reset").click().run()
    assert "neighbours" not in app.query_params
    assert shown_order(app)[:20] == titles_of(lattice, before)


def test_recall_is_of_the_same_users_before_and_now(open_view, lattice):
    app = open_view(**{"lambda": "0.3"})
    metric = widget(app.metric, "Validation Recall@20")
    shares = {}
    for name, model in {"was": lattice, "now": lattice.what_if(lambda_=0.3)}.items():
        hits = []
        for user in lattice.users:  # fewer than the sample would hold
            held = set(lattice.interactions(user).query("split == 'valid'")["item"])
            hits.append(len(held & set(model.recommend(user, 20)[0])) / len(held))
        shares[name] = np.mean(hits)
    assert metric.value == f"{shares['was']:.4f} → {shares['now']:.4f}"


def test_dropping_every_modality_is_said_and_left_as_trained(open_view, lattice):
    app = open_view(user=USER, drop=["visual", "textual"])
    assert "At least one modality" in app.warning[0].value
    assert shown_order(app)[:10] == titles_of(lattice, lattice.recommend(USER, 10)[0])


def test_the_last_modality_that_counts_can_t_be_switched_off(open_view):
    app = open_view(user=USER, drop=["textual"])
    assert [widget(app.toggle, f"Use {m}").disabled for m in ("visual", "textual")] == [True, False]
    assert [widget(app.slider, f"α {m}").disabled for m in ("visual", "textual")] == [False, True]
    app = open_view(user=USER, drop=["visual", "textual"])  # as trained: both count, both may go
    assert [widget(app.toggle, f"Use {m}").value for m in ("visual", "textual")] == [True, True]


def test_lists_are_compared_with_the_what_if_by_name(open_view):
    def marks(app):
        return "".join(element.proto.body for element in app.get("html"))

    assert " in LATTICE<" in marks(open_view(user=USER))
    app = open_view(user=USER, **{"lambda": "0.05"})
    assert " in LATTICE, what if<" in marks(app)
    assert " in LATTICE<" not in marks(app)
    assert "(LATTICE, what if)" in said(app)  # of the line on held-out items


def test_a_switch_drops_a_modality(open_view, lattice):
    app = open_view(user=USER)
    widget(app.toggle, "Use visual").set_value(False).run()
    assert app.query_params["drop"] == "visual"
    assert shown_order(app)[:10] == titles_of(lattice, lattice.what_if(alpha={"textual": 1}).recommend(USER, 10)[0])


def test_cutting_an_edge_changes_the_score_until_undone(open_view, lattice):
    item = lattice.recommend(USER, 1)[0][0]
    app = open_view(user=USER, item=item)
    near = parts_by_neighbour(lattice.explain(USER, item).contributions)
    first = near[near["item"] != item]["item"].iloc[0]
    app.button(key="cut_1").click().run()
    assert not app.exception
    assert app.query_params["cut"] == f"{item}~{first}"
    expected = lattice.what_if(without_edges=[(item, first)]).explain(USER, item)
    table = app.dataframe[0].value.set_index("title")["total"]
    assert table["LATTICE's score"] == pytest.approx(expected.score, abs=1e-6)
    widget(app.multiselect, "Cut edges").set_value([]).run()
    assert "cut" not in app.query_params


@pytest.mark.parametrize(
    "bad",
    [{"lambda": "2"}, {"neighbours": "many"}, {"alpha_visual": "nan"}, {"cut": "a~b"}, {"cut": "x"}, {"drop": "smell"}],
)
def test_a_bad_setting_in_the_url_is_one_line(open_view, lattice, bad):
    app = open_view(user=USER, **bad)
    assert len(app.warning) == 1
    assert shown_order(app)[:10] == titles_of(lattice, lattice.recommend(USER, 10)[0])


# --- the pure parts --------------------------------------------------------------------------------------------------


def test_effective_alpha_is_as_trained_unless_moved():
    given = {"a": 0.7532, "b": 0.2468}
    assert effective_alpha(dict(given), (), given) == given
    assert effective_alpha(dict(given), ("b",), given) == {"a": 0.7532, "b": 0.0}
    assert effective_alpha({"a": 0.5, "b": 0.2468}, (), given) == {"a": 0.5, "b": 0.2468}
    assert effective_alpha(dict(given), ("a", "b"), given) is None
    assert effective_alpha({"a": 0.0, "b": 0.3}, ("b",), given) is None


def test_an_edge_is_read_back_whatever_its_ids_hold():
    known = dict.fromkeys(["a", "b", "a~b", "~"], "")
    for pair in (("a", "b"), ("a~b", "a"), ("a", "~"), ("~", "a~b")):
        assert read_edge(write_edge(*pair), known) == pair
    assert read_edge("a", known) is None
    assert read_edge("a~a", known) is None
    assert read_edge("a~c", known) is None


def test_changed_places_and_new_items_are_told_apart():
    def ranked(text):
        return Ranking(list(text), [], {}.get)

    assert count_moved(ranked("abcd"), ranked("abcd"), 4) == (0, 0)
    assert count_moved(ranked("bacd"), ranked("abcd"), 3) == (2, 0)
    assert count_moved(ranked("dbca"), ranked("abcd"), 3) == (1, 1)


def test_settings_start_as_trained(lattice):
    found = what_if.trained_settings(lattice)
    graph = lattice.item_graph
    assert (found.lambda_, found.k, dict(found.alpha), found.cut) == (graph.lambda_, graph.k, dict(graph.alpha), ())
