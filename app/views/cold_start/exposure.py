"""Exposure: how much of the other items' recall new items may cost, chosen on the measured curve."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from app.components.charts import styled
from app.components.glossary import help_text
from app.components.pickers import url_slider
from app.components.style import NEUTRAL, PALETTE
from app.components.words import dataset_words, fill
from lattice.calibration import Calibration

DEFAULT = 5.0  # percent
STEP = 0.5  # percent


def ask_exposure(calibration: Calibration) -> float:
    """Draw the slider beside the curve; return the exposure as a share, e.g. 0.05."""
    low, high = (100 * calibration.curve[end].loss for end in (0, -1))
    words = dataset_words()
    left, right = st.columns([2, 3], gap="large", vertical_alignment="center")
    with left:
        percent = url_slider(
            "Exposure, %", "exposure", low, high, min(max(DEFAULT, low), high), STEP, help_text("exposure")
        )
        found = recall_at(calibration, percent / 100)
        st.caption(
            f"New {words.items} may cost the other {words.items} up to **{percent:g}%** of their Recall@20. "
            f"On validation a {words.user}'s new {words.items} were then found among everything with Recall@20 "
            f"**{found:.3f}**. Exposure and content scores are ours; *Paper's form* has neither."
        )
    with right:
        st.plotly_chart(
            exposure_figure(calibration, percent / 100),
            key="exposure_curve",
            config={"displayModeBar": False},
            alt=f"New {words.items}' Recall@20 by what they may cost the others; at {percent:g}% it is {found:.3f}.",
        )
    return round(percent / 100, 4)


def recall_at(calibration: Calibration, exposure: float) -> float:
    """Return new items' Recall@20 among all items at an exposure, linear between the points of the curve."""
    curve = calibration.curve
    return float(np.interp(exposure, [point.loss for point in curve], [point.cold_recall for point in curve]))


def exposure_figure(calibration: Calibration, exposure: float) -> go.Figure:
    """Return the curve from allowed loss to new items' recall, with the chosen point on it."""
    curve = calibration.curve
    figure = go.Figure()
    figure.add_scatter(
        x=[100 * point.loss for point in curve],
        y=[point.cold_recall for point in curve],
        mode="lines+markers",
        name="measured on validation",
        line={"color": NEUTRAL, "width": 2.5},
        hovertemplate="%{y:.3f}",
    )
    figure.add_scatter(
        x=[100 * exposure],
        y=[recall_at(calibration, exposure)],
        mode="markers",
        name="chosen",
        marker={"color": PALETTE[0], "size": 14, "symbol": "diamond"},
        hovertemplate="%{y:.3f}",
    )
    styled(figure, 230, fill("allowed loss of the other {items}' Recall@20, %"), fill("new {items}' Recall@20"))
    return figure.update_yaxes(rangemode="tozero")
