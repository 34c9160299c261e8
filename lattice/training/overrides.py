"""`--set name=value`: change one option of a run by its name, also a backbone's."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any, Literal, get_args, get_origin, get_type_hints

from lattice.errors import InputError
from lattice.models import Options
from lattice.training import TrainingOptions


def apply(settings: Iterable[str], options: Options, training: TrainingOptions) -> tuple[Options, TrainingOptions]:
    """Return both options with every "name=value" applied; an InputError for an unknown name or a bad value."""
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
    kinds = get_type_hints(type(options))
    for f in fields(options):
        current = getattr(options, f.name)
        if is_dataclass(current):
            options = replace(options, **{f.name: _changed(current, name, value)})
        elif f.name == name:
            options = replace(options, **{name: _parsed(name, value, kinds[name])})
    return options


def _parsed(name: str, value: str, kind: Any) -> Any:
    """Parse a value by its field's type: a Literal of texts, bool, int, float or str."""
    words = {word: word for word in get_args(kind)} if get_origin(kind) is Literal else {}
    words = {"true": True, "false": False} if kind is bool else words
    if words:
        if value not in words:
            raise InputError(f"--set {name}={value}: {name} is one of {', '.join(words)}")
        return words[value]
    if kind not in (int, float, str):
        raise InputError(f"--set {name}={value}: {name} can't be set from the command line")
    try:
        return kind(value)
    except ValueError:
        raise InputError(f"--set {name}={value}: {name} is a number of type {kind.__name__}") from None
