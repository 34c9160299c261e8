"""What a newcomer's placement comes to, in numbers and words. No Streamlit in here."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from app.components.csv_text import neutral
from lattice.data import Dataset
from lattice.inference import FoldIn

KINDS = ("type", "category", "department")
LAYERS = ("initial", "learned")


# --- neighbours ------------------------------------------------------------------------------------------------------


def nearest(edges: pd.DataFrame, modality: str) -> pd.DataFrame:
    """The rows of `FoldIn.edges` that are a modality's raw neighbours, by cosine."""
    chosen = edges[(edges["modality"] == modality) & (edges["initial"] > 0)]
    return chosen.sort_values("cosine", ascending=False, kind="stable", ignore_index=True)


def parting(near: Mapping[str, Sequence[str]]) -> dict[tuple[str, ...], list[str]]:
    """Neighbours of each modality -> (modalities that have it) -> items: those of one alone first."""
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
    """Item -> what kind of thing it is, by the finest column that says so; None where there is none."""
    column = next((c for c in KINDS if c in items and (items[c] != "").any()), None)
    if column is None:
        return None
    return {str(i): str(kind).split(" > ")[-1].strip() for i, kind in zip(items["item"], items[column], strict=True)}


def majority(kind: Mapping[str, str], items: Sequence[str]) -> tuple[str, int]:
    """The kind that most of these items are of, and how many are; ("", 0) where none has one."""
    counts = pd.Series([kind[item] for item in items if kind.get(item)], dtype=object).value_counts()
    return (str(counts.index[0]), int(counts.iloc[0])) if len(counts) else ("", 0)


def fused(edges: pd.DataFrame, lambda_: float, alpha: Mapping[str, float]) -> pd.DataFrame:
    """A line per warm neighbour, heaviest first: item, weight, and a column "<modality> · <layer>" for each source.

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
    """The items that a newcomer is up against among newcomers: the least bought in training, `share` of all at least.

    All that are bought as often as the last of them belong to them too, so that no id decides.
    """
    train = dataset.interactions.loc[dataset.interactions["split"] == "train", "item"]
    bought = train.value_counts().reindex(dataset.items["item"], fill_value=0)
    most = np.sort(bought.to_numpy())[max(int(np.ceil(share * len(bought))), 1) - 1]
    return [str(item) for item in bought.index[bought <= most]]


def reach(ranks: Sequence[int] | np.ndarray | pd.Series, k: int) -> int:
    """In how many users' first k it stands."""
    return int((np.asarray(ranks) <= k).sum())


def reach_curve(ranks: np.ndarray) -> pd.DataFrame:
    """k, users: for each k at which it grows, in how many users' first k it stands."""
    k, counts = np.unique(ranks, return_counts=True)
    return pd.DataFrame({"k": k, "users": counts.cumsum()})


def users_table(placed: FoldIn, users: Sequence[str] | np.ndarray, rare: np.ndarray) -> pd.DataFrame:
    """Everyone, best place first: user, score, rank (among all), rare (among the rarely bought)."""
    by_user = pd.Series(rare, index=[str(user) for user in users])
    table = placed.users.assign(user=placed.users["user"].astype(str))
    return table.assign(rare=by_user.reindex(table["user"]).to_numpy())


# --- before and after ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """What a change of the newcomer did: neighbours (of positive weight) that came and went, heaviest first."""

    came: list[str]
    went: list[str]
    kept: int


def change(before: FoldIn, after: FoldIn) -> Change:
    """Compare the neighbours of two placements."""
    old, new = (list(dict.fromkeys(p.edges.loc[p.edges["weight"] > 0, "item"])) for p in (before, after))
    return Change(
        [i for i in new if i not in set(old)], [i for i in old if i not in set(new)], len(set(old) & set(new))
    )


# --- files -----------------------------------------------------------------------------------------------------------


def users_csv(users: pd.DataFrame) -> str:
    """Everyone who could get the newcomer as CSV, with no cell that a spreadsheet takes for a formula."""
    return users.assign(user=[neutral(str(user)) for user in users["user"]]).to_csv(index=False)


def placement_json(about: Mapping[str, object], placed: FoldIn, users: pd.DataFrame) -> str:
    """The whole placement: what was given, α, edges, h, the embedding and the users, best first."""
    record = {
        **about,
        "alpha": {modality: float(a) for modality, a in placed.alpha.items()},
        "edges": placed.edges.to_dict("records"),
        "h": placed.h.tolist(),
        "embedding": placed.embedding.tolist(),
        "users": users.to_dict("records"),
    }
    return json.dumps(record, ensure_ascii=False, indent=1)
