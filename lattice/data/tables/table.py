"""One table from one file of any form: columns by name, and for each row the line it came from."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lattice.data.tables.columnar import columnar_kind, read_columnar
from lattice.data.tables.compressed import PEEK, read_bytes
from lattice.data.tables.delimited import Fault, parse
from lattice.data.tables.dialect import NAMES
from lattice.data.tables.encoding import decode
from lattice.data.tables.names import is_known
from lattice.data.tables.records import looks_like_records, parse_records
from lattice.errors import InputError

JSON = (".json", ".jsonl", ".ndjson")
ENDINGS = (".gz", ".gzip", ".bz2", ".xz", ".zst", ".zstd", ".zip")


@dataclass(frozen=True)
class Reading:
    """How to read tables, where that is not left to be found out.

    separator: between the values of delimited text, such as "," or "tab". encoding: of text, such as "cp1252".
    header: has delimited text a header?
    """

    separator: str | None = None
    encoding: str | None = None
    header: bool | None = None


@dataclass(frozen=True, eq=False)
class Table:
    """frame: one row per row, its columns named as in the file ("#1", "#2", ... where it has no header).

    lines: int64, each row's line, or its number where `unit` is not "line". header: did the file name its columns?
    form: what the file was taken for, in words. remarks: what a person should know of it. faults: lines in which no
    row could be read, or only with a change.
    """

    path: Path
    frame: pd.DataFrame
    lines: np.ndarray
    unit: str
    form: str
    header: bool = True
    remarks: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = field(default=())

    @property
    def name(self) -> str:
        """Return the file's name, with its folder's if it is a shard named by number only."""
        path = self.path
        return f"{path.parent.name}/{path.name}" if re.match(r"part[-_.]?\d|\d", path.name) else path.name

    def place(self, row: int) -> str:
        """Return file and line of row `row` (its position in `frame`)."""
        return f"{self.name}, {self.unit} {self.lines[row]}"


def read_table(path: Path, reading: Reading | None = None, wanted: Callable[[str], bool] | None = None) -> Table:
    """Read the table in a file. InputError: no such file, or one that holds no table.

    wanted: of a file with one record a line, says of a line whether it may be needed.
    """
    data, compression = read_bytes(path)
    return _table(path, data, compression, reading or Reading(), wanted)


def peek_table(path: Path, reading: Reading | None = None) -> Table:
    """Read the first rows of the table in a file, to see its columns."""
    data, compression = read_bytes(path, PEEK)
    if columnar_kind(data) or len(data) < PEEK:
        return read_table(path, reading) if len(data) >= PEEK else _table(path, data, compression, reading or Reading())
    cut = data.rfind(b"\n") + 1
    try:
        return _table(path, data[: cut or None], compression, reading or Reading())
    except InputError:  # JSON that only makes sense as a whole
        return read_table(path, reading)


def _table(
    path: Path, data: bytes, compression: str, reading: Reading, wanted: Callable[[str], bool] | None = None
) -> Table:
    packed = f", {compression}" if compression else ""
    if kind := columnar_kind(data):
        frame = read_columnar(path, data)
        return _checked(Table(path, frame, np.arange(1, len(frame) + 1), "row", kind + packed))
    if path.suffix.lower() in (".parquet", ".feather", ".arrow"):
        raise InputError(f"{path}: not a Parquet or Feather file; write it again, or as CSV")
    if data[:4096].count(0) > len(data[:4096]) / 50 and not is_wide(data):
        raise InputError(f"{path}: not text; a table is delimited text, JSON, Parquet or Feather")
    try:
        decoded = decode(data, reading.encoding)
        del data
        text = decoded.text.replace("\0", "")  # a write that was cut short leaves zeros
        remarks = (decoded.remark,) if decoded.remark else ()
        faults = [Fault("not UTF-8 text, each bad byte read as �", list(decoded.bad_lines), lost=False)]
        faults = faults if decoded.bad_lines else []
        if not text.strip():
            raise InputError("is empty; give it a header and at least one line")
        if looks_like_records(text):
            found = parse_records(text, wanted)
            form = f"{found.form}, {decoded.encoding}{packed}"
            frame = _of_records(found.records)
            lines = np.array(found.lines, dtype=np.int64)
            return _checked(
                Table(path, frame, lines, found.unit, form, True, remarks, tuple(faults + found.faults)),
                filtered=wanted is not None,
            )
        if _ending(path) in JSON:
            raise InputError("not JSON, as its ending says; correct it, or name it after what it is")
        parsed = parse(text, _ending(path), reading.separator, reading.header, is_known)
    except InputError as error:
        where = "," if str(error).startswith("line ") else ":"
        raise InputError(f"{path}{where} {error}") from None
    separator = NAMES.get(parsed.dialect.separator, repr(parsed.dialect.separator))
    form = f"text separated by {separator}, {decoded.encoding}{packed}{'' if parsed.header else ', no header'}"
    frame = _frame(parsed.columns, parsed.names if parsed.header else [f"#{n + 1}" for n in range(len(parsed.columns))])
    return _checked(
        Table(path, frame, parsed.lines, "line", form, parsed.header, remarks, tuple(faults + parsed.faults))
    )


def is_wide(data: bytes) -> bool:
    """Say whether bytes are text of two or four bytes a character."""
    sample = data[:2000]
    return (
        sample[:2] in (b"\xff\xfe", b"\xfe\xff") or max(sample[::2].count(0), sample[1::2].count(0)) > len(sample) / 7
    )


def _ending(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    while suffixes and suffixes[-1] in ENDINGS:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def _frame(columns: list[Any], names: list[str]) -> pd.DataFrame:
    import pyarrow as pa

    unique = []
    for position, name in enumerate(names):
        name = name or f"#{position + 1}"
        unique.append(name if name not in unique else f"{name} (column {position + 1})")
    text = pd.StringDtype(na_value=float("nan"))
    return pa.table(dict(zip(unique, columns, strict=True))).to_pandas(types_mapper={pa.string(): text}.get)


def _of_records(records: list[dict[str, Any]]) -> pd.DataFrame:
    """Return one row per record; a whole number stays one, whatever else its column holds."""
    names = dict.fromkeys(name for record in records for name in record)
    columns = {str(name): _typed([record.get(name) for record in records]) for name in names}
    return pd.DataFrame(columns, index=range(len(records)))


def _typed(values: list[Any]) -> "pd.Series[Any]":
    """Return values of one kind, with gaps or not, as a column of that kind, others as they are."""
    kinds = {type(value) for value in values} - {type(None)}
    kind: Any = object
    if kinds <= {str}:
        kind = pd.StringDtype(na_value=float("nan"))
    elif kinds == {float}:
        kind = float
    elif kinds == {int} and all(value is None or -(2**63) <= value < 2**63 for value in values):
        kind = pd.Int64Dtype()
    return pd.Series(values, dtype=kind)


def _checked(table: Table, filtered: bool = False) -> Table:
    if not len(table.frame) and not filtered and not table.faults:
        raise InputError(f"{table.path}: holds no rows; give it a header and at least one line")
    return table
