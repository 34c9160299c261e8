"""The visitor's own newcomers in a user's list, at the ranks that they would have."""

from collections.abc import Sequence

import streamlit as st

from app.components.session_shop import Newcomer
from app.components.text import escape_markdown
from app.components.words import fill
from app.navigation import ITEM_GRAPH
from app.views.recommend.rows import mark_html, row_html


def by_rank(shelf: Sequence[Newcomer], user: str, k: int) -> tuple[dict[int, list[Newcomer]], list[Newcomer]]:
    """Return (rank -> newcomers that would have it, for the first k ranks; the others), higher score first."""
    order = sorted(shelf, key=lambda newcomer: -newcomer.score(user))
    placed: dict[int, list[Newcomer]] = {}
    for newcomer in order:
        if newcomer.rank(user) <= k:
            placed.setdefault(newcomer.rank(user), []).append(newcomer)
    return placed, [newcomer for newcomer in order if newcomer.rank(user) > k]


def newcomer_row(newcomer: Newcomer, user: str) -> None:
    """Draw one newcomer among the items of a list; these keep their numbers."""
    labels = [
        mark_html("your newcomer", "hit", fill("One of your own {items}, from Cold start. Only you see it.")),
        f'<span class="same">would be at rank {newcomer.rank(user)}</span>',
        f'<span class="same">{newcomer.score(user):.3f}</span>',
    ]
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", wrap=False, key=f"row_newcomer_{newcomer.id}"
    ):
        st.html(row_html("+", newcomer.picture, newcomer.title, newcomer.text, labels))
        st.page_link(ITEM_GRAPH, label="Graph", query_params={"item": newcomer.id}, width=60)


def further_down(others: Sequence[Newcomer], user: str) -> None:
    """Say which ranks newcomers have that are beyond the list."""
    if others:
        said = ", ".join(f"“{escape_markdown(newcomer.title)}” at rank {newcomer.rank(user):,}" for newcomer in others)
        st.caption(f"Further down, from your catalogue: {said}.")
