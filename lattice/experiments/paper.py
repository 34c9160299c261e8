"""What the paper compares: the methods of its tables, the scores they are compared by, and who leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan

import pandas as pd

from lattice.evaluation.metrics import SELECTION_METRIC, labels
from lattice.experiments.methods import Method
from lattice.experiments.results import paired, spread, winners
from lattice.models.registry import BACKBONES, IN_TABLE_2, MODELS

METRICS = labels(20)
VARIANTS = {"CF": None} | {
    entry.on_backbone.format("CF"): key for key, entry in MODELS.items() if entry.on_backbone and 3 in entry.tables
}
COLD_SELECTED_BY = f"valid_cold_{SELECTION_METRIC}"
TABLE_2 = tuple(map(Method, IN_TABLE_2))


def variant(backbone: str, kind: str) -> Method:
    """Return the method of Table 3 that is of a kind in VARIANTS, on a backbone."""
    model = VARIANTS[kind]
    return Method(backbone) if model is None else Method(model, backbone)


TABLE_3 = tuple(variant(backbone, kind) for backbone in BACKBONES for kind in VARIANTS)


# --- words -----------------------------------------------------------------------------------------------------------


def score(mean: float, std: float) -> str:
    """Mean ± standard deviation; the mean alone of a single run, whose deviation is NaN; – where there is no mean."""
    if isnan(mean):
        return "–"
    return f"{mean:.4f}" if isnan(std) else f"{mean:.4f} ± {std:.4f}"


def p_value(p: float) -> str:
    """A p, never as 0."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.2g}"


# --- comparisons -----------------------------------------------------------------------------------------------------


def cold_start(cold: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Figure 3: name, as it is written -> the runs of its winner, which validation's cold items choose.

    Table 2's models come first, in its order; then what folds newcomers in, as the file has it.
    """
    won = winners(cold, COLD_SELECTED_BY) if len(cold) else {}
    order = sorted(won, key=lambda method: TABLE_2.index(method) if method in TABLE_2 else len(TABLE_2))
    return {method.label: won[method] for method in order}


def chance(cold: pd.DataFrame) -> float | None:
    """Recall@20 of cold items in any order among themselves; None where the file doesn't say how many there are."""
    column = "test_cold_candidates"
    if column not in cold or cold[column].isna().all():
        return None
    return min(1.0, 20 / float(cold[column].max()))


@dataclass(frozen=True)
class Lead:
    """by: how much higher the one is than the other, as a share of the other.

    p: of the paired test over `users`; NaN where their scores weren't kept.
    """

    one: str
    other: str
    by: float
    p: float
    users: int


def lead(runs: Mapping[str, pd.DataFrame], users: pd.DataFrame, metric: str, one: str | None = None) -> Lead | None:
    """Of one model over the best of the others, in the means of a test score; None where there are no two.

    runs: name -> a winner's, a row a seed. users: `Experiments.users`. one: the best of all, if it isn't given.
    """
    means = pd.Series({name: spread(found, f"test_{metric}")[0] for name, found in runs.items()}, dtype=float)
    order = [str(name) for name in means.dropna().sort_values(ascending=False, kind="stable").index]
    first = one if one in order else next(iter(order), "")
    other = next((name for name in order if name != first), None)
    if other is None or means[other] <= 0 or one not in (first, None):
        return None
    p, n = paired(users, runs[first], runs[other], metric)
    return Lead(first, other, float(means[first] / means[other] - 1), p, n)
