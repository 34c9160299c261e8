"""Pictures of the tables, of cold start (Figure 3) and of k and λ (Figure 4): SVG on white, each time the same.

Every bar and point has an id of its own (`bar-0`, `point-0`, ...). Whiskers are standard deviations over seeds.
"""

from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from math import isnan
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from lattice.experiments.methods import Method
from lattice.experiments.paper import BACKBONES, VARIANTS, variant
from lattice.experiments.paper_tables import Table
from lattice.experiments.results import Experiments, curve, spread, winners
from lattice.models import MODELS

TEAL, ORANGE, VIOLET, GREY, INK = "#26978f", "#cf7429", "#7a78d8", "#a9b5b7", "#24292f"
SYMBOLS = {"k": "k", "lambda_": "λ"}
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "lattice",
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "#e6eaeb",
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "legend.frameon": False,
}
WHISKER: dict[str, Any] = {"ecolor": INK, "elinewidth": 1.2, "capsize": 3}


def overall(table: Table) -> str:
    """Draw Table 2: one bar per model, LATTICE's coloured."""
    run = table.scores.dropna(subset="recall@20")
    with rc_context(STYLE):
        figure, (axes,) = _figure(6.8, 0.7 + 0.36 * len(run), 1)
        _ranked(axes, run, "recall@20")
        axes.set_xlabel("Recall@20, test")
        return _svg(figure)


def ablation(table: Table) -> str:
    """Draw Table 3: one group of bars per CF method, one bar per variant."""
    colours = dict(zip(VARIANTS, (GREY, ORANGE, VIOLET, TEAL), strict=True))
    with rc_context(STYLE):
        figure, (axes,) = _figure(6.8, 3.2, 1)
        number = 0
        for place, (kind, colour) in enumerate(colours.items()):
            names = [variant(backbone, kind).full_label for backbone in BACKBONES]
            scores = table.scores.reindex(names)[["recall@20", "± recall@20"]].astype(float)
            x = [group + 0.2 * (place - 1.5) for group in range(len(BACKBONES))]
            bars = axes.bar(x, scores["recall@20"], 0.18, color=colour, label=kind)
            _whiskers(axes, x, scores["recall@20"], scores["± recall@20"])
            shown = [bar for bar, there in zip(bars, scores["recall@20"].notna(), strict=True) if there]
            number = _named("bar", shown, number)
        axes.set_xticks(range(len(BACKBONES)), [MODELS[backbone].label for backbone in BACKBONES])
        axes.grid(axis="x", visible=False)
        axes.set_ylabel("Recall@20, test")
        figure.legend(loc="outside upper center", ncols=len(VARIANTS))
        return _svg(figure)


def cold(table: Table, chance: float | None) -> str:
    """Draw Figure 3: recall of cold items among themselves, and among all. chance: random recall of the first."""
    run = table.scores
    with rc_context(STYLE):
        figure, (left, right) = _figure(8.6, 0.9 + 0.36 * len(run), 2)
        number = _ranked(left, run, "cold_recall@20")
        _ranked(right, run, "all_recall@20", number)
        right.set_yticklabels([])
        left.set_xlabel("Recall@20 among cold items, test")
        right.set_xlabel("Recall@20 among all items, test")
        if chance is not None:
            left.axvline(chance, color=INK, linestyle=":", linewidth=1.2, gid="chance", label="by chance")
            figure.legend(loc="outside upper left")
        return _svg(figure)


def sensitivity(found: Experiments, option: str) -> str:
    """Draw Figure 4: LATTICE over k or λ, and LightGCN's mean with its deviation as a dashed line."""
    points, base = curve(getattr(found, option), option, "test_recall@20"), winners(found.warm).get(Method("lightgcn"))
    with rc_context(STYLE):
        figure, (axes,) = _figure(4.4, 3.1, 1)
        if base is not None:
            mean, std = spread(base, "test_recall@20")
            axes.axhline(mean, color=INK, linestyle="--", linewidth=1.2, gid="lightgcn", label="LightGCN")
            if not isnan(std):
                axes.axhspan(mean - std, mean + std, color=GREY, alpha=0.25, linewidth=0)
        axes.plot(points["value"], points["mean"], color=TEAL, linewidth=1.8, label="LATTICE")
        _whiskers(axes, points["value"], points["mean"], points["std"])
        for place, point in enumerate(points.itertuples()):
            axes.plot(point.value, point.mean, "o", color=TEAL, markersize=5, gid=f"point-{place}")
        axes.set_xticks(points["value"])
        axes.set_xlabel(SYMBOLS[option])
        axes.set_ylabel("Recall@20, test")
        axes.legend()
        return _svg(figure)


def changes(scores: pd.DataFrame) -> str:
    """Draw a model with parts taken out: one bar per change. scores: label -> mean, std of Recall@20."""
    with rc_context(STYLE):
        figure, (axes,) = _figure(6.8, 0.7 + 0.36 * len(scores), 1)
        _ranked(axes, scores.rename(columns={"mean": "recall@20", "std": "± recall@20"}), "recall@20")
        axes.set_xlabel("Recall@20, test")
        return _svg(figure)


def growth(axes_of: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    """Draw how a training step and a neighbour search take longer as each size grows, both axes logarithmic.

    axes_of: size -> its value -> "step_busy" and "refresh_busy", in seconds.
    """
    kinds = {"step_busy": ("a step", TEAL), "refresh_busy": ("the neighbour searches of an epoch", ORANGE)}
    with rc_context(STYLE):
        figure, panels = _figure(10, 2.7, len(axes_of))
        for panel, (size, points) in zip(panels, axes_of.items(), strict=True):
            for kind, (label, colour) in kinds.items():
                values = [point[kind] for point in points.values()]
                panel.plot([int(x) for x in points], values, "o-", color=colour, markersize=4, label=label, gid=kind)
            panel.set_xscale("log")
            panel.set_yscale("log")
            panel.set_xticks([int(x) for x in points], [f"{int(x):,}" for x in points], minor=False)
            panel.set_xticks([], minor=True)
            panel.tick_params(axis="x", labelsize=7)
            panel.set_xlabel(size)
        panels[0].set_ylabel("seconds")
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper left", ncols=2)
        return _svg(figure)


def _figure(width: float, height: float, panels: int) -> tuple[Figure, Sequence[Axes]]:
    """Return a figure and its panels. width, height: inches."""
    figure = Figure((width, height), layout=ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.1))
    axes = figure.subplots(1, panels, squeeze=False)[0]
    for place, panel in enumerate(axes):
        panel.set_gid(f"panel-{place}")
    return figure, axes


def _ranked(axes: Axes, scores: pd.DataFrame, column: str, first: int = 0) -> int:
    """Draw one horizontal bar per model with its score; return the number of the next bar."""
    means, stds = scores[column].astype(float), scores[f"± {column}"].astype(float)
    colours = [TEAL if str(name).startswith("LATTICE") else GREY for name in scores.index]
    bars = axes.barh(range(len(scores)), means, 0.66, color=colours)
    _whiskers(axes, means, range(len(scores)), stds, "xerr")
    for place, (mean, std) in enumerate(zip(means, stds.fillna(0), strict=True)):
        axes.annotate(f"{mean:.4f}", (mean + std, place), (5, 0), textcoords="offset points", va="center", fontsize=8.5)
    axes.set_yticks(range(len(scores)), scores.index)
    axes.invert_yaxis()
    axes.margins(x=0.2)
    axes.grid(axis="y", visible=False)
    return _named("bar", bars, first)


def _whiskers(axes: Axes, x: Iterable[float], y: Iterable[float], stds: pd.Series, way: str = "yerr") -> None:
    """Draw deviations, except of single runs, whose deviation isn't known."""
    known = stds.notna().to_numpy()
    if known.any():
        across, up = (np.array(list(values))[known] for values in (x, y))
        errors: dict[str, Any] = {way: stds[known], **WHISKER}
        drawn = axes.errorbar(across, up, fmt="none", **errors)
        drawn.lines[2][0].set_gid(f"{axes.get_gid()}-whiskers-{len(axes.containers)}")


def _named(kind: str, marks: Iterable[Artist], first: int) -> int:
    for number, mark in enumerate(marks, first):
        mark.set_gid(f"{kind}-{number}")
        first = number + 1
    return first


def _svg(figure: Figure) -> str:
    text = StringIO()
    figure.savefig(text, format="svg", facecolor="white", metadata={"Date": None, "Creator": None})
    return text.getvalue()
