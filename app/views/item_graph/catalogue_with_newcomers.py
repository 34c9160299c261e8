"""The catalogue together with the visitor's newcomers."""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from app.components.items import Catalogue, open_catalogue
from app.components.pictures import SIDE
from app.components.session_shop import Newcomer, newcomers
from app.components.text import shorten
from lattice.inference.search import MOST, SearchIndex, item_index
from lattice.recommender import Recommender


@dataclass(frozen=True)
class IndexWithNewcomers:
    """A search index of the catalogue and a few newcomers, which come first."""

    base: SearchIndex
    new: SearchIndex

    @property
    def ids(self) -> Sequence[str]:
        """Return the catalogue's ids, which a random choice is made from."""
        return self.base.ids

    def __contains__(self, one: str) -> bool:
        """Return whether an id is known."""
        return one in self.new or one in self.base

    def search(self, text: str, k: int = MOST) -> list[str]:
        """Return the k best ids, newcomers first."""
        return (self.new.search(text, k) + self.base.search(text, k))[:k]


@dataclass(frozen=True)
class CatalogueWithNewcomers(Catalogue):
    """A catalogue that also knows newcomers by their ids. `ids` and `rows` are the catalogue's own."""

    base: Catalogue
    newcomers: tuple[Newcomer, ...] = ()

    @cached_property
    def new(self) -> dict[str, Newcomer]:
        """Return id -> newcomer."""
        return {newcomer.id: newcomer for newcomer in self.newcomers}

    @cached_property
    def ids(self) -> list[str]:
        """Return all raw item ids of the catalogue."""
        return self.base.ids

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """Return raw id -> row of the items table."""
        return self.base.rows

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """Return id -> title, newcomers included."""
        return ChainMap({id: found.title for id, found in self.new.items()}, self.base.titles)  # type: ignore[arg-type]  # only read

    @cached_property
    def counts(self) -> np.ndarray:
        """Return [n_items] training interactions."""
        return self.base.counts

    @cached_property
    def search_index(self) -> IndexWithNewcomers:
        """Return what a search box searches, newcomers included."""
        columns = {"item": list(self.new), "title": [found.title for found in self.newcomers]}
        return IndexWithNewcomers(
            self.base.index, item_index(pd.DataFrame(columns, dtype=str), np.zeros(len(self.new)))
        )

    def label(self, item: str, most: int = 1000) -> str:
        """Return an item's title cut to `most` characters; a newcomer's with its id."""
        return f"{shorten(self.title(item), most)} · {item}" if item in self.new else self.base.label(item, most)

    def count(self, item: str) -> int:
        """Return an item's training interactions; a newcomer has none."""
        return 0 if item in self.new else self.base.count(item)

    def detail(self, item: str) -> str:
        """Return brand and category; for a newcomer, that it is one."""
        return self._about(item) if item in self.new else self.base.detail(item)

    def brief(self, item: str) -> str:
        """Return the same for a narrow column."""
        return self._about(item) if item in self.new else self.base.brief(item)

    def picture(self, item: str, side: int = SIDE) -> str:
        """Return the address of a picture; a newcomer's is a data URI."""
        return self.new[item].picture if item in self.new else self.base.picture(item, side)

    def similar(self, item: str, k: int) -> list[str]:
        """Return the k items nearest to one, nearest first; a newcomer's are its heaviest neighbours."""
        if item in self.new:
            return [str(other) for other in self.new[item].placed.edges["item"].drop_duplicates()[:k]]
        return self.base.similar(item, k)

    def _about(self, item: str) -> str:
        return f"From your catalogue · {self.new[item].scoring.words}"


def open_with_newcomers(recommender: Recommender, stamp: str) -> CatalogueWithNewcomers:
    """Return the catalogue of a model with this visit's newcomers."""
    return CatalogueWithNewcomers(recommender, open_catalogue(recommender, stamp), newcomers(stamp))
