"""What is known of the items: words and pictures from their table, one row per item."""

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lattice.data.options import Options
from lattice.data.readers.picture_folder import ENDINGS, PictureFolder
from lattice.data.readers.roles import find_roles, id_column
from lattice.data.readers.rows import note_table
from lattice.data.report import EXAMPLES, Report
from lattice.data.tables import Table
from lattice.data.values import as_text, category_of, clean_ids, nested, stacked, words_of
from lattice.untrusted.files import shown

WORDS = ("title", "brand", "category", "description")
ADDRESS = re.compile(r"https?://", re.IGNORECASE)
BEST_SIZES = ("large", "hi_res", "medium_large", "medium", "url", "src", "href", "link", "thumb", "small", "path")


def read_items(
    tables: Sequence[Table], options: Options, report: Report, known: Collection[str] | None = None
) -> pd.DataFrame:
    """Return one row per item in the order of the tables: `item`, what they have of WORDS, `image`, `image_url`.

    `image` is a path as the table has it, or bytes where the table holds the picture itself. A row without an id, and
    one whose id has been before, are counted. Column `row`: where the item was among all rows of the tables.
    known: the ids of the interactions, by which the column of ids is told from others.
    """
    parts = [_part(table, options, report, known) for table in tables]
    places = [f"{table.name}, {table.unit} {line}" for table in tables for line in table.lines[: 10**6]]
    frame = stacked(parts, ids=["item"])
    ids = clean_ids(frame["item"], "item", report)
    frame["item"], frame["row"] = pd.Series(ids).astype("str"), np.arange(len(frame))
    missing = ids.codes < 0
    report.add("item-without-id", "item without an id, left out", missing.sum(), _places(places, missing))
    frame = frame[~missing]
    again = frame["item"].duplicated().to_numpy()
    where = _places(places, np.isin(np.arange(len(missing)), frame["row"].to_numpy()[again]))
    report.add("item-twice", "item that its file lists again; the first row counts", again.sum(), where)
    return frame[~again].reset_index(drop=True)


def _places(places: list[str], mask: np.ndarray) -> list[str]:
    return [places[row] for row in np.flatnonzero(mask)[:EXAMPLES] if row < len(places)]


def _part(table: Table, options: Options, report: Report, known: Collection[str] | None) -> pd.DataFrame:
    roles = find_roles(table, "items", options)
    roles["item"] = [id_column(table, roles["item"], known)]
    taken = ", ".join(f"{role} = {', '.join(columns)}" for role, columns in roles.items())
    note_table(table, f"items: {taken}", report, rows=False)
    frame = pd.DataFrame({"item": table.frame[roles["item"][0]]})
    for role in WORDS:
        if role in roles:
            read = category_of if role == "category" else words_of
            columns = [table.frame[column].map(read) for column in roles[role]]
            frame[role] = _first_filled(columns)
            _note_web_pages(table, role, roles[role][0], report)
    pictures = [table.frame[column].map(picture_of) for column in roles.get("image", [])]
    if pictures:
        found = _first_filled(pictures)
        address = found.map(lambda value: isinstance(value, str) and bool(ADDRESS.match(value)))
        if not address.all():
            frame["image"] = found.where(~address, "")
        if address.any():
            frame["image_url"] = found.where(address, "")
    if "image_url" in roles:
        frame["image_url"] = as_text(table.frame[roles["image_url"][0]]).str.strip()
    return frame


def _first_filled(columns: list["pd.Series[Any]"]) -> "pd.Series[Any]":
    """Return each row's first value that isn't empty."""
    found = columns[0].astype(object)
    for other in columns[1:]:
        empty = found.map(lambda value: isinstance(value, str) and not value)
        found = found.where(~empty, other)
    return found


def _note_web_pages(table: Table, role: str, column: str, report: Report) -> None:
    raw = table.frame[column].map(
        lambda value: isinstance(value, str) and "<" in value and words_of(value) != value.strip()
    )
    if raw.any():
        report.add(f"html-{role}", f"{role} with HTML, of which the words were kept", int(raw.sum()))


def picture_of(value: Any) -> Any:
    """Return a picture's address or path, or its bytes; of several the first, and the large one of several sizes."""
    value = nested(value.strip()) if isinstance(value, str) else value
    if isinstance(value, bytes):
        return value or ""
    if isinstance(value, dict):
        if isinstance(value.get("bytes"), bytes) and value["bytes"]:
            return value["bytes"]
        for size in BEST_SIZES:
            if found := picture_of(value.get(size)):
                return found
        return ""
    if isinstance(value, list | tuple | np.ndarray):
        return next((found for one in value if (found := picture_of(one))), "")
    text = value.strip() if isinstance(value, str) else ""
    return "" if text.lower() in ("nan", "none", "null") else text


def with_pictures(
    items: pd.DataFrame, folders: Sequence[Path], kept: Path, options: Options, report: Report
) -> pd.DataFrame:
    """Return the items with `image` as a path that exists, or "".

    folders: where paths start. kept: where pictures that came within a table are written. What isn't found is counted.
    """
    given = None
    if options.image_folder:
        given = next(
            (base / options.image_folder for base in (Path(), *folders) if (base / options.image_folder).is_dir()), None
        )
        if given is None:
            report.refuse(f"{options.image_folder}: no such folder; check `--image-folder`")
    folder = PictureFolder([given] if given else folders)
    if "image" in items:
        found = [_place_picture(value, number, folder, kept) for number, value in enumerate(items["image"])]
        wanted = [not isinstance(value, str) or bool(value) for value in items["image"]]
        lost = [w and not path for w, path in zip(wanted, found, strict=True)]
        names = [
            f"{shown(str(name))!r} of item {item!r}"
            for name, item in zip(items["image"][lost].head(3), items["item"][lost].head(3), strict=True)
        ]
        report.add("picture-missing", "picture that isn't where its table says, so the item has none", sum(lost), names)
        items = items.assign(image=pd.Series(found, index=items.index, dtype="str"))
    if given is not None or ("image" not in items and "image_url" not in items and _has_pictures(folders)):
        found = [str(path or "") for path in folder.of_items(items["item"].tolist())]
        count = sum(map(bool, found))
        if count:
            report.say(f"{count:,} of {len(items):,} items have a picture called by their id")
            before = items["image"].tolist() if "image" in items else [""] * len(items)
            items = items.assign(
                image=pd.Series([b or f for b, f in zip(before, found, strict=True)], index=items.index, dtype="str")
            )
        elif given is not None:
            report.refuse(f"{given}: no picture there is called by an item's id, as {items['item'].iat[0]}.jpg")
    return items


def _has_pictures(folders: Sequence[Path]) -> bool:
    return any(path.suffix.lower() in ENDINGS for folder in folders for path in folder.glob("*/*"))


def _place_picture(value: Any, number: int, folder: PictureFolder, kept: Path) -> str:
    if isinstance(value, bytes):
        kept.mkdir(parents=True, exist_ok=True)
        path = kept / f"{number:08d}{_ending(value)}"
        path.write_bytes(value)
        return str(path)
    return str(folder.find(value) or "") if value else ""


def _ending(data: bytes) -> str:
    return {0xFF: ".jpg", 0x89: ".png", 0x52: ".webp"}.get(data[0], ".bin")
