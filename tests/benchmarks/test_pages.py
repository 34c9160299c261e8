import re

import pandas as pd
import pytest

from benchmarks import commands, grid, pages
from lattice.experiments.methods import Method
from lattice.experiments.results import read_experiments
from tests.result_files import cold_run, run, write


@pytest.mark.parametrize("page", pages.PAGES)
def test_generated_sections_are_up_to_date(page):
    text = (pages.ROOT / page).read_text()
    assert pages.filled(page, text) == text


def test_a_page_without_a_section_is_refused():
    with pytest.raises(ValueError, match="0 sections `generated: models`"):
        pages.filled("docs/models.md", "# Models\n")


@pytest.fixture
def results(tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "RESULTS", tmp_path)
    return tmp_path


def test_what_was_not_run_is_said_without_a_number(results):
    assert pages.dataset("shop", "data/shop") == (
        "Not run yet: the command is `python -m benchmarks.reproduce grid data/shop --out benchmarks/results/shop.csv`."
    )
    assert "Not run yet" in pages.gradient()
    write(results / "shop.csv", [run("mf", 0.1)])
    text = pages.dataset("shop", "data/shop")
    for title, command in (
        ("What each part brings (the paper's Table 3)", "grid data/shop --out benchmarks/results/shop.csv --table 3"),
        ("Cold start (Figure 3)", "cold data/shop-cold --out benchmarks/results/shop-cold.csv"),
        ("k (Figure 4)", "sweep data/shop --out benchmarks/results/shop.csv --option k"),
        ("λ (Figure 4)", "sweep data/shop --out benchmarks/results/shop.csv --option lambda_"),
    ):
        assert f"- {title}: `python -m benchmarks.reproduce {command}`" in text
    assert text.count("![") == 1


def test_without_lattice_no_model_is_called_best(results, monkeypatch):
    monkeypatch.setattr(pages, "DATASETS", {"shop": ("Shop", "data/shop"), "toys": ("Toys", "data/toys")})
    write(results / "shop.csv", [run("lightgcn", 0.25)])
    write(results / "toys.csv", [run("lightgcn", 0.25, valid=0.4), run("lattice", 0.5, valid=0.3)])
    assert pages.results().splitlines()[2:] == [
        "| Shop | not run | 0.2500 | – | – | – |",
        "| Toys | 0.5000 | 0.2500 | +100.0% | -25.0% | LATTICE 0.5000 |",
    ]


def test_what_was_run_is_shown(results):
    write(results / "shop.csv", [run("mf", 0.1), run("lattice-mf", 0.3), run("feats-mf", 0.2)])
    write(results / "shop-k.csv", [run("lattice", 0.1, settings="lr=1 k=5")])
    write(results / "shop-cold.csv", [cold_run("mf", 0.7)])
    text = pages.dataset("shop", "data/shop")
    assert re.findall(r"shop-(\w+)\.svg", text) == ["table2", "table3", "cold", "k"]
    assert "| LATTICE-MF over MF+feats |  | +50.0%" in text
    assert "| MF | lr=1 | **0.7000** |" in text
    assert "λ (Figure 4): `python" in text


def test_the_gradient_s_table_is_of_the_last_sweep_alone(results):
    older = [run("lattice", 0, valid=0.9, settings=f"lr=1 gradient={steps}") for steps in ("first", "every")]
    last = [
        run("lattice", 0, seed, valid=valid, settings=f"lr=2 gradient={steps}")
        for steps, scores in (("first", (0.1, 0.3)), ("every", (0.4, 0.4)))
        for seed, valid in enumerate(scores)
    ]
    write(results / "lastfm-2k-gradient.csv", [*older, *last])
    assert pages.gradient().splitlines() == [
        "| gradient | validation Recall@20 |",
        "|---|---|",
        "| first | 0.2000 ± 0.1414 |",
        "| every | 0.4000 ± 0.0000 |",
    ]


# --- the commands that made a file -----------------------------------------------------------------------------------


def test_a_command_runs_the_search_that_a_file_tells_of():
    axes = (["1e-3", "5e-3"], ["0", "1e-2"], ["0.1"], ["epochs=9"])
    tried = {model: grid.grid_of(Method(model), *axes) for model in ("mf", "ngcf")}
    rows = [run(model, 0.1, settings=" ".join(one)) for model, every in tried.items() for one in every]
    rows += [run("vbpr", 0.1, settings="lr=1e-3 l2=0 epochs=9"), run("vbpr", 0.1, 4, settings="lr=1e-3 l2=0 epochs=9")]
    assert commands.searches(pd.DataFrame(rows)) == [
        " --model mf --lr 1e-3 --lr 5e-3 --l2 0 --l2 1e-2 --set epochs=9 --seeds 1",
        " --model ngcf --lr 1e-3 --lr 5e-3 --l2 0 --l2 1e-2 --dropout 0.1 --set epochs=9 --seeds 1",
        " --model vbpr --lr 1e-3 --l2 0 --set epochs=9 --seeds 5",
    ]


def test_models_searched_alike_are_one_command():
    rows = [run(model, 0.1, seed, settings="lr=1 l2=0") for model in ("mf", "lattice") for seed in (0, 1, 2)]
    assert commands.searches(pd.DataFrame(rows)) == [" --model mf --model lattice --lr 1 --l2 0"]


def test_commands_for_names_values_other_than_the_papers(tmp_path):
    file = write(tmp_path / "shop.csv", [run("lattice", 0.1)])
    write(tmp_path / "shop-k.csv", [run("lattice", 0.1, seed, settings=f"k={k}") for k in (0, 3) for seed in range(3)])
    paper = [run("lattice", 0.1, seed, settings=f"lambda_={x / 10:g}") for x in range(11) for seed in (0, 1)]
    write(tmp_path / "shop-lambda.csv", paper)
    cold = [cold_run("content profile", 0.1), cold_run("lattice, fold-in", 0.1, seed=2), cold_run("mf", 0.1)]
    cold += [cold_run("lattice, fold-in + both", 0.1, seed=1)]
    write(tmp_path / "shop-cold.csv", cold)
    start, out = "python -m benchmarks.reproduce", "--out benchmarks/results/shop.csv"
    assert commands.commands_for(read_experiments(file), "data/shop", "shop") == [
        f"{start} grid data/shop {out} --model lattice --lr 1 --seeds 1",
        f"{start} cold data/shop-cold --out benchmarks/results/shop-cold.csv --model profile",
        f"{start} cold data/shop-cold --out benchmarks/results/shop-cold.csv --model fold-in --lr 1",
        f"{start} cold data/shop-cold --out benchmarks/results/shop-cold.csv --model mf --lr 1 --seeds 1",
        f"{start} sweep data/shop {out} --option k --value 0 --value 3",
        f"{start} sweep data/shop {out} --option lambda_ --seeds 2",
    ]


def test_shown_wraps_commands_but_not_options_from_values():
    text = commands.shown([f"python -m program{' --model lattice-lightgcn' * 9}"])
    lines = text.splitlines()[1:-1]
    assert len(lines) > 1
    assert all(line.endswith(" \\") for line in lines[:-1])
    assert all(len(line) < 120 and line.count("--model") == line.count("lattice-lightgcn") for line in lines)
    assert "\N{NO-BREAK SPACE}" not in text
