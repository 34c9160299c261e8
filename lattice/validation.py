"""Range checks made when options are built."""

from math import inf
from numbers import Integral, Real
from typing import Any

from lattice.errors import InputError

MAX_DIM = 4_096  # of any embedding; catches typos
MAX_LAYERS = 32  # of any graph network; after a few layers all nodes are alike
MAX_COUNT = 2**31 - 1  # of counts that cost nothing by themselves

# Option -> its greatest value, for constructors, `--set` and checkpoints alike. A test refuses a model with an option
# that is a number and has no bound.
MAX_VALUES: dict[str, float] = {
    "dim": MAX_DIM,
    "content_dim": MAX_DIM,
    "transform_dim": MAX_DIM,
    "layers": MAX_LAYERS,
    "item_layers": MAX_LAYERS,
    "routings": MAX_LAYERS,
    "k": 65_536,
    "l2": 1e6,
    "content_loss": 1e6,
    "contrast": 1e6,
    "temperature": 1e3,
    "lr": 1e3,
    "batch_size": MAX_COUNT,
    "epochs": MAX_COUNT,
    "patience": MAX_COUNT,
    "seed": 2**32 - 1,  # of torch's and numpy's generators, with room for an epoch's own
}


def check_int(name: str, value: object, least: int, most: float | None = None) -> None:
    """Raise an InputError unless `value` is a whole number from `least` to `most`; True and False aren't.

    most: by default the entry of MAX_VALUES, or any number where there is none.
    """
    most = MAX_VALUES.get(name, inf) if most is None else most
    if not isinstance(value, Integral) or isinstance(value, bool) or not least <= int(value) <= most:
        raise InputError(f"{name} is {_shown(value)}; it is a whole number, {_range(least, most)}")


def check_float(name: str, value: Any, least: float, most: float | None = None) -> None:
    """Raise an InputError unless `value` is a finite number from `least` to `most`; NaN, True and False aren't.

    most: by default the entry of MAX_VALUES, or any number where there is none.
    """
    most = MAX_VALUES.get(name, inf) if most is None else most
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
