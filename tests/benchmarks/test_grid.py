from functools import partial
from math import inf
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from benchmarks import cold, grid, reproduce, simple
from lattice.data import save
from lattice.errors import InputError
from lattice.experiments.methods import Method
from lattice.experiments.results import KEYS, read_all_rows
from lattice.experiments.simple_baselines import BASELINES
from lattice.pipeline import fit
from lattice.training import TrainingOptions
from lattice.validation import MAX_VALUES

MF = Method("mf")
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
        users = pd.DataFrame({"user": [0, 4], "recall@20": [0.0, scores["test_recall@20"]]})
        return {**dict(zip(grid.KEYS, keys, strict=True)), **scores}, users

    monkeypatch.setattr(grid, "run", run)
    return asked


@pytest.fixture
def folder(catalogue, tmp_path):
    save(catalogue, tmp_path / "dataset")
    return tmp_path / "dataset"


def search(folder, seeds=3, **more):
    grids = {MF: [[setting] for setting in VALID]}
    return grid.search(folder, folder.parent / "results.csv", grids, seeds, **more)[MF]


# --- the search ------------------------------------------------------------------------------------------------------


def test_search_winner_is_chosen_on_validation_for_all_seeds(folder, runs):
    won = search(folder)
    assert list(won["settings"]) == ["lr=2"] * 3
    assert list(won["seed"]) == [0, 1, 2]
    assert runs == [("lr=1", 0), ("lr=2", 0), ("lr=3", 0), ("lr=2", 1), ("lr=2", 2)]


def test_runs_that_are_in_the_result_file_are_not_done_again(folder, runs):
    search(folder, seeds=2)
    runs.clear()
    search(folder, seeds=4)
    assert runs == [("lr=2", 2), ("lr=2", 3)]
    assert len(pd.read_csv(folder.parent / "results.csv")) == 6


def test_search_winner_may_come_from_earlier_tries_in_the_file(folder, runs):
    search(folder, seeds=1)
    runs.clear()
    won = grid.search(folder, folder.parent / "results.csv", {MF: [["lr=1"], ["lr=3.0"]]}, seeds=2)[MF]
    assert won["settings"].to_list() == ["lr=2"] * 2
    assert runs == [("lr=2", 1)]


def test_search_tries_no_more_than_the_cap_earlier_ones_included(folder, runs):
    out, wide = folder.parent / "results.csv", {MF: [[setting] for setting in VALID]}
    grid.search(folder, out, {MF: [["lr=1"]]}, seeds=1)
    grid.search(folder, out, wide, seeds=1, most=2)
    assert runs[0] == ("lr=1", 0)
    assert len(set(runs)) == 2
    runs.clear()
    grid.search(folder, out, wide, seeds=1, most=2)
    assert runs == []
    grid.search(folder, out, wide, seeds=1, most=3)
    assert len(pd.read_csv(out)) == 3


def test_search_ignores_runs_with_other_defaults_or_data(folder, runs):
    file = folder.parent / "results.csv"
    search(folder, seeds=1)
    rows = pd.read_csv(file, dtype={"dataset": str, "options": str})
    best = rows[rows["settings"] == "lr=2"].assign(**{"valid_recall@20": 0.9})
    pd.concat(
        [rows, best.assign(options="older", settings="lr=4"), best.assign(dataset="other"), best.assign(seed=1)]
    ).to_csv(file)
    runs.clear()
    assert search(folder, seeds=1)["valid_recall@20"].to_list() == [0.5]
    assert runs == []


def test_of_a_stopped_search_only_the_rest_is_done(folder, runs, monkeypatch):
    one = grid.run

    def stopped(dataset, model, settings, *more):
        if settings == ["lr=3"]:
            raise KeyboardInterrupt
        return one(dataset, model, settings, *more)

    monkeypatch.setattr(grid, "run", stopped)
    with pytest.raises(KeyboardInterrupt):
        search(folder)
    monkeypatch.setattr(grid, "run", one)
    runs.clear()
    search(folder, seeds=1)
    # The winner was run before the stop, but its users' scores were lost with it.
    assert runs == [("lr=3", 0), ("lr=2", 0)]


# --- scores of single users ------------------------------------------------------------------------------------------


def test_search_keeps_users_scores_of_winners_alone(folder, runs):
    search(folder, seeds=2)
    users = pd.read_parquet(folder.parent / "results-users.parquet")
    assert users["user"].to_list() == [0, 4, 0, 4]
    assert users["seed"].to_list() == [0, 0, 1, 1]
    assert users["recall@20"].to_list() == pytest.approx([0, 0.1, 0, 0.11])


def test_search_reruns_a_winner_without_users_scores_if_wanted(folder, runs):
    search(folder, seeds=2)
    (folder.parent / "results-users.parquet").unlink()
    runs.clear()
    search(folder, seeds=2, users=False)
    assert runs == []
    search(folder, seeds=2)
    assert runs == [("lr=2", 0), ("lr=2", 1)]
    assert len(pd.read_csv(folder.parent / "results.csv")) == 4


def test_search_winner_may_change_when_it_is_run_again(folder, runs, monkeypatch):
    search(folder, seeds=1)
    (folder.parent / "results-users.parquet").unlink()
    monkeypatch.setitem(VALID, "lr=2", 0.35)
    assert search(folder, seeds=1)["settings"].to_list() == ["lr=3"]


def test_users_scores_are_those_of_the_trained_model(catalogue):
    settings = ["epochs=3", "dim=4"]
    row, users = grid.run(catalogue, MF, settings, 1, "cpu", 1)
    model = fit(catalogue, *grid.setup(MF, settings, 1, "cpu"), progress=False).model
    train, test = catalogue.pairs("train"), catalogue.pairs("test")
    with_tests = sorted(set(test[:, 0]))
    assert users["user"].to_list() == with_tests
    scores = model.embed()[0].detach() @ model.embed()[1].detach().T
    for user, found in zip(users["user"], users["recall@20"], strict=True):
        seen, wanted = set(train[train[:, 0] == user, 1]), set(test[test[:, 0] == user, 1])
        top = [item for item in scores[user].argsort(descending=True).tolist() if item not in seen][:20]
        assert found == pytest.approx(len(wanted & set(top)) / len(wanted))
    assert users["ndcg@20"].mean() == pytest.approx(row["test_ndcg@20"])
    assert users["precision@20"].mean() == pytest.approx(row["test_precision@20"])


# --- one run ---------------------------------------------------------------------------------------------------------


def test_a_run_writes_down_what_is_needed_to_repeat_it(catalogue):
    row, _ = grid.run(catalogue, Method("lattice", "mf"), ["epochs=2", "dim=4", "k=3"], 5, "cpu", 1)
    assert (row["model"], row["settings"], row["seed"]) == ("lattice-mf", "epochs=2 dim=4 k=3", 5)
    assert (row["dataset"], row["name"]) == (catalogue.fingerprint, catalogue.name)
    assert row["epochs"] == 2
    assert 0 <= row["test_recall@20"] <= 1
    assert (row["device"], row["threads"]) == ("cpu", 1)
    assert {"lattice", "torch", "python", "hardware", "seconds", "finished"} <= set(row)


def test_a_run_with_other_defaults_is_another_run(monkeypatch):
    before = grid.key("data", MF, ["lr=1"], 0)
    monkeypatch.setattr(grid, "TrainingOptions", partial(TrainingOptions, patience=7))
    assert grid.key("data", MF, ["lr=1"], 0) != before
    assert grid.key("data", MF, ["lr=1", "patience=50"], 0) == before


def checksum(file: Path, model: str, settings: list[str]) -> str:
    """The checksum that the program which makes a file's rows gives a model with these settings today."""
    if model in BASELINES:
        return simple.key(SimpleNamespace(fingerprint=""), model, settings)[2]
    if file.stem.endswith("-cold"):
        return cold.checksum(Method.parse(model), settings)
    return grid.key("", Method.parse(model), settings, 0)[2]


@pytest.mark.parametrize("file", sorted(grid.RESULTS.glob("*.csv")), ids=lambda file: file.stem)
def test_the_rows_in_git_are_found_under_today_s_options(file):
    """Defaults change; a row that was made under others would win though no search finds it."""
    table = read_all_rows(file)
    settings = table["settings"].fillna("").str.split()
    found = [checksum(file, model, given) for model, given in zip(table["model"], settings, strict=True)]
    assert table["options"].to_list() == found
    assert not table.duplicated(KEYS).any()


# --- names and grids -------------------------------------------------------------------------------------------------


def test_the_paper_s_grid_has_dropout_where_a_model_has_it():
    assert len(grid.grid_of(Method("lightgcn"))) == 4 * 4
    assert len(grid.grid_of(Method("ngcf"))) == len(grid.grid_of(Method("feats", "ngcf"))) == 4 * 4 * 9
    tried = grid.grid_of(Method("ngcf"), ["1e-3"], ["0", "1e-5"], ["0.8"], ["batch_size=2048"])
    assert [" ".join(settings) for settings in tried] == [
        f"lr=1e-3 l2={l2} dropout=0.8 batch_size=2048" for l2 in ("0", "1e-5")
    ]


def test_a_model_has_one_name():
    asked = ["lattice-lightgcn", "lattice", "feats", "lattice/feats-mf", "mf"]
    assert list(map(str, grid.methods_of(None, asked))) == [
        "lattice",
        "feats-lightgcn",
        "lattice/feats-mf",
        "mf",
    ]
    assert grid.methods_of(2, []) == grid.methods_of(None, [])
    assert {"mf", "feats-ngcf", "lattice/feats-lightgcn", "lattice-mf", "lattice"} < set(
        map(str, grid.methods_of(3, []))
    )
    assert len(grid.methods_of(3, [])) == 12


@pytest.mark.parametrize(
    ("table", "models", "says"),
    [
        (2, ["mf"], "give one of them"),
        (4, [], "tables 2 and 3"),
        (None, ["lattice-vbpr"], "lattice can't be plugged onto vbpr"),
    ],
)
def test_what_can_t_be_run_is_said_in_one_line(table, models, says):
    with pytest.raises(InputError, match=says):
        grid.methods_of(table, models)


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--table", "4"], "--table 4: the paper compares models in its tables 2 and 3"),
        (["--model", "vgg"], "no model 'vgg'"),
        (["--set", "speed=1"], "no setting 'speed'"),
        (["--lr", "fast"], "lr is a number"),
        (["--set", "seed=5"], "an option for seed"),
        (["--set", "device=cpu"], "an option for device"),
        (["--set", "lr=1", "--lr", "1e-3"], "an option for lr"),
        (["--set", "dropout=0.1", "--model", "ngcf"], "an option for dropout"),
        (["--out", "results.txt"], "a result file's name ends in .csv"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(folder, tmp_path, runs, monkeypatch, capsys, arguments, says):
    monkeypatch.setattr(grid, "RESULTS", tmp_path)
    with pytest.raises(SystemExit) as stopped:
        reproduce.main(["grid", str(folder), *arguments])
    assert stopped.value.code == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("out", "says"),
    [("dir.csv", "is a folder"), ("file/a.csv", "can't be written"), ("/proc/no/a.csv", "can't be written")],
)
def test_grid_refuses_an_unwritable_file_before_the_first_run(folder, tmp_path, runs, capsys, out, says):
    (tmp_path / "dir.csv").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit) as stopped:
        reproduce.main(["grid", str(folder), "--out", str(tmp_path / out), "--model", "mf", "--lr", "1"])
    assert stopped.value.code == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert says in said[0]
    assert runs == []


def test_a_run_that_diverges_leaves_no_row(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(MAX_VALUES, "l2", inf)  # no penalty in range diverges in an epoch
    arguments = ["--out", str(tmp_path / "out.csv"), "--model", "mf", "--lr", "1e-3", "--l2", "1e300"]
    with pytest.raises(SystemExit) as stopped:
        reproduce.main(["grid", str(folder), *arguments])
    assert stopped.value.code == 2
    assert "epoch 0: the loss is no longer finite" in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()


def test_the_command_runs_a_grid(folder, tmp_path, capsys):
    out = tmp_path / "out.csv"
    settings = ["--lr", "1e-3", "--l2", "0", "--l2", "1", "--set", "epochs=1", "--set", "dim=4"]
    with pytest.raises(SystemExit) as stopped:
        reproduce.main(["grid", str(folder), "--out", str(out), "--model", "mf", "--seeds", "2", *settings])
    assert stopped.value.code == 0
    assert "2 seeds, test: recall@20 0." in capsys.readouterr().out
    table = pd.read_csv(out)
    assert sorted(table["seed"]) == [0, 0, 1]
    test = pd.read_parquet(tmp_path / "out-users.parquet")
    won = table[table["options"] == test["options"].iat[0]]
    assert sorted(won["seed"]) == [0, 1]
    means = test.groupby("seed")["recall@20"].mean()
    assert means.to_list() == pytest.approx(won.sort_values("seed")["test_recall@20"].to_list())
