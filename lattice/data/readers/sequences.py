"""Sequences: `user item item ...` on every line, in time order; one file, or `train.txt` and `test.txt`."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd

from lattice.data.dataset import Dataset
from lattice.data.readers.assemble import assemble, items_of, read_items
from lattice.data.readers.features import read_features
from lattice.data.readers.rows import Rows, missing, read_lines, stack
from lattice.data.readers.table import find_table
from lattice.data.split import split as split_by
from lattice.errors import InputError


def read(
    source: Path,
    *,
    interactions: str | None = None,
    items: str | None = None,
    columns: Mapping[str, str] | None = None,
    modalities: Mapping[str, str] | None = None,
    split: str = "random",
    seed: int = 0,
    name: str | None = None,
) -> Dataset:
    """Read one file of sequences, or a folder with one, or with `train.txt` and `test.txt`.

    interactions: which file, where the folder holds several.
    items: a table with an `item` column and any of title, brand, category, description, image; by default
        `items.csv` (.tsv, .parquet) beside the sequences. Its order is the items' order.
    columns: what that table calls a column (ours -> the file's), as in item=asin or image=poster.
    modalities: modality -> `.npy` file, row i = item i.
    split, seed: "random" (the paper's) or "time". Where train and test are given, only validation
        is drawn, from train.
    An item that a user has again counts once, at its first place.
    InputError: whatever doesn't fit, with file and line.
    """
    if not source.exists():
        raise missing(source)
    folder = source if source.is_dir() else source.parent
    file = source / interactions if interactions else source
    if file == folder and all((folder / given).is_file() for given in ("train.txt", "test.txt")):
        train, test = _read_sequences(folder / "train.txt"), _read_sequences(folder / "test.txt")
        train_split = split_by(train.table["user"], seed, split, parts=("valid",))
        rows = stack([_labelled(train, train_split), _labelled(test, "test")])
    else:
        rows = _read_sequences(_only_file(folder) if file == folder else file)
        rows = _labelled(rows, split_by(rows.table["user"], seed, split))
    described = folder / items if items else find_table(folder, "items")
    table = items_of(rows, read_items(described, columns) if described else None)
    return assemble(
        name or (source.resolve().name if source.is_dir() else source.stem),
        table,
        rows,
        read_features(folder, modalities or {}, n_items=len(table)),
        folder,
        known=described.name if described else "the sequences",
    )


def _only_file(folder: Path) -> Path:
    paths = sorted(folder.glob("*.txt"))
    if len(paths) != 1:
        listed = ", ".join(path.name for path in paths) or "no .txt file"
        raise InputError(f"{folder}: holds {listed}; choose the sequences with `--interactions FILE`")
    return paths[0]


def _read_sequences(path: Path) -> Rows:
    words = [line.split() for line in read_lines(path)]
    lines = Rows(
        pd.DataFrame({"user": [line[0] if line else "" for line in words]}),
        lambda row: f"{path}, line {row + 1}",
    )
    lines.refuse([len(line) == 1 for line in words], "user {user!r} has no items; add some or remove the line")
    lines.refuse(
        lines.table["user"].duplicated() & (lines.table["user"] != ""),
        "user {user!r} has had a line before; put all of a user's items on one",
    )
    lengths = [max(len(line) - 1, 0) for line in words]
    numbers = np.repeat(np.arange(len(words)), lengths)
    table = pd.DataFrame(
        {
            "user": lines.table["user"].to_numpy()[numbers],
            "item": pd.Series(list(chain.from_iterable(line[1:] for line in words)), dtype="str"),
        }
    )
    if table.empty:
        raise InputError(f"{path}: is empty; write `user item item ...` on each line")
    return Rows(table.drop_duplicates(["user", "item"]), lambda row: lines.place(numbers[row]))


def _labelled(rows: Rows, labels: np.ndarray | str) -> Rows:
    return replace(rows, table=rows.table.assign(split=labels))
