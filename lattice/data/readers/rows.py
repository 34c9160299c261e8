"""Rows read from files, each of which can be found there again when something is wrong with it."""

import csv
import json
import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lattice.errors import InputError

SEPARATORS = {".csv": ",", ".tsv": "\t", ".inter": "\t"}
ALIASES = {"user": ("user", "userid"), "item": ("item", "itemid", "asin")}


@dataclass(frozen=True)
class Rows:
    """A table, and where its rows come from: `place` turns a label of the table's index into words."""

    table: pd.DataFrame
    place: Callable[[int], str]

    def refuse(self, wrong: Collection[bool], problem: str, **words: object) -> None:
        """Raise an InputError about the first `wrong` row.

        `problem` is a format string of the row's columns, as in `{item!r}`, and of `words`.
        """
        mask = np.asarray(wrong, dtype=bool)
        if mask.any():
            row = int(mask.argmax())
            place = self.place(self.table.index[row])
            raise InputError(f"{place}: {problem.format(**self.table.iloc[row], **words)}")


def stack(parts: Sequence[Rows]) -> Rows:
    """The rows of several files in one table."""
    starts = np.cumsum([0, *(len(part.table) for part in parts)])

    def place(row: int) -> str:
        part = bisect_right(starts, row) - 1
        return parts[part].place(parts[part].table.index[row - starts[part]])

    return Rows(pd.concat([part.table for part in parts], ignore_index=True), place)


def read_table(
    path: Path, needed: Sequence[str], optional: Sequence[str] = (), columns: Mapping[str, str] | None = None
) -> Rows:
    """The named columns of a CSV, TSV, `.inter` or Parquet file, as strings.

    A column is found by the name that `columns` gives it (ours -> the file's), its own or a usual other one,
    whatever the case. A missing value of an optional column is "".
    InputError: no such file or column, a torn line, an empty needed value.
    """
    frame = _read_parquet(path) if path.suffix == ".parquet" else _read_text(path)
    if frame.empty:
        raise InputError(f"{path}: holds no rows; give it a header and at least one line")
    chosen = _choose(path, frame, needed, optional, columns or {})
    table = pd.DataFrame({ours: frame[theirs] for ours, theirs in chosen.items()})

    def place(row: int) -> str:
        return f"{path}, row {row}" if path.suffix == ".parquet" else f"{path}, line {_line(path, row)}"

    rows = Rows(table, place)
    for column in needed:
        rows.refuse(
            table[column] == "",
            "no value in column {column!r}; fill it in or remove the line",
            column=chosen[column],
        )
    return rows


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object whose keys occur once; an InputError gives the line and column of a mistake."""
    try:
        content = json.loads(_text(path), object_pairs_hook=lambda pairs: _object(path, pairs))
    except json.JSONDecodeError as error:
        raise InputError(
            f"{path}, line {error.lineno}: not JSON at column {error.colno} ({error.msg}); mend it there"
        ) from None
    if not isinstance(content, dict):
        raise InputError(f"{path}: holds a JSON {type(content).__name__}, but an object {{...}} is needed")
    return content


def read_lines(path: Path) -> list[str]:
    """The lines of a text file without their ends, line 1 first."""
    return _text(path).removesuffix("\n").split("\n")


def missing(path: Path) -> InputError:
    """The error for a file that isn't there."""
    return InputError(f"{path}: no such file; check the path or the option that names it")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text at byte {error.start}; save it as UTF-8") from None
    except OSError:
        raise missing(path) from None


def _object(path: Path, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise InputError(f"{path}: key {twice!r} occurs twice; keep each once")
    return content


def _read_parquet(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise missing(path)
    try:
        frame = pd.read_parquet(path).reset_index(drop=True)
    except (OSError, ValueError):
        raise InputError(f"{path}: not a Parquet file; write it anew, or as .csv or .tsv") from None
    return frame.astype("str").fillna("")


def _read_text(path: Path) -> pd.DataFrame:
    if path.suffix not in SEPARATORS:
        raise InputError(f"{path}: {path.suffix or 'no'} ending; a table is {', '.join(SEPARATORS)} or .parquet")
    if not path.is_file():
        raise missing(path)
    try:
        frame = pd.read_csv(path, sep=SEPARATORS[path.suffix], dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text ({error.reason}); save it as UTF-8") from None
    except pd.errors.EmptyDataError:
        raise InputError(f"{path}: is empty; give it a header and at least one line") from None
    except pd.errors.ParserError as error:
        raise InputError(_torn(path, str(error))) from None
    if not isinstance(frame.index, pd.RangeIndex):
        raise InputError(f"{path}, line {_line(path, 0)}: more values than the header has columns; remove some")
    return frame


def _torn(path: Path, message: str) -> str:
    counts = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", message)
    if counts:
        header, line, found = counts.groups()
        return f"{path}, line {line}: {found} values, but the header has {header}; quote or remove the rest"
    return f"{path}: a quotation mark is never closed ({' '.join(message.split())}); close it"


def _line(path: Path, row: int) -> int:
    """The line on which data row `row` ends: quoted values may span lines, and blank lines are skipped."""
    csv.field_size_limit(2**31 - 1)  # a description may be longer than the 128 KiB that is usual
    with path.open(newline="", encoding="utf-8-sig") as file:
        lines = csv.reader(file, delimiter=SEPARATORS[path.suffix])
        next(islice((line for line in lines if len(line) > 1 or "".join(line).strip()), row + 1, None))
        return lines.line_num


def _choose(
    path: Path,
    frame: pd.DataFrame,
    needed: Sequence[str],
    optional: Sequence[str],
    columns: Mapping[str, str],
) -> dict[str, str]:
    known = {_plain(name): name for name in reversed(frame.columns)}
    chosen = {}
    for column in (*needed, *optional):
        names = (columns.get(column, column), *ALIASES.get(column, ()))
        found = next((known[_plain(name)] for name in names if _plain(name) in known), None)
        if found is not None:
            chosen[column] = found
        elif column in needed or column in columns:
            raise InputError(
                f"{path}: no column {names[0]!r} (it has {', '.join(map(repr, frame.columns))}); "
                f"say which one it is with `--column {column}=NAME`"
            )
    return chosen


def _plain(name: str) -> str:
    return name.split(":")[0].replace("_", "").strip().lower()
