"""Result files of experiments: which settings won, their spread over seeds, and whether a lead is more than chance.

A result file is a CSV with one row per run. KEYS say which run it is: `dataset` is a fingerprint, `options` a checksum
of every option that counts. `settings` is what was asked for ("lr=1e-3 l2=1e-4"), and columns like `valid_recall@20`
and `test_recall@20` are its scores. One dataset's files are in one folder, told apart by FILE_SUFFIX.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from lattice.errors import InputError
from lattice.evaluation.metrics import SELECTION_METRIC
from lattice.experiments.methods import Method

KEYS = ["dataset", "model", "options", "seed"]
SELECTED_BY = f"valid_{SELECTION_METRIC}"
FILE_SUFFIX = {"warm": "", "cold": "-cold", "k": "-k", "lambda_": "-lambda", "gradient": "-gradient"}
USERS = "-users.parquet"


@dataclass(frozen=True, eq=False)
class Experiments:
    """What was measured on one dataset, one row per run; empty tables where nothing was.

    Args:
        warm: every model and ablation (Tables 2 and 3).
        cold: held-out items (Figure 3).
        k: LATTICE's sensitivity to k (Figure 4).
        lambda_: the same for lambda.
        gradient: LATTICE with edge weights that learn on the first or on every step.
        users: scores of single users under the warm winners: KEYS, user (index), one column per metric.
    """

    warm: pd.DataFrame
    cold: pd.DataFrame
    k: pd.DataFrame
    lambda_: pd.DataFrame
    gradient: pd.DataFrame
    users: pd.DataFrame


def read_all_rows(file: Path) -> pd.DataFrame:
    """Return every row of a result file, of all datasets; an InputError names a file that isn't a result file."""
    # A checksum like 12e4 is text.
    text = dict.fromkeys(("dataset", "model", "options", "settings"), str)
    try:
        table = pd.read_csv(file, dtype=text)
        missing = {*KEYS, "settings"}.difference(table)
        if missing:
            raise ValueError(f"it has no column {', '.join(sorted(missing))}")
        if table.empty:
            raise ValueError("it has no rows")
        table["settings"] = table["settings"].fillna("")  # of a baseline that has none
    except ValueError as error:  # also pandas' own, of a file that is empty, damaged or not text
        reason = " ".join(str(error).split())
        raise InputError(f"{file}: not a result file ({reason}); fix it or move it away") from None
    return table


def read_current_rows(file: Path) -> pd.DataFrame:
    """Return the rows on the dataset as it was prepared last; an empty table if there is no such file."""
    if not file.exists():
        return _no_rows()
    table = read_all_rows(file)
    return table[table["dataset"] == table["dataset"].iat[-1]].reset_index(drop=True)


def read_experiments(file: Path, problems: list[str] | None = None) -> Experiments:
    """Read the result file of a dataset's warm runs, and those beside it, on the same dataset or its cold-start split.

    Args:
        file: the result file of the warm runs.
        problems: where given, a damaged file is left out and noted in it, instead of raising an InputError.
    """
    tables = {
        kind: _read(read_current_rows, file.with_name(f"{file.stem}{suffix}.csv"), _no_rows(), problems)
        for kind, suffix in FILE_SUFFIX.items()
    }
    for kind in ("k", "lambda_", "gradient"):
        tables[kind] = tables[kind][tables[kind]["dataset"].isin(tables["warm"]["dataset"])]
    users = _read(_read_users, file.with_name(f"{file.stem}{USERS}"), pd.DataFrame(), problems)
    return Experiments(**tables, users=users)


def find_experiments(folder: Path, fingerprint: str) -> tuple[Experiments | None, list[str]]:
    """Find the experiments in `folder` on the dataset with this fingerprint.

    Returns:
        The experiments, or None; and one line for each damaged file that was left out.
    """
    problems: list[str] = []
    for file in result_files(folder):
        if (_read(read_current_rows, file, _no_rows(), problems)["dataset"] == fingerprint).any():
            return read_experiments(file, problems), problems
    return None, problems


def result_files(folder: Path) -> list[Path]:
    """Return the result files of warm runs in `folder`, one per dataset."""
    return [file for file in sorted(folder.glob("*.csv")) if not _is_beside(file)]


def _is_beside(file: Path) -> bool:
    """A name may end like a sweep's: it is one only where the result file that it belongs to exists."""
    for suffix in filter(None, FILE_SUFFIX.values()):
        if file.stem.endswith(suffix):
            warm = file.with_name(f"{file.stem.removesuffix(suffix)}.csv")
            return suffix == FILE_SUFFIX["cold"] or warm.exists()
    return False


def _read(
    reader: Callable[[Path], pd.DataFrame], file: Path, default: pd.DataFrame, problems: list[str] | None
) -> pd.DataFrame:
    try:
        return reader(file)
    except InputError as error:
        if problems is None:
            raise
        problems.append(str(error))
        return default


def _read_users(file: Path) -> pd.DataFrame:
    if not file.exists():
        return pd.DataFrame()
    try:
        return pd.read_parquet(file)
    except (OSError, ValueError) as error:  # pyarrow's own of a damaged file are ValueErrors
        reason = str(error).partition("\n")[0]
        raise InputError(f"{file}: not a Parquet file of users' scores ({reason}); remove it") from None


def _no_rows() -> pd.DataFrame:
    return pd.DataFrame(columns=[*KEYS, "settings"])


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
    """Return a score over one option that the settings name (`k`, `lambda_`): value, mean, std and seeds, by value.

    All other settings are equal: where there are several sweeps, it is the last.
    """
    named = rf"(?:^| ){option}=(\S+)"
    table = table.assign(
        value=table["settings"].str.extract(named)[0].astype(float),
        rest=table["settings"].str.replace(named, "", regex=True),
        score=table[metric] if metric in table else float("nan"),
    ).dropna(subset="value")
    grouped = table[table["rest"].isin(table["rest"].tail(1))].groupby("value")["score"]
    return grouped.agg(mean="mean", std="std", seeds="size").reset_index()


def paired(users: pd.DataFrame, one: pd.DataFrame, other: pd.DataFrame, metric: str) -> tuple[float, int]:
    """Compare two winners' runs user by user, each user's score a mean over seeds.

    Args:
        users: `Experiments.users`, which may hold scores of settings that no longer win.
        one: a winner's runs, one row per seed.
        other: the other's.
        metric: as "recall@20".

    Returns:
        The two-sided p of a paired t-test, and the number of users; NaN and 0 where it can't be made.
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


def holm(p: Sequence[float]) -> np.ndarray:
    """Return the p values of a family of tests, corrected as Holm (1979) does; NaN, a test not made, stays NaN.

    The i-th smallest of m, counted from 0, is multiplied by m - i; none becomes smaller than the one before it, or
    larger than 1.
    """
    found = np.array(p, dtype=float)
    made = np.flatnonzero(~np.isnan(found))
    order = made[np.argsort(found[made], kind="stable")]
    factors = np.arange(len(order), 0, -1)
    found[order] = np.minimum(np.maximum.accumulate(found[order] * factors), 1)
    return found
