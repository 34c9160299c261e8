"""What each modality contributes, on the screen: scores without it, its share by item and by group."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from app.components.figure import show_figure
from app.components.glossary import help_text
from app.components.groups import groupings
from app.components.items import Catalogue, cards
from app.components.pickers import url_select
from app.components.style import NEUTRAL, ink
from app.components.text import escape_markdown
from app.components.words import dataset_words, fill
from app.views.fusion import charts
from app.views.fusion.facts import same_group
from app.views.fusion.modality_shares import (
    ALONE,
    METRICS,
    NO_GRAPH,
    TRAINED,
    ablation_scores,
    by_group,
    item_shares,
    most_by,
    share_histogram,
)
from lattice.evaluation.metrics import explain, labels
from lattice.recommender import Recommender

NAMES = labels(20)
CARDS, GROUPS_SHOWN, EVERYTHING = 16, 15, "All"
MOST_GROUPS = 200  # to choose from, the largest; a catalogue may have thousands of categories


@st.cache_data(max_entries=16, show_spinner="Scoring without each modality…")
def scores_without(_recommender: Recommender, stamp: str) -> pd.DataFrame:
    """Return `ablation_scores`, computed once per checkpoint."""
    return ablation_scores(_recommender)


@st.cache_data(max_entries=16, show_spinner="Adding up each modality's share…")
def shares_of(_recommender: Recommender, stamp: str) -> pd.DataFrame:
    """Return `item_shares`, computed once per checkpoint."""
    return item_shares(_recommender)


def show_scores(recommender: Recommender, stamp: str, palette: Mapping[str, str]) -> None:
    """Draw what the validation scores lose without each modality."""
    title = "What dropping a modality costs" if len(palette) > 1 else "What the item graph adds"
    st.subheader(title, anchor=False, help=help_text("what_if"))
    if not len(recommender.checkpoint.dataset.pairs("valid")):
        st.caption("This dataset has no validation split to score.")
        return
    table = scores_without(recommender, stamp)
    helps = "  \n".join(map(explain, METRICS))
    metric = url_select("Metric", "loss_metric", METRICS, METRICS[0], NAMES.__getitem__, helps, kind="segments")
    base = table.set_index("variant").loc[TRAINED]
    rest = table[table["variant"] != TRAINED]
    said = ", ".join(f"{r['variant']} {r[f'Δ {metric}']:+.4f}" for r in rest.to_dict("records"))
    show_figure(
        charts.difference_bars(
            rest["variant"].tolist(),
            rest[f"Δ {metric}"].tolist(),
            rest[f"± {metric}"].tolist(),
            {f"without {modality}": colour for modality, colour in palette.items()},
            ink(),
        ),
        f"dropped-{metric.replace('@', '-')}",
        f"{NAMES[metric]} on the validation split against {base[metric]:.4f} as trained: {said}.",
        table,
        {c: "%.4f" for m in METRICS for c in (m, f"Δ {m}", f"± {m}")},
    )
    st.caption(
        f"Against **{base[metric]:.4f}** as trained: {NAMES[metric]} of {int(base['users']):,} "
        f"{dataset_words().users} on the validation "
        "split. At inference, not retrained; thin lines are one standard error of the difference. "
        f"“{NO_GRAPH.capitalize()}” is the collaborative part of this model alone: trained with the graph at its "
        "side, so it isn't what a model without one would have learned."
    )


def show_catalogue(recommender: Recommender, stamp: str, catalogue: Catalogue, palette: Mapping[str, str]) -> None:
    """Draw how much of an item's vector each modality makes, over all items, and the items at the ends."""
    shares = shares_of(recommender, stamp)
    st.subheader(fill("{item} by {item}").capitalize(), anchor=False, help=help_text("modality_share"))
    table = share_histogram(shares)
    means = ", ".join(f"{m} {shares[m].mean():.0%}" for m in palette)
    show_figure(
        charts.share_histograms(table, dict(palette)),
        "shares",
        f"How many {dataset_words().items} have which share of their vector from each modality; on average {means}.",
        table,
        {"from": "%.3f", "to": "%.3f"},
    )
    alone = {m: int((shares[m] >= ALONE).sum()) for m in palette}
    nothing = int(shares.isna().all(axis=1).sum())
    said = ", ".join(f"{n:,} from {escape_markdown(m)}" for m, n in alone.items())
    st.caption(
        f"On average: {escape_markdown(means)}. Of {len(shares):,} {dataset_words().items}, so "
        f"many get {ALONE:.0%} or more from one "
        f"alone: {said}" + (f"; {nothing:,} get nothing from others." if nothing else ".")
    )
    _extremes(recommender, shares, catalogue, palette)


def _extremes(recommender: Recommender, shares: pd.DataFrame, catalogue: Catalogue, palette: Mapping[str, str]) -> None:
    """Draw the items with the highest share of one modality, in the catalogue or in one group."""
    column = next((c for c in ("department", "category", "type") if c in groupings(recommender.items)), None)
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        modality = url_select("Leaning the most on", "leaning", list(palette), next(iter(palette)), kind="segments")
    chosen = EVERYTHING
    if column is not None:
        sizes = recommender.items.loc[recommender.items[column] != "", column].astype(str).value_counts()
        known = sorted(sizes.index[:MOST_GROUPS])
        with right:
            chosen = url_select(f"Of which {column}", "within", [EVERYTHING, *known], EVERYTHING)
    table = most_by(recommender.items, shares, modality)
    if column is not None and chosen != EVERYTHING:
        inside = recommender.items.loc[recommender.items[column] == chosen, "item"].astype(str)
        table = table[table["item"].isin(set(inside))]
    if table.empty:
        st.caption(fill("None of these {items} has a neighbour."))
        return
    top = table.head(CARDS)
    cards(catalogue, top["item"].tolist(), [[f"{modality} {share:.0%}"] for share in top["share"]])
    if (top["share"].round(2) > 1).any():
        st.caption("More than 100% where the other modalities pull the vector back; the shares sum to 100%.")


def show_groups(recommender: Recommender, stamp: str, palette: Mapping[str, str]) -> None:
    """Draw the same per group of items, and whether a modality's neighbours are in the same group."""
    st.subheader("Group by group", anchor=False)
    choices = groupings(recommender.items)
    if not choices:
        st.caption(fill("These {items} carry no type, department, category or brand to compare their neighbours by."))
        return
    first = "department" if "department" in choices else choices[0]
    group = url_select(fill("{items} by").capitalize(), "group", choices, first, kind="segments")
    left, right = st.columns(2, gap="large")
    with left:
        _inside(recommender, stamp, group, palette)
    if len(palette) > 1:
        with right:
            _shares(recommender, stamp, group, palette)


def _shares(recommender: Recommender, stamp: str, group: str, palette: Mapping[str, str]) -> None:
    table = by_group(shares_of(recommender, stamp), recommender.items[group])
    few = table.head(GROUPS_SHOWN)
    more = f" The {len(few)} largest of {len(table)}; the table has them all." if len(table) > len(few) else ""
    st.markdown(f"**What makes the vectors of a {escape_markdown(group)}**", help=help_text("modality_share"))
    show_figure(
        charts.stacked_share_bars(few, dict(palette)),
        f"shares-by-{group}",
        f"Mean share of each modality by {group}; the table has the numbers.",
        table,
        dict.fromkeys(palette, "%.3f"),
    )
    st.caption(f"The mean over the {dataset_words().items} of each {escape_markdown(group)}.{more}")


def _inside(recommender: Recommender, stamp: str, group: str, palette: Mapping[str, str]) -> None:
    st.markdown(f"**Whether neighbours stay in the {escape_markdown(group)}**")
    same = _same(recommender, stamp, group)
    show_figure(
        charts.share_bars(same["graph"], same["share"], {**palette, "chance": NEUTRAL}),
        f"inside-{group}",
        f"Share of edge weight inside the {group}: " + ", ".join(f"{r.graph} {r.share:.0%}" for r in same.itertuples()),
        same,
        {"share": "%.3f"},
    )
    st.caption(
        f"The share of a modality's edge weight that joins {dataset_words().items} of the same "
        f"{escape_markdown(group)}, and by chance."
    )


@st.cache_data(max_entries=32, show_spinner=False)
def _same(_recommender: Recommender, stamp: str, group: str) -> pd.DataFrame:
    assert _recommender.item_graph is not None
    return same_group(_recommender.item_graph, _recommender.items[group])
