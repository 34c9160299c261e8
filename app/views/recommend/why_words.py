"""Why and why not in sentences, made from the exact parts. Titles and names are escaped for Markdown."""

from collections.abc import Mapping

import pandas as pd

from app.components.text import escape_markdown, join_names
from app.components.words import dataset_words, fill
from app.views.recommend.waterfall import signed
from lattice.inference import Contrast, Explanation, WhyNot

LIKENESS = {"visual": "looks", "textual": "reads", "audio": "sounds", "acoustic": "sounds"}
REASONS = (  # for the collaborative, the item-graph and the content part
    "people with similar histories {choose} it",
    "its neighbours in the item graph suit this {user}",
    "its content matches what the {user} has",
)
SOURCES = (
    "what people with similar histories {choose}",
    "the item graph",
    "content that matches what the {user} has",
)
CLEAR = 0.7  # a modality with this share of a neighbour's part speaks alone


def because(explanation: Explanation, titles: Mapping[str, str]) -> str:
    """Return one or two sentences: which part of the score is largest, and which neighbour."""
    words = dataset_words()
    own, graph = explanation.collaborative_score, explanation.item_graph_score
    if len(explanation.content):
        parts = dict(zip(map(fill, REASONS), (own, graph, explanation.content_score), strict=True))
        return f"**{main_reasons(parts)}** {chief(explanation, titles)}".strip()
    if explanation.contributions.empty:
        return (
            "It has no neighbours in the item graph: all of the score is what people with "
            f"similar histories {words.choose}."
        )
    if own > 0 and graph > 0:
        share = own / (own + graph)
        if share >= 0.5:
            lead = (
                f"Mostly because people with similar histories {words.choose} it ({share:.0%}); "
                f"the item graph adds {1 - share:.0%}."
            )
        else:
            lead = (
                f"Mostly because of what it resembles: the item graph makes {1 - share:.0%} of the score; "
                f"people with similar histories add {share:.0%}."
            )
    elif own > 0:
        lead = (
            f"Because people with similar histories {words.choose} it; the item graph speaks "
            f"against it ({signed(graph)})."
        )
    elif graph > 0:
        lead = (
            f"Because of what it resembles; what people with similar histories {words.choose} "
            f"speaks against it ({signed(own)})."
        )
    else:
        lead = "Both parts speak against it; others only score lower still."
    return f"**{lead}** {chief(explanation, titles)}".strip()


def main_reasons(parts: Mapping[str, float]) -> str:
    """Return which of several parts make a score, largest first, and which speak against it.

    parts: reason -> what it adds to the score, in the order of SOURCES.
    """
    positive = {reason: value for reason, value in parts.items() if value > 0}
    if not positive:
        return fill("Every part speaks against it; other {items} only score lower still.")
    whole = sum(positive.values())
    order = sorted(positive, key=lambda reason: -positive[reason])
    said = f"Because {join_names([f'{reason} ({positive[reason] / whole:.0%})' for reason in order])}"
    against = [source for source, value in zip(map(fill, SOURCES), parts.values(), strict=True) if value < 0]
    if not against:
        return f"{said}."
    return f"{said}; {join_names(against)} {'speak' if len(against) > 1 else 'speaks'} against it."


def chief(explanation: Explanation, titles: Mapping[str, str]) -> str:
    """Return the neighbour that adds most and how it is similar, and the largest one that the user has."""
    others = explanation.by_neighbour.drop(explanation.item, errors="ignore").sort_values("value", ascending=False)
    if others.empty or others["value"].iloc[0] <= 0:
        return ""
    first, user = others.index[0], escape_markdown(explanation.user)
    parts = explanation.contributions
    alike = likeness(parts[parts["item"] == first].groupby("modality")["value"].sum())
    has = f", and {user} has it" if others["owned"].iloc[0] else ""
    said = f"Of its neighbours, “{escape_markdown(titles[str(first)])}” adds most: it {alike}{has}."
    owned = others[others["owned"] & (others["value"] > 0)]
    if len(owned) and owned.index[0] != first:
        most = owned["value"].iloc[0]
        said += f" Of what {user} has, “{escape_markdown(titles[str(owned.index[0])])}” adds most ({signed(most)})."
    return said


def likeness(by_modality: pd.Series) -> str:
    """Return "looks similar", "looks and reads similar", or "is similar in KIND"."""
    shares = by_modality.clip(lower=0)
    shares = (shares / shares.sum()).sort_values(ascending=False)
    kinds = [str(kind) for kind in (shares.index[:1] if shares.iloc[0] >= CLEAR else shares[shares > 0].index)]
    if all(kind in LIKENESS for kind in kinds):
        return f"{join_names([LIKENESS[kind] for kind in kinds])} similar"
    return f"is similar in {join_names([escape_markdown(kind) for kind in kinds])}"


def standing(main: str, rank: int | None, alone: int | None, others: Mapping[str, int | None], k: int) -> str:
    """Return the models' ranks of an item, and what the item graph has to do with them.

    rank: in the main model; alone: by its collaborative part alone; others: model -> rank. None: the user has it.
    """
    if rank is None or alone is None:
        return fill("The {user} has this {item} already, so that no model recommends it.")
    if alone == rank:
        moved = "with or without the item graph"
    elif alone > rank:
        moved = f"the item graph lifts it from rank {alone:,}"
    else:
        moved = f"the item graph raises others more, so that it falls from rank {alone:,}"
    said = [f"{main} puts it at **rank {rank:,}**: {moved}."]
    for name, there in others.items():
        if there is not None:
            said.append(f"{name}, trained separately, has it at rank {there:,}{compared(main, rank, alone, there, k)}")
    return " ".join(said)


def made_of(name: str, explanation: Explanation, titles: Mapping[str, str]) -> str:
    """Return a compared model's score of an item as its parts; where content adds, the user's item that adds most."""
    parts = {SOURCES[0]: explanation.collaborative_score}
    if not explanation.contributions.empty:
        parts[SOURCES[1]] = explanation.item_graph_score
    parts[SOURCES[2]] = explanation.content_score
    said = f"**{name}**, {explanation.score:.3f}: ".replace("-", "−")
    said += join_names([f"{signed(value)} from {fill(source)}" for source, value in parts.items()])
    owned = explanation.by_owned
    if explanation.content_score <= 0:
        return f"{said}."
    return f"{said}, most for “{escape_markdown(titles[str(owned.index[0])])}” ({signed(float(owned.iloc[0]))})."


def compared(main: str, rank: int, alone: int, there: int, k: int) -> str:
    """Return why only one of two models ranks an item among its first k; "." where they agree."""
    if (rank <= k) == (there <= k):
        return "."
    does = "show it" if alone <= k else "leave it out"
    where = f", {'in' if there <= k else 'not in'} its first {k}."
    if (alone <= k) == (there <= k):
        said = f"The item graph makes the difference: without it {main} too would {does}."
    else:
        said = f"The item graph isn't why: without it {main} would still {does}; the two learned different vectors."
    return f"{where} {said}"


def because_not(found: WhyNot, titles: Mapping[str, str]) -> str:
    """Return an item's rank, and what it lacks for the list."""
    contrast, user = found.contrast, escape_markdown(found.contrast.item.user)
    if found.seen:
        lead = f"{user} has it already, so it is left out of the list; its score would put it at rank {found.rank:,}."
        return lead if found.rank <= found.k else f"{lead} {lacking(contrast, found.k, titles)}"
    if found.rank <= found.k:
        return f"It is in the list, at rank {found.rank:,}."
    return f"It is at rank {found.rank:,}. {lacking(contrast, found.k, titles)}"


def lacking(contrast: Contrast, k: int, titles: Mapping[str, str]) -> str:
    """Return what makes the gap to rank k."""
    words = dataset_words()
    own, graph, gap = contrast.collaborative_gap, float(contrast.by_modality.sum()), contrast.gap
    lead = f"For rank {k} it lacks {gap:.3f}"
    if contrast.content_gap:
        found = dict(zip(map(fill, SOURCES), (own, graph, contrast.content_gap), strict=True))
        listed = join_names([f"{signed(value)} from {source}" for source, value in found.items() if value])
        return f"{lead}: {listed}. {missing(contrast, titles) if graph > 0 else ''}".strip()
    if own > 0 and graph > 0:
        share = own / (own + graph)
        parts = (
            f"{share:.0%} because fewer people with similar histories {words.choose} it, "
            f"{1 - share:.0%} because its neighbours "
            f"in the item graph suit this {words.user} less"
        )
    elif own > 0:
        parts = f"all because fewer people with similar histories {words.choose} it" + (
            f"; its neighbours in the item graph suit this {words.user} better ({signed(-graph)})" if graph < 0 else ""
        )
    else:
        parts = f"all because its neighbours in the item graph suit this {words.user} less" + (
            f"; people with similar histories {words.choose} it more ({signed(-own)})" if own < 0 else ""
        )
    return f"{lead}: {parts}. {missing(contrast, titles) if graph > 0 else ''}".strip()


def missing(contrast: Contrast, titles: Mapping[str, str]) -> str:
    """Return the neighbour with the largest part of the item graph's share of the gap."""
    table = contrast.neighbours
    table = table[(table["difference"] > 0) & ~table["item"].isin([contrast.item.item, contrast.other.item])]
    if table.empty:
        return ""
    first = table.iloc[0]
    has = f", which {escape_markdown(contrast.item.user)} has" if first["owned"] else ""
    return (
        f"Of the item graph's part, most is for its neighbour “{escape_markdown(titles[first['item']])}”{has} "
        f"({signed(first['difference'])})."
    )
