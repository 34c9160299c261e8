"""Rows of delimited text, each with the number of its line; a line that doesn't fit is counted, not lost."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lattice.data.tables.dialect import NAMES, Dialect, find_dialect, looks_like_header, numbers_columns
from lattice.data.tables.preamble import table_start
from lattice.errors import InputError

CHUNK = 100_000  # rows turned into columns at a time
LOOK_AHEAD = 1000  # lines that one value in quotation marks may span
RULE = re.compile(r"\s*:?-{3,}:?\s*")
EXCEL = re.compile(r"sep=(.{1,2})", re.IGNORECASE)


@dataclass
class Fault:
    """What is wrong with some lines: `lost` lines hold no row that could be read."""

    message: str
    lines: list[int]
    lost: bool = True


@dataclass(eq=False)
class Delimited:
    """names: of the columns, "" for one without; columns: pyarrow string arrays; lines: int64, each row's line."""

    names: list[str]
    columns: list[Any]
    lines: np.ndarray
    dialect: Dialect
    header: bool
    faults: list[Fault] = field(default_factory=list)


def parse(
    text: str, ending: str, separator: str | None, header: bool | None, known: Callable[[str], bool]
) -> Delimited:
    """Read delimited text.

    separator: None to find it out. header: is there one? None to judge by the first row. known: says of a
    value whether it names a column. InputError: no lines, or most of them don't fit.
    """
    offset = 0
    excel = EXCEL.fullmatch(text[: max(0, text.find("\n"))].strip(' "'))
    if excel:  # the line by which Excel is told the separator
        separator, offset = separator or excel[1], 1
        text = text[text.find("\n") + 1 :]
    sample = text[: 2**20].split("\n", 2000)
    start, commented = table_start(sample[:200], ending, separator, known)
    above = [Fault("a line above the table, not read", list(range(1, start + 1)), lost=False)] if start else []
    if start or commented:
        offset, sample = offset + start, sample[start:]
        text = text.split("\n", start)[start]
    if commented:
        text = text.lstrip("#%/ \t")
        sample[0] = sample[0].lstrip("#%/ \t")
    dialect = find_dialect([line for line in sample[:2000] if line.strip()], ending, separator)
    rows = _sample(sample, dialect)
    if not rows:
        raise InputError("is empty; give it a header and at least one line")
    names = rows[0] if header or (header is None and looks_like_header(rows[0], rows[1:], known)) else None
    width = _width(rows, names)
    if names is not None and width == len(names) + 1:  # R writes row numbers, and no name above them
        text, names = f"row{dialect.separator}{text}", ["", *names]
    found = _fast(text, dialect, width) if '"' not in text and dialect.quote == '"' else None
    columns, lines, faults = found or _exact(text.split("\n"), dialect, width)
    if names is not None:
        names = [name.strip() for name in names[:width]]
        columns, lines = [column[1:] for column in columns], lines[1:]
        columns, lines = _without_repeated_header(names, columns, lines, faults)
    elif header is None and numbers_columns(rows[0], rows[1:]):
        faults.append(Fault("the columns' numbers in place of names", lines[:1].tolist()))
        columns, lines = [column[1:] for column in columns], lines[1:]
        if not rows[0][0].strip():  # above the rows' numbers
            columns, width = columns[1:], width - 1
    columns, lines = _without_rules(columns, lines, faults)
    names = names or [""] * width
    lost = sum(len(fault.lines) for fault in faults if fault.lost)
    if lost > len(lines):
        worst = max(faults, key=lambda fault: len(fault.lines))
        raise InputError(
            f"line {worst.lines[0] + offset}: {worst.message}, and so have most lines; the separator was taken to be "
            f"{NAMES.get(dialect.separator, repr(dialect.separator))}: override with `--separator`"
        )
    for fault in faults:
        fault.lines = [line + offset for line in fault.lines]
    found_header = bool(names and any(names))
    return _without_empty(Delimited(names, columns, lines + offset, dialect, found_header, above + faults))


def _sample(lines: Sequence[str], dialect: Dialect) -> list[list[str]]:
    """Return the first rows, of any width."""
    rows: list[list[str]] = []
    start = 0
    while start < len(lines) and len(rows) < 500:
        line = lines[start]
        start += 1
        if not line.strip():
            continue
        if dialect.quote not in line or not dialect.quoted:
            rows.append(dialect.split(line))
            continue
        fields, _ = dialect.cut(line)
        until = start
        while fields is None and until < min(len(lines), start + LOOK_AHEAD):
            until += 1
            fields, _ = dialect.cut("\n".join(lines[start - 1 : until]))
        if fields is not None:
            rows.append(fields)
            start = until
        else:
            rows.append(dialect.split(line))
    return rows


def _width(rows: list[list[str]], names: list[str] | None) -> int:
    """Return the number of values per row: the header's, or that of most rows."""
    body = rows[1:] if names is not None else rows
    usual = Counter(map(len, body)).most_common(1)[0][0] if body else len(names or rows[0])
    if names is None:
        return usual
    filled = len(names)
    while filled > 1 and not names[filled - 1].strip() and filled > usual:
        filled -= 1
    if usual == filled + 1 and all(len(row) == usual for row in body):
        last = [row[-1] for row in body]
        first = [row[0] for row in body]
        if any(value.strip() for value in last) and first == [str(n + int(first[0] == "1")) for n in range(len(first))]:
            return usual
    return filled


def _fast(text: str, dialect: Dialect, width: int) -> tuple[list[Any], np.ndarray, list[Fault]] | None:
    """Return columns and lines of text without quotation marks; None where its lines are not all of one width."""
    import pyarrow as pa
    from pyarrow import csv

    separator = dialect.separator
    if separator == " " or "\r" in text or "\0" in text or not text.strip():
        return None
    if len(separator) > 1:
        if "\x1f" in text:
            return None
        text, separator = text.replace(separator, "\x1f"), "\x1f"
    if re.search(rf"(?m){re.escape(separator)}$|^[ \t]+$", text):
        return None  # separators at the end of a line, and lines of blanks, may be no fault
    data = text.encode("utf-8", "replace")
    lines, torn = _lines(data, separator, width)
    try:
        table = csv.read_csv(
            pa.BufferReader(data),
            csv.ReadOptions(column_names=[f"f{i}" for i in range(width)], block_size=2**24),
            csv.ParseOptions(
                delimiter=separator, quote_char=False, escape_char=False, invalid_row_handler=lambda row: "skip"
            ),
            csv.ConvertOptions(column_types={f"f{i}": pa.string() for i in range(width)}, strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return None
    return (table.columns, lines, torn) if len(lines) == table.num_rows else None


def _lines(data: bytes, separator: str, width: int) -> tuple[np.ndarray, list[Fault]]:
    """Return the numbers of the lines that hold `width` values, and the others that aren't empty."""
    content = np.frombuffer(data, dtype=np.uint8)
    ends = np.append(np.flatnonzero(content == ord("\n")), len(data))
    marks = np.searchsorted(np.flatnonzero(content == ord(separator)), ends)
    values = np.diff(marks, prepend=0) + 1
    empty = np.diff(ends, prepend=-1) <= 1
    faults: dict[str, Fault] = {}
    for line in np.flatnonzero((values != width) & ~empty):
        message = f"{values[line]} values where {width} are expected"
        faults.setdefault(message, Fault(message, [])).lines.append(int(line) + 1)
    return np.flatnonzero((values == width) & ~empty) + 1, list(faults.values())


def _exact(lines: list[str], dialect: Dialect, width: int) -> tuple[list[Any], np.ndarray, list[Fault]]:
    """Return columns and lines of any text, read line by line."""
    import pyarrow as pa

    chunks: list[list[Any]] = []
    rows: list[list[str]] = []
    numbers: list[int] = []
    faults: dict[str, Fault] = {}
    quote, at = dialect.quote, 0
    while at < len(lines):
        line = lines[at]
        if quote not in line:
            fields, after, message = dialect.split(line), at + 1, ""
            if len(fields) != width:
                if not line.strip():
                    at = after
                    continue
                fields, message = _trimmed(fields, width)
        else:
            fields, after, message = _marked(lines, at, dialect, width)
        if message:
            faults.setdefault(message, Fault(message, [], lost=not fields)).lines.append(at + 1)
        if fields:
            rows.append(fields)
            numbers.append(at + 1)
            if len(rows) == CHUNK:
                chunks.append([pa.array(column, pa.string()) for column in zip(*rows, strict=True)])
                rows = []
        at = after
    if rows:
        chunks.append([pa.array(column, pa.string()) for column in zip(*rows, strict=True)])
    columns = [pa.chunked_array([chunk[i] for chunk in chunks], pa.string()) for i in range(width)]
    return columns, np.array(numbers, dtype=np.int64), list(faults.values())


def _trimmed(fields: list[str], width: int) -> tuple[list[str], str]:
    """Return the values of a line that has too many or too few: empty ones at its end are dropped."""
    if len(fields) >= width and not any(value.strip() for value in fields[width:]):
        return fields[:width], ""
    return [], f"{len(fields)} values where {width} are expected"


def _marked(lines: list[str], at: int, dialect: Dialect, width: int) -> tuple[list[str], int, str]:
    """Return the values of the row with quotation marks that begins on line `at`, the next line, and what is wrong."""
    line = lines[at]
    plain, short = _trimmed(dialect.split(line), width)
    fields, whole = dialect.cut(line)
    if not dialect.quoted and plain and fields is not None:
        return plain, at + 1, ""
    if fields is not None and len(fields) >= width:
        fitted, _ = _trimmed(fields, width)
        if fitted and whole and "\\" + dialect.quote not in line:
            return fitted, at + 1, ""
        escaped, well = dialect.cut(line, escaped=True)
        other, _ = _trimmed(escaped, width) if escaped is not None else ([], "")
        if other and (well or not fitted):
            return other, at + 1, ""
        if fitted:
            return fitted, at + 1, ""
    elif fields is None:
        spanned, after = _spanning(lines, at, dialect, width)
        if spanned and not (plain and _complete(lines[at + 1 : after], dialect, width)):
            return spanned, after, ""
        if not plain:
            return [], at + 1, "a quotation mark that is never closed"
    elif "\\" + dialect.quote in line:
        escaped, _ = dialect.cut(line, escaped=True)
        other, _ = _trimmed(escaped, width) if escaped is not None else ([], "")
        if other:
            return other, at + 1, ""
    if plain:
        if not dialect.quoted:
            return plain, at + 1, ""
        mark = dialect.quote  # around a value it goes, alone it stays
        values = [value[1:-1] if len(value) > 1 and value[0] == value[-1] == mark else value for value in plain]
        return values, at + 1, "a quotation mark that is not closed in its value, kept as it is"
    return [], at + 1, short if fields is None else f"{len(fields)} values where {width} are expected"


def _spanning(lines: list[str], at: int, dialect: Dialect, width: int) -> tuple[list[str], int]:
    """Return the values of a row of several lines, one of which a quotation mark opens; and the line after it."""
    for last in range(at + 1, min(len(lines), at + LOOK_AHEAD)):
        if dialect.quote in lines[last]:
            text = "\n".join(lines[at : last + 1])
            for escaped in (False, True):
                fields, whole = dialect.cut(text, escaped)
                if fields is not None and whole:
                    return _trimmed(fields, width)[0], last + 1
                if fields is None and not escaped and "\\" + dialect.quote not in text:
                    break
    return [], at + 1


def _complete(lines: Sequence[str], dialect: Dialect, width: int) -> bool:
    """Say whether each of some lines is a whole row by itself, so that a mark before them was no opening one.

    A comma of prose is followed by a blank, a separator is not.
    """
    cut = [dialect.split(line) for line in lines]
    return all(len(fields) == width and not any(value.startswith(" ") for value in fields[1:]) for fields in cut)


def _without_repeated_header(names: list[str], columns: list[Any], lines: np.ndarray, faults: list[Fault]) -> Any:
    import pyarrow.compute as pc

    if not columns or not len(columns[0]):
        return columns, lines
    again: Any = None
    for name, column in zip(names, columns, strict=True):
        if name:
            same = pc.equal(pc.utf8_trim_whitespace(column), name)
            again = same if again is None else pc.and_(again, same)
    if again is None or not pc.any(again).as_py():
        return columns, lines
    repeated = again.to_numpy()
    faults.append(Fault("the header again", lines[repeated].tolist()))
    return [column.filter(pc.invert(again)) for column in columns], lines[~repeated]


def _without_rules(columns: list[Any], lines: np.ndarray, faults: list[Fault]) -> Any:
    """Leave out lines of dashes, which Markdown has below its header."""
    import pyarrow.compute as pc

    if not len(lines) or not any(RULE.fullmatch(column[0].as_py()) for column in columns):
        return columns, lines
    rules: Any = True
    for column in columns:
        rules = pc.and_(pc.match_substring_regex(column, f"^({RULE.pattern}|\\s*)$"), rules)
    ruled = rules.to_numpy()
    if ruled.any():
        faults.append(Fault("a line of dashes", lines[ruled].tolist()))
    return [column.filter(pc.invert(rules)) for column in columns], lines[~ruled]


def _without_empty(table: Delimited) -> Delimited:
    """Leave out columns at the end that have neither name nor value, which separators at lines' ends make."""
    import pyarrow.compute as pc

    while len(table.columns) > 1 and not table.names[-1]:
        if len(table.lines) and pc.max(pc.utf8_length(pc.utf8_trim_whitespace(table.columns[-1]))).as_py():
            break
        table.names.pop()
        table.columns.pop()
    return table
