"""What the data set calls its users and items; the pages say "players" and "openings" where it does."""

import streamlit as st

from lattice.data.about import Words

_KEY = "dataset_words"


def set_words(words: Words) -> None:
    """Use a data set's nouns for the rest of this run."""
    st.session_state[_KEY] = words


def dataset_words() -> Words:
    """Return the nouns of the data set that the page shows."""
    return st.session_state.get(_KEY, Words())


def fill(text: str, words: Words | None = None) -> str:
    """Return a text of ours with {user}, {items}, {chosen} and the like replaced by the data set's words."""
    return text.format_map(vars(words or dataset_words()))


def count_of(n: int, one: str, many: str) -> str:
    """Return a number with its noun."""
    return f"{n:,} {one if n == 1 else many}"
