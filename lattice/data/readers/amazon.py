"""Amazon's reviews and product data as published: one record a line, in the form of 2014, 2018 or 2023."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from lattice.data.options import Options
from lattice.data.readers.build import Found
from lattice.data.readers.discover import endings
from lattice.data.readers.items import read_items
from lattice.data.readers.matrices import Matrix, read_matrices
from lattice.data.readers.rows import read_rows
from lattice.data.report import Report
from lattice.data.tables import read_table
from lattice.errors import InputError

JSON = (".json", ".jsonl")
LITERAL_ASIN = re.compile(r"\{'asin': '(\w+)'")
IMAGE_RECORD = np.dtype([("asin", "S10"), ("vector", "<f4", 4096)])
BLOCK = 1024  # image records read at a time: 17 MB, as all of Clothing's are 25 GB


def find(source: Path, options: Options, report: Report) -> Found:
    """Read a folder with one file of reviews and one of products, called `meta_*`.

    Items are those reviewed, in the order of their ASINs. Reviews count in time order: a product that a user reviews
    again counts once, the first time. `--image-features` is the visual modality; an item without gets the mean of the
    others' vectors, as in the field, and True in the items' column `visual_is_mean`. InputError: no such file.
    """
    if not source.is_dir():
        raise InputError(f"{source}: no such folder; give the one with the reviews and the products")
    if options.image_features and "visual" in options.modalities:
        raise InputError("--image-features and --modality visual=FILE would both be the visual modality; leave one out")
    reviews = read_table(_only(source, options.interactions, "interactions", products=False), options.reading)
    rows = read_rows([(reviews, None)], options, report)
    bought = set(rows.table["item"].cat.categories)
    products = _only(source, options.items, "items", products=True)
    items = read_items([read_table(products, options.reading, wanted=_may_be_of(bought))], options, report)
    if not items["item"].isin(bought).any():
        raise InputError(
            f"{products}: has none of the {len(bought):,} items reviewed; choose the reviews' own category's"
        )
    lacking = len(bought - set(items["item"]))
    report.add("unknown-item", f"item reviewed that {products.name} lacks, kept without words or picture", lacking)
    matrices = read_matrices(source, options.modalities, options)
    if options.image_features:
        path = source / options.image_features
        ids = sorted(bought)
        values, there = read_image_features(path, ids)
        matrices["visual"] = Matrix(values, np.array(ids, dtype=object), path)
        items = items.set_index("item").reindex(pd.Index(ids, name="item", dtype="str")).reset_index()
        items = items.assign(visual_is_mean=~there)
    return Found(
        name=source.resolve().name,
        folder=source,
        rows=rows,
        items=items,
        where=products.name,
        matrices=matrices,
        by_time=True,
        bought_only=True,
    )


def _only(folder: Path, file: str | None, option: str, products: bool) -> Path:
    if file:
        return folder / file
    paths = sorted(path for path in folder.iterdir() if path.is_file() and endings(path) in JSON)
    paths = [path for path in paths if path.name.lower().startswith("meta") == products]
    if len(paths) != 1:
        listed = ", ".join(path.name for path in paths) or f"no file of {'products' if products else 'reviews'}"
        raise InputError(f"{folder}: holds {listed}; choose one with `--{option} FILE`")
    return paths[0]


def _may_be_of(wanted: set[str]) -> Callable[[str], bool]:
    """Return a test that skips lines of unreviewed products (98% of Clothing's 1.5 million): parsing is slow."""

    def may_be(line: str) -> bool:
        asin = LITERAL_ASIN.match(line)
        return asin is None or asin[1] in wanted

    return may_be


def read_image_features(path: Path, wanted: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return float32 [n, 4096], and bool [n]: which of the `wanted` are in the file; the others get the mean of these.

    InputError: no such file, not whole records, NaN or infinity, or none of the wanted ids.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file; check the path or the option that names it")
    if not path.stat().st_size or path.stat().st_size % IMAGE_RECORD.itemsize:
        raise InputError(f"{path}: not whole records of an ASIN and 4096 numbers; fetch it again")
    rows = {asin.encode(): row for row, asin in enumerate(wanted)}
    matrix, there = np.zeros((len(wanted), 4096), dtype=np.float32), np.zeros(len(wanted), dtype=bool)
    with path.open("rb") as file:
        while len(block := np.fromfile(file, dtype=IMAGE_RECORD, count=BLOCK)):
            for place, asin in enumerate(block["asin"].tolist()):
                row = rows.get(asin)
                if row is not None and not there[row]:
                    matrix[row], there[row] = block["vector"][place], True
                    if not np.isfinite(matrix[row]).all():
                        raise InputError(f"{path}, {asin.decode()}: NaN or infinity; fetch the file again")
    if not there.any():
        raise InputError(f"{path}: has none of the {len(wanted):,} items reviewed; choose the reviews' own category's")
    matrix[~there] = matrix.sum(axis=0, dtype=np.float64) / there.sum()
    return matrix, there
