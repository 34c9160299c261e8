"""The tables of one dataset's experiments, for the Models page and for the benchmarks' report, and their Markdown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from lattice.experiments import paper
from lattice.experiments.methods import Method
from lattice.experiments.paper import (
    BACKBONES,
    METRICS,
    PAPER_NDCG,
    SIMPLE,
    TABLE_2,
    TABLE_3,
    VARIANTS,
    Comparison,
    about_p,
    compare_best,
    corrected,
    p_value,
    score,
    variant,
)
from lattice.experiments.results import Experiments, spread, winners
from lattice.models import MODELS

LATTICE, FEATURES, ON_A_BACKBONE = "LATTICE", "CF+feats", "LATTICE-CF"
PAPER = "paper"  # the source of its own scores, in `Published`
COLD_METRICS = {f"cold_{column}": label for column, label in METRICS.items()} | {
    "all_recall@20": "Recall@20 among all",
    "warm_recall@20": "Recall@20 of warm items",
}


@dataclass(frozen=True, eq=False)
class Published:
    """Scores that others published on the same data.

    Args:
        source: the heading of their columns, as "paper".
        scores: indexed by a model's label, one column per metric (`recall@20`).
        about: which split and features they are on, in a sentence.
    """

    source: str
    scores: pd.DataFrame
    about: str


@dataclass(frozen=True, eq=False)
class Table:
    """A table of the paper, on one dataset.

    Args:
        scores: one row per model, by its label: `settings`, `seeds`, and each metric's mean and deviation over seeds
            (`± recall@20`); published scores are in columns like `paper: recall@20`. NaN where something is missing.
        metrics: our columns of scores -> their headings.
        runs: label -> the runs of its winner, one row per seed.
        missing: labels of the models that were not run.
        gains: comparison -> relative gain, by the columns of `scores`.
        p: comparison -> p of its paired test, by our columns; corrected for all tests of the table.
        notes: sentences for below the table.
    """

    scores: pd.DataFrame
    metrics: Mapping[str, str]
    runs: Mapping[str, pd.DataFrame]
    missing: Sequence[str] = ()
    gains: Mapping[str, pd.Series] = field(default_factory=dict)
    p: Mapping[str, pd.Series] = field(default_factory=dict)
    notes: Sequence[str] = ()

    @property
    def run(self) -> pd.DataFrame:
        """Return the rows of `scores` that we have run, with the label as column `model`."""
        return self.scores[self.scores["seeds"].notna()].rename_axis("model").reset_index()


# --- the tables ------------------------------------------------------------------------------------------------------


def overall(found: Experiments, published: Sequence[Published] = ()) -> Table:
    """Return Table 2: every model, and LATTICE's gain over the best that isn't younger."""
    methods = {method.label: method for method in (*SIMPLE, *TABLE_2)}
    younger = [entry.label for entry in MODELS.values() if entry.successor]
    others = [label for label in methods if label != LATTICE and label not in younger]
    return _table(found, methods, {f"{LATTICE} over the best baseline": (LATTICE, others)}, published)


def has_ablations(found: Experiments) -> bool:
    """Return whether anything of Table 3 was run that isn't in Table 2."""
    return bool(found.warm["model"].isin({str(method) for method in TABLE_3 if method not in TABLE_2}).any())


def ablation(found: Experiments, published: Sequence[Published] = ()) -> Table:
    """Return Table 3: what features and item graphs each bring to a CF method; with columns `backbone`, `variant`."""
    cells = {
        (method := variant(backbone, kind)).full_label: (method, MODELS[backbone].label, kind)
        for backbone in BACKBONES
        for kind in VARIANTS
    }
    pairs = [
        (variant(backbone, ON_A_BACKBONE).full_label, variant(backbone, FEATURES).full_label) for backbone in BACKBONES
    ]
    comparisons = {f"{model} over {other}": (model, [other]) for model, other in pairs}
    table = _table(found, {label: method for label, (method, *_) in cells.items()}, comparisons, published)
    scores = table.scores.assign(
        backbone=[cells[label][1] for label in table.scores.index],
        variant=[cells[label][2] for label in table.scores.index],
    )
    note = (
        "NGCF alone concatenates its layers, as published; under features and graphs it is their mean"
        " (see docs/differences-from-the-paper.md)."
    )
    return replace(table, scores=scores, notes=[*table.notes, *([note] if "NGCF" in scores.index else [])])


def gains_on_backbones(table: Table, metric: str) -> dict[str, float]:
    """Return how much higher LATTICE-CF is than CF+feats, relatively, by backbone; `ablation`'s table."""
    means = table.run.pivot(index="backbone", columns="variant", values=metric).reindex(columns=list(VARIANTS))
    return (means[ON_A_BACKBONE] / means[FEATURES] - 1).dropna().to_dict()


def cold_start(found: Experiments) -> Table:
    """Return Figure 3 as numbers: every model and way of scoring, each chosen by validation's cold items."""
    runs = paper.cold_start(found.cold)
    scores = _scores(runs, [f"{kind}_{metric}" for kind in ("cold", "all", "warm") for metric in METRICS])
    scores.loc[scores.index == "Content profile", "settings"] = None  # it is not trained
    missing = [method.label for method in TABLE_2 if method.label not in runs]
    methods = map(Method.parse, found.cold["model"])
    trained = np.array([method.model in MODELS and not method.folds_in for method in methods], dtype=bool)
    notes = [
        f"Test split, {_seeds(scores)}, settings chosen on validation's cold items." if runs else "",
        _tried(found.cold[trained]),
        _not_run(missing),
    ]
    return Table(scores, COLD_METRICS, runs, missing, notes=[note for note in notes if note])


def _table(
    found: Experiments,
    methods: Mapping[str, Method],
    comparisons: Mapping[str, tuple[str, Sequence[str]]],
    published: Sequence[Published],
) -> Table:
    """methods: label -> method, in the table's order. comparisons: label -> a model and those it is compared with."""
    won = winners(found.warm) if len(found.warm) else {}
    runs = {label: won[method] for label, method in methods.items() if method in won}
    compared = any(source.source == PAPER for source in published)
    measured = any(table.get(f"test_{PAPER_NDCG}", pd.Series()).notna().any() for table in runs.values())
    metrics = METRICS | ({PAPER_NDCG: "NDCG@20 as the paper's program"} if compared and measured else {})
    scores = _scores(runs, metrics)
    for other in published:
        scores = scores.join(other.scores.add_prefix(f"{other.source}: "), how="outer")
    scores = scores.loc[[label for label in methods if label in scores.index]]
    gains = {label: _gain(scores, *both) for label, both in comparisons.items()}
    tests = {
        (label, metric): one
        for label, both in comparisons.items()
        for metric, one in _tests(runs, found.users, *both).items()
    }
    family = dict(zip(tests, corrected(list(tests.values())), strict=True))
    p = {
        label: pd.Series({metric: one.p for (of, metric), one in family.items() if of == label}, dtype=float)
        for label in comparisons
    }
    users = max((one.users for one in family.values()), default=0)
    missing = [label for label in methods if label not in runs]
    notes = [
        f"Test split, {_seeds(scores)}, settings chosen on validation Recall@20." if runs else "",
        _tried(found.warm[found.warm["model"].isin({str(method) for method in methods.values()})]),
        about_p(list(family.values()), f"{users:,} users"),
        _alpha(runs),
        _not_run(missing),
        *(other.about for other in published),
    ]
    return Table(scores, metrics, runs, missing, gains, p, [note for note in notes if note])


# --- numbers ---------------------------------------------------------------------------------------------------------


def _scores(runs: Mapping[str, pd.DataFrame], metrics: Iterable[str]) -> pd.DataFrame:
    rows = {}
    for label, table in runs.items():
        over_seeds = {metric: spread(table, f"test_{metric}") for metric in metrics}
        rows[label] = {"settings": table["settings"].iat[0], "seeds": len(table)} | {
            sign + metric: value
            for metric, both in over_seeds.items()
            for sign, value in zip(("", "± "), both, strict=True)
        }
    columns = ["settings", "seeds", *(sign + metric for metric in metrics for sign in ("", "± "))]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def _gain(scores: pd.DataFrame, model: str, others: Sequence[str]) -> pd.Series:
    """Return the relative gain over the best of the others: by our scores, and by each other source's own.

    NaN for a metric of ours that a run among them lacks, as the best by it isn't known then.
    """
    numbers = scores[[name for name in scores if name.endswith("@20") and not name.startswith("±")]].astype(float)
    gain = numbers.reindex([model]).iloc[0] / numbers[numbers.index.isin(others)].max() - 1
    ours = [name for name in numbers if ": " not in name]
    compared = numbers.loc[numbers.index.isin([model, *others]), ours].dropna(how="all")
    return gain.mask(compared.isna().any().reindex(gain.index, fill_value=False))


def _tests(
    runs: Mapping[str, pd.DataFrame], users: pd.DataFrame, model: str, others: Sequence[str]
) -> dict[str, Comparison]:
    """Return a model's comparison with the best of the others by each metric, where both were run."""
    compared = {label: runs[label] for label in (model, *others) if label in runs}
    found = {metric: compare_best(compared, users, metric, model) for metric in METRICS}
    return {metric: one for metric, one in found.items() if one is not None}


def _tried(table: pd.DataFrame) -> str:
    """Say how many settings each model was searched over: a narrow search makes a weak baseline."""
    counts = table[table["seed"] == 0].groupby("model", sort=False)["options"].nunique()
    labels = {model: Method.parse(str(model)).label for model in counts.index}
    groups = {n: ", ".join(labels[model] for model in counts.index[counts == n]) for n in sorted(set(counts))}
    said = "; ".join(f"{n} ({models})" for n, models in reversed(groups.items()))
    return f"Settings tried: {said}." if said else ""


def _not_run(missing: Sequence[str]) -> str:
    return f"Not run yet: {', '.join(missing)}." if missing else ""


def _seeds(scores: pd.DataFrame) -> str:
    least, most = int(scores["seeds"].min()), int(scores["seeds"].max())
    return f"{least} seed{'s' * (most > 1)}" if least == most else f"{least} to {most} seeds"


def _alpha(runs: Mapping[str, pd.DataFrame]) -> str:
    """Say which weights LATTICE on LightGCN has learned for the modalities."""
    table = runs.get(LATTICE, runs.get(Method("lattice").full_label))
    means = {} if table is None else table.filter(regex="^alpha_").dropna(axis=1).mean().to_dict()
    learned = ", ".join(f"{str(name).removeprefix('alpha_')} {value:.2f}" for name, value in means.items())
    return f"LATTICE's learned α: {learned}." if learned else ""


# --- text ------------------------------------------------------------------------------------------------------------


def markdown(table: Table) -> str:
    """Return the table as Markdown, the best of ours bold, with its notes."""
    published = [name for name in table.scores if ": " in name]
    lines = [line("model", "settings", *table.metrics.values(), *map(_heading, published))]
    lines.append("|---" * (2 + len(table.metrics) + len(published)) + "|")
    best = {m: table.run[m].max() for m in table.metrics if table.run[m].notna().all()}  # of models that all have it
    for label, row in table.scores.iterrows():
        ours = [_bold(score(row[m], row[f"± {m}"]), row[m] == best.get(m)) for m in table.metrics]
        settings = "–" if pd.isna(row["settings"]) else row["settings"] or "–"
        lines.append(line(str(label), settings, *ours, *(score(row[column], float("nan")) for column in published)))
    for label, gains in table.gains.items():
        if gains.isna().all():
            continue
        cells = [_compared(gains[name], table.p[label].get(name)) for name in [*table.metrics, *published]]
        lines.append(line(label, "", *cells))
    return "\n".join([*lines, "", *table.notes])


def line(*cells: str) -> str:
    """Return one row of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def _heading(column: str) -> str:
    source, _, metric = column.partition(": ")
    return f"{source}: {METRICS[metric]}"


def _bold(text: str, whether: bool) -> str:
    return f"**{text}**" if whether else text


def _compared(gain: float, p: float | None) -> str:
    if pd.isna(gain):
        return "–"
    if p is None or pd.isna(p):
        return f"{gain:+.1%}"
    return f"{gain:+.1%} ({p_value(p)})"
