"""The pure parts of the app: lists, graphs, escaping, the URL."""

import os
from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO

import pandas as pd
import pytest

from app.components.csv_text import csv_safe
from app.components.items import card_html, hero_html
from app.components.text import escape_markdown, join_names
from app.components.users import first_with_median
from app.components.what_if import what_if_k
from app.url_state import resolve
from app.views.models.runs import duration, flatten, over_seeds, safe_card
from app.views.recommend.lists import Ranking, export, held_out, overlap, shift
from app.views.recommend.parts import parts_by_neighbour, steps_of
from app.views.recommend.rows import mark_html, row_html
from app.workspace import checkpoint_stamp, discover
from lattice.data.examples import examples
from lattice.model_card import card
from lattice.recommender import Recommender

EVIL = '<img src=x onerror=alert(1)>"![](http://x)'


@pytest.fixture(scope="module")
def lattice(trained) -> Recommender:
    return Recommender.load(trained / "shapes" / "lattice")


def test_resolve_takes_url_then_memory_then_default():
    assert resolve("b", "a", "abc", "c").value == "b"
    assert resolve(None, "a", "abc", "c").value == "a"
    assert resolve(None, "z", "abc", "c").value == "c"
    lost = resolve("z", "a", "abc", "c")
    assert (lost.value, lost.unknown) == ("a", "z")


def test_discover_lists_lattice_first(tmp_path):
    for name in ("demo/mf", "demo/lattice", "demo/.lattice.part", "demo/notes", "encoders"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "demo" / "lattice-mf").mkdir()
    (tmp_path / "demo" / "lattice-mf" / "config.json").touch()
    found = discover(tmp_path)
    assert {name: [f.name for f in folders] for name, folders in found.items()} == {
        "demo": ["lattice", "mf", "lattice-mf"]
    }
    assert discover(tmp_path / "nowhere") == {}


@pytest.mark.parametrize(
    "made",
    [
        card_html(EVIL, EVIL, [EVIL]),
        row_html(1, EVIL, EVIL, EVIL, [mark_html(EVIL, EVIL, EVIL)]),
        hero_html(EVIL, EVIL, [EVIL]),
    ],
)
def test_no_text_becomes_html(made):
    class Seen(HTMLParser):
        def handle_starttag(self, tag, attributes):
            assert tag in ("div", "span", "img")
            assert {name for name, _ in attributes} <= {"class", "src", "alt", "title", "loading"}

    Seen().feed(made)
    assert EVIL not in made


def test_no_text_becomes_markdown():
    safe = escape_markdown("![a](http://x) *b* `c` :red[d]\n# e <f> $g$")
    assert "![" not in safe
    assert ":red[" not in safe
    assert "\n" not in safe
    assert r"\*b\*" in safe


def test_shifts_point_up_where_the_item_stands_higher_here():
    assert shift(2, 7) == ("up", "↑5")
    assert shift(7, 2) == ("down", "↓5")
    assert shift(3, 3) == ("same", "=")
    assert shift(3, None) == ("same", "")


def test_overlap_and_held_out():
    assert overlap(["a", "b"], ["b", "c"]) == 1
    assert overlap(["a", "b"], ["b", "c"], ["c", "a"]) == 0
    table = pd.DataFrame({"item": ["a", "b", "c"], "split": ["train", "valid", "test"]})
    assert held_out(table) == {"b": "validation", "c": "test"}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_no_cell_of_the_csv_is_a_formula(text):
    assert csv_safe(text) == f"'{text}"
    ranking = Ranking([text], [1.0], {text: 1}.get)
    line = export("u", {"lattice": ranking}, 5, {text: text}, {}).splitlines()[1]
    assert f"'{text}" in line


def test_both_lists_are_exported_with_ranks_and_hits():
    one, other = (
        Ranking(["a", "b"], [2.0, 1.0], {"a": 1, "b": 2}.get),
        Ranking(["b", "a"], [3.0, 2.0], {"b": 1, "a": 2}.get),
    )
    table = pd.read_csv(StringIO(export("u", {"x": one, "y": other}, 1, {"a": "A", "b": "B"}, {"b": "test"})))
    assert table["model"].tolist() == ["x", "y"]
    assert table["item"].tolist() == ["a", "b"]
    assert table["rank_y"].tolist()[0] == 2
    assert table["held_out"].tolist()[1] == "test"


def test_the_parts_of_a_score_sum_to_it(lattice):
    item = lattice.recommend("shopper 03", 1)[0][0]
    explanation = lattice.explain("shopper 03", item)
    parts = parts_by_neighbour(explanation.contributions)
    assert parts["total"].sum() == pytest.approx(explanation.item_graph_score)
    steps = steps_of(explanation, parts, {i: i for i in lattice.items["item"]}, most=3)
    assert len(steps) == 5
    assert sum(step.total for step in steps) == pytest.approx(explanation.score, abs=1e-5)


def test_a_retrained_model_is_not_taken_from_the_cache(lattice, tmp_path):
    (tmp_path / "config.json").touch()
    os.utime(tmp_path / "config.json", ns=(1, 1))
    before = checkpoint_stamp(tmp_path)
    old = what_if_k(lattice, before, 3)
    assert what_if_k(lattice, checkpoint_stamp(tmp_path), 3) is old
    os.utime(tmp_path / "config.json", ns=(2, 2))
    assert checkpoint_stamp(tmp_path) != before
    assert what_if_k(lattice, checkpoint_stamp(tmp_path), 3) is not old


def test_first_with_median_is_the_first_of_them():
    assert first_with_median({"few": 1, "some": 5, "also some": 5, "many": 90}) == "some"


def test_a_model_card_brings_no_pictures_links_or_html():
    card = safe_card("# lattice on x\n\n- ![a](http://x) [b](http://y) <b> :red[c]\n")
    assert card.startswith("- ")
    assert "![" not in card.replace("!\\[", "")
    assert "<b>" not in card
    assert ":red[" not in card


def test_options_are_flat_and_time_is_short():
    assert flatten({"backbone": {"dim": 64}, "k": 10}) == {"backbone.dim": "64", "k": "10"}
    assert [duration(s) for s in (5, 300, 7200)] == ["5 s", "5 min", "2.0 h"]


def test_examples_are_read_or_left_out(trained, tmp_path):
    assert [example.title for example in examples(trained.parent / "shop")] == ["Red star"]
    assert examples(None) == []
    assert examples(tmp_path) == []
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "examples.json").write_text('[{"title": "x"}]')
    assert examples(tmp_path) == []


def test_over_seeds_leaves_out_single_seeds(lattice):
    spread = {"mean": {"recall@20": 0.1}, "std": {"recall@20": 0.0}, "seeds": [0]}
    once = replace(lattice.checkpoint, metrics={**lattice.checkpoint.metrics, "spread": spread})
    assert over_seeds({"vbpr": Recommender.of(once)}).empty
    assert "±" not in card(once.options, once.training, once.dataset, {**once.metrics})


def test_over_seeds_lists_models_with_several_seeds(lattice):
    spread = {"seeds": [0, 1, 2], "mean": {"recall@20": 0.43}, "std": {"recall@20": 0.00125}}
    several = Recommender.of(replace(lattice.checkpoint, metrics=lattice.checkpoint.metrics | {"spread": spread}))
    table = over_seeds({"lattice": several, "lightgcn": lattice})
    assert table.to_dict("records") == [{"model": "LATTICE", "recall@20": "0.4300 ±\u00a00.0013", "seeds": 3}]


@pytest.mark.parametrize(
    ("names", "said"),
    [([], ""), (["MF"], "MF"), (["MF", "NGCF"], "MF and NGCF"), (["MF", "NGCF", "LightGCN"], "MF, NGCF and LightGCN")],
)
def test_join_names_reads_like_a_sentence(names, said):
    assert join_names(names) == said
