"""Plotly figures with one look: thin, quiet, the modality's colour everywhere the same."""

from typing import Literal

import plotly.graph_objects as go

from app.components.style import NEUTRAL


def styled(figure: go.Figure, height: int = 300, x: str = "", y: str = "") -> go.Figure:
    """Apply the common layout to a figure."""
    return figure.update_layout(
        height=height,
        margin={"l": 0, "r": 12, "t": 44, "b": 8},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.08, "x": 0, "traceorder": "normal"},
        xaxis={"title": x, "automargin": True},
        yaxis={"title": y, "automargin": True},
        hovermode="x unified",
    )


def mark_best(figure: go.Figure, best: int | None) -> go.Figure:
    """Mark the epoch whose weights were kept with a dotted line."""
    return figure if best is None else mark(figure, best, f"best epoch: {best}")


def mark(figure: go.Figure, x: float, text: str, side: Literal["left", "right"] = "right") -> go.Figure:
    """Draw a dotted vertical line with a label above it. side: which end of the label is at the line."""
    figure.add_vline(x=x, line={"color": NEUTRAL, "dash": "dot", "width": 1.5})
    return figure.add_annotation(
        x=x,
        y=1,
        yref="paper",
        text=text,
        showarrow=False,
        xanchor=side,
        yanchor="bottom",
    )
