"""The session's shop: newcomers that a visitor placed and kept. They live in this visit's memory, and nowhere else."""

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
    """An item that nobody has bought, as it was placed by one checkpoint.

    id: made from its content, so that the same newcomer is there once. picture: a small data URI of pixels encoded
    anew, or a tile. vectors: modality -> raw features [d_m]. scoring: how `placed` was scored. title and text
    are a visitor's: escape them.
    """

    id: str
    title: str
    text: str
    picture: str
    vectors: Mapping[str, np.ndarray]
    scoring: Scoring
    placed: FoldIn

    def score(self, user: str) -> float:
        """What LATTICE gives it for a user, on the scale of `Recommender.scores`."""
        users = self.placed.users
        return float(users.loc[users["user"] == user, "score"].iloc[0])

    def place(self, user: str) -> int:
        """Where it stands among everything that the user hasn't in training; 1 is the head of the list."""
        users = self.placed.users
        return int(users.loc[users["user"] == user, "rank"].iloc[0])


def identity(title: str, text: str, vectors: Mapping[str, np.ndarray]) -> str:
    """A newcomer's id: the same for the same words and features, however it is scored."""
    content = hashlib.sha256(f"{title}\0{text}".encode())
    for modality in sorted(vectors):
        content.update(modality.encode() + np.ascontiguousarray(vectors[modality], dtype=np.float32).tobytes())
    return f"new-{content.hexdigest()[:8]}"


def added(shelf: tuple[Newcomer, ...], newcomer: Newcomer) -> tuple[Newcomer, ...]:
    """The shelf with a newcomer at its end; in place of itself where it is there, as it is where it is full."""
    if any(other.id == newcomer.id for other in shelf):
        return tuple(newcomer if other.id == newcomer.id else other for other in shelf)
    return (*shelf, newcomer) if len(shelf) < MOST else shelf


def newcomers(stamp: str) -> tuple[Newcomer, ...]:
    """What is in the shop of one checkpoint (`Workspace.stamps`), in the order that it came."""
    return _shops().get(stamp, ())


def newcomer(stamp: str, id: str) -> Newcomer | None:
    """One newcomer of the shop, or None."""
    return next((found for found in newcomers(stamp) if found.id == id), None)


def is_full(stamp: str) -> bool:
    """Whether MOST newcomers are there."""
    return len(newcomers(stamp)) >= MOST


def add(stamp: str, newcomer: Newcomer) -> None:
    """Keep a newcomer; the same one again takes its own place, and a full shop takes no other."""
    _shops()[stamp] = added(newcomers(stamp), newcomer)


def remove(stamp: str, id: str) -> None:
    """Take one newcomer out."""
    _shops()[stamp] = tuple(other for other in newcomers(stamp) if other.id != id)


def clear(stamp: str) -> None:
    """Empty the shop of one checkpoint."""
    _shops().pop(stamp, None)


def _shops() -> dict[str, tuple[Newcomer, ...]]:
    return st.session_state.setdefault("session_shop", {})
