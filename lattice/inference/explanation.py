"""Why an item is recommended: its score, split exactly into the parts that add up to it."""

from dataclasses import dataclass

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
