"""What-if settings in words and in the URL. Without Streamlit."""

from collections.abc import Mapping, Sequence

from app.components.what_if import Settings
from app.views.recommend.lists import Ranking

BETWEEN = "~"  # of the two ids of a cut edge in the URL
MAX_PIECES = 32  # of an edge in the URL: every way to part it in two is tried


def effective_alpha(
    alpha: Mapping[str, float], dropped: Sequence[str], given: Mapping[str, float]
) -> dict[str, float] | None:
    """Return α without the dropped modalities; the trained α (`given`) where nothing changes, None where all are 0."""
    chosen = {m: 0.0 if m in dropped else a for m, a in alpha.items()}
    return None if sum(chosen.values()) <= 0 else dict(given) if chosen == dict(given) else chosen


def write_edge(item: str, neighbour: str) -> str:
    """Return a cut edge as text for the URL."""
    return f"{item}{BETWEEN}{neighbour}"


def read_edge(text: str, known: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the two known ids of an edge in the URL; ids may contain the separator, up to MAX_PIECES in all."""
    pieces = text.split(BETWEEN)
    if len(pieces) > MAX_PIECES:
        return None
    pairs = ((BETWEEN.join(pieces[:i]), BETWEEN.join(pieces[i:])) for i in range(1, len(pieces)))
    return next((pair for pair in pairs if pair[0] in known and pair[1] in known and pair[0] != pair[1]), None)


def describe_changes(now: Settings, before: Settings) -> list[str]:
    """Return what was changed, a few words each."""
    found = [] if now.lambda_ == before.lambda_ else [f"λ {before.lambda_:g} → {now.lambda_:g}"]
    found += [] if now.k == before.k else [f"k {before.k} → {now.k}"]
    was = dict(before.alpha)
    for modality, alpha in now.alpha:
        if alpha != was[modality]:
            found.append(f"{modality} off" if alpha == 0 else f"α {modality} {was[modality]:.2f} → {alpha:.2f}")
    if now.cut:
        found.append(f"{len(now.cut)} edge{'s' if len(now.cut) > 1 else ''} cut")
    return found


def count_moved(now: Ranking, before: Ranking, k: int) -> tuple[int, int]:
    """Return (ranks of the first k that another item has, items among them that weren't there before)."""
    pairs = list(zip(now.items[:k], before.items[:k], strict=True))
    return sum(a != b for a, b in pairs), len(set(now.items[:k]) - set(before.items[:k]))
