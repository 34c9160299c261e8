"""Newcomers that a visitor added to their shop. They are kept in this visit's memory only."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from app.components.scoring import Scoring
from lattice.inference import FoldIn

MOST = 12


@dataclass(frozen=True, eq=False)
class Newcomer:
    """An item without interactions, as one checkpoint folded it in.

    id: made from its content, so that the same newcomer is kept once. picture: a small re-encoded data URI, or a tile.
    vectors: modality -> raw features [d_m]. scoring: how `placed` was scored. title and text are typed by the
    visitor: escape them.
    """

    id: str
    title: str
    text: str
    picture: str
    vectors: Mapping[str, np.ndarray]
    scoring: Scoring
    placed: FoldIn

    def score(self, user: str) -> float:
        """Return its LATTICE score for a user, on the scale of `Recommender.scores`."""
        users = self.placed.users
        return float(users.loc[users["user"] == user, "score"].iloc[0])

    def rank(self, user: str) -> int:
        """Return its rank among all items that the user doesn't have in training (1 = top)."""
        users = self.placed.users
        return int(users.loc[users["user"] == user, "rank"].iloc[0])


def newcomer_id(title: str, text: str, vectors: Mapping[str, np.ndarray]) -> str:
    """Return a newcomer's id: the same for the same words and features, however it is scored."""
    content = hashlib.sha256(f"{title}\0{text}".encode())
    for modality in sorted(vectors):
        content.update(modality.encode() + np.ascontiguousarray(vectors[modality], dtype=np.float32).tobytes())
    return f"new-{content.hexdigest()[:8]}"


def with_newcomer(shelf: tuple[Newcomer, ...], newcomer: Newcomer) -> tuple[Newcomer, ...]:
    """Return the shelf with a newcomer appended; one of the same id is replaced, and a full shelf stays as it is."""
    if any(other.id == newcomer.id for other in shelf):
        return tuple(newcomer if other.id == newcomer.id else other for other in shelf)
    return (*shelf, newcomer) if len(shelf) < MOST else shelf


def newcomers(stamp: str) -> tuple[Newcomer, ...]:
    """Return the newcomers kept for one checkpoint (`Workspace.stamps`), in the order they were added."""
    return _shops().get(stamp, ())


def newcomer(stamp: str, id: str) -> Newcomer | None:
    """Return one newcomer of the shop, or None."""
    return next((found for found in newcomers(stamp) if found.id == id), None)


def is_full(stamp: str) -> bool:
    """Return whether MOST newcomers are kept."""
    return len(newcomers(stamp)) >= MOST


def add(stamp: str, newcomer: Newcomer) -> None:
    """Keep a newcomer: one of the same id is replaced, and a full shop stays as it is."""
    _shops()[stamp] = with_newcomer(newcomers(stamp), newcomer)


def remove(stamp: str, id: str) -> None:
    """Remove one newcomer."""
    _shops()[stamp] = tuple(other for other in newcomers(stamp) if other.id != id)


def clear(stamp: str) -> None:
    """Remove all newcomers of one checkpoint."""
    _shops().pop(stamp, None)


def _shops() -> dict[str, tuple[Newcomer, ...]]:
    return st.session_state.setdefault("session_shop", {})
