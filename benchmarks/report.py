"""The paper's tables and figures of a dataset, made from its result files.

    python -m benchmarks.reproduce report [NAME ...]

NAME is a result file's, as in benchmarks/results/NAME.csv; by default it is all that are there.
"""

from pathlib import Path
from typing import Annotated

import typer

from benchmarks import tables
from benchmarks.grid import RESULTS
from lattice.errors import InputError
from lattice.experiments.paper import chance
from lattice.experiments.results import ENDS, experiments, files, read, rows
from lattice.files import replaced_file

TABLES, FIGURES = Path(__file__).parent / "tables", Path(__file__).parent / "figures"


def report(file: Path, out: Path = TABLES, pictures: Path = FIGURES) -> str:
    """Write what there is on one dataset, and return its tables as Markdown."""
    from benchmarks import figures  # matplotlib is there for development; measuring does without

    found, name = experiments(file), file.stem
    made = {"table2": tables.overall(found, name)}
    drawn = {"table2": figures.overall(made["table2"])}
    if tables.has_ablations(found):
        made["table3"] = tables.ablation(found, name)
        drawn["table3"] = figures.ablation(made["table3"])
    if len(found.cold):
        made["cold"] = tables.cold_start(found)
        drawn["cold"] = figures.cold(made["cold"], chance(found.cold))
    drawn |= {
        end.removeprefix("-"): figures.sensitivity(found, option)
        for option, end in (("k", ENDS["k"]), ("lambda_", ENDS["lambda_"]))
        if len(getattr(found, option))
    }
    for kind, table in made.items():
        put(out / f"{name}-{kind}.md", tables.markdown(table) + "\n")
        put(out / f"{name}-{kind}.csv", tables.csv(table))
    for kind, picture in drawn.items():
        put(pictures / f"{name}-{kind}.svg", picture)
    return "\n\n".join(f"## {name}: {kind}\n\n{tables.markdown(table)}" for kind, table in made.items())


def put(file: Path, text: str) -> None:
    """Write a file whole, or not at all."""
    with replaced_file(file) as part:
        part.write_text(text)


def main(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Result files; all by default.")] = None,
    results: Annotated[Path, typer.Option(help="The folder of result files.")] = RESULTS,
    out: Annotated[Path, typer.Option(help="Where the tables go.")] = TABLES,
    pictures: Annotated[Path, typer.Option(help="Where the figures go.")] = FIGURES,
) -> None:
    """Make tables and figures of what was run, tables beside what was published; print these."""
    known = {file.stem: file for file in files(results)}
    if not known:
        raise InputError(f"{results} has no result files; run `grid` first, or name another --results")
    for name in names or known:
        if name not in known:
            raise InputError(f"{results} has no {name}.csv; there are {', '.join(known)}")
        typer.echo(f"{report(known[name], out, pictures)}\n")
        older = len(rows(known[name])) - len(read(known[name]))
        if older:
            typer.echo(
                f"{known[name].name}: {older} rows on the dataset as it was prepared before are left out", err=True
            )
