"""Words for what-if settings: what was changed, how cut edges are written in the URL."""

from collections.abc import Mapping, Sequence

from app.components.what_if import Settings
from app.views.recommend.lists import Ranking

BETWEEN = "~"  # of the two ids of a cut edge in the URL


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


def moved(now: Ranking, before: Ranking, k: int) -> tuple[int, int]:
    """(places of the first k that another item holds, items among them that weren't there)."""
    pairs = list(zip(now.items[:k], before.items[:k], strict=True))
    return sum(a != b for a, b in pairs), len(set(now.items[:k]) - set(before.items[:k]))
