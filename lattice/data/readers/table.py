"""Tables: interactions as `user, item`, and items as `item, title, ...`, in CSV, TSV or Parquet."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from lattice.data.dataset import SPLITS, Dataset
from lattice.data.readers.assemble import assemble, items_of, read_items
from lattice.data.readers.features import read_features
from lattice.data.readers.rows import Rows, missing, read_table
from lattice.data.split import split as split_by
from lattice.errors import InputError

NEEDED, OPTIONAL = ("user", "item"), ("split", "timestamp")
LABELS = {**dict(zip(SPLITS, SPLITS, strict=True)), "val": "valid", "validation": "valid"}


def read(
    source: Path,
    *,
    interactions: str | None = None,
    items: str | None = None,
    columns: Mapping[str, str] | None = None,
    modalities: Mapping[str, str] | None = None,
    split: str | None = None,
    seed: int = 0,
    name: str | None = None,
) -> Dataset:
    """Read a table of interactions, or a folder with `interactions.csv` and `items.csv` (.tsv, .parquet).

    interactions, items: the files in the folder, where they are called otherwise. Without a table of items,
        those that occur in the interactions are all there are.
    columns: what the files call a column (ours -> the file's): user, item, split, timestamp; item, title,
        brand, category, description, image (its path starts at the table's folder).
    modalities: modality -> `.npy` file, row i = item i of the table of items.
    split, seed: "random" (the paper's) or "time" (by `timestamp`); by default the `split` column where there
        is one, else "random". A pair that occurs again counts once where the split is drawn.
    InputError: whatever doesn't fit, with file and line.
    """
    if not source.exists():
        raise missing(source)
    folder = source if source.is_dir() else source.parent
    file = _interactions(source, interactions) if source.is_dir() else source
    theirs = {column: name for column, name in (columns or {}).items() if column in (*NEEDED, *OPTIONAL)}
    rows = read_table(file, NEEDED, OPTIONAL, theirs)
    rows = _given(rows) if split is None and "split" in rows.table else _drawn(rows, split or "random", seed, file)
    described = folder / items if items else find_table(folder, "items")
    table = items_of(rows, read_items(described, columns) if described else None)
    return assemble(
        name or (source.resolve().name if source.is_dir() else source.stem),
        table,
        rows,
        read_features(folder, modalities or {}, n_items=len(table)),
        folder,
        known=described.name if described else file.name,
    )


def find_table(folder: Path, stem: str) -> Path | None:
    """The table called `stem` in a folder, whatever its kind, or None."""
    paths = (folder / f"{stem}{ending}" for ending in (".csv", ".tsv", ".parquet"))
    return next((path for path in paths if path.is_file()), None)


def _interactions(folder: Path, file: str | None) -> Path:
    path = folder / file if file else find_table(folder, "interactions")
    if path is None:
        raise InputError(f"{folder}: no interactions.csv, .tsv or .parquet; name it with `--interactions FILE`")
    return path


def _given(rows: Rows) -> Rows:
    labels = rows.table["split"].str.lower().map(LABELS)
    rows.refuse(labels.isna(), "split {split!r}; use one of " + ", ".join(SPLITS))
    return replace(rows, table=rows.table.assign(split=labels))


def _drawn(rows: Rows, by: str, seed: int, file: Path) -> Rows:
    if by == "time":
        if "timestamp" not in rows.table:
            raise InputError(f"{file}: no column 'timestamp' to split by; name it with `--column timestamp=NAME`")
        rows = replace(rows, table=rows.table.iloc[np.argsort(_times(rows), kind="stable")])
    table = rows.table.drop_duplicates(["user", "item"])
    return replace(rows, table=table.assign(split=split_by(table["user"], seed, by)))


def _times(rows: Rows) -> np.ndarray:
    numbers = pd.to_numeric(rows.table["timestamp"], errors="coerce")
    if numbers.notna().iat[0]:
        rows.refuse(numbers.isna(), "timestamp {timestamp!r} is no number, as the first one is; mend it")
        return numbers.to_numpy()
    dates = pd.to_datetime(rows.table["timestamp"], errors="coerce", utc=True, format="ISO8601")
    rows.refuse(dates.isna(), "timestamp {timestamp!r} is no ISO 8601 date (2026-01-31T09:30); mend it")
    return dates.to_numpy()
