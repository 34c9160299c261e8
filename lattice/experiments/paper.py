"""What the paper compares: the methods of its tables, and how two of them are compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan

import pandas as pd

from lattice.evaluation.metrics import NDCG_OF_HITS, SELECTION_METRIC, labels
from lattice.experiments.methods import Method
from lattice.experiments.results import holm, paired, spread, winners
from lattice.experiments.simple_baselines import BASELINES
from lattice.models.registry import BACKBONES, IN_TABLE_2, MODELS

METRICS = labels(20)
PAPER_NDCG = f"{NDCG_OF_HITS.name}@20"  # beside METRICS where the paper's scores are
VARIANTS = {"CF": None} | {
    entry.on_backbone.format("CF"): key for key, entry in MODELS.items() if entry.on_backbone and 3 in entry.tables
}
COLD_SELECTED_BY = f"valid_cold_{SELECTION_METRIC}"
TABLE_2 = tuple(map(Method, IN_TABLE_2))
SIMPLE = tuple(map(Method, BASELINES))  # listed above Table 2's models
TRAINED_ONCE = "Where a model was trained once, p doesn't say how much another training would differ."


def variant(backbone: str, kind: str) -> Method:
    """Return the method of Table 3 that is of a kind in VARIANTS, on a backbone."""
    model = VARIANTS[kind]
    return Method(backbone) if model is None else Method(model, backbone)


TABLE_3 = tuple(variant(backbone, kind) for backbone in BACKBONES for kind in VARIANTS)


# --- words -----------------------------------------------------------------------------------------------------------


def score(mean: float, std: float) -> str:
    """Return mean ± standard deviation; the mean alone of a single run (std NaN); – where there is no mean."""
    if isnan(mean):
        return "–"
    return f"{mean:.4f}" if isnan(std) else f"{mean:.4f} ± {std:.4f}"


def p_value(p: float) -> str:
    """Return a p as text, never as 0."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.2g}"


# --- comparisons -----------------------------------------------------------------------------------------------------


def cold_start(cold: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the winners of Figure 3, chosen by validation's cold items: label -> runs, one row per seed.

    Table 2's models come first, in its order; then the ways of folding newcomers in, in the file's order.
    """
    won = winners(cold, COLD_SELECTED_BY) if len(cold) else {}
    order = sorted(won, key=lambda method: TABLE_2.index(method) if method in TABLE_2 else len(TABLE_2))
    return {method.label: won[method] for method in order}


def random_recall(cold: pd.DataFrame) -> float | None:
    """Return the Recall@20 of cold items in random order; None where the file doesn't say how many there are."""
    column = "test_cold_candidates"
    if column not in cold or cold[column].isna().all():
        return None
    return min(1.0, 20 / float(cold[column].max()))


@dataclass(frozen=True)
class Comparison:
    """One model compared with the best other.

    Args:
        model: the label of the one.
        other: the label of the best other.
        gain: how much higher the one's mean is, as a share of the other's.
        p: of the paired t-test over `users`; NaN where their scores weren't kept.
        users: how many users the test is over.
        tests: by how many tests p is corrected (`corrected`); 1 where it isn't.
        trainings: of the two, the smaller number of seeds; a baseline that isn't trained has none and doesn't count.
    """

    model: str
    other: str
    gain: float
    p: float
    users: int
    tests: int = 1
    trainings: int = 1


def compare_best(
    runs: Mapping[str, pd.DataFrame], users: pd.DataFrame, metric: str, model: str | None = None
) -> Comparison | None:
    """Compare one model with the best other, by the means of a test score.

    Args:
        runs: label -> a winner's runs, one row per seed.
        users: `Experiments.users`.
        metric: as "recall@20".
        model: the label of the one; by default the best of all.

    Returns:
        The comparison; None where there are fewer than two models with this score.
    """
    means = pd.Series({label: spread(found, f"test_{metric}")[0] for label, found in runs.items()}, dtype=float)
    order = [str(label) for label in means.dropna().sort_values(ascending=False, kind="stable").index]
    first = model if model in order else next(iter(order), "")
    other = next((label for label in order if label != first), None)
    if other is None or means[other] <= 0 or model not in (first, None):
        return None
    p, n = paired(users, runs[first], runs[other], metric)
    trained = [len(runs[label]) for label in (first, other) if runs[label]["model"].iat[0] not in BASELINES]
    return Comparison(first, other, float(means[first] / means[other] - 1), p, n, trainings=min(trained, default=0))


def corrected(family: Sequence[Comparison]) -> list[Comparison]:
    """Return the comparisons of a family, such as all of one table, with Holm's correction of their p."""
    tests = sum(not isnan(one.p) for one in family)
    p = holm([one.p for one in family])
    return [replace(one, p=float(own), tests=tests) for one, own in zip(family, p, strict=True)]


def about_p(family: Sequence[Comparison], users: str = "users") -> str:
    """Return the sentences about p for below a table; empty where no test was made. users: how they are called."""
    tested = [one for one in family if not isnan(one.p)]
    if not tested:
        return ""
    said = (
        f"p: paired t-test over {users}, each one's mean over seeds, with Holm's correction for the table's "
        f"{tested[0].tests} tests."
    )
    if all(one.trainings != 1 for one in tested):
        return said
    return f"{said} {TRAINED_ONCE}"
