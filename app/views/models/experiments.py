"""Result files of one dataset as tables for the screen. Without Streamlit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from lattice.errors import InputError
from lattice.experiments.methods import Method
from lattice.experiments.paper import BACKBONES, TABLE_2, VARIANTS, Lead, p_value, variant
from lattice.experiments.results import Experiments, find, spread
from lattice.models import MODELS

CHANCE_FROM = 0.05  # the p from which on a lead may be chance


def read(folder: Path, fingerprint: str) -> Experiments | None:
    """Read the experiments on a dataset; None where there are none.

    InputError names the folder where a file can't be read.
    """
    try:
        found = find(folder, fingerprint)
    except InputError:
        raise
    except (ValueError, LookupError) as error:  # what pyarrow says of a damaged file
        said = str(error).partition("\n")[0]
        raise InputError(f"{folder}: a result file in it can't be read ({said}); fix or remove it") from error
    if found is None:
        return None
    # A sweep may be older than the dataset as it is now; cold items are those of another dataset in any case.
    k, lambda_ = (table[table["dataset"] == fingerprint] for table in (found.k, found.lambda_))
    return replace(found, k=k, lambda_=lambda_)


# --- tables ----------------------------------------------------------------------------------------------------------


def averages(runs: pd.DataFrame) -> dict[str, float]:
    """Return the number of seeds, and of each test score at 20 its mean (`recall@20`) and deviation (`± recall@20`)."""
    found: dict[str, float] = {"seeds": len(runs)}
    for column in runs.filter(regex=r"^test_.*@20$"):
        name = column.removeprefix("test_")
        found[name], found[f"± {name}"] = spread(runs, column)
    return found


def overall(won: Mapping[Method, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the runs of Table 2's models that are in `won` (`winners`), by name, in the paper's order."""
    return {method.label: won[method] for method in TABLE_2 if method in won}


def scores_by_model(runs: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return model, seeds and scores (`averages`), one row for each of `runs`."""
    return pd.DataFrame([{"model": name, **averages(found)} for name, found in runs.items()])


def ablation_table(won: Mapping[Method, pd.DataFrame]) -> pd.DataFrame:
    """Return Table 3: backbone, variant, model, seeds and scores of its models that are in `won` (`winners`)."""
    rows = [
        {"backbone": MODELS[backbone].label, "variant": kind, "model": method.full_label, **averages(won[method])}
        for backbone in BACKBONES
        for kind in VARIANTS
        if (method := variant(backbone, kind)) in won
    ]
    return pd.DataFrame(rows)


def improvement(table: pd.DataFrame, metric: str) -> dict[str, float]:
    """Return, by backbone, LATTICE-CF's gain over CF+feats as a share, for those in `table` (`ablation_table`)."""
    means = table.pivot(index="backbone", columns="variant", values=metric).reindex(columns=list(VARIANTS))
    return (means["LATTICE-CF"] / means["CF+feats"] - 1).dropna().to_dict()


# --- the lead --------------------------------------------------------------------------------------------------------


def in_words(found: Lead, metric: str, names: Sequence[str]) -> str:
    """Return the lead as a sentence. names: how the two models are written."""
    said = f"{names[0]} leads {names[1]} by {found.by:.1%} in {metric}"
    if np.isnan(found.p):
        return f"{said}. Scores of single users weren't kept, so how likely that is by chance isn't known."
    verdict = "more than chance" if found.p < CHANCE_FROM else "what chance alone may bring"
    return f"{said}: over {found.users:,} users that is {verdict} (paired t-test, {p_value(found.p)})."
