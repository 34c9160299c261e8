"""The pictures of load and latency say the numbers of the results, also where a kind of request is missing."""

from xml.etree import ElementTree

from benchmarks.capacity_figures import MEASURES, latencies, load_curves

RUN = {"sessions": 5, "requests_per_second": 1.4, "peak_memory_mb": 900, "kinds": {"user": {"p95": 0.2}}}
RESULT = {
    "dataset": "sports",
    "first_recommendation_s": 9.5,
    "user_switch_ms": {"server": {"p95": 75}, "browser": {"p95": 600}},
    "letters_ms": {"p95": 150},
    "page_kb": {"without_pictures": 60, "map": 250},
    "memory_mb": {"most": 700},
}


def test_load_is_drawn_where_nobody_uploaded():
    assert ElementTree.fromstring(load_curves([RUN, {**RUN, "sessions": 15}])).tag.endswith("svg")


def test_every_latency_is_drawn_with_its_number():
    svg = latencies([RESULT])
    for number in (9.5, 75, 600, 150, 60, 250, 700):
        assert f"<!-- sports: {number:g} -->" in svg
    assert all(f"<!-- {name} (at most" in svg for name in MEASURES)
