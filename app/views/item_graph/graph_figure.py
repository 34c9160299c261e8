"""The neighbourhood of an item as a graph of pictures for ECharts. Without Streamlit."""

import html
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from app.components.style import NEUTRAL
from app.views.item_graph.neighbours import edge_change
from lattice.inference.neighbourhood import Neighbourhood

WIDE, HIGH = 262, 250  # half the picture, in its own units
CROWD = 36  # of the first hop, from which on pictures are smaller
LABELLED = 26  # with more items than this their titles would cover each other
SPARE = 1.5  # edges that lead on to no node, for each node, heaviest first


def radii(near: int, far: int) -> tuple[list[float], list[float]]:
    """Return the radii of the rings of the first and the second hop; nodes take the rings in turn."""
    rings = 1 if near <= 8 else 2 if near <= 20 else 3 if near <= CROWD else 4
    if not far:
        return {1: [0.8], 2: [0.52, 1.0], 3: [0.42, 0.7, 1.0], 4: [0.34, 0.56, 0.78, 1.0]}[rings], []
    inner = {1: [0.45], 2: [0.34, 0.52], 3: [0.26, 0.4, 0.54], 4: [0.24, 0.36, 0.48, 0.6]}[rings]
    return inner, [0.72, 0.86, 1.0] if far > 30 else [0.78, 1.0]


def positions(nodes: pd.DataFrame) -> list[tuple[float, float]]:
    """Return a position for each of `Neighbourhood.nodes`: the centre, then clockwise from the top, heaviest first.

    Every node of the first hop has a sector, wider the more second-hop nodes it leads to, which are in it.
    """
    rows = list(zip(nodes["item"].tolist(), nodes["hop"].tolist(), nodes["via"].tolist(), strict=True))
    behind: dict[object, list[object]] = {item: [] for item, hop, _ in rows if hop == 1}
    for item, hop, via in rows:
        if hop == 2:
            behind[via].append(item)
    far = sum(map(len, behind.values()))
    inner, outer = radii(len(behind), far)
    equal = min(max(0.4, len(behind) / CROWD), 0.9)  # a node with none behind it must not be under the next one
    found = {item: (0.0, 0.0) for item, hop, _ in rows if hop == 0}
    start, place = None, 0
    for nth, (item, children) in enumerate(behind.items()):
        share = equal / len(behind) + (1 - equal) * len(children) / far if far else 1 / len(behind)
        start = -share / 2 if start is None else start  # the first one is at the top
        found[item] = _at(start + share / 2, inner[nth % len(inner)])
        for number, child in enumerate(children):
            found[child] = _at(start + share * (number + 0.5) / len(children), outer[place % len(outer)])
            place += 1
        start += share
    return [found[item] for item, _, _ in rows]


def _at(turn: float, radius: float) -> tuple[float, float]:
    """Return a point on an ellipse; turn 0 is its top, 0.25 its right."""
    angle = 2 * math.pi * (turn - 0.25)
    return round(WIDE * radius * math.cos(angle), 1), round(HIGH * radius * math.sin(angle), 1)


def hover_html(uri: str, title: str, lines: Sequence[str]) -> str:
    """Return a node's tooltip: picture, title and short lines, escaped for ECharts and HTML."""
    body = "".join(f'<div style="opacity:.8">{_safe(line)}</div>' for line in lines if line)
    picture = f'<img src="{_safe(uri)}" alt="" width="88" height="88" style="border-radius:8px;object-fit:cover">'
    text = f'<div style="max-width:210px;white-space:normal;line-height:1.35"><b>{_safe(title)}</b>{body}</div>'
    return f'<div style="display:flex;gap:10px;align-items:center">{picture}{text}</div>'


def _safe(text: str) -> str:
    """Return text for a tooltip: without HTML and without ECharts' own {templates}."""
    return html.escape(text).replace("{", "&#123;").replace("}", "&#125;")


def option(
    found: Neighbourhood,
    drawn: pd.DataFrame,
    layer: str,
    title: Callable[[str], str],
    picture: Callable[[str], str],
    hover: Callable[[str], str],
    colours: Mapping[str, str],
) -> tuple[dict[str, Any], list[str]]:
    """Return the ECharts option, and the item of each node by index.

    drawn: see `drawn_edges`. hover: a node's tooltip, as HTML.
    """
    nodes = found.nodes
    items = [str(item) for item in nodes["item"]]
    data = [
        {
            "id": item,
            "name": title(item),
            "symbol": f"image://{picture(item)}",
            "category": int(hop),
            "x": x,
            "y": y,
            "tooltip": {"formatter": hover(item)},
        }
        for item, hop, (x, y) in zip(items, nodes["hop"], positions(nodes), strict=True)
    ]
    most = drawn["weight"].max() if len(drawn) else 1.0
    ranks = {modality: place for place, modality in enumerate(colours)}
    links = [
        {
            "source": row.source,
            "target": row.target,
            "value": f"{title(row.source)} → {title(row.target)}: {_said(row, layer)}",
            "lineStyle": _line(row, layer, most, colours, ranks),
        }
        for row in drawn.itertuples()
    ]
    return _chart(data, links), items


def drawn_edges(centre: str, found: Neighbourhood) -> pd.DataFrame:
    """Return the edges worth a line, with their `role`: "own" from the centre, "on" to the second hop, else "among".

    Of two directions and, except for the centre's own, of several modalities, the heavier one; among neighbours only
    the heaviest. The lightest come first, to be drawn under the others.
    """
    edges = found.edges.sort_values("weight", ascending=False, kind="stable", ignore_index=True)
    ends = list(zip(edges["source"], edges["target"], strict=True))
    second = found.nodes[found.nodes["hop"] == 2]
    led = set(zip(second["via"], second["item"], strict=True))
    own = edges[edges["source"] == centre].assign(role="own")
    on = edges[pd.Series([pair in led for pair in ends], dtype=bool)].drop_duplicates(["source", "target"])
    taken = {frozenset(ends[row]) for row in [*own.index, *on.index]}
    pairs = pd.Series([frozenset(pair) for pair in ends], dtype=object)
    rest = edges[~pairs.isin(taken) & ~pairs.duplicated()].head(int(SPARE * len(found.nodes)))
    return pd.concat([part.iloc[::-1] for part in (rest.assign(role="among"), on.assign(role="on"), own)])


def _said(edge: Any, layer: str) -> str:
    kind = edge_change(edge.initial, edge.learned, layer)
    return f"{edge.modality} {edge.weight:.4f}{', ' + kind if kind else ''}"


def _line(
    edge: Any, layer: str, most: float, colours: Mapping[str, str], ranks: Mapping[str, int]
) -> dict[str, str | float]:
    """Return an edge's style: width by weight, colour by modality; dashed where learning only changed the weight."""
    opacity = {"own": 0.85, "on": 0.6, "among": 0.22}[edge.role]
    return {
        "width": round(1 + 7 * edge.weight / most, 2),
        "color": NEUTRAL if edge.role == "among" else colours[edge.modality],
        "opacity": opacity,
        "curveness": 0.1 if edge.role == "among" else round(0.09 * ranks[edge.modality], 2),
        "type": "dashed" if edge_change(edge.initial, edge.learned, layer) in ("stronger", "weaker") else "solid",
    }


def _chart(data: list[dict[str, Any]], links: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a graph with fixed positions; nodes are smaller by hop, and smaller still on a phone."""
    many = len(data) > LABELLED
    crowd = sum(node["category"] == 1 for node in data) > CROWD
    sizes = (60, 26, 20) if crowd else (66, 36, 25) if many else (72, 50, 32)
    series = {
        "type": "graph",
        "layout": "none",
        "data": data,
        "links": links,
        "categories": _categories(sizes, () if many else (0, 1)),
        "selectedMode": "single",
        "select": {"itemStyle": {"borderWidth": 0}},
        # One side only: the other follows from the nodes' own proportions, and pictures stay square.
        "left": "center",
        "top": "middle",
        "height": "84%",
        "label": {
            "position": "bottom",
            "distance": 4,
            "width": 92,
            "overflow": "truncate",
            "fontSize": 11,
            "lineHeight": 13,
            "formatter": "{b}",
        },
        "emphasis": {"focus": "adjacency"},
        "tooltip": {"formatter": "{c}"},  # of an edge; ECharts escapes what it puts in, so titles stay as they are
    }
    smaller = 0.62 if any(node["category"] == 2 for node in data) else 0.78
    shrunk = [round(smaller * size) for size in sizes]
    narrow = {"categories": _categories(shrunk, ()), "height": "auto", "width": "90%"}
    return {
        "tooltip": {"confine": True},
        "animation": False,
        "series": [series],
        "media": [{"query": {"maxWidth": 520}, "option": {"series": [narrow]}}],
    }


def _categories(sizes: Sequence[int], labelled: Sequence[int]) -> list[dict[str, Any]]:
    return [
        {"name": str(hop), "symbolSize": size, "label": {"show": hop in labelled}} for hop, size in enumerate(sizes)
    ]


def clicked(selection: Mapping[str, Any], nodes: list[str]) -> str | None:
    """Return the item of the node in an ECharts selection, if it is a node."""
    for part in selection.get("selected", []):
        if part.get("data_type", "node") == "node":
            for index in part.get("data_indices", []):
                if 0 <= index < len(nodes):
                    return nodes[index]
    return None
