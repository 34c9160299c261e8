"""The table of `benchmarks.newcomers`: what new items gain at fixed losses of the others, from its result files."""

import json
from typing import Any

from benchmarks.grid import RESULTS
from lattice.experiments.paper_tables import line

FOLDER = RESULTS / "newcomers"
LOSSES = (0, 0.01, 0.02, 0.05, 0.1, 0.2)
METHODS = {"model alone": "LATTICE + completion + offset", "content scores": "with content scores"}
TITLES = {
    "lastfm-2k": "Last.fm 2K",
    "demo": "demo",
    "chess": "chess",
    "ml-1m": "MovieLens 1M",
    "amazon-sports": "Amazon Sports",
}


def text() -> str:
    """Return the table of all datasets as Markdown, with the commands; say where it was not run."""
    found = {name: json.loads(file.read_text(encoding="utf-8")) for name in TITLES if (file := _file(name)).exists()}
    columns = ("new items' Recall@20 at a loss of", *(f"{loss:.0%}" for loss in LOSSES), "warm Recall@20, no new items")
    lines = [line(*columns), "|---" * len(columns) + "|"]
    for name, one in found.items():
        lines += [line(f"{TITLES[name]}: {label}", *_cells(one["seeds"], method)) for method, label in METHODS.items()]
    seeds = ", ".join(f"{TITLES[name]} {len(one['seeds'])}" for name, one in found.items())
    missing = [f"`{_command(name, {'seeds': [0]})}`" for name in TITLES if name not in found]
    left = f" Not run yet: {', '.join(missing)}." if missing else ""
    commands = [_command(name, one) for name, one in found.items()]
    note = f"Means over seeds on test ({seeds}), a fifth of the items new.{left}"
    return "\n".join([*lines, "", note, "", "```", *commands, "```"])


def _file(name: str) -> Any:
    return FOLDER / f"{name}.json"


def _cells(seeds: list[dict[str, Any]], method: str) -> list[str]:
    """Return new items' recall at each loss, and the warm recall without them, as means over seeds."""
    found = [
        {row["loss"]: row["cold_recall@20"] for row in seed["frontier"] if row["method"] == method} for seed in seeds
    ]
    alone, ours = (sum(seed["warm_alone"][one] for seed in seeds) / len(seeds) for one in ("lattice", "ours"))
    gain = sum(seed["warm_alone"]["ours"] / seed["warm_alone"]["lattice"] - 1 for seed in seeds) / len(seeds)
    warm = _short(alone, 4) if method == "model alone" else f"{_short(ours, 4)} ({gain:+.1%})"
    return [*(_short(sum(one[loss] for one in found) / len(found), 3) for loss in LOSSES), warm]


def _short(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".removeprefix("0")


def _command(name: str, found: dict[str, Any]) -> str:
    settings = "".join(f" --set {one}" for one in found.get("settings", ()))
    folder = "assets/" if name in ("demo", "chess") else "data/"
    out = f"--out benchmarks/results/newcomers/{name}.json"
    seeds = "" if len(found["seeds"]) == 3 else f" --seeds {len(found['seeds'])}"
    return f"python -m benchmarks.newcomers {folder}{name} --checkpoints RUNS{settings}{seeds} {out}"
