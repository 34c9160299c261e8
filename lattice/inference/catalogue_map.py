"""The whole catalogue in two dimensions: t-SNE of the spread embeddings."""

import numpy as np
import torch
import torch.nn.functional as F

from lattice.inference.item_graph import ItemGraph
from lattice.models import Lattice

LEAST, MOST = 5, 30_000


def has_map(n_items: int) -> bool:
    """Whether a catalogue is of a size that is worth a map and can be laid out in minutes."""
    return LEAST <= n_items <= MOST


@torch.no_grad()
def catalogue_map(model: Lattice, seed: int = 0) -> np.ndarray:
    """[N, 2] places within [-1, 1] where items with a small cosine distance of h^(L) (Eq. 7) lie together.

    t-SNE (van der Maaten 2014, Barnes-Hut), begun at the principal components. On one thread, so that the same model
    gives the same map. Items without an edge, whose h is 0, are near to none: they lie in a row along the lower edge.
    """
    graph = ItemGraph.of(model)
    h = graph.spread(graph.inputs(model))[-1]
    linked = (h != 0).any(dim=1).cpu().numpy()
    places = np.full((len(h), 2), -1.0, dtype=np.float32)
    places[~linked, 0] = np.linspace(-1, 1, (~linked).sum())
    if linked.sum() >= LEAST:
        places[linked] = lay_out(F.normalize(h, dim=1).cpu().numpy()[linked], seed) * (1.0 if linked.all() else 0.9)
    return places


def lay_out(x: np.ndarray, seed: int = 0) -> np.ndarray:
    """[N, 2] places of the rows of x [N, d >= 2], which is 5 or more of them, by cosine."""
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    perplexity = min(30.0, (len(x) - 1) / 3)
    with threadpool_limits(1):
        places = TSNE(metric="cosine", init="pca", perplexity=perplexity, random_state=seed).fit_transform(x)
    places -= (places.min(axis=0) + places.max(axis=0)) / 2
    return (places / np.abs(places).max(axis=0).clip(min=1e-12)).astype(np.float32)
