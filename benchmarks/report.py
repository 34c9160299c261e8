"""The paper's tables and figures of a dataset, made from its result files.

    python -m benchmarks.reproduce report [NAME ...]

NAME is a result file's, as in benchmarks/results/NAME.csv; by default it is all of them. Tables are printed, figures
are written.
"""

from pathlib import Path
from typing import Annotated

import typer

from benchmarks import learning_tables
from benchmarks.grid import RESULTS
from benchmarks.published import beside
from lattice.errors import InputError
from lattice.experiments import paper_tables
from lattice.experiments.paper import random_recall
from lattice.experiments.results import (
    FILE_SUFFIX,
    read_all_rows,
    read_current_rows,
    read_experiments,
    result_files,
)
from lattice.files import replaced_file

FIGURES = Path(__file__).parent / "figures"


def report(file: Path, pictures: Path = FIGURES) -> str:
    """Write the figures of one dataset, and return its tables as Markdown."""
    from benchmarks import figures  # matplotlib is installed for development only

    found, name = read_experiments(file), file.stem
    made = {"table2": paper_tables.overall(found, beside(name, 2))}
    drawn = {"table2": figures.overall(made["table2"])}
    if paper_tables.has_ablations(found):
        made["table3"] = paper_tables.ablation(found, beside(name, 3))
        drawn["table3"] = figures.ablation(made["table3"])
    if len(found.cold):
        made["cold"] = paper_tables.cold_start(found)
        drawn["cold"] = figures.cold(made["cold"], random_recall(found.cold))
    drawn |= {
        FILE_SUFFIX[option].removeprefix("-"): figures.sensitivity(found, option)
        for option in ("k", "lambda_")
        if len(getattr(found, option))
    }
    for kind, picture in drawn.items():
        with replaced_file(pictures / f"{name}-{kind}.svg") as part:
            part.write_text(picture, encoding="utf-8")
    return "\n\n".join(f"## {name}: {kind}\n\n{paper_tables.markdown(table)}" for kind, table in made.items())


def main(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Result files; all by default.")] = None,
    results: Annotated[Path, typer.Option(help="The folder of result files.")] = RESULTS,
    pictures: Annotated[Path, typer.Option(help="The folder for the figures.")] = FIGURES,
) -> None:
    """Write figures of what was run, and print tables of it beside what was published."""
    known = {file.stem: file for file in result_files(results)}
    if not known:
        raise InputError(f"{results} has no result files; run `grid` first, or give another --results")
    for name in names or known:
        if name not in known:
            raise InputError(f"{results} has no {name}.csv; there are {', '.join(known)}")
        typer.echo(f"{report(known[name], pictures)}\n")
        if learning_tables.result_file(name).exists():
            with replaced_file(pictures / f"{name}-learning.svg") as part:
                part.write_text(learning_tables.picture(name), encoding="utf-8")
        older = len(read_all_rows(known[name])) - len(read_current_rows(known[name]))
        if older:
            typer.echo(f"{known[name].name}: left out {older} rows on an earlier version of the dataset", err=True)
