"""How a newcomer is scored: in the paper's form or a completed one."""

from dataclasses import dataclass

from lattice.inference.completion import Completion

WORDS = {
    "none": "as in the paper",
    "neighbours": "completed by its neighbours",
    "both": "completed by neighbours and content",
}


@dataclass(frozen=True)
class Scoring:
    """How a newcomer is scored. completion: see `Recommender.fold_in`."""

    completion: Completion = "none"

    @property
    def words(self) -> str:
        """Return the same in a few words."""
        return WORDS[self.completion]
