"""Why an item is recommended: the score, split exactly into parts that sum to it.

Eq. 8 adds h / |h| to the backbone's item embedding as the last step (other models add h times another factor). So for
every backbone, linear or not, the score is x_u . x_i + x_u . h_i / |h_i|: a collaborative part and an item-graph part.
The item-graph part is a sum over neighbours and graphs: h_i^(L) = sum_j A_ij h_j^(L-1). With one layer (L = 1) a
neighbour contributes its own ID embedding; with more, what it gathered from its own neighbours too. The collaborative
part is not split further: a non-linear backbone has no exact shares of the user's other items.

Content scores and exposure, where they are on, add two more parts: a sum over the user's own items and modalities
(`lattice.inference.content_scores`), and for a new item the offset of its exposure.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from lattice.inference.item_graph import ItemGraph


@dataclass(frozen=True, eq=False)
class Explanation:
    """The parts of one score, which sum to it (to 1e-5):

    score = collaborative_score + item_graph_score + content_score + exposure_score.

    contributions: one row per neighbour j, modality and layer ("initial" or "learned"), with its `weight` in A, its
        `value` A_ij (x_u . h_j) / |h_i|, and `owned` (the user has j). Empty for a model without an item graph.
    content: one row per item that the user has and modality: item, modality, value. Empty where content scores are off.
    exposure_score: what the exposure adds to a new item's score; 0 for the catalogue's items.
    """

    user: str
    item: str
    score: float
    collaborative_score: float
    contributions: pd.DataFrame
    content: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"item": [], "modality": [], "value": []}))
    exposure_score: float = 0.0

    @property
    def item_graph_score(self) -> float:
        """Return the sum of all item-graph contributions."""
        return float(self.contributions["value"].sum())

    @property
    def content_score(self) -> float:
        """Return the sum of all content contributions."""
        return float(self.content["value"].sum())

    @cached_property
    def by_owned(self) -> pd.Series:
        """Return the content part by item that the user has, largest first: raw id -> value."""
        return self.content.groupby("item", sort=False)["value"].sum().sort_values(ascending=False, kind="stable")

    @cached_property
    def by_modality(self) -> pd.Series:
        """Return the item-graph part by modality: modality -> value."""
        return self.contributions.groupby("modality")["value"].sum().astype(float)

    @cached_property
    def by_neighbour(self) -> pd.DataFrame:
        """Return the item-graph part by neighbour, indexed by the neighbour's raw id: owned, value."""
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
    scale = float(item_graph.graph_scale(layers[-1][item][None]))
    parts["value"] = parts["weight"] * affinity[parts["neighbour"].to_numpy(dtype=int)] * scale
    return parts.sort_values("value", ascending=False, kind="stable", ignore_index=True)


def new_item_contributions(
    edges: pd.DataFrame, h: np.ndarray, item_graph: ItemGraph, layers: list[Tensor], user: Tensor
) -> pd.DataFrame:
    """Split the item-graph part of a new item's score as `graph_contributions` does.

    edges: neighbour (index), modality, initial, learned, weight, warm (`Placement.edges`). h: [d], of the new item.
    """
    warm = edges[edges["warm"]]
    mixed = item_graph.lambda_ * warm["initial"] + (1 - item_graph.lambda_) * warm["learned"]
    share = warm["weight"] / mixed.where(mixed > 0, 1.0)  # the modality's alpha, renormalised
    affinity = (layers[-2] @ user).cpu().double().numpy()[warm["neighbour"].to_numpy(dtype=int)]
    scale = float(item_graph.graph_scale(torch.as_tensor(h)[None]))
    frames = []
    for layer, lambda_ in (("initial", item_graph.lambda_), ("learned", 1 - item_graph.lambda_)):
        weight = share * lambda_ * warm[layer]
        frame = warm[["neighbour", "modality"]].assign(layer=layer, weight=weight, value=weight * affinity * scale)
        frames.append(frame[frame["weight"] > 0])
    return pd.concat(frames).sort_values("value", ascending=False, kind="stable", ignore_index=True)
