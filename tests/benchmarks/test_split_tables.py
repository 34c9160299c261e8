import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks import split_tables
from tests.result_files import run, users_of, write


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(split_tables, "FOLDER", tmp_path)
    return tmp_path


def test_splits_show_each_lead_with_p_corrected_for_all(folder):
    p = {}
    for split, lead in (("random", 0.2), ("time", 0.02)):
        write(folder / f"chess-{split}.csv", [run("lattice", 0.3), run("lightgcn", 0.2, seed=0)])
        scores = np.random.default_rng(1).random(50)
        other = scores - lead + np.random.default_rng(2).normal(size=50) / 20
        users = [users_of("lattice", scores), users_of("lightgcn", other)]
        pd.concat(users).to_parquet(folder / f"chess-{split}-users.parquet")
        p[split] = stats.ttest_rel(scores, other).pvalue
    text = split_tables.text()
    assert p["random"] < 0.0005
    assert p["time"] > 0.001  # the larger of two keeps its p
    assert "| at random | 50 | 0.3000 | 0.2000 | +50.0% (p < 0.001) |" in text
    assert f"| each player's last openings | 50 | 0.3000 | 0.2000 | +50.0% (p = {p['time']:.2g}) |" in text
    assert "1 seed. p: paired t-test over users, with Holm's correction for the table's 2 tests." in text
    assert "Not run yet: `python -m benchmarks.reproduce grid data/chess-global-time" in text
    assert "grid data/chess-time --out benchmarks/results/splits/chess-time.csv" in text


def test_splits_that_were_not_run_are_commands_without_numbers(folder):
    text = split_tables.text()
    assert text.count("`python -m benchmarks.reproduce grid") == 3
    assert "|" not in text
