"""Tables read from files of any common form: bytes, then text, then columns whose rows know their line."""

from lattice.data.tables.table import Reading, Table, peek_table, read_table

__all__ = ["Reading", "Table", "peek_table", "read_table"]
