"""Tables as CSV that no spreadsheet takes for formulas."""

import pandas as pd


def neutral(text: str) -> str:
    """Text for a CSV cell, that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def as_csv(table: pd.DataFrame) -> str:
    """A table as CSV, with no cell and no heading that a spreadsheet takes for a formula."""
    texts = [column for column in table.columns if not pd.api.types.is_numeric_dtype(table[column])]
    safe = table.assign(**{column: [neutral(str(cell)) for cell in table[column]] for column in texts})
    return safe.rename(columns=neutral).to_csv(index=False)
