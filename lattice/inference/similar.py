"""Which items are similar to one, by the item graph or by the collaborative model."""

import pandas as pd
from torch import Tensor

from lattice.errors import InputError
from lattice.graph import cosines
from lattice.inference.item_graph import ItemGraph

FUSED, COLLABORATIVE = "fused", "collaborative"


def similar_items(
    item_graph: ItemGraph | None, collaborative: Tensor, item: int, modality: str | None, model: str
) -> pd.Series:
    """Return neighbour (index) -> weight, the item itself left out, largest first.

    collaborative: [N, d] item embeddings of the CF model. modality: a modality's graph A^m (Eq. 5), "fused" (A, Eq. 6;
    the default with an item graph) or "collaborative" (cosine; the default without). Raises an InputError, which names
    the `model`, for another one.
    """
    graphs = [*item_graph.alpha, FUSED] if item_graph else []
    modality = modality or (FUSED if item_graph else COLLABORATIVE)
    if item_graph is not None and modality in graphs:
        weights = item_graph.row(item, None if modality == FUSED else modality)
    elif modality == COLLABORATIVE:
        weights = pd.Series(cosines(collaborative[[item]], collaborative)[0].cpu().numpy())
    else:
        known = ", ".join([*graphs, COLLABORATIVE])
        raise InputError(f"no modality {modality!r} in this {model} checkpoint; choose one of {known}")
    return weights.drop(item, errors="ignore").sort_values(ascending=False, kind="stable")
