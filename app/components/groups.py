"""Columns of the items table that sort items into groups."""

import pandas as pd

GROUPS = ("type", "department", "category", "brand")


def groupings(items: pd.DataFrame) -> list[str]:
    """Return the columns worth grouping items by: more than one group, and fewer groups than half the items."""
    return [c for c in GROUPS if c in items and 1 < items.loc[items[c] != "", c].nunique() < len(items) / 2]
