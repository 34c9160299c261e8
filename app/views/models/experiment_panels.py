"""Experiments on the screen: the paper's comparisons on the loaded dataset, as far as they were run."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.components.figure import show_figure
from app.components.glossary import help_text
from app.components.pickers import url_select
from app.components.style import NEUTRAL, PALETTE, ink
from app.components.text import escape_markdown
from app.failures import log_once
from app.folders import results_root
from app.views.models import experiment_charts as charts
from app.views.models.experiments import in_words
from app.views.models.runs import score, seeds_in_words
from app.workspace import Workspace
from lattice.evaluation.metrics import SELECTION_METRIC, explain
from lattice.experiments.methods import Method
from lattice.experiments.paper import METRICS, VARIANTS, Comparison, compare_best, corrected, random_recall
from lattice.experiments.paper_tables import Table, ablation, cold_start, gains_on_backbones, overall
from lattice.experiments.results import Experiments, curve, find_experiments, spread, winners
from lattice.recommender import Recommender

PROGRAM = "python -m benchmarks.reproduce"
SECTIONS = {"overall": "Overall", "ablation": "Ablation", "cold": "Cold start", "sensitivity": "Sensitivity"}
LIGHTGCN = Method("lightgcn")
MAIN_METRIC = SELECTION_METRIC
AMONG = {"cold": "among cold items", "all": "among all items"}
TONES = dict(zip(VARIANTS, (NEUTRAL, PALETTE[1], PALETTE[2], charts.HIGHLIGHT), strict=True))


def show_experiments(workspace: Workspace) -> None:
    """Draw one section at a time; one line where nothing was run on this dataset."""
    recommender, folder = workspace.models[workspace.main], results_root()
    found, problems = experiments(folder, recommender.checkpoint.dataset_fingerprint, results_stamp(folder))
    for problem in problems:
        st.warning(
            f"A file of results can't be used. The server's log says why, under `{log_once(problem)}`.",
            icon=":material/warning:",
        )
    if found is None:
        st.caption(
            "No experiments were run on this dataset. The paper's comparison of models, several seeds each: "
            f"`{PROGRAM} grid DATASET --out benchmarks/results/NAME.csv`"
        )
        return
    st.subheader("Experiments", anchor=False, help=help_text("experiments"))
    choices = st.container(horizontal=True, gap="medium")
    with choices:
        section = url_select(
            "Experiment", "experiment", list(SECTIONS), "overall", SECTIONS.__getitem__, kind="segments"
        )
    key = folder, recommender.checkpoint.dataset_fingerprint, results_stamp(folder)
    if section == "overall":
        show_overall(key, choices)
    elif section == "ablation":
        show_ablation(section_table(section, *key), choices)
    elif section == "cold":
        show_cold(found, choices)
    else:
        show_sensitivity(found, recommender, choices)


def results_stamp(folder: Path) -> str:
    """Return the names and times of the result files."""
    files = sorted(file for file in folder.glob("*") if file.suffix in (".csv", ".parquet"))
    return " ".join(f"{file.name} {file.stat().st_mtime_ns}" for file in files)


@st.cache_resource(max_entries=8, show_spinner=False)
def experiments(folder: Path, fingerprint: str, stamp: str) -> tuple[Experiments | None, list[str]]:
    """Return `find_experiments`, cached as long as no result file changes."""
    return find_experiments(folder, fingerprint)


@st.cache_resource(max_entries=16, show_spinner=False)
def section_table(section: str, folder: Path, fingerprint: str, stamp: str) -> Table:
    """Return the table of a section, computed once: its paired tests take longer than the rest of the page."""
    found, _ = experiments(folder, fingerprint, stamp)
    assert found is not None
    return {"overall": overall, "ablation": ablation}[section](found)


@st.cache_resource(max_entries=32, show_spinner=False)
def leads(folder: Path, fingerprint: str, stamp: str) -> dict[str, Comparison]:
    """Return how the best model compares with the next: metric -> comparison, p corrected for all metrics offered."""
    found, _ = experiments(folder, fingerprint, stamp)
    assert found is not None
    runs = section_table("overall", folder, fingerprint, stamp).runs
    compared = {metric: compare_best(runs, found.users, metric) for metric in METRICS}
    made = {metric: one for metric, one in compared.items() if one is not None}
    return dict(zip(made, corrected(list(made.values())), strict=True))


def pick_metric(choices: DeltaGenerator) -> str:
    """Draw the choice of metric."""
    hovered = " ".join(map(explain, METRICS))
    with choices:
        return url_select("Metric", "metric", list(METRICS), MAIN_METRIC, METRICS.__getitem__, hovered, kind="segments")


def not_run(what: str, command: str) -> None:
    """Say what is missing, and the command that makes it."""
    st.caption(f"Not run on this dataset yet: {what}. To run it: `{PROGRAM} {command}`")


def seeds_note(table: pd.DataFrame, name: str = "model") -> str:
    """Return how many seeds a mean and its spread are of."""
    several = table["seeds"] > 1
    if several.mean() >= 0.5:
        return f"Test split, mean ± standard deviation over {escape_markdown(seeds_in_words(table, name))}."
    more = ", ".join(f"{row[name]}: {row['seeds']}" for row in table[several].to_dict("records"))
    of = f"; mean ± standard deviation where there are more ({escape_markdown(more)})" if more else ""
    return f"Test split, one seed{of}. Of one seed a difference of a few percent means little."


# --- Table 2 ---------------------------------------------------------------------------------------------------------


def show_overall(key: tuple[Path, str, str], choices: DeltaGenerator) -> None:
    """Draw every model of the paper, and the lead of the best. key: of the results, as `experiments` takes it."""
    made = section_table("overall", *key)
    if made.runs:
        metric, table = pick_metric(choices), made.run
        left, right = st.columns(2, gap="large")
        with left:
            show_ranked(table, metric, "overall", f"{METRICS[metric]} on the test split")
        with right:
            st.table(by_model(table, METRICS), border="horizontal")
            st.caption(f"{seeds_note(table)} Bold is the best mean.")
            ahead = leads(*key).get(metric)
            if ahead is not None:
                names = [f"**{escape_markdown(name)}**" for name in (ahead.model, ahead.other)]
                st.markdown(in_words(ahead, METRICS[metric], names), help=help_text("paired"))
    if made.missing:
        not_run(", ".join(made.missing), "grid DATASET --out benchmarks/results/NAME.csv --table 2")


def show_ranked(table: pd.DataFrame, column: str, name: str, what: str, by_chance: float | None = None) -> None:
    """Draw one score as bars, one per model."""
    show_figure(
        charts.ranked(table, column, "LATTICE", ink(), by_chance),
        f"{name}-{column.replace('@', '-')}",
        f"{what}: {alternative(table, column)}.",
        table,
        digits(table),
    )


def alternative(table: pd.DataFrame, column: str) -> str:
    """Return one score of every model, in words."""
    rows = table.to_dict("records")
    return ", ".join(f"{row['model']} {score(row[column], row[f'± {column}'])}" for row in rows)


def digits(table: pd.DataFrame) -> dict[str, str]:
    """Return the number formats of a table's scores."""
    return {str(column): "%.4f" for column in table.columns if str(column).endswith("@20")}


def by_model(table: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Return scores as Markdown, one row per model. columns: score -> heading."""
    cells = {heading: with_best(table[column], table[f"± {column}"]) for column, heading in columns.items()}
    return pd.DataFrame(cells, index=[escape_markdown(name) for name in table["model"]])


def with_best(means: pd.Series, deviations: pd.Series) -> list[str]:
    """Return means ± deviations as text, the best bold; – where there is none."""
    texts = [score(mean, std) for mean, std in zip(means, deviations, strict=True)]
    return [f"**{text}**" if mean == means.max() else text for mean, text in zip(means, texts, strict=True)]


# --- Table 3 ---------------------------------------------------------------------------------------------------------


def show_ablation(made: Table, choices: DeltaGenerator) -> None:
    """Draw what features and item graphs each add to a CF method."""
    if made.runs:
        metric, table = pick_metric(choices), made.run
        left, right = st.columns(2, gap="large")
        with left:
            show_figure(
                charts.grouped(table, metric, TONES, ink()),
                f"ablation-{metric.replace('@', '-')}",
                f"{METRICS[metric]} on the test split: {alternative(table, metric)}.",
                table,
                digits(table),
            )
        with right:
            st.table(by_backbone(table, gains_on_backbones(made, metric), metric), border="horizontal")
            st.caption(
                f"{METRICS[metric]}. {seeds_note(table)} Bold is the best on its CF method; the gain is of LATTICE-CF "
                "over CF+feats.",
                help=help_text("ablation"),
            )
    if made.missing:
        not_run(", ".join(made.missing), "grid DATASET --out benchmarks/results/NAME.csv --table 3")


def by_backbone(table: pd.DataFrame, gains: Mapping[str, float], metric: str) -> pd.DataFrame:
    """Return scores as text, one row per variant and one column per CF method."""
    cells = {}
    for backbone, rows in table.groupby("backbone", sort=False):
        own = rows.set_index("variant").reindex(list(VARIANTS))
        cells[str(backbone)] = with_best(own[metric], own[f"± {metric}"])
    shown = pd.DataFrame(cells, index=list(VARIANTS))
    shown.loc["gain"] = [f"{gains[name]:+.1%}" if name in gains else "–" for name in shown]
    return shown


# --- Figure 3 --------------------------------------------------------------------------------------------------------


def show_cold(found: Experiments, choices: DeltaGenerator) -> None:
    """Draw the scores on cold items."""
    made = cold_start(found)
    table = made.run
    if not made.runs:
        not_run("cold start", "cold DATASET")
        return
    with choices:
        among = url_select(
            "Ranked", "among", list(AMONG), "cold", AMONG.__getitem__, help_text("among"), kind="segments"
        )
    metric = pick_metric(choices)
    left, right = st.columns([5, 6], gap="large")
    with left:
        by_chance = random_recall(found.cold) if (among, metric) == ("cold", MAIN_METRIC) else None
        what = f"{METRICS[metric]} of cold items {AMONG[among]}, test split"
        show_ranked(table, f"{among}_{metric}", "cold-start", what, by_chance)
    with right:
        columns = {f"cold_{metric}": "among cold", f"all_{metric}": "among all", f"warm_{metric}": "warm items"}
        st.table(by_model(table, columns), border="horizontal")
        st.caption(
            f"{METRICS[metric]}. {seeds_note(table)} Bold is the best mean. Cold items were taken out of training "
            "altogether; “warm items” is how well the others are found while newcomers are in the lists. “Both”: "
            "completed by neighbours and content.",
            help=help_text("cold_start"),
        )


# --- Figure 4 --------------------------------------------------------------------------------------------------------


def show_sensitivity(found: Experiments, recommender: Recommender, choices: DeltaGenerator) -> None:
    """Draw LATTICE's scores over k and λ."""
    graph = recommender.item_graph
    shipped = {"k": graph.k, "lambda_": graph.lambda_} if graph else {}
    tables = {"k": found.k, "lambda_": found.lambda_}
    metric = pick_metric(choices) if any(len(table) for table in tables.values()) else MAIN_METRIC
    baseline = winners(found.warm).get(LIGHTGCN)
    base = None if baseline is None else spread(baseline, f"test_{metric}")[0]
    for place, (option, table) in zip(st.columns(2, gap="large"), tables.items(), strict=True):
        with place:
            show_curve(table, option, metric, base, shipped.get(option))


def show_curve(table: pd.DataFrame, option: str, metric: str, base: float | None, shipped: float | None) -> None:
    """Draw one option's curve, or say how to make it."""
    symbol = option.replace("lambda_", "λ")
    st.markdown(f"**{symbol}**", help=help_text(option.rstrip("_")))
    if table.empty:
        not_run(symbol, f"sweep DATASET --option {option}")
        return
    line = curve(table, option, f"test_{metric}")
    said = ", ".join(f"{row.value:g}: {score(row.mean, row.std)}" for row in line.itertuples())
    show_figure(
        charts.sensitivity(line, symbol, METRICS[metric], ink(), base, shipped),
        f"sensitivity-{option.rstrip('_')}-{metric.replace('@', '-')}",
        f"{METRICS[metric]} on the test split by {symbol}: {said}.",
        line.rename(columns={"value": symbol}),
        {"mean": "%.4f", "std": "%.4f"},
    )
    st.caption(
        f"{seeds_note(line, 'value')} All else is as in LATTICE's winning settings; the axis needn't begin at 0."
    )
