"""What the demo shop's items are called, and whether their words are true to their pictures."""

import inspect
import re
from collections import Counter

import pytest

from demo.shop import build
from demo.shop.catalogue import stock
from demo.shop.cuts import CUTS
from demo.shop.kinds import KINDS
from demo.shop.materials import PATTERNS
from demo.shop.palette import COLOUR_WORDS, FAMILIES
from demo.shop.writer import PURPOSES

N_ITEMS = inspect.signature(build).parameters["n_items"].default
CLOTHES = ["dress", "hat", "long-sleeve shirt", "outerwear", "trousers", "shirt", "shoes", "shorts", "skirt", "t-shirt"]
# A word, and the patterns that bear it out.
CLAIMS = {
    r"(?<!pin)strip(ed|es|y)\b": {"stripes", "breton"},
    r"pinstripe": {"pinstripe"},
    r"\b(checked|checks|plaid|tartan)\b": {"checks", "gingham"},
    r"gingham": {"gingham"},
    r"\b(dots?|dotted|polka|spotted)\b": {"dots"},
    r"floral|flower": {"floral"},
    r"\b(starry|stars?|star-print)\b": {"stars"},
    r"zigzag": {"zigzag"},
    r"camo": {"camo"},
    r"\bknit|knitted": {"knit"},
    r"denim|jeans": {"denim"},
    r"leather": {"leather"},
}


@pytest.fixture(scope="module")
def items():
    return stock(0, N_ITEMS)


def _said(item) -> str:
    return f"{item.text.title} {item.text.description}".lower()


def test_a_large_shop_with_many_types(items):
    assert len(items) == N_ITEMS >= 2000
    assert len({item.kind.name for item in items}) >= 60
    pictured = Counter(item.kind.name for item in items if not item.packaged)
    assert min(pictured[name] for name in CLOTHES) >= 45
    assert min(pictured.values()) >= 12


def test_every_cut_is_sold(items):
    assert set(CUTS) == {kind.name for kind in KINDS}
    sold = {(item.kind.name, item.cut) for item in items}
    assert sold == {(name, cut) for name, cuts in CUTS.items() for cut in cuts}
    for cuts in CUTS.values():
        for cut in cuts:
            assert set(cut.patterns) <= set(PATTERNS)
            assert set(cut.purposes) <= set(PURPOSES)


def test_no_two_titles_or_descriptions_are_alike(items):
    for said in ([item.text.title for item in items], [item.text.description for item in items]):
        assert len({line.strip().casefold() for line in said}) == len(items)
        assert all(
            len(line) >= 8 and not re.search(r"[{}]|  |\ba (?!one)[aeio]\w|\bits (its|an?)\b", line) for line in said
        )


def test_titles_name_the_thing(items):
    for item in items:
        names = item.cut.nouns or ()
        if names:
            bare = [name.removeprefix("pair of ").removeprefix("set of ").lower() for name in names]
            assert any(name in item.text.title.lower() for name in bare), item.text.title


@pytest.mark.parametrize("claim", CLAIMS)
def test_words_for_patterns_and_stuffs_are_true(items, claim):
    said = [item for item in items if re.search(claim, _said(item))]
    assert len(said) >= 3
    for item in said:
        assert item.look.pattern in CLAIMS[claim], _said(item)


def test_words_for_colours_are_true(items):
    bearers = {
        word: {family for family in FAMILIES if word in COLOUR_WORDS[family]} for word in sum(COLOUR_WORDS.values(), ())
    }
    named = 0
    for item in items:
        # The longest names first: "midnight navy" is not also "navy".
        said = _said(item)
        for word in sorted(bearers, key=len, reverse=True):
            if re.search(rf"\b{word}\b", said):
                said = re.sub(rf"\b{word}\b", "", said)
                assert item.look.family in bearers[word], _said(item)
                assert item.cut.coloured, _said(item)
                named += 1
    assert named > 100


def test_dress_codes_are_kept(items):
    for item in items:
        if item.look.pattern == "leather":
            assert item.look.family not in {"mint", "sky", "lilac", "butter", "pink"}
        assert item.look.pattern in item.cut.patterns
    assert {item.look.pattern for item in items if item.kind.name == "kayak"} == {"plain"}
    assert {item.look.pattern for item in items if item.kind.name == "stroller"} <= {"plain", "gingham"}
