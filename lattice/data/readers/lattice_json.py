"""The folder of LATTICE's published program: `5-core/{train,val,test}.json`, each {user: [item, ...]}."""

import json
import re
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lattice.data.options import Options
from lattice.data.readers.build import Found
from lattice.data.readers.items import read_items
from lattice.data.readers.matrices import find_modalities, read_matrices
from lattice.data.readers.rows import Rows
from lattice.data.report import EXAMPLES, Report
from lattice.data.tables import read_table
from lattice.data.tables.compressed import read_bytes
from lattice.data.tables.encoding import decode
from lattice.data.values import clean_ids, value_text
from lattice.errors import InputError

FILES = {
    "train": ("train.json", "training.json"),
    "valid": ("val.json", "valid.json", "dev.json", "validation.json", "eval.json"),
    "test": ("test.json",),
}


def find(source: Path, options: Options, report: Report) -> Found:
    """Read the folder `source`; an item's id is its ASIN where `item2id.json` gives it, else its integer.

    The splits are in `<core>-core/` (5 by default), or in `source` itself where there is no such folder. InputError: a
    file that is missing or no JSON object.
    """
    if not source.is_dir():
        raise InputError(f"{source}: no such folder; check the path")
    splits = splits_folder(source, options.core)
    parts: list[pd.DataFrame] = []
    places: list[tuple[str, str]] = []
    for split, endings in FILES.items():
        path = next((splits / name for name in endings if (splits / name).exists()), None)
        if path is None and split == "train":
            raise InputError(f"{splits / endings[0]}: no such file; check the path")
        if path is not None:
            parts.append(_read_split(path, split, len(places), report))
            places.append((path.name, "user"))
    frame = pd.concat(parts, ignore_index=True)
    report.rows_read += len(frame)
    mapping = next((p for p in (source / "item2id.json", splits / "item2id.json") if p.exists()), None)
    names = _read_ids(mapping) if mapping else None
    matrices = read_matrices(source, options.modalities or find_modalities(source), options)
    n_items = (
        len(names) if names is not None else max((len(matrix.values) for matrix in matrices.values()), default=None)
    )
    frame["user"], frame["item"] = clean_ids(frame["user"], "user", report), clean_ids(frame["item"], "item", report)
    rows = Rows(frame, tuple(places))
    integer = np.asarray(frame["item"].cat.categories.str.fullmatch(r"\d{1,9}"), dtype=bool)
    codes = frame["item"].cat.codes.to_numpy()
    wrong = ~np.append(integer, False)[codes]
    rows = rows.without(wrong, "item-no-number", "interaction whose item is not an integer from 0 up, left out", report)
    if not len(rows.table):
        raise InputError(f"{splits}: no item is an integer; items are numbered 0, 1, 2, ... in this format")
    numbers = rows.table["item"].astype("str").astype("int64")
    if n_items is None:
        n_items = int(numbers.max()) + 1
    known = mapping.name if mapping else "the feature matrices"
    beyond = (numbers >= n_items).to_numpy()
    rows = rows.without(
        beyond, "item-beyond", f"interaction whose item is not among the {n_items:,} of {known}, left out", report
    )
    catalogue = names if names is not None else [str(item) for item in range(n_items)]
    rows.table["item"] = pd.Categorical.from_codes(numbers[~beyond], categories=pd.Index(catalogue, dtype="str"))
    items = None
    if options.items and options.items != "none":
        items = read_items([read_table(source / options.items, options.reading)], options, report)
    return Found(
        name=source.resolve().name,
        folder=source,
        rows=rows,
        items=items,
        catalogue=catalogue,
        listed=catalogue,
        where=known,
        matrices=matrices,
    )


def splits_folder(source: Path, core: int | None = None) -> Path:
    """Return the folder that holds train.json: `5-core`, another one, or `source` itself."""
    named = source / f"{core or 5}-core"
    if named.is_dir():
        return named
    others = sorted(path for path in source.glob("*-core") if path.is_dir() and re.fullmatch(r"\d+-core", path.name))
    if core is None and len(others) == 1 and not (source / "train.json").exists():
        return others[0]
    return source


def read_object(path: Path) -> list[tuple[str, Any]]:
    """Return a JSON object's pairs, repeated keys included. InputError: not a JSON object, with the line."""
    try:
        text = decode(read_bytes(path)[0]).text
        content = json.loads(text, object_pairs_hook=lambda pairs: pairs)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{path}, line {error.lineno}: not JSON at column {error.colno} ({error.msg}); correct it there"
        ) from None
    except RecursionError:
        raise InputError(f"{path}: nested too deeply; an object {{...}} is needed") from None
    if not isinstance(content, list) or (content and not isinstance(content[0], tuple)):
        kind = type(json.loads(text)).__name__
        raise InputError(f"{path}: holds a JSON {kind}, but an object {{...}} is needed")
    return content


def _read_split(path: Path, split: str, number: int, report: Report) -> pd.DataFrame:
    content = read_object(path)
    lists = [(user, items) for user, items in content if isinstance(items, list)]
    other = [user for user, items in content if not isinstance(items, list)]
    places = [f"{path.name}, user {user!r}" for user in other[:EXAMPLES]]
    report.rows_read += len(other)
    report.add("no-list", "user whose items are not a list, left out", len(other), places, left_out=len(other))
    users = [user for user, _ in lists]
    again = pd.Series(users, dtype=object)
    again = again[again.duplicated()]
    report.add(
        "user-twice",
        "user who is there before; the items of both count",
        len(again),
        [f"{path.name}, user {u!r}" for u in again],
    )
    repeated = np.repeat(np.array(users, dtype=object), [len(items) for _, items in lists])
    items = [
        value_text(item) if not isinstance(item, bool) else str(item)
        for item in chain.from_iterable(i for _, i in lists)
    ]
    report.files.append({"file": path.name, "as": f"{split}: {len(lists):,} users, {len(items):,} interactions"})
    frame = pd.DataFrame({"user": repeated, "item": pd.Series(items, dtype="str"), "split": split})
    frame["file"] = np.int16(number)
    frame["line"] = [repr(user) for user in repeated]
    return frame


def _read_ids(path: Path) -> list[str]:
    """Return `item2id.json` reversed: the name of item 0, 1, ..."""
    content = read_object(path)
    names: dict[int, str] = {}
    for name, number in content:
        if type(number) is not int or not 0 <= number < len(content) or number in names:
            raise InputError(f"{path}, key {name!r}: number {number!r}; each of 0 to {len(content) - 1} is needed once")
        names[number] = name
    return [names[number] for number in range(len(names))]
