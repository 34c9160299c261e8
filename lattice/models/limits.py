"""What a model's option may be: refused where it is set, not where it is used."""

from math import inf
from numbers import Integral, Real

from lattice.errors import InputError


def whole(name: str, value: object, least: int) -> None:
    """Raise an InputError unless `value` is a whole number, at least `least`."""
    if not isinstance(value, Integral) or value < least:
        raise InputError(f"{name} is {value!r}; it is a whole number, at least {least}")


def between(name: str, value: object, least: float, most: float = inf) -> None:
    """Raise an InputError unless `value` is a finite number from `least` to `most`; NaN is none."""
    if not isinstance(value, Real) or not least <= float(value) <= most or value == inf:
        upper = "" if most == inf else f" and at most {most}"
        raise InputError(f"{name} is {value!r}; it is a finite number, at least {least}{upper}")
