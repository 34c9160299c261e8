"""Plotly figures of experiments: scores with their spread over seeds, LATTICE in colour beside the others in grey."""

import html
from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from app.components.charts import mark, styled
from app.components.style import NEUTRAL, PALETTE

HIGHLIGHT = PALETTE[0]


def whiskers(deviations: pd.Series, ink: str) -> dict[str, Any]:
    """Standard deviations as Plotly's error bars; none where there is one seed."""
    array = [None if pd.isna(value) else value for value in deviations]
    return {"type": "data", "array": array, "color": ink, "thickness": 1.5, "width": 4}


def ranked(table: pd.DataFrame, column: str, highlight: str, ink: str, chance: float | None = None) -> go.Figure:
    """A horizontal bar a model, in the table's order; names that begin with `highlight` in colour."""
    names = [str(name) for name in table["model"]]
    figure = go.Figure(
        go.Bar(
            x=table[column],
            y=[html.escape(name, quote=False).replace(", ", ",<br>", 1) for name in names],
            orientation="h",
            marker_color=[HIGHLIGHT if name.startswith(highlight) else NEUTRAL for name in names],
            error_x=whiskers(table[f"± {column}"], ink),
            hovertemplate="%{x:.4f}<extra></extra>",
        )
    )
    styled(figure, 64 + 38 * len(names)).update_layout(bargap=0.35, hovermode="closest", margin={"t": 24})
    if chance is not None:
        mark(figure, chance, f"chance: {chance:.3f}", "left")
    return figure.update_xaxes(rangemode="tozero").update_yaxes(autorange="reversed")


def grouped(table: pd.DataFrame, column: str, colours: Mapping[str, str], ink: str) -> go.Figure:
    """Bars of each variant side by side, backbone by backbone."""
    figure = go.Figure()
    for variant, rows in table.groupby("variant", sort=False):
        figure.add_bar(
            x=rows["backbone"],
            y=rows[column],
            name=str(variant),
            marker_color=colours[str(variant)],
            error_y=whiskers(rows[f"± {column}"], ink),
            hovertemplate="%{y:.4f}",
        )
    return styled(figure, 340).update_layout(bargap=0.25, bargroupgap=0.08)


def sensitivity(
    curve: pd.DataFrame, option: str, metric: str, ink: str, base: float | None, shipped: float | None
) -> go.Figure:
    """A score over one option (value, mean, std), LightGCN's as a dashed line, and the checkpoint's own setting."""
    figure = go.Figure()
    figure.add_scatter(
        x=curve["value"],
        y=curve["mean"],
        mode="lines+markers",
        name="LATTICE",
        line={"color": HIGHLIGHT, "width": 2.5},
        marker={"size": 8},
        error_y=whiskers(curve["std"], ink),
        hovertemplate="%{y:.4f}",
    )
    if base is not None:
        figure.add_scatter(
            x=[curve["value"].min(), curve["value"].max()],
            y=[base, base],
            mode="lines",
            name="LightGCN",
            line={"color": NEUTRAL, "width": 2, "dash": "dash"},
            hovertemplate="%{y:.4f}",
        )
    styled(figure, 320, option, metric)
    if shipped is not None:
        right = shipped > curve["value"].mean()
        mark(figure, shipped, f"as shipped: {option} = {shipped:g}", "right" if right else "left")
    return figure
