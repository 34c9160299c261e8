"""Parquet and Arrow (Feather) files, whose columns may hold lists, dictionaries and bytes."""

import io
from pathlib import Path
from typing import Any

import pandas as pd

from lattice.errors import InputError

MAGIC = {b"PAR1": "Parquet", b"ARROW1": "Feather", b"FEA1": "Feather"}
FIRST_DAY, LAST_DAY = -719_162, 2_932_896  # of the years 1 to 9999, in days since 1970


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
        for place, column in enumerate(table.columns):
            table = table.set_column(place, table.field(place).name, _plain(column))
        # The option keeps whole numbers in lists that have a gap.
        return table.to_pandas(types_mapper=types.get, ignore_metadata=True, integer_object_nulls=True)
    except (OSError, ValueError, OverflowError, NotImplementedError, pa.ArrowException) as error:
        reason = " ".join(str(error).split())[:120]
        raise InputError(f"{path}: not a whole {kind} file ({reason}); write it again, or as CSV") from None


def _plain(column: Any) -> Any:
    """Return a column (pyarrow's) of the kind that pandas holds whole: without dictionary, and dates of its years."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        return _plain(column.cast(column.type.value_type))
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.timestamp(column.type.unit))  # the moment in UTC
    if pa.types.is_date64(column.type):
        column = column.cast(pa.timestamp("ms")).cast(pa.date32())
    if pa.types.is_date32(column.type):
        days = column.cast(pa.int32())
        inside = pc.and_(pc.greater_equal(days, FIRST_DAY), pc.less_equal(days, LAST_DAY))
        return pc.if_else(inside, column, None)
    return column
