"""The paper's comparisons: numbers worked out by hand."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lattice.experiments import paper
from lattice.experiments.methods import Method
from lattice.experiments.results import winners
from tests.result_files import cold_run, run, users_of

# --- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mf", "MF"),
        ("feats-ngcf", "NGCF+feats"),
        ("lattice/feats-lightgcn", "LATTICE/feats-LightGCN"),
        ("lattice-mf", "LATTICE-MF"),
        ("lattice", "LATTICE"),
        ("lattice, fold-in + both", "LATTICE, fold-in + both"),
        ("lattice-mf, fold-in", "LATTICE-MF, fold-in"),
        ("content profile", "Content profile"),
    ],
)
def test_method_label_is_the_papers(name, expected):
    assert Method.parse(name).label == expected


@pytest.mark.parametrize(
    "text",
    ["mf", "feats-ngcf", "lattice", "lattice-mf", "lattice/feats-lightgcn", "content profile", "unknown-mf, odd"]
    + [f"lattice, fold-in{form}" for form in ("", " + neighbours", " + both")],
)
def test_method_survives_a_result_file(text):
    assert str(Method.parse(text)) == text


def test_method_is_one_value_however_it_is_written():
    assert Method.parse("lattice-lightgcn") == Method("lattice") == Method("lattice", "lightgcn")
    assert str(Method.parse("feats")) == "feats-lightgcn"
    assert Method.parse("lattice, fold-in + both") == Method("lattice", completion="both")


def test_table_3_names_every_backbone():
    names = [method.full_label for method in paper.TABLE_3]
    assert names == [
        *("MF", "MF+feats", "LATTICE/feats-MF", "LATTICE-MF"),
        *("NGCF", "NGCF+feats", "LATTICE/feats-NGCF", "LATTICE-NGCF"),
        *("LightGCN", "LightGCN+feats", "LATTICE/feats-LightGCN", "LATTICE-LightGCN"),
    ]
    assert set(paper.TABLE_3) & set(paper.TABLE_2) == {Method(name) for name in ("mf", "ngcf", "lightgcn", "lattice")}


def test_score_has_a_deviation_for_several_runs():
    assert [paper.score(0.12344, 0.00126), paper.score(0.5, math.nan), paper.score(math.nan, 1.0)] == [
        "0.1234 ± 0.0013",
        "0.5000",
        "–",
    ]


def test_a_small_p_is_not_written_as_0():
    assert [paper.p_value(p) for p in (1e-9, 0.0421)] == ["p < 0.001", "p = 0.042"]


# --- cold start ------------------------------------------------------------------------------------------------------


def test_cold_winners_are_those_of_validations_newcomers():
    rows = [
        cold_run("lattice, fold-in", 0.4, valid=0.3),
        cold_run("lattice, fold-in", 0.9, valid=0.2, options="b"),
        cold_run("lattice, fold-in", 0.6, valid=0.1, seed=1),
    ]
    (won,) = paper.cold_start(pd.DataFrame(rows)).values()
    assert won["test_cold_recall@20"].to_list() == [0.4, 0.6]
    assert paper.cold_start(pd.DataFrame()) == {}


def test_cold_start_begins_with_the_models_of_table_2():
    names = ["content profile", "lattice, fold-in", "lattice", "lattice, fold-in + both", "mf"]
    assert list(paper.cold_start(pd.DataFrame([cold_run(name, 0.1) for name in names]))) == [
        "MF", "LATTICE", "Content profile", "LATTICE, fold-in", "LATTICE, fold-in + both"
    ]  # fmt: skip


def test_random_recall_is_twenty_of_the_cold_items():
    row = cold_run("mf", 0.1)
    assert paper.random_recall(pd.DataFrame([row])) is None
    assert paper.random_recall(pd.DataFrame([row | {"test_cold_candidates": 200}])) == pytest.approx(0.1)
    assert paper.random_recall(pd.DataFrame([row | {"test_cold_candidates": 10}])) == 1


# --- the lead --------------------------------------------------------------------------------------------------------


@pytest.fixture
def runs():
    rows = [run("mf", 0.1), run("lightgcn", 0.25), run("lattice", 0.2), run("grcn", 0.2)]
    return {str(method): found for method, found in winners(pd.DataFrame(rows)).items()}


def test_compare_best_tests_the_best_and_second_on_shared_users(runs):
    rng = np.random.default_rng(0)
    one, other = rng.random(30), rng.random(40)
    noise = users_of("lightgcn", rng.random(40) + 5, options="no longer the winner")
    users = pd.concat([users_of("lightgcn", one), users_of("lattice", other), noise])
    found = paper.compare_best({name: runs[name] for name in ("mf", "lattice", "lightgcn")}, users, "recall@20")
    assert found is not None
    assert (found.model, found.other, found.users) == ("lightgcn", "lattice", 30)
    assert found.gain == pytest.approx(0.25)
    difference = one - other[:30]
    t = difference.mean() / (difference.std(ddof=1) / np.sqrt(30))
    assert found.p == pytest.approx(2 * stats.t.sf(abs(t), 29))


def test_compare_best_of_a_given_model_may_be_a_loss(runs):
    found = paper.compare_best(runs, pd.DataFrame(), "recall@20", "mf")
    assert found is not None
    assert (found.model, found.other) == ("mf", "lightgcn")
    assert found.gain == pytest.approx(-0.6)
    assert paper.compare_best(runs, pd.DataFrame(), "recall@20", "ngcf") is None


def test_compare_best_without_users_scores_has_no_p(runs):
    for users in (pd.DataFrame(), users_of("lightgcn", [0.1, 0.2]), users_of("gone", [0.1, 0.2])):
        found = paper.compare_best(runs, users, "recall@20")
        assert found is not None
        assert math.isnan(found.p)
        assert found.users == 0


def test_compare_best_needs_two_models_with_scores(runs):
    assert paper.compare_best({"MF": runs["mf"]}, pd.DataFrame(), "recall@20") is None
    assert paper.compare_best({}, pd.DataFrame(), "recall@20") is None
    nothing = {name: found.assign(**{"test_recall@20": 0.0}) for name, found in runs.items()}
    assert paper.compare_best(nothing, pd.DataFrame(), "recall@20") is None


@pytest.mark.parametrize(
    ("models", "seeds", "said"),
    [
        (("lattice", "lightgcn"), 1, True),
        (("lattice", "lightgcn"), 2, False),
        (("lattice", "EASE"), 2, False),  # EASE isn't trained: its one run is the only one there can be
        (("lattice", "EASE"), 1, True),
    ],
)
def test_a_p_of_models_that_were_trained_once_says_what_it_leaves_out(models, seeds, said):
    trained = {model: 1 if model == "EASE" else seeds for model in models}
    found = {model: pd.DataFrame([run(model, 0.3, seed=seed) for seed in range(n)]) for model, n in trained.items()}
    numbers = np.random.default_rng(0).random((2, 9))
    users = pd.concat([users_of(model, scores) for model, scores in zip(models, numbers, strict=True)])
    one = paper.compare_best(found, users, "recall@20", "lattice")
    text = paper.about_p(paper.corrected([one]), "9 users")
    assert text.startswith("p: paired t-test over 9 users, each one's mean over seeds, with Holm's correction for the")
    assert ("trained once" in text) == said


def test_nothing_is_said_of_p_where_there_was_no_test(runs):
    assert paper.about_p([paper.compare_best(runs, pd.DataFrame(), "recall@20")]) == ""
