"""Features as a table: which columns are features, and which may hold the item of each row."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lattice.data.report import Report
from lattice.data.tables import Reading, Table, read_table
from lattice.data.tables.compressed import read_bytes
from lattice.data.tables.dialect import plain_name
from lattice.data.tables.encoding import decode
from lattice.data.tables.names import ITEM_NAMES, is_known
from lattice.data.values import as_text, clean_ids
from lattice.errors import InputError

UNNAMED = ("#", "Unnamed:", "__index_level")  # what a column without a name is called, by us and by pandas
DISTINCT = 0.9  # share of the rows that have an id of their own in a column of ids
WIDE = 8  # columns from which 0, 1, 2, ... as a row is no coincidence
SAMPLE = 1000  # rows by which most columns of features are seen to be no ids


@dataclass(frozen=True, eq=False)
class Candidate:
    """A column that may hold the item of each row.

    ids: one per row. place: which feature it is unless it holds ids, or None. first: is it where ids are written, in
    the first column that is not pandas' index, or in it? index: has it no name, so that it is such an index?
    """

    name: str
    ids: np.ndarray
    place: int | None
    first: bool
    index: bool


@dataclass(frozen=True, eq=False)
class FeatureTable:
    """values: float64 [n, d]. ids: of the column that is called so, or None. lost: the lines that could not be read."""

    values: np.ndarray
    ids: np.ndarray | None
    candidates: tuple[Candidate, ...] = ()
    lost: tuple[str, ...] = ()


def read_features(path: Path) -> FeatureTable:
    """Read a table with one column of vectors or one column per dimension, or JSON as {id: vector}.

    InputError: no such file, no numbers, or vectors of several lengths.
    """
    if path.suffix.lower() == ".json" and (by_id := _vectors_by_id(path)) is not None:
        return by_id
    table = _with_header(read_table(path))
    names = {plain_name(str(column)): column for column in reversed(table.frame.columns)}
    id_column = next((names[name] for name in ITEM_NAMES["item"] if name in names), None)
    rest = [column for column in table.frame.columns if column != id_column]
    matrix, columns = _matrix(table, rest)
    if id_column is not None:
        return FeatureTable(matrix, ids_of(table.frame[id_column]), (), _lost(table, matrix))
    return FeatureTable(matrix, None, tuple(_candidates(table, matrix, columns)), _lost(table, matrix))


def _matrix(table: Table, rest: list[Any]) -> tuple[np.ndarray, list[Any]]:
    """Return the features, float64 [n, d], and their columns: none where one column holds whole vectors."""
    frame = table.frame
    vectors = [column for column in rest if _are_vectors(frame[column])]
    if len(vectors) > 1:
        raise InputError(f"{table.path}: holds vectors in {', '.join(map(repr, vectors))}; leave one column of them")
    if vectors:
        values = [found for value in frame[vectors[0]] if (found := _vector(value)) is not None]
        if len({len(value) for value in values}) != 1:
            raise InputError(f"{table.path}: the vectors in {vectors[0]!r} are not all of one length")
        return np.array(values, dtype=np.float64), []
    numbers = frame[rest].apply(lambda column: pd.to_numeric(as_text(column), errors="coerce"))
    columns = [column for column in rest if not numbers[column].isna().all() and not is_index(table, column)]
    if not columns:
        raise InputError(f"{table.path}: holds no numbers; a column of ids and the features' columns are needed")
    return numbers[columns].to_numpy(dtype=np.float64), columns


def _candidates(table: Table, matrix: np.ndarray, columns: list[Any]) -> Iterator[Candidate]:
    """Yield the columns that are no features, and those of numbers that may be ids."""
    first = next((column for column in table.frame.columns if not is_index(table, column)), None)
    for column in table.frame.columns:
        values, place = table.frame[column], columns.index(column) if column in columns else None
        if place is None and _are_vectors(values):
            continue
        if place is None or (len(columns) > 1 and _may_be_ids(values, matrix[:, place])):
            index = is_index(table, column)
            yield Candidate(str(column), ids_of(values), place, index or column == first, index)


def columns_of_ids(values: np.ndarray) -> tuple[Candidate, ...]:
    """Return the columns of a matrix, [n, d], that may be ids instead of features: the first, and others like it."""
    if values.ndim != 2 or values.shape[1] < 2 or values.dtype.kind not in "fiu":
        return ()
    if not _may_be_ids(pd.Series(values[:, 0]), values[:, 0]):
        return ()
    whole = np.flatnonzero((values[:SAMPLE] % 1 == 0).all(axis=0))
    columns = [(place, pd.Series(values[:, place])) for place in whole.tolist()]
    return tuple(
        Candidate(f"#{place + 1}", ids_of(column), place, place == 0, False)
        for place, column in columns
        if _may_be_ids(column, values[:, place])
    )


def _with_header(table: Table) -> Table:
    """Return the table, read again with a header where its first row numbers the columns, as pandas names them."""
    if table.header or len(table.frame) < 2:
        return table
    first = [str(value).strip() for value in table.frame.iloc[0]]
    numbered = [str(number) for number in range(len(first))]
    named = len(first) > 2 and first[1:] == numbered[:-1] and not first[0].lstrip("-").replace(".", "").isdigit()
    if first == numbered and len(first) > 1:
        whole = table.frame.iloc[1:].apply(lambda column: column.str.fullmatch(r"\s*-?\d+\s*"))
        named = len(first) >= WIDE or not whole.all(axis=1).any()
    return read_table(table.path, Reading(header=True)) if named else table


def is_index(table: Table, column: Any) -> bool:
    """Say whether a column is the index that pandas saves, or the first and numbers rows that have no header."""
    if str(column).startswith("__index_level"):
        return True
    if column != table.frame.columns[0] or not str(column).startswith(UNNAMED):
        return False
    return table.header or as_text(table.frame[column]).tolist() == [str(n) for n in range(len(table.frame))]


def _may_be_ids(column: "pd.Series[Any]", numbers: np.ndarray) -> bool:
    """Say whether a column that can be read as numbers holds whole ones, or text beside them, nearly all distinct."""
    for rows in (slice(SAMPLE), slice(None)):
        values, written = numbers[rows], as_text(column.iloc[rows])
        known = np.isfinite(values)
        if (values[known] % 1 != 0).any() or len(written) < 2 or written.nunique() < DISTINCT * len(written):
            return False
    return True


def _lost(table: Table, matrix: np.ndarray) -> tuple[str, ...]:
    """Return the places of the lines that hold no row, but for word2vec's first line, which says rows and numbers."""
    lines = sorted(line for fault in table.faults if fault.lost for line in fault.lines)
    if lines[:1] == [1]:
        words = decode(read_bytes(table.path)[0]).text.split("\n", 1)[0].split()
        counts = [int(word) for word in words if word.isdigit()]
        if len(words) == len(counts) == 2 and counts[1] in (matrix.shape[1], matrix.shape[1] - 1):
            lines = lines[1:]
    return tuple(f"{table.name}, {table.unit} {line}" for line in lines)


def _are_vectors(column: "pd.Series[Any]") -> bool:
    return _vector(column.iloc[0]) is not None and bool(column.map(_vector).notna().all())


def _vector(value: Any) -> np.ndarray | None:
    if isinstance(value, str) and value[:1] == "[":
        try:
            value = np.array(value.strip("[]").replace(",", " ").split(), dtype=np.float64)
        except ValueError:
            return None
    if isinstance(value, list | tuple | np.ndarray):
        array = np.asarray(value)
        return array if array.ndim == 1 and array.dtype.kind in "fiu" and len(array) else None
    return None


def _vectors_by_id(path: Path) -> FeatureTable | None:
    """Read JSON as {id: [number, ...], ...}; None where it is another form, as columns by name."""
    try:
        content = json.loads(decode(read_bytes(path)[0]).text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or len(content) < 2 or any(map(is_known, content)):
        return None
    vectors = [_vector(value) for value in content.values()]
    known = [vector for vector in vectors if vector is not None]
    if len(known) < len(vectors):
        return None
    if len({len(vector) for vector in known}) != 1:
        raise InputError(f"{path}: the vectors by id are not all of one length")
    return FeatureTable(np.stack(known).astype(np.float64), ids_of(pd.Series(list(content), dtype=object)))


def ids_of(column: "pd.Series[Any]") -> np.ndarray:
    """Return a column of ids as text, "" where there is none."""
    cleaned = clean_ids(column, "feature", Report())
    return np.asarray(pd.Series(cleaned).astype("str").fillna(""), dtype=object)
