"""Write the README's figures from the result files, between their markers; nobody types a number in.

python -m benchmarks.readme [--check]
"""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from benchmarks import commands
from benchmarks.grid import RESULTS
from benchmarks.published import beside
from lattice.experiments import tables
from lattice.experiments.paper import score
from lattice.experiments.results import (
    FILE_SUFFIX,
    SELECTED_BY,
    Experiments,
    read_current_rows,
    read_experiments,
    spread,
)
from lattice.experiments.tables import line
from lattice.files import replaced_file

ROOT = Path(__file__).resolve().parents[1]


def dataset(name: str, folder: str) -> str:
    """All that was measured on a dataset, and the commands; what was not is said. name: of its result file."""
    found = read_experiments(RESULTS / f"{name}.csv")
    if found.warm.empty:
        return f"Not run yet: the command is `{commands.grid(folder, name)}`."
    text = _with_picture(tables.overall(found, beside(name, 2)), name, "table2", "every model")
    missing = []
    for title, part, command in _parts(found, name, folder):
        if part:
            text += f"\n\n**{title}**\n\n{part}"
        else:
            missing.append(f"- {title}: `{command}`")
    if missing:
        text += "\n\n" + "\n".join(["Not run yet, and the commands:", "", *missing])
    made = commands.shown(commands.of(found, folder, name))
    return f"{text}\n\n<details><summary>The commands that made these</summary>\n\n{made}\n\n</details>"


def _parts(found: Experiments, name: str, folder: str) -> Iterator[tuple[str, str, str]]:
    """title, text ("" where it was not run), command: of everything beside Table 2."""
    made = tables.has_ablations(found)
    text = _with_picture(tables.ablation(found, beside(name, 3)), name, "table3", "the ablations") if made else ""
    yield "What each part brings (the paper's Table 3)", text, commands.grid(folder, name, " --table 3")
    made = len(found.cold) > 0
    text = _with_picture(tables.cold_start(found), name, "cold", "items that nobody bought") if made else ""
    yield "Cold start (Figure 3)", text, commands.cold(name)
    for option, symbol in (("k", "k"), ("lambda_", "λ")):
        made = len(getattr(found, option)) > 0
        text = _picture(name, FILE_SUFFIX[option].removeprefix("-"), f"LATTICE over {symbol}") if made else ""
        yield f"{symbol} (Figure 4)", text, commands.sweep(folder, name, option)


def _with_picture(table: tables.Table, name: str, kind: str, what: str) -> str:
    return f"{tables.markdown(table)}\n\n{_picture(name, kind, what)}"


def _picture(name: str, kind: str, what: str) -> str:
    return f"![Recall@20: {what}](benchmarks/figures/{name}-{kind}.svg)"


def gradient() -> str:
    """Edge weights that learn on the first step of an epoch, or on every one: validation scores."""
    name = "lastfm-2k"
    found = read_current_rows(RESULTS / f"{name}{FILE_SUFFIX['gradient']}.csv")
    if found.empty:
        return f"Not run yet: the command is `{commands.sweep(DATASETS[name], name, 'gradient')}`."
    lines = [line("gradient", "validation Recall@20"), "|---|---|"]
    rest = found["settings"].str.replace(r"\bgradient=\S+", "", regex=True)
    for settings, runs in found[rest == rest.iat[-1]].groupby("settings", sort=False):  # of the last sweep
        lines.append(line(str(settings).rpartition("gradient=")[2], score(*spread(runs, SELECTED_BY))))
    return "\n".join(lines)


def speed() -> str:
    """A table of seconds an epoch and memory, by device and setting, beside the public peer."""
    peer = json.loads((RESULTS / "peer.json").read_text(encoding="utf-8"))["speed"]
    lines = [line("", "hardware", "edge weights' gradient", "seconds an epoch", "peak memory"), "|---" * 5 + "|"]
    for run in json.loads((RESULTS / "speed.json").read_text(encoding="utf-8")).values():
        where = f"{run['hardware']}, {run['threads']} threads"
        lines.append(line("ours", where, f"{run['gradient']} step", *_cost(run)))
    return "\n".join([*lines, line("peer", peer["hardware"], "–", *_cost(peer))])


def _cost(run: dict[str, float]) -> tuple[str, str]:
    return f"{run['seconds_an_epoch']:.2f} s", f"{run['peak_memory_gb']:.2f} GB"


def encoder() -> str:
    """The image encoder beside what has not learned, and beside a public network."""
    found = json.loads((RESULTS / "image_encoder.json").read_text(encoding="utf-8"))
    apart = "_without_look_alikes"
    columns = {
        f"clothing_5nn_accuracy{apart}": "clothing, 5-NN accuracy",
        f"grocery_5nn_accuracy{apart}": "grocery, 5-NN accuracy",
        f"photo_to_drawing_share_of_10{apart}": "photo → drawing",
        "drawing_type_share_of_10": "drawing → drawing",
    }
    lines = [line("", *columns.values()), "|---" * (len(columns) + 1) + "|"]
    for name, values in found["scores"].items():
        lines.append(line(name, *(f"{values[key]:.3f}" if key in values else "–" for key in columns)))
    lines += ["", _robustness(found[f"clothing_5nn_accuracy{apart}_when"]), ""]
    cost = f"{found['megabytes']:.1f} MB, {found['milliseconds_a_picture_on_cpu']:.0f} ms a picture on a CPU"
    return "\n".join([*lines, f"{found['parameters'] / 1e6:.2f} million parameters, {cost}."])


def _robustness(found: dict[str, dict[str, float]]) -> str:
    spoilt = list(next(iter(found.values())))
    lines = [line("clothing, when the photo is", *spoilt), "|---" * (len(spoilt) + 1) + "|"]
    return "\n".join([*lines, *(line(name, *(f"{v:.3f}" for v in row.values())) for name, row in found.items())])


def interactions() -> str:
    """Server time of what a visitor does."""
    found = json.loads((RESULTS / "interactions.json").read_text(encoding="utf-8"))
    lines = [line("", "p50", "p95"), "|---|---|---|"]
    for name, times in found["interactions"].items():
        lines.append(line(name, *(f"{times[key]:.1f} ms" for key in ("p50_ms", "p95_ms"))))
    size = f"{found['users']:,} users, {found['items']:,} items, {found['repeats']} random ones of each"
    return "\n".join([*lines, "", f"{size}; {found['hardware']}, {found['threads']} threads."])


DATASETS = {
    "lastfm-2k": "data/lastfm-2k",
    "amazon-baby": "data/amazon-baby",
    "amazon-sports": "data/amazon-sports",
    "amazon-clothing": "data/amazon-clothing",
    "ml-1m": "data/ml-1m",
    "demo": "assets/demo",
}
SECTIONS: dict[str, Callable[[], str]] = {
    **{name: partial(dataset, name, folder) for name, folder in DATASETS.items()},
    "gradient": gradient,
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
    before = readme.read_text(encoding="utf-8")
    text = filled(before)
    if check and text != before:
        typer.echo("README.md is older than the result files: run python -m benchmarks.readme", err=True)
        raise typer.Exit(1)
    if not check:
        with replaced_file(readme) as part:
            part.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
