import shutil

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from benchmarks import grid, train_demo
from benchmarks.train_demo import ROOT
from lattice.checkpoint import load
from lattice.evaluation import METRICS
from lattice.experiments.methods import Method


@pytest.fixture
def command():
    """The program, as a command line."""
    app = typer.Typer()
    app.command()(train_demo.main)
    return lambda *arguments: CliRunner().invoke(app, arguments)


def test_runs_in_the_demo_s_results_are_not_repeated(tmp_path, monkeypatch):
    def run(*arguments):
        raise AssertionError(f"run again: {arguments[1:4]}")

    monkeypatch.setattr(grid, "run", run)
    file = shutil.copy(ROOT / "benchmarks" / "results" / "demo.csv", tmp_path)
    settings = [[f"lr={lr}", f"l2={l2}"] for lr in train_demo.LR for l2 in train_demo.L2]
    grids = dict.fromkeys(map(Method, ("lattice", "lightgcn", "mf")), settings)
    found = grid.search(ROOT / "assets" / "demo", tmp_path / "demo.csv", grids, users=False)
    assert {str(method): len(runs) for method, runs in found.items()} == {"lattice": 3, "lightgcn": 3, "mf": 3}
    assert pd.read_csv(file)["seed"].max() >= 2


def test_train_demo_trains_asked_models_with_winning_settings(command, tmp_path, monkeypatch):
    def search(folder, out, grids, seeds, device, threads, users):
        assert not users
        scores = {f"test_{name}@{k}": [0.1, 0.3] for name in METRICS for k in (10, 20)}
        return {model: pd.DataFrame(scores | {"seed": [0, 1], "settings": "epochs=1 dim=4"}) for model in grids}

    monkeypatch.setattr(train_demo, "search", search)
    done = command("--model", "mf", "--model", "grcn", "--device", "cpu", "--out", str(tmp_path))
    assert done.exit_code == 0, done.output
    assert {path.name for path in tmp_path.iterdir()} == {"mf", "grcn"}
    checkpoint = load(tmp_path / "grcn")
    assert checkpoint.options.dim == 4
    assert "0.2000 ± 0.1414" in checkpoint.card
    assert checkpoint.metrics["spread"]["mean"]["recall@20"] == pytest.approx(0.2)


def test_every_model_of_table_2_is_shipped():
    assert set(map(Method, train_demo.MODELS)) == set(grid.TABLE_2)


def test_a_model_that_is_not_shipped_is_refused(command):
    done = command("--model", "feats-mf")
    assert done.exit_code == 2
    assert "'feats-mf' is none of lattice" in done.output
