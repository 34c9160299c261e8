"""Result files that several processes write: one row per run, and beside it the scores of single users.

Writers lock, re-read and replace the file atomically. A run that is already in it is replaced; other rows keep their
digits. Reading needs no lock.
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
    """Return the lock that a writer of the result file must hold."""
    return FileLock(file.with_name(f".{file.name}.lock"))


def users_file(file: Path) -> Path:
    """Return the path of single users' scores: KEYS, `user` (index) and one column per metric."""
    return file.with_name(f"{file.stem}{USERS}")


def find(file: Path, key: Key) -> Row | None:
    """Return the row of one run by its KEYS; None if it was not run."""
    if not file.exists():
        return None
    table = read_all_rows(file)
    found = table[_same(table, key)].to_dict("records")
    return {str(name): value for name, value in found[-1].items()} if found else None


def has_users(file: Path, key: Key) -> bool:
    """Return whether a run has scores of single users."""
    users = users_file(file)
    where = [(name, "==", value) for name, value in zip(KEYS, key, strict=True)]
    return users.exists() and not pd.read_parquet(users, columns=["user"], filters=where).empty


def add(file: Path, row: Row, users: pd.DataFrame | None = None) -> None:
    """Write a run into the file, and `users` (`user` index, one column per metric) into the file beside it."""
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
        # Users are sorted, so differences are small: a fifth of the size.
        encoding: dict[str, Any] = {"use_dictionary": others, "column_encoding": {"user": "DELTA_BINARY_PACKED"}}
        table.to_parquet(part, index=False, compression="zstd", **encoding)


def _text(file: Path) -> pd.DataFrame:
    """Return every row as text, so that digits stay as they are."""
    return pd.read_csv(file, dtype=str, keep_default_na=False) if file.exists() else pd.DataFrame(columns=KEYS)


def _same(table: pd.DataFrame, key: Iterable[object]) -> np.ndarray:
    return np.logical_and.reduce([table[name] == value for name, value in zip(KEYS, key, strict=True)])
