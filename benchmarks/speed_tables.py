"""The generated text about speed and memory: training, neighbour search, several processes, serving, and the app."""

import json
import statistics
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lattice.experiments.paper_tables import line

RESULTS = Path(__file__).parent / "results"


def training() -> str:
    """Return what an epoch, a validation pass and memory are on Amazon Baby, ours and the public peer's."""
    found = _read("peer_speed")
    ours, peer, ratios = found["ours"], found["peer"], found["ratios"]
    return (
        f"An epoch of LATTICE on Amazon Baby's interactions takes {_middle(ours['epoch'])}, in MMRec "
        f"{_middle(peer['epoch'])}: {ratios['epoch']:.0f} times as long. A validation pass takes "
        f"{_middle(ours['evaluation'])} and {_middle(peer['evaluation'])} ({ratios['evaluation']:.0f} times); memory "
        f"is {ours['peak_memory_gb']:.1f} GB and {peer['peak_memory_gb']:.1f} GB. Both in one run "
        f"(`python -m benchmarks.peer_speed`): {_cores(found)}; medians of {len(ours['epoch'])} and "
        f"{len(peer['epoch'])} epochs, {len(ours['evaluation'])} and {len(peer['evaluation'])} passes, the range in "
        f"brackets."
    )


def whole_training() -> str:
    """Return how long a whole training on Amazon Baby takes, and what of it takes how long."""
    if not (RESULTS / "whole_training.json").exists():
        return "A whole training was not measured yet: `python -m benchmarks.whole_training DATA`."
    found = _read("whole_training")["batch_size"]
    columns = ("lr", "seconds", "epochs", "the best", "steps and searches", "validation", "the rest")
    recalls = ("validation Recall@20", "test Recall@20")
    lines = [line("batch", *columns, *recalls), "|---" * 10 + "|"]
    for size, run in found.items():
        parts = (f"{run[part]:.0f} s" for part in ("steps_and_searches", "validation", "the_rest"))
        seconds, epochs = f"{run['seconds']:.0f} s", (str(run["epochs"]), str(run["best_epoch"] + 1))
        scores = (f"{run[recall]:.4f}" for recall in ("valid_recall", "test_recall"))
        lines.append(line(size, f"{run['settings']['lr']:g}", seconds, *epochs, *parts, *scores))
    settings = ", ".join(f"{name} {value:g}" for name, value in run["settings"].items() if name != "lr")
    return "\n".join([*lines, "", f"{settings}; {_cores(run)}; `python -m benchmarks.whole_training DATA`."])


def sizes() -> str:
    """Return a table of times by size of data, how far each is above its floor, and how long the dense form takes."""
    columns = ("a step", "an epoch", "initial graphs", "validation", "peak memory")
    lines = [line("", "users", "items", "pairs", *columns), "|---" * 9 + "|"]
    cases = _read("speed")["cases"]
    for name, run in cases.items():
        step = f"{_seconds(run['step_busy'])}{_above(run, 'step')}"
        times = [
            f"{_seconds(run[f'{part}_busy'])}{_above(run, part)}" if run[f"{part}_busy"] else "–"
            for part in ("graph", "evaluation")
        ]
        size = (f"{run[part]:,}" for part in ("users", "items", "pairs"))
        lines.append(line(name, *size, step, _seconds(run["epoch_busy"]), *times, f"{run['peak_memory_gb']:.1f} GB"))
    run = cases["baby"]
    dense = ", ".join(f"{part} {run['ratios'][f'dense {part} over ours']:.1f} ×" for part in run["dense"])
    drawn = [name for name, one in cases.items() if not one["graph_busy"]]
    unsearched = f" Neighbours on {', '.join(drawn)} are drawn, not searched." if drawn else ""
    return "\n".join([*lines, "", f"{_cores(run)}. The dense form on baby takes, over ours: {dense}.{unsearched}"])


def knn() -> str:
    """Return a table of neighbour search by engine: seconds, times the bare product, recall."""
    found = _read("knn")["rows"]
    lines = [line("rows", "engine", "threads", "CPU seconds per thread", "times the bare product", "recall")]
    lines.append("|---" * 6 + "|")
    for rows, size in found.items():
        for name, run in size["engines"].items():
            figures = (f"{run['seconds']:.1f}", f"{run['over_the_product']:.1f}", f"{run['recall']:.3f}")
            lines.append(line(f"{int(rows):,}", name, str(size["threads"]), *figures))
    scaled = [f"{int(rows):,}" for rows, size in found.items() if size["product_rows"] < int(rows)]
    part = f" Of {', '.join(scaled)} rows the bare product was timed on {size['product_rows']:,}." if scaled else ""
    points = f"Rows of {size['dim']} numbers around 200 centres, k = {size['k']}"
    return "\n".join([*lines, "", f"{points}; {size['hardware']}.{part}"])


def serving() -> str:
    """Return tables of the lists that `lattice serve` gives per second: to one client in turn, and under load."""
    found = _read("serving")
    lines = [line("users per request", "lists per second", "lists per CPU second"), "|---" * 3 + "|"]
    lines += [
        line(name.removesuffix(" users"), f"{run['lists_per_second']:,.0f}", f"{run['lists_per_cpu_second']:,.0f}")
        for name, run in found.items()
        if name.endswith(" users")
    ]
    lines += ["", line("processes", "lists per second", "lists per CPU second", "p99", "memory"), "|---" * 5 + "|"]
    lines += [
        line(
            name.removesuffix(" workers"),
            f"{run['requests_per_second']:,.0f}",
            f"{run['lists_per_cpu_second']:,.0f}",
            run["p99"],
            " + ".join(map(str, run["memory_mb"])) + " MB",
        )
        for name, run in found.items()
        if name.endswith(" workers")
    ]
    size = f"{found['items']:,} items, {found['users']:,} users, lists of {found['k']}"
    return "\n".join([*lines, "", f"{size}; {found['hardware']}, client and server on the same cores."])


def distributed() -> str:
    """Return a table of the memory that each of 1, 2 and 4 training processes takes."""
    found = _read("distributed")
    head = "processes", "peak memory of each", "CPU seconds of a step, each"
    lines = [line(*head, *(f"FREEDOM: {text}" for text in head[1:])), "|---" * 5 + "|"]
    for n, lattice in found["processes"].items():
        runs = lattice, found["freedom"][n]
        cells = [(f"{run['peak_mb']:,} MB", f"{run['last_step_cpu_seconds']:.2f}") for run in runs]
        lines.append(line(n, *cells[0], *cells[1]))
    sizes = f"{found['users']:,} users, {found['items']:,} items, {found['pairs']:,} pairs, d = {found['dim']}"
    ends = ["ends" if found["under_the_limit"][n] else "runs out of memory" for n in ("1", "4")]
    limit = f"Under a limit of {found['limit_mb']:,} MB each, one process {ends[0]} and a run by four {ends[1]}."
    return "\n".join([*lines, "", f"{sizes}, k = {found['k']}; {found['hardware']}. {limit}"])


def interactions() -> str:
    """Return the server time of what a visitor does."""
    found = _read("interactions")
    lines = [line("", "p50", "p95"), "|---|---|---|"]
    for name, times in found["interactions"].items():
        lines.append(line(name, *(f"{times[key]:.1f} ms" for key in ("p50_ms", "p95_ms"))))
    size = f"{found['users']:,} users, {found['items']:,} items, {found['repeats']} random ones of each"
    return "\n".join([*lines, "", f"{size}; {found['hardware']}, {_threads(found)}."])


def interactions_by_size() -> str:
    """Return the same of shops that are made up, one column per size: p95, and what the first call of some takes."""
    return by_size(_read("interactions-synthetic"))


def by_size(found: Mapping[str, Any]) -> str:
    """Return the table of `interactions_by_size`. found: what `benchmarks.interactions --synthetic` wrote."""
    shops = found["shops"]
    lines = [line("p95", *(f"{shop['items']:,} items" for shop in shops)), "|---" * (1 + len(shops)) + "|"]

    def row(name: str, shown: str, value: Callable[[Mapping[str, Any]], str]) -> str:
        return line(shown, *(value(shop["interactions"][name]) for shop in shops))

    lines += [row(name, name, _p95) for name in shops[0]["interactions"]]
    lines += [
        row(name, f"{shown}, once", _first)
        for name, shown in (("what if: k", "the first change of k"), ("fold-in of text", "the first fold-in"))
    ]
    lines += [
        line("loading, once", *(f"{shop['load_s'] + shop['search_index_s']:.1f} s" for shop in shops)),
        line("users", *(f"{shop['users']:,}" for shop in shops)),
    ]
    return "\n".join([*lines, "", f"{shops[0]['repeats']} of each; {found['hardware']}, {_threads(found)}."])


def _p95(times: Mapping[str, Any]) -> str:
    return "not measured" if times["p95_ms"] is None else f"{times['p95_ms']:.0f} ms"


def _first(times: Mapping[str, Any]) -> str:
    """Return what a first call took; where it was left out, the estimate."""
    if times["first_s"] is None:
        return f"about {times['estimated_first_s']:.0f} s (estimated)"
    return f"{times['first_s']:.1f} s"


def _read(name: str) -> dict[str, Any]:
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


def _middle(times: list[float]) -> str:
    """Return the median of some seconds, and the least and the most of several."""
    least, most = (f"{end:.3g}" for end in (min(times), max(times)))
    return f"{statistics.median(times):.3g} s" + (f" ({least} to {most})" if len(times) > 1 else "")


def _seconds(value: float) -> str:
    return f"{value:,.0f} s" if value >= 100 else f"{value:.1f} s" if value >= 1 else f"{1e3 * value:.0f} ms"


def _above(run: Mapping[str, Any], part: str) -> str:
    return f" ({run['ratios'][f'{part} over its floor']:.1f} ×)"


def _cores(run: Mapping[str, Any]) -> str:
    return f"{run['hardware']}, {_threads(run)}"


def _threads(run: Mapping[str, Any]) -> str:
    return f"{run['threads']} thread{'s' * (run['threads'] != 1)}"
