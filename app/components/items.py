"""How items are shown: title, details and picture, as rows, cards and strips."""

import hashlib
import html
import time
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from weakref import WeakValueDictionary

import numpy as np
import pandas as pd
import streamlit as st

from app.components.pictures import PICTURES, SIDE, address, placeholder
from app.components.text import shorten
from lattice.inference.search import SearchIndex, item_index
from lattice.recommender import Recommender

FRESH = 60  # seconds for which a picture's time of change is believed: a page shows dozens, and a disk can be slow


@dataclass(frozen=True)
class Catalogue:
    """Look-up of what is known of an item, by its raw id."""

    recommender: Recommender

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """Return raw id -> row of the items table."""
        return {item: row for row, item in enumerate(self.ids)}

    @cached_property
    def ids(self) -> list[str]:
        """Return all raw item ids."""
        return self._column("item")

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """Return raw id -> title; where there is none, brand and last category, else the id."""
        made = (" ".join(filter(None, pair)) for pair in zip(self._brands, self._kinds, strict=True))
        given = zip(self.ids, self._own_titles, made, strict=True)
        return {item: title.strip() or other or item for item, title, other in given}

    @cached_property
    def counts(self) -> np.ndarray:
        """Return [n_items] training interactions."""
        pairs = self.recommender.checkpoint.dataset.pairs("train")
        return np.bincount(pairs[:, 1], minlength=len(self.ids))

    @cached_property
    def index(self) -> SearchIndex:
        """Return what a search box searches."""
        return item_index(self.recommender.items, self.counts)

    @cached_property
    def _shared_titles(self) -> frozenset[str]:
        counts = pd.Series(self.titles).value_counts()
        return frozenset(counts.index[counts > 1])

    @cached_property
    def _own_titles(self) -> list[str]:
        return self._column("title")

    @cached_property
    def _brands(self) -> list[str]:
        return self._column("brand")

    @cached_property
    def _categories(self) -> list[str]:
        return self._column("category")

    @cached_property
    def _kinds(self) -> list[str]:
        return [category.rpartition(" > ")[2] for category in self._categories]

    def _column(self, name: str) -> list[str]:
        table = self.recommender.items
        return table[name].astype(str).tolist() if name in table else [""] * len(table)

    def title(self, item: str) -> str:
        """Return an item's title, or its substitute (`titles`)."""
        return self.titles[item]

    def label(self, item: str, most: int = 1000) -> str:
        """Return an item's title cut to `most` characters, with its id where other items have the same title."""
        title = self.title(item)
        return shorten(title, most) + (f" · {item}" if title in self._shared_titles else "")

    def detail(self, item: str) -> str:
        """Return brand and category, where known."""
        row = self.rows[item]
        return " · ".join(filter(None, (self._brands[row], self._categories[row])))

    def brief(self, item: str) -> str:
        """Return brand and last category ("A > B > C") for a narrow column; the id where these are the title."""
        row = self.rows[item]
        if not self._own_titles[row].strip():
            return item
        return " · ".join(filter(None, (self._brands[row], self._kinds[row])))

    def count(self, item: str) -> int:
        """Return an item's training interactions."""
        return int(self.counts[self.rows[item]])

    @cached_property
    def shelf(self) -> str:
        """Return what its pictures' addresses call this catalogue, for as long as it is in memory."""
        return publish(self)

    def picture(self, item: str, side: int = SIDE) -> str:
        """Return the address of an item's picture, `side` pixels wide; of its tile where it has none."""
        row = self.rows[item]
        path = self.recommender.checkpoint.dataset.image_path(row)
        stamp = None if path is None else modified(str(path), int(time.monotonic()) // FRESH)
        return self.tile(row) if stamp is None else address(PICTURES, self.shelf, f"{row}-{side}-{stamp:x}.webp")

    def tile(self, row: int) -> str:
        """Return the address of an item's tile, by its row."""
        return placeholder(self._kinds[row] or self._brands[row], self.title(self.ids[row]))

    def similar(self, item: str, k: int) -> list[str]:
        """Return the k items nearest to one, nearest first."""
        return [str(other) for other in self.recommender.similar(item, k)[0]]

    def table(self, items: Sequence[str]) -> pd.DataFrame:
        """Return picture, item and title of some items, for a table on the screen."""
        return pd.DataFrame(
            {"picture": [self.picture(i) for i in items], "item": list(items), "title": [self.label(i) for i in items]}
        )


@lru_cache(maxsize=100_000)
def modified(path: str, period: int) -> int | None:
    """Return when a file was last changed, None where there is none; it is looked at once per period."""
    try:
        return Path(path).stat().st_mtime_ns
    except (OSError, ValueError):
        return None


@st.cache_resource(show_spinner=False)
def published() -> MutableMapping[str, Catalogue]:
    """Return the catalogues whose pictures have addresses, by what these call them."""
    return WeakValueDictionary()


def publish(catalogue: Catalogue) -> str:
    """Give a catalogue's pictures addresses; they stay the same for the same data in the same folder."""
    checkpoint = catalogue.recommender.checkpoint
    known_by = f"{checkpoint.dataset.folder} {checkpoint.dataset_fingerprint}"
    shelf = hashlib.sha256(known_by.encode()).hexdigest()[:16]
    published()[shelf] = catalogue
    return shelf


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
