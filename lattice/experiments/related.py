"""A shop's own links between items (also bought, also viewed) as an item graph, and how much of them a graph has."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from lattice.errors import InputError
from lattice.graph import Graph, Pattern, normalise

COLUMNS = ("item", "relation", "related_item")


def read_links(file: Path, items: Mapping[str, int], relation: str = "also_bought") -> np.ndarray:
    """Read the links of one relation: [n, 2] rows of items, each once, in the file's order, without self-links.

    Args:
        file: a CSV, compressed or not, with COLUMNS.
        items: id of an item as in the file -> its row; links to others are left out.
        relation: which links to read.

    Raises:
        InputError: the file can't be read, lacks a column, or has no such link between two of the items.
    """
    try:
        table = pd.read_csv(file, dtype=str, usecols=list(COLUMNS))
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: no CSV with columns {', '.join(COLUMNS)} ({error}); check the file") from None
    table = table[table["relation"] == relation]
    ends = [table[name].map(items) for name in ("item", "related_item")]
    pairs = pd.DataFrame({"from": ends[0], "to": ends[1]}).dropna().astype("int64").drop_duplicates()
    pairs = pairs[pairs["from"] != pairs["to"]]
    if pairs.empty:
        raise InputError(f"{file} has no link {relation!r} between two of these items; check its ids and the relation")
    return pairs.to_numpy()


def links_graph(links: np.ndarray, n_items: int, k: int) -> Graph:
    """Return links [n, 2] as an item graph: of each item itself and the first k - 1 that it links to, 1 each (Eq. 3).

    Rows with fewer links are filled up with entries of weight 0, as every row of a graph has k.
    """
    if not 1 <= k <= n_items:
        raise InputError(f"k is {k}; with {n_items:,} items it is 1 to {n_items:,}")
    targets = pd.Series(links[:, 1]).groupby(links[:, 0]).apply(lambda found: found.to_numpy()[: k - 1]).to_dict()
    indices, weights = np.empty((n_items, k), dtype=np.int64), np.zeros((n_items, k), dtype=np.float32)
    for item in range(n_items):
        chosen = np.append(targets.get(item, np.empty(0, dtype=np.int64)), item)
        spare = np.setdiff1d(np.arange(min(n_items, k + len(chosen))), chosen)[: k - len(chosen)]
        row = np.concatenate([chosen, spare])
        order = np.argsort(row)
        indices[item] = row[order]
        weights[item] = (np.arange(k) < len(chosen))[order]
    pattern = Pattern(torch.as_tensor(indices))
    return Graph(pattern, normalise(torch.as_tensor(weights), pattern))


def recovered(graph: Graph, links: np.ndarray) -> dict[str, float]:
    """Return how much of the links [n, 2] a graph has, self-loops and entries of weight 0 apart.

    Returns:
        links: the share of the links that are edges. edges: the share of the edges that are links. chance: what share
        of the links as many random edges would be.
    """
    n, k = graph.indices.shape
    rows, columns = np.repeat(np.arange(n), k), graph.indices.cpu().numpy().ravel()
    there = (graph.weights.detach().cpu().numpy().ravel() > 0) & (rows != columns)
    edges, wanted = rows[there] * n + columns[there], links[:, 0] * n + links[:, 1]
    common = len(np.intersect1d(edges, wanted))
    return {
        "links": common / len(wanted),
        "edges": common / len(edges) if len(edges) else 0.0,
        "chance": len(edges) / (n * (n - 1)),
    }
