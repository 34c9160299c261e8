"""`--set name=value`: one setting of a run changed by its name, wherever among the options it lives."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any, get_args

from lattice.errors import InputError
from lattice.models import Options
from lattice.training import TrainingOptions


def apply(settings: Iterable[str], options: Options, training: TrainingOptions) -> tuple[Options, TrainingOptions]:
    """Both options with every "name=value" applied. Raises InputError for an unknown name or a value that isn't one."""
    for setting in settings:
        name, sign, value = setting.partition("=")
        if not sign:
            raise InputError(f"--set {setting!r}: write name=value, as in --set lr=0.001")
        known = {**_values(options), **_values(training)}
        if name not in known:
            raise InputError(f"--set {setting!r}: no setting {name!r}; there are {', '.join(sorted(known))}")
        options, training = _changed(options, name, value), _changed(training, name, value)
    return options, training


def has_option(name: str, options: Options) -> bool:
    """Return whether these options, or a backbone's in them, have an option of this name."""
    return name in _values(options)


def _values(options: Any) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for f in fields(options):
        value = getattr(options, f.name)
        values |= _values(value) if is_dataclass(value) else {f.name: value}
    return values


def _changed(options: Any, name: str, value: str) -> Any:
    for f in fields(options):
        current = getattr(options, f.name)
        if is_dataclass(current):
            options = replace(options, **{f.name: _changed(current, name, value)})
        elif f.name == name:
            options = replace(options, **{name: _parsed(name, value, type(current), get_args(f.type))})
    return options


def _parsed(name: str, value: str, kind: type, allowed: tuple[Any, ...]) -> Any:
    try:
        parsed = kind(value)
    except ValueError:
        raise InputError(f"--set {name}={value}: {name} is a number of type {kind.__name__}") from None
    if allowed and parsed not in allowed:
        raise InputError(f"--set {name}={value}: {name} is one of {', '.join(map(str, allowed))}")
    return parsed
