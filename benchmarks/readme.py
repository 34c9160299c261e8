"""Write the README's figures from the result files, between their markers; nobody types a number in.

python -m benchmarks.readme [--check]
"""

import json
import re
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from lattice.training import SELECTION

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).parent / "results"
METRICS = (SELECTION, "precision@20", "ndcg@20")
NAMES = {"lattice": "LATTICE", "lightgcn": "LightGCN", "mf": "MF"}
# A public peer's test scores on the same split: MMRec at its own defaults, one seed, selected on validation.
PEER = {"LATTICE": (0.4192, 0.2945), "LightGCN": (0.4123, 0.2864), "MF": (0.3971, 0.2741)}


def winners(results: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Model -> its runs, one a seed, with the settings that are best on validation at seed 0."""
    found = {}
    for model, runs in results.groupby("model"):
        first = runs[runs["seed"] == 0]
        settings = first.loc[first[f"valid_{SELECTION}"].idxmax(), "settings"]
        found[str(model)] = runs[runs["settings"] == settings]
    return {model: found[model] for model in NAMES if model in found}


def scores(file: str, peer: bool = False) -> str:
    """A table of test scores, mean ± standard deviation over seeds, of each model's winner on validation."""
    titles = ["Recall@20", "Precision@20", "NDCG@20"] + (["MMRec: Recall@20", "NDCG@20"] if peer else ["learned α"])
    lines = [f"| model | settings | {' | '.join(titles)} |", "|---" * (len(titles) + 2) + "|"]
    found = winners(pd.read_csv(RESULTS / file))
    for model, runs in found.items():
        cells = [f"{runs[f'test_{m}'].mean():.4f} ± {runs[f'test_{m}'].std():.4f}" for m in METRICS]
        if peer:
            cells += [f"{value:.4f}" for value in PEER[NAMES[model]]]
        else:
            alpha = runs.filter(like="alpha_").dropna(axis=1).mean()
            cells.append(
                ", ".join(f"{name.removeprefix('alpha_')} {value:.2f}" for name, value in alpha.items()) or "–"
            )
        lines.append(f"| {NAMES[model]} | {runs['settings'].iat[0]} | {' | '.join(cells)} |")
    seeds = min(len(runs) for runs in found.values())
    return "\n".join([*lines, "", f"Test split, {seeds} seeds, settings chosen on validation Recall@20."])


def speed() -> str:
    """A table of seconds an epoch and memory, by device and setting."""
    lines = ["| hardware | edge weights' gradient | seconds an epoch | peak memory |", "|---|---|---|---|"]
    for run in json.loads((RESULTS / "speed.json").read_text()).values():
        where = f"{run['hardware']}, {run['threads']} threads"
        lines.append(
            f"| {where} | {run['gradient']} step | {run['seconds_an_epoch']:.2f} s | {run['peak_memory_gb']:.2f} GB |"
        )
    return "\n".join(lines)


SECTIONS = {"lastfm-2k": lambda: scores("lastfm-2k.csv", peer=True), "demo": lambda: scores("demo.csv"), "speed": speed}


def filled(text: str) -> str:
    """The README with every section between its markers written anew."""
    for name, section in SECTIONS.items():
        pattern = rf"(<!-- figures: {name} -->\n).*?(<!-- end -->)"
        text, count = re.subn(pattern, lambda m, s=section: f"{m[1]}{s()}\n{m[2]}", text, flags=re.DOTALL)
        if count != 1:
            raise ValueError(f"README.md has {count} sections `figures: {name}`, not 1")
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
