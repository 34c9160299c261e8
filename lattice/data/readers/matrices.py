"""Features made elsewhere, as files: matrices of numbers, with the item id of each row where the files give it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lattice.data.options import Options
from lattice.data.report import Report
from lattice.data.tables import Reading, read_table
from lattice.data.tables.compressed import read_bytes
from lattice.data.tables.dialect import plain_name
from lattice.data.tables.encoding import decode
from lattice.data.tables.names import ITEM_NAMES
from lattice.data.values import as_text, clean_ids
from lattice.errors import InputError

USUAL_NAMES = {"image": "visual", "text": "textual"}  # stem of the file, as in MMRec's folders -> modality
IDS_ENDINGS = (".txt", ".csv", ".tsv", ".json", ".npy", ".parquet")


@dataclass(frozen=True, eq=False)
class Matrix:
    """values: float [n, d]. ids: the item id of each row, or None. path: the file."""

    values: np.ndarray
    ids: np.ndarray | None
    path: Path


def find_modalities(folder: Path) -> dict[str, str]:
    """Return modality -> `.npy` file of a folder: those called `*_feat` where there are any, else all matrices.

    `image_feat` is visual, `text_feat` textual, others go by their stem.
    """
    paths = sorted(filter(Path.is_file, folder.glob("*.npy")))
    paths = [path for path in paths if path.stem.endswith("_feat")] or [path for path in paths if _is_matrix(path)]
    stems = {path.name: path.stem.removesuffix("_feat") for path in paths}
    return {USUAL_NAMES.get(stem, stem): name for name, stem in stems.items()}


def _is_matrix(path: Path) -> bool:
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False).ndim == 2
    except (OSError, EOFError, ValueError):
        return False


def read_matrices(folder: Path, modalities: Mapping[str, str], options: Options) -> dict[str, Matrix]:
    """Read each modality's file from `folder` (or a path of its own), with its ids where there are any.

    InputError: no such file, or one that holds no matrix of numbers.
    """
    for modality in options.feature_ids:
        if modality not in modalities:
            raise InputError(f"--feature-ids {modality}=...: there is no --modality {modality}=FILE")
    return {
        modality: _read(_found(folder, file), _ids_file(folder, options.feature_ids.get(modality)))
        for modality, file in modalities.items()
    }


def _found(folder: Path, file: str) -> Path:
    path = folder / file
    return path if path.exists() or not Path(file).exists() else Path(file)


def _ids_file(folder: Path, file: str | None) -> Path | None:
    return None if file is None else _found(folder, file)


def _read(path: Path, ids_file: Path | None) -> Matrix:
    if not path.exists():
        raise InputError(f"{path}: no such file; check the path or the option that names it")
    values: Any
    ids: np.ndarray | None
    if path.is_dir():
        values, ids = _from_folder(path)
    elif path.suffix == ".npz":
        values, ids = _from_npz(path)
    elif path.suffix == ".npy":
        values, ids = _array(path), None
    else:
        values, ids = _from_table(path)
    if ids is None or ids_file is not None:
        beside = ids_file or _ids_beside(path)
        ids = _read_ids(beside, len(values)) if beside is not None else ids
        if ids is not None and len(ids) != len(values):
            raise InputError(f"{beside}: {len(ids):,} ids, but {path.name} has {len(values):,} rows; each needs one")
    values = np.asarray(values)
    if values.ndim != 2 or not values.size or values.dtype.kind not in "fiub":
        raise InputError(f"{path}: not a matrix of numbers; name the files wanted with `--modality NAME=FILE`")
    return Matrix(values, ids, path)


def _array(path: Path) -> Any:
    try:
        return np.load(path, allow_pickle=False)
    except (OSError, EOFError, TypeError, ValueError):
        raise InputError(
            f"{path}: not a matrix of numbers; name the files wanted with `--modality NAME=FILE`"
        ) from None


def _from_npz(path: Path) -> tuple[Any, np.ndarray | None]:
    content = _array(path)
    try:
        arrays = {name: content[name] for name in content.files}
    except (ValueError, OSError, AttributeError):
        raise InputError(
            f"{path}: not arrays of numbers and ids; save them with numpy.savez(ids=..., features=...)"
        ) from None
    matrices = [name for name, array in arrays.items() if array.ndim == 2 and array.dtype.kind in "fiu"]
    ids = [name for name, array in arrays.items() if array.ndim == 1 and array.dtype.kind in "iuUSf"]
    if len(matrices) != 1 or len(ids) > 1:
        raise InputError(f"{path}: holds {', '.join(arrays)}; one matrix and one list of ids are needed")
    return arrays[matrices[0]], _clean(pd.Series(arrays[ids[0]])) if ids else None


def _from_folder(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Read one file per item, named by its id, each with one vector."""
    files = sorted(path.glob("*.npy"))
    if not files:
        raise InputError(f"{path}: holds no .npy files; one per item is needed, called by its id")
    rows = [np.asarray(_array(file)).reshape(-1) for file in files]
    if len({len(row) for row in rows}) != 1:
        odd = next(file for file, row in zip(files, rows, strict=True) if len(row) != len(rows[0]))
        raise InputError(f"{odd}: has another length than {files[0].name}; all vectors need one length")
    return np.stack(rows), _clean(pd.Series([file.stem for file in files]))


def _from_table(path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    """Read a table with a column of ids, and one column of vectors or one per dimension."""
    table = read_table(path)
    frame = table.frame
    names = {plain_name(str(column)): column for column in reversed(frame.columns)}
    id_column = next((names[name] for name in ITEM_NAMES["item"] if name in names), None)
    rest = [column for column in frame.columns if column != id_column and not _is_index(frame, str(column))]
    vectors = [column for column in rest if frame[column].map(_vector).notna().all()]
    if vectors:
        values = [found for value in frame[vectors[0]] if (found := _vector(value)) is not None]
        if len({len(value) for value in values}) != 1:
            raise InputError(f"{path}: the vectors in {vectors[0]!r} are not all of one length")
        matrix = np.array(values, dtype=np.float64)
    else:
        numbers = frame[rest].apply(lambda column: pd.to_numeric(as_text(column), errors="coerce"))
        text = [column for column in rest if numbers[column].isna().all()]
        if id_column is None and len(text) == 1:
            id_column = text[0]
        columns = [column for column in rest if column not in text]
        if not columns:
            raise InputError(f"{path}: holds no numbers; a column of ids and the features' columns are needed")
        matrix = numbers[columns].to_numpy(dtype=np.float64)
    if id_column is None and table.header is False:
        return matrix, None
    return matrix, None if id_column is None else _clean(frame[id_column])


def _is_index(frame: pd.DataFrame, column: str) -> bool:
    """Say whether a column is the index that pandas saves: without a name, numbered from 0."""
    unnamed = column.startswith(("#", "Unnamed:", "__index_level"))
    return unnamed and as_text(frame[column]).tolist() == [str(n) for n in range(len(frame))]


def _vector(value: Any) -> np.ndarray | None:
    if isinstance(value, str) and value[:1] == "[":
        try:
            value = np.array(value.strip("[]").replace(",", " ").split(), dtype=np.float64)
        except ValueError:
            return None
    if isinstance(value, list | tuple | np.ndarray):
        array = np.asarray(value)
        return array if array.ndim == 1 and array.dtype.kind in "fiu" and len(array) else None
    return None


def _ids_beside(path: Path) -> Path | None:
    """Find the file of ids named after the matrix: v_ids.txt or v.ids.csv beside v.npy."""
    stem = path.stem.removesuffix("_feat")
    names = [f"{s}{mark}ids{ending}" for s in (path.stem, stem) for mark in "_.-" for ending in IDS_ENDINGS]
    return next((path.with_name(name) for name in names if path.with_name(name).is_file()), None)


def _read_ids(path: Path, n: int) -> np.ndarray:
    """Read the ids of `n` rows: one per line, or a table's column of them; a JSON list; a .npy array; or {id: row}."""
    if not path.exists():
        raise InputError(f"{path}: no such file; check `--feature-ids`")
    if path.suffix == ".npy":
        return _clean(pd.Series(np.asarray(_array(path)).reshape(-1)))
    if path.suffix == ".json":
        return _json_ids(path)
    if path.suffix == ".txt":
        lines = [line for line in decode(read_bytes(path)[0]).text.split("\n") if line.strip()]
        if len(lines) == n:
            return _clean(pd.Series(lines))
    table = read_table(path)
    if table.header and len(table.frame) == n - 1:  # what was taken for a header is the first id
        table = read_table(path, Reading(header=False))
    names = {plain_name(str(column)): column for column in reversed(table.frame.columns)}
    column = next((names[name] for name in ITEM_NAMES["item"] if name in names), None)
    rest = [c for c in table.frame.columns if not _is_index(table.frame, str(c))]
    if column is None and len(rest) != 1:
        raise InputError(f"{path}: no column of item ids (it has {', '.join(map(repr, rest))}); call it item")
    return _clean(table.frame[column if column is not None else rest[0]])


def _json_ids(path: Path) -> np.ndarray:
    import json

    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError:
        raise InputError(f"{path}: not JSON; write a list of ids") from None
    if isinstance(content, dict) and sorted(content.values(), key=str) == sorted(range(len(content)), key=str):
        return _clean(pd.Series(sorted(content, key=lambda key: content[key])))
    if isinstance(content, dict) and all(key.isdigit() for key in content):
        return _clean(pd.Series([content[key] for key in sorted(content, key=int)], dtype=object))
    if not isinstance(content, list):
        raise InputError(f"{path}: a list of ids is needed, or {{id: row}}")
    return _clean(pd.Series(content, dtype=object))


def _clean(ids: "pd.Series[Any]") -> np.ndarray:
    cleaned = clean_ids(ids, "feature", Report())
    return np.asarray(pd.Series(cleaned).astype("str").fillna(""), dtype=object)
