"""Choices that live in the URL and are remembered from page to page within a visit."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

MAX_LENGTH = 1000  # characters of a value: room for two long ids, or the corners of a lasso
MAX_VALUES = 20  # of one name
MAX_NAMES = 64

T = TypeVar("T")
Number = TypeVar("Number", int, float)


@dataclass(frozen=True)
class Choice(Generic[T]):
    """A chosen value. unknown: the unknown value found in the URL, if there was one."""

    value: T
    unknown: str | None = None


def bounded(address: Mapping[str, Sequence[str]]) -> tuple[dict[str, list[str]], list[str]]:
    """Return the part of an address that the app reads, and what was left out, a line each; in linear time.

    A value that is too long is left out whole: a part of an id could be another id. Repeated values count once.
    """
    names = [name for name in address if len(name) <= MAX_LENGTH][:MAX_NAMES]
    short = {name: [v for v in dict.fromkeys(address[name]) if len(v) <= MAX_LENGTH] for name in names}
    kept = {name: values[:MAX_VALUES] for name, values in short.items() if values}
    lost = (
        (len(address) - len(names), f"names beyond the first {MAX_NAMES}, or of more than {MAX_LENGTH:,} characters,"),
        (
            sum(len(set(address[name])) - len(short[name]) for name in names),
            f"values of more than {MAX_LENGTH:,} characters",
        ),
        (sum(len(values[MAX_VALUES:]) for values in short.values()), f"values beyond the first {MAX_VALUES} of a name"),
    )
    return kept, [f"{what} are left out ({count:,})" for count, what in lost if count]


def bound_address() -> list[str]:
    """Cut this page's address to what `bounded` keeps, before anything else reads it; return what was left out."""
    asked = {name: st.query_params.get_all(name) for name in st.query_params}
    kept, lost = bounded(asked)
    if kept != asked:
        st.query_params.from_dict(kept)
    return lost


def resolve(asked: str | None, remembered: str | None, known: Container[str], default: str) -> Choice[str]:
    """Return the URL's value if it is known, else what was chosen on another page, else the default."""
    if asked is not None and asked in known:
        return Choice(asked)
    fallback = remembered if remembered is not None and remembered in known else default
    return Choice(fallback, unknown=asked)


def choice(name: str, known: Container[str], default: str) -> Choice[str]:
    """Return the current choice called `name`: from the URL, this visit's memory, or the default."""
    found = resolve(st.query_params.get(name), st.session_state.get(f"chosen_{name}"), known, default)
    st.session_state[f"chosen_{name}"] = found.value
    if found.unknown is None:
        st.query_params[name] = found.value
    return found


def read_number(text: str, low: Number, high: Number, default: Number, step: Number) -> Number | None:
    """Return the number in a text, rounded to the steps from `low`; None where it isn't a number in the range."""
    try:
        asked = float(text)
    except ValueError:
        return None
    if not low <= asked <= high:
        return None
    if asked == default:
        return default
    return min(type(step)(round(low + round((asked - low) / step) * step, 10)), high)


def number(name: str, low: Number, high: Number, default: Number, step: Number) -> Choice[Number]:
    """Return the current number called `name`, an int where `step` is one; the default isn't written to the URL."""
    asked, remembered = st.query_params.get(name), st.session_state.get(f"chosen_{name}")
    wanted = remembered if asked is None else asked
    found = None if wanted is None else read_number(wanted, low, high, default, step)
    if found is None and asked is not None:
        st.session_state.pop(f"chosen_{name}", None)
        return Choice(default, unknown=asked)
    value = default if found is None else found
    choose_number(name, value, default)
    return Choice(value)


def keep_known(wanted: Sequence[str], known: Callable[[str], bool], most: int) -> Choice[tuple[str, ...]]:
    """Return the first `most` known values, and the first other one; each value is looked up once."""
    found = [value for value in wanted if known(value)][:most]
    among = set(found)
    return Choice(tuple(found), unknown=next((value for value in wanted if value not in among), None))


def chosen_set(name: str, known: Callable[[str], bool], most: int = MAX_VALUES) -> Choice[tuple[str, ...]]:
    """Return the current choices called `name`, each once and at most `most`; in the URL as `name=a&name=b`.

    unknown: the first value that isn't known, or that is one too many; the others are kept.
    """
    asked = st.query_params.get_all(name)
    wanted = list(dict.fromkeys(asked or st.session_state.get(f"chosen_{name}", ())))
    found = keep_known(wanted, known, most)
    if not asked or found.unknown is None:
        choose_set(name, found.value)
        return Choice(found.value)
    return found


def choose(name: str, value: str | None) -> None:
    """Set a choice in the URL and in this visit's memory; None removes it."""
    if value is None:
        st.query_params.pop(name, None)
        st.session_state.pop(f"chosen_{name}", None)
    else:
        st.session_state[f"chosen_{name}"] = value
        st.query_params[name] = value


def choose_from_widget(name: str, key: str) -> None:
    """Set the choice to a widget's value (its callback)."""
    choose(name, str(st.session_state[key]))


def choose_number(name: str, value: int | float, default: int | float) -> None:
    """Set a number; the default is removed from the URL."""
    choose(name, None if value == default else f"{value:.10g}")


def choose_set(name: str, values: Sequence[str]) -> None:
    """Set several choices; an empty list is removed from the URL."""
    if values:
        st.session_state[f"chosen_{name}"] = list(values)
        st.query_params[name] = list(values)
    else:
        choose(name, None)
