"""Columns of the items table that sort items into groups."""

import pandas as pd

GROUPS = ("type", "department", "category", "brand")


def groupings(items: pd.DataFrame) -> list[str]:
    """Columns that sort items into groups worth comparing: more than one group, and not one an item."""
    return [c for c in GROUPS if c in items and 1 < items.loc[items[c] != "", c].nunique() < len(items) / 2]
