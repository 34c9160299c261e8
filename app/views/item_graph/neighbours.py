"""An item's neighbourhood on raw ids, and its table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from app.components.items import Catalogue
from app.components.words import dataset_words
from lattice.inference.neighbourhood import Neighbourhood, neighbourhood
from lattice.inference.similar import FUSED
from lattice.recommender import Recommender

CHANGES = {"gained": ("new", "stronger"), "lost": ("gone", "weaker")}


@dataclass(frozen=True)
class Look:
    """Which part of the item graph is shown. graph: "fused" or a modality. most: how many items at most."""

    graph: str
    layer: str
    hops: int
    most: int
    k: int


def around(recommender: Recommender, catalogue: Catalogue, item: str, look: Look) -> Neighbourhood:
    """Return the neighbourhood of an item, with raw ids instead of indices."""
    assert recommender.item_graph is not None
    modality = None if look.graph == FUSED else look.graph
    row = catalogue.rows[item]
    found = neighbourhood(recommender.item_graph, row, look.hops, look.most, modality, look.layer)
    return on_raw_ids(found, catalogue.ids)


def on_raw_ids(found: Neighbourhood, ids: Sequence[str]) -> Neighbourhood:
    """Return the same with raw ids instead of indices."""

    def named(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
        return table.assign(**{c: [ids[row] for row in table[c]] for c in columns})

    edges, own = (named(table, "source", "target") for table in (found.edges, found.own))
    return replace(found, nodes=named(found.nodes, "item", "via"), edges=edges, own=own)


def table(
    catalogue: Catalogue,
    item: str,
    found: Neighbourhood,
    modalities: Sequence[str],
    cosines: Callable[[str], np.ndarray],
) -> pd.DataFrame:
    """Return the neighbours: item, title, hop, via, weight, and per modality the raw features' cosine to the centre
    and the edge from the centre: its weight in this layer, and its entries in the initial and the learned graph.

    cosines: modality -> [n_items] cosines to the item in the centre.
    """
    nodes = found.nodes[found.nodes["hop"] > 0].reset_index(drop=True)
    rows = pd.DataFrame(
        {
            "item": nodes["item"],
            "title": [catalogue.title(i) for i in nodes["item"]],
            "hop": nodes["hop"],
            "via": ["" if i == item else catalogue.title(i) for i in nodes["via"]],
            "weight": nodes["weight"],
        }
    )
    places = [catalogue.rows[i] for i in nodes["item"]]
    for modality in modalities:
        rows[f"{modality} cosine"] = cosines(modality)[places]
    for modality, edges in found.own.groupby("modality", sort=False):
        for column in ("weight", "initial", "learned"):
            entries = dict(zip(edges["target"], edges[column], strict=True))
            rows[f"{modality} {column}"] = [float(entries.get(one, 0.0)) for one in rows["item"]]
    return rows


def edge_change(initial: float, learned: float, layer: str) -> str:
    """Return how learning changed an edge: "new" or "stronger" if gained, "gone" or "weaker" if lost, else ""."""
    if layer not in CHANGES:
        return ""
    whole, part = CHANGES[layer]
    return part if (initial if layer == "gained" else learned) > 0 else whole


def summary(found: Neighbourhood, item: str, look: Look, drawn: int) -> str:
    """Return the counts as one line of Markdown; for "gained" and "lost" also what happened to the item's own edges.

    drawn: how many edges are in the picture.
    """
    shown, words = len(found.nodes) - 1, dataset_words()
    of = f" of {found.found - 1:,}" if found.found > shown + 1 else ""
    within = "next to it" if look.hops == 1 else "within two hops"
    said = f"**{shown:,}{of}** {words.item if shown == 1 else words.items} {within} · {len(found.edges):,} edges"
    if drawn < len(found.edges):
        said += f", {drawn:,} of them drawn"
    if look.layer not in CHANGES:
        return said
    own = found.edges[found.edges["source"] == item]
    kinds = [edge_change(row.initial, row.learned, look.layer) for row in own.itertuples()]
    return f"{said} · its own: " + ", ".join(f"**{kinds.count(kind)}** {kind}" for kind in CHANGES[look.layer])
