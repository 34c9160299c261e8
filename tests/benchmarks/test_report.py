"""What others published beside ours, and the report's figures and tables."""

import hashlib

import numpy as np
import pytest

from benchmarks import published, report, reproduce
from benchmarks.grid import RESULTS
from lattice.experiments import paper_tables
from lattice.experiments.results import read_experiments, result_files
from tests.result_files import cells, run, write


@pytest.fixture
def file(tmp_path):
    """Return a result file with an ablation in it."""
    return write(tmp_path / "shop.csv", [run("mf", 0.1), run("lattice", 0.24), run("feats-mf", 0.15)])


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
def test_gains_of_the_paper_come_from_its_columns_alone(tmp_path, name, table):
    found = read_experiments(write(tmp_path / f"{name}.csv", [run("lightgcn", 0.5), run("mf", 0.9)]))
    made = (paper_tables.overall if table == 2 else paper_tables.ablation)(found, published.beside(name, table))
    for label, expected in IMPROVEMENTS[table].items():
        # The paper reckoned from more digits than it prints.
        assert 100 * made.gains[label]["paper: recall@20"] == pytest.approx(expected[published.AMAZON[name]], abs=0.2)
        assert np.isnan(made.gains[label]["recall@20"])


def test_published_scores_have_columns_of_their_own(tmp_path):
    rows = [run("mf", 0.05), run("lattice", 0.08)]
    text = paper_tables.markdown(
        paper_tables.overall(
            read_experiments(write(tmp_path / "amazon-baby.csv", rows)), published.beside("amazon-baby", 2)
        )
    )
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


def test_report_prints_tables_and_writes_figures(file, tmp_path, capsys):
    write(tmp_path / "other.csv", [run("mf", 0.1)])
    with pytest.raises(SystemExit) as stopped:
        reproduce.main(["report", "--results", str(tmp_path), "--pictures", str(tmp_path / "figures")])
    assert stopped.value.code == 0
    said = capsys.readouterr().out
    assert {"## shop: table2", "## shop: table3", "## other: table2"} <= set(said.splitlines())
    assert {path.stem for path in (tmp_path / "figures").glob("*")} == {"shop-table2", "shop-table3", "other-table2"}


def test_report_of_a_missing_name_exits_with_2(file, capsys):
    with pytest.raises(SystemExit) as stopped:
        reproduce.main(["report", "shops", "--results", str(file.parent)])
    assert stopped.value.code == 2
    assert capsys.readouterr().err.rstrip().endswith("has no shops.csv; there are shop")


@pytest.mark.parametrize("content", ["", "garbage\n"])
def test_report_of_a_damaged_file_exits_with_2(tmp_path, capsys, content):
    (tmp_path / "shop.csv").write_text(content)
    with pytest.raises(SystemExit) as stopped:
        reproduce.main(["report", "--results", str(tmp_path), "--pictures", str(tmp_path)])
    assert stopped.value.code == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert "shop.csv: not a result file" in said[0]


def test_report_that_cannot_be_written_exits_with_2(file, tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        reproduce.main(["report", "shop", "--results", str(file.parent), "--pictures", str(file / "figures")])
    assert stopped.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_report_of_a_folder_without_results_exits_with_2(tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        reproduce.main(["report", "--results", str(tmp_path / "nowhere")])
    assert stopped.value.code == 2
    assert "has no result files; run `grid` first" in capsys.readouterr().err


def test_report_says_which_rows_it_leaves_out(tmp_path, capsys):
    write(tmp_path / "shop.csv", [run("mf", 0.3) | {"dataset": "before"}, run("mf", 0.1)])
    with pytest.raises(SystemExit):
        reproduce.main(["report", "--results", str(tmp_path), "--pictures", str(tmp_path)])
    said = capsys.readouterr()
    assert cells(said.out, "MF")[1] == "**0.1000**"
    assert said.err == "shop.csv: left out 1 rows on an earlier version of the dataset\n"


@pytest.mark.parametrize("file", result_files(RESULTS), ids=lambda file: file.stem)
def test_the_figures_in_git_are_those_of_the_result_files(file, tmp_path):
    report.report(file, tmp_path)
    for made in tmp_path.glob("*.svg"):
        assert (report.FIGURES / made.name).exists()
