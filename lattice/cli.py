"""The command line: results on stdout (JSON with --json), progress on stderr, bad input one line and exit code 2."""

import sys
import warnings
from collections.abc import Callable
from typing import Annotated

import typer

from lattice import __version__
from lattice.commands.ask import fold_in, recommend, similar
from lattice.commands.data import export, prepare, train_encoder
from lattice.commands.doctor import doctor
from lattice.commands.export_app import export_app
from lattice.commands.fetch import fetch
from lattice.commands.inspect import inspect
from lattice.commands.manifest import manifest
from lattice.commands.models import calibrate, evaluate, list_models, make_map, train
from lattice.commands.packing import pack, slim
from lattice.commands.serve import serve
from lattice.errors import InputError

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

COMMANDS: dict[str, Callable[..., None]] = {
    "fetch": fetch,
    "inspect": inspect,
    "prepare": prepare,
    "models": list_models,
    "train": train,
    "evaluate": evaluate,
    "calibrate": calibrate,
    "recommend": recommend,
    "similar": similar,
    "fold-in": fold_in,
    "serve": serve,
    "map": make_map,
    "pack": pack,
    "slim": slim,
    "manifest": manifest,
    "export": export,
    "export-app": export_app,
    "train-encoder": train_encoder,
    "doctor": doctor,
}
for name, command in COMMANDS.items():
    app.command(name)(command)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"lattice {__version__}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """LATTICE: mine latent item graphs from every modality, train recommenders on them, explain what they say."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command of `python -m lattice`; the exit code."""
    return run(app, arguments)


def run(program: typer.Typer, arguments: list[str] | None = None) -> int:
    """Run one command of a program; the exit code is 0, or 2 after one line on stderr that says what is wrong."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _warn
            return program(given or ["--help"], standalone_mode=False) or 0
    except InputError as error:
        typer.echo(f"error: {error}", err=True)
        return 2
    except typer.Exit as stop:
        return stop.exit_code
    except OSError as error:  # a folder that can't be written, a full disk, a reader that went away
        typer.echo(f"error: {error}", err=True)
        return 2
    except Exception as error:
        # A mistake in the arguments; typer may bring its own copy of click, so its exceptions are told by this method.
        if not hasattr(error, "format_message"):
            raise
        typer.echo(f"error: {' '.join(error.format_message().split())}", err=True)
        return 2


def _warn(message: Warning | str, *_: object, **__: object) -> None:
    """Print a warning as one line, without the place in the program that Python adds."""
    typer.echo(f"warning: {' '.join(str(message).split())}", err=True)


if __name__ == "__main__":
    sys.exit(main())
