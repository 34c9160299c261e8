"""Result files that several processes add to at once: a row a run, and beside it the scores of single users.

Who adds takes the file's lock, reads it anew and puts it back whole, under a temporary name until it is. A run that is
there already is replaced; nobody else's rows are touched, nor their digits. Reading needs no lock.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from filelock import FileLock

from lattice.experiments.results import KEYS, USERS, read_all_rows
from lattice.files import replaced_file

Row = dict[str, Any]
Key = tuple[str, str, str, int]


def lock(file: Path) -> FileLock:
    """Who has it may write the result file."""
    return FileLock(file.with_name(f".{file.name}.lock"))


def users_file(file: Path) -> Path:
    """Where the scores of single users lie: KEYS, `user` (index) and a column a metric."""
    return file.with_name(f"{file.stem}{USERS}")


def find(file: Path, key: Key) -> Row | None:
    """The row of one run, by its KEYS; None where it was not run."""
    if not file.exists():
        return None
    table = read_all_rows(file)
    found = table[_same(table, key)].to_dict("records")
    return {str(name): value for name, value in found[-1].items()} if found else None


def has_users(file: Path, key: Key) -> bool:
    """Whether the scores of single users are there for one run."""
    users = users_file(file)
    where = [(name, "==", value) for name, value in zip(KEYS, key, strict=True)]
    return users.exists() and not pd.read_parquet(users, columns=["user"], filters=where).empty


def add(file: Path, row: Row, users: pd.DataFrame | None = None) -> None:
    """Put a run into the file; `users`: `user` (index) and a column a metric, which go into the file beside it."""
    key = tuple(row[name] for name in KEYS)
    file.parent.mkdir(parents=True, exist_ok=True)
    with lock(file):
        before = _text(file)
        others = before[~_same(before, map(str, key))]
        with replaced_file(file) as part:
            pd.concat([others, pd.DataFrame([row])]).to_csv(part, index=False)
        if users is not None:
            _add_users(users_file(file), users.assign(**dict(zip(KEYS, key, strict=True))))


def _add_users(file: Path, users: pd.DataFrame) -> None:
    table = users[[*KEYS, *users.columns.drop(KEYS)]]
    if file.exists():
        before = pd.read_parquet(file)
        table = pd.concat([before[~_same(before, users[KEYS].iloc[0])], table])
    others = [name for name in table if name != "user"]
    with replaced_file(file) as part:
        # Users come in order, so their differences are nearly nothing: a fifth of the size.
        encoding: dict[str, Any] = {"use_dictionary": others, "column_encoding": {"user": "DELTA_BINARY_PACKED"}}
        table.to_parquet(part, index=False, compression="zstd", **encoding)


def _text(file: Path) -> pd.DataFrame:
    """Every row, as it is written to the last digit."""
    return pd.read_csv(file, dtype=str, keep_default_na=False) if file.exists() else pd.DataFrame(columns=KEYS)


def _same(table: pd.DataFrame, key: Iterable[object]) -> np.ndarray:
    return np.logical_and.reduce([table[name] == value for name, value in zip(KEYS, key, strict=True)])
