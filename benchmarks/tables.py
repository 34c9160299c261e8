"""The paper's Tables 2 and 3, and its cold start as numbers, on one dataset: from result files to Markdown and CSV."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from benchmarks.published import Published, beside
from lattice.experiments import paper
from lattice.experiments.methods import Method
from lattice.experiments.paper import (
    BACKBONES,
    METRICS,
    TABLE_2,
    TABLE_3,
    Lead,
    lead,
    p_value,
    score,
)
from lattice.experiments.results import Experiments, spread, winners
from lattice.models import MODELS

COLD = {f"cold_{column}": label for column, label in METRICS.items()} | {
    "all_recall@20": "Recall@20 among all",
    "warm_recall@20": "Recall@20 of warm items",
}


@dataclass(frozen=True)
class Table:
    """A table of the paper, on one dataset.

    scores: a row a model, as it is written: `settings`, `seeds`, and of each metric the mean and the deviation over
        seeds (`± recall@20`); what others published is in columns like `paper: recall@20`. NaN where nothing is.
    metrics: our columns -> their headings.
    gains: comparison -> how much higher, relatively, by the columns of `scores`. p: of their paired tests, ours alone.
    notes: sentences to stand under it.
    """

    scores: pd.DataFrame
    metrics: Mapping[str, str]
    gains: Mapping[str, pd.Series] = field(default_factory=dict)
    p: Mapping[str, pd.Series] = field(default_factory=dict)
    notes: Sequence[str] = ()


# --- the paper's tables ----------------------------------------------------------------------------------------------


def overall(found: Experiments, name: str) -> Table:
    """Return Table 2, every model. name: the result file's, for what was published on its dataset."""
    models = {method.label: method for method in TABLE_2}
    return _table(
        found,
        models,
        {"LATTICE over the best baseline": ("LATTICE", [name for name in models if name != "LATTICE"])},
        beside(name, 2),
    )


def has_ablations(found: Experiments) -> bool:
    """Whether anything of Table 3 was run that isn't in Table 2."""
    return bool(found.warm["model"].isin(set(map(str, TABLE_3)) - set(map(str, TABLE_2))).any())


def ablation(found: Experiments, name: str) -> Table:
    """Table 3, what features and item graphs each bring to a CF method. name: as in `overall`."""
    models = {method.full_label: method for method in TABLE_3}
    pairs = [(f"LATTICE-{backbone}", f"{backbone}+feats") for backbone in (MODELS[key].label for key in BACKBONES)]
    table = _table(found, models, {f"{a} over {b}": (a, [b]) for a, b in pairs}, beside(name, 3))
    if "NGCF" not in table.scores.index:
        return table
    note = (
        "NGCF alone concatenates its layers, as published; under features and graphs it is their mean (Faithfulness)."
    )
    return replace(table, notes=[*table.notes, note])


def cold_start(found: Experiments) -> Table:
    """Figure 3 as numbers: every model and way of scoring, each chosen by validation's cold items."""
    scores = _scores(paper.cold_start(found.cold), COLD)
    scores.loc[scores.index == "Content profile", "settings"] = None  # it is not trained
    notes = [
        f"Test split, {_seeds(scores)}, settings chosen on validation's cold items.",
        _tried(found.cold[~found.cold["model"].str.contains(", |content", regex=True)]),
        _not_run([method.label for method in TABLE_2], scores.index),
    ]
    return Table(scores, COLD, notes=[note for note in notes if note])


def _table(
    found: Experiments,
    models: Mapping[str, Method],
    comparisons: Mapping[str, tuple[str, Sequence[str]]],
    published: Sequence[Published],
) -> Table:
    """models: as written -> as in the file, in order. comparisons: label -> a model and those that it is compared with.

    The models that were not run are named in the notes.
    """
    won = winners(found.warm)
    runs = {name: won[model] for name, model in models.items() if model in won}
    scores = _scores(runs, METRICS)
    for other in published:
        scores = scores.join(other.scores.add_prefix(f"{other.source}: "), how="outer")
    scores = scores.loc[[name for name in models if name in scores.index]]
    gains = {label: _gain(scores, *both) for label, both in comparisons.items()}
    leads = {label: _leads(runs, found.users, *both) for label, both in comparisons.items()}
    p = {
        label: pd.Series({metric: one.p for metric, one in each.items()}, dtype=float) for label, each in leads.items()
    }
    users = max((one.users for each in leads.values() for one in each.values()), default=0)
    notes = [
        f"Test split, {_seeds(scores)}, settings chosen on validation Recall@20." if runs else "",
        _tried(found.warm[found.warm["model"].isin(set(map(str, models.values())))]),
        f"p: paired t-test over {users:,} users, each one's mean over seeds." if users else "",
        _alpha(runs),
        _not_run(models, runs),
        *(other.about for other in published),
    ]
    return Table(scores, METRICS, gains, p, [note for note in notes if note])


# --- numbers ---------------------------------------------------------------------------------------------------------


def _scores(runs: Mapping[str, pd.DataFrame], metrics: Iterable[str]) -> pd.DataFrame:
    rows = {}
    for name, table in runs.items():
        over_seeds = {metric: spread(table, f"test_{metric}") for metric in metrics}
        rows[name] = {"settings": table["settings"].iat[0], "seeds": len(table)} | {
            sign + metric: value
            for metric, both in over_seeds.items()
            for sign, value in zip(("", "± "), both, strict=True)
        }
    columns = ["settings", "seeds", *(sign + metric for metric in metrics for sign in ("", "± "))]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def _gain(scores: pd.DataFrame, model: str, others: Sequence[str]) -> pd.Series:
    """How much higher than the best of the others, relatively: by our scores, and by each other source's own."""
    numbers = scores[[name for name in scores if name.endswith("@20") and not name.startswith("±")]].astype(float)
    return numbers.reindex([model]).iloc[0] / numbers[numbers.index.isin(others)].max() - 1


def _leads(runs: Mapping[str, pd.DataFrame], users: pd.DataFrame, model: str, others: Sequence[str]) -> dict[str, Lead]:
    """Of a model over the best of the others, a metric each, where both were run."""
    compared = {name: runs[name] for name in (model, *others) if name in runs}
    found = {metric: lead(compared, users, metric, model) for metric in METRICS}
    return {metric: one for metric, one in found.items() if one is not None}


def _tried(table: pd.DataFrame) -> str:
    """How many settings each model was searched over: a narrow search makes a weak baseline."""
    counts = table[table["seed"] == 0].groupby("model", sort=False)["options"].nunique()
    groups = {
        n: ", ".join(Method.parse(str(model)).label for model in counts.index[counts == n]) for n in sorted(set(counts))
    }
    said = "; ".join(f"{n} ({models})" for n, models in reversed(groups.items()))
    return f"Settings tried: {said}." if said else ""


def _not_run(models: Iterable[str], runs: Container[str]) -> str:
    missing = [name for name in models if name not in runs]
    return f"Not run yet: {', '.join(missing)}." if missing else ""


def _seeds(scores: pd.DataFrame) -> str:
    least, most = int(scores["seeds"].min()), int(scores["seeds"].max())
    return f"{least} seed{'s' * (most > 1)}" if least == most else f"{least} to {most} seeds"


def _alpha(runs: Mapping[str, pd.DataFrame]) -> str:
    """The weights that LATTICE on LightGCN has learned for the modalities."""
    table = runs.get("LATTICE", runs.get("LATTICE-LightGCN"))
    means = {} if table is None else table.filter(regex="^alpha_").dropna(axis=1).mean().to_dict()
    learned = ", ".join(f"{str(name).removeprefix('alpha_')} {value:.2f}" for name, value in means.items())
    return f"LATTICE's learned α: {learned}." if learned else ""


# --- text ------------------------------------------------------------------------------------------------------------


def markdown(table: Table) -> str:
    """The table, the best of ours bold, and its notes."""
    published = [name for name in table.scores if ": " in name]
    lines = [line("model", "settings", *table.metrics.values(), *map(_heading, published))]
    lines.append("|---" * (2 + len(table.metrics) + len(published)) + "|")
    for name, row in table.scores.iterrows():
        ours = [_bold(score(row[m], row[f"± {m}"]), row[m] == table.scores[m].max()) for m in table.metrics]
        settings = row["settings"] if isinstance(row["settings"], str) else "–"
        lines.append(line(str(name), settings, *ours, *(score(row[column], float("nan")) for column in published)))
    for label, gains in table.gains.items():
        if gains.isna().all():
            continue
        cells = [_compared(gains[name], table.p[label].get(name)) for name in [*table.metrics, *published]]
        lines.append(line(label, "", *cells))
    return "\n".join([*lines, "", *table.notes])


def csv(table: Table) -> str:
    """The same as CSV, to the last digit; a comparison and its p are a row each."""
    gains = pd.DataFrame(table.gains).T
    p = pd.DataFrame(table.p).T.rename(index="p, {}".format)
    rows = pd.concat([table.scores, gains.dropna(how="all"), p.dropna(how="all")])
    return rows.astype({"seeds": "Int64"}).to_csv(index_label="model")


def line(*cells: str) -> str:
    """A row of a Markdown table."""
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
