"""The neighbourhood of an item as a picture graph for ECharts: pure data, no Streamlit."""

import html
import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

CENTRE, NEAREST, FARTHEST = 78, 60, 38


def positions(count: int) -> list[tuple[float, float]]:
    """Neighbours clockwise from the top, heaviest first, on an ellipse that fills a wide box; two rings beyond 12."""
    inner = count if count <= 12 else math.ceil(count * 0.42)
    found = []
    for place in range(count):
        ring, of, slot = (1.0, inner, place) if place < inner else (1.75, count - inner, place - inner)
        angle = -math.pi / 2 + 2 * math.pi * (slot + (0.5 if ring > 1 else 0)) / of
        found.append((round(ring * 175 * math.cos(angle), 2), round(ring * 105 * math.sin(angle), 2)))
    return found


def scaled(value: float, least: float, most: float, low: float, high: float) -> float:
    """`value` of least..most as a size of low..high."""
    return high if most <= least else round(low + (high - low) * (value - least) / (most - least), 2)


def _node(item: str, title: str, uri: str, size: float, x: float, y: float, hover: str) -> dict[str, Any]:
    short = title if len(title) <= 34 else title[:33].rstrip() + "…"
    return {
        "id": item,
        "name": short,
        "value": hover,
        "symbol": f"image://{uri}",
        "symbolSize": size,
        "x": x,
        "y": y,
    }


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
    nodes = [_node(centre, title(centre), picture(centre), CENTRE, 0, 0, html.escape(title(centre)))]
    for (item, weight), (x, y) in zip(totals.items(), positions(len(totals)), strict=True):
        own = edges[edges["item"] == item]
        parts = "<br>".join(f"{html.escape(m)} {w:.4f}" for m, w in zip(own["modality"], own["weight"], strict=True))
        hover = f"{html.escape(title(str(item)))}<br>weight {weight:.4f}<br>{parts}"
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
            "value": f"{html.escape(row.modality)} {row.weight:.4f}",
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
        "left": 60,
        "right": 60,
        "top": 50,
        "bottom": 60,
        "label": {
            "show": True,
            "position": "bottom",
            "distance": 4,
            "width": 108,
            "overflow": "break",
            "fontSize": 11,
            "lineHeight": 13,
            "formatter": "{b}",
        },
        "emphasis": {"focus": "adjacency"},
        "tooltip": {"formatter": "{c}"},
    }
    narrow = {"left": 30, "right": 30, "top": 40, "bottom": 40, "label": {"show": False}}
    return {
        "tooltip": {"confine": True},
        "animationDuration": 400,
        "animationDurationUpdate": 400,
        "series": [series],
        "media": [{"query": {"maxWidth": 520}, "option": {"series": [narrow]}}],
    }, items
