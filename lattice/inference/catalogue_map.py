"""A two-dimensional map of the catalogue: t-SNE of the item-graph embeddings.

The library is openTSNE. Its repulsive forces come from an interpolation on a grid (FIt-SNE, Linderman et al. 2019), so
an iteration is linear in the number of items, and it takes neighbours that are found elsewhere: ours are exact, found
block by block. scikit-learn's t-SNE is O(N log N) with a large constant (18 thousand items take minutes); UMAP and
PaCMAP are as fast but compile with numba, a large dependency, and search neighbours approximately.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from lattice.graph.top_k import product_blocks, top_k
from lattice.inference.item_graph import ItemGraph
from lattice.models import ItemGraphModel

MIN_ITEMS, MAX_ITEMS = 5, 500_000  # t-SNE needs a few items; beyond the limit the search for neighbours takes hours
PERPLEXITY = 15.0  # three times as many neighbours attract an item
EARLY, LATE = 100, 200  # iterations with attraction exaggerated, and without
GRID_FROM = 10_000  # items from which the grid is faster than the tree of Barnes and Hut


def has_map(n_items: int) -> bool:
    """Return whether a map is made for a catalogue of this size."""
    return MIN_ITEMS <= n_items <= MAX_ITEMS


@torch.no_grad()
def catalogue_map(model: ItemGraphModel, seed: int = 0) -> np.ndarray:
    """Return [N, 2] coordinates within [-1, 1]; items with a small cosine distance of h^(L) (Eq. 7) are close together.

    The same model and seed give the same map. Items without edges (h = 0) have no neighbours; they are put in a row
    along the lower edge.
    """
    graph = ItemGraph.of(model)
    h = graph.propagate(graph.inputs(model))[-1]
    linked = (h != 0).any(dim=1)
    alone = (~linked).cpu().numpy()
    coordinates = np.full((len(h), 2), -1.0, dtype=np.float32)
    coordinates[alone, 0] = np.linspace(-1, 1, alone.sum())
    if linked.sum() >= MIN_ITEMS:
        coordinates[~alone] = (0.9 if alone.any() else 1.0) * lay_out(h[linked], seed)
    return coordinates


@torch.no_grad()
def lay_out(x: Tensor, seed: int = 0) -> np.ndarray:
    """Return [N, 2] t-SNE coordinates of the rows of x [N, d] by cosine; N >= 5, d >= 1, no row zero."""
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    unit = F.normalize(x, dim=1)
    perplexity = min(PERPLEXITY, (len(unit) - 1) / 3)
    neighbours = PrecomputedNeighbors(*nearest_others(unit, int(3 * perplexity)))
    threads = torch.get_num_threads()
    affinities = PerplexityBasedNN(knn_index=neighbours, perplexity=perplexity, n_jobs=threads)
    found = TSNEEmbedding(
        _start(unit, seed),
        affinities,
        negative_gradient_method="fft" if len(unit) >= GRID_FROM else "bh",
        n_jobs=threads,
        random_state=seed,
    )
    found.optimize(EARLY, exaggeration=12, momentum=0.5, inplace=True)
    found.optimize(LATE, momentum=0.8, inplace=True)
    places = np.array(found)
    places -= (places.min(axis=0) + places.max(axis=0)) / 2
    return (places / np.abs(places).max(axis=0).clip(min=1e-12)).astype(np.float32)


def nearest_others(unit: Tensor, k: int, block: int = 1024) -> tuple[np.ndarray, np.ndarray]:
    """Return the k nearest other rows of each row of unit [N, d]: indices and Euclidean distances, [N, k] each."""
    indices, distances = np.empty((len(unit), k), dtype=np.int64), np.empty((len(unit), k))
    for start, cosine in product_blocks(unit, unit, block):
        cosine.diagonal(start).fill_(-2.0)
        values, found = top_k(cosine, k)
        indices[start : start + block] = found.cpu().numpy()
        distances[start : start + block] = (2 - 2 * values).clamp(min=0).sqrt().cpu().numpy()
    return indices, distances


def _start(unit: Tensor, seed: int) -> np.ndarray:
    """Return [N, 2] principal components, scaled for t-SNE, with a little noise so that equal items part."""
    centred = (unit - unit.mean(dim=0)).double().cpu().numpy()
    vectors = np.linalg.eigh(centred.T @ centred)[1][:, :-3:-1]
    vectors = vectors * np.sign(vectors[np.abs(vectors).argmax(axis=0), range(vectors.shape[1])])
    start = np.random.default_rng(seed).normal(scale=0.01, size=(len(unit), 2))
    components = centred @ vectors
    start[:, : components.shape[1]] += components / components[:, 0].std().clip(min=1e-12)
    return start * 1e-4
