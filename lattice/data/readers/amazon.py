"""Amazon's reviews and product data as published: one record a line, in the form of 2014, 2018 or 2023."""

import ast
import gzip
import html
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lattice.data.dataset import Dataset
from lattice.data.readers.assemble import assemble, describe
from lattice.data.readers.features import read_features
from lattice.data.readers.rows import Rows, missing
from lattice.data.split import split as split_by
from lattice.errors import InputError

USER, ITEM, TIME = ("reviewerID", "user_id"), ("parent_asin", "asin"), ("unixReviewTime", "timestamp")
COLUMNS = {
    "title": ("title",),
    "brand": ("brand", "store"),
    "category": ("categories", "category", "main_category"),
    "description": ("description",),
}
IMAGE_RECORD = np.dtype([("asin", "S10"), ("vector", "<f4", 4096)])


def read(
    source: Path,
    *,
    interactions: str | None = None,
    items: str | None = None,
    images: str | None = None,
    modalities: Mapping[str, str] | None = None,
    split: str = "random",
    seed: int = 0,
    name: str | None = None,
) -> Dataset:
    """Read a folder with one file of reviews and one of products (`.json`, `.jsonl`, either also `.gz`).

    interactions: the reviews, already cut to their 5-core if that is wanted; by default the one whose name
        doesn't start with `meta_`. Items are those reviewed, in the order of their ASINs.
    items: the products; by default the one called `meta_*`. A line may be JSON or, as in 2014, a Python literal.
    images: the 2014 image features (`image_features_*.b`), as the visual modality; a product without is zeros.
    modalities: modality -> `.npy` file, row i = item i.
    split, seed: "random" (the paper's) or "time". A product that a user reviews again counts once, the first time.
    InputError: whatever doesn't fit, with file and line.
    """
    if not source.is_dir():
        raise missing(source)
    reviews = _read_reviews(_find(source, interactions, "interactions", products=False))
    rows = Rows(reviews.table.sort_values("time", kind="stable").drop_duplicates(["user", "item"]), reviews.place)
    rows = Rows(rows.table.assign(split=split_by(rows.table["user"], seed, split)), rows.place)
    ids = sorted(rows.table["item"].unique())
    features = read_features(source, modalities or {}, n_items=len(ids))
    if images:
        features["visual"] = _read_images(source / images, ids)
    products = _read_products(_find(source, items, "items", products=True), set(ids))
    return assemble(name or source.resolve().name, describe(ids, products), rows, features, source, known="the reviews")


def _find(folder: Path, file: str | None, option: str, products: bool) -> Path:
    if file:
        return folder / file
    named = (path for ending in ("json", "jsonl", "json.gz", "jsonl.gz") for path in folder.glob(f"*.{ending}"))
    paths = sorted(path for path in named if path.name.startswith("meta_") == products)
    if len(paths) != 1:
        listed = ", ".join(path.name for path in paths) or f"no file of {'products' if products else 'reviews'}"
        raise InputError(f"{folder}: holds {listed}; choose one with `--{option} FILE`")
    return paths[0]


def _records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number and record of every line that isn't blank."""
    if not path.is_file():
        raise missing(path)
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        try:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, _record(path, number, line)
        except (OSError, EOFError, UnicodeDecodeError):
            raise InputError(f"{path}: can't be read to its end; fetch it anew") from None


def _record(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        record = json.loads(line) if not line.lstrip().startswith("{'") else ast.literal_eval(line.strip())
    except (ValueError, SyntaxError, RecursionError):
        record = None
    if not isinstance(record, dict):
        raise InputError(f"{path}, line {number}: not a JSON object; mend or remove the line")
    return record


def _read_reviews(path: Path) -> Rows:
    numbers, values = [], []
    for number, record in _records(path):
        numbers.append(number)
        values.append([_first(record, names) for names in (USER, ITEM, TIME)])
    rows = Rows(pd.DataFrame(values, columns=["user", "item", "time"]), lambda row: f"{path}, line {numbers[row]}")
    for column, names in (("user", USER), ("item", ITEM), ("time", TIME)):
        rows.refuse(rows.table[column].isna(), f"no {' or '.join(names)}; fill it in or remove the line")
    times = pd.to_numeric(rows.table["time"], errors="coerce")
    rows.refuse(times.isna(), "time {time!r} is no number of seconds; mend it")
    return Rows(rows.table.astype({"user": "str", "item": "str"}).assign(time=times), rows.place)


def _read_products(path: Path, wanted: set[str]) -> Rows:
    numbers, values = [], []
    for number, record in _records(path):
        item = str(_first(record, ITEM))
        if item in wanted:
            numbers.append(number)
            values.append([item, *map(_words, (_first(record, names) for names in COLUMNS.values()))])
    rows = Rows(pd.DataFrame(values, columns=["item", *COLUMNS]), lambda row: f"{path}, line {numbers[row]}")
    return Rows(rows.table.drop_duplicates("item"), rows.place)


def _first(record: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((record[name] for name in names if record.get(name) not in (None, "", [])), None)


def _words(value: Any) -> str:
    """One line of text; of a list its parts, and of a list of lists (2014's categories) the first list's."""
    if isinstance(value, list):
        return _words(value[0]) if value and isinstance(value[0], list) else _words(" ".join(map(str, value)))
    return "" if value is None else " ".join(html.unescape(str(value)).split())


def _read_images(path: Path, ids: list[str]) -> np.ndarray:
    if not path.is_file():
        raise missing(path)
    if not path.stat().st_size or path.stat().st_size % IMAGE_RECORD.itemsize:
        raise InputError(f"{path}: not whole records of an ASIN and 4096 numbers; fetch it anew")
    records = np.memmap(path, dtype=IMAGE_RECORD, mode="r")
    asins = pd.Series(records["asin"].astype("U10"))
    rows = pd.Series(asins.index, index=asins)[~asins.duplicated().to_numpy()].reindex(ids)
    there = rows.notna().to_numpy()
    matrix = np.zeros((len(ids), 4096), dtype=np.float32)
    matrix[there] = records["vector"][rows[there].to_numpy(dtype=np.int64)]
    return matrix
