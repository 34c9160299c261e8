"""Fold-in: connect items without interactions, unknown to training, to the learned item graph.

One-sided: new items get neighbours; the catalogue's edges don't change, and new items aren't each other's neighbours.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from lattice.errors import InputError
from lattice.graph import cosines, query
from lattice.inference.item_graph import ItemGraph
from lattice.models import ItemGraphModel

Spaces = tuple[Tensor, Tensor]  # raw and transformed features of one modality, [N, d_m] and [N, d']


@dataclass(frozen=True, eq=False)
class NeighbourBlock:
    """Neighbours and weights of n new items in one modality's initial or learned graph.

    kind: "initial" or "learned". share: weight of this graph in A^m (Eq. 5), lambda or 1 - lambda.
    neighbours: [n, k - 1] catalogue indices. entries: [n, k - 1] values of S (Eq. 3) or its learned counterpart.
    alpha: [n] weight of the modality, renormalised over the modalities that a new item has; 0 where it lacks this one.
    """

    modality: str
    kind: str
    share: float
    neighbours: Tensor
    entries: Tensor
    alpha: Tensor

    @property
    def weights(self) -> Tensor:
        """Return [n, k - 1] weights in the fused A."""
        return self.alpha[:, None] * self.share * self.entries


@dataclass(frozen=True, eq=False)
class Placement:
    """A new item's edges and vectors. All indices are the catalogue's.

    edges: one row per neighbour and modality: neighbour, modality, cosine (of raw features), initial, learned,
        weight (in A, modality weights renormalised) and warm (has interactions; others contribute nothing).
    alpha: the modality weights over the modalities present. h: [d] (Eq. 7), not normalised.
    completion: [d] mean of the neighbours' collaborative embeddings, weighted by A.
    """

    edges: pd.DataFrame
    alpha: dict[str, float]
    h: Tensor
    completion: Tensor


@dataclass(frozen=True, eq=False)
class FoldIn:
    """A new item in the catalogue, with raw ids.

    edges: item, modality, cosine, initial, learned, weight, warm; largest weight first.
    users: user, score, rank (1 = top of the list of items that the user doesn't have), by rank, then score. Ranks are
        exact up to `depth`; a rank beyond it is given as depth + 1. Before it is ranked: score alone, in the order of
        the model's users, and depth is 0.
    alpha: modality weights over the modalities given. h: [d] (Eq. 7). collaborative: [d] its completion (zeros for
        "none"). content: [D] its weighed content relative to the catalogue's mean, None where content scores are off.
    offset: what the exposure adds, in units of the spread of a user's scores.
    embedding: vector whose inner product with a user's is the score, as `Recommender.ranks_of` takes it.
    """

    edges: pd.DataFrame
    users: pd.DataFrame
    alpha: dict[str, float]
    h: np.ndarray
    collaborative: np.ndarray
    content: np.ndarray | None
    offset: float
    embedding: np.ndarray
    depth: int


@torch.no_grad()
def fold_in_item(
    model: ItemGraphModel,
    item_graph: ItemGraph,
    vectors: Mapping[str, Tensor],
    layers: list[Tensor],
    collaborative: Tensor,
    warm: Tensor,
    spaces: Mapping[str, Spaces] | None = None,
) -> Placement:
    """Connect one new item to the graph by its raw feature vectors (modality -> [d_m]).

    layers: h^(0..L) of the catalogue; collaborative: the backbone's item embeddings [N, d]; warm: [N] bool; spaces: see
    `neighbour_blocks`.
    Raises an InputError when no modality is given, no warm neighbour is found, or k leaves no neighbours at all.
    """
    given = {modality: vector[None] for modality, vector in vectors.items() if bool((vector != 0).any())}
    if not any(item_graph.alpha[modality] for modality in given):
        raise InputError("a new item needs features of a modality that this model uses; give at least one")
    found = neighbour_blocks(model, item_graph, given, spaces)
    found = with_item_weights(model, item_graph, found, layers, warm)
    present = {part.modality: float(part.alpha) for part in found}
    edges = pd.concat([_edges(model, m, vectors[m], found) for m in present], ignore_index=True)
    edges["warm"] = warm.cpu().numpy()[edges["neighbour"].to_numpy(dtype=int)]
    edges = edges.sort_values("weight", ascending=False, kind="stable", ignore_index=True)
    h, completion, reached = aggregate(found, layers, collaborative, warm)
    if not reached[0]:
        raise InputError(
            "nothing in the catalogue resembles this item in a modality that counts; try another picture or text"
        )
    return Placement(edges, present, h[0], completion[0])


@torch.no_grad()
def catalogue_spaces(model: ItemGraphModel, hidden: Tensor | None = None) -> dict[str, Spaces]:
    """Return modality -> raw and transformed features (Eq. 4) of the catalogue, in which new items find neighbours.

    hidden: [N] bool, items that are not to be found: their rows are zero, and so is their cosine with anything.
    """
    spaces = {m: (model.raw(m), model.transformed(m)) for m in model.modalities}
    if hidden is None:
        return spaces
    return {m: (raw * ~hidden[:, None], moved * ~hidden[:, None]) for m, (raw, moved) in spaces.items()}


@torch.no_grad()
def neighbour_blocks(
    model: ItemGraphModel,
    item_graph: ItemGraph,
    vectors: Mapping[str, Tensor],
    spaces: Mapping[str, Spaces] | None = None,
) -> list[NeighbourBlock]:
    """Return the rows of Eqs. 1-6 for n new items (modality -> [n, d_m], 0 where missing), both graphs each.

    spaces: modality -> the catalogue's features, see `catalogue_spaces`; computed where they aren't given.
    Raises an InputError when the model doesn't propagate ID embeddings, or k leaves no neighbours at all.
    """
    if model.options.input != "ids":
        raise InputError(
            "this model propagates features over its item graph, not ID embeddings; it can't fold in new items"
        )
    if item_graph.k < 2:
        raise InputError(f"k is {item_graph.k}, which leaves a new item no neighbour but itself; choose k of 2 or more")
    found = []
    given = {m: v.to(model.raw(m)) for m, v in vectors.items()}
    alpha = {m: item_graph.alpha[m] * (v != 0).any(dim=1) for m, v in given.items()}
    total = torch.stack(list(alpha.values())).sum(dim=0)
    spaces = catalogue_spaces(model) if spaces is None else spaces
    for modality, newcomers in given.items():
        weight = alpha[modality] / torch.where(total > 0, total, 1.0)
        (raw, transformed), (raw_scale, learned_scale) = spaces[modality], item_graph.scales[modality]
        learned = model.transforms[modality](newcomers)
        for kind, share, catalogue, asked, scale in (
            ("initial", item_graph.lambda_, raw, newcomers, raw_scale),
            ("learned", 1 - item_graph.lambda_, transformed, learned, learned_scale),
        ):
            # k counts the new item's self-loop, which is in its degree but contributes nothing: k - 1 others.
            neighbours, entries = _rows(asked, catalogue, scale, item_graph.k - 1, model.edge_weights)
            found.append(NeighbourBlock(modality, kind, share, neighbours, entries, weight))
    return found


@torch.no_grad()
def with_item_weights(
    model: ItemGraphModel, item_graph: ItemGraph, found: list[NeighbourBlock], layers: list[Tensor], warm: Tensor
) -> list[NeighbourBlock]:
    """Return the rows of `neighbour_blocks` with each new item's own modality weights, where the model has such."""
    if not model.attends:
        return found
    parts: dict[str, Tensor] = {}
    given = {part.modality: part.alpha > 0 for part in found}
    for part in found:
        h = torch.einsum("nk,nkd->nd", part.share * part.entries * warm[part.neighbours], layers[-2][part.neighbours])
        parts[part.modality] = parts[part.modality] + h if part.modality in parts else h
    trained = dict(zip(model.modalities, model.alpha, strict=True))
    changed = torch.stack([item_graph.alpha[m] / trained[m] * there for m, there in given.items()], dim=1)
    shares = model.item_weights(torch.stack(list(parts.values()), dim=1)) * changed
    shares = shares / shares.sum(dim=1, keepdim=True).clamp(min=1e-12)
    own = dict(zip(parts, shares.unbind(dim=1), strict=True))
    return [replace(part, alpha=own[part.modality]) for part in found]


@torch.no_grad()
def aggregate(
    found: list[NeighbourBlock], layers: list[Tensor], collaborative: Tensor, warm: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Return for n new items h [n, d] (Eq. 7), the neighbours' mean collaborative embedding [n, d], and [n] if any.

    Only warm neighbours contribute: a cold item's ID embedding is noise.
    """
    weights = torch.cat([part.weights * warm[part.neighbours] for part in found], dim=1)
    neighbours = torch.cat([part.neighbours for part in found], dim=1)
    total = weights.sum(dim=1)
    h = torch.einsum("nk,nkd->nd", weights, layers[-2][neighbours])
    mean = torch.einsum("nk,nkd->nd", weights, collaborative[neighbours])
    return h, mean / torch.where(total > 0, total, 1.0)[:, None], total > 0


def _edges(model: ItemGraphModel, modality: str, vector: Tensor, found: list[NeighbourBlock]) -> pd.DataFrame:
    """Return one new item's neighbours in one modality, one row each."""
    own = [part for part in found if part.modality == modality]
    rows = {part.kind: pd.Series(_array(part.entries[0]), index=_array(part.neighbours[0])) for part in own}
    frame = pd.DataFrame(rows).fillna(0.0)
    raw = model.raw(modality)
    neighbours = torch.tensor(frame.index.to_numpy(dtype=np.int64), device=raw.device)
    alike = cosines(vector.to(raw)[None], raw[neighbours])[0]
    weight = sum(float(part.alpha) * part.share * frame[part.kind] for part in own)
    frame = frame.assign(weight=weight)
    frame.insert(0, "cosine", alike.cpu().numpy())
    frame.insert(0, "modality", modality)
    return frame.rename_axis("neighbour").reset_index()


def _rows(
    newcomers: Tensor, catalogue: Tensor, scale: Tensor, k: int, edge_weights: Callable[[Tensor], Tensor]
) -> tuple[Tensor, Tensor]:
    """Return Eqs. 1-3 for new rows: the k nearest [n, k], and their weights over the square roots of both degrees.

    scale: D^-1/2 [N] of the catalogue. edge_weights: what cosines count. A new item's degree includes its self-loop.
    """
    neighbours, alike = query(newcomers, catalogue, k)
    weights = edge_weights(alike)
    own = 1.0 + weights.sum(dim=1, keepdim=True)
    return neighbours, weights * scale[neighbours] * own.rsqrt()


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.cpu().numpy().astype(np.float64 if tensor.is_floating_point() else np.int64)
