"""How a newcomer is scored: in the paper's form or a completed one, and how far it is lifted."""

from dataclasses import dataclass

from lattice.inference.completion import Completion

WORDS = {
    "none": "as in the paper",
    "neighbours": "completed by its neighbours",
    "both": "completed by neighbours and content",
}


@dataclass(frozen=True)
class Scoring:
    """completion: see `Recommender.fold_in`. lift: what every score is multiplied by."""

    completion: Completion = "none"
    lift: float = 1.0

    @property
    def words(self) -> str:
        """In a few words."""
        return WORDS[self.completion] + (f", lifted × {self.lift:.2f}" if self.lift != 1 else "")
