"""What is known of the users, computed once per dataset."""

import streamlit as st

from lattice.recommender import Recommender


@st.cache_data(max_entries=16, show_spinner=False)
def user_counts(_recommender: Recommender, fingerprint: str) -> dict[str, int]:
    """Return raw user id -> number of training items, in the order of the model."""
    table = _recommender.checkpoint.dataset.interactions
    counts = table.loc[table["split"] == "train", "user"].value_counts()
    return {str(user): int(counts.get(user, 0)) for user in _recommender.users}


def typical_user(counts: dict[str, int]) -> str:
    """Return a user to start with: the first with the median number of items."""
    middle = sorted(counts.values())[len(counts) // 2]
    return min(counts, key=lambda user: abs(counts[user] - middle))
