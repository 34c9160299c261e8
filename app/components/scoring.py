"""How a newcomer is scored: in the paper's form, in a completed one, or with content scores and exposure."""

from dataclasses import dataclass, replace

import streamlit as st

from lattice.inference.completion import Completion
from lattice.recommender import Recommender

WORDS = {
    "none": "as in the paper",
    "neighbours": "completed by its neighbours",
    "both": "completed by neighbours and content",
}


@dataclass(frozen=True)
class Scoring:
    """How a newcomer is scored, see `Recommender.fold_in`."""

    completion: Completion = "none"
    exposure: float | None = None  # allowed relative loss of warm Recall@20; None: no exposure and no content scores

    @property
    def words(self) -> str:
        """Return the same in a few words."""
        return WORDS[self.completion] if self.exposure is None else f"at {self.exposure:.1%} exposure"

    def model(self, recommender: Recommender, stamp: str) -> Recommender:
        """Return the recommender that scores it: without exposure the model alone, without content scores."""
        return recommender if self.exposure is not None else model_alone(recommender, stamp)


@st.cache_resource(max_entries=16, show_spinner=False)
def model_alone(_recommender: Recommender, stamp: str) -> Recommender:
    """Return the same model without content scores."""
    return _recommender if _recommender.content is None else replace(_recommender, content=None)
