"""The pictures of load and latency say the numbers of the results, also where a kind of request is missing."""

import json
from xml.etree import ElementTree

import pytest

from benchmarks import app_latency
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


@pytest.mark.parametrize("elsewhere", [True, False])
def test_the_picture_is_drawn_of_the_committed_results_alone(elsewhere, tmp_path, monkeypatch):
    results = tmp_path / "results"
    results.mkdir()
    monkeypatch.setattr(app_latency, "RESULTS", results)
    drawn = []
    monkeypatch.setattr(app_latency, "draw", lambda: drawn.append(True))
    monkeypatch.setattr(app_latency, "measured", lambda checkpoints, repeats: RESULT)
    out = tmp_path / "trial.json" if elsewhere else None
    app_latency.main(tmp_path, out=out)
    assert json.loads((out or results / "latency-sports.json").read_text(encoding="utf-8")) == RESULT
    assert bool(drawn) != elsewhere


def test_a_picture_of_latencies_shows_every_result_of_its_folder(tmp_path):
    for name in ("sports", "chess"):
        text = json.dumps({**RESULT, "dataset": name})
        (tmp_path / f"latency-{name}.json").write_text(text, encoding="utf-8")
    app_latency.draw(tmp_path, tmp_path / "latency.svg")
    svg = (tmp_path / "latency.svg").read_text(encoding="utf-8")
    assert "<!-- sports: 9.5 -->" in svg
    assert "<!-- chess: 9.5 -->" in svg
