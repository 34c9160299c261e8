"""Numbered steps of a page, and bars made of parts."""

import html
from collections.abc import Sequence

import streamlit as st

from app.components.items import image_html
from app.components.text import escape_markdown


def step(number: int | None, title: str, lead: str, help: str | None = None) -> None:
    """Draw a heading, numbered where it is one of several steps, with one line about it."""
    st.subheader(
        escape_markdown(title) if number is None else f"{number} · {escape_markdown(title)}", anchor=False, help=help
    )
    st.caption(lead)


def bar_html(parts: Sequence[tuple[str, float, str]], whole: float) -> str:
    """Return parts (name, value, colour) side by side, as wide as their share of `whole`; names on hover."""
    body = "".join(
        f'<i style="width:{100 * value / whole:.2f}%;background:{colour}" title="{html.escape(name, quote=True)}"></i>'
        for name, value, colour in parts
        if value > 0
    )
    return f'<div class="lx-bar">{body}</div>'


def bar_row_html(uri: str, title: str, text: str, bar: str) -> str:
    """Return an item, a bar and its value. bar: HTML made by `bar_html`."""
    safe = html.escape(title, quote=True)
    return (
        f'<div class="lx lx-barrow">{image_html(uri, title)}<div class="text">'
        f'<div class="title" title="{safe}">{safe}</div>{bar}</div><span class="value">{html.escape(text)}</span></div>'
    )
