"""The training curve of one run."""

import pandas as pd
import plotly.graph_objects as go

from app.components.charts import mark_best, styled
from app.components.style import PALETTE


def training_curve(history: pd.DataFrame, best: int | None) -> go.Figure:
    """Return loss (left) and validation score (right) over the epochs."""
    figure = go.Figure()
    figure.add_scatter(
        x=history["epoch"],
        y=history["loss"],
        mode="lines",
        name="loss",
        line={"color": PALETTE[1], "width": 2.5},
        hovertemplate="%{y:.4f}",
    )
    if "recall@20" in history:
        figure.add_scatter(
            x=history["epoch"],
            y=history["recall@20"],
            mode="lines",
            name="validation Recall@20",
            yaxis="y2",
            line={"color": PALETTE[0], "width": 2.5},
            hovertemplate="%{y:.4f}",
        )
        figure.update_layout(
            # Ticks of its own: by default they are where the other axis has them, at odd numbers.
            yaxis2={
                "overlaying": "y",
                "side": "right",
                "tickmode": "auto",
                "showgrid": False,
                "automargin": True,
                "tickformat": ".3f",
            }
        )
    return mark_best(styled(figure, 320, "epoch", "loss"), best)
