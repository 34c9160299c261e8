"""Experiments on the screen: the paper's comparisons on the loaded dataset, as far as they were run."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.components.figure import show_figure
from app.components.glossary import term
from app.components.items import plain
from app.components.pickers import pick
from app.components.style import NEUTRAL, PALETTE, ink
from app.views.models import experiment_charts as charts
from app.views.models.experiments import ablation, improvement, in_words, overall, read, scores
from app.views.models.runs import score, seeds
from app.workspace import Workspace, results_root
from lattice.errors import InputError
from lattice.evaluation.metrics import SELECTION_METRIC, explain
from lattice.experiments.methods import AT_COST, Method
from lattice.experiments.paper import METRICS, TABLE_2, TABLE_3, VARIANTS, chance, cold_start, lead
from lattice.experiments.results import Experiments, curve, spread, winners
from lattice.recommender import Recommender

PROGRAM = "python -m benchmarks.reproduce"
SECTIONS = {"overall": "Overall", "ablation": "Ablation", "cold": "Cold start", "sensitivity": "Sensitivity"}
LIGHTGCN = Method("lightgcn")
MAIN_METRIC = SELECTION_METRIC
LIFTED = f", {AT_COST}"  # how the label of a lifted method ends
AMONG = {"cold": "among cold items", "all": "among all items"}
TONES = dict(zip(VARIANTS, (NEUTRAL, PALETTE[1], PALETTE[2], charts.HIGHLIGHT), strict=True))


def show_experiments(workspace: Workspace) -> None:
    """One section at a time; a line where nothing was run on this dataset."""
    recommender, folder = workspace.models[workspace.main], results_root()
    try:
        found = experiments(folder, recommender.checkpoint.dataset_fingerprint, stamp_of(folder))
    except InputError as error:
        st.warning(plain(str(error)), icon=":material/warning:")
        return
    if found is None:
        st.caption(
            "No experiments were run on this dataset. The paper's comparison of models, several seeds each: "
            f"`{PROGRAM} grid DATASET --out benchmarks/results/NAME.csv`"
        )
        return
    st.subheader("Experiments", anchor=False, help=term("experiments"))
    choices = st.container(horizontal=True, gap="medium")
    with choices:
        section = pick("Experiment", "experiment", list(SECTIONS), "overall", SECTIONS.__getitem__, kind="segments")
    won = winners(found.warm)
    if section == "overall":
        show_overall(won, found.users, choices)
    elif section == "ablation":
        show_ablation(won, choices)
    elif section == "cold":
        show_cold(found.cold, choices)
    else:
        show_sensitivity(found, won, recommender, choices)


def stamp_of(folder: Path) -> str:
    """Which result files there are, and when each was written."""
    files = sorted(file for file in folder.glob("*") if file.suffix in (".csv", ".parquet"))
    return " ".join(f"{file.name} {file.stat().st_mtime_ns}" for file in files)


@st.cache_resource(max_entries=8, show_spinner=False)
def experiments(folder: Path, fingerprint: str, stamp: str) -> Experiments | None:
    """`read`, from the cache where no result file has changed."""
    return read(folder, fingerprint)


def pick_metric(choices: DeltaGenerator) -> str:
    """Which score the section is about."""
    hovered = " ".join(map(explain, METRICS))
    with choices:
        return pick("Metric", "metric", list(METRICS), MAIN_METRIC, METRICS.__getitem__, hovered, kind="segments")


def not_run(what: str, command: str) -> None:
    """A quiet line on what is missing, and the command that makes it."""
    st.caption(f"Not run on this dataset yet: {what}. To run it: `{PROGRAM} {command}`")


def over(table: pd.DataFrame, name: str = "model") -> str:
    """What a mean and its spread are of."""
    several = table["seeds"] > 1
    if several.mean() >= 0.5:
        return f"Test split, mean ± standard deviation over {plain(seeds(table, name))}."
    more = ", ".join(f"{row[name]}: {row['seeds']}" for row in table[several].to_dict("records"))
    of = f"; mean ± standard deviation where there are more ({plain(more)})" if more else ""
    return f"Test split, one seed{of}. Of one seed a difference of a few percent means little."


# --- Table 2 ---------------------------------------------------------------------------------------------------------


def show_overall(won: Mapping[Method, pd.DataFrame], users: pd.DataFrame, choices: DeltaGenerator) -> None:
    """Every model of the paper, and how far the best leads."""
    runs = overall(won)
    if runs:
        metric, table = pick_metric(choices), scores(runs)
        left, right = st.columns(2, gap="large")
        with left:
            show_ranked(table, metric, "overall", f"{METRICS[metric]} on the test split")
        with right:
            st.table(by_model(table, METRICS), border="horizontal")
            st.caption(f"{over(table)} Bold is the best mean.")
            ahead = lead(runs, users, metric)
            if ahead is not None:
                names = [f"**{plain(name)}**" for name in (ahead.one, ahead.other)]
                st.markdown(in_words(ahead, METRICS[metric], names), help=term("paired"))
    missing = [method.label for method in TABLE_2 if method.label not in runs]
    if missing:
        not_run(", ".join(missing), "grid DATASET --out benchmarks/results/NAME.csv --table 2")


def show_ranked(table: pd.DataFrame, column: str, name: str, what: str, by_chance: float | None = None) -> None:
    """One score as bars, a model each."""
    show_figure(
        charts.ranked(table, column, "LATTICE", ink(), by_chance),
        f"{name}-{column.replace('@', '-')}",
        f"{what}: {alternative(table, column)}.",
        table,
        digits(table),
    )


def alternative(table: pd.DataFrame, column: str) -> str:
    """One score of every model, in words."""
    rows = table.to_dict("records")
    return ", ".join(f"{row['model']} {score(row[column], row[f'± {column}'])}" for row in rows)


def digits(table: pd.DataFrame) -> dict[str, str]:
    """How a table's scores are printed."""
    return {str(column): "%.4f" for column in table.columns if str(column).endswith("@20")}


def by_model(table: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Scores as text, a model a row; a table's cells are Markdown. columns: score -> heading."""
    cells = {heading: with_best(table[column], table[f"± {column}"]) for column, heading in columns.items()}
    return pd.DataFrame(cells, index=[plain(name) for name in table["model"]])


def with_best(means: pd.Series, deviations: pd.Series) -> list[str]:
    """Means ± deviations as text, the best bold; – where there is none."""
    texts = [score(mean, std) for mean, std in zip(means, deviations, strict=True)]
    return [f"**{text}**" if mean == means.max() else text for mean, text in zip(means, texts, strict=True)]


# --- Table 3 ---------------------------------------------------------------------------------------------------------


def show_ablation(won: Mapping[Method, pd.DataFrame], choices: DeltaGenerator) -> None:
    """What features and item graphs each bring to a CF method."""
    table = ablation(won)
    if len(table):
        metric = pick_metric(choices)
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
            st.table(by_backbone(table, metric), border="horizontal")
            st.caption(
                f"{METRICS[metric]}. {over(table)} Bold is the best on its CF method; the gain is of LATTICE-CF over "
                "CF+feats.",
                help=term("ablation"),
            )
    missing = [method.full_label for method in TABLE_3 if method not in won]
    if missing:
        not_run(", ".join(missing), "grid DATASET --out benchmarks/results/NAME.csv --table 3")


def by_backbone(table: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Scores as text, a variant a row and a CF method a column."""
    cells = {}
    for backbone, rows in table.groupby("backbone", sort=False):
        own = rows.set_index("variant").reindex(list(VARIANTS))
        cells[str(backbone)] = with_best(own[metric], own[f"± {metric}"])
    gains = improvement(table, metric)
    shown = pd.DataFrame(cells, index=list(VARIANTS))
    shown.loc["gain"] = [f"{gains[name]:+.1%}" if name in gains else "–" for name in shown]
    return shown


# --- Figure 3 --------------------------------------------------------------------------------------------------------


def show_cold(cold: pd.DataFrame, choices: DeltaGenerator) -> None:
    """How the models do on items that nobody bought."""
    table = scores(cold_start(cold))
    if table.empty:
        not_run("cold start", "cold DATASET")
        return
    with choices:
        among = pick("Ranked", "among", list(AMONG), "cold", AMONG.__getitem__, term("among"), kind="segments")
    metric = pick_metric(choices)
    left, right = st.columns([5, 6], gap="large")
    with left:
        by_chance = chance(cold) if (among, metric) == ("cold", MAIN_METRIC) else None
        what = f"{METRICS[metric]} of cold items {AMONG[among]}, test split"
        # A lift moves newcomers in the whole list, never among each other.
        drawn = table[~table["model"].str.endswith(LIFTED)] if among == "cold" else table
        show_ranked(drawn, f"{among}_{metric}", "cold-start", what, by_chance)
    with right:
        columns = {f"cold_{metric}": "among cold", f"all_{metric}": "among all", f"warm_{metric}": "warm items"}
        st.table(by_model(table, columns), border="horizontal")
        st.caption(
            f"{METRICS[metric]}. {over(table)} Bold is the best mean. Cold items were taken out of training "
            "altogether; “warm items” is how well the others are found while newcomers stand in the lists. “Both”: "
            "completed by neighbours and content. “At 1%”: lifted until warm items lose 1% of their validation recall.",
            help=term("cold_start"),
        )


# --- Figure 4 --------------------------------------------------------------------------------------------------------


def show_sensitivity(
    found: Experiments, won: Mapping[Method, pd.DataFrame], recommender: Recommender, choices: DeltaGenerator
) -> None:
    """How much LATTICE's scores hang on k and λ."""
    graph = recommender.item_graph
    shipped = {"k": graph.k, "lambda_": graph.lambda_} if graph else {}
    tables = {"k": found.k, "lambda_": found.lambda_}
    metric = pick_metric(choices) if any(len(table) for table in tables.values()) else MAIN_METRIC
    base = spread(won[LIGHTGCN], f"test_{metric}")[0] if LIGHTGCN in won else None
    for place, (option, table) in zip(st.columns(2, gap="large"), tables.items(), strict=True):
        with place:
            show_curve(table, option, metric, base, shipped.get(option))


def show_curve(table: pd.DataFrame, option: str, metric: str, base: float | None, shipped: float | None) -> None:
    """One option's curve, or how to make it."""
    symbol = option.replace("lambda_", "λ")
    st.markdown(f"**{symbol}**", help=term(option.rstrip("_")))
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
    st.caption(f"{over(line, 'value')} All else is as in LATTICE's winning settings; the axis needn't begin at 0.")
