"""The cold-start experiment: what is written down, what is chosen, and what is not run again."""

from pathlib import Path

import pandas as pd
import pytest

from benchmarks import cold, grid, store
from lattice.data import save
from lattice.data.cold import hold_out_items, without_cold
from lattice.errors import InputError
from lattice.experiments.cold_start import folded_in, transductive
from lattice.experiments.methods import Method
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


def test_cold_writes_every_way_once_and_runs_nothing_twice(folder, tmp_path, monkeypatch, capsys):
    file = tmp_path / "a-cold.csv"
    models = ["profile", "mf", "lattice", "fold-in"]
    table = measure(folder, file, models)
    said = capsys.readouterr().out.splitlines()
    ways = list(map(str, cold.WAYS))
    assert [line.partition(" (")[0] for line in said] == [str(cold.PROFILE), "mf", "lattice", *ways]
    # Two settings at seed 0 and the winner again at seed 1; a profile once.
    counts = table.groupby("model").size()
    assert counts[str(cold.PROFILE)] == 1
    assert set(counts[["mf", "lattice"]]) == {3}
    assert (counts[ways] >= 3).all()
    assert (table["test_cold_candidates"] < table["test_all_candidates"]).all()
    assert table["dataset"].nunique() == 1
    for name in ("valid_cold_recall@20", "test_all_ndcg@20", "test_warm_precision@20"):
        assert table[name].between(0, 1).all()

    monkeypatch.setattr(cold, "fit", None)
    pd.testing.assert_frame_equal(measure(folder, file, models), table)
    assert capsys.readouterr().out.splitlines() == said


def test_a_row_s_scores_are_those_of_the_run_it_names(folder, tmp_path):
    row = measure(folder, tmp_path / "b-cold.csv", ["vbpr"], seeds=1).iloc[-1]
    options, training = cold.setup(Method("vbpr"), [*row["settings"].split(), "protocol=cold"], int(row["seed"]), "cpu")
    checkpoint = cold.fit(cold.load(folder), options, training, progress=False)
    found = transductive(cold.Recommender.of(checkpoint)).scores("test", (20,))
    assert row["test_cold_recall@20"] == pytest.approx(found["among_cold"]["recall@20"])
    assert row["test_warm_ndcg@20"] == pytest.approx(found["warm"]["ndcg@20"])
    best = max(entry["recall@20"] for entry in checkpoint.history.to_dict("records"))
    assert row["valid_cold_recall@20"] == pytest.approx(best)  # stopped where it was best among the cold


def test_cold_row_scores_are_those_of_its_completion(folder, tmp_path):
    cold.main(folder, tmp_path / "d-cold.csv", ["fold-in"], ["0.01"], ["1e-3"], SMALL, 1, "cpu", 1)
    table = pd.read_csv(tmp_path / "d-cold.csv").set_index("model")
    dataset = cold.load(folder)
    options, training = cold.setup(Method("lattice"), ["lr=0.01", "l2=1e-3", *SMALL], 0, "cpu")
    recommender = cold.Recommender.of(cold.fit(without_cold(dataset), options, training, progress=False))
    ways = {
        "lattice, fold-in": "none",
        "lattice, fold-in + neighbours": "neighbours",
        "lattice, fold-in + both": "both",
    }
    for name, completion in ways.items():
        row, found = table.loc[name], folded_in(recommender, dataset, completion).scores("test", (20,))
        for kind in ("cold", "all"):
            assert row[f"test_{kind}_ndcg@20"] == pytest.approx(found[f"among_{kind}"]["ndcg@20"])
        assert row["test_warm_recall@20"] == pytest.approx(found["warm"]["recall@20"])
    told_apart = table[["test_cold_ndcg@20", "test_all_ndcg@20", "test_warm_ndcg@20"]].drop_duplicates()
    assert len(told_apart) >= len(ways)


def test_cold_chooses_settings_per_way_on_validation(folder, tmp_path, monkeypatch, capsys):
    """What is best on validation is worst on test, and not the same for all ways."""
    ways = list(cold.WAYS[:2])

    def run(dataset, model, settings, seed, device):
        strong = float("l2=0" in settings)
        best = [abs(strong - turn) for turn in range(len(ways))]
        return [
            cold.row(dataset, name, settings, seed, {cold.COLD_SELECTED_BY: valid, "test_cold_recall@20": 1 - valid})
            | {"test_all_recall@20": 0.0, "test_warm_recall@20": seed / 10}
            for name, valid in zip(ways, best, strict=True)
        ]

    monkeypatch.setattr(cold, "run", run)
    measure(folder, tmp_path / "c-cold.csv", ["fold-in"], seeds=2)
    scores = "cold 0.0000 ± 0.0000, all 0.0000 ± 0.0000, warm 0.0500 ± 0.0707"  # of seeds 0 and 1
    assert capsys.readouterr().out.splitlines() == [
        f"{way} (lr=0.01 l2={l2} epochs=2 dim=8): {scores}" for way, l2 in zip(ways, ("0", "1e-3"), strict=True)
    ]


def test_a_fold_in_that_was_killed_among_its_lines_is_completed(folder, tmp_path, monkeypatch):
    file, ways = tmp_path / "e-cold.csv", list(map(str, cold.WAYS))
    add, added = store.add, []

    def dies_at_the_third(file, row):
        if len(added) == 2:
            raise KeyboardInterrupt
        added.append(row["model"])
        add(file, row)

    def once():
        cold.main(folder, file, ["fold-in"], ["0.01"], ["1e-3"], SMALL, 1, "cpu", 1)

    with monkeypatch.context() as patch:
        patch.setattr(store, "add", dies_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            once()
    assert pd.read_csv(file)["model"].tolist() == ways[:2]
    once()
    assert sorted(pd.read_csv(file)["model"]) == sorted(ways)


# --- what a row is of ------------------------------------------------------------------------------------------------


def test_checksum_of_a_cold_run_differs_from_the_warm_run():
    settings = ["lr=1e-3", "l2=0"]
    for model in map(Method.parse, ("mf", "lattice", "lattice-ngcf")):
        assert cold.checksum(model, settings) == grid.key("", model, [*settings, "protocol=cold"], 0)[2]
        assert cold.checksum(model, settings) != grid.key("", model, settings, 0)[2]
    folded, on_ngcf = Method("lattice", completion="both"), Method("lattice", "ngcf")
    assert cold.checksum(folded, settings) == grid.key("", Method("lattice"), settings, 0)[2]
    assert cold.checksum(on_ngcf, ["dropout=0.2"]) != cold.checksum(on_ngcf, ["dropout=0.3"])


def test_warm_and_cold_runs_have_files_of_their_own(tmp_path):
    shop = Path("data/shop")
    assert grid.result_file(shop, None).name == "shop.csv"
    assert grid.result_file(shop, None, "cold").name == "shop-cold.csv"
    assert grid.result_file(Path("data/shop-cold"), None, "cold").name == "shop-cold.csv"
    with pytest.raises(InputError, match=r"shop-cold\.csv would be a file of cold runs; .* doesn't end in -cold"):
        grid.result_file(Path("data/shop-cold"), None)
    with pytest.raises(InputError, match=r"a\.csv would be a file of warm runs; .* ends in -cold\.csv"):
        grid.result_file(shop, tmp_path / "a.csv", "cold")
    with pytest.raises(InputError, match=r"a-k\.csv would be a file of k runs"):
        grid.result_file(shop, tmp_path / "a-k.csv")


@pytest.mark.parametrize("setting", ["seed=5", "lr=1", "protocol=warm"])
def test_what_differs_from_run_to_run_is_not_set_for_all(folder, tmp_path, setting):
    with pytest.raises(InputError, match=f"an option for {setting.partition('=')[0]}"):
        cold.main(folder, tmp_path / "c-cold.csv", ["mf"], set_=[setting])


@pytest.mark.parametrize(
    ("file", "lr", "says"), [("b-cold.csv", "fast", "lr is a number"), ("d-cold.csv", "1", "folder")]
)
def test_what_is_wrong_is_said_before_the_first_run(folder, tmp_path, monkeypatch, file, lr, says):
    asked = []
    monkeypatch.setattr(cold, "run", lambda *arguments: asked.append(arguments) or [])
    (tmp_path / "d-cold.csv").mkdir()
    with pytest.raises(InputError, match=says):
        cold.main(folder, tmp_path / file, ["mf"], ["0.01", lr], ["0"])
    assert asked == []
