"""Result files of experiments: which settings won, their spread over seeds, and whether a lead is more than chance.

A result file is a CSV with a row a run. KEYS say which run it is: `dataset` is a fingerprint, `options` a checksum of
every option that counts. `settings` is what was asked for ("lr=1e-3 l2=1e-4"), and columns like `valid_recall@20` and
`test_recall@20` are its scores. One dataset's files lie beside each other, told apart by their names' ends (ENDS).
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lattice.errors import InputError
from lattice.evaluation.metrics import SELECTION_METRIC
from lattice.experiments.methods import Method

KEYS = ["dataset", "model", "options", "seed"]
SELECTED_BY = f"valid_{SELECTION_METRIC}"
ENDS = {"warm": "", "cold": "-cold", "k": "-k", "lambda_": "-lambda", "gradient": "-gradient"}
USERS = "-users.parquet"


@dataclass(frozen=True)
class Experiments:
    """What was measured on one dataset, a row a run; empty tables where nothing was.

    warm: every model and ablation (Tables 2 and 3). cold: held-out items (Figure 3). k, lambda_: LATTICE's
    sensitivity (Figure 4). users: scores of single users under the warm winners, for paired tests: model, seed,
        user (index), and a column a metric.
    """

    warm: pd.DataFrame
    cold: pd.DataFrame
    k: pd.DataFrame
    lambda_: pd.DataFrame
    gradient: pd.DataFrame
    users: pd.DataFrame


def rows(file: Path) -> pd.DataFrame:
    """Every row of a result file, whatever the dataset; an InputError names a file that is none."""
    # A checksum like 12e4 is text.
    text = dict.fromkeys(("dataset", "model", "options", "settings"), str)
    try:
        table = pd.read_csv(file, dtype=text)
        missing = {*KEYS, "settings"}.difference(table)
        if missing:
            raise ValueError(f"it has no column {', '.join(sorted(missing))}")
        if table.empty:
            raise ValueError("it has no rows")
    except ValueError as error:  # what pandas says of a file that is empty, torn or no text, too
        reason = " ".join(str(error).split())
        raise InputError(f"{file}: no result file ({reason}); mend it or move it away") from None
    return table


def read(file: Path) -> pd.DataFrame:
    """The rows of a result file, of the dataset as it was prepared last; an empty table where there is no file."""
    if not file.exists():
        return pd.DataFrame(columns=[*KEYS, "settings"])
    table = rows(file)
    return table[table["dataset"] == table["dataset"].iat[-1]].reset_index(drop=True)


def experiments(file: Path) -> Experiments:
    """The result file of a dataset's warm runs, and those beside it on the same dataset, or on its cold-start split."""
    tables = {kind: read(file.with_name(f"{file.stem}{end}.csv")) for kind, end in ENDS.items()}
    for kind in ("k", "lambda_", "gradient"):
        tables[kind] = tables[kind][tables[kind]["dataset"].isin(tables["warm"]["dataset"])]
    users = file.with_name(f"{file.stem}{USERS}")
    return Experiments(**tables, users=pd.read_parquet(users) if users.exists() else pd.DataFrame())


def find(folder: Path, fingerprint: str) -> Experiments | None:
    """The experiments in `folder` on the dataset with this fingerprint, if there are any."""
    for file in files(folder):
        if (read(file)["dataset"] == fingerprint).any():
            return experiments(file)
    return None


def files(folder: Path) -> list[Path]:
    """The result files of warm runs in `folder`, one a dataset."""
    others = tuple(end for end in ENDS.values() if end)
    return [file for file in sorted(folder.glob("*.csv")) if not file.stem.endswith(others)]


def winners(table: pd.DataFrame, by: str = SELECTED_BY) -> dict[Method, pd.DataFrame]:
    """Return every seed's run of each method's winner: the settings that are best at seed 0, on validation."""
    found = {}
    for text, runs in table.groupby("model", sort=False):
        first = runs[runs["seed"] == 0]
        if first[by].notna().any():
            won = first.loc[first[by].idxmax(), "options"]
            found[Method.parse(str(text))] = runs[runs["options"] == won].sort_values("seed", ignore_index=True)
    return found


def spread(runs: pd.DataFrame, metric: str) -> tuple[float, float]:
    """Return mean and sample standard deviation of a column over seeds.

    The deviation of a single seed is NaN, and so are both where older runs lack the metric.
    """
    if metric not in runs:
        return float("nan"), float("nan")
    return float(runs[metric].mean()), float(runs[metric].std())


def curve(table: pd.DataFrame, option: str, metric: str = SELECTED_BY) -> pd.DataFrame:
    """Sensitivity to one option that the settings name (`k`, `lambda_`): value, mean, std and seeds, by value.

    All else is equal: where there are sweeps at several settings, it is the one that was run last.
    """
    named = rf"(?:^| ){option}=(\S+)"
    table = table.assign(
        value=table["settings"].str.extract(named)[0].astype(float),
        rest=table["settings"].str.replace(named, "", regex=True),
    ).dropna(subset="value")
    grouped = table[table["rest"].isin(table["rest"].tail(1))].groupby("value")[metric]
    return grouped.agg(mean="mean", std="std", seeds="count").reset_index()


def paired(users: pd.DataFrame, one: pd.DataFrame, other: pd.DataFrame, metric: str) -> tuple[float, int]:
    """Two-sided p of a paired t-test between two winners' runs, and over how many users.

    NaN and 0 where it can't be made. Each user's score is a mean over seeds. users: `Experiments.users`, where scores
    of settings that no longer win may be, too.
    """
    from scipy.stats import ttest_rel  # takes a second to load

    if metric not in users:
        return float("nan"), 0
    own = pd.concat([one[KEYS].assign(side="one"), other[KEYS].assign(side="other")])
    scores = users.merge(own, on=KEYS).pivot_table(index="user", columns="side", values=metric)
    scores = scores.reindex(columns=["one", "other"]).dropna()
    if len(scores) < 2:
        return float("nan"), 0
    return float(ttest_rel(scores["one"], scores["other"]).pvalue), len(scores)
