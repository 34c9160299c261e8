"""Widgets whose value lives in the URL, and is remembered from page to page."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.components.items import plain
from app.url_state import Number, choice, choose_from_widget, choose_number, choose_set, chosen_set, number


def pick(
    text: str,
    name: str,
    options: Sequence[str],
    default: str,
    show: Callable[[str], str] = str,
    help: str | None = None,
    kind: Literal["select", "segments"] = "select",
    width: int | Literal["stretch"] = "stretch",
) -> str:
    """One of `options`, kept in the URL as `name`.

    An unknown id in the URL is reported (`lost`), and the default shown.
    """
    found = choice(name, options, default)
    key = f"pick_{name}"
    st.session_state[key] = found.value
    shared: dict[str, Any] = {
        "key": key,
        "help": help,
        "on_change": choose_from_widget,
        "args": (name, key),
    }
    if kind == "segments":
        # its labels are Markdown, a select box's are not
        st.segmented_control(text, options, required=True, format_func=lambda o: plain(show(o)), **shared)
    else:
        st.selectbox(text, options, width=width, format_func=show, **shared)
    if found.unknown is not None:
        lost(text, found.unknown, show(found.value))
    return found.value


def pick_some(
    text: str,
    name: str,
    options: Sequence[str],
    default: Sequence[str],
    show: Callable[[str], str],
    most: int,
) -> list[str]:
    """One to `most` of `options`, in the URL as `name=a&name=b`; none means the default, of which it says nothing."""
    found = chosen_set(name, options.__contains__, most)
    value = list(found.value or default)
    key = f"pick_{name}"
    st.session_state[key] = value
    st.multiselect(
        text,
        options,
        key=key,
        format_func=show,
        max_selections=most,
        select_all=False,  # it would take the first that fit
        on_change=_choose_some_from_widget,
        args=(name, key, list(default)),
    )
    if found.unknown is not None:
        lost(text, found.unknown, ", ".join(map(show, value)))
    return value


def _choose_some_from_widget(name: str, key: str, default: list[str]) -> None:
    values = st.session_state[key]
    choose_set(name, [] if values == default else values)


def slide(
    text: str,
    name: str,
    low: Number,
    high: Number,
    default: Number,
    step: Number,
    help: str | None = None,
    disabled: bool = False,
) -> Number:
    """A number from `low` to `high`, kept in the URL as `name` unless it is the default."""
    found = number(name, low, high, default, step)
    key = f"slide_{name}"
    st.session_state[key] = found.value
    st.slider(
        text,
        low,
        high,
        step=step,
        key=key,
        help=help,
        on_change=_choose_number_from_widget,
        args=(name, key, default),
        disabled=disabled,
    )
    if found.unknown is not None:
        lost(text, found.unknown, f"{round(found.value, 2):g}")
    return found.value


def _choose_number_from_widget(name: str, key: str, default: int | float) -> None:
    choose_number(name, st.session_state[key], default)


def begin_notices(place: DeltaGenerator) -> None:
    """Say where the page tells what its address asks for in vain; at the start of every run."""
    st.session_state["lost"] = (place, [])


def lost(what: str, unknown: str, instead: str) -> None:
    """Say what the address asks for in vain, and what is shown instead; all of it in one place, a line each.

    what: as the page calls it.
    """
    place, lines = st.session_state["lost"]
    lines.append(f"{plain(what)} “{plain(unknown[:80])}” isn't here, showing {plain(instead)} instead")
    said = f"{lines[0]}." if len(lines) == 1 else "".join(f"\n- {line}" for line in lines)
    place.warning(f"Of what the address asks for: {said}", icon=":material/link_off:")
