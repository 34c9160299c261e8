"""A newcomer in the item graph: its edges and neighbourhood. The catalogue's own edges don't change."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import torch

from app.views.item_graph.neighbours import Look, on_raw_ids
from lattice.graph import cosines
from lattice.inference import FoldIn
from lattice.inference.neighbourhood import Neighbourhood, layer_weights, neighbourhood
from lattice.inference.similar import FUSED
from lattice.models import ItemGraphModel
from lattice.recommender import Recommender


def own_entries(recommender: Recommender, ids: Sequence[str], placed: FoldIn, look: Look) -> pd.DataFrame:
    """Return a newcomer's row of a graph and a layer, as `entries_from` has it; the newcomer is number len(ids)."""
    graph = recommender.item_graph
    assert graph is not None
    chosen = placed.edges if look.graph == FUSED else placed.edges[placed.edges["modality"] == look.graph]
    initial, learned = chosen["initial"].to_numpy(float), chosen["learned"].to_numpy(float)
    share = chosen["modality"].map(placed.alpha).to_numpy(float) if look.graph == FUSED else 1.0
    return pd.DataFrame(
        {
            "source": len(ids),
            "target": pd.Index(ids).get_indexer(chosen["item"]),
            "modality": chosen["modality"].to_numpy(),
            "initial": initial,
            "learned": learned,
            "weight": layer_weights(initial, learned, graph.lambda_, look.layer) * share,
        }
    )


def around_newcomer(recommender: Recommender, ids: Sequence[str], id: str, placed: FoldIn, look: Look) -> Neighbourhood:
    """Return the neighbourhood of a newcomer with raw ids, like `neighbours.around`."""
    assert recommender.item_graph is not None
    own = own_entries(recommender, ids, placed, look)
    modality = None if look.graph == FUSED else look.graph
    found = neighbourhood(recommender.item_graph, len(ids), look.hops, look.most, modality, look.layer, own)
    return on_raw_ids(found, [*ids, id])


def similarity(recommender: Recommender, vectors: Mapping[str, np.ndarray], modality: str) -> np.ndarray:
    """Return [n_items] cosines of a newcomer's raw features; 0 where it has none in this modality."""
    model = recommender.checkpoint.model
    assert isinstance(model, ItemGraphModel)
    if modality not in vectors:
        return np.zeros(len(recommender.items))
    raw = model.raw(modality)
    return cosines(torch.as_tensor(vectors[modality]).to(raw)[None], raw)[0].cpu().numpy()
