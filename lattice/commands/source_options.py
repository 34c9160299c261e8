"""The options of `prepare` and `inspect` about a source, made from the fields of `Options`."""

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from functools import wraps
from typing import Annotated, Any

import typer

from lattice.commands.shared import number, pairs
from lattice.data.options import INTERACTION_ROLES, ITEM_ROLES, Options
from lattice.errors import InputError


def takes_source_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command, in place of its parameter `options`, an option for every field of `Options`."""
    hints = typing.get_type_hints(Options)
    added = [_parameter(field, hints[field.name]) for field in fields(Options)]
    signature = inspect.signature(command, eval_str=True)
    own = [parameter for parameter in signature.parameters.values() if parameter.name != "options"]

    @wraps(command)
    def with_options(**given: Any) -> None:
        chosen = {field.name: _value(field, hints[field.name], given.pop(field.name)) for field in fields(Options)}
        command(options=Options(**chosen), **given)

    parameters = [*own, *added]
    required = [p for p in parameters if p.default is inspect.Parameter.empty]
    rest = [p for p in parameters if p.default is not inspect.Parameter.empty]
    parameters = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in (*required, *rest)]
    with_options.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    with_options.__annotations__ = {p.name: p.annotation for p in parameters}
    del with_options.__wrapped__  # type: ignore[attr-defined]
    return with_options


def _is_mapping(kind: Any) -> bool:
    return typing.get_origin(kind) is Mapping


def _flag(field: Any) -> str:
    return field.metadata.get("flag") or f"--{field.name.replace('_', '-')}"


def _parameter(field: Any, kind: Any) -> inspect.Parameter:
    kind, default = (list[str] | None, None) if _is_mapping(kind) else (kind, field.default)
    assert default is not MISSING
    option = typer.Option(_flag(field), help=field.metadata["help"], min=field.metadata.get("min"))
    return inspect.Parameter(
        field.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, option]
    )


def _value(field: Any, kind: Any, given: Any) -> Any:
    if not _is_mapping(kind):
        return given
    flag = _flag(field).removeprefix("--")
    if flag == "column":
        _refuse_twice(given or [])
    found = pairs(flag, given) or {}
    if typing.get_args(kind)[1] is float:
        return {name: number(f"--{flag} {name}", value) for name, value in found.items()}
    return found


def _refuse_twice(columns: list[str]) -> None:
    """Refuse a column that is given twice without naming its table."""
    names = [column.partition("=")[0] for column in columns]
    for name in names:
        if names.count(name) > 1:
            both = name in INTERACTION_ROLES and name in ITEM_ROLES
            differ = f"; where the two files differ, say interactions.{name}=... and items.{name}=..." if both else ""
            raise InputError(f"--column {name}=... is given {names.count(name)} times, but is one column{differ}")
