import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks import store

ROOT = Path(__file__).parents[2]


def row(model="mf", options="a", seed=0, dataset="data", **more):
    return {"dataset": dataset, "model": model, "options": options, "seed": seed, "settings": "lr=1"} | more


def users(*scores):
    return pd.DataFrame({"user": range(len(scores)), "recall@20": np.array(scores, dtype=np.float32)})


def add_many(file, model, n):
    for seed in range(n):
        store.add(file, row(model, seed=seed), users(0.5, seed))


def test_add_from_several_processes_loses_nothing(tmp_path):
    file, models = tmp_path / "a.csv", ["mf", "vbpr", "grcn"]
    # Processes of their own: one that multiprocessing makes would begin with whatever is __main__ here.
    program = "import sys; from pathlib import Path; from tests.benchmarks.test_store import add_many; "
    program += "add_many(Path(sys.argv[1]), sys.argv[2], 12)"
    running = [subprocess.Popen([sys.executable, "-c", program, str(file), model], cwd=ROOT) for model in models]
    assert [process.wait() for process in running] == [0, 0, 0]
    expected = {(model, seed) for model in models for seed in range(12)}
    table, scores = pd.read_csv(file), pd.read_parquet(tmp_path / "a-users.parquet")
    assert Counter(zip(table["model"], table["seed"], strict=True)) == Counter(dict.fromkeys(expected, 1))
    assert Counter(zip(scores["model"], scores["seed"], strict=True)) == Counter(dict.fromkeys(expected, 2))


def test_rows_of_others_stay_as_they_were_to_the_digit(tmp_path):
    file = tmp_path / "a.csv"
    line = '12e4,mf,007,0,lr=1,0.30000000000000004,,"CPU (x86_64, 2 cores)",1e-05'
    file.write_text(f"dataset,model,options,seed,settings,score,best_epoch,hardware,loss\n{line}\n")
    store.add(file, row(best_epoch=3, alpha=0.5))
    assert file.read_text().splitlines()[1] == f"{line},"
    assert store.find(file, ("12e4", "mf", "007", 0))["score"] == 0.1 + 0.2
    assert pd.read_csv(file)["alpha"].iat[1] == 0.5


def test_a_run_done_again_takes_the_place_of_what_it_was(tmp_path):
    file = tmp_path / "a.csv"
    store.add(file, row(score=1), users(0.1, 0.2))
    store.add(file, row(seed=1, score=2), users(0.3))
    store.add(file, row(score=3), users(0.4, 0.5))
    found = pd.read_csv(file).sort_values("seed")
    assert found["score"].to_list() == [3, 2]
    scores = pd.read_parquet(store.users_file(file)).sort_values(["seed", "user"])
    assert scores["recall@20"].to_list() == pytest.approx([0.4, 0.5, 0.3])
    assert scores["recall@20"].dtype == np.float32


def test_a_run_is_found_by_all_of_its_keys(tmp_path):
    file = tmp_path / "a.csv"
    key = ("data", "mf", "a", 0)
    assert store.find(file, key) is None
    assert not store.has_users(file, key)
    store.add(file, row(score=1), users(0.1))
    store.add(file, row(options="b", score=2))
    assert store.find(file, key)["score"] == 1
    assert store.has_users(file, key)
    assert not store.has_users(file, ("data", "mf", "b", 0))
    for other in (("older", *key[1:]), ("data", "vbpr", "a", 0), (*key[:3], 1)):
        assert store.find(file, other) is None
        assert not store.has_users(file, other)


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    file = tmp_path / "a.csv"
    store.add(file, row())
    before = file.read_bytes()

    def full(self, path, **options):
        path.write_text("half of a")
        raise OSError("no space left")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    with pytest.raises(OSError, match="no space"):
        store.add(file, row(seed=1))
    assert file.read_bytes() == before
