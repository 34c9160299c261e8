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
        runs = [run("lattice", 0.3), run("lightgcn", 0.2, **{"test_ndcg@20": 0.05})]
        write(folder / f"chess-{split}.csv", runs)
        scores = np.random.default_rng(1).random(50)
        other = scores - lead + np.random.default_rng(2).normal(size=50) / 20
        users = [users_of("lattice", scores), users_of("lightgcn", other)]
        pd.concat(users).to_parquet(folder / f"chess-{split}-users.parquet")
        p[split] = stats.ttest_rel(scores, other).pvalue
    text = split_tables.text()
    assert p["random"] < 0.00025
    assert p["time"] > 0.001  # by both metrics the same, so that Holm's factors of 2 and 1 both give twice that
    said = "p < 0.001"
    assert f"| at random | 50 | 0.3000 | 0.2000 | +50.0% ({said}) | +200.0% ({said}) |" in text
    said = f"p = {2 * p['time']:.2g}"
    assert f"| each player's last openings | 50 | 0.3000 | 0.2000 | +50.0% ({said}) | +200.0% ({said}) |" in text
    assert "1 seed. p: paired t-test over users, each one's mean over seeds, with Holm's correction for the " in text
    assert "table's 4 tests. Where a model was trained once, p doesn't say how much another training would" in text
    assert "Not run yet: `python -m benchmarks.reproduce grid data/chess-global-time" in text
    assert "grid data/chess-time --out benchmarks/results/splits/chess-time.csv" in text


def test_splits_that_were_not_run_are_commands_without_numbers(folder):
    text = split_tables.text()
    assert text.count("`python -m benchmarks.reproduce grid") == 3
    assert "|" not in text
