import hashlib
from io import StringIO

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks import published, report, reproduce, tables
from benchmarks.grid import RESULTS
from lattice.experiments.results import experiments, files
from tests.result_files import cold_run, run, users_of, write


def cells(text, model):
    """The cells of one row of a Markdown table."""
    (row,) = [line for line in text.splitlines() if line.startswith(f"| {model} |")]
    return [cell.strip() for cell in row.strip("|").split("|")][1:]


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


def test_a_table_has_mean_and_deviation_of_validation_s_winners_in_the_paper_s_order(file):
    text = tables.markdown(tables.overall(experiments(file), "shop"))
    # The mean of 0.10 and 0.14 is 0.12, their sample deviation 0.04 / sqrt(2).
    assert cells(text, "MF") == ["lr=1", "0.1200 ± 0.0283", "0.0120 ± 0.0028", "0.0600 ± 0.0141"]
    assert cells(text, "GRCN") == ["lr=2", "0.2000", "0.0200", "0.1000"]
    assert cells(text, "LATTICE") == ["lr=1", "**0.2400**", "**0.0240**", "**0.1200**"]
    assert text.index("| MF") < text.index("| GRCN") < text.index("| LATTICE |")
    assert "Test split, 1 to 2 seeds" in text
    assert "learned α: visual 0.30." in text
    assert "Not run yet: NGCF, LightGCN, VBPR, MMGCN." in text
    assert "Settings tried: 2 (GRCN); 1 (MF, LATTICE)." in text


def test_lattice_s_improvement_is_over_the_best_baseline(file):
    text = tables.markdown(tables.overall(experiments(file), "shop"))
    assert cells(text, "LATTICE over the best baseline") == ["", "+20.0%", "+20.0%", "+20.0%"]


def test_a_lead_is_tested_against_the_best_baseline_over_users_and_their_seeds(file):
    rng = np.random.default_rng(0)
    lattice, grcn = rng.random(40) + 0.1, rng.random((2, 40))
    stale = users_of("grcn", np.zeros(40), options="a")
    users = [users_of("lattice", lattice), users_of("grcn", grcn[0], options="b"), users_of("mf", lattice), stale]
    pd.concat(users).to_parquet(file.with_name("shop-users.parquet"))
    found = tables.overall(experiments(file), "shop")
    d = lattice - grcn[0]
    p = 2 * stats.t.sf(abs(d.mean() / (d.std(ddof=1) / np.sqrt(40))), 39)
    assert found.p["LATTICE over the best baseline"].to_list() == pytest.approx([p] * 3)
    assert cells(tables.markdown(found), "LATTICE over the best baseline")[1] == f"+20.0% (p = {p:.2g})"
    assert "over 40 users" in tables.markdown(found)
    older = users_of("lattice", np.zeros(500), dataset="older")
    pd.concat([*users, older]).to_parquet(file.with_name("shop-users.parquet"))
    assert "over 40 users" in tables.markdown(tables.overall(experiments(file), "shop"))


def test_a_loss_is_no_less_said(tmp_path):
    found = experiments(write(tmp_path / "shop.csv", [run("mf", 0.2), run("lattice", 0.1)]))
    assert cells(tables.markdown(tables.overall(found, "shop")), "LATTICE over the best baseline")[1] == "-50.0%"


# --- Table 3 and cold start ------------------------------------------------------------------------------------------


def test_an_ablation_compares_on_one_backbone(file):
    text = tables.markdown(tables.ablation(experiments(file), "shop"))
    assert cells(text, "LATTICE-MF over MF+feats")[1:] == ["-20.0%"] * 3
    assert cells(text, "LATTICE-LightGCN") == ["lr=1", "**0.2400**", "**0.0240**", "**0.1200**"]
    assert "NGCF over" not in text
    assert "GRCN" not in text


def test_cold_start_is_chosen_on_validation_s_cold_items(tmp_path):
    rows = [cold_run("content profile", 0.3), cold_run("lattice, fold-in", 0.9, valid=0.1)]
    rows += [cold_run("lattice, fold-in", 0.5, 0.02, 0.2, options="b", seed=seed) for seed in (0, 1)]
    rows += [cold_run("mf", 0.1)]
    write(tmp_path / "shop-cold.csv", rows)
    text = tables.markdown(tables.cold_start(experiments(write(tmp_path / "shop.csv", [run("mf", 0.1)]))))
    assert cells(text, "LATTICE, fold-in")[1:] == [
        f"**{value} ± 0.0000**" for value in ("0.5000", "0.0500", "0.2500", "0.0200", "0.2000")
    ]
    assert text.index("| MF") < text.index("| Content profile")
    assert "Settings tried: 1 (MF)." in text
    assert "Not run yet: NGCF, LightGCN, VBPR, MMGCN, GRCN, LATTICE." in text


# --- what others published -------------------------------------------------------------------------------------------

# Digits of the paper's "Improv." rows, in %, Recall@20.
IMPROVEMENTS = {
    2: {"LATTICE over the best baseline": {"clothing": 12.5, "sports": 9.8, "baby": 9.9}},
    3: {
        "LATTICE-MF over MF+feats": {"clothing": 26.5, "sports": 11.7, "baby": 9.4},
        "LATTICE-NGCF over NGCF+feats": {"clothing": 12.0, "sports": 14.5, "baby": 10.1},
        "LATTICE-LightGCN over LightGCN+feats": {"clothing": 48.8, "sports": 21.3, "baby": 5.4},
    },
}


@pytest.mark.parametrize("name", published.AMAZON)
@pytest.mark.parametrize("table", [2, 3])
def test_the_paper_s_improvements_come_from_the_paper_s_columns_alone(tmp_path, name, table):
    found = experiments(write(tmp_path / f"{name}.csv", [run("lightgcn", 0.5), run("mf", 0.9)]))
    made = (tables.overall if table == 2 else tables.ablation)(found, name)
    for label, expected in IMPROVEMENTS[table].items():
        # The paper reckoned from more digits than it prints.
        assert 100 * made.gains[label]["paper: recall@20"] == pytest.approx(expected[published.AMAZON[name]], abs=0.2)
        assert np.isnan(made.gains[label]["recall@20"])


def test_the_paper_s_and_mmrec_s_scores_have_columns_of_their_own(tmp_path):
    rows = [run("mf", 0.05), run("lattice", 0.08)]
    text = tables.markdown(tables.overall(experiments(write(tmp_path / "amazon-baby.csv", rows)), "amazon-baby"))
    heading = text.splitlines()[0]
    assert heading.endswith(
        "| paper: Recall@20 | paper: Precision@20 | paper: NDCG@20 | MMRec: Recall@20 | MMRec: NDCG@20 |"
    )
    assert cells(text, "MF")[1:] == ["0.0500", "0.0050", "0.0250", "0.0440", "0.0024", "0.0200", "0.0575", "0.0249"]
    assert cells(text, "NGCF") == ["–"] * 4 + ["0.0591", "0.0032", "0.0261", "–", "–"]
    assert cells(text, "LATTICE")[4:] == ["0.0829", "0.0044", "0.0368", "0.0850", "0.0370"]
    assert "Ours are on a random split" in text
    assert "The paper's are on its authors' split" in text


@pytest.mark.parametrize(
    ("file", "digest"),
    [
        ("table2.csv", "6a12a7a88915d0a9"),
        ("table3.csv", "ff44fae559ce8c28"),
        ("mmrec_protocol.csv", "e491de1b1ce2a6c3"),
    ],
)
def test_nobody_touched_what_others_published(file, digest):
    assert hashlib.sha256((RESULTS / "paper" / file).read_bytes()).hexdigest().startswith(digest)


# --- the report ------------------------------------------------------------------------------------------------------


def test_a_report_writes_markdown_and_csv_of_what_was_run(file, tmp_path, capsys):
    write(tmp_path / "other.csv", [run("mf", 0.1)])
    folders = ["--out", str(tmp_path / "tables"), "--pictures", str(tmp_path / "figures")]
    with pytest.raises(SystemExit) as stopped:
        reproduce.main(["report", "--results", str(tmp_path), *folders])
    assert stopped.value.code == 0
    assert "## shop: table2" in capsys.readouterr().out
    made = {"shop-table2", "shop-table3", "other-table2"}
    assert {path.stem for path in (tmp_path / "tables").glob("*.md")} == made
    assert {path.stem for path in (tmp_path / "tables").glob("*.csv")} == made
    assert {path.stem for path in (tmp_path / "figures").glob("*.svg")} == made
    table = pd.read_csv(StringIO((tmp_path / "tables" / "shop-table2.csv").read_text()), index_col="model")
    assert table.loc["MF", ["recall@20", "± recall@20"]].to_list() == pytest.approx([0.12, 0.04 / np.sqrt(2)])
    assert table.loc["LATTICE over the best baseline", "recall@20"] == pytest.approx(0.2)


def test_a_report_of_what_there_is_not_is_one_line_and_exit_code_2(file, capsys):
    with pytest.raises(SystemExit) as stopped:
        reproduce.main(["report", "shops", "--results", str(file.parent)])
    assert stopped.value.code == 2
    assert capsys.readouterr().err.rstrip().endswith("has no shops.csv; there are shop")


@pytest.mark.parametrize("content", ["", "garbage\n"])
def test_a_report_of_a_file_that_is_no_result_file_is_one_line_and_exit_code_2(tmp_path, capsys, content):
    (tmp_path / "shop.csv").write_text(content)
    with pytest.raises(SystemExit) as stopped:
        reproduce.main(["report", "--results", str(tmp_path), "--out", str(tmp_path / "tables")])
    assert stopped.value.code == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert "shop.csv: no result file" in said[0]


def test_a_report_that_can_t_be_written_is_one_line_and_exit_code_2(file, tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        reproduce.main(["report", "shop", "--results", str(file.parent), "--out", str(file / "tables")])
    assert stopped.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_report_of_a_folder_without_results_is_one_line_and_exit_code_2(tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        reproduce.main(["report", "--results", str(tmp_path / "nowhere")])
    assert stopped.value.code == 2
    assert "has no result files; run `grid` first" in capsys.readouterr().err


def test_a_report_says_what_rows_it_leaves_out(tmp_path, capsys):
    write(tmp_path / "shop.csv", [run("mf", 0.3) | {"dataset": "before"}, run("mf", 0.1)])
    with pytest.raises(SystemExit):
        reproduce.main(["report", "--results", str(tmp_path), "--out", str(tmp_path), "--pictures", str(tmp_path)])
    said = capsys.readouterr()
    assert cells(said.out, "MF")[1] == "**0.1000**"
    assert said.err == "shop.csv: 1 rows on the dataset as it was prepared before are left out\n"


@pytest.mark.parametrize("file", files(RESULTS), ids=lambda file: file.stem)
def test_the_tables_in_git_are_those_of_the_result_files(file, tmp_path):
    report.report(file, tmp_path, tmp_path)
    for made in [*tmp_path.glob("*.md"), *tmp_path.glob("*.csv")]:
        assert (report.TABLES / made.name).read_text() == made.read_text()
    for made in tmp_path.glob("*.svg"):
        assert (report.FIGURES / made.name).exists()
