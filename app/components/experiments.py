"""What the result files say of one dataset, as the paper's tables and figures have it. No Streamlit in here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from app.state import label
from lattice.errors import InputError
from lattice.evaluation.results import KEYS, Experiments, find, significance, spread, winners

METRICS = ("recall@20", "precision@20", "ndcg@20")
OVERALL = ("mf", "ngcf", "lightgcn", "vbpr", "mmgcn", "grcn", "lattice")  # Table 2's order
BACKBONES = ("mf", "ngcf", "lightgcn")
VARIANTS = {"CF": "{}", "CF+feats": "feats-{}", "LATTICE/feats-CF": "lattice/feats-{}", "LATTICE-CF": "lattice-{}"}
TABLE_3 = [(backbone, variant, name.format(backbone)) for backbone in BACKBONES for variant, name in VARIANTS.items()]
ON_LIGHTGCN = ("lattice", "lattice/feats", "feats")  # where no backbone is named
COLD_SELECTED_BY = "valid_cold_recall@20"
CHANCE_FROM = 0.05  # the p from which on a lead may be chance


# --- reading ---------------------------------------------------------------------------------------------------------


def read(folder: Path, fingerprint: str) -> Experiments | None:
    """The experiments on a dataset, each warm model under one name (`full`); None where there are none.

    An InputError names the folder where a file can't be read.
    """
    try:
        found = find(folder, fingerprint)
    except (ValueError, LookupError) as error:  # what pandas and pyarrow say of a damaged file
        said = str(error).partition("\n")[0]
        raise InputError(f"{folder}: a result file in it can't be read ({said}); mend or remove it") from error
    if found is None:
        return None
    # A sweep may be older than the dataset as it is now; cold items are those of another dataset in any case.
    sweeps = {
        name: table[table["dataset"] == fingerprint] for name, table in (("k", found.k), ("lambda_", found.lambda_))
    }
    tables = {"warm": found.warm, "users": found.users, **sweeps}
    return replace(found, **{name: _with_full_names(table) for name, table in tables.items()})


def _with_full_names(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(model=table["model"].map(full)) if len(table) else table


def full(model: str) -> str:
    """A model's name in a result file, with its backbone: "lattice" and "lattice-lightgcn" are the same."""
    return f"{model}-lightgcn" if model in ON_LIGHTGCN else model


def written(model: str) -> str:
    """A name in a result file as people write it: "lattice/feats-mf" is LATTICE/feats-MF, "feats-mf" is MF+feats."""
    name, comma, way = model.partition(", ")
    kind, dash, backbone = name.partition("-")
    if kind == "feats":
        return f"{label(backbone)}+feats{comma}{way}"
    first, slash, feats = kind.partition("/")
    words = f"{label(first)}{slash}{feats}{dash}{label(backbone)}{comma}{way}"
    return words[:1].upper() + words[1:]


# --- tables ----------------------------------------------------------------------------------------------------------


def averages(runs: pd.DataFrame) -> dict[str, float]:
    """How many seeds, and of each test score at 20 its mean (`recall@20`) and deviation (`± recall@20`)."""
    found: dict[str, float] = {"seeds": len(runs)}
    for column in runs.filter(regex=r"^test_.*@20$"):
        name = column.removeprefix("test_")
        found[name], found[f"± {name}"] = spread(runs, column)
    return found


def overall(won: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Table 2: name -> runs of those of its models that are among `won` (`winners`), in the paper's order."""
    return {label(model): won[full(model)] for model in OVERALL if full(model) in won}


def scores(runs: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """model, seeds and scores (`averages`), a row for each of `runs`."""
    return pd.DataFrame([{"model": name, **averages(found)} for name, found in runs.items()])


def ablation(won: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Table 3: backbone, variant, model, seeds and scores, of those of its models that are among `won` (`winners`)."""
    rows = [
        {"backbone": label(backbone), "variant": variant, "model": written(model), **averages(won[model])}
        for backbone, variant, model in TABLE_3
        if model in won
    ]
    return pd.DataFrame(rows)


def improvement(table: pd.DataFrame, metric: str) -> dict[str, float]:
    """Backbone -> how much higher LATTICE-CF is than CF+feats, as a share; `ablation`'s table, where it has both."""
    means = table.pivot(index="backbone", columns="variant", values=metric).reindex(columns=list(VARIANTS))
    return (means["LATTICE-CF"] / means["CF+feats"] - 1).dropna().to_dict()


def cold_start(cold: pd.DataFrame) -> pd.DataFrame:
    """Figure 3: model, seeds and scores, a row for each way of scoring; the winners are validation's.

    Table 2's models come first, in its order; then what folds newcomers in, as the file has it.
    """
    won = winners(cold, COLD_SELECTED_BY) if len(cold) else {}
    names = sorted(won, key=lambda name: OVERALL.index(name) if name in OVERALL else len(OVERALL))
    return scores({written(name): won[name] for name in names})


def chance(cold: pd.DataFrame) -> float | None:
    """Recall@20 of a random order of the cold items, where the file says how many there are."""
    if "test_cold_candidates" not in cold or cold["test_cold_candidates"].isna().all():
        return None
    return min(1.0, 20 / float(cold["test_cold_candidates"].max()))


# --- the lead --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lead:
    """by: how much higher the best is than the second, as a share of the second.

    p: of the paired test over `users`; None where their scores weren't kept.
    """

    best: str
    second: str
    by: float
    p: float | None
    users: int


def lead(runs: Mapping[str, pd.DataFrame], users: pd.DataFrame, metric: str) -> Lead | None:
    """Of the best over the second in a test score; None where there are no two. users: `Experiments.users`."""
    means = pd.Series({name: spread(found, f"test_{metric}")[0] for name, found in runs.items()}, dtype=float)
    means = means.dropna().sort_values(ascending=False, kind="stable")
    if len(means) < 2 or means.iat[1] <= 0:
        return None
    best, second = map(str, means.index[:2])
    p, n = paired({name: runs[name] for name in (best, second)}, users, metric)
    return Lead(best, second, float(means.iat[0] / means.iat[1] - 1), p, n)


def paired(runs: Mapping[str, pd.DataFrame], users: pd.DataFrame, metric: str) -> tuple[float | None, int]:
    """p of the paired test between two models' runs, and over how many users; None and 0 where their scores miss."""
    if metric not in users:
        return None, 0
    own = pd.concat(found[KEYS].assign(name=name) for name, found in runs.items())
    # Scores of settings that no longer win may be in the file too.
    scores = users.merge(own, on=list(users.columns.intersection(KEYS))).assign(model=lambda table: table["name"])
    both = int((scores.groupby("user")["model"].nunique() == 2).sum())
    p = significance(scores, list(runs), metric) if both > 1 else float("nan")
    return (None, 0) if np.isnan(p) else (p, both)


def in_words(found: Lead, metric: str, names: Sequence[str]) -> str:
    """The lead in a sentence. names: how best and second are written."""
    said = f"{names[0]} leads {names[1]} by {found.by:.1%} in {metric}"
    if found.p is None:
        return f"{said}. Scores of single users weren't kept, so how likely that is by chance isn't known."
    p = "p < 0.001" if found.p < 0.001 else f"p = {found.p:.2g}"
    verdict = "more than chance" if found.p < CHANCE_FROM else "what chance alone may bring"
    return f"{said}: over {found.users:,} users that is {verdict} (paired t-test, {p})."
