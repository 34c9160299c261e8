"""Tables as CSV that no spreadsheet takes for formulas."""

import pandas as pd


def csv_safe(text: str) -> str:
    """Return text for a CSV cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def table_csv(table: pd.DataFrame) -> str:
    """Return a table as CSV in which no cell and no heading is taken for a formula."""
    texts = [column for column in table.columns if not pd.api.types.is_numeric_dtype(table[column])]
    safe = table.assign(**{column: [csv_safe(str(cell)) for cell in table[column]] for column in texts})
    return safe.rename(columns=csv_safe).to_csv(index=False)
