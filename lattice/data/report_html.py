"""A report as one HTML file that needs nothing else: tables, and histograms drawn as SVG."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 960px; margin: 2rem auto; padding: 0 1rem; color: #1c2430; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; border-bottom: 1px solid #d5dae1; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .3rem .6rem; vertical-align: top;
border-bottom: 1px solid #e6e9ee; } td.number { text-align: right; white-space: nowrap; } svg text { font-size: 11px; }
.sum { font-size: 1.1rem; } code { overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) { body { background: #12161c; color: #e4e8ee; } td, th { border-color: #2c343f; } }
"""
FIGURES = {
    "users": "users",
    "items": "items",
    "interactions": "interactions",
    "users_too_small_to_split": "users with fewer than three interactions",
    "items_without_interactions": "items without interactions",
    "items_without_training": "items without interactions in training (cold)",
    "items_without_text": "items without text",
    "items_without_picture": "items without a picture",
    "pictures_by_address": "of these, with a picture by address",
}
BAR, GAP, HEIGHT = 44, 8, 140


def page(source: str, said: Mapping[str, Any]) -> str:
    """Return the page of a report (`Report.to_dict` and the dataset's facts)."""
    parts = [
        f"<h1>What {escape(source)} holds</h1>",
        '<p class="sum">'
        f"{said['rows_read']:,} interactions read, {said['kept']:,} kept, {said['left_out']:,} left out.</p>",
        "<h2>Faults</h2>",
        _faults(said["faults"]),
        "<h2>Files</h2>",
        _table(("file", "taken for"), ((escape(f["file"]), escape(f["as"])) for f in said["files"])),
        "<h2>Decisions</h2>",
        "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in said["said"]) + "</ul>",
        "<h2>Figures</h2>",
        _table((), ((words, f"{said[key]:,}") for key, words in FIGURES.items() if key in said), numbers=True),
    ]
    charts = {
        "Split": said.get("splits"),
        "Interactions per user": said.get("per_user", {}).get("histogram"),
        "Interactions per item": said.get("per_item", {}).get("histogram"),
        "Ratings": said.get("ratings"),
    }
    for title, bars in charts.items():
        if bars:
            parts += [f"<h2>{title}</h2>", histogram(bars)]
    if "time" in said:
        parts.append(f"<p>From {escape(said['time']['first'])} to {escape(said['time']['last'])}.</p>")
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>'
        f"{escape(source)}</title><style>{STYLE}</style></head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _faults(faults: Iterable[Mapping[str, Any]]) -> str:
    rows = [
        (f"{f['count']:,}", escape(f["message"]), "<br>".join(f"<code>{escape(e)}</code>" for e in f["examples"]))
        for f in faults
    ]
    return _table(("how often", "what", "first places"), rows) if rows else "<p>None.</p>"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]], numbers: bool = False) -> str:
    """Return a table of cells that are HTML already."""
    top = "<tr>" + "".join(f"<th>{name}</th>" for name in head) + "</tr>" if head else ""
    kind = ' class="number"' if numbers else ""
    lines = (
        "<tr>" + f"<td>{row[0]}</td>" + "".join(f"<td{kind}>{cell}</td>" for cell in row[1:]) + "</tr>" for row in rows
    )
    return f"<table>{top}{''.join(lines)}</table>"


def histogram(bars: Mapping[str, int]) -> str:
    """Return bars as SVG, each with its name and count."""
    shown = list(bars.items())[:24]
    most, foot = max([*bars.values(), 1]), HEIGHT + 30
    drawn = []
    for number, (name, count) in enumerate(shown):
        x, top = number * (BAR + GAP), HEIGHT + 16 - count / most * HEIGHT
        text = f'text-anchor="middle" fill="currentColor" x="{x + BAR / 2}"'
        drawn += [
            f'<rect x="{x}" y="{top:.1f}" width="{BAR}" height="{HEIGHT + 16 - top:.1f}" fill="#3b6ea8"/>',
            f'<text {text} y="{top - 4:.1f}">{count:,}</text>',
            f'<text {text} y="{foot}">{escape(str(name)[:12])}</text>',
        ]
    size = f'width="{len(shown) * (BAR + GAP)}" height="{foot + 6}"'
    return f'<svg {size} role="img">{"".join(drawn)}</svg>'
