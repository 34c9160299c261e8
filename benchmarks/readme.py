"""Write the README's figures from the result files, between their markers; nobody types a number in.

python -m benchmarks.readme [--check]
"""

import json
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from lattice.evaluation.results import read, winners
from lattice.training import SELECTION

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).parent / "results"
METRICS = {SELECTION: "Recall@20", "precision@20": "Precision@20", "ndcg@20": "NDCG@20"}
NAMES = {"lattice": "LATTICE", "lightgcn": "LightGCN", "mf": "MF"}


def scores(file: str, peer: dict[str, dict[str, float]] | None = None) -> str:
    """A table of test scores, mean ± standard deviation over seeds, of each model's winner on validation."""
    found = winners(read(RESULTS / file))
    last = [f"{METRICS[m]}, peer" for m in (SELECTION, "ndcg@20")] if peer else ["learned α"]
    lines = [_line("model", "settings", *METRICS.values(), *last), "|---" * (len(METRICS) + len(last) + 2) + "|"]
    for model, name in NAMES.items():
        runs = found[model]
        cells = [f"{peer[model][metric]:.4f}" for metric in (SELECTION, "ndcg@20")] if peer else [_alpha(runs)]
        lines.append(_line(name, runs["settings"].iat[0], *(_spread(runs, metric) for metric in METRICS), *cells))
    seeds = min(len(runs) for runs in found.values())
    return "\n".join([*lines, "", f"Test split, {seeds} seeds, settings chosen on validation Recall@20."])


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _spread(runs: pd.DataFrame, metric: str, split: str = "test") -> str:
    values = runs[f"{split}_{metric}"]
    return f"{values.mean():.4f} ± {values.std():.4f}"


def _alpha(runs: pd.DataFrame) -> str:
    alpha = runs.filter(like="alpha_").apply(pd.to_numeric).dropna(axis=1).mean()
    return ", ".join(f"{name.removeprefix('alpha_')} {value:.2f}" for name, value in alpha.items()) or "–"


def lastfm() -> str:
    """Last.fm 2K beside the public peer."""
    return scores("lastfm-2k.csv", json.loads((RESULTS / "peer.json").read_text())["scores"])


def gradient() -> str:
    """Edge weights that learn on the first step of an epoch, or on every one: validation scores."""
    lines = [_line("gradient", "validation Recall@20"), "|---|---|"]
    for settings, runs in read(RESULTS / "lastfm-2k-gradient.csv").groupby("settings", sort=False):
        lines.append(_line(str(settings).rpartition("gradient=")[2], _spread(runs, SELECTION, "valid")))
    return "\n".join(lines)


def speed() -> str:
    """A table of seconds an epoch and memory, by device and setting, beside the public peer."""
    peer = json.loads((RESULTS / "peer.json").read_text())["speed"]
    lines = [_line("", "hardware", "edge weights' gradient", "seconds an epoch", "peak memory"), "|---" * 5 + "|"]
    for run in json.loads((RESULTS / "speed.json").read_text()).values():
        where = f"{run['hardware']}, {run['threads']} threads"
        lines.append(_line("ours", where, f"{run['gradient']} step", *_cost(run)))
    return "\n".join([*lines, _line("peer", peer["hardware"], "–", *_cost(peer))])


def _cost(run: dict[str, float]) -> tuple[str, str]:
    return f"{run['seconds_an_epoch']:.2f} s", f"{run['peak_memory_gb']:.2f} GB"


def encoder() -> str:
    """The image encoder beside what has not learned, and beside a public network."""
    found = json.loads((RESULTS / "image_encoder.json").read_text())
    apart = "_without_look_alikes"
    columns = {
        f"clothing_5nn_accuracy{apart}": "clothing, 5-NN accuracy",
        f"grocery_5nn_accuracy{apart}": "grocery, 5-NN accuracy",
        f"photo_to_drawing_share_of_10{apart}": "photo → drawing",
        "drawing_type_share_of_10": "drawing → drawing",
    }
    lines = [_line("", *columns.values()), "|---" * (len(columns) + 1) + "|"]
    for name, values in found["scores"].items():
        lines.append(_line(name, *(f"{values[key]:.3f}" if key in values else "–" for key in columns)))
    lines += ["", _robustness(found[f"clothing_5nn_accuracy{apart}_when"]), ""]
    cost = f"{found['megabytes']:.1f} MB, {found['milliseconds_a_picture_on_cpu']:.0f} ms a picture on a CPU"
    return "\n".join([*lines, f"{found['parameters'] / 1e6:.2f} million parameters, {cost}."])


def _robustness(found: dict[str, dict[str, float]]) -> str:
    spoilt = list(next(iter(found.values())))
    lines = [_line("clothing, when the photo is", *spoilt), "|---" * (len(spoilt) + 1) + "|"]
    return "\n".join([*lines, *(_line(name, *(f"{v:.3f}" for v in row.values())) for name, row in found.items())])


def interactions() -> str:
    """Server time of what a visitor does."""
    found = json.loads((RESULTS / "interactions.json").read_text())
    lines = [_line("", "p50", "p95"), "|---|---|---|"]
    for name, times in found["interactions"].items():
        lines.append(_line(name, *(f"{times[key]:.1f} ms" for key in ("p50_ms", "p95_ms"))))
    size = f"{found['users']:,} users, {found['items']:,} items, {found['repeats']} random ones of each"
    return "\n".join([*lines, "", f"{size}; {found['hardware']}, {found['threads']} threads."])


SECTIONS = {
    "lastfm-2k": lastfm,
    "gradient": gradient,
    "demo": lambda: scores("demo.csv"),
    "encoder": encoder,
    "speed": speed,
    "interactions": interactions,
}


def filled(text: str) -> str:
    """The README with every section between its markers written anew."""
    for name, section in SECTIONS.items():
        start = f"<!-- figures: {name} -->\n"
        if text.count(start) != 1:
            raise ValueError(f"README.md has {text.count(start)} sections `figures: {name}`, not 1")
        before, _, rest = text.partition(start)
        _, end, after = rest.partition("<!-- end -->")
        text = f"{before}{start}{section()}\n{end}{after}"
    return text


def main(check: Annotated[bool, typer.Option("--check", help="Only say whether it is up to date.")] = False) -> None:
    """Fill in README.md."""
    readme = ROOT / "README.md"
    text = readme.read_text()
    if check and filled(text) != text:
        typer.echo("README.md is older than the result files: run python -m benchmarks.readme", err=True)
        raise typer.Exit(1)
    readme.write_text(filled(text))


if __name__ == "__main__":
    typer.run(main)
