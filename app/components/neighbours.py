"""An item's row of the item graph, as one graph (fused or one modality) and one layer show it."""

import pandas as pd

from lattice.inference import ItemGraph
from lattice.recommender import FUSED, Recommender

LAYERS = ("mixed", "initial", "learned")
MOST_K = 30


def weigh(edges: pd.DataFrame, item_graph: ItemGraph, graph: str, layer: str) -> pd.DataFrame:
    """edges (of `Recommender.edges`) -> item, modality, weight under a graph and a layer; positive ones, by weight.

    graph: "fused" weighs each modality by its α, a modality's name takes its own graph alone. layer: "initial" or
    "learned" for one of the two as it is, "mixed" for λ × initial + (1 − λ) × learned.
    """
    chosen = edges if graph == FUSED else edges[edges["modality"] == graph]
    if layer == "mixed":
        weight = item_graph.lambda_ * chosen["initial"] + (1 - item_graph.lambda_) * chosen["learned"]
    else:
        weight = chosen[layer]
    if graph == FUSED:
        weight = weight * chosen["modality"].map(item_graph.alpha).astype(float)  # an empty table has no type
    table = pd.DataFrame({"item": chosen["item"], "modality": chosen["modality"], "weight": weight})
    return table[table["weight"] > 0].sort_values("weight", ascending=False, kind="stable", ignore_index=True)


def neighbours(recommender: Recommender, item: str, graph: str, layer: str) -> pd.DataFrame:
    """An item's neighbours without itself: item, modality, weight."""
    assert recommender.item_graph is not None
    table = weigh(recommender.edges(item), recommender.item_graph, graph, layer)
    return table[table["item"] != item].reset_index(drop=True)


def by_item(table: pd.DataFrame) -> pd.Series:
    """Neighbour -> weight summed over modalities, heaviest first."""
    return table.groupby("item", sort=False)["weight"].sum().sort_values(ascending=False, kind="stable")


def between(recommender: Recommender, items: list[str], graph: str, layer: str) -> pd.DataFrame:
    """Edges among some items: source, target, weight; of two directions the heavier one."""
    frames = [neighbours(recommender, item, graph, layer).assign(source=item) for item in items]
    table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    if table.empty:
        return pd.DataFrame({"source": [], "target": [], "weight": []})
    table = table[table["item"].isin(items)]
    table = table.groupby(["source", "item"], as_index=False)["weight"].sum().rename(columns={"item": "target"})
    ordered = table[["source", "target"]].apply(lambda pair: tuple(sorted(pair)), axis=1)
    return (
        table.assign(pair=ordered).sort_values("weight", ascending=False).drop_duplicates("pair").drop(columns="pair")
    )


def k_range(trained: int, n_items: int) -> tuple[int, int]:
    """What k may be set to; the trained value is always in it."""
    least = min(2, trained)
    return least, max(min(MOST_K, n_items), trained, least + 1)
