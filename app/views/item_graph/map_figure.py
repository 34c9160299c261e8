"""The figure of the map: points in WebGL, a density where not all are drawn, names, edges and pictures."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from app.components.groups import short_labels
from app.components.style import PALETTE
from app.components.words import dataset_words
from app.views.item_graph.catalogue_map import Colouring
from app.views.item_graph.map_area import Area, corners_of, inside, view

PALE, STRONG = 0.18, 0.85  # opacity of what is not looked for, and of the rest
BINS = 120  # of the density, each way
MARGINS = (0.15, 0.85)  # of the width: names outside begin or end at their place, so as not to be cut off


@dataclass(frozen=True)
class Drawing:
    """What is drawn of a map.

    Args:
        places: [N, 2] positions of all items.
        rows: [n] the items that are drawn as points.
        hovers: [n] the title of each, plain text.
        here: the item that the page is about.
        found: [N] whether a search found an item. mine: [N] whether the marked user has it.
        names: (name, x, y) of the largest groups.
        edges: [e] neighbours of `here` in the fused graph A.
        pictures: (row, data URI), for a view of few items.
        area: the part that was chosen.
    """

    places: np.ndarray
    rows: np.ndarray
    hovers: Sequence[str]
    here: int
    found: np.ndarray
    mine: np.ndarray
    names: Sequence[tuple[str, float, float]] = ()
    edges: Sequence[int] = ()
    pictures: Sequence[tuple[int, str]] = ()
    area: Area | None = None

    @property
    def opacity(self) -> np.ndarray:
        """Return the opacity [n] of the points: what a search didn't find, or what is outside the area, is pale."""
        strong = np.ones(len(self.rows), dtype=bool)
        if self.found.any():
            strong &= False
        if self.area is not None:
            strong &= inside(self.places[self.rows], self.area)
        return np.where(strong, STRONG, PALE)


def figure(drawing: Drawing, by: Colouring) -> go.Figure:
    """Return the map."""
    chart = go.Figure()
    d, texts = drawing, np.array([html.escape(text, quote=False) for text in drawing.hovers], dtype=object)
    if len(d.rows) < len(d.places):
        _add_density(chart, d)
    _add_edges(chart, d)
    opacity, groups = d.opacity.astype(np.float32), by.labels[d.rows]
    sizes = {group: int((by.labels == group).sum()) for group in by.groups}
    for label, (group, (colour, symbol)) in zip(short_labels([*by.groups]), by.groups.items(), strict=True):
        at = np.flatnonzero(groups == group)
        if len(at):
            own = opacity[at] if np.ptp(opacity[at]) else float(opacity[at[0]])  # one number, if it is the same for all
            style = {"color": colour, "symbol": symbol, "size": 6, "opacity": own}
            _add_points(chart, d, at, texts[at], f"{label} ({sizes[group]:,})", style, f" · {group}")
    star = {"color": "#e0b32e", "symbol": "star", "size": 13, "line": {"color": "#3a2f00", "width": 1}}
    hit = {"color": PALETTE[3], "size": 9, "line": {"color": "#ffffff", "width": 1}}
    ring = {"color": PALETTE[3], "symbol": "circle-open", "size": 20, "line": {"width": 3}}
    texts = texts + " · " + np.array([html.escape(group, quote=False) for group in groups], dtype=object)
    for marked, name, style in ((d.mine, f"this {dataset_words().user}'s", star), (d.found, "found", hit)):
        at = np.flatnonzero(marked[d.rows])
        if len(at):
            _add_points(chart, d, at, texts[at], f"{name} ({int(marked.sum()):,})", style)
    at = np.flatnonzero(d.rows == d.here)
    _add_points(chart, d, at, texts[at], f"the {dataset_words().item}", ring)
    if d.area is not None:
        path = "M" + "L".join(f"{x},{y}" for x, y in corners_of(d.area)) + "Z"
        chart.add_shape(type="path", path=path, line={"color": PALETTE[0], "dash": "dot", "width": 2})
    return _laid_out(chart, d)


def _add_points(
    chart: go.Figure, d: Drawing, at: np.ndarray, texts: np.ndarray, name: str, style: dict, said: str = ""
) -> None:
    """Add some of the drawn rows. at: [n] their positions in `rows`. texts: [n], HTML. said: after each text."""
    still = {"marker": {"opacity": float(np.max(style.get("opacity", 1.0)))}}
    chart.add_scattergl(
        x=d.places[d.rows[at], 0],
        y=d.places[d.rows[at], 1],
        customdata=d.rows[at].astype(np.int32),
        hovertext=texts,
        hovertemplate="%{hovertext}" + html.escape(said, quote=False).replace("{", "&#123;") + "<extra></extra>",
        mode="markers",
        name=html.escape(name, quote=False),
        legendgroup=name,
        marker=style,
        # else a click would pale all the others, until the page has changed
        selected=still,
        unselected=still,
    )


def _add_density(chart: go.Figure, d: Drawing) -> None:
    """Add the density of items, under the points, as these are a sample."""
    x, y = view(d.area)
    counts = np.histogram2d(d.places[:, 1], d.places[:, 0], bins=BINS, range=[y, x])[0]
    shade = np.log1p(counts)
    shade = (255 * shade / shade.max(initial=1e-9)).astype(np.uint8)
    dx, dy = (x[1] - x[0]) / BINS, (y[1] - y[0]) / BINS
    steps = {"x0": x[0] + dx / 2, "dx": dx, "y0": y[0] + dy / 2, "dy": dy}  # the middle of the first bin
    scale = [[0, "rgba(38,151,143,0)"], [1, "rgba(38,151,143,.4)"]]
    chart.add_heatmap(z=shade, **steps, colorscale=scale, showscale=False, hoverinfo="skip", zsmooth="fast")


def _add_edges(chart: go.Figure, d: Drawing) -> None:
    """Add lines from the item to its neighbours in the graph."""
    if not len(d.edges):
        return
    ends = np.full((len(d.edges), 3, 2), np.nan)  # a gap after each line
    ends[:, 0], ends[:, 1] = d.places[d.here], d.places[list(d.edges)]
    x, y = ends.reshape(-1, 2).T
    line = {"color": PALETTE[3], "width": 1.5}
    chart.add_scattergl(
        x=x, y=y, mode="lines", line=line, opacity=0.7, hoverinfo="skip", name=f"its neighbours ({len(d.edges)})"
    )


def _laid_out(chart: go.Figure, d: Drawing) -> go.Figure:
    x, y = view(d.area)
    side = (x[1] - x[0]) / 14, (y[1] - y[0]) / 14
    for row, picture in d.pictures:
        at = {"x": float(d.places[row, 0]), "y": float(d.places[row, 1]), "xref": "x", "yref": "y"}
        chart.add_layout_image(
            source=picture, sizex=side[0], sizey=side[1], xanchor="center", yanchor="bottom", layer="above", **at
        )
    # Annotations, as text of a trace would be under the points; all at once, as each costs a look through the others.
    written = [
        {
            "x": place,
            "y": height,
            "xanchor": ("left", "center", "right")[int(np.digitize((place - x[0]) / (x[1] - x[0]), MARGINS))],
            "text": html.escape(name, quote=False),
            "showarrow": False,
            "font": {"size": 12, "weight": 600},
        }
        for name, place, height in (() if d.found.any() else d.names)
    ]
    return chart.update_layout(
        annotations=written,
        height=640,
        margin={"l": 0, "r": 0, "t": 40, "b": 0},  # the toolbar is above the points
        xaxis={"visible": False, "range": x},
        yaxis={"visible": False, "range": y},
        dragmode="pan",
        hovermode="closest",
        uirevision=f"map {d.area}",
        legend={"orientation": "h", "yanchor": "top", "y": 0, "x": 0, "itemsizing": "constant"},
    )
