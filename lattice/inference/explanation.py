"""Why an item is recommended: the score, split exactly into parts that sum to it.

Eq. 8 adds h / |h| to the backbone's item embedding as the last step. So for every backbone, linear or not, the score is
x_u . x_i + x_u . h_i / |h_i|: a collaborative part and an item-graph part. The item-graph part is a sum over neighbours
and graphs: h_i^(L) = sum_j A_ij h_j^(L-1). With one layer (L = 1) a neighbour contributes its own ID embedding; with
more, what it gathered from its own neighbours too. The collaborative part is not split further: a non-linear backbone
has no exact shares of the user's other items.
"""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from torch import Tensor

from lattice.inference.item_graph import ItemGraph


@dataclass(frozen=True, eq=False)
class Explanation:
    """The parts of one score: score = collaborative_score + the sum of contributions["value"] (to 1e-5).

    contributions: one row per neighbour j, modality and layer ("initial" or "learned"), with its `weight` in A, its
        `value` A_ij (x_u . h_j) / |h_i|, and `owned` (the user has j). Empty for a model without an item graph.
    """

    user: str
    item: str
    score: float
    collaborative_score: float
    contributions: pd.DataFrame

    @property
    def item_graph_score(self) -> float:
        """The sum of all item-graph contributions."""
        return float(self.contributions["value"].sum())

    @cached_property
    def by_modality(self) -> pd.Series:
        """The item-graph part by modality: modality -> value."""
        return self.contributions.groupby("modality")["value"].sum().astype(float)

    @cached_property
    def by_neighbour(self) -> pd.DataFrame:
        """The item-graph part by neighbour, indexed by the neighbour's raw id: owned, value."""
        return self.contributions.groupby("item").agg(owned=("owned", "any"), value=("value", "sum"))


def graph_contributions(item_graph: ItemGraph, item: int, user: Tensor, layers: list[Tensor]) -> pd.DataFrame:
    """Split the item-graph part of one score (Eq. 9) by neighbour, modality and layer.

    user: [d] user embedding. layers: h^(0), ..., h^(L), [N, d] each (`ItemGraph.propagate`), with L >= 1.
    Columns: neighbour (index), modality, layer, weight, value; largest value first.
    """
    edges = item_graph.edges(item).drop(columns="weight")
    parts = edges.melt(
        id_vars=["neighbour", "modality"],
        value_vars=["from_initial", "from_learned"],
        var_name="layer",
        value_name="weight",
    )
    parts["layer"] = parts["layer"].str.removeprefix("from_")
    parts = parts[parts["weight"] > 0].copy()
    affinity = (layers[-2] @ user).cpu().double().numpy()
    length = max(float(layers[-1][item].norm()), 1e-12)
    parts["value"] = parts["weight"] * affinity[parts["neighbour"].to_numpy(dtype=int)] / length
    return parts.sort_values("value", ascending=False, kind="stable", ignore_index=True)
