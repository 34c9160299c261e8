"""Pictures of what visitors wait for: by how many there are, and by the size of the catalogue."""

from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

from benchmarks.figures import GREY, INK, ORANGE, STYLE, TEAL

KINDS = {"user": ("another user", TEAL), "item": ("an item's neighbours", GREY), "upload": ("an upload", ORANGE)}
MEASURES = {  # name -> (where it is in a result, what it should be at most)
    "first recommendation, s": (("first_recommendation_s",), 8),
    "user switch at the server, p95 ms": (("user_switch_ms", "server", "p95"), 150),
    "user switch in the browser, p95 ms": (("user_switch_ms", "browser", "p95"), 1200),
    "letters, p95 ms": (("letters_ms", "p95"), 300),
    "page without pictures, KB": (("page_kb", "without_pictures"), 300),
    "map, KB": (("page_kb", "map"), 300),
    "memory, MB": (("memory_mb", "most"), 1200),
}


def load_curves(runs: Sequence[Mapping[str, Any]]) -> str:
    """Draw waiting, requests and memory by the number of sessions, as SVG. runs: of `benchmarks.load`."""
    sessions = [run["sessions"] for run in runs]
    with rc_context(STYLE):
        figure = Figure(figsize=(9.6, 3.1), layout="constrained")
        waiting, served, memory = figure.subplots(1, 3)
        for kind, (label, colour) in KINDS.items():
            known = [(run["sessions"], run["kinds"][kind]["p95"]) for run in runs if kind in run["kinds"]]
            waiting.plot(*zip(*known, strict=True), marker="o", color=colour, label=label)
        waiting.set_ylabel("p95, seconds")
        waiting.legend(fontsize=8)
        served.plot(sessions, [run["requests_per_second"] for run in runs], marker="o", color=TEAL)
        served.set_ylabel("requests a second")
        memory.plot(sessions, [run["peak_memory_mb"] for run in runs], marker="o", color=TEAL)
        memory.set_ylabel("peak memory, MB")
        for axes in (waiting, served, memory):
            axes.set_xlabel("sessions")
            axes.set_ylim(bottom=0)
        return _svg(figure)


def latencies(results: Sequence[Mapping[str, Any]]) -> str:
    """Draw each measure as a share of what it should be at most, as SVG. results: of `benchmarks.app_latency`."""
    with rc_context(STYLE):
        figure = Figure(figsize=(9.6, 0.9 + 0.45 * len(results) * len(MEASURES) / 2), layout="constrained")
        axes = figure.subplots()
        for place, (path, most) in enumerate(MEASURES.values()):
            for number, result in enumerate(results):
                value: Any = result
                for part in path:
                    value = value[part]
                y = place + 0.8 * (number + 0.5) / len(results) - 0.4
                axes.barh(y, value / most, 0.7 / len(results), color=TEAL if value <= most else ORANGE)
                axes.annotate(
                    f"{result['dataset']}: {value:g}",
                    (value / most, y),
                    (4, 0),
                    textcoords="offset points",
                    va="center",
                )
        axes.axvline(1, color=INK, linewidth=1)
        axes.set_yticks(range(len(MEASURES)), [f"{name} (at most {most:,})" for name, (_, most) in MEASURES.items()])
        axes.invert_yaxis()
        axes.margins(x=0.25)
        axes.set_xlabel("share of the target")
        axes.grid(axis="y", visible=False)
        return _svg(figure)


def _svg(figure: Figure) -> str:
    text = StringIO()
    figure.savefig(text, format="svg", facecolor="white", metadata={"Date": None, "Creator": None})
    return text.getvalue()
