"""Fold-in: place items that nobody has bought, and that training never saw, in the learned item graph.

One-sided: newcomers get neighbours, the catalogue's own edges don't move, and newcomers don't see each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from lattice.errors import InputError
from lattice.graph import cosines, query
from lattice.inference.item_graph import ItemGraph
from lattice.models import Lattice


@dataclass(frozen=True)
class Part:
    """What one modality's initial or learned graph gives n newcomers.

    kind: "initial" or "learned". share: what that graph counts in A^m (Eq. 5), lambda or 1 - lambda.
    neighbours: [n, k - 1] catalogue indices. entries: [n, k - 1] of their rows of S or its learned counterpart.
    alpha: [n] weight of the modality, over those that a newcomer has; 0 where it lacks this one.
    """

    modality: str
    kind: str
    share: float
    neighbours: Tensor
    entries: Tensor
    alpha: Tensor

    @property
    def weights(self) -> Tensor:
        """[n, k - 1] shares of A."""
        return self.alpha[:, None] * self.share * self.entries


@dataclass(frozen=True)
class Placement:
    """Where a newcomer lands. All indices are the catalogue's.

    edges: a line per neighbour and modality: neighbour, modality, cosine (of raw features), initial, learned,
        weight (its share of A, modality weights renormalised) and warm (has interactions; others carry nothing).
    alpha: the modality weights over the modalities present. h: [d] (Eq. 7), not normalised.
    completion: [d] the neighbours' collaborative embeddings, a mean weighted by A.
    """

    edges: pd.DataFrame
    alpha: dict[str, float]
    h: Tensor
    completion: Tensor


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
) -> Placement:
    """Place one newcomer by its raw feature vectors (modality -> [d_m]).

    layers: h^(0..L) of the catalogue; collaborative: the backbone's item embeddings [N, d]; warm: [N] bool.
    Raises InputError when no modality is given, none finds a warm neighbour, or k leaves no neighbours at all.
    """
    given = {modality: vector[None] for modality, vector in vectors.items() if bool((vector != 0).any())}
    if not any(item_graph.alpha[modality] for modality in given):
        raise InputError("a newcomer needs a picture or a text that this model knows how to read; give at least one")
    found = parts(model, item_graph, given)
    present = {part.modality: float(part.alpha) for part in found}
    edges = pd.concat([_edges(model, m, vectors[m], found) for m in present], ignore_index=True)
    edges["warm"] = warm.cpu().numpy()[edges["neighbour"].to_numpy(dtype=int)]
    edges = edges.sort_values("weight", ascending=False, kind="stable", ignore_index=True)
    h, completion, reached = fold(found, layers, collaborative, warm)
    if not reached[0]:
        raise InputError(
            "nothing in the catalogue resembles this item in a modality that counts; try another picture or text"
        )
    return Placement(edges, present, h[0], completion[0])


@torch.no_grad()
def parts(model: Lattice, item_graph: ItemGraph, vectors: Mapping[str, Tensor]) -> list[Part]:
    """Rows of both graphs of every modality for n newcomers (modality -> [n, d_m], zeros where one lacks it), Eqs. 1-6.

    Raises InputError when the model spreads no ID embeddings, or k leaves no neighbours at all.
    """
    if model.options.input != "ids":
        raise InputError("this model spreads features over its item graph, not ID embeddings; it places no newcomer")
    if item_graph.k < 2:
        raise InputError(f"k is {item_graph.k}, which leaves a newcomer no neighbour but itself; choose k of 2 or more")
    found = []
    given = {m: v.to(model.raw(m)) for m, v in vectors.items()}
    alpha = {m: item_graph.alpha[m] * (v != 0).any(dim=1) for m, v in given.items()}
    total = torch.stack(list(alpha.values())).sum(dim=0)
    for modality, newcomers in given.items():
        weight = alpha[modality] / torch.where(total > 0, total, 1.0)
        for kind, share, catalogue, asked, scale in (
            ("initial", item_graph.lambda_, model.raw(modality), newcomers, item_graph.scales[modality][0]),
            (
                "learned",
                1 - item_graph.lambda_,
                model.transformed(modality),
                model.transforms[modality](newcomers),
                item_graph.scales[modality][1],
            ),
        ):
            # k counts a newcomer's own self-loop, which is in its degree but carries nothing: k - 1 others.
            neighbours, entries = _rows(asked, catalogue, scale, item_graph.k - 1)
            found.append(Part(modality, kind, share, neighbours, entries, weight))
    return found


@torch.no_grad()
def fold(found: list[Part], layers: list[Tensor], collaborative: Tensor, warm: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Eq. 7 for n newcomers: h [n, d], their neighbours' mean collaborative embedding [n, d], [n] if there are any.

    Only warm neighbours carry anything: a cold one's ID embedding is noise.
    """
    weights = torch.cat([part.weights * warm[part.neighbours] for part in found], dim=1)
    neighbours = torch.cat([part.neighbours for part in found], dim=1)
    total = weights.sum(dim=1)
    h = torch.einsum("nk,nkd->nd", weights, layers[-2][neighbours])
    mean = torch.einsum("nk,nkd->nd", weights, collaborative[neighbours])
    return h, mean / torch.where(total > 0, total, 1.0)[:, None], total > 0


def _edges(model: Lattice, modality: str, vector: Tensor, found: list[Part]) -> pd.DataFrame:
    """One newcomer's neighbours in one modality, a line each."""
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


def _rows(newcomers: Tensor, catalogue: Tensor, scale: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """Eqs. 1-3 for new rows: the k nearest [n, k], their cosines over the square roots of both degrees.

    scale: D^-1/2 [N] of the catalogue. A newcomer's own degree counts its self-loop.
    """
    neighbours, alike = query(newcomers, catalogue, k)
    positive = alike.relu()
    own = 1.0 + positive.sum(dim=1, keepdim=True)
    return neighbours, positive * scale[neighbours] * own.rsqrt()


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.cpu().numpy().astype(np.float64 if tensor.is_floating_point() else np.int64)
