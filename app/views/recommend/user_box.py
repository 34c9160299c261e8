"""The box to pick a user: searched on the server."""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import streamlit as st
import torch

from app.components.search_picker import Match, search_picker
from app.components.users import user_counts
from lattice.graph import cosines
from lattice.inference.search import MOST, SearchIndex, user_index
from lattice.recommender import Recommender


def user_box(recommender: Recommender, user: str, on_choose: Callable[[str], None]) -> None:
    """Draw the box; `on_choose` gets the id that was chosen."""
    dataset, fingerprint = recommender.checkpoint.dataset, recommender.checkpoint.dataset_fingerprint
    counts = user_counts(recommender, fingerprint)
    search_picker(
        dataset.words.user.capitalize(),
        partial(users_of, recommender, fingerprint),
        user,
        "pick_user",
        lambda one: user_match(counts, dataset.words.items, one),
        on_choose,
        most=f"Most {dataset.words.items}",
        like=lambda one: similar_users(recommender, one, MOST),
        placeholder="Type an id",
        help=f"The number is how many {dataset.words.items} the {dataset.words.user} has in training.",
    )


def user_match(counts: Mapping[str, int], items: str, user: str) -> Match:
    """Return what the box shows of a user. items: what the dataset calls them."""
    return Match(user, user, f"{counts[user]:,} {items} in training")


@st.cache_resource(max_entries=8, show_spinner=False)
def users_of(_recommender: Recommender, fingerprint: str) -> SearchIndex:
    """Return what the box searches, made once per dataset."""
    counts = user_counts(_recommender, fingerprint)
    return user_index(list(counts), np.fromiter(counts.values(), dtype=np.int64, count=len(counts)))


def similar_users(recommender: Recommender, user: str, k: int) -> list[str]:
    """Return the k users whose embeddings have the highest cosine similarity to one's, the user left out."""
    users = recommender.embeddings[0]
    index = int(recommender.trained.users.lookup([user])[0])
    near = cosines(users[[index]], users)[0]
    near[index] = -torch.inf
    best = torch.topk(near, min(k, len(near) - 1)).indices.cpu().numpy()
    return [str(other) for other in np.asarray(recommender.users)[best]]
