"""k-nearest-neighbour search by a choice of engines: exact, or an approximate index whose answers are scored again.

An approximate index only proposes candidates; their cosines are computed exactly and the best k are kept. So a
neighbour may be missed, but none has a wrong weight. How many are missed is measured at every search.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from lattice.errors import InputError
from lattice.graph.knn import nearest
from lattice.graph.pattern import Pattern
from lattice.graph.top_k import top_k

Engine = Literal["exact", "faiss", "usearch"]
ENGINES: tuple[str, ...] = get_args(Engine)
OVERSAMPLING = 3  # candidates per neighbour wanted
MEASURED = 1_000  # rows on which recall is measured
BLOCK = 1_024  # rows re-scored at once


@dataclass(frozen=True, eq=False)
class Found:
    """The result of a search.

    Args:
        pattern: k neighbours of every row, the row itself among them.
        recall: the share of the exact neighbours that were found, on at most MEASURED rows.
    """

    pattern: Pattern
    recall: float


@torch.no_grad()
def search(features: Tensor, k: int, engine: str = "exact") -> Found:
    """Find the k most similar rows of each row by cosine, as `nearest`, with one of ENGINES.

    features: [N, d]. Raises an InputError for an unknown engine, or one that isn't installed.
    """
    if engine not in ENGINES:
        raise InputError(f"engine is {engine!r}; it is one of {', '.join(ENGINES)}")
    k = min(k, len(features))
    if engine == "exact" or k == 0:
        return Found(nearest(features, k), 1.0)
    unit = F.normalize(features, dim=1)
    vectors = np.ascontiguousarray(unit.cpu().numpy())
    candidates = _INDEXES[engine](vectors, min(OVERSAMPLING * k, len(vectors)))
    pattern = Pattern(_rescored(unit, torch.as_tensor(candidates, device=unit.device), k))
    return Found(pattern, _recall(unit, pattern, k))


def _faiss(vectors: np.ndarray, n: int) -> np.ndarray:
    """Return n candidates per row from an inverted file: [N, <= n], -1 where there are fewer."""
    faiss = _module("faiss", "faiss")
    lists = max(1, min(round(len(vectors) ** 0.5), len(vectors) // 64))  # faiss wants many vectors for each
    index = faiss.index_factory(vectors.shape[1], f"IVF{lists},Flat", faiss.METRIC_INNER_PRODUCT)
    index.train(vectors[:: max(1, len(vectors) // (64 * lists))])
    index.add(vectors)
    index.nprobe = max(8, lists // 8)
    return index.search(vectors, n)[1]


def _usearch(vectors: np.ndarray, n: int) -> np.ndarray:
    """Return n candidates per row from a small-world graph: [N, <= n]. One thread builds it, always the same."""
    index = _module("usearch.index", "usearch").Index(ndim=vectors.shape[1], metric="ip", dtype="f32")
    index.add(np.arange(len(vectors)), vectors, threads=1)
    found = index.search(vectors, n, threads=1)
    keys = found.keys.reshape(len(vectors), -1).astype(np.int64)
    counts = np.asarray(found.counts).reshape(-1, 1)
    return np.where(np.arange(keys.shape[1]) < counts, keys, -1)


_INDEXES = {"faiss": _faiss, "usearch": _usearch}


def _module(name: str, extra: str):  # type: ignore[no-untyped-def]  # a module that has no types
    from importlib import import_module

    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise InputError(f'engine={extra} needs `pip install "lattice-explorer[{extra}]"`') from None


def _rescored(unit: Tensor, candidates: Tensor, k: int) -> Tensor:
    """Return the k best candidates [N, k] of every row by exact cosine, the row itself among them, ascending."""
    own = torch.arange(len(unit), device=unit.device)[:, None]
    candidates = torch.where(candidates == own, -1, candidates)
    candidates = torch.cat([own, candidates], dim=1)
    if missing := max(0, k - candidates.shape[1]):
        candidates = F.pad(candidates, (0, missing), value=-1)
    kept = torch.empty(len(unit), k, dtype=torch.long, device=unit.device)
    for start in range(0, len(unit), BLOCK):
        chosen = candidates[start : start + BLOCK]
        cosine = (unit[chosen.clamp(min=0)] @ unit[start : start + BLOCK, :, None])[:, :, 0]
        cosine = cosine.masked_fill_(chosen < 0, -torch.inf)
        cosine[:, 0] = 2.0  # an exact duplicate must not push an item out of its own row
        kept[start : start + BLOCK] = _filled(chosen.gather(1, cosine.topk(k, dim=1).indices), len(unit))
    return kept.sort(dim=1).values


def _filled(rows: Tensor, n: int) -> Tensor:
    """Replace the -1 of rows [b, k] for which an index found too few candidates by columns that they don't have yet."""
    for place in (rows < 0).any(dim=1).nonzero()[:, 0]:
        row = rows[place]
        free = torch.ones(n, dtype=torch.bool, device=rows.device)
        free[row[row >= 0]] = False
        row[row < 0] = free.nonzero()[: int((row < 0).sum()), 0]
    return rows


def _recall(unit: Tensor, pattern: Pattern, k: int) -> float:
    """Return the share of the exact neighbours found, on evenly spaced rows."""
    rows = torch.arange(0, len(unit), max(1, len(unit) // MEASURED), device=unit.device)[:MEASURED]
    cosine = unit[rows] @ unit.T
    cosine[torch.arange(len(rows), device=unit.device), rows] = 2.0
    least = top_k(cosine, k)[0][:, -1:] - 1e-6  # so that of equals any will do
    return float((cosine.gather(1, pattern.indices[rows]) >= least).float().mean())
