"""The paper's tables and figures of a dataset, made from its result files.

    python -m benchmarks.reproduce report [NAME ...]

NAME is a result file's, as in benchmarks/results/NAME.csv; by default it is all that are there.
"""

from pathlib import Path
from typing import Annotated

import typer

from benchmarks import tables
from benchmarks.grid import RESULTS, TABLE_2, TABLE_3
from lattice.errors import InputError
from lattice.evaluation.results import experiments, files

TABLES = Path(__file__).parent / "tables"


def report(file: Path, out: Path = TABLES) -> str:
    """Write what there is on one dataset, and return its tables as Markdown."""
    found, name = experiments(file), file.stem
    made = {"table2": tables.overall(found, name)}
    if found.warm["model"].isin(set(TABLE_3) - set(TABLE_2)).any():
        made["table3"] = tables.ablation(found, name)
    if len(found.cold):
        made["cold"] = tables.cold_start(found)
    for kind, table in made.items():
        put(out / f"{name}-{kind}.md", tables.markdown(table) + "\n")
        put(out / f"{name}-{kind}.csv", tables.csv(table))
    return "\n\n".join(f"## {name}: {kind}\n\n{tables.markdown(table)}" for kind, table in made.items())


def put(file: Path, text: str) -> None:
    """Write a file whole, or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    part.write_text(text)
    part.replace(file)


def main(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Result files; all by default.")] = None,
    results: Annotated[Path, typer.Option(help="The folder of result files.")] = RESULTS,
    out: Annotated[Path, typer.Option(help="Where the tables go.")] = TABLES,
) -> None:
    """Make tables of what was run, beside what was published; print them."""
    known = {file.stem: file for file in files(results)}
    for name in names or known:
        if name not in known:
            raise InputError(f"{results} has no {name}.csv; there are {', '.join(known) or 'no result files'}")
        typer.echo(f"{report(known[name], out)}\n")
