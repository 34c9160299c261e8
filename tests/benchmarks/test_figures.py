import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import pandas as pd
import pytest

from benchmarks import figures, pages
from benchmarks.published import beside
from lattice.experiments import paper_tables
from lattice.experiments.results import read_experiments
from tests.result_files import cold_run, run, write


def marks(svg, kind):
    """The ids of one kind of mark."""
    ids = [element.get("id", "") for element in ET.fromstring(svg).iter()]
    return [name for name in ids if name.partition("-")[0] == kind and name.partition("-")[2].isdigit()]


def spans(svg, kind="bar", axis=0):
    """From where to where each mark goes along x (0) or y (1), in points, in the order of their numbers."""
    found = {}
    for element in ET.fromstring(svg).iter():
        name, dash, number = element.get("id", "").rpartition("-")
        if name == kind and dash:
            path = next(child for child in element.iter() if child.get("d"))
            numbers = [float(word) for word in path.get("d").split() if word[0] in "-0123456789"]
            found[int(number)] = (min(numbers[axis::2]), max(numbers[axis::2]))
    return [found[number] for number in sorted(found)]


def lengths(svg, axis=0):
    """How long each bar is."""
    return [high - low for low, high in spans(svg, "bar", axis)]


def points_of(svg):
    """Where each point of a curve stands."""
    groups = [e for e in ET.fromstring(svg).iter() if e.get("id", "").startswith("point-")]
    uses = [next(child for child in group.iter() if child.tag.endswith("use")) for group in groups]
    return [{axis: float(use.get(axis)) for axis in "xy"} for use in uses]


@pytest.fixture
def found(tmp_path):
    scores = {"mf": 0.1, "lightgcn": 0.2, "lattice": 0.4}
    rows = [run(model, test, seed) for model, test in scores.items() for seed in (0, 1)]
    rows += [run("lattice-mf", 0.3), run("feats-mf", 0.2)]
    file = write(tmp_path / "shop.csv", rows)
    write(tmp_path / "shop-k.csv", [run("lattice", 0.1 * k, settings=f"k={k}", options=str(k)) for k in (0, 5, 10)])
    write(tmp_path / "shop-lambda.csv", [run("lattice", 0.1, settings=f"lambda_={x}") for x in (0.1, 0.2)])
    cold = [("mf", 0.1, 0.01), ("lattice", 0.2, 0.02), ("lattice, fold-in", 0.3, 0.03), ("vbpr", 0.3, 0.04)]
    cold = [cold_run(*scores) for scores in cold]
    write(tmp_path / "shop-cold.csv", cold)
    return read_experiments(file)


def test_table_2_has_a_bar_a_model_as_long_as_its_score(found):
    svg = figures.overall(paper_tables.overall(found))
    assert marks(svg, "bar") == ["bar-0", "bar-1", "bar-2"]
    assert [length / lengths(svg)[0] for length in lengths(svg)] == pytest.approx([1, 2, 4], rel=1e-3)


def test_what_was_run_once_has_no_whisker(found):
    run_twice = figures.overall(paper_tables.overall(found))
    (whiskers,) = [element for element in ET.fromstring(run_twice).iter() if "whiskers" in element.get("id", "")]
    assert len(whiskers) == 3
    once = replace(found, warm=found.warm[found.warm["seed"] == 0])
    assert "whiskers" not in figures.overall(paper_tables.overall(once))


def test_what_only_others_published_is_no_bar_of_ours(found):
    assert len(marks(figures.overall(paper_tables.overall(found, beside("amazon-baby", 2))), "bar")) == 3


def test_table_3_has_a_bar_a_variant_that_was_run(found):
    svg = figures.ablation(paper_tables.ablation(found))
    # Of MF 0.1, LightGCN 0.2; MF+feats 0.2; LATTICE-MF 0.3, LATTICE-LightGCN 0.4: variant by variant.
    heights = lengths(svg, axis=1)
    assert [height / heights[0] for height in heights] == pytest.approx([1, 2, 2, 3, 4], rel=1e-3)
    middles = [sum(span) for span in spans(svg)]
    mf, lightgcn = [middles[i] for i in (0, 2, 3)], [middles[i] for i in (1, 4)]
    assert mf == sorted(mf)
    assert max(mf) < min(lightgcn)


def test_cold_figure_has_two_bars_per_model_and_random_recall(found):
    table = paper_tables.cold_start(found)
    svg = figures.cold(table, None)
    assert len(marks(svg, "bar")) == len(set(marks(svg, "bar"))) == 8
    among_cold, among_all = lengths(svg)[:4], lengths(svg)[4:]
    assert [one / among_cold[0] for one in among_cold] == pytest.approx([1, 3, 2, 3], rel=1e-3)
    assert [one / among_all[0] for one in among_all] == pytest.approx([1, 4, 2, 3], rel=1e-3)
    assert 'id="chance"' not in svg
    assert 'id="chance"' in figures.cold(table, 0.1)


@pytest.mark.parametrize(("option", "points"), [("k", 3), ("lambda_", 2)])
def test_a_curve_has_a_point_a_value_and_lightgcn_s_line(found, option, points):
    svg = figures.sensitivity(found, option)
    assert len(marks(svg, "point")) == points
    assert 'id="lightgcn"' in svg


def test_a_curve_is_of_the_test_scores(found):
    """At k = 0, 5, 10 they are 0, 0.5, 1, while validation's are all alike; down is up in a picture."""
    low, middle, high = (uses["y"] for uses in points_of(figures.sensitivity(found, "k")))
    assert low > middle > high
    assert low - middle == pytest.approx(middle - high, rel=1e-3)


def test_no_two_marks_have_one_id(found):
    table = paper_tables.cold_start(replace(found, cold=pd.concat([found.cold, found.cold.assign(seed=1)])))
    for svg in (figures.cold(table, 0.1), figures.ablation(paper_tables.ablation(found))):
        ids = [element.get("id") for element in ET.fromstring(svg).iter() if element.get("id")]
        assert len(ids) == len(set(ids))


def test_a_picture_is_the_same_each_time_and_has_no_date(found):
    made = [figures.overall(paper_tables.overall(found)) for _ in range(2)]
    assert made[0] == made[1]
    assert "date" not in made[0].replace("update", "")


def test_measuring_needs_no_matplotlib():
    lines = "import benchmarks.reproduce, benchmarks.pages, sys; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", lines], cwd=pages.ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
