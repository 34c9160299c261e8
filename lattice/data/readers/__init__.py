"""Readers: one file a format, each with `read(source, **options) -> Dataset`."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lattice.data.dataset import ITEM_COLUMNS, Dataset
from lattice.data.readers import amazon, lattice_json, mmrec, sequences, table
from lattice.errors import InputError

READERS: dict[str, Callable[..., Dataset]] = {
    "amazon": amazon.read,
    "lattice-json": lattice_json.read,
    "mmrec": mmrec.read,
    "sequences": sequences.read,
    "table": table.read,
}


COLUMNS = ("user", "item", "split", "timestamp", "label", *ITEM_COLUMNS)


def options_of(format: str) -> list[str]:
    """The names of the options that a format's reader takes."""
    return [name for name in inspect.signature(READERS[format]).parameters if name != "source"]


def read(source: Path | str, format: str, **options: Any) -> Dataset:
    """Read `source` in one of READERS' formats. An option left at None or {} is as if it weren't given.

    InputError: an unknown format, an option that the format doesn't have, or input that doesn't fit.
    """
    if format not in READERS:
        raise InputError(f"format {format!r} is unknown; use one of {', '.join(READERS)}")
    given = {name: value for name, value in options.items() if value not in (None, {})}
    for name in given:
        if name not in options_of(format):
            raise InputError(f"format {format} has no option {name!r}; it has {', '.join(options_of(format))}")
    for column in given.get("columns", {}):
        if column not in COLUMNS:
            raise InputError(f"column {column!r} is unknown; the columns are {', '.join(COLUMNS)}")
    return READERS[format](Path(source), **given)
