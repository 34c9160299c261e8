"""MMRec's folder: one `.inter` file, and a `.npy` matrix a modality whose row i is item i (Zhou, 2023)."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from lattice.data.dataset import SPLITS, Dataset
from lattice.data.readers.assemble import as_integers, assemble, describe, read_items
from lattice.data.readers.features import find_modalities, read_features
from lattice.data.readers.rows import Rows, missing, read_table
from lattice.errors import InputError

COLUMNS = {"user": "userID", "item": "itemID", "label": "x_label"}


def read(
    source: Path,
    *,
    interactions: str | None = None,
    modalities: Mapping[str, str] | None = None,
    items: str | None = None,
    columns: Mapping[str, str] | None = None,
    name: str | None = None,
) -> Dataset:
    """Read MMRec's folder `source`; ids are its integers, and there are as many items as feature rows.

    interactions: which `.inter` file, where the folder holds several that fit.
    modalities: modality -> `.npy` file; all there are by default, `image_feat.npy` as visual, `text_feat.npy`
        as textual and any other by its own name.
    items: a table with an `item` column and any of title, brand, category, description, image.
    columns: what that table, or the `.inter` file, calls a column (ours -> the file's).
    InputError: whatever doesn't fit, with file and line.
    """
    if not source.is_dir():
        raise missing(source)
    features = read_features(source, modalities or find_modalities(source))
    n_items = len(next(iter(features.values()))) if features else None
    names = {**COLUMNS, **(columns or {})}
    rows = _read_interactions(source / interactions, names) if interactions else _find(source, names, n_items)
    rows.refuse(~rows.table["label"].isin(["0", "1", "2"]), "x_label {label!r}; use 0, 1 or 2 (train, valid, test)")
    split = rows.table["label"].map(dict(zip("012", SPLITS, strict=True)))
    n_items = n_items or _largest(rows) + 1
    return assemble(
        name or source.resolve().name,
        describe([str(item) for item in range(n_items)], read_items(source / items, columns) if items else None),
        replace(rows, table=rows.table.assign(split=split)),
        features,
        source,
        known="the feature matrices, 0 being the first",
    )


def _read_interactions(path: Path, names: Mapping[str, str]) -> Rows:
    wanted = {column: names[column] for column in COLUMNS}
    return as_integers(as_integers(read_table(path, list(COLUMNS), columns=wanted), "user"), "item")


def _find(source: Path, names: Mapping[str, str], n_items: int | None) -> Rows:
    """The folder's one `.inter` file or, of several, the one whose item ids fit the number of items."""
    paths = sorted(source.glob("*.inter"))
    if not paths:
        raise InputError(f"{source}: no .inter file; name the interactions with `--interactions FILE`")
    if len(paths) == 1:
        return _read_interactions(paths[0], names)
    tables = [_read_interactions(path, names) for path in paths]
    fitting = [rows for rows in tables if _largest(rows) < (n_items or rows.table["item"].nunique())]
    if len(fitting) != 1:
        listed = " and ".join(path.name for path in paths)
        raise InputError(f"{source}: {listed} could each be meant; choose one with `--interactions FILE`")
    return fitting[0]


def _largest(rows: Rows) -> int:
    return int(rows.table["item"].astype("int64").max())
