"""Widgets whose value lives in the URL and is remembered from page to page."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.components.text import escape_markdown, quote
from app.url_state import Number, choice, choose_from_widget, choose_number, choose_set, chosen_set, number


def url_select(
    text: str,
    name: str,
    options: Sequence[str],
    default: str,
    show: Callable[[str], str] = str,
    help: str | None = None,
    kind: Literal["select", "segments"] = "select",
    width: int | Literal["stretch"] = "stretch",
) -> str:
    """Draw a select box (or segments) for one of `options`, kept in the URL as `name`; return the choice.

    An unknown value in the URL is reported (`warn_unknown`) and replaced by the default.
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
        st.segmented_control(text, options, required=True, format_func=lambda o: escape_markdown(show(o)), **shared)
    else:
        st.selectbox(text, options, width=width, format_func=show, **shared)
    if found.unknown is not None:
        warn_unknown(text, found.unknown, show(found.value))
    return found.value


def url_multiselect(
    text: str,
    name: str,
    options: Sequence[str],
    default: Sequence[str],
    show: Callable[[str], str],
    most: int,
) -> list[str]:
    """Draw a box for one to `most` of `options`, in the URL as `name=a&name=b`; the default is not written there."""
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
        warn_unknown(text, found.unknown, ", ".join(map(show, value)))
    return value


def _choose_some_from_widget(name: str, key: str, default: list[str]) -> None:
    values = st.session_state[key]
    choose_set(name, [] if values == default else values)


def url_slider(
    text: str,
    name: str,
    low: Number,
    high: Number,
    default: Number,
    step: Number,
    help: str | None = None,
    disabled: bool = False,
) -> Number:
    """Draw a slider from `low` to `high`, kept in the URL as `name` unless it is the default; return its value."""
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
        warn_unknown(text, found.unknown, f"{round(found.value, 2):g}")
    return found.value


def _choose_number_from_widget(name: str, key: str, default: int | float) -> None:
    choose_number(name, st.session_state[key], default)


def reset_warnings(place: DeltaGenerator) -> None:
    """Forget the warnings of the run before, and set where this run's are shown."""
    st.session_state["lost"] = (place, [])


def warn_unknown(what: str, unknown: str, instead: str) -> None:
    """Warn about an unknown URL parameter and name the fallback; all warnings share one box.

    what: the page's name for the parameter.
    """
    name, shown = escape_markdown(what), escape_markdown(instead)
    warn_address(f"{name} “{quote(unknown)}” isn't known; showing {shown} instead")


def warn_address(line: str) -> None:
    """Add a line of Markdown to the box of this page's warnings about its address."""
    place, lines = st.session_state["lost"]
    lines.append(line)
    said = f"{lines[0]}." if len(lines) == 1 else "".join(f"\n- {line}" for line in lines)
    place.warning(f"In this page's address: {said}", icon=":material/link_off:")
