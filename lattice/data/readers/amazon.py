"""Amazon's reviews and product data as published: one record a line, in the form of 2014, 2018 or 2023."""

import ast
import gzip
import html
import json
import re
import zlib
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
    "description": ("description",),
}
CATEGORY = ("categories", "category", "main_category")
PICTURE = ("imUrl", "imageURLHighRes", "imageURL", "images")
LITERAL_ASIN = re.compile(r"\{'asin': '(\w+)'")
IMAGE_RECORD = np.dtype([("asin", "S10"), ("vector", "<f4", 4096)])
BLOCK = 1024  # image records read at a time: 17 MB, as all of Clothing's are 25 GB


def read(
    source: Path,
    *,
    interactions: str | None = None,
    items: str | None = None,
    image_features: str | None = None,
    modalities: Mapping[str, str] | None = None,
    split: str = "random",
    seed: int = 0,
    name: str | None = None,
) -> Dataset:
    """Read a folder with one file of reviews and one of products (`.json`, `.jsonl`, either also `.gz`).

    interactions: the reviews, already cut to their 5-core if that is wanted; by default the one whose name
        doesn't start with `meta_`. Items are those reviewed, in the order of their ASINs.
    items: the products; by default the one called `meta_*`. A line may be JSON or, as in 2014, a Python literal.
        Of several category paths all are kept. `image_url` is where a picture is, for `--images` to fetch.
    image_features: the 2014 image features (`image_features_*.b`), as the visual modality. An item without gets
        the mean of the others' vectors, as in the field, and True in the items' column `visual_is_mean`.
    modalities: modality -> `.npy` file, row i = item i.
    split, seed: "random" (the paper's) or "time". A product that a user reviews again counts once, the first time.
    InputError: whatever doesn't fit, with file and line.
    """
    if not source.is_dir():
        raise missing(source)
    if image_features and "visual" in (modalities or {}):
        raise InputError("--image-features and --modality visual=FILE would both be the visual modality; leave one out")
    reviews = _read_reviews(_find(source, interactions, "interactions", products=False))
    rows = Rows(reviews.table.sort_values("time", kind="stable").drop_duplicates(["user", "item"]), reviews.place)
    rows = Rows(rows.table.assign(split=split_by(rows.table["user"], seed, split)), rows.place)
    ids = sorted(rows.table["item"].unique())
    features = read_features(source, modalities or {}, n_items=len(ids))
    table = describe(ids, _read_products(_find(source, items, "items", products=True), set(ids)))
    if image_features:
        features["visual"], there = _read_image_features(source / image_features, ids)
        table = table.assign(visual_is_mean=~there)
    return assemble(name or source.resolve().name, table, rows, features, source, known="the reviews")


def _find(folder: Path, file: str | None, option: str, products: bool) -> Path:
    if file:
        return folder / file
    named = (path for ending in ("json", "jsonl", "json.gz", "jsonl.gz") for path in folder.glob(f"*.{ending}"))
    paths = sorted(path for path in named if path.name.startswith("meta_") == products)
    if len(paths) != 1:
        listed = ", ".join(path.name for path in paths) or f"no file of {'products' if products else 'reviews'}"
        raise InputError(f"{folder}: holds {listed}; choose one with `--{option} FILE`")
    return paths[0]


def _records(path: Path, wanted: set[str] | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number and record of every line that isn't blank, and isn't seen to be of an item that is not `wanted`."""
    if not path.is_file():
        raise missing(path)
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        try:
            for number, line in enumerate(lines, 1):
                if line.strip() and (wanted is None or _may_be_of(wanted, line)):
                    yield number, _record(path, number, line)
        except (OSError, EOFError, zlib.error, UnicodeDecodeError):
            raise InputError(f"{path}: can't be read to its end; fetch it anew") from None


def _may_be_of(wanted: set[str], line: str) -> bool:
    # A literal takes some 0.2 ms to parse, and of Clothing's 1.5 million products 98% were reviewed too seldom.
    asin = LITERAL_ASIN.match(line)
    return asin is None or asin[1] in wanted


def _record(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        record = json.loads(line) if not line.lstrip().startswith(("{'", "{u'")) else ast.literal_eval(line.strip())
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):  # all that literal_eval may raise
        record = None
    if not isinstance(record, dict):
        raise InputError(f"{path}, line {number}: not a JSON object; mend or remove the line")
    return record


def _read_reviews(path: Path) -> Rows:
    numbers, values = [], []
    for number, record in _records(path):
        numbers.append(number)
        values.append([_valid(_first(record, names)) for names in (USER, ITEM, TIME)])
    if not values:
        raise InputError(f"{path}: holds no reviews; choose another file with `--interactions FILE`")
    rows = Rows(pd.DataFrame(values, columns=["user", "item", "time"]), lambda row: f"{path}, line {numbers[row]}")
    for column, names in (("user", USER), ("item", ITEM), ("time", TIME)):
        rows.refuse(rows.table[column].isna(), f"no {' or '.join(names)}; fill it in or remove the line")
    times = pd.to_numeric(rows.table["time"], errors="coerce")
    rows.refuse(times.isna(), "time {time!r} is no number of seconds; mend it")
    return Rows(rows.table.astype({"user": "str", "item": "str"}).assign(time=times), rows.place)


def _read_products(path: Path, wanted: set[str]) -> Rows:
    numbers, values = [], []
    for number, record in _records(path, wanted):
        item = str(_first(record, ITEM))
        if item in wanted:
            numbers.append(number)
            words = [_words(_first(record, names)) for names in COLUMNS.values()]
            more = _category(_first(record, CATEGORY)), _address(_first(record, PICTURE))
            values.append([item, *map(_valid, (*words, *more))])
    if not values:
        raise InputError(f"{path}: has none of the {len(wanted):,} items reviewed; choose the reviews' own category's")
    columns = ["item", *COLUMNS, "category", "image_url"]
    rows = Rows(pd.DataFrame(values, columns=columns), lambda row: f"{path}, line {numbers[row]}")
    return Rows(rows.table.drop_duplicates("item"), rows.place)


def _first(record: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((record[name] for name in names if record.get(name) not in (None, "", [])), None)


def _valid(value: Any) -> Any:
    """Of a string with halves of UTF-16 pairs (2014's narrow Python wrote them so) the one that can be encoded."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value


def _words(value: Any) -> str:
    """One line of text; of a list its parts."""
    if isinstance(value, list):
        return _words(" ".join(map(str, value)))
    return "" if value is None else " ".join(html.unescape(str(value)).split())


def _category(value: Any) -> str:
    """The path "A > B", or of a list of paths (2014's categories) each one once: "A > B; C"."""
    paths = value if isinstance(value, list) and any(isinstance(path, list) for path in value) else [value]
    written = (" > ".join(map(_words, path)) if isinstance(path, list) else _words(path) for path in paths)
    return "; ".join(dict.fromkeys(filter(None, written)))


def _address(value: Any) -> str:
    """Of the pictures' addresses (2014: one, 2018: a list, 2023: a list of sizes by name) the first."""
    first = value[0] if isinstance(value, list) else value
    return str((first.get("large") if isinstance(first, dict) else first) or "").strip()


def _read_image_features(path: Path, ids: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Float32 [n_items, 4096], and bool [n_items]: which are in the file. The others' rows are the mean of these."""
    if not path.is_file():
        raise missing(path)
    if not path.stat().st_size or path.stat().st_size % IMAGE_RECORD.itemsize:
        raise InputError(f"{path}: not whole records of an ASIN and 4096 numbers; fetch it anew")
    rows = {asin.encode(): row for row, asin in enumerate(ids)}
    matrix, there = np.zeros((len(ids), 4096), dtype=np.float32), np.zeros(len(ids), dtype=bool)
    with path.open("rb") as file:
        while len(block := np.fromfile(file, dtype=IMAGE_RECORD, count=BLOCK)):
            for place, asin in enumerate(block["asin"].tolist()):
                row = rows.get(asin)
                if row is not None and not there[row]:
                    matrix[row], there[row] = block["vector"][place], True
                    if not np.isfinite(matrix[row]).all():
                        raise InputError(f"{path}, {asin.decode()}: NaN or infinity; fetch the file anew")
    if not there.any():
        raise InputError(f"{path}: has none of the {len(ids):,} items reviewed; choose the reviews' own category's")
    matrix[~there] = matrix.sum(axis=0, dtype=np.float64) / there.sum()
    return matrix, there
