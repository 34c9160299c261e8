"""From rows to a Dataset, with the checks that all readers share: here a row's place in its file is known."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from lattice.data.dataset import ITEM_COLUMNS, PRECOMPUTED, SPLITS, Dataset, check
from lattice.data.readers.rows import Rows, read_table
from lattice.errors import InputError


def read_items(path: Path, columns: Mapping[str, str] | None = None) -> Rows:
    """The table of items: `item`, once each, and what it has of title, brand, category, description, image.

    A picture's path starts at the table's folder; an InputError names the line of one that isn't there.
    """
    ours = {column: name for column, name in (columns or {}).items() if column in ("item", *ITEM_COLUMNS)}
    rows = read_table(path, ["item"], ITEM_COLUMNS, ours)
    rows.refuse(rows.table["item"].duplicated(), "item {item!r} occurs twice; keep one line an item")
    if "image" in rows.table:
        lost = [bool(image) and not (path.parent / image).is_file() for image in rows.table["image"]]
        rows.refuse(lost, "no picture at {image!r}; bring it there or leave the value empty")
    return rows


def describe(ids: Sequence[str], rows: Rows | None) -> pd.DataFrame:
    """One row an id, in the order of `ids`, with what the table of items says of it ("" where nothing)."""
    if rows is None:
        return pd.DataFrame({"item": pd.Series(ids, dtype="str"), "title": ""})
    rows.refuse(~rows.table["item"].isin(ids), "item {item!r} is not in the data; remove the line")
    items = rows.table.set_index("item").reindex(pd.Index(ids, name="item", dtype="str"))
    return _titled(items.fillna("").reset_index())


def items_of(interactions: Rows, rows: Rows | None) -> pd.DataFrame:
    """The items as their table lists them or, without one, those that occur: by number, or as they come."""
    if rows is not None:
        return _titled(rows.table)
    ids = pd.Series(interactions.table["item"].unique(), dtype="str")
    if ids.str.fullmatch(r"\d{1,18}").all():
        ids = ids.sort_values(key=lambda column: column.astype("int64"), ignore_index=True)
    return describe(ids.to_list(), None)


def as_integers(rows: Rows, column: str) -> Rows:
    """The same rows, one column of ids in plain decimal; an InputError names the first that is no integer."""
    wrong = ~rows.table[column].str.fullmatch(r"\d{1,18}")
    rows.refuse(wrong, f"{column} {{{column}!r}} is not an integer from 0 up; number the {column}s so")
    return replace(rows, table=rows.table.assign(**{column: rows.table[column].astype("int64").astype("str")}))


def assemble(
    name: str,
    items: pd.DataFrame,
    interactions: Rows,
    features: Mapping[str, np.ndarray],
    folder: Path,
    known: str,
) -> Dataset:
    """The Dataset, or an InputError about the first interaction that doesn't fit.

    interactions: columns `user`, `item`, `split`. known: which file the items are from, for the message.
    """
    interactions.refuse(
        ~interactions.table["item"].isin(items["item"]),
        "item {item!r} is not among the {n_items} of {known}; add it there or remove it here",
        n_items=len(items),
        known=known,
    )
    interactions.refuse(
        interactions.table.duplicated(["user", "item"]),
        "user {user!r} and item {item!r} occur a second time; keep each pair once, in one split",
    )
    for split in SPLITS:
        if not (interactions.table["split"] == split).any():
            raise InputError(f"{folder}: no interaction is left for the {split} split; it needs at least one")
    return check(
        Dataset(
            name=name,
            items=items.reset_index(drop=True),
            interactions=interactions.table[["user", "item", "split"]].astype("str").reset_index(drop=True),
            features=dict(features),
            encoders=dict.fromkeys(features, PRECOMPUTED),
            folder=folder,
        )
    )


def _titled(items: pd.DataFrame) -> pd.DataFrame:
    return items if "title" in items else items.assign(title="")
