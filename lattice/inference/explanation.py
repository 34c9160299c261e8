"""Why an item is recommended: its score, split exactly into the parts that add up to it.

Eq. 8 adds h / |h| to the backbone's item embedding last of all, so for every backbone, linear or not, the score is
x_u . x_i + x_u . h_i / |h_i|: a collaborative part and an item-graph part. The latter is a sum over neighbours and
sources whatever the backbone: h_i^(L) = sum_j A_ij h_j^(L-1). With one round (L = 1) a neighbour brings its own ID
embedding; with more, what it gathered from its own neighbours too. Not split: the collaborative part, which for a
backbone that isn't linear has no exact shares of the user's other items.
"""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from torch import Tensor

from lattice.inference.item_graph import ItemGraph


@dataclass(frozen=True)
class Explanation:
    """score = collaborative + the sum of contributions["value"] (to 1e-5).

    contributions: a line per neighbour j, modality and layer ("initial" or "learned") with its `weight` in A and
    its `value`, A_ij (x_u . h_j) / |h_i|; empty for a model without an item graph. `owned`: the user has j.
    """

    user: str
    item: str
    score: float
    collaborative: float
    contributions: pd.DataFrame

    @property
    def item_graph(self) -> float:
        """What the item graph adds to the score."""
        return float(self.contributions["value"].sum())

    @cached_property
    def by_modality(self) -> pd.Series:
        """Its share of each modality: modality -> value."""
        return self.contributions.groupby("modality")["value"].sum().astype(float)

    @cached_property
    def by_neighbour(self) -> pd.DataFrame:
        """Its share of each neighbour, indexed by the neighbour's raw id: owned, value."""
        return self.contributions.groupby("item").agg(owned=("owned", "any"), value=("value", "sum"))


def graph_contributions(item_graph: ItemGraph, item: int, user: Tensor, layers: list[Tensor]) -> pd.DataFrame:
    """The item-graph part of Eq. 9 for one user embedding [d], neighbour by neighbour.

    layers: h^(0), ..., h^(L), [N, d] each (`ItemGraph.spread`); L >= 1.
    Columns: neighbour (index), modality, layer, weight, value.
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
