import pandas as pd
import pytest

from benchmarks import learning_tables
from tests.benchmarks.test_figures import lengths

ROWS = [  # part, model, change, seed, test Recall@20
    ("training", "lattice", "as it is", 0, 0.20),
    ("training", "lattice", "as it is", 1, 0.22),
    ("training", "lattice", "random graph", 0, 0.14),
    ("training", "freedom", "as it is", 0, 0.30),
    ("inference", "lattice", "textual noise", 0, 0.105),
    ("inference", "freedom", "textual noise", 0, 0.33),
]


@pytest.fixture
def results(tmp_path, monkeypatch):
    monkeypatch.setattr(learning_tables, "FOLDER", tmp_path)
    rows = [
        {"dataset": "d", "model": model, "options": f"{part} {change}", "seed": seed, "settings": "lr=1",
         "part": part, "change": change, "test_recall@20": value}
        for part, model, change, seed, value in ROWS
    ]  # fmt: skip
    pd.DataFrame(rows).to_csv(tmp_path / "shop.csv", index=False)


def test_learning_tables_compare_each_change_with_its_own_model(results):
    text = learning_tables.text("shop", "Shop")
    assert "| LATTICE | as it is | 0.2100 ± 0.0141 |  |" in text
    assert "| LATTICE | random graph | 0.1400 | -30.0% |" in text  # of seed 0's .20
    assert "| textual noise | 0.1050 (-48%) | 0.3300 (+10%) |" in text
    assert "| FREEDOM | as it is | 0.3000 |  |" in text
    assert "1 to 2 seeds. Percentages compare with the same model as it is, over the seeds that both" in text
    assert "Not run yet: frozen (λ = 1), learned alone (λ = 0), a modality replaced in training." in text


def test_learning_picture_has_a_bar_for_each_training(results):
    first, second, third = lengths(learning_tables.picture("shop"))
    assert second == pytest.approx(first * 0.14 / 0.21, rel=0.01)
    assert third == pytest.approx(first * 0.30 / 0.21, rel=0.01)


def test_learning_tables_name_the_replacements_that_no_model_was_trained_on(results, tmp_path):
    table = pd.read_csv(tmp_path / "shop.csv")
    shuffled = table.iloc[[4, 4]].assign(change="textual shuffled", options=["x", "y"], part=["training", "inference"])
    pd.concat([table, shuffled]).to_csv(tmp_path / "shop.csv", index=False)
    said = "Not run yet: frozen (λ = 1), learned alone (λ = 0), trained on textual noise."
    assert said in learning_tables.text("shop", "Shop")


def test_a_change_without_the_same_seed_as_it_is_has_no_percentage(results, tmp_path):
    table = pd.read_csv(tmp_path / "shop.csv")
    table.loc[table["change"] == "random graph", "seed"] = 7
    table.to_csv(tmp_path / "shop.csv", index=False)
    assert "| LATTICE | random graph | 0.1400 | – |" in learning_tables.text("shop", "Shop")


def test_trials_of_an_earlier_winner_are_no_seeds_of_the_present_one(results, tmp_path):
    table = pd.read_csv(tmp_path / "shop.csv")
    lattice = table[table["model"] == "lattice"]
    before = lattice.assign(options="old " + lattice["options"], settings="lr=1 l2=9", **{"test_recall@20": 0.9})
    frozen = lattice.iloc[[0]].assign(options="new", settings="lr=1 lambda_=1", change="frozen (λ = 1)")
    pd.concat([before, table, frozen]).to_csv(tmp_path / "shop.csv", index=False)
    text = learning_tables.text("shop", "Shop")
    assert "| LATTICE | as it is | 0.2100 ± 0.0141 |  |" in text
    assert "| LATTICE | random graph | 0.1400 | -30.0% |" in text
    assert "| LATTICE | frozen (λ = 1) | 0.2000 | +0.0% |" in text
