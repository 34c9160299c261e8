"""The neighbourhood of an item as a picture graph for ECharts: pure data, no Streamlit."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

CENTRE, NEAREST, FARTHEST = 68, 54, 40


def positions(count: int) -> list[tuple[float, float]]:
    """Neighbours clockwise from the top, heaviest first and nearest the centre, on two rings."""
    inner = count if count <= 7 else 6
    found = []
    for place in range(count):
        near = place < inner
        of, slot = (inner, place) if near else (count - inner, place - inner + 0.5)
        angle = -math.pi / 2 + 2 * math.pi * slot / of
        wide, high = (135, 122) if near else (262, 235)
        found.append((round(wide * math.cos(angle), 2), round(high * math.sin(angle), 2)))
    return found


def scaled(value: float, least: float, most: float, low: float, high: float) -> float:
    """`value` of least..most as a size of low..high."""
    return high if most <= least else round(low + (high - low) * (value - least) / (most - least), 2)


def _node(item: str, title: str, uri: str, size: float, x: float, y: float, hover: str) -> dict[str, Any]:
    return {
        "id": item,
        "name": title,
        "value": hover,
        "symbol": f"image://{uri}",
        "symbolSize": size,
        "x": x,
        "y": y,
    }


def _compact(node: dict[str, Any]) -> dict[str, Any]:
    """The same node on a phone: smaller, and on rings that are taller than wide."""
    return {**node, "symbolSize": round(0.78 * node["symbolSize"], 1), "x": round(0.62 * node["x"], 2)}


def option(
    centre: str,
    edges: pd.DataFrame,
    among: pd.DataFrame,
    title: Callable[[str], str],
    picture: Callable[[str], str],
    colours: Mapping[str, str],
) -> tuple[dict[str, Any], list[str]]:
    """The ECharts option, and the item of each node by index.

    edges: item, modality, weight of the centre's neighbours. among: source, target, weight between neighbours.
    """
    totals = edges.groupby("item", sort=False)["weight"].sum().sort_values(ascending=False, kind="stable")
    items = [centre, *totals.index]
    least, most = (totals.min(), totals.max()) if len(totals) else (0.0, 1.0)
    nodes = [_node(centre, title(centre), picture(centre), CENTRE, 0, 0, title(centre))]
    for (item, weight), (x, y) in zip(totals.items(), positions(len(totals)), strict=True):
        own = edges[edges["item"] == item]
        parts = ", ".join(f"{m} {w:.4f}" for m, w in zip(own["modality"], own["weight"], strict=True))
        hover = f"{title(str(item))} · weight {weight:.4f} ({parts})"
        size = scaled(weight, least, most, FARTHEST, NEAREST)
        nodes.append(_node(str(item), title(str(item)), picture(str(item)), size, x, y, hover))
    heaviest = edges["weight"].max() if len(edges) else 1.0
    links = [
        {
            "source": row.source,
            "target": row.target,
            "value": f"between neighbours {row.weight:.4f}",
            "lineStyle": {"width": 1, "color": "#8a9a9c", "opacity": 0.35, "curveness": 0.1},
        }
        for row in among.itertuples()
    ]
    ranks = {modality: place for place, modality in enumerate(colours)}
    links += [
        {
            "source": centre,
            "target": row.item,
            "value": f"{row.modality} {row.weight:.4f}",
            "lineStyle": {
                "width": scaled(row.weight, 0.0, heaviest, 1.0, 9.0),
                "color": colours[row.modality],
                "opacity": 0.85,
                "curveness": 0.09 * ranks[row.modality],
            },
        }
        for row in edges.itertuples()
    ]
    series = {
        "type": "graph",
        "layout": "none",
        "data": nodes,
        "links": links,
        "selectedMode": "single",
        "select": {"itemStyle": {"borderWidth": 0}},
        # One side only: the other follows from the nodes' own proportions, and pictures stay square.
        "left": "center",
        "top": "middle",
        "height": "80%",
        "label": {
            "show": True,
            "position": "bottom",
            "distance": 4,
            "width": 92,
            "overflow": "truncate",
            "fontSize": 11,
            "lineHeight": 13,
            "formatter": "{b}",
        },
        "emphasis": {"focus": "adjacency"},
        "tooltip": {"formatter": "{c}"},  # ECharts escapes what it puts in, so titles stay as they are
    }
    narrow = {"data": [_compact(node) for node in nodes], "label": {"show": False}, "height": "auto", "width": "80%"}
    return {
        "tooltip": {"confine": True},
        "animationDuration": 400,
        "animationDurationUpdate": 400,
        "series": [series],
        "media": [{"query": {"maxWidth": 520}, "option": {"series": [narrow]}}],
    }, items


def clicked(selection: Mapping[str, Any], nodes: list[str]) -> str | None:
    """The item of the node in an ECharts selection, if a node it is."""
    for part in selection.get("selected", []):
        if part.get("data_type", "node") == "node":
            for index in part.get("data_indices", []):
                if 0 <= index < len(nodes):
                    return nodes[index]
    return None
