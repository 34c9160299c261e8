"""MMRec's folder: one `.inter` file, and a `.npy` matrix per modality whose row i is item i (Zhou, 2023)."""

from pathlib import Path

import pandas as pd

from lattice.data.options import Options
from lattice.data.readers.build import Found
from lattice.data.readers.items import read_items
from lattice.data.readers.matrices import find_modalities, read_matrices
from lattice.data.readers.rows import Rows, read_rows
from lattice.data.report import Report
from lattice.data.tables import read_table
from lattice.errors import InputError

INTEGER = r"0|[1-9]\d{0,8}"


def find(source: Path, options: Options, report: Report) -> Found:
    """Read MMRec's folder; ids are its integers, and there are as many items as feature rows.

    Of several `.inter` files, the one whose item ids fit the number of items is taken. `x_label` 0, 1, 2 is train,
    validation, test. InputError: no `.inter` file, or several that fit.
    """
    if not source.is_dir():
        raise InputError(f"{source}: no such folder; check the path")
    matrices = read_matrices(source, options.modalities or find_modalities(source), options)
    n_items = max((len(matrix.values) for matrix in matrices.values()), default=None)
    if options.interactions:
        path = source / options.interactions
        rows = read_rows([(read_table(path, options.reading), None)], options, report)
    else:
        path, rows = _find(source, options, report, n_items)
    largest = _largest(rows)
    if largest is None:
        if any(matrix.ids is None for matrix in matrices.values()):
            report.refuse(
                f"{path}: item ids are not all numbers from 0 ({_odd(rows)!r} is not), so the item of each row "
                "of the features is unknown"
            )
            matrices = {}
        catalogue = None
    else:
        catalogue = [str(item) for item in range(n_items or largest + 1)]
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
        where="the feature matrices, 0 being the first" if n_items else path.name,
        matrices=matrices,
    )


def _find(source: Path, options: Options, report: Report, n_items: int | None) -> tuple[Path, Rows]:
    """Return the folder's only `.inter` file or, of several, the one whose item ids fit the number of items."""
    paths = sorted(source.glob("*.inter"))
    if not paths:
        raise InputError(f"{source}: no .inter file; name the interactions with `--interactions FILE`")
    if len(paths) > 1:
        tables = {path: read_rows([(read_table(path, options.reading), None)], options, Report()) for path in paths}
        paths = [path for path, rows in tables.items() if _fits(rows, n_items)] or paths
        if len(paths) != 1:
            listed = " and ".join(path.name for path in paths)
            raise InputError(f"{source}: {listed} could each be meant; choose one with `--interactions FILE`")
        others = ", ".join(path.name for path in tables if path != paths[0])
        report.say(f"{paths[0].name} was chosen, as its ids fit the rows of the features; not read: {others}")
    return paths[0], read_rows([(read_table(paths[0], options.reading), None)], options, report)


def _fits(rows: Rows, n_items: int | None) -> bool:
    largest = _largest(rows)
    return largest is not None and largest < (n_items or rows.table["item"].nunique())


def _odd(rows: Rows) -> str:
    """Return the first item id that is not a number from 0."""
    ids = pd.Series(rows.table["item"].cat.categories, dtype="str")
    return str(ids[~ids.str.fullmatch(INTEGER)].iloc[0])


def _largest(rows: Rows) -> int | None:
    """Return the largest item id; None if they are not integers."""
    ids = rows.table["item"].cat.categories
    numbers = ids.str.fullmatch(INTEGER)
    return int(ids.astype("int64").max()) if len(ids) and numbers.all() else None
