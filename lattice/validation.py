"""What an option may be: refused where it is set, not where it is used."""

from math import inf
from numbers import Integral, Real

from lattice.errors import InputError

MOST_DIM = 65_536  # of any embedding; a longer one is a slip of the keyboard


def whole(name: str, value: object, least: int, most: float = inf) -> None:
    """Raise an InputError unless `value` is a whole number from `least` to `most`."""
    if not isinstance(value, Integral) or not least <= int(value) <= most:
        raise InputError(f"{name} is {value!r}; it is a whole number, {_range(least, most)}")


def between(name: str, value: object, least: float, most: float = inf) -> None:
    """Raise an InputError unless `value` is a finite number from `least` to `most`; NaN is none."""
    if not isinstance(value, Real) or not least <= float(value) <= most or value == inf:
        raise InputError(f"{name} is {value!r}; it is a finite number, {_range(least, most)}")


def _range(least: float, most: float) -> str:
    return f"at least {least}" if most == inf else f"at least {least} and at most {most}"
