"""A data set's own words on the pages, its line and credits, and the choice between data sets."""

import json
import re
import shutil
from dataclasses import fields
from functools import partial
from string import Formatter

import pytest

from app.components.glossary import TERMS
from app.components.words import count_of, fill
from app.folders import first_dataset
from app.views.recommend.why_words import REASONS, SOURCES
from lattice.data.about import Words
from lattice.recommender import Recommender
from lattice.untrusted import manifest
from tests.app.reading import asked, html, said, widget

WORDS = {
    "user": "player",
    "users": "players",
    "item": "opening",
    "items": "openings",
    "interaction": "game",
    "interactions": "games",
    "choose": "play",
    "chosen": "played",
}
LINE = "Real people: <b>games</b> of players."
CREDITS = "lichess.org, CC0 1.0"


@pytest.fixture(scope="module")
def two(trained, tmp_path_factory):
    """Checkpoints of two data sets, of which the second has words of its own."""
    root = tmp_path_factory.mktemp("two")
    for name in ("plain", "worded"):
        shutil.copytree(trained / "shapes", root / name)
    for folder in (root / "worded").iterdir():
        config = folder / "config.json"
        record = json.loads(config.read_text())
        record["dataset"] |= {"name": "worded", "words": WORDS, "about": LINE, "credits": CREDITS}
        config.write_text(json.dumps(record))
        manifest.write(folder)
    return root


@pytest.mark.parametrize("view", ["recommend", "item_graph", "fusion", "cold_start", "models"])
def test_every_page_says_whose_data_it_shows(open_view, two, view):
    app = open_view(view, root=two, dataset="worded")
    words = said(app).replace("\\", "")
    assert "60 players, 61 openings, 540 games" in words
    assert LINE in words
    assert CREDITS in words
    assert "<b>games" not in said(app)
    choice = widget(app.selectbox, "Data set")
    assert choice.value == "worded"
    assert choice.help.replace("\\", "") == f"**worded**: {LINE}"
    assert "<b>" not in choice.help
    assert asked(app, "dataset") == ["worded"]


@pytest.mark.parametrize("view", ["recommend", "item_graph", "cold_start"])
def test_pages_use_the_words_of_the_data(open_view, two, view):
    app = open_view(view, root=two, dataset="worded")
    texts = (said(app) + html(app)).lower()
    assert "opening" in texts
    others = ("a user", " items in training", "people buy", "has bought", "rarely bought", "rarely chosen")
    assert not [text for text in others if text in texts]


def test_why_speaks_of_what_players_play(open_view, two):
    user = "shopper 07"
    item = Recommender.load(two / "worded" / "lattice").recommend(user, 30)[0][-1]
    texts = said(open_view(root=two, dataset="worded", user=user, why_not=item))
    texts += said(open_view(root=two, dataset="worded", user=user, item=item))
    assert "histories play" in texts
    assert not any(f"histories {verb}" in texts for verb in ("buy", "choose"))


def test_reasons_and_terms_use_the_words_of_the_data():
    texts = [*map(partial(fill, words=Words(**WORDS)), [*REASONS, *SOURCES, *TERMS.values()])]
    assert not [text for text in texts if re.search(r"\b(users?|buy|bought|purchases)\b", text)]


def test_first_data_set_is_the_demo_or_the_named_one(monkeypatch):
    monkeypatch.delenv("LATTICE_DATASET", raising=False)
    assert [first_dataset(names) for names in (["a", "demo"], ["b", "c"], [])] == ["demo", "b", ""]
    monkeypatch.setenv("LATTICE_DATASET", "c")
    assert [first_dataset(names) for names in (["c", "demo"], ["a", "demo"])] == ["c", "demo"]


def test_another_data_set_forgets_the_choices_of_the_first(open_view, two):
    app = open_view(root=two, dataset="plain", user="shopper 31", neighbours="3")
    widget(app.selectbox, "Data set").select("worded").run()
    assert not app.exception
    assert not app.warning
    assert asked(app, "dataset") == ["worded"]
    assert "neighbours" not in app.query_params
    assert asked(app, "user") != ["shopper 31"]


def test_an_unknown_data_set_in_the_url_is_one_line(open_view, two):
    app = open_view(root=two, dataset="nothing")
    assert [warning.value.count("\n") for warning in app.warning] == [0]
    assert "Data set “nothing”" in app.warning[0].value


@pytest.mark.parametrize("name", TERMS)
def test_a_term_names_only_known_words(name):
    known = {field.name for field in fields(Words)}
    assert {word for _, word, _, _ in Formatter().parse(TERMS[name]) if word} <= known


def test_count_of_agrees_with_its_number():
    assert [count_of(n, "player", "players") for n in (0, 1, 2000)] == ["0 players", "1 player", "2,000 players"]
    assert fill("a {user} and {items}", Words(**WORDS)) == "a player and openings"
