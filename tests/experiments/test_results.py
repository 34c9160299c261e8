import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lattice.errors import InputError
from lattice.experiments import results
from lattice.experiments.methods import Method


def row(model="mf", options="a", seed=0, valid=0.1, test=0.1, settings="lr=1", dataset="new"):
    scores = {"valid_recall@20": valid, "test_recall@20": test}
    return {"dataset": dataset, "model": model, "options": options, "seed": seed, "settings": settings} | scores


def write(path, rows):
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def scored(values):
    return pd.DataFrame({"user": range(len(values)), "recall@20": values})


def test_winners_are_chosen_on_validation_at_seed_0():
    table = pd.DataFrame(
        [row(options="a", valid=0.2, test=0.9), row(options="b", valid=0.3), row(options="c", seed=1, valid=0.8)]
        + [row(options="b", seed=seed, valid=0.1, test=seed) for seed in (2, 1)]
    )
    assert list(results.winners(table)[Method("mf")]["test_recall@20"]) == [0.1, 1, 2]


def test_read_current_rows_keeps_the_last_dataset(tmp_path):
    file = write(tmp_path / "a.csv", [row(dataset="old", options="b"), row(options="12e4")])
    assert results.read_current_rows(file)["options"].to_list() == ["12e4"]
    assert results.read_current_rows(tmp_path / "none.csv").empty


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "No columns"),
        (b"garbage\n1\n", "no column dataset, model, options, seed, settings"),
        (b"dataset,model,options,seed,settings\n", "no rows"),
        (b"a,b\n1,2,3\n4,5,6,7\n", "Expected 3 fields"),
        (b"\xff\xfe\x00", "decode"),
    ],
)
def test_read_current_rows_names_a_damaged_file(tmp_path, content, says):
    (tmp_path / "shop.csv").write_bytes(content)
    with pytest.raises(InputError, match=rf"shop\.csv: not a result file \(.*{says}") as refused:
        results.read_current_rows(tmp_path / "shop.csv")
    assert "\n" not in str(refused.value)


def test_experiments_are_found_by_the_dataset_s_fingerprint(tmp_path):
    for name, dataset in (("a", "x"), ("b", "new"), ("b-cold", "cold"), ("b-k", "new"), ("b-gradient", "older")):
        write(tmp_path / f"{name}.csv", [row(dataset=dataset, settings=f"k={len(name)}")])
    pd.DataFrame({"model": ["mf"], "user": [0]}).to_parquet(tmp_path / "b-users.parquet")
    found, problems = results.find_experiments(tmp_path, "new")
    assert problems == []
    assert found is not None
    assert found.warm["settings"].to_list() == ["k=1"]
    assert found.cold["dataset"].to_list() == ["cold"]  # of the dataset's cold-start split
    assert (len(found.users), len(found.k), len(found.lambda_), len(found.gradient)) == (1, 1, 0, 0)
    assert results.find_experiments(tmp_path, "cold") == (None, [])
    assert results.find_experiments(tmp_path / "none", "new") == (None, [])


def test_experiments_are_found_beside_damaged_files(tmp_path):
    write(tmp_path / "b.csv", [row()])
    for name in ("a.csv", "b-k.csv", "b-users.parquet"):  # of another dataset, and of this one
        (tmp_path / name).write_text("")
    found, problems = results.find_experiments(tmp_path, "new")
    assert found is not None
    assert (len(found.warm), len(found.k), len(found.users)) == (1, 0, 0)
    assert [problem.partition(": not a ")[0] for problem in problems] == [
        str(tmp_path / name) for name in ("a.csv", "b-k.csv", "b-users.parquet")
    ]
    assert all("\n" not in problem for problem in problems)
    with pytest.raises(InputError, match=r"b-k\.csv: not a result file"):
        results.read_experiments(tmp_path / "b.csv")


def test_result_files_include_a_dataset_named_like_a_sweep(tmp_path):
    for name in ("shop", "shop-k", "shop-lambda", "series-k", "shop-cold", "old-cold"):
        write(tmp_path / f"{name}.csv", [row()])
    assert [file.stem for file in results.result_files(tmp_path)] == ["series-k", "shop"]


def test_spread_and_curve_of_a_missing_metric_are_nan():
    runs = pd.DataFrame([row(settings="k=5")])
    assert np.isnan(results.spread(runs, "test_mrr@20")).all()
    assert np.isnan(results.curve(runs, "k", "test_mrr@20")["mean"]).all()


def test_a_curve_is_mean_and_deviation_by_the_option_s_value():
    rows = [row(seed=s, valid=v, settings=f"lr=9 k={k}") for k, s, v in [(10, 0, 0.1), (10, 1, 0.3), (5, 0, 0.2)]]
    curve = results.curve(pd.DataFrame([*rows, row(settings="lr=9 rank_k=7")]), "k")
    assert curve["value"].to_list() == [5, 10]
    assert curve["mean"].to_list() == pytest.approx([0.2, 0.2])
    assert curve["std"].iat[1] == pytest.approx(np.std([0.1, 0.3], ddof=1))
    assert curve["seeds"].to_list() == [1, 2]


def test_a_curve_is_of_one_sweep_the_last():
    rows = [
        row(valid=0.9, settings="lr=1 k=5"),
        row(valid=0.2, settings="lr=2 k=5"),
        row(valid=0.3, settings="lr=2 k=7"),
    ]
    assert results.curve(pd.DataFrame(rows), "k")["mean"].to_list() == [0.2, 0.3]
    assert results.curve(pd.DataFrame([row()]), "k").empty


def test_paired_tests_users_means_over_seeds():
    rng = np.random.default_rng(0)
    a, b = rng.random((2, 30)), rng.random((2, 30)) + 0.1
    runs = {name: pd.DataFrame([row(name, seed=seed) for seed in (0, 1)]) for name in ("a", "b")}
    users = pd.concat(
        runs[name].loc[[seed], results.KEYS].merge(scored(values[seed]), how="cross")
        for name, values in (("a", a), ("b", b))
        for seed in (0, 1)
    )
    difference = a.mean(axis=0) - b.mean(axis=0)
    t = difference.mean() / (difference.std(ddof=1) / np.sqrt(30))
    p, n = results.paired(users, runs["a"], runs["b"], "recall@20")
    assert (p, n) == (pytest.approx(2 * stats.t.sf(abs(t), 29)), 30)


@pytest.mark.parametrize(
    ("p", "expected"),
    [
        ([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]),  # 3 x .01; 2 x .03; 1 x .04, raised to the one before
        ([0.02, 0.6, 0.5], [0.06, 1.0, 1.0]),  # 2 x .5 is 1 already
        ([0.03, math.nan, 0.01], [0.03, math.nan, 0.02]),  # two tests were made
        ([0.2], [0.2]),
        ([], []),
    ],
)
def test_holm_multiplies_the_smallest_most(p, expected):
    assert results.holm(p).tolist() == pytest.approx(expected, nan_ok=True)


def test_holm_rejects_what_the_step_down_procedure_rejects():
    rng = np.random.default_rng(0)
    for _ in range(200):
        p = rng.random(6) ** 3
        rejected, order = set(), np.argsort(p)
        for i, test in enumerate(order):
            if p[test] > 0.05 / (6 - i):
                break
            rejected.add(test)
        assert set(np.flatnonzero(results.holm(p) <= 0.05)) == rejected


def test_a_run_without_settings_has_an_empty_text(tmp_path):
    rows = [row("popularity", settings=""), row("mf")]
    pd.DataFrame(rows).to_csv(tmp_path / "shop.csv", index=False)
    assert [text.split() for text in results.read_all_rows(tmp_path / "shop.csv")["settings"]] == [[], ["lr=1"]]
    pd.DataFrame(rows[:1]).to_csv(tmp_path / "shop.csv", index=False)  # a column of nothing but blanks
    assert results.read_current_rows(tmp_path / "shop.csv")["settings"].tolist() == [""]
