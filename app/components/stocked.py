"""The catalogue with the session's newcomers in it: looked up as its items are, and standing in LATTICE's lists."""

from bisect import bisect_left
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property

import streamlit as st

from app.components.items import Catalogue, catalogue_of
from app.components.lists import Ranking
from app.components.session_shop import Newcomer, newcomers
from lattice.errors import InputError
from lattice.inference import FoldIn
from lattice.recommender import Recommender

REMEMBERED = 48  # placements under what-if settings, of one visit


@dataclass(frozen=True)
class Stocked(Catalogue):
    """A catalogue that also knows some newcomers by their ids. `ids` stays the catalogue's own."""

    newcomers: tuple[Newcomer, ...] = ()

    @cached_property
    def new(self) -> dict[str, Newcomer]:
        """Id -> newcomer."""
        return {newcomer.id: newcomer for newcomer in self.newcomers}

    @cached_property
    def ids(self) -> list[str]:
        """All raw item ids of the catalogue."""
        return catalogue_of(self.recommender).ids

    @cached_property
    def titles(self) -> dict[str, str]:
        """Id -> title, newcomers included."""
        return {**catalogue_of(self.recommender).titles, **{id: found.title for id, found in self.new.items()}}

    def detail(self, item: str) -> str:
        """Brand and category; of a newcomer, that it is one."""
        return self._about(item) if item in self.new else catalogue_of(self.recommender).detail(item)

    def brief(self, item: str) -> str:
        """The same for a narrow place."""
        return self._about(item) if item in self.new else catalogue_of(self.recommender).brief(item)

    def picture(self, item: str) -> str:
        """A picture as a data URI."""
        return self.new[item].picture if item in self.new else catalogue_of(self.recommender).picture(item)

    def _about(self, item: str) -> str:
        return f"From your shop · {'with completion' if self.new[item].completion else 'as in the paper'}"


def stocked(recommender: Recommender, stamp: str) -> Stocked:
    """The catalogue behind a model and this visit's newcomers."""
    return Stocked(recommender, newcomers(stamp))


def placed_by(newcomer: Newcomer, model: Recommender, trained: Recommender, key: str) -> Newcomer | None:
    """A newcomer as another model (a what-if of the trained one) places it; None where that can't.

    key: names the model; what was placed under it before isn't placed again.
    """
    if model is trained:
        return newcomer
    known: dict[tuple[str, str, bool], FoldIn | None] = st.session_state.setdefault("placed_elsewhere", {})
    asked = (key, newcomer.id, newcomer.completion)
    if asked not in known:
        known[asked] = None
        with suppress(InputError):
            known[asked] = model.place(newcomer.vectors, newcomer.completion)
        for old in list(known)[:-REMEMBERED]:
            del known[old]
    placed = known[asked]
    return None if placed is None else replace(newcomer, placed=placed)


def with_newcomers(ranking: Ranking, found: Sequence[Newcomer], user: str) -> Ranking:
    """A user's list with newcomers where their scores put them; one of equal score stands before the item."""
    items, scores = list(ranking.items), list(ranking.scores)
    for newcomer in found:
        score = newcomer.score(user)
        at = bisect_left(scores, -score, key=lambda s: -s)
        items.insert(at, newcomer.id)
        scores.insert(at, score)
    return Ranking(items, scores, {item: place for place, item in enumerate(items, 1)})
