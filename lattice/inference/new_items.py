"""Vectors of items that training never saw, one or many: fold-in (Eqs. 1-8), completion, content and exposure."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from lattice.errors import InputError
from lattice.inference.completion import Completion, complete_embedding
from lattice.inference.fold_in import FoldIn, aggregate, fold_in_item, neighbour_blocks, with_item_weights
from lattice.inference.item_graph import ItemGraph
from lattice.inference.score_space import ScoreSpace
from lattice.inference.trained_model import TrainedModel
from lattice.inference.user_lists import UserLists
from lattice.models import ItemGraphModel


@torch.no_grad()
def embed_new_items(
    trained: TrainedModel,
    item_graph: ItemGraph,
    layers: list[Tensor],
    features: Mapping[str, Tensor],
    completion: Completion = "none",
    block: int = 1024,
) -> Tensor:
    """Return the model's embeddings [n, d] of n new items (modality -> raw [n, d_m]).

    layers: h^(0..L) of the catalogue. An item that resembles nothing in the catalogue gets zeros.
    """
    model = trained.checkpoint.model
    assert isinstance(model, ItemGraphModel)
    found = []
    for some in zip(*(x.split(block) for x in features.values()), strict=True):
        vectors = dict(zip(features, some, strict=True))
        rows = neighbour_blocks(model, item_graph, vectors, trained.spaces)
        rows = with_item_weights(model, item_graph, rows, layers, trained.warm)
        h, mean, reached = aggregate(rows, layers, trained.embeddings[1], trained.warm)
        predict = partial(trained.predicted, vectors)
        found.append(complete_embedding(item_graph.added(h), mean, predict, completion) * reached[:, None])
    return torch.cat(found)


@torch.no_grad()
def fold_in(
    trained: TrainedModel,
    item_graph: ItemGraph,
    layers: list[Tensor],
    vectors: Mapping[str, Tensor],
    completion: Completion,
    space: ScoreSpace,
    offset: float | None,
) -> FoldIn:
    """Fold in one item (modality -> raw [d_m]), without ranks; its edges are indices (`neighbour`) yet.

    offset: of its exposure; None, with no content scores in `space`, leaves the model alone.
    Raises an InputError where it can't be folded in, see `fold_in_item`.
    """
    model = trained.checkpoint.model
    assert isinstance(model, ItemGraphModel)
    collaborative = trained.embeddings[1]
    placed = fold_in_item(model, item_graph, vectors, layers, collaborative, trained.warm, trained.spaces)
    features = {m: v[None] for m, v in vectors.items()}
    predict = partial(trained.predicted, features)
    added = item_graph.added(placed.h[None])
    embedding = complete_embedding(added, placed.completion[None], predict, completion)
    vector, content = embedding[0], None
    if space.content is not None or offset is not None:
        vector = space.newcomers(embedding, features, offset or 0.0)[0]
        content = None if space.content is None else vector[space.content_columns].cpu().numpy()
    scores = space.users.times(space.padded(vector))
    return FoldIn(
        edges=placed.edges,
        users=pd.DataFrame({"score": scores.cpu().numpy()}),
        alpha=placed.alpha,
        h=placed.h.cpu().numpy(),
        collaborative=(embedding - added)[0].cpu().numpy(),
        content=content,
        offset=offset or 0.0,
        embedding=vector.cpu().numpy(),
        depth=0,
    )


def with_ranks(new: FoldIn, users: np.ndarray, lists: UserLists) -> FoldIn:
    """Return an item that `fold_in` made, with its ranks in the lists of users (raw ids), the best rank first."""
    scores = torch.tensor(new.users["score"].to_numpy(), device=lists.negated.device)
    table = pd.DataFrame({"user": users, "score": new.users["score"], "rank": lists.ranks(scores).cpu().numpy()})
    ordered = table.sort_values(["rank", "score"], ascending=[True, False], ignore_index=True)
    return replace(new, users=ordered, depth=lists.depth)


def check_vector(model: ItemGraphModel, modality: str, vector: np.ndarray) -> Tensor:
    """Return a raw feature vector as a tensor on the model's device; raise an InputError if it doesn't fit."""
    if modality not in model.modalities:
        raise InputError(f"no modality {modality!r} in this checkpoint; choose one of {', '.join(model.modalities)}")
    raw = model.raw(modality)
    if vector.shape != raw.shape[1:]:
        raise InputError(f"a {modality} vector of this checkpoint has shape ({raw.shape[1]},), not {vector.shape}")
    if not np.isfinite(vector).all():
        raise InputError(f"the {modality} vector holds NaN or infinity")
    return torch.as_tensor(vector, dtype=torch.float32, device=raw.device)
