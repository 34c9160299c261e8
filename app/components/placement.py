"""What a newcomer's placement comes to, in numbers and words. No Streamlit in here."""

import pandas as pd

from app.components.lists import neutral


def reach(users: pd.DataFrame, k: int) -> int:
    """How many users would see the newcomer among their first k."""
    return int((users["rank"] <= k).sum())


def users_csv(users: pd.DataFrame) -> str:
    """Everyone who could get the newcomer as CSV, with no cell that a spreadsheet takes for a formula."""
    return users.assign(user=[neutral(str(user)) for user in users["user"]]).to_csv(index=False)


def agreement(edges: pd.DataFrame) -> str | None:
    """How many neighbours the modalities share, in words; None with fewer than two modalities."""
    sets = [set(part["item"]) for _, part in edges[edges["weight"] > 0].groupby("modality")]
    if len(sets) < 2:
        return None
    both, either = len(set.intersection(*sets)), len(set.union(*sets))
    if not both:
        return f"The modalities disagree: none of its {either} neighbours is near in all of them."
    return f"The modalities agree on {both} of its {either} neighbours."
