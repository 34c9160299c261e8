"""What a dataset says of itself, in its folder and in a checkpoint."""

import json
from dataclasses import replace

import pytest

from lattice.data import load, save
from lattice.data.about import About, Words
from lattice.data.dataset import MARKER
from lattice.errors import InputError
from lattice.untrusted import manifest

PLAYERS = Words(user="player", users="players", item="opening", items="openings", choose="play", chosen="played")
CHESS = About(PLAYERS, "Real people, drawn boards.", "lichess.org, CC0")


def test_a_dataset_that_says_nothing_has_users_and_items(catalogue, tmp_path):
    save(catalogue, tmp_path / "out")
    words = load(tmp_path / "out").words
    assert (words.user, words.users, words.item, words.items) == ("user", "users", "item", "items")
    assert not {"words", "about", "credits"} & set(json.loads((tmp_path / "out" / MARKER).read_text()))


def test_words_come_back_from_the_folder(catalogue, tmp_path):
    dataset = replace(catalogue, about=CHESS)
    save(dataset, tmp_path / "out")
    assert load(tmp_path / "out").about == CHESS
    assert load(tmp_path / "out").fingerprint == catalogue.fingerprint
    written = json.loads((tmp_path / "out" / MARKER).read_text())
    assert written["words"]["users"] == "players"
    assert "interaction" not in written["words"]
    assert (written["about"], written["credits"]) == ("Real people, drawn boards.", "lichess.org, CC0")


def test_letters_of_any_script_are_words():
    assert Words(user="Käufer", items="livres d'art", item="offre-choc").item == "offre-choc"


@pytest.mark.parametrize(
    "entries",
    [
        {"words": {"user": "<b>"}},
        {"words": {"user": "a](http://x)"}},
        {"words": {"user": ""}},
        {"words": {"user": "u\nv"}},
        {"words": {"user": "u" * 25}},
        {"words": {"user": 3}},
        {"words": {"shoes": "shoes"}},
        {"words": ["user"]},
        {"about": "two\nlines"},
        {"about": 5},
        {"about": None},
        {"credits": "c" * 301},
    ],
)
def test_entries_that_cannot_be_shown_are_refused(catalogue, tmp_path, entries):
    save(catalogue, tmp_path / "out")
    marker = tmp_path / "out" / MARKER
    marker.write_text(json.dumps(json.loads(marker.read_text()) | entries))
    manifest.write(marker.parent)
    with pytest.raises(InputError, match=str(marker.parent)) as refused:
        load(tmp_path / "out")
    assert "\n" not in str(refused.value)
