"""The cold-start experiment: what is written down, what is chosen, and what is not run again."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import cold
from lattice.cold_start import transductive
from lattice.data import save
from lattice.data.cold import hold_out_items
from lattice.evaluation.results import winners
from tests.synthetic import clustered

SMALL = ["epochs=2", "dim=8"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    dataset = hold_out_items(clustered(cold=(), without={}, per_user=12), 0.25, 3)
    save(dataset, tmp_path_factory.mktemp("cold") / "dataset")
    return tmp_path_factory.getbasetemp() / "cold0" / "dataset"


def measure(folder, file, models, seeds=2):
    cold.main(folder, file, models, ["0.01"], ["0", "1e-3"], SMALL, seeds, "cpu", 1)
    return pd.read_csv(file, dtype={"options": str})


def test_every_way_of_scoring_has_its_rows_and_nothing_is_run_twice(folder, tmp_path, monkeypatch, capsys):
    file = tmp_path / "a-cold.csv"
    models = [cold.PROFILE, "mf", "lattice", cold.FOLD_IN]
    table = measure(folder, file, models)
    said = capsys.readouterr().out.splitlines()
    ways = [way + end for way in cold.WAYS for end in ("", cold.AT_COST)]
    assert [line.partition(" (")[0] for line in said] == [cold.PROFILE, "mf", "lattice", *ways]
    # Two settings at seed 0 and the winner again at seed 1; a profile once.
    counts = table.groupby("model").size()
    assert counts[cold.PROFILE] == 1
    assert set(counts[["mf", "lattice"]]) == {3}
    assert (counts[ways] >= 3).all()
    assert (table["test_cold_candidates"] < table["test_all_candidates"]).all()
    assert table["dataset"].nunique() == 1
    for name in ("valid_cold_recall@20", "test_all_ndcg@20", "test_warm_precision@20"):
        assert table[name].between(0, 1).all()
    lifted = table[table["model"].str.endswith(cold.AT_COST)].set_index(["options", "seed"])
    plain = table[table["model"] == cold.FOLD_IN].set_index(["options", "seed"])
    same = lifted[lifted["model"] == cold.FOLD_IN + cold.AT_COST]["test_cold_recall@20"]
    pd.testing.assert_series_equal(same.sort_index(), plain["test_cold_recall@20"].sort_index())
    assert np.isfinite(lifted["lift"]).all()

    monkeypatch.setattr(cold, "fit", None)
    pd.testing.assert_frame_equal(measure(folder, file, models), table)
    assert capsys.readouterr().out.splitlines() == said


def test_a_row_s_scores_are_those_of_the_run_it_names(folder, tmp_path):
    row = measure(folder, tmp_path / "b-cold.csv", ["vbpr"], seeds=1).iloc[-1]
    options, training = cold.setup("vbpr", [*row["settings"].split(), "protocol=cold"], int(row["seed"]), "cpu")
    checkpoint = cold.fit(cold.load(folder), options, training, progress=False)
    found = transductive(cold.Recommender.of(checkpoint)).scores("test", (20,))
    assert row["test_cold_recall@20"] == pytest.approx(found["among_cold"]["recall@20"])
    assert row["test_warm_ndcg@20"] == pytest.approx(found["warm"]["ndcg@20"])
    best = max(entry["recall@20"] for entry in checkpoint.history.to_dict("records"))
    assert row["valid_cold_recall@20"] == pytest.approx(best)  # stopped where it was best among the cold


def test_each_way_of_scoring_chooses_its_settings_on_validation(folder, tmp_path, monkeypatch, capsys):
    """What is best on validation is worst on test, and not the same for all ways."""

    def run(dataset, model, settings, seed, device):
        strong = float("l2=0" in settings)
        scores = [(f"{way}{end}", abs(strong - turn)) for turn, way in enumerate(list(cold.WAYS)[:2]) for end in ("",)]
        return [
            cold.row(dataset, name, settings, seed, {cold.COLD_SELECTED_BY: valid, "test_cold_recall@20": 1 - valid})
            | {"test_all_recall@20": 0.0, "test_warm_recall@20": 0.0}
            for name, valid in scores
        ]

    monkeypatch.setattr(cold, "run", run)
    table = measure(folder, tmp_path / "c-cold.csv", [cold.FOLD_IN], seeds=1)
    won = winners(table, cold.COLD_SELECTED_BY)
    assert [won[way]["settings"][0].split()[1] for way in list(cold.WAYS)[:2]] == ["l2=0", "l2=1e-3"]
    assert ["l2=0" in line or "l2=1e-3" in line for line in capsys.readouterr().out.splitlines()] == [True, True]
