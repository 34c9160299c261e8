"""Fold-in: place an item that nobody has bought, and that training never saw, in the learned item graph.

One-sided: the newcomer gets neighbours, the catalogue's own edges don't move.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from torch import Tensor

from lattice.errors import InputError
from lattice.graph import query
from lattice.inference.item_graph import ItemGraph
from lattice.models import Lattice


@dataclass(frozen=True)
class Placement:
    """Where a newcomer lands. All indices are the catalogue's.

    edges: a line per neighbour and modality: neighbour, modality, cosine (of raw features), initial, learned,
        weight (its share of A, modality weights renormalised) and warm (has interactions; others carry nothing).
    alpha: the modality weights over the modalities present. h: [d] (Eq. 7), not normalised.
    embedding: [d] what users are scored against: h / |h|, plus the completed collaborative part if asked for.
    """

    edges: pd.DataFrame
    alpha: dict[str, float]
    h: Tensor
    embedding: Tensor


@dataclass(frozen=True)
class FoldIn:
    """A newcomer in the catalogue, on raw ids.

    edges: item, modality, cosine, initial, learned, weight, warm; heaviest first.
    users: user, score, rank (1 = it would head the list of what the user hasn't), by rank, then score.
    alpha: modality weights over the modalities given. h: [d] (Eq. 7). embedding: [d] what users are scored against.
    """

    edges: pd.DataFrame
    users: pd.DataFrame
    alpha: dict[str, float]
    h: np.ndarray
    embedding: np.ndarray


@torch.no_grad()
def place(
    model: Lattice,
    item_graph: ItemGraph,
    vectors: Mapping[str, Tensor],
    layers: list[Tensor],
    collaborative: Tensor,
    warm: Tensor,
    completion: bool = False,
) -> Placement:
    """Place one newcomer by its raw feature vectors (modality -> [d_m]).

    layers: h^(0..L) of the catalogue; collaborative: the backbone's item embeddings [N, d]; warm: [N] bool.
    completion (off = the paper): the missing collaborative part is the neighbours' mean, weighted by A.
    Raises InputError when no modality is given, none finds a warm neighbour, or k leaves no neighbours at all.
    """
    if model.options.input != "ids":
        raise InputError("this model spreads features over its item graph, not ID embeddings; it places no newcomer")
    if item_graph.k < 2:
        raise InputError(f"k is {item_graph.k}, which leaves a newcomer no neighbour but itself; choose k of 2 or more")
    present = {m: v for m, v in vectors.items() if bool((v != 0).any())}
    total = sum(item_graph.alpha[m] for m in present)
    if total <= 0:
        raise InputError("a newcomer needs a picture or a text that this model knows how to read; give at least one")
    alpha = {m: item_graph.alpha[m] / total for m in present}
    edges = pd.concat([_edges(model, item_graph, m, v, alpha[m]) for m, v in present.items()], ignore_index=True)
    edges["warm"] = warm.cpu().numpy()[edges["neighbour"].to_numpy(dtype=int)]
    edges = edges.sort_values("weight", ascending=False, kind="stable", ignore_index=True)
    used = edges[edges["warm"] & (edges["weight"] > 0)]
    if used.empty:
        raise InputError(
            "nothing in the catalogue resembles this item in a modality that counts; try another picture or text"
        )
    neighbours = torch.tensor(used["neighbour"].to_numpy(dtype=np.int64), device=warm.device)
    weights = torch.tensor(used["weight"].to_numpy(), dtype=layers[0].dtype, device=warm.device)
    h = weights @ layers[-2][neighbours]
    embedding = F.normalize(h, dim=0)
    if completion:
        embedding = embedding + weights @ collaborative[neighbours] / weights.sum()
    return Placement(edges, alpha, h, embedding)


def _edges(model: Lattice, item_graph: ItemGraph, modality: str, vector: Tensor, alpha: float) -> pd.DataFrame:
    """Rows of S and of its learned counterpart for the newcomer, as Eqs. 1-6 would give them."""
    raw = model.raw(modality)
    newcomer = vector[None].to(raw)
    initial_scale, learned_scale = item_graph.scales[modality]
    # k counts the newcomer's own self-loop, which is in its degree but carries nothing: k - 1 others.
    others = item_graph.k - 1
    initial = _row(newcomer, raw, initial_scale, others)
    transform = model.transforms[modality]
    learned = _row(transform(newcomer), model.transformed(modality), learned_scale, others)
    frame = pd.DataFrame({"initial": initial, "learned": learned}).fillna(0.0)
    neighbours = torch.tensor(frame.index.to_numpy(dtype=np.int64), device=raw.device)
    cosines = F.normalize(raw[neighbours], dim=1) @ F.normalize(newcomer[0], dim=0)
    frame.insert(0, "cosine", cosines.cpu().numpy())
    frame.insert(0, "modality", modality)
    mixed = item_graph.lambda_ * frame["initial"] + (1 - item_graph.lambda_) * frame["learned"]
    return frame.assign(weight=alpha * mixed).rename_axis("neighbour").reset_index()


def _row(newcomer: Tensor, catalogue: Tensor, scale: Tensor, k: int) -> pd.Series:
    """Eqs. 1-3 for one new row: the k nearest, their cosines over the square roots of both degrees.

    scale: D^-1/2 [N] of the catalogue. The newcomer's own degree counts its self-loop.
    """
    neighbours, cosines = (found[0] for found in query(newcomer, catalogue, k))
    positive = cosines.relu()
    own = 1.0 + positive.sum()
    weights = positive * scale[neighbours] * own.rsqrt()
    return pd.Series(weights.cpu().numpy().astype(np.float64), index=neighbours.cpu().numpy())
