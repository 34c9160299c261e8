"""The folder of LATTICE's published program: `5-core/{train,val,test}.json`, each {user: [item, ...]}."""

from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lattice.data.dataset import Dataset
from lattice.data.readers.assemble import assemble, describe, read_items
from lattice.data.readers.features import find_modalities, read_features
from lattice.data.readers.rows import Rows, missing, read_json, stack
from lattice.errors import InputError

FILES = {"train": ("train.json",), "valid": ("val.json", "valid.json"), "test": ("test.json",)}


def read(
    source: Path,
    *,
    core: int = 5,
    modalities: Mapping[str, str] | None = None,
    items: str | None = None,
    columns: Mapping[str, str] | None = None,
    name: str | None = None,
) -> Dataset:
    """Read the folder `source`; an item's id is its ASIN where `item2id.json` gives it, else its integer.

    core: the splits lie in `<core>-core/`, or in `source` itself where there is no such folder.
    modalities: modality -> `.npy` file in `source`; all there are by default.
    items: a table with an `item` column (the same ids) and any of title, brand, category, description, image.
    columns: what that table calls a column (ours -> the file's).
    InputError: whatever doesn't fit, with the file and the user or key.
    """
    if not source.is_dir():
        raise missing(source)
    splits = source / f"{core}-core" if (source / f"{core}-core").is_dir() else source
    rows = stack([_read_split(_first(splits, files), split) for split, files in FILES.items()])
    mapping = source / "item2id.json"
    ids = _read_ids(mapping) if mapping.exists() else None
    features = read_features(source, modalities or find_modalities(source), n_items=len(ids) if ids else None)
    if ids is None:
        n_items = len(next(iter(features.values()))) if features else int(rows.table["item"].max()) + 1
        ids = [str(item) for item in range(n_items)]
    known = "item2id.json" if mapping.exists() else "the feature matrices"
    rows.refuse(
        rows.table["item"] >= len(ids),
        "item {item} is not among the {n_items} of {known}, 0 being the first; add it or remove it here",
        n_items=len(ids),
        known=known,
    )
    table = rows.table.assign(item=np.array(ids, dtype=object)[rows.table["item"]])
    return assemble(
        name or source.resolve().name,
        describe(ids, read_items(source / items, columns) if items else None),
        Rows(table, rows.place),
        features,
        source,
        known,
    )


def _first(folder: Path, names: tuple[str, ...]) -> Path:
    return next((folder / name for name in names if (folder / name).exists()), folder / names[0])


def _read_split(path: Path, split: str) -> Rows:
    content = read_json(path)
    for user, items in content.items():
        if not isinstance(items, list):
            raise InputError(f"{path}, user {user!r}: holds {items!r}; a list of item numbers is needed")
    users = np.repeat(np.array(list(content), dtype=object), [len(items) for items in content.values()])
    items = pd.Series(list(chain.from_iterable(content.values())), dtype=object)
    table = pd.DataFrame({"user": users, "item": items, "split": split})
    if table.empty:
        raise InputError(f"{path}: holds no interactions; every split needs at least one")
    rows = Rows(table, lambda row: f"{path}, user {users[row]!r}")
    if pd.api.types.infer_dtype(items) != "integer":
        rows.refuse(items.map(lambda item: type(item) is not int), "item {item!r} is not an integer; number the items")
    rows.refuse((items < 0) | (items >= 10**9), "item {item} is out of range; number the items 0, 1, 2, ...")
    return Rows(table.astype({"user": "str", "item": "int64"}), rows.place)


def _read_ids(path: Path) -> list[str]:
    """`item2id.json` turned round: the name of item 0, 1, ..."""
    content: dict[str, Any] = read_json(path)
    names: dict[int, str] = {}
    for name, number in content.items():
        if type(number) is not int or not 0 <= number < len(content) or number in names:
            raise InputError(f"{path}, key {name!r}: number {number!r}; each of 0 to {len(content) - 1} is needed once")
        names[number] = name
    return [names[number] for number in range(len(names))]
