"""Which column of a table is the user, the item, the title: by name, by `--column`, or by what it holds."""

import re
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from lattice.data.options import Options
from lattice.data.report import Report
from lattice.data.tables import Table
from lattice.data.tables.dialect import plain_name
from lattice.data.tables.names import INTERACTION_NAMES, ITEM_NAMES
from lattice.data.time_columns import time_columns
from lattice.data.times import parse_times
from lattice.data.values import as_text, clean_ids
from lattice.errors import InputError

LIKE_USER = re.compile(r"user|customer|visitor|client|member|reviewer|buyer|shopper|viewer|listener|reader")
LIKE_ITEM = re.compile(
    r"(item|product|movie|article|book|track|song|video|sku|asin|game|film|business)\w*(id|no|nr|code)$"
)
ASIN, REVIEWER = re.compile(r"B[0-9A-Z]{9}|\d{9}[\dX]"), re.compile(r"A[0-9A-Z]{10,20}")
HOLDS_SEVERAL = ("title", "brand", "category", "description", "image")  # roles that may fall back on a second column


def find_roles(table: Table, kind: str, options: Options) -> dict[str, list[str]]:
    """Return role -> the table's columns for it, the best first. `kind` is "interactions" or "items".

    Of columns that may all be the items' id, which one is meant shows in the ids (`id_column`). A timestamp may be in
    several columns at once (`time_columns`).
    InputError: a column that was named and isn't there, or none for the user or the item.
    """
    named, own = options.named(kind)
    columns = [str(name) for name in table.frame.columns]
    found: dict[str, list[str]] = {}
    for role, name in named.items():
        column = _named(table, columns, name)
        if column is not None:
            found[role] = [column]
        elif kind == "interactions" or role != "item" or role in own or not _by_name(columns, ITEM_NAMES["item"]):
            raise InputError(_no_column(table, columns, role, name, kind))
    if kind == "interactions":
        _refuse_shared(found)
    taken = {column for each in found.values() for column in each}
    free = [column for column in columns if column not in taken]
    guessed = _by_position(table, free, found, kind) if not table.header else _by_names(free, found, kind)
    if table.header and kind == "interactions" and "timestamp" in guessed:
        guessed["timestamp"] = time_columns(table.frame, guessed["timestamp"])
    found |= {role: several for role, several in guessed.items() if several}
    for role in ("user", "item") if kind == "interactions" else ("item",):
        if role not in found:
            raise InputError(_no_column(table, columns, role, role, kind))
    return found


def _refuse_shared(found: Mapping[str, list[str]]) -> None:
    """Raise an InputError for two roles of interactions that were named to be the same column."""
    for role, (column,) in found.items():
        other = next(earlier for earlier, (name,) in found.items() if name == column)
        if other != role:
            raise InputError(
                f"--column {other} and --column {role} are both {column!r}; each needs a column of its own"
            )


def id_column(table: Table, columns: list[str], known: Collection[str] | None) -> str:
    """Return which of some columns holds the items' ids: the one that has most of the `known` ones, else the first."""
    if known is None or len(columns) == 1:
        return columns[0]
    ids = set(known)
    meeting = {column: len(ids.intersection(clean_ids(table.frame[column], "item", Report()))) for column in columns}
    return max(columns, key=lambda column: meeting[column])


def has_roles(table: Table, options: Options) -> tuple[bool, bool]:
    """Say whether a table has a column for the user, and one for the item."""
    columns = [str(name) for name in table.frame.columns]
    if not table.header:
        return len(columns) > 1, bool(columns)
    named, _ = options.named("interactions")
    own = {role: [column] for role, name in named.items() if (column := _named(table, columns, name)) is not None}
    found = own | _by_names([column for column in columns if [column] not in own.values()], own, "interactions")
    described = options.named("items")[0].get("item")
    item = "item" in found or (described is not None and _named(table, columns, described) is not None)
    return "user" in found, item or "item" in _by_names(columns, {}, "items")


def _named(table: Table, columns: list[str], name: str) -> str | None:
    if re.fullmatch(r"#\d+", name) and 0 < int(name[1:]) <= len(columns):
        return columns[int(name[1:]) - 1]
    if name in columns:
        return name
    return next((column for column in columns if table.header and plain_name(column) == plain_name(name)), None)


def _by_name(columns: list[str], names: tuple[str, ...]) -> list[str]:
    known: dict[str, str] = {}
    for column in columns:
        known.setdefault(plain_name(column), column)
        known.setdefault(plain_name(column).rpartition(".")[2], column)
    return [known[name] for name in names if name in known]


def _by_names(columns: list[str], given: Mapping[str, list[str]], kind: str) -> dict[str, list[str]]:
    roles = INTERACTION_NAMES if kind == "interactions" else ITEM_NAMES
    found: dict[str, list[str]] = {}
    for role, names in roles.items():
        if role in given:
            continue
        if role == "item" and kind == "items":
            own = tuple(name for name in names if re.search(r"(id|asin|isbn|sku|code|ean|upc|gtin|item)$", name))
            names = (*(name for name in own if name not in ("id", "code")), "id", "code", *names)
        free = [column for column in columns if not any(column == each[0] for each in found.values())]
        if matching := _by_name(free, names):
            several = role in (*HOLDS_SEVERAL, "timestamp") or (role == "item" and kind == "items")
            found[role] = list(dict.fromkeys(matching)) if several else matching[:1]
    for role, pattern in (("user", LIKE_USER), ("item", LIKE_ITEM)):
        if role in roles and role not in found and role not in given:
            free = [column for column in columns if not any(column in each for each in found.values())]
            like = [column for column in free if pattern.search(plain_name(column)) and "name" not in column.lower()]
            if len(like) == 1:
                found[role] = like
    return found


def _by_position(table: Table, columns: list[str], given: Mapping[str, list[str]], kind: str) -> dict[str, list[str]]:
    """Return the roles of columns without names: user, item, rating, time, the usual order."""
    if kind == "items":
        order = [role for role in ("item", "title", "category") if role not in given]
        found = {role: [column] for role, column in zip(order, columns, strict=False)}
        if "category" in found and _is_time(as_text(table.frame[found["category"][0]].head(500))):
            del found["category"]  # as in MovieLens 100K, whose third column is the day of release
        return found
    if {"user", "item"} <= set(given):
        return {}
    timed = [column for column in columns if _is_time(as_text(table.frame[column].head(500)))]
    rest = [column for column in columns if column not in timed]
    ids = [role for role in ("user", "item") if role not in given]
    found = {role: [column] for role, column in zip(ids, rest, strict=False)}
    if len(ids) == 2 and len(rest) > 1 and _amazon_puts_items_first(table, rest):
        found = {"item": [rest[0]], "user": [rest[1]]}
    for column in rest[len(ids) :]:
        numbers = pd.to_numeric(as_text(table.frame[column].head(500)), errors="coerce")
        if "rating" not in given and numbers.notna().all() and numbers.abs().max() <= 100:
            found["rating"] = [column]
            break
    if timed and "timestamp" not in given:
        found["timestamp"] = timed[:1]
    return found


def _is_time(sample: "pd.Series[Any]") -> bool:
    filled = sample[sample.str.strip() != ""]
    numbers = pd.to_numeric(filled, errors="coerce")
    if numbers.notna().all():
        return bool(len(numbers)) and bool((numbers.between(3e8, 5e9) | numbers.between(3e11, 5e12)).all())
    return bool(np.isfinite(parse_times(filled).seconds).mean() > 0.9) if len(filled) else False


def _amazon_puts_items_first(table: Table, columns: list[str]) -> bool:
    """Return whether the item comes before the user, as in Amazon's ratings of 2018, told by the form of the ids."""
    first, second = (as_text(table.frame[column].head(200)) for column in columns[:2])
    return bool(first.str.fullmatch(ASIN.pattern).mean() > 0.9 and second.str.fullmatch(REVIEWER.pattern).mean() > 0.9)


def _no_column(table: Table, columns: list[str], role: str, name: str, kind: str) -> str:
    path = table.path
    if not table.header:
        first = ", ".join(as_text(table.frame[column].head(1)).iloc[0][:30] for column in columns[:4])
        return (
            f"{path}: has no header, as its first line is data ({first}); name columns by their number, "
            f"as `--column {role}=#1`"
        )
    listed = ", ".join(map(repr, columns[:20])) + (", ..." if len(columns) > 20 else "")
    which = f"{kind}.{role}" if role == "item" else role
    return f"{path}: no column {name!r} (it has {listed}); say which one it is with `--column {which}=NAME`"
