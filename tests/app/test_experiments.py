"""Experiments on the Models page: numbers worked out by hand, from result files written here."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from app.views.models import experiment_charts as charts
from app.views.models.experiments import in_words
from app.views.models.runs import seeds_in_words
from lattice.experiments.paper import Comparison
from lattice.recommender import Recommender
from tests.app.reading import said, widget
from tests.result_files import cold_run, not_run, run, users_of, write

INK = "#000000"


def test_how_many_seeds_and_who_has_another_number():
    tables = [[3, 3], [3, 1, 3], [1], [1, 2]]
    words = [seeds_in_words(pd.DataFrame({"model": list("abc")[: len(found)], "seeds": found})) for found in tables]
    assert words == ["3 seeds", "3 seeds (b: 1)", "1 seed", "2 seeds (a: 1)"]
    assert seeds_in_words(pd.DataFrame({"value": [0.5, 1.0, 5.0], "seeds": [3, 3, 2]}), "value") == "3 seeds (5.0: 2)"


# --- the lead --------------------------------------------------------------------------------------------------------


def test_in_words_says_the_lead():
    names = ("A", "B")
    kept = [in_words(Comparison("a", "b", 0.0512, p, 4200), "Recall@20", names) for p in (0.00001, 0.0123, 0.21)]
    assert all(text.startswith("A leads B by 5.1% in Recall@20: over 4,200 users that is ") for text in kept)
    assert "more than chance (paired t-test, p < 0.001)" in kept[0]
    assert "more than chance (paired t-test, p = 0.012)" in kept[1]
    assert "chance alone may bring (paired t-test, p = 0.21)" in kept[2]
    assert "weren't kept" in in_words(Comparison("a", "b", 0.0512, math.nan, 0), "Recall@20", names)


# --- charts ----------------------------------------------------------------------------------------------------------


def test_bars_have_whiskers_where_there_are_seeds_and_no_markup():
    table = pd.DataFrame(
        {
            "model": ["<b>x</b>", "LATTICE, fold-in", "y"],
            "cold_recall@20": [0.1, 0.2, 0.3],
            "± cold_recall@20": [np.nan, 0.01, np.nan],
        }
    )
    figure = charts.ranked(table, "cold_recall@20", "LATTICE", INK, chance=0.05)
    spread, single = figure.data
    assert list(figure.layout.yaxis.categoryarray) == ["&lt;b&gt;x&lt;/b&gt;", "LATTICE,<br>fold-in", "y"]
    assert (list(spread.y), list(spread.x), list(spread.error_x.array)) == (["LATTICE,<br>fold-in"], [0.2], [0.01])
    assert (list(single.y), list(single.x), single.error_x.array) == (["&lt;b&gt;x&lt;/b&gt;", "y"], [0.1, 0.3], None)
    assert spread.marker.color[0] == charts.HIGHLIGHT not in single.marker.color
    assert figure.layout.shapes[0].x0 == 0.05


def test_grouped_bars_keep_their_place_with_and_without_a_spread():
    table = pd.DataFrame(
        {
            "backbone": ["MF", "MF", "NGCF", "NGCF"],
            "variant": ["CF", "LATTICE-CF"] * 2,
            "recall@20": [0.1, 0.2, 0.3, 0.4],
            "± recall@20": [np.nan, 0.01, 0.02, 0.03],
        }
    )
    figure = charts.grouped(table, "recall@20", {"CF": "#111111", "LATTICE-CF": "#222222"}, INK)
    assert list(figure.layout.xaxis.categoryarray) == ["MF", "NGCF"]
    drawn = [(bar.offsetgroup, list(bar.x), list(bar.y), bar.error_y.array, bar.showlegend) for bar in figure.data]
    assert drawn == [
        ("CF", ["NGCF"], [0.3], (0.02,), True),
        ("CF", ["MF"], [0.1], None, False),
        ("LATTICE-CF", ["MF", "NGCF"], [0.2, 0.4], (0.01, 0.03), True),
    ]


def test_sensitivity_figure_marks_lightgcn_and_the_setting():
    curve = pd.DataFrame({"value": [0.0, 10.0, 30.0], "mean": [0.1, 0.3, 0.2], "std": [0.01, 0.02, np.nan]})
    figure = charts.sensitivity(curve, "k", "Recall@20", INK, base=0.15, shipped=10)
    line, spread, base = figure.data
    assert (list(line.x), list(line.y)) == ([0, 10, 30], [0.1, 0.3, 0.2])
    assert (list(spread.x), list(spread.y), list(spread.error_y.array)) == ([0, 10], [0.1, 0.3], [0.01, 0.02])
    assert (list(base.x), list(base.y), base.line.dash) == ([0, 30], [0.15, 0.15], "dash")
    assert figure.layout.shapes[0].x0 == 10
    assert figure.layout.annotations[0].text == "as shipped: k = 10"
    once = charts.sensitivity(curve.assign(std=np.nan), "k", "Recall@20", INK, base=None, shipped=None)
    assert [trace.name for trace in once.data] == ["LATTICE"]


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
    rows = [run("lattice", 0.1, dataset=data), run("lattice", 0.3, seed=1, dataset=data)]
    write(results / "s.csv", [*rows, run("lightgcn", 0.16, dataset=data), run("lightgcn", 0.16, seed=1, dataset=data)])
    users = [users_of("lattice", [0.5, 0.9, 0.6], dataset=data), users_of("lightgcn", [0.1, 0.2, 0.3], dataset=data)]
    pd.concat(users).to_parquet(results / "s-users.parquet")
    app = open_view("models")
    table = app.table[0].value
    assert list(table.index) == ["LightGCN", "LATTICE"]
    assert table.loc["LATTICE", "Recall@20"] == "**0.2000 ±\u00a00.1414**"
    assert table.loc["LightGCN", "NDCG@20"] == "0.0800 ±\u00a00.0000"
    differences = np.array([0.4, 0.7, 0.3])  # t-test of one sample, against zero
    p = stats.ttest_1samp(differences, 0).pvalue
    assert "**LATTICE** leads **LightGCN** by 25.0% in Recall@20: over 3 users that is what chance" in said(app)
    # Precision and NDCG are multiples of recall here, so Holm's correction triples all three.
    assert f"paired t-test, Holm's correction for 3 metrics, p = {3 * p:.2g}" in said(app)
    assert "trained once" not in said(app)
    assert {"MF", "NGCF", "VBPR", "MMGCN", "GRCN"} <= set(not_run(said(app)))
    assert "benchmarks.reproduce grid DATASET --out benchmarks/results/NAME.csv --table 2" in said(app)
    shown = next(table.value for table in app.dataframe if "± recall@20" in table.value)
    assert shown.set_index("model").loc["LATTICE", "± ndcg@20"] == pytest.approx(math.sqrt(0.005))


def test_a_metric_is_chosen_and_lives_in_the_url(open_view, results, data):
    write(results / "s.csv", [run("mf", 0.1, dataset=data), run("lightgcn", 0.15, dataset=data)])
    app = open_view("models")
    widget(app.get("button_group"), "Metric").set_value("ndcg@20").run()
    assert not app.exception
    assert app.query_params["metric"] == "ndcg@20"
    assert "**LightGCN** leads **MF** by 50.0% in NDCG@20" in said(app)


def test_ablation_on_the_page(open_view, results, data):
    runs = {"mf": 0.1, "feats-mf": 0.25, "lattice-mf": 0.3}
    write(results / "s.csv", [run(model, value, dataset=data) for model, value in runs.items()])
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


def test_one_seed_is_said_to_mean_little(open_view, results, data):
    write(results / "s.csv", [run("mf", 0.1, dataset=data), run("lattice", 0.15, dataset=data)])
    assert "one seed. Of one seed a difference of a few percent means little" in said(open_view("models"))


def test_cold_start_on_the_page_among_cold_items_or_all(open_view, results, data):
    write(results / "s.csv", [run("mf", 0.1, dataset=data)])
    rows = [
        cold_run("mf", 0.12, 0.0),
        cold_run("<i>:red[x]", 0.2),
        cold_run("lattice, fold-in", 0.4, 0.02),
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
    widget(app.get("button_group"), "Metric").set_value("ndcg@20").run()
    assert not app.exception
    table = app.table[0].value
    assert table["among cold"].to_list() == ["0.0600", "0.1000", "**0.2000**"]
    assert table["among all"].to_list() == ["0.0000", "0.0050", "**0.0100**"]


def test_sensitivity_shows_the_curve_that_was_run(open_view, results, data):
    write(results / "s.csv", [run("lightgcn", 0.1, dataset=data)])
    runs = [(5, 0, 0.1), (5, 1, 0.3), (10, 0, 0.25)]
    write(results / "s-k.csv", [run("lattice", test, seed, settings=f"k={k}", dataset=data) for k, seed, test in runs])
    app = open_view("models", experiment="sensitivity")
    shown = next(table.value for table in app.dataframe if "k" in table.value)
    assert shown["k"].to_list() == [5, 10]
    assert shown["mean"].to_list() == pytest.approx([0.2, 0.25])
    assert "mean ± standard deviation over" in said(app)
    assert "yet: λ. To run it: `python -m benchmarks.reproduce sweep DATASET --option lambda_`" in said(app)


@pytest.mark.parametrize(
    ("section", "command"),
    [("overall", "--table 2"), ("ablation", "--table 3"), ("cold", "cold DATASET"), ("sensitivity", "--option k")],
)
def test_experiments_not_run_are_one_line(open_view, results, data, section, command):
    write(results / "s.csv", [run("something else", 0.1, dataset=data)])
    app = open_view("models", experiment=section)
    assert command in said(app)
    assert "Metric" not in labels(app)
    assert len(app.get("plotly_chart")) == 1  # the training of one model


def test_new_rows_are_shown_at_the_next_visit(open_view, results, data):
    write(results / "s.csv", [run("mf", 0.1, dataset=data)])
    app = open_view("models")
    assert list(app.table[0].value.index) == ["MF"]
    write(results / "s.csv", [run("mf", 0.1, dataset=data), run("ngcf", 0.2, dataset=data)])
    app.run()
    assert list(app.table[0].value.index) == ["MF", "NGCF"]


def test_a_damaged_result_file_leaves_the_rest_of_the_page(open_view, results):
    (results / "s.csv").write_text("")
    app = open_view("models")
    assert "A file of results can't be used" in app.warning[0].value
    assert "One model" in headings(app)
