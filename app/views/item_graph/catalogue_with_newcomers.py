"""The catalogue with the session's newcomers in it, looked up as its items are."""

from dataclasses import dataclass
from functools import cached_property

from app.components.items import Catalogue, catalogue
from app.components.session_shop import Newcomer, newcomers
from lattice.recommender import Recommender


@dataclass(frozen=True)
class Stocked(Catalogue):
    """A catalogue that also knows some newcomers by their ids. `ids` stays the catalogue's own."""

    base: Catalogue
    newcomers: tuple[Newcomer, ...] = ()

    @cached_property
    def new(self) -> dict[str, Newcomer]:
        """Id -> newcomer."""
        return {newcomer.id: newcomer for newcomer in self.newcomers}

    @cached_property
    def ids(self) -> list[str]:
        """All raw item ids of the catalogue."""
        return self.base.ids

    @cached_property
    def titles(self) -> dict[str, str]:
        """Id -> title, newcomers included."""
        return {**self.base.titles, **{id: found.title for id, found in self.new.items()}}

    def detail(self, item: str) -> str:
        """Brand and category; of a newcomer, that it is one."""
        return self._about(item) if item in self.new else self.base.detail(item)

    def brief(self, item: str) -> str:
        """The same for a narrow place."""
        return self._about(item) if item in self.new else self.base.brief(item)

    def picture(self, item: str) -> str:
        """A picture as a data URI."""
        return self.new[item].picture if item in self.new else self.base.picture(item)

    def _about(self, item: str) -> str:
        return f"From your shop · {self.new[item].scoring.words}"


def stocked(recommender: Recommender, stamp: str) -> Stocked:
    """The catalogue behind a model and this visit's newcomers."""
    return Stocked(recommender, catalogue(recommender, stamp), newcomers(stamp))
