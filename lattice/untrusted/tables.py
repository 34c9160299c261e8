"""Parquet tables and NumPy matrices: rows, columns, text and size are known to be in bounds before they are used."""

import os
import tokenize
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lattice.errors import InputError
from lattice.untrusted.files import MB, inside, reason

MOST_ROWS = 500_000_000
MOST_CELL = MB  # bytes of one text
MOST_TABLE = 16 * 2**30  # bytes of all texts of a table, written out
UNREADABLE = (OSError, EOFError, ValueError, TypeError, KeyError, AttributeError, MemoryError)
MOST_HEADER = 10_000  # bytes of a .npy header
DTYPES = {"float16", "float32", "float64", *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64))}


def read_table(
    folder: Path, name: str, texts: Collection[str], numbers: Collection[str] = (), codes: Collection[str] = ()
) -> pd.DataFrame:
    """Return a Parquet table; an InputError where its rows, columns or texts are out of bounds.

    texts, numbers: columns that hold text or numbers wherever they are there. Others hold either, or true and false.
    codes: columns of text that are returned as categories: each text is kept once, and a number per row.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = inside(folder, name)
    try:
        file = pq.ParquetFile(path)
        if file.metadata.num_rows > MOST_ROWS:
            raise InputError(f"{name} claims {file.metadata.num_rows:,} rows; at most {MOST_ROWS:,} are read")
        for field in file.schema_arrow:
            _check_column(name, field, texts, numbers)
        words = [field.name for field in file.schema_arrow if _is_text(field.type)]
        # As a dictionary, a text that occurs a billion times takes its memory once, until its bytes have been counted.
        table = pq.read_table(path, read_dictionary=words, use_threads=False)
        _check_bytes(name, table)
        coded = {column: _categories(table.column(column)) for column in words if column in codes}
        for column in words:
            place = table.column_names.index(column)
            if column not in coded:
                table = table.set_column(place, column, table.column(column).cast(pa.large_string()))
        names = table.column_names
        frame = table.drop_columns(list(coded)).to_pandas(ignore_metadata=False).assign(**coded)[names]
        del table
        pa.default_memory_pool().release_unused()
        return frame
    except InputError:
        raise
    except (*UNREADABLE, pa.ArrowException) as error:
        raise InputError(f"{name} is not a whole Parquet table ({reason(error)})") from None


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _check_column(name: str, field: Any, texts: Collection[str], numbers: Collection[str]) -> None:
    import pyarrow as pa

    number = pa.types.is_integer(field.type) or pa.types.is_floating(field.type)
    plain = number or _is_text(field.type) or pa.types.is_boolean(field.type) or pa.types.is_null(field.type)
    if not plain or (field.name in texts and not _is_text(field.type)) or (field.name in numbers and not number):
        wanted = "text" if field.name in texts else "numbers" if field.name in numbers else "text or numbers"
        raise InputError(f"column {field.name!r} of {name} holds {field.type}; it has to be {wanted}")


def _check_bytes(name: str, table: Any) -> None:
    """Raise an InputError where one text, or all of them written out, would be too long."""
    import pyarrow.compute as pc

    total = 0
    for column in table.columns:
        for chunk in column.chunks:
            if hasattr(chunk, "dictionary"):
                lengths = pc.binary_length(chunk.dictionary)
                if (pc.max(lengths).as_py() or 0) > MOST_CELL:
                    raise InputError(f"{name} holds a text of more than {MOST_CELL // MB} MB")
                total += pc.sum(pc.take(lengths, chunk.indices)).as_py() or 0
    if total > MOST_TABLE:
        raise InputError(f"{name} holds {total / 2**30:.0f} GB of text; at most {MOST_TABLE // 2**30} GB are read")


def _categories(column: Any) -> pd.Categorical:
    """Return a column read as dictionaries, one per block of rows, as categories."""
    import pyarrow as pa

    blocks: list[tuple[Any, list[Any]]] = []
    for chunk in column.chunks:  # many blocks have the dictionary of the one before, which is quickly seen
        if not blocks or not blocks[-1][0].equals(chunk.dictionary):
            blocks.append((chunk.dictionary, []))
        blocks[-1][1].append(chunk.indices)
    arrays = [pa.DictionaryArray.from_arrays(pa.concat_arrays(rows), texts) for texts, rows in blocks]
    kind = pa.dictionary(column.type.index_type, column.type.value_type)
    whole = pa.chunked_array(arrays, kind).combine_chunks()
    texts = pd.Index(whole.dictionary.cast(pa.large_string()).to_pandas(), dtype="str")
    return pd.Categorical.from_codes(whole.indices.fill_null(-1).to_numpy(), texts)


def read_matrix(folder: Path, name: str) -> np.ndarray:
    """Return a .npy matrix as float32; an InputError where header and size don't fit, or it isn't of plain numbers."""
    return np.array(map_matrix(folder, name), dtype=np.float32, order="C")


def map_matrix(folder: Path, name: str) -> np.ndarray:
    """Return a .npy matrix as it is in the file, mapped into memory, with the checks of `read_matrix`."""
    path = inside(folder, name)
    try:
        with path.open("rb") as file:
            version = np.lib.format.read_magic(file)
            reader = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
            if version not in reader:
                raise ValueError(f"version {version} of the format")
            shape, fortran, dtype = reader[version](file, max_header_size=MOST_HEADER)
            if dtype.name not in DTYPES or dtype.fields is not None:
                raise ValueError(f"it holds {dtype}, not numbers")
            if len(shape) != 2 or min(shape) < 0:
                raise ValueError(f"its shape is {shape}, not rows and columns")
            claimed, there = file.tell() + dtype.itemsize * shape[0] * shape[1], os.fstat(file.fileno()).st_size
            if claimed != there:
                raise ValueError(f"its header claims {claimed} bytes, but there are {there}")
            if 0 in shape:
                return np.empty(shape, dtype)
            return np.memmap(file, dtype, "r", file.tell(), shape, "F" if fortran else "C")
    except (*UNREADABLE, SyntaxError, RecursionError, tokenize.TokenError) as error:
        raise InputError(f"{name} is not a whole NumPy matrix ({reason(error)})") from None
