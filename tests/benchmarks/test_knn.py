"""The program that measures neighbour search: every engine, its recall, and the result file."""

import json

import pytest
import torch

from benchmarks import knn
from lattice.graph.engines import ENGINES


@pytest.fixture
def measured(tmp_path):
    """A function that measures some rows by some engines, and returns the result file's content."""

    def run(rows: int, engines: list[str] | None = None) -> dict:
        knn.main(rows=rows, dim=8, k=5, threads=1, engine=engines, out=tmp_path / "knn.json")
        return json.loads((tmp_path / "knn.json").read_text())["rows"]

    threads = torch.get_num_threads()
    yield run
    torch.set_num_threads(threads)


def test_every_engine_is_measured(measured):
    found = measured(300)["300"]
    assert set(found["engines"]) == set(ENGINES)
    assert found["engines"]["exact"]["recall"] == 1.0
    assert all(0 < run["recall"] <= 1 for run in found["engines"].values())


def test_another_size_is_added_with_the_chosen_engines(measured):
    measured(300, ["exact"])
    found = measured(200, ["exact"])
    assert set(found) == {"300", "200"}
    assert set(found["200"]["engines"]) == {"exact"}


def test_the_bare_product_of_many_rows_is_scaled_from_some(monkeypatch):
    monkeypatch.setattr(knn, "PRODUCT_ROWS", 100)
    timed = []
    monkeypatch.setattr(knn, "product_blocks", lambda x, y, size: timed.append((len(x), len(y))) or [])
    monkeypatch.setattr(knn, "clocked", lambda work, device: (work(), 3.0))
    assert knn.bare_product(torch.ones(400, 2)) == 12.0
    assert timed == [(100, 400)]
