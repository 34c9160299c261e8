"""The paper's experiments as one program: what is measured goes into benchmarks/results, and the tables are made of it.

    python -m benchmarks.reproduce COMMAND --help

What is in a result file is not run again, and several processes may share one: a run that was stopped goes on where it
was by the same command.
"""

import sys
from collections.abc import Callable

import typer

from benchmarks import cold, grid, report, simple, sweep
from lattice.cli import run

app = typer.Typer(help=__doc__, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

COMMANDS: dict[str, Callable[..., None]] = {
    "grid": grid.main,
    "simple": simple.main,
    "sweep": sweep.main,
    "cold": cold.main,
    "report": report.main,
}
for name, command in COMMANDS.items():
    app.command(name)(command)


def main(arguments: list[str] | None = None) -> None:
    """Run one command; bad input is one line on stderr and exit code 2."""
    sys.exit(run(app, arguments))


if __name__ == "__main__":
    main()
