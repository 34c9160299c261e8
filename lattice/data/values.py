"""Values of columns: ids as they were meant, words as text, and markers of missing values."""

import ast
import html
import json
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from lattice.data.report import Report

# What exports write where there is no value.
MISSING = frozenset({"", "nan", "null", "none", "n/a", "<na>", "#n/a", "nat", "\\n"})
DOUBTFUL = frozenset({"na", "undefined", "nil", "-", "unknown", "anonymous"})  # no id, or an odd one: kept, and said
WHOLE = re.compile(r"-?\d+(?:\.0+|,0|,00|,0000+)")  # not 12,000, which is twelve thousand
FRACTION = re.compile(r"-?\d+[.,]\d*[1-9]\d*")
THOUSANDS, UP_TO_999 = re.compile(r"-?[1-9]\d{0,2}(,\d{3})+"), re.compile(r"-?\d{1,3}")
EITHER = re.compile(r"-?[1-9]\d{0,2}\.000")  # a float, or a whole thousand
POWER = re.compile(r"(-?\d+)(?:[.,](\d+))?[eE]\+?(\d+)")
SHORTENED = 12  # digits from which spreadsheets write a number as 1.23E+12
EXACT = 2**53  # above which a float is no longer one whole number
TEXT = pd.StringDtype(na_value=np.nan)


def as_text(column: "pd.Series[Any]") -> "pd.Series[str]":
    """Return a column of any kind as strings, "" where there is no value."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    if pd.api.types.is_float_dtype(column.dtype):
        written = pc.cast(pa.array(column.to_numpy(dtype=float, na_value=np.nan), from_pandas=True), pa.string())
        return pd.Series(written.to_pandas(), index=column.index, dtype=TEXT).fillna("")
    if column.dtype == object:
        values = list(column)
        if not all(_is_text(value) for value in values if isinstance(value, bytes)):
            values = [value.hex() if isinstance(value, bytes) else value for value in values]
        return pd.Series([value_text(value) for value in values], index=column.index, dtype=TEXT)
    return column.astype(TEXT).fillna("")


def _is_text(value: bytes) -> bool:
    try:
        return value.decode("utf-8").isprintable()
    except UnicodeDecodeError:
        return False


def value_text(value: Any) -> str:
    """Return one value of JSON or Parquet as text: an id's object ({"$oid": ..}, {"id": ..}) is its id.

    Bytes that are no text, such as a UUID's, are written as hexadecimal digits.
    """
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8") if _is_text(value) else value.hex()
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    if isinstance(value, dict):
        keys = [key for key in value if str(key).startswith("$")] or [key for key in ("id", "_id") if key in value]
        return value_text(value[keys[0]]) if keys else ""
    if isinstance(value, list | tuple | np.ndarray):
        return " ".join(filter(None, map(value_text, value)))
    return str(value)


def stacked(parts: Sequence[pd.DataFrame], ids: Sequence[str]) -> pd.DataFrame:
    """Return the rows of all parts. Columns of `ids` that differ in kind become text, as pandas would make floats."""
    frames = list(parts)
    for column in ids:
        if len({frame[column].dtype for frame in frames}) > 1:
            frames = [frame.assign(**{column: as_text(frame[column])}) for frame in frames]
    return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)


def clean_ids(column: "pd.Series[Any]", what: str, report: Report) -> pd.Categorical:
    """Return ids without what a file put around them; code -1 where there is none.

    Blanks at the ends, quotation marks around every value and Excel's `="007"` go; a whole float (12.0, 1e+05) is an
    integer where no id has a fraction. Zeros in front stay. What was changed is noted in `report`.
    """
    codes, uniques = pd.factorize(as_text(column))
    raw = pd.Series(uniques, dtype=TEXT)
    ids = raw.str.replace(r"[\ufeff\u200b]", "", regex=True).str.strip()
    counts = np.bincount(codes[codes >= 0], minlength=len(ids))

    def changed(before: "pd.Series[str]", after: "pd.Series[str]", kind: str, words: str) -> None:
        different = (before != after).to_numpy()
        first = [f"{b!r} → {a!r}" for b, a in zip(before[different].head(3), after[different].head(3), strict=True)]
        report.add(kind, f"{what} id {words}", int(counts[different].sum()), first)

    changed(raw, ids, f"{what}-blanks", "with blanks around it, which were taken away")
    formula = ids.str.replace(r'^="(.*)"$', r"\1", regex=True)
    changed(ids, formula, f"{what}-formula", 'written as Excel\'s ="...", read as what is between the marks')
    ids = _unquoted(formula)
    changed(formula, ids, f"{what}-quotes", "between quotation marks, which were taken away")
    together = _without_thousands_marks(ids)
    changed(ids, together, f"{what}-thousands", "with commas between thousands, which were taken away")
    whole = _whole_numbers(together)
    changed(together, whole, f"{what}-float", "written as a float, read as the integer that it is")
    either = whole.str.fullmatch(EITHER.pattern).to_numpy(dtype=bool)
    message = f"{what} id that may be a float or a thousand, kept as it is"
    report.add(f"{what}-thousand", message, int(counts[either].sum()), whole[either].head(3).map(repr).tolist())
    shortened = whole.str.fullmatch(POWER.pattern).to_numpy(dtype=bool)
    report.add(
        f"{what}-shortened",
        f"{what} id that a spreadsheet shortened, so that different ones may have become one; export again as text",
        int(counts[shortened].sum()),
        whole[shortened].head(3).tolist(),
    )
    doubtful = whole.str.lower().isin(DOUBTFUL).to_numpy()
    message = f"{what} id that may mean a missing value, kept as it is"
    report.add(f"{what}-doubtful", message, int(counts[doubtful].sum()), whole[doubtful].head(3).map(repr).tolist())
    final = whole.where(~whole.str.lower().isin(MISSING), None)
    again, categories = pd.factorize(final)
    return pd.Categorical.from_codes(again[codes], categories=pd.Index(categories, dtype="str"))


def _unquoted(ids: "pd.Series[str]") -> "pd.Series[str]":
    """Take quotation marks away around every id."""
    filled = ids[~ids.str.lower().isin(MISSING)]
    for mark in ("'", '"'):
        if len(filled) and filled.str.fullmatch(f"{mark}.*{mark}").all() and (filled.str.len() > 1).all():
            return ids.where(~ids.str.fullmatch(f"{mark}.*{mark}"), ids.str[1:-1].str.strip())
    return ids


def _without_thousands_marks(ids: "pd.Series[str]") -> "pd.Series[str]":
    """Take the commas out of 1,000 where all ids are integers, and all from 1,000 up are written so."""
    grouped = ids.str.fullmatch(THOUSANDS.pattern).to_numpy(dtype=bool)
    small = ids.str.fullmatch(UP_TO_999.pattern).to_numpy(dtype=bool)
    if (grouped | small | ids.str.lower().isin(MISSING).to_numpy()).all():
        return ids.where(~grouped, ids.str.replace(",", ""))
    return ids


def _whole_numbers(ids: "pd.Series[str]") -> "pd.Series[str]":
    """Return 12.0 as 12 and 1e+05 as 100000, where no id has a fraction."""
    if ids.str.fullmatch(FRACTION.pattern).any():
        return ids
    whole = ids.str.fullmatch(WHOLE.pattern).to_numpy(dtype=bool)
    either = ids.str.fullmatch(EITHER.pattern).to_numpy(dtype=bool)
    if ids.str.fullmatch(UP_TO_999.pattern).any() and (either == whole).all():
        whole = whole & ~either  # 1 beside 1.000: not the same item
    out = ids.where(~whole, ids.str.replace(r"[.,]0+$", "", regex=True))
    power = ids.str.fullmatch(POWER.pattern).to_numpy(dtype=bool)
    numeric = out.str.fullmatch(r"-?\d+").to_numpy(dtype=bool) | power | out.str.lower().isin(MISSING).to_numpy()
    return out.where(~power, ids.map(_expanded)) if power.any() and numeric.all() else out


def _expanded(text: str) -> str:
    """Return 1e+05 as 100000 (R) and 1.000e+00 as 1 (NumPy); a number that may have lost digits stays."""
    match = POWER.fullmatch(text)
    if match is None:
        return text
    whole, fraction, power = match[1], match[2] or "", int(match[3])
    if len(fraction) < power and power + len(whole.lstrip("-")) >= SHORTENED:
        return text
    number = int(whole + fraction[:power].ljust(power, "0"))
    return text if fraction[power:].strip("0") or abs(number) >= EXACT else str(number)


TAGS = (
    "a|abbr|article|b|big|blockquote|body|br|center|code|dd|div|dl|dt|em|embed|figure|font|footer|form|h[1-6]|head|"
    "header|hr|html|i|iframe|img|input|label|li|link|main|meta|nav|noscript|object|ol|option|p|pre|s|script|section|"
    "select|small|span|strike|strong|style|sub|sup|svg|table|tbody|td|tfoot|th|thead|title|tr|tt|u|ul|video"
)
TAG = re.compile(rf"</?(?:{TAGS})(?:\s[^<>]*)?/?>|<!--.*?-->|<!doctype[^>]*>", re.IGNORECASE | re.DOTALL)
SCRIPT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
CODE = re.compile(r"(?:\bvar\s+\w+\s*=|\(function\s*\(|\bfunction\s+\w+\s*\().*", re.DOTALL)


def plain_words(text: str) -> str:
    """Return one line of text, without the tags and programs of a web page that a crawl left in it."""
    if ("<" in text and (TAG.search(text) or SCRIPT.search(text))) or "getTime()" in text:
        text = CODE.sub(" ", TAG.sub(" ", SCRIPT.sub(" ", text)))
    return " ".join(html.unescape(text).split())


def nested(value: Any) -> Any:
    """Return the list or dict that a text writes down ("['a', 'b']"), or the value itself."""
    if not isinstance(value, str) or not value or value[0] not in "[{" or value[-1] not in "]}":
        return value
    for parse in (json.loads, ast.literal_eval):
        try:
            return parse(value)
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            continue
    return value


def words_of(value: Any) -> str:
    """Return one line of text; of a list its parts."""
    value = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    value = nested(value.strip() if isinstance(value, str) else value)
    if isinstance(value, dict):
        value = [value[key] for key in ("name", "title", "text") if key in value] or list(value.values())
    if isinstance(value, list | tuple | np.ndarray):
        return " ".join(filter(None, map(words_of, value)))
    text = plain_words(value_text(value))
    return "" if text.lower() in MISSING else text


def category_of(value: Any) -> str:
    """Return the path "A > B", or of a list of paths (Amazon 2014) each one once: "A > B; C"."""
    value = nested(value.strip() if isinstance(value, str) else value)
    if not isinstance(value, list | tuple | np.ndarray):
        return words_of(value)
    paths = value if any(isinstance(path, list | np.ndarray) for path in value) else [value]
    written = (
        " > ".join(filter(None, map(words_of, path))) if isinstance(path, list | tuple | np.ndarray) else words_of(path)
        for path in paths
    )
    return "; ".join(dict.fromkeys(filter(None, written)))
