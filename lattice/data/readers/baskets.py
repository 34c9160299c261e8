"""Baskets: a row whose item is a list of several becomes one row per item; and ids that are objects are read."""

import re
from typing import Any

import numpy as np
import pandas as pd

from lattice.data.report import Report
from lattice.data.tables.dialect import plain_name
from lattice.data.tables.names import INTERACTION_NAMES, ITEM_LISTS
from lattice.data.values import as_text, nested

SEPARATORS = {"|": "bars", ";": "semicolons", ",": "commas", " ": "blanks"}
CODE = re.compile(r"(?=.*\d)\S+")  # how ids are written, and words of titles rarely are
MOST = 0.5  # share of the rows from which several parts, or another set of them, are the rule


def one_row_per_item(frame: pd.DataFrame, column: str, file: str, report: Report) -> pd.DataFrame:
    """Return the rows with one item each; `column` of `file` is where the items are.

    Lists of JSON or Parquet and texts such as "[i1, i2]" are lists. Other texts are only in a column called so
    ("items"), and where they are written like lists: what they were taken for is said.
    """
    items = frame["item"]
    listed = plain_name(column) in ITEM_LISTS
    if not (listed or items.dtype == object or items.head(1).astype(str).str.startswith("[").any()):
        return frame
    separator = _separator(items, frame["user"]) if listed else None
    lists = items.map(nested).map(lambda value: _parts(value, separator))
    if listed and separator is not None:
        report.say(f"{file}: {column!r} is taken for lists of items, with {SEPARATORS[separator]} between")
    elif listed and as_text(items).str.strip().str.contains(r"^[^\[].*[|;, ]", regex=True).any():
        report.say(f"{file}: each value of {column!r} is taken for one item; write several as [item, item]")
    if not lists.map(lambda value: isinstance(value, list | tuple | np.ndarray)).any():
        return frame
    return frame.assign(item=lists).explode("item", ignore_index=True)


def _parts(value: Any, separator: str | None) -> Any:
    """Return the parts of a text that is a list, "[i1, i2]" or with a separator between; another value as it is."""
    if not isinstance(value, str) or not value.strip():
        return value
    text = value.strip()
    if text[0] == "[" and text[-1] == "]":
        inner = text.strip("[]{}()")
        separator = next((mark for mark in "|;," if mark in inner), " ")
        return _cut(inner, separator)
    return value if separator is None else _cut(text.strip("{}()"), separator)


def _cut(text: str, separator: str) -> list[str]:
    return [part.strip().strip("\"'") for part in text.split(separator) if part.strip()]


def _separator(items: "pd.Series[Any]", users: "pd.Series[Any]") -> str | None:
    """Return what is between the parts of texts that are lists, or None if each is one item, as a title is.

    Parts that are written as ids are show a list; so do rows most of which have several parts, and others each or one
    row per user. A title has the same words wherever it occurs.
    """
    texts = items[items.map(lambda value: isinstance(value, str) and value.strip()[:1] not in ("", "["))]
    for separator in SEPARATORS:
        cut = texts.map(lambda text, mark=separator: _cut(text.strip("{}()"), mark))
        several = cut[cut.map(len) > 1]
        if several.empty:
            continue
        if several.map(lambda parts: all(map(CODE.fullmatch, parts))).all():
            return separator
        own = max(several.map(tuple).nunique() / len(several), as_text(users[several.index]).nunique() / len(several))
        if len(several) > MOST * len(texts) and own > MOST:
            return separator
    return None


def id_in(value: Any, role: str) -> Any:
    """Return the id of an object that names it as a column would be named ({"item_id": ...}); else the value."""
    if not isinstance(value, dict) or any(str(key).startswith("$") or key in ("id", "_id") for key in value):
        return value
    names = {plain_name(str(key)): key for key in reversed(value)}
    return next((value[names[name]] for name in INTERACTION_NAMES[role] if name in names), value)
