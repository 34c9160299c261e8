from functools import partial

import pandas as pd
import pytest

from benchmarks import grid, readme
from lattice.data import save
from lattice.training import TrainingOptions

VALID = {"lr=1": 0.3, "lr=2": 0.5, "lr=3": 0.4}
TEST = {"lr=1": 0.9, "lr=2": 0.1, "lr=3": 0.5}


@pytest.fixture
def runs(monkeypatch) -> list[tuple[str, int]]:
    """Every training run that is asked for; none is done. What is best on test is worst on validation."""
    asked = []

    def run(dataset, model, settings, seed, device, threads):
        asked.append((" ".join(settings), seed))
        keys = grid.key(dataset.fingerprint, model, settings, seed)
        scores = {
            "settings": " ".join(settings),
            "valid_recall@20": VALID[settings[0]],
            "test_recall@20": TEST[settings[0]] + seed / 100,
        }
        return {**dict(zip(grid.KEYS, keys, strict=True)), **scores}

    monkeypatch.setattr(grid, "run", run)
    return asked


def search(catalogue, tmp_path, seeds=3):
    save(catalogue, tmp_path / "dataset")
    settings = [[setting] for setting in VALID]
    return grid.search(tmp_path / "dataset", tmp_path / "results.csv", ["mf"], settings, seeds)["mf"]


def test_the_winner_is_chosen_on_validation_and_run_with_every_seed(catalogue, tmp_path, runs):
    won = search(catalogue, tmp_path)
    assert list(won["settings"]) == ["lr=2"] * 3
    assert list(won["seed"]) == [0, 1, 2]
    assert runs == [("lr=1", 0), ("lr=2", 0), ("lr=3", 0), ("lr=2", 1), ("lr=2", 2)]


def test_runs_that_are_in_the_result_file_are_not_done_again(catalogue, tmp_path, runs):
    search(catalogue, tmp_path, seeds=2)
    runs.clear()
    search(catalogue, tmp_path, seeds=4)
    assert runs == [("lr=2", 2), ("lr=2", 3)]
    assert len(pd.read_csv(tmp_path / "results.csv")) == 6


def test_a_run_writes_down_what_is_needed_to_repeat_it(catalogue):
    row = grid.run(catalogue, "lattice-mf", ["epochs=2", "dim=4", "k=3"], 5, "cpu", 1)
    assert (row["model"], row["settings"], row["seed"]) == ("lattice-mf", "epochs=2 dim=4 k=3", 5)
    assert row["dataset"] == catalogue.fingerprint
    assert row["epochs"] == 2
    assert 0 <= row["test_recall@20"] <= 1


def test_a_run_with_other_defaults_is_another_run(monkeypatch):
    before = grid.key("data", "mf", ["lr=1"], 0)
    monkeypatch.setattr(grid, "TrainingOptions", partial(TrainingOptions, patience=7))
    assert grid.key("data", "mf", ["lr=1"], 0) != before
    assert grid.key("data", "mf", ["lr=1", "patience=50"], 0) == before


def test_the_readme_s_figures_are_those_of_the_result_files():
    text = (readme.ROOT / "README.md").read_text()
    assert readme.filled(text) == text
