"""What is known of the users, computed once per dataset."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from lattice.recommender import Recommender


@st.cache_resource(max_entries=16, show_spinner=False)
def user_counts(_recommender: Recommender, fingerprint: str) -> Mapping[str, int]:
    """Return raw user id -> number of training items, in the order of the model."""
    users = _recommender.users
    counts = np.bincount(_recommender.checkpoint.dataset.pairs("train")[:, 0], minlength=len(users))
    return dict(zip(map(str, users), counts.tolist(), strict=True))


@st.cache_data(max_entries=16, show_spinner=False)
def typical_user(_recommender: Recommender, fingerprint: str) -> str:
    """Return a user to start with: the first with the median number of items."""
    return first_with_median(user_counts(_recommender, fingerprint))


def first_with_median(counts: Mapping[str, int]) -> str:
    """Return the first key whose count is closest to the median."""
    values = np.fromiter(counts.values(), dtype=np.int64, count=len(counts))
    middle = np.sort(values)[len(values) // 2]
    return list(counts)[int(np.abs(values - middle).argmin())]
