"""What if: the trained model with other item-graph coefficients at inference."""

from dataclasses import dataclass

import streamlit as st

from lattice.inference.trained_model import KEPT_NEIGHBOURS
from lattice.recommender import Recommender


@dataclass(frozen=True)
class Settings:
    """The coefficients of an item graph. alpha: (modality, weight) as chosen, before normalisation."""

    lambda_: float
    k: int
    alpha: tuple[tuple[str, float], ...]
    cut: tuple[tuple[str, str], ...] = ()


def trained_settings(recommender: Recommender) -> Settings:
    """Return the coefficients as they were trained."""
    graph = recommender.item_graph
    assert graph is not None
    return Settings(graph.lambda_, graph.k, tuple(graph.alpha.items()))


@st.cache_resource(max_entries=16, show_spinner=False)
def what_if_model(_recommender: Recommender, stamp: str, settings: Settings) -> Recommender:
    """Return the trained model with another item graph; shared by all visits and never changed."""
    before = trained_settings(_recommender)
    changed_k = _recommender if settings.k == before.k else what_if_k(_recommender, stamp, settings.k)
    return changed_k.what_if(
        lambda_=None if settings.lambda_ == before.lambda_ else settings.lambda_,
        alpha=None if settings.alpha == before.alpha else dict(settings.alpha),
        without_edges=settings.cut,
    )


@st.cache_resource(max_entries=8, show_spinner=False)
def what_if_k(_recommender: Recommender, stamp: str, k: int) -> Recommender:
    """Return the same model with k neighbours per item; the item graph is built once per k."""
    if k:
        find_neighbours(_recommender, stamp)
    return _recommender.what_if(k=k)


@st.cache_resource(
    max_entries=16,
    show_spinner="Comparing every pair of the catalogue, once for all k; a large one takes minutes…",
    show_time=True,
)
def find_neighbours(_recommender: Recommender, stamp: str) -> None:
    """Find what every k needs, once per model: of several visitors who ask at once, all but one wait."""
    _ = _recommender.trained.neighbours


def k_range(trained: int, n_items: int) -> tuple[int, int]:
    """Return the smallest and largest k that can be chosen; the trained k is always between them."""
    least = min(2, trained)
    return least, max(min(KEPT_NEIGHBOURS, n_items), trained, least + 1)
