"""Plotly figures of experiments: scores with their spread over seeds, LATTICE in colour, the others grey."""

import html
from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from app.components.charts import mark, styled
from app.components.style import NEUTRAL, PALETTE

HIGHLIGHT = PALETTE[0]


def whiskers(deviations: pd.Series, ink: str) -> dict[str, Any]:
    """Return standard deviations as Plotly's error bars."""
    return {"type": "data", "array": deviations.tolist(), "color": ink, "thickness": 1.5, "width": 4}


def by_spread(table: pd.DataFrame, deviation: str) -> list[tuple[pd.DataFrame, bool]]:
    """Split rows by whether they have a deviation; Plotly would draw a missing one as 0."""
    known = table[deviation].notna()
    return [(rows, has) for rows, has in ((table[known], True), (table[~known], False)) if len(rows)]


def ranked(table: pd.DataFrame, column: str, highlight: str, ink: str, chance: float | None = None) -> go.Figure:
    """Return one horizontal bar per model, in the table's order; names that begin with `highlight` in colour."""
    figure = go.Figure()
    names = table["model"].map(axis_label)
    for rows, has_spread in by_spread(table, f"± {column}"):
        figure.add_bar(
            x=rows[column],
            y=names[rows.index],
            orientation="h",
            marker_color=[HIGHLIGHT if str(name).startswith(highlight) else NEUTRAL for name in rows["model"]],
            error_x=whiskers(rows[f"± {column}"], ink) if has_spread else None,
            hovertemplate="%{x:.4f}<extra></extra>",
        )
    styled(figure, 64 + 38 * len(table)).update_layout(
        barmode="overlay", bargap=0.35, hovermode="closest", showlegend=False, margin={"t": 24}
    )
    if chance is not None:
        mark(figure, chance, f"chance: {chance:.3f}", "left")
    return figure.update_xaxes(rangemode="tozero").update_yaxes(
        autorange="reversed", categoryorder="array", categoryarray=names.tolist()
    )


def axis_label(name: str) -> str:
    """Return a model's name for an axis: escaped, with the way of scoring on a line of its own."""
    return html.escape(name, quote=False).replace(", ", ",<br>", 1)


def grouped(table: pd.DataFrame, column: str, colours: Mapping[str, str], ink: str) -> go.Figure:
    """Return bars of each variant side by side, backbone by backbone."""
    figure = go.Figure()
    for variant, of_variant in table.groupby("variant", sort=False):
        for place, (rows, has_spread) in enumerate(by_spread(of_variant, f"± {column}")):
            figure.add_bar(
                x=rows["backbone"],
                y=rows[column],
                name=str(variant),
                offsetgroup=str(variant),
                legendgroup=str(variant),
                showlegend=place == 0,
                marker_color=colours[str(variant)],
                error_y=whiskers(rows[f"± {column}"], ink) if has_spread else None,
                hovertemplate="%{y:.4f}",
            )
    styled(figure, 340).update_layout(bargap=0.25, bargroupgap=0.08)
    return figure.update_xaxes(categoryorder="array", categoryarray=table["backbone"].unique().tolist())


def sensitivity(
    curve: pd.DataFrame, option: str, metric: str, ink: str, base: float | None, shipped: float | None
) -> go.Figure:
    """Return a score over one option (value, mean, std), with LightGCN's score and the checkpoint's own setting."""
    figure = go.Figure()
    figure.add_scatter(
        x=curve["value"],
        y=curve["mean"],
        mode="lines+markers",
        name="LATTICE",
        line={"color": HIGHLIGHT, "width": 2.5},
        marker={"size": 8},
        hovertemplate="%{y:.4f}",
    )
    for rows, has_spread in by_spread(curve, "std"):
        if has_spread:
            figure.add_scatter(
                x=rows["value"],
                y=rows["mean"],
                mode="markers",
                marker={"size": 8, "color": HIGHLIGHT},
                error_y=whiskers(rows["std"], ink),
                showlegend=False,
                hoverinfo="skip",
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
