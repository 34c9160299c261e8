"""The programs that measure speed: the dense reference is LATTICE, the floors grow as they should, results are kept."""

import json
from dataclasses import replace

import pytest
import torch
from typer.testing import CliRunner

from benchmarks import figures, peer_speed, speed, whole_training
from benchmarks.speed import Case, interactions, measure
from benchmarks.speed_dense import DenseLattice, dense_graph, evaluate_dense
from benchmarks.speed_floor import Rates, Size, floors
from lattice.graph import initial_graph
from tests import oracles

CASE = Case("", 60, 40, 400, feature_dims=(6, 4), k=3, dim=8, steps=2)
RATES = Rates(1e9, 1e10)


def test_the_dense_graph_is_that_of_the_equations():
    x = torch.randn(30, 5, generator=torch.Generator().manual_seed(0))
    expected = oracles.normalised(oracles.sparsified(x.double(), 4))
    torch.testing.assert_close(dense_graph(x, 4).double(), expected, rtol=1e-4, atol=1e-6)
    graph = initial_graph(x, 4)
    torch.testing.assert_close(dense_graph(x, 4), torch.zeros(30, 30).scatter_(1, graph.indices, graph.weights))


def test_the_dense_model_s_users_are_light_gcn_s():
    _, _, pairs, _ = interactions(CASE, None)
    model = DenseLattice(60, 40, torch.as_tensor(pairs), {"m": torch.randn(40, 5)}, dim=8)
    model.build(3)
    users, items = model.embed()
    ids = model.nodes.detach().double().split([60, 40])
    expected = oracles.lightgcn(*ids, pairs, 2)
    torch.testing.assert_close(users.detach().double(), expected[0], rtol=1e-4, atol=1e-6)
    h = model.graph.double() @ ids[1]
    torch.testing.assert_close(items.detach().double(), expected[1] + oracles.unit_rows(h), rtol=1e-4, atol=1e-6)


def test_the_dense_evaluation_leaves_training_pairs_out():
    users, items = torch.eye(3), torch.eye(3)
    ranked = evaluate_dense(users, items, torch.tensor([[0, 0], [2, 2]]), k=1)
    assert ranked[1, 0] == 1
    assert ranked[0, 0] != 0
    assert ranked[2, 0] != 2


def test_floors_grow_with_the_work():
    size = Size(1000, 500, 8000, (64, 32))
    base = floors(size, RATES)
    assert floors(replace(size, items=1000), RATES)["graph"] == pytest.approx(4 * base["graph"])
    assert floors(size, replace(RATES, bytes_per_second=2e9))["step"] == pytest.approx(base["step"] / 2)
    assert floors(replace(size, pairs=16_000), RATES)["step"] > base["step"]
    assert floors(replace(size, users=2000), RATES)["evaluation"] == pytest.approx(2 * base["evaluation"])


def test_a_case_is_measured_with_its_ratios(tmp_path):
    found = measure(CASE, tmp_path, 1, "cpu")
    assert found["users"] == 60
    assert found["steps_an_epoch"] == 1
    assert min(found[name] for name in ("graph", "refresh", "step", "evaluation", "epoch")) > 0
    kinds = ("step", "graph", "evaluation")
    assert set(found["dense"]) == set(found["floor"]) == set(kinds)
    assert set(found["ratios"]) == {
        *(f"{kind} over its floor" for kind in kinds),
        *(f"dense {kind} over ours" for kind in kinds),
    }


def test_a_case_without_a_search_has_no_times_of_it(tmp_path):
    found = measure(replace(CASE, search=False), tmp_path, 1, "cpu")
    assert found["graph"] == found["refresh"] == found["evaluation"] == 0
    assert set(found["ratios"]) == {"step over its floor"}


def test_results_are_added_to_those_of_other_cases(tmp_path):
    out = tmp_path / "speed.json"
    speed.store(out, {"cases": {"a": {"step": 1}}})
    speed.store(out, {"growth": {"k": {"5": {"step_busy": 1}}}})
    speed.store(out, {"cases": {"b": {"step": 2}, "a": {"step": 3}}})
    assert json.loads(out.read_text()) == {
        "cases": {"a": {"step": 3}, "b": {"step": 2}},
        "growth": {"k": {"5": {"step_busy": 1}}},
    }


def test_a_case_that_fails_leaves_the_others(tmp_path, monkeypatch):
    def run_apart(work, case, *arguments):
        if case is speed.CASES["baby"]:
            raise MemoryError("no room")
        return {"ratios": {}, "step": 1}

    monkeypatch.setattr(speed, "run_apart", run_apart)
    out = tmp_path / "speed.json"
    done = CliRunner().invoke(speed.app, ["run", "DATA", "--case", "baby", "--case", "sports", "--out", str(out)])
    assert done.exit_code == 1
    assert "baby failed (MemoryError: no room)" in done.stderr
    assert list(json.loads(out.read_text())["cases"]) == ["sports"]


def test_the_peer_s_ratios_are_of_medians():
    theirs = {"epoch": [10.0, 90.0, 20.0], "evaluation": [8.0], "peak_memory_gb": 3.0}
    ours = {"epoch": [2.0, 1.0, 4.0], "evaluation": [0.5, 0.1, 0.4], "peak_memory_gb": 1.5}
    assert peer_speed.ratios(theirs, ours) == {"epoch": 10.0, "evaluation": 20.0, "peak_memory_gb": 2.0}


def test_a_whole_training_s_parts_are_all_of_it(tmp_path):
    splits = {"train": {"0": [0, 1, 2], "1": [2, 3, 4]}, "val": {"0": [4]}, "test": {"1": [0]}}
    (tmp_path / "5-core").mkdir()
    for name, lists in splits.items():
        (tmp_path / "5-core" / f"{name}.json").write_text(json.dumps(lists))
    found = whole_training.measure(tmp_path, replace(whole_training.TRAINING, epochs=2, device="cpu"), 1)
    parts = sum(found[part] for part in ("steps_and_searches", "validation", "the_rest"))
    assert parts == pytest.approx(found["seconds"], abs=0.2)
    assert found["epochs"] == 2
    assert 0 <= found["test_recall"] <= 1


def test_growth_is_drawn_with_a_line_per_kind_and_size():
    point = {"step_busy": 0.1, "refresh_busy": 0.2}
    drawn = figures.growth({"items": {"10": point, "20": point}, "k": {"5": point, "10": point}})
    assert drawn.count('id="step_busy"') == drawn.count('id="refresh_busy"') == 2
    assert "panel-1" in drawn
