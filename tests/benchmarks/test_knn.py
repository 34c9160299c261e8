"""The program that measures neighbour search: every engine, its recall, and the result file."""

import json

import torch

from benchmarks import knn
from lattice.graph.engines import ENGINES


def test_every_engine_is_measured(tmp_path):
    threads = torch.get_num_threads()
    try:
        knn.main(rows=300, dim=8, k=5, threads=1, out=tmp_path / "knn.json")
    finally:
        torch.set_num_threads(threads)
    found = json.loads((tmp_path / "knn.json").read_text())
    assert set(found["engines"]) == set(ENGINES)
    assert found["engines"]["exact"]["recall"] == 1.0
    assert all(0 < run["recall"] <= 1 for run in found["engines"].values())
