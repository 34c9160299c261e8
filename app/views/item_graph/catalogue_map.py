"""The whole catalogue as a map: colours, figure and table. Without Streamlit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from app.components.groups import groupings
from app.components.style import NEUTRAL, PALETTE, colours
from app.components.words import count_of, dataset_words
from lattice.inference import ItemGraph
from lattice.inference.neighbourhood import edges_from

GROUPS = 12  # colours in the legend; what is beyond them is "other"
RAMP = ("#a7b2b3", "#8cbcb6", "#61aba4", "#36968f", "#14807a")  # from little to much, in one hue
TRIED = 300  # groups whose name is tried for a place on the map
BLOCK = 4_096  # items whose edges are looked at in one go
FEW = 8  # names on a phone's map: the style sheet hides the others
OTHER, NO_EDGES = "other", "no edges"
AGREEMENT = {"none shared": 0.0, "up to 10% shared": 0.1, "10–20% shared": 0.2, "more than 20% shared": 1.0}


@dataclass(frozen=True)
class Colouring:
    """labels: the group of each item. groups: each group's (colour, Plotly symbol), in the order of the legend."""

    labels: np.ndarray
    groups: Mapping[str, tuple[str, str]]


def item_facts(items: pd.DataFrame, item_graph: ItemGraph, popularity: np.ndarray) -> pd.DataFrame:
    """Return what items can be coloured by, one row per item: groups, popularity, lean and agreement.

    popularity: training interactions. lean: the modality whose share of the weight of the item's edges is highest above
    its share in the whole catalogue. agreement: the share of its neighbours that two or more modalities name.
    """
    groups = sorted(groupings(items), key=lambda column: items[column].nunique())
    table = items[groups].astype(str).reset_index(drop=True)
    table["popularity"] = popularity
    if len(item_graph.alpha) < 2:
        return table
    weights, agreement = _edge_facts(item_graph, len(items))
    if weights.shape[1] > 1:
        weights = weights.reindex(range(len(items)), fill_value=0.0)
        shares = weights.div(weights.sum(axis=1).replace(0.0, np.nan), axis=0)
        above = shares - weights.sum() / weights.to_numpy().sum()
        leans = above.fillna(0.0).idxmax(axis=1).where(shares.notna().all(axis=1), NO_EDGES)
        table["lean"] = pd.Categorical(leans, [*item_graph.alpha, NO_EDGES])
        table["agreement"] = agreement.reindex(range(len(items)))
    return table


def _edge_facts(item_graph: ItemGraph, n_items: int) -> tuple[pd.DataFrame, pd.Series]:
    """Return weights of edges by item and modality, and the share of an item's neighbours that two modalities name.

    Items without edges are left out. A block of items at a time: all edges as one table take hundreds of MB.
    """
    weights, agreement = [], []
    for start in range(0, n_items, BLOCK):
        edges = edges_from(item_graph, np.arange(start, min(start + BLOCK, n_items)))
        weights.append(edges.pivot_table(index="source", columns="modality", values="weight", aggfunc="sum"))
        named = edges.groupby(["source", "target"]).size()
        agreement.append((named > 1).groupby(level=0).mean())
    return pd.concat(weights).fillna(0.0).sort_index(axis=1), pd.concat(agreement)


def colouring(table: pd.DataFrame, by: str) -> Colouring:
    """Return groups and colours for a column of `item_facts`."""
    column = table[by]
    if by == "popularity":
        return _ranked(*_buckets(column.to_numpy()))
    if by == "agreement":
        names, limits = list(AGREEMENT), list(AGREEMENT.values())
        labels = np.array(names)[np.searchsorted(limits, column.fillna(0.0).to_numpy())]
        return _ranked(np.where(column.isna(), NO_EDGES, labels), [NO_EDGES, *names])
    if by == "lean":
        modalities = [name for name in column.cat.categories if name != NO_EDGES]
        groups = {m: (colour, "circle") for m, colour in colours(modalities).items()}
        return Colouring(column.to_numpy(dtype=object), groups | {NO_EDGES: (NEUTRAL, "circle")})
    counts = column[column != ""].value_counts()
    top = sorted(counts.index[:GROUPS], key=lambda name: (-counts[name], name))
    symbols = {
        name: (PALETTE[n % len(PALETTE)], "circle" if n < len(PALETTE) else "diamond") for n, name in enumerate(top)
    }
    return Colouring(column.where(column.isin(top), OTHER).to_numpy(), symbols | {OTHER: (NEUTRAL, "circle")})


def _ranked(labels: np.ndarray, names: Sequence[str]) -> Colouring:
    """Return groups in an order from little to much."""
    present = [name for name in names if (labels == name).any()]
    return Colouring(labels, {name: (RAMP[min(n, len(RAMP) - 1)], "circle") for n, name in enumerate(present)})


def _buckets(counts: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Return a bucket per item and the buckets' names: "nobody", and the rest in quarters of about equal size."""
    some = counts[counts > 0]
    edges = sorted({int(q) for q in np.quantile(some, [0, 0.25, 0.5, 0.75])}) if len(some) else [1]
    ends = [*(e - 1 for e in edges[1:]), int(counts.max(initial=1))]
    names = ["nobody", *(_range(first, last) for first, last in zip(edges, ends, strict=True))]
    places = np.where(counts > 0, np.searchsorted(edges, counts, side="right"), 0)
    return np.array(names, dtype=object)[places], names


def _range(first: int, last: int) -> str:
    words = dataset_words()
    if first >= last:
        return count_of(first, words.user, words.users)
    return f"{first:,}–{last:,} {words.users}"


def searched(items: pd.DataFrame) -> pd.Series:
    """Return what is searched of each item, in lower case: its id, title and groups."""
    columns = [items[c].astype(str) for c in ("title", "brand", "type", "category", "department") if c in items]
    return items["item"].astype(str).str.cat(columns, sep=" ").str.casefold()


def matches(text_of_items: pd.Series, text: str) -> np.ndarray:
    """Return [n_items] whether what `searched` says of an item holds every word of a text; none does for no text."""
    words = text.casefold().split()
    holds = [text_of_items.str.contains(word, regex=False).to_numpy(dtype=bool) for word in words]
    return np.all(holds, axis=0) if holds else np.zeros(len(text_of_items), dtype=bool)


def names_on_map(places: np.ndarray, labels: pd.Series, most: int = 34) -> list[tuple[str, float, float]]:
    """Return (name, x, y) of the largest groups at their median, without names that would overlap.

    The first few are far enough apart for a phone, which shows only these.
    """
    named = pd.DataFrame({"name": labels.to_numpy(), "x": places[:, 0], "y": places[:, 1]}).query("name != ''")
    groups = named.groupby("name", observed=True)
    largest = groups.size().sort_values(ascending=False, kind="stable").index[:TRIED]
    middles = {str(name): (x, y) for name, x, y in groups.median().loc[largest].itertuples()}
    kept: list[tuple[str, float, float]] = []
    for wide, high, limit in ((0.04, 0.08, FEW), (0.012, 0.055, most)):
        for name, (x, y) in middles.items():
            apart = all(abs(x - a) > wide * (len(name) + len(n)) or abs(y - b) > high for n, a, b in kept)
            if apart and len(kept) < limit:
                kept.append((name, float(x), float(y)))
    return kept


def nearest_places(places: np.ndarray, here: int, most: int) -> np.ndarray:
    """Return the items nearest on the map to one, nearest first, without the item itself."""
    order = np.argsort(np.square(places - places[here]).sum(axis=1), kind="stable")
    return order[order != here][:most]


def export_table(items: pd.DataFrame, table: pd.DataFrame, places: np.ndarray, chosen: np.ndarray) -> pd.DataFrame:
    """Return the map as a table: item, title, x, y, the colour columns, and whether an item is chosen now."""
    own = pd.DataFrame({"item": items["item"], "title": items["title"], "x": places[:, 0], "y": places[:, 1]})
    return pd.concat([own.reset_index(drop=True), table], axis=1).assign(chosen=chosen.astype(int))
