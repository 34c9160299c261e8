"""What if: the trained model's item graph under other coefficients, at inference, and what that changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from app.components.lists import Ranking
from app.state import what_if_k
from lattice.recommender import Recommender

BETWEEN = "~"  # of the two ids of a cut edge in the URL


@dataclass(frozen=True)
class Settings:
    """The coefficients of an item graph. alpha: (modality, weight) as chosen, not yet brought to sum to 1."""

    lambda_: float
    k: int
    alpha: tuple[tuple[str, float], ...]
    cut: tuple[tuple[str, str], ...] = ()


def trained(recommender: Recommender) -> Settings:
    """The coefficients as they were trained."""
    graph = recommender.item_graph
    assert graph is not None
    return Settings(graph.lambda_, graph.k, tuple(graph.alpha.items()))


def counting(alpha: Mapping[str, float], dropped: Sequence[str], given: Mapping[str, float]) -> dict[str, float] | None:
    """α with some modalities dropped; the trained α (`given`) where nothing changes, None where nothing would count."""
    chosen = {m: 0.0 if m in dropped else a for m, a in alpha.items()}
    return None if sum(chosen.values()) <= 0 else dict(given) if chosen == dict(given) else chosen


def edge_name(item: str, neighbour: str) -> str:
    """How a cut edge is written in the URL."""
    return f"{item}{BETWEEN}{neighbour}"


def read_edge(text: str, known: Mapping[str, str]) -> tuple[str, str] | None:
    """The two known ids that an edge's name joins; ids may hold the sign that joins them."""
    pieces = text.split(BETWEEN)
    pairs = ((BETWEEN.join(pieces[:i]), BETWEEN.join(pieces[i:])) for i in range(1, len(pieces)))
    return next((pair for pair in pairs if pair[0] in known and pair[1] in known and pair[0] != pair[1]), None)


def changes(now: Settings, before: Settings) -> list[str]:
    """What was changed, a few words each."""
    found = [] if now.lambda_ == before.lambda_ else [f"λ {before.lambda_:g} → {now.lambda_:g}"]
    found += [] if now.k == before.k else [f"k {before.k} → {now.k}"]
    was = dict(before.alpha)
    for modality, alpha in now.alpha:
        if alpha != was[modality]:
            found.append(f"{modality} off" if alpha == 0 else f"α {modality} {was[modality]:.2f} → {alpha:.2f}")
    if now.cut:
        found.append(f"{len(now.cut)} edge{'s' if len(now.cut) > 1 else ''} cut")
    return found


@st.cache_resource(max_entries=16, show_spinner=False)
def altered(_recommender: Recommender, stamp: str, settings: Settings) -> Recommender:
    """The trained model with another item graph; shared by all visits, and never changed."""
    before = trained(_recommender)
    changed_k = _recommender if settings.k == before.k else what_if_k(_recommender, stamp, settings.k)
    return changed_k.what_if(
        lambda_=None if settings.lambda_ == before.lambda_ else settings.lambda_,
        alpha=None if settings.alpha == before.alpha else dict(settings.alpha),
        without_edges=settings.cut,
    )


def moved(now: Ranking, before: Ranking, k: int) -> tuple[int, int]:
    """(places of the first k that another item holds, items among them that weren't there)."""
    pairs = list(zip(now.items[:k], before.items[:k], strict=True))
    return sum(a != b for a, b in pairs), len(set(now.items[:k]) - set(before.items[:k]))
