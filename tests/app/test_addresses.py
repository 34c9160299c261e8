"""Whatever an address holds costs little, and what is left out of it is said; FUZZ=100000 tries so many."""

import os
import random
from collections.abc import Mapping

import pytest

from app.components.text import escape_markdown, quote
from app.url_state import MAX_LENGTH, MAX_NAMES, MAX_VALUES, bounded, keep_known, read_number, resolve
from app.views.item_graph.history import MAX_HISTORY, next_history
from app.views.item_graph.map_area import CORNERS, read_area, write_area
from app.views.recommend.what_if_settings import MAX_PIECES, read_edge, write_edge

VIEWS = ("recommend", "item_graph", "fusion", "cold_start", "models")
NAMES = (
    "user",
    "item",
    "trail",
    "cut",
    "drop",
    "baseline",
    "area",
    "find",
    "mark",
    "lambda",
    "nodes",
    "top",
    "example",
)
IDS = ("star-red-large", "a~b", "~", "", "é", "12")
PIECES = (
    "~",
    ",",
    "0",
    "9",
    ".5",
    "1e9",
    "nan",
    "-",
    "a",
    "é",
    "\0",
    "\u202e",
    "\n",
    "%",
    "&",
    "<",
    "![x](y)",
    "𝛼",
    *IDS,
)


class Counted(Mapping):
    """A mapping that counts how often, and of how many characters in all, it is asked."""

    def __init__(self, ids) -> None:
        self.ids, self.asked, self.characters = dict.fromkeys(ids, ""), 0, 0

    def __contains__(self, id) -> bool:
        self.asked, self.characters = self.asked + 1, self.characters + len(id)
        return id in self.ids

    def __getitem__(self, id) -> str:
        return self.ids[id]

    def __iter__(self):
        return iter(self.ids)

    def __len__(self) -> int:
        return len(self.ids)


def any_value(rng: random.Random) -> str:
    if rng.random() < 0.3:
        return rng.choice(PIECES) * rng.choice((1, 2, MAX_LENGTH, MAX_LENGTH + 1, 3000))
    return "".join(rng.choices(PIECES, k=rng.choice((1, 3, 30, 300))))


def any_address(rng: random.Random) -> dict[str, list[str]]:
    names = rng.sample(NAMES, k=rng.randint(0, 4)) + [any_value(rng) for _ in range(rng.choice((0, 0, 1, 90)))]
    several = [any_value(rng) for _ in range(rng.choice((1, 2, 25, 120)))]
    return {name: rng.choices(several, k=rng.choice((0, 1, 1, 2, len(several)))) for name in names}


@pytest.mark.parametrize("seed", range(max(10, int(os.environ.get("FUZZ", "0")) // 300)))  # 300 addresses each
def test_any_address_is_bounded_before_it_is_read(seed):
    rng = random.Random(seed)
    for _ in range(300):
        address = any_address(rng)
        kept, lost = bounded(address)
        assert len(kept) <= MAX_NAMES
        assert all(0 < len(values) <= MAX_VALUES for values in kept.values())
        assert all(len(value) <= MAX_LENGTH for values in kept.values() for value in values)
        assert len(lost) <= 3
        whole = sum(len(set(values)) for values in address.values())
        assert bool(lost) == (
            whole > sum(map(len, kept.values()))
            or any(len(n) > MAX_LENGTH for n in address)
            or len(address) > MAX_NAMES
        )
        assert bounded(kept) == (kept, [])
        for values in kept.values():
            read_in_every_way(values)


def read_in_every_way(values: list[str]) -> None:
    """Read the values of one name as every parameter is read, and count what that costs."""
    ids, lookups = Counted(IDS), []
    cut = keep_known(values, lambda text: lookups.append(text) or read_edge(text, ids) is not None, MAX_VALUES)
    assert len(lookups) == len(values) <= MAX_VALUES
    assert ids.asked <= 2 * MAX_PIECES * len(values)
    assert ids.characters <= 2 * MAX_PIECES * MAX_LENGTH * len(values)
    assert set(cut.value) | {cut.unknown} <= {*values, None}
    way = keep_known(values, IDS.__contains__, MAX_HISTORY)
    assert len(way.value) <= MAX_HISTORY
    assert len(next_history(way.value, "12", values[-1])) <= MAX_HISTORY
    one = values[-1]
    assert resolve(one, None, IDS, "12").value in IDS
    number = read_number(one, 0, 30, 10, 1)
    assert number is None or 0 <= number <= 30
    area = read_area(one)
    assert area is None or 4 <= len(area) <= 2 * CORNERS
    assert len(quote(one)) <= 160
    assert all(c.isprintable() for c in quote(one))
    assert len(escape_markdown(one)) <= 2 * MAX_LENGTH


def test_an_address_as_the_app_writes_it_is_whole():
    lasso = write_area([-1.234] * 2 * CORNERS)
    edges = [write_edge(f"item {i}" * 40, "other" * 40) for i in range(MAX_VALUES)]
    address = {"area": [lasso], "cut": edges, "trail": [*"abcdef"], "find": ["x" * 80]}
    assert bounded(address) == (address, [])


def test_what_is_left_out_is_counted():
    address = {"cut": [*map(str, range(25)), "0"], "find": ["x" * 1001, "y"], **{f"n{i}": ["1"] for i in range(70)}}
    kept, lost = bounded(address)
    assert (kept["cut"], kept["find"]) == ([*map(str, range(20))], ["y"])
    assert [line.partition(" ")[0] + line[-4:].lstrip("t") for line in lost] == [
        "names (8)",
        "values (1)",
        "values (5)",
    ]


def test_an_edge_of_nothing_but_separators_is_cheap():
    ids = Counted(["a"])
    assert read_edge("~" * 60_000, ids) is None
    assert ids.asked == 0
    assert read_edge("a~b~c", Counted(["a~b", "c"])) == ("a~b", "c")


@pytest.mark.parametrize("view", VIEWS)
def test_60_kb_of_address_is_cut_and_said(open_view, view):
    long = dict.fromkeys(NAMES, "~" * 4600)
    app = open_view(view, **long, extra=[str(i) for i in range(100)])
    assert "values of more than 1,000 characters are left out (13)" in app.warning[0].value
    assert "values beyond the first 20 of a name are left out (80)" in app.warning[0].value
    left = sum(len(value) for values in app.query_params.values() for value in values)
    assert left < 1000
    assert len(app.title) == 1
