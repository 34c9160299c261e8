"""A two-dimensional map of the catalogue: t-SNE of the item-graph embeddings."""

import numpy as np
import torch
import torch.nn.functional as F

from lattice.inference.item_graph import ItemGraph
from lattice.models import ItemGraphModel

MIN_ITEMS, MAX_ITEMS = 5, 30_000  # t-SNE needs a few items, and takes too long beyond the limit


def has_map(n_items: int) -> bool:
    """Return whether a map is made for a catalogue of this size."""
    return MIN_ITEMS <= n_items <= MAX_ITEMS


@torch.no_grad()
def catalogue_map(model: ItemGraphModel, seed: int = 0) -> np.ndarray:
    """Return [N, 2] coordinates within [-1, 1]; items with a small cosine distance of h^(L) (Eq. 7) lie close together.

    t-SNE (van der Maaten 2014, Barnes-Hut), started at the principal components, on one thread so that a model always
    gives the same map. Items without edges (h = 0) have no neighbours; they are put in a row along the lower edge.
    """
    graph = ItemGraph.of(model)
    h = graph.propagate(graph.inputs(model))[-1]
    linked = (h != 0).any(dim=1).cpu().numpy()
    coordinates = np.full((len(h), 2), -1.0, dtype=np.float32)
    coordinates[~linked, 0] = np.linspace(-1, 1, (~linked).sum())
    if linked.sum() >= MIN_ITEMS:
        scale = 1.0 if linked.all() else 0.9
        coordinates[linked] = scale * lay_out(F.normalize(h, dim=1).cpu().numpy()[linked], seed)
    return coordinates


def lay_out(x: np.ndarray, seed: int = 0) -> np.ndarray:
    """Return [N, 2] t-SNE coordinates of the rows of x [N, d] by cosine distance; N >= 5, d >= 2."""
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    perplexity = min(30.0, (len(x) - 1) / 3)
    with threadpool_limits(1):
        found = TSNE(metric="cosine", init="pca", perplexity=perplexity, random_state=seed).fit_transform(x)
    found -= (found.min(axis=0) + found.max(axis=0)) / 2
    return (found / np.abs(found).max(axis=0).clip(min=1e-12)).astype(np.float32)
