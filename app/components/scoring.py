"""How a newcomer is scored: the paper's form or a completed one, and the factor on its scores."""

from dataclasses import dataclass

from lattice.inference.completion import Completion

WORDS = {
    "none": "as in the paper",
    "neighbours": "completed by its neighbours",
    "both": "completed by neighbours and content",
}


@dataclass(frozen=True)
class Scoring:
    """How a newcomer is scored. completion: see `Recommender.fold_in`. lift: factor on all of its scores."""

    completion: Completion = "none"
    lift: float = 1.0

    @property
    def words(self) -> str:
        """Return the same in a few words."""
        return WORDS[self.completion] + (f", boosted × {self.lift:.2f}" if self.lift != 1 else "")
