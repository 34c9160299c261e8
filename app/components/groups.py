"""Columns of the items table that sort items into groups."""

from collections.abc import Sequence

import pandas as pd

GROUPS = ("type", "department", "category", "brand")


def groupings(items: pd.DataFrame) -> list[str]:
    """Return the columns worth grouping items by: more than one group, and fewer groups than half the items."""
    return [c for c in GROUPS if c in items and 1 < items.loc[items[c] != "", c].nunique() < len(items) / 2]


def short_labels(groups: Sequence[str]) -> list[str]:
    """Return each group's name; of a path "A > B > C" only the end, as long as it takes to tell the groups apart."""
    paths = [str(group).split(" > ") for group in groups]
    labels = []
    for path in paths:
        ends = (path[-n:] for n in range(1, len(path) + 1))
        end = next((end for end in ends if sum(other[-len(end) :] == end for other in paths) == 1), path)
        labels.append(" > ".join(end))
    return labels
