"""Numbers and words about a newcomer's fold-in. Without Streamlit."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from app.components.csv_text import csv_safe
from lattice.data import Dataset
from lattice.inference import FoldIn

KINDS = ("type", "category", "department")
LAYERS = ("initial", "learned")


# --- neighbours ------------------------------------------------------------------------------------------------------


def nearest(edges: pd.DataFrame, modality: str) -> pd.DataFrame:
    """Return the rows of `FoldIn.edges` that are a modality's raw neighbours, by cosine."""
    chosen = edges[(edges["modality"] == modality) & (edges["initial"] > 0)]
    return chosen.sort_values("cosine", ascending=False, kind="stable", ignore_index=True)


def parting(near: Mapping[str, Sequence[str]]) -> dict[tuple[str, ...], list[str]]:
    """Group neighbours by the modalities that name them; groups of one modality first."""
    owners: dict[str, tuple[str, ...]] = {}
    for modality, items in near.items():
        for item in items:
            owners[item] = (*owners.get(item, ()), modality)
    groups: dict[tuple[str, ...], list[str]] = {(modality,): [] for modality in near}
    for item, owned in owners.items():
        groups.setdefault(owned, []).append(item)
    groups.setdefault(tuple(near), [])
    return dict(sorted(groups.items(), key=lambda group: len(group[0])))


def kinds(items: pd.DataFrame) -> dict[str, str] | None:
    """Return item -> what kind of thing it is, from the finest column that says so; None where none does."""
    column = next((c for c in KINDS if c in items and (items[c] != "").any()), None)
    if column is None:
        return None
    return {str(i): str(kind).split(" > ")[-1].strip() for i, kind in zip(items["item"], items[column], strict=True)}


def majority(kind: Mapping[str, str], items: Sequence[str]) -> tuple[str, int]:
    """Return the most common kind of these items and its count; ("", 0) where none has a kind."""
    counts = pd.Series([kind[item] for item in items if kind.get(item)], dtype=object).value_counts()
    return (str(counts.index[0]), int(counts.iloc[0])) if len(counts) else ("", 0)


def fused(edges: pd.DataFrame, lambda_: float, alpha: Mapping[str, float]) -> pd.DataFrame:
    """Return one row per warm neighbour, heaviest first: item, weight, and a column "<modality> · <layer>" per source.

    The sources sum to the weight: α × λ × initial, α × (1 − λ) × learned.
    """
    chosen = edges[edges["warm"] & (edges["weight"] > 0)]
    table = pd.DataFrame({"item": chosen["item"], "weight": chosen["weight"]})
    for modality, a in alpha.items():
        for layer, share in zip(LAYERS, (lambda_, 1 - lambda_), strict=True):
            own = chosen["modality"] == modality
            table[f"{modality} · {layer}"] = np.where(own, a * share * chosen[layer], 0.0)
    summed = table.groupby("item", sort=False).sum().sort_values("weight", ascending=False, kind="stable")
    return summed.reset_index()


# --- places in lists -------------------------------------------------------------------------------------------------


def rarely_bought(dataset: Dataset, share: float = 0.1) -> list[str]:
    """Return the items that newcomers compete with: the `share` of the catalogue with fewest training interactions.

    Ties with the last of them are included, so that the order of ids doesn't matter.
    """
    train = dataset.interactions.loc[dataset.interactions["split"] == "train", "item"]
    bought = train.value_counts().reindex(dataset.items["item"], fill_value=0)
    most = np.sort(bought.to_numpy())[max(int(np.ceil(share * len(bought))), 1) - 1]
    return [str(item) for item in bought.index[bought <= most]]


def reach(ranks: Sequence[int] | np.ndarray | pd.Series, k: int) -> int:
    """Return for how many users it ranks among the first k."""
    return int((np.asarray(ranks) <= k).sum())


def reach_curve(ranks: np.ndarray) -> pd.DataFrame:
    """Return k, users: for each k at which it grows, for how many users it ranks among the first k."""
    k, counts = np.unique(ranks, return_counts=True)
    return pd.DataFrame({"k": k, "users": counts.cumsum()})


def users_table(placed: FoldIn, users: Sequence[str] | np.ndarray, rare: np.ndarray) -> pd.DataFrame:
    """Return all users, best rank first: user, score, rank (among all), rare (among the rarely bought)."""
    by_user = pd.Series(rare, index=[str(user) for user in users])
    table = placed.users.assign(user=placed.users["user"].astype(str))
    return table.assign(rare=by_user.reindex(table["user"]).to_numpy())


# --- before and after ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PlacementChange:
    """Neighbours (of positive weight) that came and went with a change of the newcomer, heaviest first."""

    came: list[str]
    went: list[str]
    kept: int


def compare_placements(before: FoldIn, after: FoldIn) -> PlacementChange:
    """Compare the neighbours of two placements."""
    old, new = (list(dict.fromkeys(p.edges.loc[p.edges["weight"] > 0, "item"])) for p in (before, after))
    return PlacementChange(
        [i for i in new if i not in set(old)], [i for i in old if i not in set(new)], len(set(old) & set(new))
    )


# --- files -----------------------------------------------------------------------------------------------------------


def users_csv(users: pd.DataFrame) -> str:
    """Return all users as CSV in which no cell is taken for a formula."""
    return users.assign(user=[csv_safe(str(user)) for user in users["user"]]).to_csv(index=False)


def placement_json(about: Mapping[str, object], placed: FoldIn, users: pd.DataFrame) -> str:
    """Return the whole fold-in as JSON: what was given, α, edges, h, the embedding and the users, best first."""
    record = {
        **about,
        "alpha": {modality: float(a) for modality, a in placed.alpha.items()},
        "edges": placed.edges.to_dict("records"),
        "h": placed.h.tolist(),
        "embedding": placed.embedding.tolist(),
        "users": users.to_dict("records"),
    }
    return json.dumps(record, ensure_ascii=False, indent=1)
