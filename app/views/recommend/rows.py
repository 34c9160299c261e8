"""Rows of a recommendation list, as HTML."""

import html
from collections.abc import Iterable

from app.components.items import image_html


def mark_html(text: str, kind: str = "", hover: str = "") -> str:
    """Return a small label; kind "hit" is the accented one."""
    return f'<span class="mark {html.escape(kind)}" title="{html.escape(hover, quote=True)}">{html.escape(text)}</span>'


def row_html(rank: int | str, uri: str, title: str, detail: str, marks: Iterable[str] = ()) -> str:
    """Return one line of a list. marks: HTML made by `mark_html` or by the caller, already escaped."""
    safe = html.escape(title, quote=True)
    return (
        f'<div class="lx lx-row"><span class="rank">{html.escape(str(rank))}</span>{image_html(uri, title)}'
        '<div class="text">'
        f'<div class="title" title="{safe}">{safe}</div><div class="meta">{html.escape(detail) or "&nbsp;"}</div>'
        f'<div class="marks">{"".join(marks)}</div></div></div>'
    )
