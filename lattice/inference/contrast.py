"""Why not: what an item lacks against another in the same user's list, split into parts that add up to it."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from lattice.inference.explanation import Explanation


@dataclass(frozen=True)
class Contrast:
    """The difference of two scores of one user: gap = score(other) - score(item).

    gap = collaborative + the sum of by_modality, and by_modality sums to the same as neighbours["difference"], as
    exactly as the two explanations add up to their scores.
    """

    item: Explanation
    other: Explanation

    @property
    def gap(self) -> float:
        """How far the item's score lies below the other's."""
        return self.other.score - self.item.score

    @property
    def collaborative(self) -> float:
        """What of it the collaborative parts make."""
        return self.other.collaborative - self.item.collaborative

    @cached_property
    def by_modality(self) -> pd.Series:
        """What of it each modality's item graph makes: modality -> difference."""
        return self.other.by_modality.sub(self.item.by_modality, fill_value=0.0)

    @cached_property
    def neighbours(self) -> pd.DataFrame:
        """A line per neighbour of either item, those that differ most first.

        Columns: item (the neighbour), owned, own (adds to the item's score), other (to the other's), difference.
        """
        both = {"own": self.item.by_neighbour, "other": self.other.by_neighbour}
        table = pd.DataFrame({name: part["value"] for name, part in both.items()}).fillna(0.0)
        owned = pd.concat([part["owned"] for part in both.values()]).groupby(level=0).first()
        table.insert(0, "owned", owned.reindex(table.index).astype(bool))
        table["difference"] = table["other"] - table["own"]
        order = table["difference"].abs().sort_values(ascending=False, kind="stable").index
        return table.loc[order].rename_axis("item").reset_index()


@dataclass(frozen=True)
class WhyNot:
    """Where an item stands in a user's list, and what it lacks against the item at place k.

    rank: its place among what the user hasn't; for an item that the user has (`seen`), which is left out of the list,
    the place that it would have. k: the place compared with, the last where the list is shorter than was asked.
    """

    rank: int
    seen: bool
    k: int
    contrast: Contrast
