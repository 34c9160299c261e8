"""Parquet and Arrow (Feather) files, whose columns may hold lists, dictionaries and bytes."""

import io
from pathlib import Path

import pandas as pd

from lattice.errors import InputError

MAGIC = {b"PAR1": "Parquet", b"ARROW1": "Feather", b"FEA1": "Feather"}


def columnar_kind(data: bytes) -> str:
    """Return "Parquet" or "Feather", or "" for bytes that are neither."""
    return next((kind for magic, kind in MAGIC.items() if data.startswith(magic)), "")


def read_columnar(path: Path, data: bytes) -> pd.DataFrame:
    """Read a Parquet or Feather file. Strings come as `str`; lists, dictionaries and bytes as objects."""
    import pyarrow as pa
    from pyarrow import feather, parquet

    kind = columnar_kind(data)
    try:
        if kind == "Parquet":
            table = parquet.ParquetFile(io.BytesIO(data)).read()
        else:
            table = feather.read_table(io.BytesIO(data))
        table = table.rename_columns([str(name) for name in table.column_names])
        text = pd.StringDtype(na_value=float("nan"))
        integers = {pa.int8(): pd.Int8Dtype(), pa.int16(): pd.Int16Dtype(), pa.int32(): pd.Int32Dtype()}
        integers |= {pa.int64(): pd.Int64Dtype(), pa.uint64(): pd.UInt64Dtype(), pa.uint32(): pd.UInt32Dtype()}
        types = {pa.string(): text, pa.large_string(): text, **integers}
        return table.to_pandas(types_mapper=types.get, ignore_metadata=True)
    except (OSError, ValueError, NotImplementedError, pa.ArrowException) as error:
        reason = " ".join(str(error).split())[:120]
        raise InputError(f"{path}: not a whole {kind} file ({reason}); write it again, or as CSV") from None
