"""Experiments on the Models page: numbers worked out by hand, from result files written here."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from app.components import experiment_charts as charts
from app.components.experiments import (
    Lead,
    ablation,
    chance,
    cold_start,
    full,
    improvement,
    in_words,
    lead,
    overall,
    read,
    scores,
    written,
)
from app.components.runs import seeds
from lattice.errors import InputError
from lattice.evaluation.results import winners
from lattice.recommender import Recommender
from tests.app.reading import said, widget

INK = "#000000"
DATA = "0123456789abcdef"


def row(model, test, seed=0, options="a", valid=0.5, settings="lr=1", dataset=DATA):
    """A run whose precision is a tenth of its recall, and whose NDCG is half of it."""
    found = {"dataset": dataset, "model": model, "options": options, "seed": seed, "settings": settings}
    for split, value in (("valid", valid), ("test", test)):
        found |= {f"{split}_recall@20": value, f"{split}_precision@20": value / 10, f"{split}_ndcg@20": value / 2}
    return found


def cold_row(model, valid, cold, everything=0.01, warm=0.1, seed=0, options="a", **more):
    keys = {"dataset": "other", "model": model, "options": options, "seed": seed, "settings": "lr=1"}
    among = {"test_cold_recall@20": cold, "test_cold_precision@20": cold / 10, "test_cold_ndcg@20": cold / 2}
    rest = {"valid_cold_recall@20": valid, "test_all_recall@20": everything, "test_warm_recall@20": warm}
    return keys | among | rest | more


def write(path, rows):
    pd.DataFrame(rows).to_csv(path, index=False)


# --- names and reading -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mf", "MF"),
        ("feats-mf", "MF+feats"),
        ("feats-ngcf", "NGCF+feats"),
        ("lattice/feats-mf", "LATTICE/feats-MF"),
        ("lattice-lightgcn", "LATTICE-LightGCN"),
        ("lattice", "LATTICE"),
        ("lattice, fold-in", "LATTICE, fold-in"),
        ("lattice-mf, fold-in + completion", "LATTICE-MF, fold-in + completion"),
        ("content profile", "Content profile"),
    ],
)
def test_a_model_is_called_as_people_write_it(name, expected):
    assert written(name) == expected


def test_without_a_backbone_it_is_lightgcn():
    assert [full(name) for name in ("lattice", "feats", "lattice/feats", "lattice-mf", "mf")] == [
        "lattice-lightgcn",
        "feats-lightgcn",
        "lattice/feats-lightgcn",
        "lattice-mf",
        "mf",
    ]


def test_one_model_under_two_names_is_one(tmp_path):
    write(tmp_path / "a.csv", [row("lattice", 0.1), row("lattice-lightgcn", 0.3, seed=1)])
    found = read(tmp_path, DATA)
    assert found is not None
    assert overall(winners(found.warm))["LATTICE"]["test_recall@20"].to_list() == [0.1, 0.3]


def test_a_sweep_of_the_dataset_as_it_was_is_left_out_and_cold_items_are_anothers(tmp_path):
    write(tmp_path / "a.csv", [row("lattice", 0.1)])
    write(tmp_path / "a-k.csv", [row("lattice", 0.1, settings="k=5", dataset="older")])
    write(tmp_path / "a-lambda.csv", [row("lattice", 0.1, settings="lambda_=0.5")])
    write(tmp_path / "a-cold.csv", [cold_row("mf", 0.1, 0.1)])
    found = read(tmp_path, DATA)
    assert found is not None
    assert (len(found.k), len(found.lambda_), len(found.cold)) == (0, 1, 1)


def test_no_experiments_and_no_folder_are_nothing(tmp_path):
    write(tmp_path / "a.csv", [row("lattice", 0.1, dataset="another")])
    assert read(tmp_path, DATA) is None
    assert read(tmp_path / "none", DATA) is None


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "dataset,model,options,seed,settings\n", "a\n1,2,3\n4,5\n"])
def test_a_damaged_file_is_said_in_one_line(tmp_path, text):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(InputError, match="can't be read") as raised:
        read(tmp_path, DATA)
    assert str(tmp_path) in str(raised.value)
    assert "\n" not in str(raised.value)


# --- tables ----------------------------------------------------------------------------------------------------------


def test_overall_is_the_winners_mean_and_deviation_in_the_papers_order():
    runs = [row("lattice-lightgcn", 0.1), row("lattice-lightgcn", 0.3, seed=1), row("mf", 0.2)]
    loser = row("mf", 0.9, options="b", valid=0.4)  # better on test, worse on validation
    table = scores(overall(winners(pd.DataFrame([*runs, loser, row("feats-mf", 0.5)])))).set_index("model")
    assert list(table.index) == ["MF", "LATTICE"]
    assert table["seeds"].to_list() == [1, 2]
    assert table["recall@20"].to_list() == pytest.approx([0.2, 0.2])
    assert table.loc["LATTICE", "± recall@20"] == pytest.approx(math.sqrt(0.02))
    assert math.isnan(table.loc["MF", "± recall@20"])
    assert table.loc["LATTICE", "precision@20"] == pytest.approx(0.02)


def test_how_many_seeds_and_who_has_another_number():
    tables = [[3, 3], [3, 1, 3], [1], [1, 2]]
    words = [seeds(pd.DataFrame({"model": list("abc")[: len(found)], "seeds": found})) for found in tables]
    assert words == ["3 seeds", "3 seeds (b: 1)", "1 seed", "2 seeds (a: 1)"]
    assert seeds(pd.DataFrame({"value": [0.5, 1.0, 5.0], "seeds": [3, 3, 2]}), "value") == "3 seeds (5.0: 2)"


def test_ablation_has_what_was_run_and_improves_on_features_as_they_are():
    runs = {"mf": 0.1, "feats-mf": 0.25, "lattice-mf": 0.3, "lightgcn": 0.2, "lattice-lightgcn": 0.4}
    table = ablation(winners(pd.DataFrame([row(model, value) for model, value in runs.items()])))
    assert list(zip(table["backbone"], table["variant"], table["model"], strict=True)) == [
        ("MF", "CF", "MF"),
        ("MF", "CF+feats", "MF+feats"),
        ("MF", "LATTICE-CF", "LATTICE-MF"),
        ("LightGCN", "CF", "LightGCN"),
        ("LightGCN", "LATTICE-CF", "LATTICE-LightGCN"),
    ]
    assert improvement(table, "recall@20") == pytest.approx({"MF": 0.2})


def test_cold_winners_are_those_of_validations_newcomers():
    table = pd.DataFrame(
        [
            cold_row("lattice, fold-in", 0.3, 0.4),
            cold_row("lattice, fold-in", 0.2, 0.9, options="b"),
            cold_row("lattice, fold-in", 0.1, 0.6, seed=1),
        ]
    )
    found = cold_start(table)
    assert found["model"].to_list() == ["LATTICE, fold-in"]
    assert found["cold_recall@20"].to_list() == pytest.approx([0.5])
    assert cold_start(pd.DataFrame()).empty


def test_cold_start_begins_with_the_models_of_table_2():
    names = ["content profile", "lattice, fold-in", "lattice", "lattice, fold-in, at 1%", "mf"]
    found = cold_start(pd.DataFrame([cold_row(name, 0.1, 0.1) for name in names]))
    assert found["model"].to_list() == [
        "MF", "LATTICE", "Content profile", "LATTICE, fold-in", "LATTICE, fold-in, at 1%"
    ]  # fmt: skip


def test_chance_is_twenty_of_the_cold_items_where_their_number_is_known():
    assert chance(pd.DataFrame([cold_row("mf", 0.1, 0.1)])) is None
    assert chance(pd.DataFrame([cold_row("mf", 0.1, 0.1, test_cold_candidates=200)])) == pytest.approx(0.1)
    assert chance(pd.DataFrame([cold_row("mf", 0.1, 0.1, test_cold_candidates=10)])) == 1


# --- the lead --------------------------------------------------------------------------------------------------------


@pytest.fixture
def runs():
    table = pd.DataFrame([row("mf", 0.1), row("lightgcn", 0.25), row("lattice-lightgcn", 0.2), row("grcn", 0.2)])
    return overall(winners(table))


def single_users(model, values, options="a", seed=0):
    return pd.DataFrame(
        {"model": model, "options": options, "seed": seed, "user": range(len(values)), "recall@20": values}
    )


def test_the_lead_is_of_the_best_over_the_second_and_tested_on_the_users_of_both(runs):
    rng = np.random.default_rng(0)
    one, other = rng.random(30), rng.random(40)
    noise = single_users("lightgcn", rng.random(40) + 5, options="no longer the winner")
    users = pd.concat([single_users("lightgcn", one), single_users("lattice-lightgcn", other), noise])
    found = lead({name: runs[name] for name in ("MF", "LATTICE", "LightGCN")}, users, "recall@20")
    assert found is not None
    assert (found.best, found.second, found.users) == ("LightGCN", "LATTICE", 30)
    assert found.by == pytest.approx(0.25)
    difference = one - other[:30]
    t = difference.mean() / (difference.std(ddof=1) / np.sqrt(30))
    assert found.p == pytest.approx(2 * stats.t.sf(abs(t), 29))


def test_a_lead_without_users_scores_is_not_tested(runs):
    for users in (pd.DataFrame(), single_users("lightgcn", [0.1, 0.2]), single_users("gone", [0.1, 0.2])):
        found = lead(runs, users, "recall@20")
        assert found is not None
        assert (found.p, found.users) == (None, 0)


def test_one_model_or_nothing_found_has_no_lead(runs):
    assert lead({"MF": runs["MF"]}, pd.DataFrame(), "recall@20") is None
    nothing = {name: found.assign(**{"test_recall@20": 0.0}) for name, found in runs.items()}
    assert lead(nothing, pd.DataFrame(), "recall@20") is None


def test_a_lead_in_words():
    names = ("A", "B")
    kept = [in_words(Lead("a", "b", 0.0512, p, 4200), "Recall@20", names) for p in (0.00001, 0.0123, 0.21)]
    assert all(text.startswith("A leads B by 5.1% in Recall@20: over 4,200 users that is ") for text in kept)
    assert "more than chance (paired t-test, p < 0.001)" in kept[0]
    assert "more than chance (paired t-test, p = 0.012)" in kept[1]
    assert "chance alone may bring (paired t-test, p = 0.21)" in kept[2]
    assert "weren't kept" in in_words(Lead("a", "b", 0.0512, None, 0), "Recall@20", names)


# --- charts ----------------------------------------------------------------------------------------------------------


def test_bars_have_whiskers_where_there_are_seeds_and_no_markup():
    table = pd.DataFrame(
        {"model": ["<b>x</b>", "LATTICE, fold-in"], "cold_recall@20": [0.1, 0.2], "± cold_recall@20": [np.nan, 0.01]}
    )
    figure = charts.ranked(table, "cold_recall@20", "LATTICE", INK, chance=0.05)
    bars = figure.data[0]
    assert list(bars.y) == ["&lt;b&gt;x&lt;/b&gt;", "LATTICE,<br>fold-in"]
    assert list(bars.error_x.array) == [None, 0.01]
    assert bars.marker.color[0] != bars.marker.color[1] == charts.HIGHLIGHT
    assert figure.layout.shapes[0].x0 == 0.05


def test_a_curve_has_lightgcn_dashed_across_and_the_shipped_setting_marked():
    curve = pd.DataFrame({"value": [0.0, 10.0, 30.0], "mean": [0.1, 0.3, 0.2], "std": [0.01, 0.02, np.nan]})
    figure = charts.sensitivity(curve, "k", "Recall@20", INK, base=0.15, shipped=10)
    line, base = figure.data
    assert list(line.error_y.array) == [0.01, 0.02, None]
    assert (list(base.x), list(base.y), base.line.dash) == ([0, 30], [0.15, 0.15], "dash")
    assert figure.layout.shapes[0].x0 == 10
    assert figure.layout.annotations[0].text == "as shipped: k = 10"
    assert len(charts.sensitivity(curve, "k", "Recall@20", INK, base=None, shipped=None).data) == 1


# --- the page --------------------------------------------------------------------------------------------------------


@pytest.fixture
def results(tmp_path, monkeypatch):
    """An empty folder of result files that the app reads."""
    folder = tmp_path / "results"
    folder.mkdir()
    monkeypatch.setenv("LATTICE_RESULTS", str(folder))
    return folder


@pytest.fixture(scope="module")
def data(trained) -> str:
    """The fingerprint of what the checkpoints were trained on."""
    return Recommender.load(trained / "shapes" / "lattice").checkpoint.dataset_fingerprint


def headings(app) -> list[str]:
    return [heading.value for heading in app.subheader]


def labels(app) -> list[str]:
    return [group.label for group in app.get("button_group")]


def test_a_shop_without_experiments_has_a_line_and_nothing_more(open_view, results):
    app = open_view("models", experiment="cold")
    assert "No experiments were run on this dataset" in said(app)
    assert "Experiments" not in headings(app)
    assert not {"Experiment", "Metric"} & set(labels(app))


def test_overall_shows_means_the_best_bold_and_the_lead(open_view, results, data):
    rows = [row("lattice", 0.1, dataset=data), row("lattice", 0.3, seed=1, dataset=data)]
    write(results / "s.csv", [*rows, row("lightgcn", 0.16, dataset=data), row("lightgcn", 0.16, seed=1, dataset=data)])
    users = [single_users("lattice", [0.5, 0.9, 0.6]), single_users("lightgcn", [0.1, 0.2, 0.3])]
    pd.concat(users).to_parquet(results / "s-users.parquet")
    app = open_view("models")
    table = app.table[0].value
    assert list(table.index) == ["LightGCN", "LATTICE"]
    assert table.loc["LATTICE", "Recall@20"] == "**0.2000 ±\u00a00.1414**"
    assert table.loc["LightGCN", "NDCG@20"] == "0.0800 ±\u00a00.0000"
    differences = np.array([0.4, 0.7, 0.3])  # t-test of one sample, against zero
    p = stats.ttest_1samp(differences, 0).pvalue
    assert "**LATTICE** leads **LightGCN** by 25.0% in Recall@20: over 3 users that is what chance" in said(app)
    assert f"p = {p:.2g}" in said(app)
    assert "Not run on this dataset yet: MF, NGCF, VBPR, MMGCN, GRCN." in said(app)
    assert "benchmarks.reproduce grid DATASET --table 2" in said(app)
    shown = next(table.value for table in app.dataframe if "± recall@20" in table.value)
    assert shown.set_index("model").loc["LATTICE", "± ndcg@20"] == pytest.approx(math.sqrt(0.005))


def test_a_metric_is_chosen_and_lives_in_the_url(open_view, results, data):
    write(results / "s.csv", [row("mf", 0.1, dataset=data), row("lightgcn", 0.15, dataset=data)])
    app = open_view("models")
    widget(app.get("button_group"), "Metric").set_value("ndcg@20").run()
    assert not app.exception
    assert app.query_params["metric"] == "ndcg@20"
    assert "**LightGCN** leads **MF** by 50.0% in NDCG@20" in said(app)


def test_ablation_on_the_page(open_view, results, data):
    runs = {"mf": 0.1, "feats-mf": 0.25, "lattice-mf": 0.3}
    write(results / "s.csv", [row(model, value, dataset=data) for model, value in runs.items()])
    app = open_view("models", experiment="ablation")
    assert app.table[0].value["MF"].to_dict() == {
        "CF": "0.1000",
        "CF+feats": "0.2500",
        "LATTICE/feats-CF": "–",
        "LATTICE-CF": "**0.3000**",
        "gain": "+20.0%",
    }
    assert "yet: LATTICE/feats-MF, NGCF, NGCF+feats," in said(app)
    assert "--table 3" in said(app)


def test_cold_start_on_the_page_among_cold_items_or_all(open_view, results, data):
    write(results / "s.csv", [row("mf", 0.1, dataset=data)])
    rows = [
        cold_row("mf", 0.1, 0.12, 0.0),
        cold_row("<i>:red[x]", 0.1, 0.2),
        cold_row("lattice, fold-in", 0.3, 0.4, 0.02),
    ]
    write(results / "s-cold.csv", rows)
    app = open_view("models", experiment="cold")
    table = app.table[0].value
    assert table["among cold"].to_list() == ["0.1200", "0.2000", "**0.4000**"]
    assert table["among all"].to_list() == ["0.0000", "0.0100", "**0.0200**"]
    assert ":red[" not in "".join(table.index)
    assert "Metric" in labels(app)
    widget(app.get("button_group"), "Ranked").set_value("all").run()
    assert not app.exception
    assert app.query_params["among"] == "all"
    assert "Metric" not in labels(app)


def test_sensitivity_shows_the_curve_that_was_run_and_says_which_was_not(open_view, results, data):
    write(results / "s.csv", [row("lightgcn", 0.1, dataset=data)])
    runs = [(5, 0, 0.1), (5, 1, 0.3), (10, 0, 0.25)]
    write(results / "s-k.csv", [row("lattice", test, seed, settings=f"k={k}", dataset=data) for k, seed, test in runs])
    app = open_view("models", experiment="sensitivity")
    shown = next(table.value for table in app.dataframe if "k" in table.value)
    assert shown["k"].to_list() == [5, 10]
    assert shown["mean"].to_list() == pytest.approx([0.2, 0.25])
    assert "yet: λ. To run it: `python -m benchmarks.reproduce sweep DATASET --option lambda_`" in said(app)


@pytest.mark.parametrize(
    ("section", "command"),
    [("overall", "--table 2"), ("ablation", "--table 3"), ("cold", "cold DATASET"), ("sensitivity", "--option k")],
)
def test_a_section_that_was_not_run_is_one_quiet_line_and_no_chart(open_view, results, data, section, command):
    write(results / "s.csv", [row("something else", 0.1, dataset=data)])
    app = open_view("models", experiment=section)
    assert command in said(app)
    assert "Metric" not in labels(app)
    assert len(app.get("plotly_chart")) == 1  # the training of one model


def test_new_rows_are_shown_at_the_next_visit(open_view, results, data):
    write(results / "s.csv", [row("mf", 0.1, dataset=data)])
    app = open_view("models")
    assert list(app.table[0].value.index) == ["MF"]
    write(results / "s.csv", [row("mf", 0.1, dataset=data), row("ngcf", 0.2, dataset=data)])
    app.run()
    assert list(app.table[0].value.index) == ["MF", "NGCF"]


def test_a_damaged_result_file_leaves_the_rest_of_the_page(open_view, results):
    (results / "s.csv").write_text("")
    app = open_view("models")
    assert "can't be read" in app.warning[0].value
    assert "One model" in headings(app)
