"""An item's neighbourhood on raw ids: what of the graph is looked at, and its table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from app.components.items import Catalogue
from lattice.inference.neighbourhood import Neighbourhood, neighbourhood
from lattice.recommender import FUSED, Recommender

CHANGES = {"gained": ("new", "stronger"), "lost": ("gone", "weaker")}


@dataclass(frozen=True)
class Look:
    """What of the item graph is looked at. graph: "fused" or a modality. most: how many items at most."""

    graph: str
    layer: str
    hops: int
    most: int
    k: int


def around(recommender: Recommender, ids: Sequence[str], item: str, look: Look) -> Neighbourhood:
    """The neighbourhood of an item, with raw ids in the place of indices."""
    assert recommender.item_graph is not None
    modality = None if look.graph == FUSED else look.graph
    found = neighbourhood(recommender.item_graph, list(ids).index(item), look.hops, look.most, modality, look.layer)
    return on_raw_ids(found, ids)


def on_raw_ids(found: Neighbourhood, ids: Sequence[str]) -> Neighbourhood:
    """The same with ids in the place of indices."""
    names = np.asarray(ids, dtype=object)

    def named(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
        return table.assign(**{column: names[table[column]] for column in columns})

    edges, own = (named(table, "source", "target") for table in (found.edges, found.own))
    return replace(found, nodes=named(found.nodes, "item", "via"), edges=edges, own=own)


def table(
    shown: Catalogue, item: str, found: Neighbourhood, modalities: Sequence[str], cosines: Callable[[str], np.ndarray]
) -> pd.DataFrame:
    """The neighbours as text: item, title, hop, via, weight, and by modality the cosine of raw features to the centre
    and the edge from the centre: its weight in this layer, and its entries in the initial and the learned graph.

    cosines: modality -> [n_items] those of the item in the centre.
    """
    nodes = found.nodes[found.nodes["hop"] > 0].reset_index(drop=True)
    rows = pd.DataFrame(
        {
            "item": nodes["item"],
            "title": [shown.title(i) for i in nodes["item"]],
            "hop": nodes["hop"],
            "via": ["" if i == item else shown.title(i) for i in nodes["via"]],
            "weight": nodes["weight"],
        }
    )
    places = pd.Index(shown.ids).get_indexer(nodes["item"])
    for modality in modalities:
        rows[f"{modality} cosine"] = cosines(modality)[places]
    for modality, edges in found.own.groupby("modality", sort=False):
        for column in ("weight", "initial", "learned"):
            rows[f"{modality} {column}"] = rows["item"].map(edges.set_index("target")[column]).astype(float).fillna(0.0)
    return rows


def change(initial: float, learned: float, layer: str) -> str:
    """What learning did to an edge: "new" or "stronger" where it gained, "gone" or "weaker" where it lost, else ""."""
    if layer not in CHANGES:
        return ""
    whole, part = CHANGES[layer]
    return part if (initial if layer == "gained" else learned) > 0 else whole


def summary(found: Neighbourhood, item: str, look: Look, drawn: int) -> str:
    """The counts in a line of Markdown; in "gained" and "lost" also what became of the item's own edges.

    drawn: how many edges the picture has room for.
    """
    shown = len(found.nodes) - 1
    of = f" of {found.found - 1:,}" if found.found > shown + 1 else ""
    within = "next to it" if look.hops == 1 else "within two hops"
    said = f"**{shown:,}{of}** {'item' if shown == 1 else 'items'} {within} · {len(found.edges):,} edges"
    if drawn < len(found.edges):
        said += f", {drawn:,} of them drawn"
    if look.layer not in CHANGES:
        return said
    own = found.edges[found.edges["source"] == item]
    kinds = [change(row.initial, row.learned, look.layer) for row in own.itertuples()]
    return f"{said} · its own: " + ", ".join(f"**{kinds.count(kind)}** {kind}" for kind in CHANGES[look.layer])
