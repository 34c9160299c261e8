"""Why not: the difference between two items' scores for one user, split into parts that sum to it."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from lattice.inference.explanation import Explanation


@dataclass(frozen=True, eq=False)
class Contrast:
    """The difference of two scores of one user: gap = score(other) - score(item).

    gap = collaborative_gap + content_gap + the sum of by_modality; by_modality and neighbours["difference"] have the
    same sum. Both hold as exactly as the two explanations sum to their scores.
    """

    item: Explanation
    other: Explanation

    @property
    def gap(self) -> float:
        """Return how much higher the other item scores."""
        return self.other.score - self.item.score

    @property
    def collaborative_gap(self) -> float:
        """Return the part of the gap that comes from the collaborative scores."""
        return self.other.collaborative_score - self.item.collaborative_score

    @property
    def content_gap(self) -> float:
        """Return the part of the gap that comes from the content scores."""
        return self.other.content_score - self.item.content_score

    @cached_property
    def by_modality(self) -> pd.Series:
        """Return the part of the gap that comes from each modality's item graph: modality -> difference."""
        return self.other.by_modality.sub(self.item.by_modality, fill_value=0.0)

    @cached_property
    def neighbours(self) -> pd.DataFrame:
        """Return one row per neighbour of either item, largest absolute difference first.

        Columns: item (the neighbour), owned, own (adds to the item's score), other (to the other's), difference.
        """
        both = {"own": self.item.by_neighbour, "other": self.other.by_neighbour}
        table = pd.DataFrame({name: part["value"] for name, part in both.items()}).fillna(0.0)
        owned = pd.concat([part["owned"] for part in both.values()]).groupby(level=0).first()
        table.insert(0, "owned", owned.reindex(table.index).astype(bool))
        table["difference"] = table["other"] - table["own"]
        order = table["difference"].abs().sort_values(ascending=False, kind="stable").index
        return table.loc[order].rename_axis("item").reset_index()


@dataclass(frozen=True, eq=False)
class WhyNot:
    """An item's rank in a user's list, and how its score differs from that of the item at rank k.

    rank: 1 = top, among items that the user doesn't have. An item that the user has (`seen`) isn't in the list; its
        rank is the one it would have.
    k: the rank compared with; the last rank where the list is shorter than was asked.
    """

    rank: int
    seen: bool
    k: int
    contrast: Contrast
