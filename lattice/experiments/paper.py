"""What the paper compares: the models of its tables and their names, the scores they are compared by, and who leads.

A model has one name in result files (`lattice.experiments.results`). What stands on a backbone names it ("lattice-mf",
"lattice/feats-ngcf", "feats-lightgcn"), but for LATTICE on LightGCN, which is "lattice".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan

import pandas as pd

from lattice.experiments.results import paired, spread, winners

METRICS = {"recall@20": "Recall@20", "precision@20": "Precision@20", "ndcg@20": "NDCG@20"}
MODELS = {
    "mf": "MF",
    "ngcf": "NGCF",
    "lightgcn": "LightGCN",
    "vbpr": "VBPR",
    "mmgcn": "MMGCN",
    "grcn": "GRCN",
    "lattice": "LATTICE",
}
BACKBONES = ("mf", "ngcf", "lightgcn")
VARIANTS = {"CF": "{}", "CF+feats": "feats-{}", "LATTICE/feats-CF": "lattice/feats-{}", "LATTICE-CF": "lattice-{}"}
COLD_SELECTED_BY = "valid_cold_recall@20"


def variant(backbone: str, kind: str) -> str:
    """The model of Table 3 that is of a kind in VARIANTS, on a backbone."""
    name = VARIANTS[kind].format(backbone)
    return "lattice" if name == "lattice-lightgcn" else name


TABLE_2 = tuple(MODELS)
TABLE_3 = tuple(variant(backbone, kind) for backbone in BACKBONES for kind in VARIANTS)


# --- words -----------------------------------------------------------------------------------------------------------


def written(model: str) -> str:
    """A model as the paper writes it: "lattice/feats-mf" is LATTICE/feats-MF, "feats-mf" is MF+feats.

    A way of scoring may follow: "lattice, fold-in" is LATTICE, fold-in.
    """
    name, comma, way = model.partition(", ")
    kind, dash, backbone = name.partition("-")
    below = MODELS.get(backbone, backbone)
    if kind == "feats":
        return f"{below}+feats{comma}{way}"
    first, slash, feats = kind.partition("/")
    words = f"{MODELS.get(first, first)}{slash}{feats}{dash}{below}{comma}{way}"
    return words[:1].upper() + words[1:]


def written_in_full(model: str) -> str:
    """The same, the backbone named always: as Table 3 has it, "lattice" is LATTICE-LightGCN."""
    return written("lattice-lightgcn" if model == "lattice" else model)


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
    order = sorted(won, key=lambda name: TABLE_2.index(name) if name in TABLE_2 else len(TABLE_2))
    return {written(name): won[name] for name in order}


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
