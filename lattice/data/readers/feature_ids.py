"""Which column of a table of features holds the item of each row, told by the ids that the items have."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from lattice.data.readers.feature_table import UNNAMED, Candidate
from lattice.data.readers.matrices import Matrix
from lattice.errors import InputError

NUMBER = re.compile(r"-?\d+")


def with_ids(
    matrix: Matrix, modality: str, known: Collection[str], order: Sequence[str] | None
) -> tuple[Matrix, list[str]]:
    """Return the matrix with the ids of one of its candidates, if one holds them; and what was taken for what.

    known: all ids that items have. order: the item of each row if rows go by their order, None where they can't.
    A column of ids is in the first place, in pandas' index or can't be a feature, and its ids are known: some of them
    if they are text; if they are numbers all of them, or all known ones are there.
    InputError: several columns may be meant, or one may hold ids that contradict the order of the rows.
    """
    found = matrix.candidates
    if matrix.ids is not None:  # from a file of ids: a column with the same ids is no feature
        same = [each for each in found if each.place is not None and np.array_equal(each.ids, matrix.ids)][:1]
        return _without(matrix, same), [_said(matrix, modality, each, "holds the ids again") for each in same]
    ids = frozenset(known)
    fitting = [each for each in found if _fits(each, ids)]
    fitting = [each for each in fitting if not (each.index and _numbers_rows(each))] or fitting
    usual = [each for each in fitting if each.first or each.place is None]
    words = [each for each in found if each.place is None and not each.index]
    if usual and len({tuple(each.ids) for each in fitting}) > 1:
        raise InputError(_unclear(matrix, modality, fitting, "could each hold the items' ids"))
    chosen = usual[0] if usual else words[0] if len(words) == 1 and not fitting else None
    if chosen is not None:
        taken = replace(_without(matrix, [chosen]), ids=chosen.ids)
        return taken, [_said(matrix, modality, chosen, "is taken for the items' ids")]
    if len(words) > 1:
        raise InputError(_unclear(matrix, modality, words, "hold text, but no item's id"))
    return _by_order(matrix, modality, fitting, ids, order)


def _fits(each: Candidate, known: frozenset[str]) -> bool:
    """Say whether a column's ids are those of items."""
    ids = set(each.ids) - {""}
    if not all(map(NUMBER.fullmatch, ids)):
        return not known.isdisjoint(ids)
    return bool(ids) and (ids <= known or known <= ids)


def _by_order(
    matrix: Matrix, modality: str, fitting: Sequence[Candidate], known: frozenset[str], order: Sequence[str] | None
) -> tuple[Matrix, list[str]]:
    """Return the matrix whose rows go by their order, without a first column that only numbers them."""
    contrary = [each for each in fitting if order is None or list(each.ids) != list(order)]
    if contrary:
        raise InputError(_unclear(matrix, modality, contrary, "may be the ids, in another order than the rows"))
    first = [each for each in matrix.candidates if each.first]
    counts = [each for each in first if _numbers_rows(each) and (each.index or known.isdisjoint(each.ids))]
    alike = [each for each in matrix.candidates if each.place is not None and each not in counts]
    doubtful = [each for each in first if each not in counts and (each.place is None or len(alike) == 1)]
    if doubtful:  # whole numbers, unlike all other features
        raise InputError(_unclear(matrix, modality, doubtful, "may hold ids, but not all of them are items'"))
    said = [_said(matrix, modality, each, "numbers the rows and is no feature") for each in counts if not each.index]
    return _without(matrix, counts), said


def _numbers_rows(each: Candidate) -> bool:
    """Say whether a column counts the rows, from 0 or 1."""
    return any(each.ids.tolist() == [str(start + row) for row in range(len(each.ids))] for start in (0, 1))


def _without(matrix: Matrix, columns: Sequence[Candidate]) -> Matrix:
    """Return the matrix without the features that some columns are not."""
    gone = [each.place for each in columns if each.place is not None]
    return replace(matrix, values=np.delete(matrix.values, gone, axis=1)) if gone else matrix


def _said(matrix: Matrix, modality: str, each: Candidate, what: str) -> str:
    return f"{modality}: {_called(each)} of {matrix.path.name} {what}"


def _called(each: Candidate) -> str:
    return f"column {each.name!r}" if not each.name.startswith(UNNAMED) else "the column without a name"


def _unclear(matrix: Matrix, modality: str, columns: Sequence[Candidate], why: str) -> str:
    listed = ", ".join(f"{_called(each)} ({', '.join(map(str, each.ids[:3]))}, ...)" for each in columns[:3])
    return (
        f"{matrix.path}: {listed} {why}; call the column of ids `item`, or give the ids, one per line, with "
        f"`--feature-ids {modality}=FILE`"
    )
