"""One score split into its parts, on indices: of a catalogue item or of a new one."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from lattice.inference.explanation import graph_contributions, new_item_contributions
from lattice.inference.fold_in import FoldIn
from lattice.inference.item_graph import ItemGraph
from lattice.inference.score_space import ScoreSpace
from lattice.inference.trained_model import TrainedModel

NO_GRAPH = pd.DataFrame({"neighbour": [], "modality": [], "layer": [], "weight": [], "value": []})
NO_CONTENT = NO_GRAPH[["neighbour", "modality", "value"]]


@dataclass(frozen=True, eq=False)
class ScoreParts:
    """score = collaborative + graph["value"] + content["value"] + exposure, see `lattice.inference.Explanation`.

    graph: neighbour (index), modality, layer, weight, value, owned. content: neighbour (owned item), modality, value.
    """

    score: float
    collaborative: float
    graph: pd.DataFrame
    content: pd.DataFrame
    exposure: float


def catalogue_item_parts(
    trained: TrainedModel,
    item_graph: ItemGraph | None,
    layers: list[Tensor] | None,
    space: ScoreSpace,
    user: int,
    item: int,
) -> ScoreParts:
    """Split a user's score of a catalogue item. layers: h^(0..L), None for a model without an item graph."""
    x, vector = space.model_users[user], space.items.row(item)
    graph = NO_GRAPH
    if item_graph is not None and item_graph.layers and layers is not None:
        graph = graph_contributions(item_graph, item, x, layers)
    return ScoreParts(
        score=float(space.users.row(user) @ vector),
        collaborative=float(x @ trained.embeddings[1][item]),
        graph=_with_owned(graph, trained, user),
        content=_content(trained, space, user, vector[space.content_columns]),
        exposure=0.0,
    )


def new_item_parts(
    trained: TrainedModel,
    item_graph: ItemGraph,
    layers: list[Tensor],
    space: ScoreSpace,
    user: int,
    new: FoldIn,
    neighbours: np.ndarray,
) -> ScoreParts:
    """Split a user's score of a folded-in item. neighbours: indices of the items of new.edges."""
    x, device = space.model_users[user], space.model_users.device
    edges = new.edges.assign(neighbour=neighbours)
    graph = new_item_contributions(edges, new.h, item_graph, layers, x)
    content = None if new.content is None else torch.as_tensor(new.content, device=device)
    return ScoreParts(
        score=float(space.users.row(user) @ space.padded(torch.as_tensor(new.embedding, device=device))),
        collaborative=float(x @ torch.as_tensor(new.collaborative, device=device)),
        graph=_with_owned(graph, trained, user),
        content=_content(trained, space, user, content),
        exposure=new.offset * float(space.deviation[user]),
    )


def _with_owned(graph: pd.DataFrame, trained: TrainedModel, user: int) -> pd.DataFrame:
    return graph.assign(owned=graph["neighbour"].isin(trained.owned(user)))


def _content(trained: TrainedModel, space: ScoreSpace, user: int, content: Tensor | None) -> pd.DataFrame:
    if space.content is None or content is None or not content.any():  # a weight of 0 leaves nothing to split
        return NO_CONTENT
    owned = torch.as_tensor(trained.owned(user), device=content.device)
    table = space.content.contributions(content, owned[trained.warm[owned]])
    return table.assign(value=table["value"] * float(space.content_scale[user]))
