"""The catalogue together with the visitor's newcomers."""

from dataclasses import dataclass
from functools import cached_property

from app.components.items import Catalogue, open_catalogue
from app.components.session_shop import Newcomer, newcomers
from lattice.recommender import Recommender


@dataclass(frozen=True)
class CatalogueWithNewcomers(Catalogue):
    """A catalogue that also knows newcomers by their ids. `ids` is the catalogue's own."""

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
    def titles(self) -> dict[str, str]:
        """Return id -> title, newcomers included."""
        return {**self.base.titles, **{id: found.title for id, found in self.new.items()}}

    def detail(self, item: str) -> str:
        """Return brand and category; for a newcomer, that it is one."""
        return self._about(item) if item in self.new else self.base.detail(item)

    def brief(self, item: str) -> str:
        """Return the same for a narrow column."""
        return self._about(item) if item in self.new else self.base.brief(item)

    def picture(self, item: str) -> str:
        """Return a picture as a data URI."""
        return self.new[item].picture if item in self.new else self.base.picture(item)

    def _about(self, item: str) -> str:
        return f"From your shop · {self.new[item].scoring.words}"


def open_with_newcomers(recommender: Recommender, stamp: str) -> CatalogueWithNewcomers:
    """Return the catalogue of a model with this visit's newcomers."""
    return CatalogueWithNewcomers(recommender, open_catalogue(recommender, stamp), newcomers(stamp))
