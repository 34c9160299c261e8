"""How items are shown: title, details and picture, as rows, cards and strips."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import streamlit as st

from app.components.pictures import picture
from lattice.recommender import Recommender


@dataclass(frozen=True)
class Catalogue:
    """Look-up of what is known of an item, by its raw id."""

    recommender: Recommender

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {item: row for row, item in enumerate(self.recommender.items["item"])}

    @cached_property
    def ids(self) -> list[str]:
        """Return all raw item ids."""
        return [str(item) for item in self.recommender.items["item"]]

    @cached_property
    def titles(self) -> dict[str, str]:
        """Return raw id -> title; the id where there is no title."""
        table = self.recommender.items
        return {item: str(title).strip() or item for item, title in zip(table["item"], table["title"], strict=True)}

    def title(self, item: str) -> str:
        """Return an item's title, or its id."""
        return self.titles[item]

    def detail(self, item: str) -> str:
        """Return brand and category, where known."""
        row = self.recommender.items.iloc[self._rows[item]]
        return " · ".join(str(row[c]) for c in ("brand", "category") if c in row.index and row[c])

    def brief(self, item: str) -> str:
        """Return the same for a narrow column: of a category path ("A > B > C") the last level."""
        row = self.recommender.items.iloc[self._rows[item]]
        last = str(row.get("category", "")).rpartition(" > ")[2]
        return " · ".join(text for text in (str(row.get("brand", "")), last) if text)

    def picture(self, item: str) -> str:
        """Return an item's picture as a data URI."""
        return picture(self.recommender.checkpoint.dataset.image_path(self._rows[item]), self.title(item))

    def table(self, items: Sequence[str]) -> pd.DataFrame:
        """Return picture, item and title of some items, for a table on the screen."""
        return pd.DataFrame(
            {"picture": [self.picture(i) for i in items], "item": list(items), "title": [self.title(i) for i in items]}
        )


@st.cache_resource(max_entries=8, show_spinner=False)
def open_catalogue(_recommender: Recommender, stamp: str) -> Catalogue:
    """Return the catalogue of a model, built once per checkpoint."""
    return Catalogue(_recommender)


# --- HTML: every piece of text goes through html.escape --------------------------------------------------------------


def image_html(uri: str, title: str) -> str:
    """Return an <img> whose alternative text and hover text are the title."""
    safe = html.escape(title, quote=True)
    return f'<img src="{html.escape(uri, quote=True)}" alt="{safe}" title="{safe}" loading="lazy">'


def card_html(uri: str, title: str, lines: Sequence[str] = ()) -> str:
    """Return one picture with a title and short lines under it."""
    meta = "".join(f'<div class="meta">{html.escape(line)}</div>' for line in lines)
    return (
        f'<div class="lx lx-card">{image_html(uri, title)}<div class="text">'
        f'<div class="title" title="{html.escape(title, quote=True)}">{html.escape(title)}</div>{meta}</div></div>'
    )


def hero_html(uri: str, title: str, lines: Sequence[str] = ()) -> str:
    """Return the large card of the item that a page is about."""
    meta = "".join(f'<div class="meta">{html.escape(line)}</div>' for line in lines if line)
    return (
        f'<div class="lx lx-hero">{image_html(uri, title)}<div class="text">'
        f'<div class="title">{html.escape(title)}</div>{meta}</div></div>'
    )


def strip(catalogue: Catalogue, items: Sequence[str], most: int = 24) -> None:
    """Draw thumbnails side by side, titles on hover."""
    pictures = "".join(image_html(catalogue.picture(item), catalogue.title(item)) for item in items[:most])
    more = f'<span class="more">+{len(items) - most} more</span>' if len(items) > most else ""
    st.html(f'<div class="lx-strip">{pictures}{more}</div>')


def cards(catalogue: Catalogue, items: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    """Draw cards of equal height in as many columns as fit."""
    body = "".join(
        card_html(catalogue.picture(item), catalogue.title(item), text) for item, text in zip(items, lines, strict=True)
    )
    st.html(f'<div class="lx-grid">{body}</div>')


def legend(colours: dict[str, str]) -> None:
    """Draw a legend of colours."""
    body = "".join(f'<span><i style="background:{c}"></i>{html.escape(name)}</span>' for name, c in colours.items())
    st.html(f'<div class="lx-legend">{body}</div>')
