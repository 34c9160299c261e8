"""A waterfall chart of a score: every step starts where the last one ended, one colour per source."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from app.components.style import NEUTRAL

SUM = "sum of all"
ROW = 46  # pixels: a name, and its bar under it


@dataclass(frozen=True)
class Step:
    """One step of the chart: its name, and what each source adds or subtracts."""

    name: str
    parts: Mapping[str, float]

    @property
    def total(self) -> float:
        """Return what the step adds."""
        return float(sum(self.parts.values()))


def signed(value: float) -> str:
    """Return a value with its sign and three decimals."""
    return f"{value:+.3f}".replace("-", "−")


def segments(steps: Sequence[Step]) -> list[tuple[int, str, float, float]]:
    """Return (line, source, start, value) of every part, one after the other."""
    at, found = 0.0, []
    for line, step in enumerate(steps):
        for source, value in step.parts.items():
            found.append((line, source, at, value))
            at += value
    return found


def summed(steps: Sequence[Step], name: str) -> Step:
    """Return all steps as one, source by source."""
    sources = dict.fromkeys(source for step in steps for source in step.parts)
    return Step(name, {source: sum(step.parts.get(source, 0.0) for step in steps) for source in sources})


def waterfall(steps: Sequence[Step], total: str, tones: Mapping[str, str], ink: str) -> go.Figure:
    """Return the steps from the top down, and their sum as the last line, called `total`. ink: the text colour.

    Sources of both signs would overlap in the last line: then it shows the sum alone.
    """
    whole = summed(steps, total)
    if min(whole.parts.values()) < 0 < max(whole.parts.values()):
        whole, tones = Step(total, {SUM: whole.total}), {**tones, SUM: ink}
    lines = [*steps, whole]
    parts = segments(steps) + [(len(steps), source, at, value) for _, source, at, value in segments([whole])]
    chart = go.Figure()
    for source in dict.fromkeys(source for _, source, _, _ in parts):
        own = [part for part in parts if part[1] == source]
        chart.add_bar(
            x=[value for _, _, _, value in own],
            base=[start for _, _, start, _ in own],
            y=[line for line, _, _, _ in own],
            orientation="h",
            width=0.42,
            name=html.escape(source, quote=False),
            marker_color=tones.get(source, NEUTRAL),
            hovertext=[html.escape(lines[line].name, quote=False) for line, _, _, _ in own],
            hovertemplate="%{hovertext}<br>%{customdata:+.4f}",
            customdata=[value for _, _, _, value in own],
        )
    edges = [
        [edge for part in parts if part[0] == line for edge in (part[2], part[2] + part[3])]
        for line in range(len(lines))
    ]
    ends = [max(0.0, *own) if own else 0.0 for own in edges]
    lowest = min(0.0, *(edge for own in edges for edge in own))
    texts = [f" {signed(step.total)}" for step in steps] + [f" {whole.total:.3f}"]
    written(chart, [lowest] * len(lines), [line - 0.42 for line in range(len(lines))], [s.name for s in lines], ink)
    written(chart, ends, range(len(lines)), texts, ink)
    return framed(chart, len(lines), lowest, max(ends))


def written(chart: go.Figure, x: Sequence[float], y: Sequence[float], texts: Sequence[str], ink: str) -> None:
    """Write texts in the plot, starting at these points."""
    chart.add_scatter(
        x=list(x),
        y=list(y),
        mode="text",
        text=[html.escape(text, quote=False) for text in texts],
        textposition="middle right",
        textfont_color=ink,
        showlegend=False,
        hoverinfo="skip",
        cliponaxis=False,
    )


def framed(chart: go.Figure, lines: int, low: float, high: float) -> go.Figure:
    """Set the frame: a line at zero, room for the last number, no axes."""
    span = max(high - low, 1e-9)
    return chart.update_layout(
        barmode="overlay",
        height=ROW * lines + 44,
        margin={"l": 0, "r": 0, "t": 34, "b": 6},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0, "traceorder": "normal"},
        xaxis={"range": [low, high + 0.16 * span], "visible": False, "fixedrange": True},
        yaxis={"range": [lines - 0.6, -0.75], "visible": False, "fixedrange": True},
        hovermode="closest",
        shapes=[
            {"type": "line", "x0": 0, "x1": 0, "y0": -0.75, "y1": lines - 0.6, "line": {"color": NEUTRAL, "width": 1}}
        ],
    )
