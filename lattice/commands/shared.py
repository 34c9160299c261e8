"""Options, checks and output that the commands share."""

import json
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from lattice.errors import InputError

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:N.")]
Completion = Annotated[str, typer.Option(help="Of a newcomer's collaborative part: none, neighbours or both.")]
CheckpointPath = Annotated[Path, typer.Argument(metavar="CHECKPOINT", help="A checkpoint's folder.")]
DatasetPath = Annotated[Path, typer.Argument(metavar="DATASET", help="A dataset's folder.")]


def pairs(option: str, values: list[str] | None) -> dict[str, str] | None:
    """Return the values of an option given as NAME=VALUE, any number of times."""
    if not values:
        return None
    for value in values:
        if "=" not in value:
            raise InputError(f"--{option} {value!r}: write NAME=VALUE")
    names = [value.partition("=")[0] for value in values]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"--{option} {name}=... is given {names.count(name)} times; give it once")
    return dict(value.split("=", 1) for value in values)


def number(option: str, text: str) -> float:
    """Return an option's value as a number."""
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{option} {text!r} is not a number") from None


def one_of(option: str, value: str, known: tuple[str, ...]) -> None:
    """Raise an InputError unless an option's value is a known one."""
    if value not in known:
        raise InputError(f"{option} {value!r} is unknown; use one of {', '.join(known)}")


def refuse_set(settings: Iterable[str], names: Collection[str]) -> None:
    """Raise an InputError if `--set` names something that the command has an option for."""
    for setting in settings:
        name = setting.partition("=")[0]
        if name in names:
            raise InputError(
                f"--set {setting!r}: the command has an option for {name}, or sets it itself; see its --help"
            )


def show(values: dict[str, Any], as_json: bool) -> None:
    """Print a result, as JSON or one line per value."""
    if as_json:
        typer.echo(_json(values))
        return
    for name, value in values.items():
        if isinstance(value, dict):
            value = ", ".join(f"{key} {v:.4f}" if isinstance(v, float) else f"{key} {v}" for key, v in value.items())
        typer.echo(f"{name}: {value:.4f}" if isinstance(value, float) else f"{name}: {value}")


def _json(values: dict[str, Any]) -> str:
    try:
        return json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False)
    except ValueError:  # JSON has no NaN
        raise InputError("the result isn't finite: the model diverged; train it again with a lower lr or l2") from None
