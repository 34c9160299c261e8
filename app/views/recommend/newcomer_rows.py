"""The visitor's own newcomers in a user's list, at the places that they would take."""

from collections.abc import Sequence

import streamlit as st

from app.components.items import plain
from app.components.session_shop import Newcomer
from app.navigation import ITEM_GRAPH
from app.views.recommend.rows import mark_html, row_html


def by_place(shelf: Sequence[Newcomer], user: str, k: int) -> tuple[dict[int, list[Newcomer]], list[Newcomer]]:
    """(place -> newcomers that would take it, for the first k places; the others), the higher score first."""
    order = sorted(shelf, key=lambda newcomer: -newcomer.score(user))
    placed: dict[int, list[Newcomer]] = {}
    for newcomer in order:
        if newcomer.place(user) <= k:
            placed.setdefault(newcomer.place(user), []).append(newcomer)
    return placed, [newcomer for newcomer in order if newcomer.place(user) > k]


def newcomer_row(newcomer: Newcomer, user: str) -> None:
    """One newcomer among the items of a list; they keep their numbers."""
    labels = [
        mark_html("your newcomer", "hit", "An item of your own, placed in Cold start. Only you see it."),
        f'<span class="same">would take place {newcomer.place(user)}</span>',
        f'<span class="same">{newcomer.score(user):.3f}</span>',
    ]
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", wrap=False, key=f"row_newcomer_{newcomer.id}"
    ):
        st.html(row_html("+", newcomer.picture, newcomer.title, newcomer.text, labels))
        st.page_link(ITEM_GRAPH, label="Graph", query_params={"item": newcomer.id}, width=60)


def further_down(others: Sequence[Newcomer], user: str) -> None:
    """Where the newcomers stand that the list is too short for."""
    if others:
        said = ", ".join(f"“{plain(newcomer.title)}” at place {newcomer.place(user):,}" for newcomer in others)
        st.caption(f"Further down, from your shop: {said}.")
