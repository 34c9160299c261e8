"""Why, why not and where an item stands: the waterfall and the words, made from parts worked out by hand."""

import pandas as pd
import pytest

from app.views.recommend.waterfall import Step, segments, summed, waterfall
from app.views.recommend.why_words import because, because_not, standing
from lattice.inference import Contrast, Explanation, WhyNot


def bars_on(chart, line):
    """(what it adds, where it starts) of each bar on a line of a waterfall."""
    bars = [bar for bar in chart.data if bar.type == "bar"]
    return [(x, base) for bar in bars for x, base, y in zip(bar.x, bar.base, bar.y, strict=True) if y == line]


def test_each_step_starts_where_the_last_one_ended():
    steps = [Step("a", {"x": 3.0}), Step("b", {"x": 1.0, "y": -2.0}), Step("c", {"y": 0.5})]
    assert segments(steps) == [(0, "x", 0.0, 3.0), (1, "x", 3.0, 1.0), (1, "y", 4.0, -2.0), (2, "y", 2.0, 0.5)]
    assert summed(steps, "all") == Step("all", {"x": 4.0, "y": -1.5})
    chart = waterfall([*steps, Step("<b>d</b>", {"<i>": 0.1})], "all", {}, "#000")
    # x and y have both signs: stacked they would reach 4.1, so the last line is their sum alone.
    assert bars_on(chart, 4) == [(pytest.approx(2.6), 0.0)]
    alike = waterfall([Step("a", {"x": 3.0, "y": 1.0}), Step("b", {"y": 0.5})], "all", {}, "#000")
    assert bars_on(alike, 2) == [(3.0, 0.0), (1.5, 3.0)]
    assert "<b>" not in chart.to_json()
    assert "<i>" not in chart.to_json()


def explained(collaborative: float, parts: list[tuple], item: str = "i", user: str = "u") -> Explanation:
    """parts: (neighbour, modality, value, owned)."""
    table = pd.DataFrame(parts, columns=["item", "modality", "value", "owned"]).assign(layer="learned", weight=1.0)
    return Explanation(user, item, collaborative + sum(p[2] for p in parts), collaborative, table)


TITLES = {"i": "It", "n": "Near [x](y)", "o": "Owned", "z": "Other"}


@pytest.mark.parametrize(
    ("collaborative", "parts", "expected"),
    [
        (
            3.0,
            [("n", "visual", 1.0, True)],
            ["Mostly because people", "75%", "adds 25%", "similar, and u has it"],
        ),
        (1.0, [("n", "textual", 3.0, False)], ["Mostly because of what it resembles", "75%", "reads similar."]),
        (1.0, [("n", "visual", -0.5, False)], ["speaks against it (−0.500)"]),
        (-1.0, [("n", "smell", 2.0, False)], ["Because of what it resembles", "is similar in smell"]),
        (-1.0, [("n", "visual", -2.0, False)], ["Both parts speak against it"]),
        (1.0, [], ["no neighbours"]),
        (3.0, [("n", "visual", 0.6, False), ("n", "textual", 0.4, False)], ["looks and reads similar"]),
        (3.0, [("n", "visual", 0.5, False), ("o", "visual", 0.2, True)], ["Of what u has, “Owned” adds most (+0.200)"]),
    ],
)
def test_because_names_the_larger_part(collaborative, parts, expected):
    words = because(explained(collaborative, parts), TITLES)
    assert "[x](y)" not in words
    for text in expected:
        assert text in words


def test_the_item_itself_is_never_its_chief_neighbour():
    assert "“It”" not in because(explained(1.0, [("i", "visual", 9.0, False), ("n", "visual", 0.1, False)]), TITLES)


@pytest.mark.parametrize(
    ("rank", "alone", "there", "expected"),
    [
        (
            3,
            41,
            57,
            ["lifts it from rank 41", "not in its first 10", "graph makes the difference", "leave it out"],
        ),
        (3, 7, 57, ["lifts", "graph isn't why", "would still show it"]),
        (
            41,
            7,
            3,
            [
                "raises others more, so that it falls from rank 7",
                "graph makes the difference",
                "would show it",
            ],
        ),
        (3, 3, 4, ["with or without", "rank 4."]),
        (None, None, None, ["has this item already"]),
    ],
)
def test_standing_compares_the_models(rank, alone, there, expected):
    words = standing("LATTICE", rank, alone, {"LightGCN": there}, 10)
    for text in expected:
        assert text in words


@pytest.mark.parametrize(
    ("own", "other", "expected"),
    [
        ((1.0, 0.5), (2.0, 1.5), ["lacks 2.000", "50% because fewer people", "50% because its neighbours"]),
        ((1.0, 0.5), (2.0, 0.2), ["all because fewer people", "suit this user better (+0.300)"]),
        ((1.0, 0.5), (0.8, 1.5), ["all because its neighbours", "choose it more (+0.200)"]),
    ],
)
def test_because_not_names_the_gap(own, other, expected):
    contrast = Contrast(
        explained(own[0], [("n", "visual", own[1], False)]),
        explained(other[0], [("o", "visual", other[1], True)], item="z"),
    )
    words = because_not(WhyNot(99, False, 10, contrast), TITLES)
    for text in ("rank 99", "For rank 10", *expected):
        assert text in words
    # A neighbour is named where the item graph has a part in the gap.
    assert ("“Owned”, which u has" in words) == ("all because fewer people" not in words)
    assert "has it already" in because_not(WhyNot(3, True, 10, contrast), TITLES)
