"""Two recommendation lists side by side: ranks, overlap, shifts and held-out hits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from app.components.csv_text import csv_safe
from lattice.recommender import Recommender

MOST = 50  # items of a list that are shown


@dataclass(frozen=True)
class Ranking:
    """One model's list of items that a user doesn't have.

    items, scores: the first of the list, best first. rank: the rank of any item; None for one that the user has.
    """

    items: list[str]
    scores: list[float]
    rank: Callable[[str], int | None]


@st.cache_resource(max_entries=64, show_spinner=False)
def ranking(_recommender: Recommender, stamp: str, user: str) -> Ranking:
    """Return a user's list, cached: every click needs it again for every model. Only its first items are sorted."""
    items, best = _recommender.recommend(user, MOST)
    scores = _recommender.scores(user)
    rows = _recommender.trained.items
    scores[_recommender.trained.owned(int(_recommender.trained.users.lookup([user])[0]))] = -np.inf
    first = {str(item): place for place, item in enumerate(items, 1)}

    def rank(item: str) -> int | None:
        score = scores[rows.lookup([item])[0]]
        if item in first or score == -np.inf:
            return first.get(item)
        return max(1 + int((scores > score).sum()), len(first) + 1)

    return Ranking(list(first), best.tolist(), rank)


def overlap(*lists: Sequence[str]) -> int:
    """Return how many items all of the lists share."""
    return len(set.intersection(*map(set, lists)))


def shift(here: int, there: int | None) -> tuple[str, str]:
    """Return ("up" | "down" | "same", text) for an item's rank here against its rank in the other list."""
    if there is None:
        return "same", ""
    if here == there:
        return "same", "="
    return ("up", f"↑{there - here}") if here < there else ("down", f"↓{here - there}")


def held_out(interactions: pd.DataFrame) -> dict[str, str]:
    """Return item -> "validation" or "test", for items hidden from training."""
    names = {"valid": "validation", "test": "test"}
    return {row.item: names[row.split] for row in interactions.itertuples() if row.split in names}


def export(
    user: str, rankings: Mapping[str, Ranking], k: int, titles: Mapping[str, str], hits: Mapping[str, str]
) -> str:
    """Return the first k of every list as CSV: user, model, rank, item, title, score, held_out, and other ranks."""
    frames = []
    for model, ranking in rankings.items():
        items = ranking.items[:k]
        frame = pd.DataFrame(
            {
                "user": csv_safe(user),
                "model": csv_safe(model),
                "rank": np.arange(1, len(items) + 1),
                "item": [csv_safe(i) for i in items],
                "title": [csv_safe(titles[i]) for i in items],
                "score": ranking.scores[: len(items)],
                "held_out": [hits.get(i, "") for i in items],
            }
        )
        for other, order in rankings.items():
            if other != model:
                frame[f"rank_{other}"] = [order.rank(i) for i in items]
        frames.append(frame)
    return pd.concat(frames, ignore_index=True).to_csv(index=False)
