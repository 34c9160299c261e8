"""What an option may be: refused where it is set, not where it is used."""

from math import inf
from numbers import Integral, Real
from typing import Any

from lattice.errors import InputError

MOST_DIM = 4_096  # of any embedding; a longer one is a slip of the keyboard
MOST_LAYERS = 32  # of any graph; after a handful all nodes are alike
MOST_COUNT = 2**31 - 1  # of what ends a loop early or bounds a batch, and costs nothing by itself

# Option -> its greatest value, for constructors, `--set` and checkpoints alike. A test refuses a model with an option
# that is a number and has no bound.
MOST: dict[str, float] = {
    "dim": MOST_DIM,
    "content_dim": MOST_DIM,
    "transform_dim": MOST_DIM,
    "layers": MOST_LAYERS,
    "item_layers": MOST_LAYERS,
    "routings": MOST_LAYERS,
    "k": 65_536,
    "l2": 1e6,
    "lr": 1e3,
    "batch_size": MOST_COUNT,
    "epochs": MOST_COUNT,
    "patience": MOST_COUNT,
    "seed": 2**32 - 1,  # of torch's and numpy's generators, with room for an epoch's own
}


def whole(name: str, value: object, least: int, most: float | None = None) -> None:
    """Raise an InputError unless `value` is a whole number from `least` to `most`; True and False are none.

    most: by default the entry of MOST, or any number where there is none.
    """
    most = MOST.get(name, inf) if most is None else most
    if not isinstance(value, Integral) or isinstance(value, bool) or not least <= int(value) <= most:
        raise InputError(f"{name} is {_shown(value)}; it is a whole number, {_range(least, most)}")


def between(name: str, value: Any, least: float, most: float | None = None) -> None:
    """Raise an InputError unless `value` is a finite number from `least` to `most`; NaN, True and False are none.

    most: by default the entry of MOST, or any number where there is none.
    """
    most = MOST.get(name, inf) if most is None else most
    if not _is_real(value) or not least <= value <= most or value == inf:
        raise InputError(f"{name} is {_shown(value)}; it is a finite number, {_range(least, most)}")


def _is_real(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _shown(value: object) -> str:
    """Return `value` as an error can show it: on one line, of bounded length."""
    text = "out of all bounds" if isinstance(value, int) and abs(value) > 10**100 else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _range(least: float, most: float) -> str:
    return f"at least {least}" if most == inf else f"at least {least} and at most {most:.10g}"
