"""Plotly figures of the Fusion page."""

import html
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from app.components.charts import mark_best, styled
from app.components.groups import short_labels
from app.components.style import NEUTRAL, PALETTE
from app.components.words import dataset_words

ON_BARS = "#10191c"  # words on any colour of the palette, at least 4.5:1


def alpha_curves(history: pd.DataFrame, colours: Mapping[str, str], best: int | None) -> go.Figure:
    """Return α of each modality over the epochs."""
    figure = go.Figure()
    for modality, colour in colours.items():
        if f"alpha_{modality}" in history:
            figure.add_scatter(
                x=history["epoch"],
                y=history[f"alpha_{modality}"],
                mode="lines",
                name=html.escape(modality, quote=False),
                line={"color": colour, "width": 3},
                hovertemplate="%{y:.3f}",
            )
    return mark_best(styled(figure, 280, "epoch", "α"), best)


def share_bars(names: Sequence[str], values: Sequence[float], colours: Mapping[str, str]) -> go.Figure:
    """Return horizontal bars of shares, one colour each, labelled with percentages."""
    figure = _bars(
        names,
        values,
        colours,
        text=[f"{v:.0%}" for v in values],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{x:.1%}<extra></extra>",
    )
    styled(figure, 40 + 40 * len(names)).update_layout(bargap=0.3, hovermode="closest", margin={"t": 8})
    return figure.update_xaxes(tickformat=".0%", range=[0, 1.12 * max(values, default=1)]).update_yaxes(
        autorange="reversed"
    )


def edge_change_bars(table: pd.DataFrame) -> go.Figure:
    """Return stacked bars of kept, gained and lost edges, one bar per modality."""
    figure = go.Figure()
    for name, colour in (("kept", NEUTRAL), ("gained", PALETTE[2]), ("lost", PALETTE[3])):
        figure.add_bar(
            x=table[name],
            y=[html.escape(m, quote=False) for m in table["modality"]],
            orientation="h",
            name=name,
            marker_color=colour,
            hovertemplate=f"{name} %{{x:,}}<extra></extra>",
        )
    styled(figure, 70 + 44 * len(table)).update_layout(barmode="stack", bargap=0.35, hovermode="closest")
    return figure.update_yaxes(autorange="reversed")


def histogram(values: np.ndarray, most: int, x: str) -> go.Figure:
    """Return how many users have 0, 1, ... `most` of something."""
    counts = np.bincount(values, minlength=most + 1)
    figure = go.Figure()
    figure.add_bar(
        x=list(range(len(counts))),
        y=counts.tolist(),
        marker_color=PALETTE[0],
        hovertemplate=f"%{{y}} {dataset_words().users}<extra></extra>",
    )
    return styled(figure, 240, x, dataset_words().users).update_layout(bargap=0.15, margin={"t": 8})


def share_histograms(table: pd.DataFrame, colours: Mapping[str, str]) -> go.Figure:
    """Return overlaid histograms of shares in 0..1 (columns: from, to, and a count per name)."""
    figure = go.Figure()
    for name, colour in colours.items():
        figure.add_bar(
            x=(table["from"] + table["to"]) / 2,
            y=table[name],
            width=(table["to"] - table["from"]) * 0.96,
            name=html.escape(name, quote=False),
            marker_color=colour,
            opacity=0.75,
            hovertemplate=f"%{{y:,}} {dataset_words().items}",
        )
    styled(figure, 280, f"share of the {dataset_words().item}'s vector", dataset_words().items).update_layout(
        barmode="overlay", bargap=0
    )
    return _to_whole(figure, 0.2)


def stacked_share_bars(table: pd.DataFrame, colours: Mapping[str, str]) -> go.Figure:
    """Return one bar per group, made of each modality's mean share."""
    figure = go.Figure()
    for name, colour in colours.items():
        figure.add_bar(
            x=table[name],
            y=[html.escape(label, quote=False) for label in short_labels(table["group"].tolist())],
            orientation="h",
            name=html.escape(name, quote=False),
            marker_color=colour,
            text=[f"{v:.0%}" for v in table[name]],
            textangle=0,
            textposition="inside",
            insidetextanchor="middle",
            textfont={"size": 12, "color": ON_BARS},
            constraintext="none",
            hovertemplate="%{x:.1%}",
        )
    styled(figure, 80 + 34 * len(table)).update_layout(barmode="stack", bargap=0.22, hovermode="y unified")
    return _to_whole(figure, 0.25).update_yaxes(autorange="reversed")


def difference_bars(
    names: Sequence[str], values: Sequence[float], errors: Sequence[float], colours: Mapping[str, str], ink: str
) -> go.Figure:
    """Return horizontal bars around 0 with standard errors; grey for names without a colour."""
    thin = {"type": "data", "array": list(errors), "color": ink, "thickness": 1.5}
    figure = _bars(names, values, colours, error_x=thin, hovertemplate="%{x:+.4f}<extra></extra>")
    styled(figure, 60 + 36 * len(names)).update_layout(bargap=0.35, hovermode="closest", margin={"t": 8})
    return figure.update_xaxes(tickformat=".3f", zeroline=True).update_yaxes(autorange="reversed")


def _to_whole(figure: go.Figure, step: float) -> go.Figure:
    """Set an axis of shares from 0 to 100%, with room for the last label."""
    figure.update_layout(margin_r=28)
    return figure.update_xaxes(tickformat=".0%", range=[0, 1], dtick=step, ticklabeloverflow="allow")


def _bars(names: Sequence[str], values: Sequence[float], colours: Mapping[str, str], **more: Any) -> go.Figure:
    """Return one horizontal bar per name, in its colour or grey. more: options of Plotly's bar."""
    return go.Figure(
        go.Bar(
            x=list(values),
            y=[html.escape(name, quote=False) for name in names],
            orientation="h",
            marker_color=[colours.get(name, NEUTRAL) for name in names],
            **more,
        )
    )
