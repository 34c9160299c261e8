import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import pandas as pd
import pytest

from benchmarks import figures, readme, tables
from lattice.evaluation.results import experiments
from tests.result_files import cold_run, run, write


def marks(svg, kind):
    """The ids of one kind of mark."""
    ids = [element.get("id", "") for element in ET.fromstring(svg).iter()]
    return [name for name in ids if name.partition("-")[0] == kind and name.partition("-")[2].isdigit()]


def widths(svg):
    """How wide each horizontal bar is, in points."""
    found = {}
    for element in ET.fromstring(svg).iter():
        if element.get("id", "").startswith("bar-"):
            numbers = [float(word) for word in element[0].get("d").split() if word[0].isdigit()]
            found[element.get("id")] = max(numbers[::2]) - min(numbers[::2])
    return found


@pytest.fixture
def found(tmp_path):
    scores = {"mf": 0.1, "lightgcn": 0.2, "lattice": 0.4}
    rows = [run(model, test, seed) for model, test in scores.items() for seed in (0, 1)]
    rows += [run("lattice-mf", 0.3), run("feats-mf", 0.2)]
    file = write(tmp_path / "shop.csv", rows)
    write(tmp_path / "shop-k.csv", [run("lattice", 0.1 * k, settings=f"k={k}", options=str(k)) for k in (0, 5, 10)])
    write(tmp_path / "shop-lambda.csv", [run("lattice", 0.1, settings=f"lambda_={x}") for x in (0.1, 0.2)])
    cold = [cold_run("mf", 0.1), cold_run("lattice", 0.2), cold_run("lattice, fold-in", 0.3), cold_run("vbpr", 0.3)]
    write(tmp_path / "shop-cold.csv", cold)
    return experiments(file)


def test_table_2_has_a_bar_a_model_as_long_as_its_score(found):
    svg = figures.overall(tables.overall(found, "shop"))
    assert marks(svg, "bar") == ["bar-0", "bar-1", "bar-2"]
    length = widths(svg)
    assert length["bar-1"] / length["bar-0"] == pytest.approx(2, rel=1e-3)
    assert length["bar-2"] / length["bar-0"] == pytest.approx(4, rel=1e-3)


def test_what_was_run_once_has_no_whisker(found):
    run_twice = figures.overall(tables.overall(found, "shop"))
    (whiskers,) = [element for element in ET.fromstring(run_twice).iter() if "whiskers" in element.get("id", "")]
    assert len(whiskers) == 3
    once = replace(found, warm=found.warm[found.warm["seed"] == 0])
    assert "whiskers" not in figures.overall(tables.overall(once, "shop"))


def test_what_only_others_published_is_no_bar_of_ours(found):
    assert len(marks(figures.overall(tables.overall(found, "amazon-baby")), "bar")) == 3


def test_table_3_has_a_bar_a_variant_that_was_run(found):
    # MF, MF+feats, LATTICE-MF, LightGCN, LATTICE-LightGCN.
    assert len(marks(figures.ablation(tables.ablation(found, "shop")), "bar")) == 5


def test_cold_start_has_two_bars_a_model_and_a_line_where_chance_is_known(found):
    table = tables.cold_start(found)
    svg = figures.cold(table, None)
    assert len(marks(svg, "bar")) == len(set(marks(svg, "bar"))) == 8
    assert 'id="chance"' not in svg
    assert 'id="chance"' in figures.cold(table, 0.1)


@pytest.mark.parametrize(("option", "points"), [("k", 3), ("lambda_", 2)])
def test_a_curve_has_a_point_a_value_and_lightgcn_s_line(found, option, points):
    svg = figures.sensitivity(found, option)
    assert len(marks(svg, "point")) == points
    assert 'id="lightgcn"' in svg


def test_no_two_marks_have_one_id(found):
    table = tables.cold_start(replace(found, cold=pd.concat([found.cold, found.cold.assign(seed=1)])))
    for svg in (figures.cold(table, 0.1), figures.ablation(tables.ablation(found, "shop"))):
        ids = [element.get("id") for element in ET.fromstring(svg).iter() if element.get("id")]
        assert len(ids) == len(set(ids))


def test_a_picture_is_the_same_each_time_and_has_no_date(found):
    made = [figures.overall(tables.overall(found, "shop")) for _ in range(2)]
    assert made[0] == made[1]
    assert "date" not in made[0].replace("update", "")


def test_measuring_needs_no_matplotlib():
    lines = "import benchmarks.reproduce, benchmarks.readme, sys; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", lines], cwd=readme.ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
