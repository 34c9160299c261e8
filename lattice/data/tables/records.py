"""Records of JSON in its many forms, and of Python literals: one per line, an array, columns, rows by key."""

import ast
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from lattice.data.tables.delimited import Fault
from lattice.data.tables.names import is_known
from lattice.errors import InputError

LITERAL = re.compile(r"\s*\{\s*u?'")
HALVES = re.compile(r"\\u[dD][89a-fA-F]")
KEY = "key"  # the column that holds the keys of rows given by key
INDEX = "__index_level_0__"  # the one that holds the rows' keys of columns, called as pandas calls it in Parquet
WRONG = (ValueError, TypeError, SyntaxError, RecursionError, MemoryError)  # all that literal_eval may raise
DECODER = json.JSONDecoder()


@dataclass
class Records:
    """records: one dict a row. lines: the line on which each begins, or its number where `unit` is "record"."""

    records: list[dict[str, Any]]
    lines: list[int]
    unit: str
    form: str
    faults: list[Fault] = field(default_factory=list)


def looks_like_records(text: str) -> bool:
    """Say whether text is JSON or Python literals rather than a delimited table."""
    start = text[:2000].lstrip()
    return start.startswith(("{", "[{", "[[", "[\n", "[ ")) or start.rstrip() == "[]"


def parse_records(text: str, wanted: Callable[[str], bool] | None = None) -> Records:
    """Read records.

    wanted: says of a line that holds one record whether it may be needed; the others are not parsed.
    InputError: text that is in none of the forms.
    """
    found = _parse(text, wanted)
    if HALVES.search(text):
        found.records = [_valid(record) for record in found.records]
    return found


def _parse(text: str, wanted: Callable[[str], bool] | None) -> Records:
    start = text.lstrip()
    if start.startswith("{"):
        first = start.split("\n", 1)[0]
        record = parse_line(first)
        several = "\n" in start.rstrip()
        if LITERAL.match(first) or (record is not None and several) or (record is None and _later_line_parses(start)):
            return _lines(text, wanted)
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and start.startswith("{"):
            return _concatenated(text)
        if start.startswith("["):
            return _torn_array(text, error)
        raise InputError(
            f"line {error.lineno}: not JSON at column {error.colno} ({error.msg}); correct it there"
        ) from None
    except RecursionError:
        raise InputError("not a table: its JSON is nested too deeply") from None
    return _whole(content, text)


def _valid(value: Any) -> Any:
    """Join halves of UTF-16 pairs (2014's narrow Python wrote them so); a half alone becomes �."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_valid(key): _valid(inner) for key, inner in value.items()}
    return [_valid(inner) for inner in value] if isinstance(value, list) else value


def parse_line(line: str) -> dict[str, Any] | None:
    """Parse one line as a JSON object or a Python literal; None where it is neither."""
    try:
        record = ast.literal_eval(line.strip()) if LITERAL.match(line) else json.loads(line.strip().rstrip(","))
    except WRONG:
        return None
    return record if isinstance(record, dict) else None


def _later_line_parses(text: str) -> bool:
    lines = text[: 2**20].split("\n")[1:50]
    return sum(parse_line(line) is not None for line in lines if line.strip()) > len(lines) / 2


def _lines(text: str, wanted: Callable[[str], bool] | None) -> Records:
    found = Records([], [], "line", "JSON lines")
    torn = []
    if LITERAL.match(text):
        found.form = "Python literals, one per line"
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or (wanted is not None and not wanted(line)):
            continue
        record = parse_line(line)
        if record is None:
            torn.append(number)
        else:
            found.records.append(record)
            found.lines.append(number)
    if torn:
        found.faults.append(Fault("not a JSON object", torn))
    if len(torn) > len(found.records):
        raise InputError(f"line {torn[0]}: not a JSON object, and neither are most lines")
    return found


def _concatenated(text: str) -> Records:
    """Read objects one after the other, each of which may span lines."""
    return _decode_all(text, 0, "JSON objects one after the other")


def _torn_array(text: str, error: json.JSONDecodeError) -> Records:
    """Read the complete records of a damaged array, such as a download that stopped."""
    found = _decode_all(text, text.index("[") + 1, "a JSON array")
    if not found.records:
        raise InputError(f"line {error.lineno}: not JSON at column {error.colno} ({error.msg}); correct it there")
    return found


def _decode_all(text: str, at: int, form: str) -> Records:
    found, torn, line, counted = Records([], [], "line", form), [], 1, 0
    skip = re.compile(r"[\s,]*")
    while at < len(text):
        match = skip.match(text, at)
        at = match.end() if match else at
        line += text.count("\n", counted, at)
        counted = at
        if at >= len(text) or text[at] == "]":
            break
        try:
            record, after = DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            record, after = None, -1
        if isinstance(record, dict):
            found.records.append(record)
            found.lines.append(line)
        else:
            torn.append(line)
        if after < 0:
            following = re.compile(r"\n\s*\{").search(text, at)
            after = following.end() - 1 if following else len(text)
        at = after
    if torn:
        found.faults.append(Fault("not a JSON object", torn))
    return found


def _whole(content: Any, text: str) -> Records:
    """Return the records of one JSON value, stored by row or by column."""
    if isinstance(content, list):
        return _array(content, text)
    if not isinstance(content, dict):
        raise InputError(f"holds a JSON {type(content).__name__}; records are needed, such as one object per line")
    if isinstance(content.get("columns"), list) and isinstance(content.get("data"), list):  # pandas' "split"
        return _array([content["columns"], *content["data"]], text, form="JSON of columns and data")
    values = list(content.values())
    if any(is_known(str(key)) and not isinstance(value, dict | list) for key, value in content.items()):
        return Records([content], [1], "record", "one JSON object")
    lists = {key: value for key, value in content.items() if isinstance(value, list)}
    records = [key for key, value in lists.items() if value and all(isinstance(record, dict) for record in value)]
    if len(records) == 1 and len(lists) <= 2:
        return _array(content[records[0]], "", form=f"the JSON array {records[0]!r}")
    if values and all(isinstance(value, list) for value in values) and len({len(value) for value in values}) == 1:
        rows = [dict(zip(content, row, strict=True)) for row in zip(*values, strict=True)]
        return Records(rows, list(range(1, len(rows) + 1)), "record", "JSON of columns")
    if len(values) > 0 and all(isinstance(value, dict) for value in values):
        return _keyed(content)
    if values and not any(isinstance(value, dict | list) for value in values):
        return Records([content], [1], "record", "one JSON object")
    raise InputError("its JSON holds no records; write one object per line, or an array of objects")


def _array(content: list[Any], text: str, form: str = "a JSON array") -> Records:
    if content and all(isinstance(row, list) for row in content):  # rows of values, the first of which are names
        names = [str(name) for name in content[0]]
        records = [dict(zip(names, row, strict=False)) for row in content[1:] if len(row) == len(names)]
        numbers = [n for n, row in enumerate(content[1:], 1) if len(row) == len(names)]
        torn = [n for n, row in enumerate(content[1:], 1) if len(row) != len(names)]
        faults = [Fault("another number of values than there are columns", torn)] if torn else []
        return Records(records, numbers, "record", form, faults)
    good = [(number, record) for number, record in enumerate(content, 1) if isinstance(record, dict)]
    torn = [number for number, record in enumerate(content, 1) if not isinstance(record, dict)]
    faults = [Fault("not a JSON object", torn)] if torn else []
    if torn and not good:
        raise InputError("its JSON array holds no objects; write one object per record")
    return Records([record for _, record in good], [number for number, _ in good], "record", form, faults)


def _keyed(content: dict[str, dict[str, Any]]) -> Records:
    """Read rows by key ({"0": {"user": ..}}), or columns that hold their rows by key ({"user": {"0": ..}})."""
    inner = [tuple(value) for value in content.values()]
    keys = set(inner[0])
    alike = all(set(each) == keys for each in inner) and _are_row_keys(list(inner[0]))
    by_row = _count_up(inner[0]) and _are_row_keys(list(content)) and not _count_up(list(content))  # unnamed columns
    if alike and not by_row:
        named = {} if _count_up(inner[0]) else {key: {KEY: key} for key in inner[0]}
        rows = [
            {**named.get(key, {}), **{name: column.get(key) for name, column in content.items()}} for key in inner[0]
        ]
        return Records(rows, list(range(1, len(rows) + 1)), "record", "JSON of columns, rows by key")
    rows = [{KEY: key, **value} for key, value in content.items()]
    return Records(rows, list(range(1, len(rows) + 1)), "record", "JSON of rows by key")


def _count_up(keys: Sequence[str]) -> bool:
    """Say whether keys are 0, 1, 2, ..., as pandas numbers rows and columns without a name."""
    return list(keys) == [str(number) for number in range(len(keys))]


def _are_row_keys(keys: list[str]) -> bool:
    """Say whether keys are those of rows: integers, as pandas writes them."""
    return bool(keys) and all(key.isdigit() for key in keys)
