"""Tables of experiments, with numbers worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lattice.experiments import paper_tables
from lattice.experiments.results import read_experiments
from tests.result_files import cells, cold_run, not_run, run, users_of, write


@pytest.fixture
def file(tmp_path):
    """Two baselines, of which the second's winner is worse on test than what it won against; LATTICE leads by 20%."""
    rows = [
        run("mf", 0.10),
        run("mf", 0.14, seed=1),
        run("grcn", 0.90, valid=0.4),
        run("lattice", 0.24, alpha_visual=0.3),
    ]
    rows += [run("grcn", 0.20, options="b", settings="lr=2"), run("feats-mf", 0.15), run("lattice-mf", 0.12)]
    return write(tmp_path / "shop.csv", rows)


# --- Table 2 ---------------------------------------------------------------------------------------------------------


def test_overall_has_winners_mean_and_deviation_in_paper_order(file):
    text = paper_tables.markdown(paper_tables.overall(read_experiments(file)))
    # The mean of 0.10 and 0.14 is 0.12, their sample deviation 0.04 / sqrt(2).
    assert cells(text, "MF") == ["lr=1", "0.1200 ± 0.0283", "0.0120 ± 0.0028", "0.0600 ± 0.0141"]
    assert cells(text, "GRCN") == ["lr=2", "0.2000", "0.0200", "0.1000"]
    assert cells(text, "LATTICE") == ["lr=1", "**0.2400**", "**0.0240**", "**0.1200**"]
    assert text.index("| MF") < text.index("| GRCN") < text.index("| LATTICE |")
    assert "Test split, 1 to 2 seeds" in text
    assert "learned α: visual 0.30." in text
    assert {"NGCF", "LightGCN", "VBPR", "MMGCN"} <= set(not_run(text))
    assert not {"MF", "GRCN", "LATTICE"} & set(not_run(text))
    assert "Settings tried: 2 (GRCN); 1 (MF, LATTICE)." in text


def test_overall_gain_is_over_the_best_baseline(file):
    text = paper_tables.markdown(paper_tables.overall(read_experiments(file)))
    assert cells(text, "LATTICE over the best baseline") == ["", "+20.0%", "+20.0%", "+20.0%"]


def test_overall_has_no_gain_by_a_metric_that_a_run_lacks(tmp_path):
    name = f"test_{paper_tables.PAPER_NDCG}"
    rows = [run("mf", 0.1) | {name: 0.05}, run("lightgcn", 0.2), run("lattice", 0.3) | {name: 0.15}]
    found = read_experiments(write(tmp_path / "shop.csv", rows))
    scores = pd.DataFrame({"recall@20": [0.1]}, index=["MF"])
    published = [paper_tables.Published(paper_tables.PAPER, scores, "")]
    gains = paper_tables.overall(found, published).gains["LATTICE over the best baseline"]
    assert gains["recall@20"] == pytest.approx(0.5)
    assert np.isnan(gains[paper_tables.PAPER_NDCG])


def test_overall_p_is_over_users_against_the_best_baseline(file):
    rng = np.random.default_rng(0)
    lattice, grcn = rng.random(40) + 0.1, rng.random((2, 40))
    stale = users_of("grcn", np.zeros(40), options="a")
    users = [users_of("lattice", lattice), users_of("grcn", grcn[0], options="b"), users_of("mf", lattice), stale]
    pd.concat(users).to_parquet(file.with_name("shop-users.parquet"))
    found = paper_tables.overall(read_experiments(file))
    d = lattice - grcn[0]
    p = 2 * stats.t.sf(abs(d.mean() / (d.std(ddof=1) / np.sqrt(40))), 39)
    # The three metrics are multiples of one another here: the smallest p, times three, holds for all.
    assert found.p["LATTICE over the best baseline"].to_list() == pytest.approx([3 * p] * 3)
    assert cells(paper_tables.markdown(found), "LATTICE over the best baseline")[1] == f"+20.0% (p = {3 * p:.2g})"
    assert "over 40 users, each one's mean over seeds, with Holm's correction for the table's 3 tests." in (
        paper_tables.markdown(found)
    )
    older = users_of("lattice", np.zeros(500), dataset="older")
    pd.concat([*users, older]).to_parquet(file.with_name("shop-users.parquet"))
    assert "over 40 users" in paper_tables.markdown(paper_tables.overall(read_experiments(file)))


def test_overall_shows_a_loss_as_well(tmp_path):
    found = read_experiments(write(tmp_path / "shop.csv", [run("mf", 0.2), run("lattice", 0.1)]))
    assert cells(paper_tables.markdown(paper_tables.overall(found)), "LATTICE over the best baseline")[1] == "-50.0%"


# --- Table 3 and cold start ------------------------------------------------------------------------------------------


def test_ablation_compares_on_one_backbone(file):
    text = paper_tables.markdown(paper_tables.ablation(read_experiments(file)))
    assert cells(text, "LATTICE-MF over MF+feats")[1:] == ["-20.0%"] * 3
    assert cells(text, "LATTICE-LightGCN") == ["lr=1", "**0.2400**", "**0.0240**", "**0.1200**"]
    assert "NGCF over" not in text
    assert "GRCN" not in text


def test_cold_start_is_chosen_on_validation_s_cold_items(tmp_path):
    rows = [cold_run("content profile", 0.3), cold_run("lattice, fold-in", 0.9, valid=0.1)]
    rows += [cold_run("lattice, fold-in", 0.5, 0.02, 0.2, options="b", seed=seed) for seed in (0, 1)]
    rows += [cold_run("mf", 0.1)]
    write(tmp_path / "shop-cold.csv", rows)
    text = paper_tables.markdown(
        paper_tables.cold_start(read_experiments(write(tmp_path / "shop.csv", [run("mf", 0.1)])))
    )
    assert cells(text, "LATTICE, fold-in")[1:] == [
        f"**{value} ± 0.0000**" for value in ("0.5000", "0.0500", "0.2500", "0.0200", "0.2000")
    ]
    assert text.index("| MF") < text.index("| Content profile")
    assert "Settings tried: 1 (MF)." in text
    assert {"NGCF", "LightGCN", "VBPR", "MMGCN", "GRCN", "LATTICE"} <= set(not_run(text))


def test_overall_gain_is_over_others_wherever_lattice_stands(file, monkeypatch):
    # A model registered after LATTICE is a baseline like any other.
    later = (
        *[method for method in paper_tables.TABLE_2 if method != paper_tables.Method("grcn")],
        paper_tables.Method("grcn"),
    )
    monkeypatch.setattr(paper_tables, "TABLE_2", later)
    made = paper_tables.overall(read_experiments(file))
    assert list(made.scores.index) == ["MF", "LATTICE", "GRCN"]
    assert made.gains["LATTICE over the best baseline"]["recall@20"] == pytest.approx(0.2)


def test_overall_shows_a_dash_for_a_metric_that_a_file_lacks(file):
    table = pd.read_csv(file).drop(columns=["valid_ndcg@20", "test_ndcg@20"])
    text = paper_tables.markdown(paper_tables.overall(read_experiments(write(file, table))))
    assert cells(text, "LATTICE") == ["lr=1", "**0.2400**", "**0.0240**", "–"]
    assert cells(text, "LATTICE over the best baseline") == ["", "+20.0%", "+20.0%", "–"]


def test_ablation_has_its_backbones_and_variants(tmp_path):
    runs = {"mf": 0.1, "feats-mf": 0.25, "lattice-mf": 0.3, "lightgcn": 0.2, "lattice": 0.4}
    rows = [run(model, value) for model, value in runs.items()]
    made = paper_tables.ablation(read_experiments(write(tmp_path / "a.csv", rows)))
    assert list(zip(made.run["backbone"], made.run["variant"], made.run["model"], strict=True)) == [
        ("MF", "CF", "MF"),
        ("MF", "CF+feats", "MF+feats"),
        ("MF", "LATTICE-CF", "LATTICE-MF"),
        ("LightGCN", "CF", "LightGCN"),
        ("LightGCN", "LATTICE-CF", "LATTICE-LightGCN"),
    ]
    assert paper_tables.gains_on_backbones(made, "recall@20") == pytest.approx({"MF": 0.2})


def test_the_programs_ndcg_is_only_beside_the_papers_scores(tmp_path):
    rows = [run("lattice", 0.24, **{"test_ndcg_of_hits@20": 0.3}), run("mf", 0.2)]
    found = read_experiments(write(tmp_path / "shop.csv", rows))
    scores = pd.DataFrame({"ndcg@20": {"LATTICE": 0.25}})
    label = "NDCG@20 as the paper's program"
    text = paper_tables.markdown(paper_tables.overall(found, [paper_tables.Published("paper", scores, "")]))
    assert f"| NDCG@20 | {label} | paper: NDCG@20 |" in text
    assert (
        "| LATTICE | lr=1 | **0.2400** | **0.0240** | **0.1200** | 0.3000 | 0.2500 |" in text
    )  # MF lacks it, so none is best
    for other in ([], [paper_tables.Published("MMRec", scores, "")]):
        assert label not in paper_tables.markdown(paper_tables.overall(found, other))
