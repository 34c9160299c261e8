"""Files that are one table, of which only one may have a header."""

from collections.abc import Sequence
from dataclasses import replace

from lattice.data.options import Options
from lattice.data.readers.roles import has_roles
from lattice.data.tables import Table
from lattice.errors import InputError


def with_one_header(tables: Sequence[Table], options: Options) -> list[Table]:
    """Return the tables, those without a header with the columns of the first one that has the columns looked for.

    InputError: such a table has another number of columns, so that it can't be told what they are.
    """
    named = next((table for table in tables if table.header and any(has_roles(table, options))), None)
    return [table if named is None or table.header else _with_header_of(named, table) for table in tables]


def _with_header_of(named: Table, table: Table) -> Table:
    columns = list(named.frame.columns)
    if len(columns) != table.frame.shape[1]:
        raise InputError(
            f"{table.path}: has no header, and {table.frame.shape[1]} columns where {named.name} has {len(columns)}; "
            "give it a header"
        )
    remark = f"has no header; its columns are taken to be those of {named.name}"
    return replace(table, frame=table.frame.set_axis(columns, axis=1), header=True, remarks=(*table.remarks, remark))
