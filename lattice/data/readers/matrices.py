"""Features made elsewhere, as files: matrices of numbers, with the item id of each row where the files give it."""

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lattice.data.options import Options
from lattice.data.readers.feature_table import Candidate, columns_of_ids, ids_of, is_index, read_features
from lattice.data.tables import Reading, read_table
from lattice.data.tables.compressed import read_bytes
from lattice.data.tables.dialect import plain_name
from lattice.data.tables.encoding import decode
from lattice.data.tables.names import ITEM_NAMES, is_known
from lattice.errors import InputError

USUAL_NAMES = {"image": "visual", "text": "textual"}  # stem of the file, as in MMRec's folders -> modality
PICKLES = (".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib")
SAVED = "save the matrix with numpy.save(FILE, matrix.astype('float32'))"
RUNS_CODE = f"a pickle, as PyTorch writes too, which can run code when it is read; {SAVED}"
IDS_ENDINGS = (".txt", ".csv", ".tsv", ".json", ".npy", ".parquet")


@dataclass(frozen=True, eq=False)
class Matrix:
    """values: float [n, d]. ids: the item id of each row, or None. path: the file.

    candidates: columns of a table that may hold the ids. lost: places of lines that could not be read.
    """

    values: np.ndarray
    ids: np.ndarray | None
    path: Path
    candidates: tuple[Candidate, ...] = ()
    lost: tuple[str, ...] = ()


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
    table = None
    if path.is_dir():
        values, ids = _from_folder(path)
    elif path.suffix.lower() in (".npy", ".npz"):
        values, ids = _from_numpy(path)
    else:
        if path.suffix.lower() in PICKLES:
            raise InputError(f"{path}: {RUNS_CODE}")
        table = read_features(path)
        values, ids = table.values, table.ids
    values = np.asarray(values)
    if ids is None or ids_file is not None:
        beside = ids_file or _ids_beside(path)
        ids = _read_ids(beside, len(values)) if beside is not None else ids
        if ids is not None and len(ids) != len(values):
            raise InputError(f"{beside}: {len(ids):,} ids, but {path.name} has {len(values):,} rows; each needs one")
    if values.ndim != 2 or not values.size or values.dtype.kind not in "fiub":
        why = f"its shape is {values.shape}" if values.dtype.kind in "fiub" else f"it holds {values.dtype}"
        raise InputError(
            f"{path}: not a matrix of numbers with one row per item, as {why}; save one with numpy.save, or name the "
            "files wanted with `--modality NAME=FILE`"
        )
    if table is None:
        return Matrix(values, ids, path, columns_of_ids(values) if ids is None else ())
    return Matrix(values, ids, path, table.candidates, table.lost)


def _from_numpy(path: Path) -> tuple[Any, np.ndarray | None]:
    """Read an array, or the one matrix and list of ids of an archive."""
    content = _array(path)
    if isinstance(content, np.ndarray):
        return content, None
    try:
        arrays = {name: content[name] for name in content.files}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        if "Object arrays" in str(error):
            raise InputError(
                f"{path}: holds Python objects; save numbers, and ids as text: "
                "numpy.savez(ids=numpy.array(ids, dtype=str), features=...)"
            ) from None
        raise InputError(f"{path}: not a whole .npz file ({error}); write it again") from None
    matrices = [name for name, array in arrays.items() if array.ndim == 2 and array.dtype.kind in "fiu"]
    ids = [name for name, array in arrays.items() if array.ndim == 1 and array.dtype.kind in "iuUSf"]
    if len(matrices) != 1 or len(ids) > 1:
        listed = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise InputError(f"{path}: holds {listed}; one matrix and one list of ids are needed")
    return arrays[matrices[0]], ids_of(pd.Series(arrays[ids[0]])) if ids else None


def _array(path: Path) -> Any:
    """Read an array or an archive of arrays; no pickle is ever opened."""
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise InputError(f"{path}: is empty; write it again")
    if head.startswith(b"\x80"):
        raise InputError(f"{path}: {RUNS_CODE}")
    if not head.startswith((b"\x93NUMPY", b"PK")):
        raise InputError(f"{path}: not a NumPy file, as its ending says; name it after what it is")
    try:
        return np.load(path, allow_pickle=False)
    except (OSError, EOFError, TypeError, ValueError, zipfile.BadZipFile) as error:
        if "Object arrays" in str(error):
            raise InputError(f"{path}: not a matrix of numbers, as it holds Python objects; {SAVED}") from None
        raise InputError(f"{path}: not a whole NumPy file ({error}); write it again") from None


def _from_folder(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Read one file per item, named by its id, each with one vector."""
    files = sorted(path.glob("*"))
    files = [file for file in files if file.suffix.lower() == ".npy"]
    if not files:
        raise InputError(f"{path}: holds no .npy files; one per item is needed, called by its id")
    rows = [np.asarray(_array(file)).reshape(-1) for file in files]
    if len({len(row) for row in rows}) != 1:
        odd = next(file for file, row in zip(files, rows, strict=True) if len(row) != len(rows[0]))
        raise InputError(f"{odd}: has another length than {files[0].name}; all vectors need one length")
    return np.stack(rows), ids_of(pd.Series([file.stem for file in files]))


def _ids_beside(path: Path) -> Path | None:
    """Find the file of ids named after the matrix: v_ids.txt or v.ids.csv beside v.npy."""
    stem = path.stem.removesuffix("_feat")
    names = [f"{s}{mark}ids{ending}" for s in (path.stem, stem) for mark in "_.-" for ending in IDS_ENDINGS]
    return next((path.with_name(name) for name in names if path.with_name(name).is_file()), None)


def _read_ids(path: Path, n: int) -> np.ndarray:
    """Read the ids of `n` rows: one per line, or a table's column of them; a JSON list; a .npy array; or {id: row}."""
    if not path.exists():
        raise InputError(f"{path}: no such file; check `--feature-ids`")
    if path.suffix.lower() == ".npy":
        return ids_of(pd.Series(np.asarray(_array(path)).reshape(-1)))
    if path.suffix == ".json":
        return _json_ids(path)
    if path.suffix == ".txt":
        lines = [line for line in decode(read_bytes(path)[0]).text.split("\n") if line.strip()]
        if len(lines) == n:
            return ids_of(pd.Series(lines))
    table = read_table(path)
    rows, one = len(table.frame), table.frame.shape[1] == 1
    alone = one and rows != n and not is_known(str(table.frame.columns[0]))
    if table.header and (rows == n - 1 or alone):  # what was taken for a header is the first id
        table = read_table(path, Reading(header=False))
    names = {plain_name(str(column)): column for column in reversed(table.frame.columns)}
    column = next((names[name] for name in ITEM_NAMES["item"] if name in names), None)
    columns = list(table.frame.columns)
    rest = [c for c in columns if not is_index(table, c)] if len(columns) > 1 else columns
    if column is None and len(rest) != 1:
        raise InputError(f"{path}: no column of item ids (it has {', '.join(map(repr, rest))}); call it item")
    return ids_of(table.frame[column if column is not None else rest[0]])


def _json_ids(path: Path) -> np.ndarray:
    import json

    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError:
        raise InputError(f"{path}: not JSON; write a list of ids") from None
    if isinstance(content, dict) and sorted(content.values(), key=str) == sorted(range(len(content)), key=str):
        return ids_of(pd.Series(sorted(content, key=lambda key: content[key])))
    if isinstance(content, dict) and all(key.isdigit() for key in content):
        return ids_of(pd.Series([content[key] for key in sorted(content, key=int)], dtype=object))
    if not isinstance(content, list):
        raise InputError(f"{path}: a list of ids is needed, or {{id: row}}")
    return ids_of(pd.Series(content, dtype=object))
