"""What the site says of items and users, and the items' pictures."""

import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image, ImageOps

from lattice.data.dataset import Dataset
from lattice.data.picture import MAX_BYTES, open_picture
from lattice.data.picture_header import read_header
from lattice.errors import InputError
from lattice.export_app.scripts import array

SIDE = 192  # pixels of an item's picture
GROUPINGS = ("department", "category", "type", "brand")  # columns that may colour the map, in this order
MOST_GROUPS = 40


def items_script(dataset: Dataset, has_picture: np.ndarray) -> dict[str, Any]:
    """Return what lists and search need of the items: ids, titles, a line below the title, and what is missing.

    has_picture: [n_items] bool. warm: 1 for items that training has.
    """
    warm = np.bincount(dataset.pairs("train")[:, 1], minlength=dataset.n_items) > 0
    return {
        "ids": dataset.items["item"].tolist(),
        "titles": titles(dataset.items),
        "briefs": briefs(dataset.items),
        "groups": groups(dataset.items),
        "pictures": array(has_picture, "u8"),
        "warm": array(warm, "u8"),
    }


def titles(items: pd.DataFrame) -> list[str]:
    """Return a title per item; where there is none, its brand and last category, else its id."""
    made = (" ".join(filter(None, pair)) for pair in zip(_column(items, "brand"), _kinds(items), strict=True))
    given = zip(items["item"], _column(items, "title"), made, strict=True)
    return [title.strip() or other or item for item, title, other in given]


def briefs(items: pd.DataFrame) -> list[str]:
    """Return the line below each title: brand and last category, "" where unknown."""
    pairs = zip(_column(items, "brand"), _kinds(items), strict=True)
    return [" · ".join(filter(None, pair)) for pair in pairs]


def groups(items: pd.DataFrame) -> list[str]:
    """Return a group per item, which colours the map: of the first column with a few groups; "" where none has."""
    for column in GROUPINGS:
        found = [value.split(">")[0].strip() for value in _column(items, column)]
        if 1 < len(set(found) - {""}) <= MOST_GROUPS:
            return found
    return [""] * len(items)


def descriptions(items: pd.DataFrame) -> list[str]:
    """Return every item's description, "" where there is none."""
    return _column(items, "description")


def write_pictures(dataset: Dataset, folder: Path, wanted: bool = True) -> np.ndarray:
    """Write `folder`/pictures/ROW.webp for every item with a readable picture; return [n_items] bool, which have one.

    The files are named by row, not by id: an id may hold any character.
    """
    found, failed = np.zeros(dataset.n_items, dtype=bool), 0
    for row in range(dataset.n_items if wanted else 0):
        path = dataset.image_path(row)
        if path is None or not path.is_file():
            continue
        try:
            (folder / "pictures" / f"{row}.webp").write_bytes(small_picture(path, SIDE))
            found[row] = True
        except InputError:
            failed += 1
    if failed:
        warnings.warn(f"{failed} pictures can't be read and are left out", stacklevel=2)
    return found


def small_picture(path: Path, side: int) -> bytes:
    """Return a picture as a square WebP of at most `side` pixels: the file itself where it is one already."""
    data = path.read_bytes() if path.stat().st_size <= MAX_BYTES else b""
    image = open_picture(data or path)
    header = read_header(data)
    if header.kind == "WEBP" and header.data == data and image.width == image.height <= side:
        return data
    buffer = io.BytesIO()
    ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS).save(buffer, "WEBP", quality=80, method=4)
    return buffer.getvalue()


def _column(items: pd.DataFrame, name: str) -> list[str]:
    return items[name].tolist() if name in items else [""] * len(items)


def _kinds(items: pd.DataFrame) -> list[str]:
    """Return the last part of every item's category."""
    return [category.split(">")[-1].strip() for category in _column(items, "category")]
