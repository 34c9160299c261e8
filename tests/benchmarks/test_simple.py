import pandas as pd
import pytest

from benchmarks import reproduce, simple
from lattice.data import save
from lattice.experiments.results import read_experiments
from lattice.experiments.simple_baselines import BASELINES, Scores


@pytest.fixture
def folder(catalogue, tmp_path):
    save(catalogue, tmp_path / "shop")
    return tmp_path / "shop"


def run(folder, *options: str) -> int:
    with pytest.raises(SystemExit) as ended:
        reproduce.main(["simple", str(folder), "--out", str(folder.parent / "shop.csv"), *options])
    return int(ended.value.code or 0)


def test_simple_runs_each_setting_once_and_keeps_winners_users(folder, capsys):
    assert run(folder) == 0
    found = read_experiments(folder.parent / "shop.csv")
    tried = found.warm.groupby("model")["options"].nunique()
    assert tried.to_dict() == {name: len(baseline.values) for name, baseline in BASELINES.items()}
    assert set(found.users["model"]) == set(BASELINES)
    first = (folder.parent / "shop.csv").read_text()
    assert run(folder) == 0
    assert (folder.parent / "shop.csv").read_text() == first
    assert capsys.readouterr().out.count("popularity") == 2


def test_simple_chooses_the_setting_on_validation(catalogue, tmp_path, monkeypatch):
    def scores(name, setting, dataset):
        found = {"valid": 1 / setting, "test": setting}  # the best on test is the worst on validation
        ranges = {split: {f"{m}@20": pd.Series([v]).to_numpy() for m in ("recall", "precision", "ndcg")}
                  for split, v in found.items()}  # fmt: skip
        return {split: Scores(pd.Series([0]).to_numpy(), values, 10) for split, values in ranges.items()}

    monkeypatch.setattr(simple, "evaluate_baseline", scores)
    assert simple.search(catalogue, "EASE", tmp_path / "a.csv")["settings"] == "ridge=10"


def test_simple_names_the_baselines_for_an_unknown_one(folder, capsys):
    assert run(folder, "--model", "svd") == 2
    assert "popularity, item-kNN, item-kNN on content, EASE" in capsys.readouterr().err
