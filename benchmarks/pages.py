"""Write the generated sections of the README and the documentation, from the result files and the registry.

    python -m benchmarks.pages [--check]

A section is the text between `<!-- generated: NAME -->` and `<!-- end -->`; its numbers are never edited by hand.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from benchmarks import commands, costs, forms_table, learning_tables, newcomer_tables, speed_tables, split_tables
from benchmarks.grid import RESULTS
from benchmarks.leads import LATTICE, LIGHTGCN, METRIC, in_cell, leads_of
from benchmarks.published import beside
from lattice.experiments import paper_tables
from lattice.experiments.methods import Method
from lattice.experiments.paper import TABLE_2, about_p, score
from lattice.experiments.paper_tables import line
from lattice.experiments.results import (
    FILE_SUFFIX,
    SELECTED_BY,
    Experiments,
    read_current_rows,
    read_experiments,
    spread,
    winners,
)
from lattice.files import replaced_file
from lattice.models.registry import MODELS

ROOT = Path(__file__).resolve().parents[1]


# --- results ---------------------------------------------------------------------------------------------------------


def results() -> str:
    """Return one row per dataset: LATTICE, LightGCN and the best model by test Recall@20, with their spread.

    Without a run of LATTICE there is no best model, as the one that matters wasn't compared.
    """
    head = ("dataset", "LATTICE", "LightGCN", "LATTICE over LightGCN", "on validation", "best model")
    lines = [line(*head), "|---" * len(head) + "|"]
    found = {name: read_experiments(RESULTS / f"{name}.csv") for name in DATASETS}
    leads = leads_of(found)
    for name, (title, _) in DATASETS.items():
        won = {method: runs for method, runs in winners(found[name].warm).items() if method in TABLE_2}
        scores = {method: spread(runs, f"test_{METRIC}") for method, runs in won.items()}
        best = max(scores, key=lambda method: scores[method][0]) if LATTICE in scores else None
        lead = leads.get((name, METRIC))
        chosen = [spread(won[method], SELECTED_BY)[0] for method in (LATTICE, LIGHTGCN) if method in won]
        on_validation = "–" if lead is None else f"{chosen[0] / chosen[1] - 1:+.1%}"
        best_model = "–" if best is None else f"{best.label} {_score(scores, best)}"
        lines.append(
            line(title, _score(scores, LATTICE), _score(scores, LIGHTGCN), in_cell(lead), on_validation, best_model)
        )
    note = about_p(list(leads.values()))
    return "\n".join([*lines, *(["", note] if note else [])])


def _score(scores: Mapping[Method, tuple[float, float]], method: Method) -> str:
    return score(*scores[method]) if method in scores else "not run"


def dataset(name: str, folder: str) -> str:
    """Return all that was measured on a dataset, and the commands; say what was not run. name: of its result file."""
    found = read_experiments(RESULTS / f"{name}.csv")
    if found.warm.empty:
        return f"Not run yet: the command is `{commands.grid(folder, name)}`."
    text = _with_picture(paper_tables.overall(found, beside(name, 2)), name, "table2", "every model")
    missing = []
    for title, part, command in _parts(found, name, folder):
        if part:
            text += f"\n\n**{title}**\n\n{part}"
        else:
            missing.append(f"- {title}: `{command}`")
    if missing:
        text += "\n\n" + "\n".join(["Not run yet, and the commands:", "", *missing])
    made = commands.shown(commands.commands_for(found, folder, name))
    cost = costs.text(found.warm)
    text += f"\n\n{cost}" if cost else ""
    return f"{text}\n\n<details><summary>The commands that made these</summary>\n\n{made}\n\n</details>"


def _parts(found: Experiments, name: str, folder: str) -> Iterator[tuple[str, str, str]]:
    """Yield title, text ("" where it was not run) and command of everything beside Table 2."""
    made = paper_tables.has_ablations(found)
    text = _with_picture(paper_tables.ablation(found, beside(name, 3)), name, "table3", "the ablations") if made else ""
    yield "What each part brings (the paper's Table 3)", text, commands.grid(folder, name, " --table 3")
    made = len(found.cold) > 0
    text = _with_picture(paper_tables.cold_start(found), name, "cold", "items that nobody bought") if made else ""
    yield "Cold start (Figure 3)", text, commands.cold(name)
    for option, symbol in (("k", "k"), ("lambda_", "λ")):
        made = len(getattr(found, option)) > 0
        text = _picture(name, FILE_SUFFIX[option].removeprefix("-"), f"LATTICE over {symbol}") if made else ""
        yield f"{symbol} (Figure 4)", text, commands.sweep(folder, name, option)


def _with_picture(table: paper_tables.Table, name: str, kind: str, what: str) -> str:
    return f"{paper_tables.markdown(table)}\n\n{_picture(name, kind, what)}"


def _picture(name: str, kind: str, what: str) -> str:
    return f"![Recall@20: {what}](figures/{name}-{kind}.svg)"


def gradient() -> str:
    """Return validation scores with edge weights that learn on the first step of an epoch, or on every one."""
    name = "lastfm-2k"
    found = read_current_rows(RESULTS / f"{name}{FILE_SUFFIX['gradient']}.csv")
    if found.empty:
        return f"Not run yet: the command is `{commands.sweep(DATASETS[name][1], name, 'gradient')}`."
    lines = [line("gradient", "validation Recall@20"), "|---|---|"]
    rest = found["settings"].str.replace(r"\bgradient=\S+", "", regex=True)
    for settings, runs in found[rest == rest.iat[-1]].groupby("settings", sort=False):  # of the last sweep
        lines.append(line(str(settings).rpartition("gradient=")[2], score(*spread(runs, SELECTED_BY))))
    return "\n".join(lines)


# --- is learning worth it ---------------------------------------------------------------------------------------------


def learning() -> str:
    """Return the tables of `benchmarks.learning` on every dataset where it was run; say where it was not."""
    run = {name: one for name, one in DATASETS.items() if learning_tables.result_file(name).exists()}
    tables = [learning_tables.text(name, title) for name, (title, _) in run.items()]
    missing = [f"`python -m benchmarks.learning {folder}`" for name, (_, folder) in DATASETS.items() if name not in run]
    return "\n\n".join([*tables, f"Not run yet: {', '.join(missing)}."])


def also_bought() -> str:
    """Return how much of Amazon's also-bought links LATTICE's item graphs have."""
    found = json.loads((RESULTS / "also-bought.json").read_text(encoding="utf-8"))
    lines = [line("item graph", "links that are edges", "edges that are links", "links, by chance"), "|---" * 4 + "|"]
    for name, shares in found["graphs"].items():
        lines.append(line(name, *(f"{shares[part]:.1%}" for part in ("links", "edges")), f"{shares['chance']:.2%}"))
    size = f"{found['links']:,} links among {found['items']:,} items of {found['dataset']}, k = {found['k']}"
    command = f"python -m benchmarks.also_bought data/{found['dataset']} RELATED.csv.gz --ids ITEMS.csv"
    missing = "" if any("learned" in name for name in found["graphs"]) else " --checkpoint FOLDER"
    left = f" The learned graph was not measured yet: `{command}{missing}`." if missing else ""
    return "\n".join([*lines, "", f"{size}.{left}", "", commands.shown([command])])


# --- the image encoder ---------------------------------------------------------------------------------------------


def encoder() -> str:
    """Return the scores of the image encoder, of methods without learning, and of a public network."""
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
    cost = f"{found['megabytes']:.1f} MB, {found['milliseconds_a_picture_on_cpu']:.0f} ms per picture on a CPU"
    return "\n".join([*lines, f"{found['parameters'] / 1e6:.2f} million parameters, {cost}."])


def _robustness(found: dict[str, dict[str, float]]) -> str:
    spoilt = list(next(iter(found.values())))
    lines = [line("clothing, when the photo is", *spoilt), "|---" * (len(spoilt) + 1) + "|"]
    return "\n".join([*lines, *(line(name, *(f"{v:.3f}" for v in row.values())) for name, row in found.items())])


# --- models ----------------------------------------------------------------------------------------------------------


def models() -> str:
    """Return the registry as a table: what each model reads and what it can do."""
    lines = [line("`--model`", "name", "features", "item graph", "backbone", "table of the paper"), "|---" * 6 + "|"]
    for key, entry in MODELS.items():
        marks = ("✓" if mark else "" for mark in (entry.needs_features, entry.has_item_graph, bool(entry.on_backbone)))
        lines.append(line(f"`{key}`", entry.label, *marks, ", ".join(map(str, entry.tables))))
    return "\n".join(lines)


def chess_modalities() -> str:
    """Return what LATTICE scores on chess with all modalities and with each alone: one row per choice."""
    name = "chess"
    found = json.loads((RESULTS / f"{name}-modalities.json").read_text(encoding="utf-8"))["runs"]
    won = winners(read_experiments(RESULTS / f"{name}.csv").warm)[LATTICE]
    scores = {"all": {column: spread(won, column) for column in (SELECTED_BY, f"test_{METRIC}")}}
    for run in found:
        columns = {column: (run[column]["mean"], run[column]["std"]) for column in scores["all"]}
        scores[f"{run['modality']} alone"] = columns
    lines = [line("modalities", "validation Recall@20", "test Recall@20"), "|---" * 3 + "|"]
    lines += [line(which, *(score(*pair) for pair in columns.values())) for which, columns in scores.items()]
    return "\n".join([*lines, "", commands.shown([f"python -m benchmarks.modalities assets/{name}"])])


# --- pages -----------------------------------------------------------------------------------------------------------

DATASETS = {  # result file -> title, the dataset's folder
    "lastfm-2k": ("Last.fm 2K", "data/lastfm-2k"),
    "amazon-baby": ("Amazon Baby", "data/amazon-baby"),
    "amazon-sports": ("Amazon Sports", "data/amazon-sports"),
    "amazon-clothing": ("Amazon Clothing", "data/amazon-clothing"),
    "amazon-sports-lattice-split": ("Amazon Sports, the authors' split", "data/amazon-sports-lattice-split"),
    "amazon-clothing-lattice-split": ("Amazon Clothing, the authors' split", "data/amazon-clothing-lattice-split"),
    "tiktok": ("TikTok", "data/tiktok"),
    "ml-1m": ("MovieLens 1M", "data/ml-1m"),
    "chess": ("chess openings", "assets/chess"),
    "demo": ("demo shop (simulated)", "assets/demo"),
}
PAGES: dict[str, dict[str, Callable[[], str]]] = {
    "README.md": {"results": results, "training speed": speed_tables.training},
    "docs/models.md": {"models": models},
    "docs/cold-start.md": {"newcomers": newcomer_tables.text},
    "docs/scale.md": {"distributed": speed_tables.distributed},
    "docs/speed-and-scale.md": {
        "speed": speed_tables.sizes,
        "whole training": speed_tables.whole_training,
        "knn": speed_tables.knn,
        "serving": speed_tables.serving,
        "interactions": speed_tables.interactions,
        "interactions by size": speed_tables.interactions_by_size,
    },
    "benchmarks/README.md": {
        **{name: partial(dataset, name, folder) for name, (_, folder) in DATASETS.items()},
        "forms": forms_table.text,
        "gradient": gradient,
        "learning": learning,
        "also bought": also_bought,
        "chess modalities": chess_modalities,
        "splits": split_tables.text,
        "encoder": encoder,
    },
}


def filled(page: str, text: str) -> str:
    """Return a page's text with every generated section written again."""
    for name, section in PAGES[page].items():
        start = f"<!-- generated: {name} -->\n"
        if text.count(start) != 1:
            raise ValueError(f"{page} has {text.count(start)} sections `generated: {name}`, not 1")
        before, _, rest = text.partition(start)
        _, end, after = rest.partition("<!-- end -->")
        text = f"{before}{start}{section()}\n{end}{after}"
    return text


def main(check: Annotated[bool, typer.Option("--check", help="Only say which pages are out of date.")] = False) -> None:
    """Fill in the generated sections of every page."""
    outdated = []
    for page in PAGES:
        before = (ROOT / page).read_text(encoding="utf-8")
        text = filled(page, before)
        if text == before:
            continue
        outdated.append(page)
        if not check:
            with replaced_file(ROOT / page) as part:
                part.write_text(text, encoding="utf-8")
    if check and outdated:
        typer.echo(f"out of date: {', '.join(outdated)}; run `make figures`", err=True)
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
