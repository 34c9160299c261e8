"""Rows of feature matrices matched to items by id; by number only where the ids, or the format, are numbers."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from lattice.data.match import why_ids_differ
from lattice.data.readers.feature_ids import with_ids
from lattice.data.readers.matrices import Matrix
from lattice.data.report import EXAMPLES, Report
from lattice.errors import InputError


def matched(
    matrices: Mapping[str, Matrix],
    items: Sequence[str],
    listed: Sequence[str] | None,
    where: str,
    report: Report,
    numbered: bool = False,
    known: Collection[str] = (),
) -> dict[str, np.ndarray]:
    """Return float32 [n_items, d] by modality, row i of item i; zeros where a matrix has none for an item.

    listed: the ids in the order of the items' table, if there is one (`where` names it). Without ids of its own, row i
    of a matrix is of item "i" where all ids are numbers from 0, or of line i of that table. numbered: `listed` are the
    items that the format numbers 0, 1, 2, ..., so that there may be more or fewer rows. known: ids of items that are
    in the source and not among `items`, as filters left them out.
    InputError: rows that can't be told whose they are, or ids none of which is an item's.
    """
    found = {}
    for modality, matrix in matrices.items():
        try:
            found[modality] = _matched(modality, matrix, items, listed, where, report, numbered, known)
        except InputError as error:
            report.refuse(str(error))
    return found


def _matched(
    modality: str,
    matrix: Matrix,
    items: Sequence[str],
    listed: Sequence[str] | None,
    where: str,
    report: Report,
    numbered: bool,
    known: Collection[str],
) -> np.ndarray:
    name, n = matrix.path.name, len(matrix.values)
    order, told = _order(items, listed, where, numbered, n)
    matrix, said = with_ids(matrix, modality, {*items, *(listed or ()), *known}, order)
    ids = matrix.ids
    if ids is not None:
        said = [*said, f"{modality}: the {n:,} rows of {name} are matched by id"]
    elif order is None:
        raise InputError(
            f"{matrix.path}: {n} rows, and no item ids for them ({told}, there are {len(items)} items); "
            f"give the ids, one per line, with `--feature-ids {modality}=FILE`"
        )
    elif matrix.lost:
        raise InputError(
            f"{matrix.lost[0]}: can't be read, so that the rows below it are of other items than their order says; "
            f"correct it, or give a column of ids called `item`"
        )
    else:
        ids = np.asarray(order, dtype=object)
        said = [*said, f"{modality}: row i of {name} is {told}"]
    for sentence in said:
        report.say(sentence)
    report.add(
        f"features-{modality}-torn", f"line of {name} that can't be read, ignored", len(matrix.lost), matrix.lost
    )
    values = _finite(matrix, report, modality)
    index = pd.Index(ids)
    repeated = np.asarray(index.duplicated(), dtype=bool)
    report.add(
        f"features-{modality}-twice",
        f"row of {name} for an item that has one; the first counts",
        repeated.sum(),
        index[repeated][:EXAMPLES].tolist(),
    )
    rows = pd.Index(index[~repeated]).get_indexer(pd.Index(items))
    there = rows >= 0
    rows = np.where(there, np.flatnonzero(~repeated)[rows], -1)
    if not there.any():
        why = why_ids_differ(items, ids.tolist())
        raise InputError(f"{matrix.path}: none of its {n:,} ids is an item's ({why}); use the same ids in both files")
    extra = ~index.isin(items) & ~repeated
    report.add(
        f"features-{modality}-unknown",
        f"row of {name} whose id is not an item, ignored",
        int(extra.sum()),
        [str(i) for i in index[extra][:EXAMPLES]],
    )
    lacking = np.asarray(items, dtype=object)[~there]
    report.add(
        f"features-{modality}-lacking",
        f"item without a row in {name}, so with no {modality} features",
        len(lacking),
        [str(i) for i in lacking[:EXAMPLES]],
    )
    out = np.zeros((len(items), values.shape[1]), dtype=np.float32)
    out[there] = values[rows[there]]
    zero = int((~out[there].any(axis=1)).sum())
    report.add(
        f"features-{modality}-zero", f"row of {name} of zeros, taken for an item without {modality} features", zero
    )
    return out


def _order(
    items: Sequence[str], listed: Sequence[str] | None, where: str, numbered: bool, n: int
) -> tuple[list[str] | None, str]:
    """Return the item of each of `n` rows without ids, or None if that can't be told; and why, in words."""
    if numbered and listed is not None:
        return [*listed[:n], *map(str, range(len(listed), n))], "of the item that the format numbers i"
    if _are_numbers(items, n):
        return [str(number) for number in range(n)], "of item i, as the ids are numbers from 0"
    if listed is not None and len(listed) == n:
        return list(listed), f"taken for row i of {where}, as there is no file of ids"
    return None, f"{where} has {len(listed):,} rows" if listed is not None else "the ids are not the numbers from 0"


def _are_numbers(items: Sequence[str], n: int) -> bool:
    """Say whether ids are numbers from 0 to n - 1, or some of them."""
    series = pd.Series(items, dtype="str")
    if not series.str.fullmatch(r"0|[1-9]\d{0,17}").all():
        return False
    return int(series.astype("int64").max()) < n


def _finite(matrix: Matrix, report: Report, modality: str) -> np.ndarray:
    with np.errstate(over="ignore"):
        values = np.ascontiguousarray(matrix.values, dtype=np.float32)
    wrong = np.asarray(~np.isfinite(values).all(axis=1))
    if wrong.any():
        values = np.where(wrong[:, None], np.float32(0), values)
        places = [f"row {row}" for row in np.flatnonzero(wrong)[:EXAMPLES]]
        report.add(
            f"features-{modality}-nan",
            f"row of {matrix.path.name} with NaN or infinity, made zeros",
            wrong.sum(),
            places,
        )
    return values
