"""Why an item is not in the list: its gap to the last item of the list, split exactly into parts."""

import html

import pandas as pd
import streamlit as st

from app.components.style import ink, source_colours
from app.components.text import escape_markdown
from app.components.words import fill
from app.url_state import choose
from app.views.recommend.parts import steps_to
from app.views.recommend.rows import row_html
from app.views.recommend.state import RecommendState
from app.views.recommend.waterfall import signed, waterfall
from app.views.recommend.why import QUIET, heading
from app.views.recommend.why_words import because_not
from lattice.inference import Contrast, WhyNot

MOST = 6  # neighbours shown


def ask_why(item: str) -> None:
    """Open Why for an item in place of Why not."""
    choose("why_not", None)
    choose("item", item)


def show_why_not(state: RecommendState, item: str) -> None:
    """Draw the dialog: a sentence, the two items, and the gap between them, part by part."""
    found = state.model.why_not(state.user, item, state.k)
    heading(state, item)
    st.markdown(because_not(found, state.catalogue.titles))
    others = [f"{escape_markdown(name)}: rank {rank:,}" for name, rank in state.ranks(item).items() if rank is not None]
    if others:
        st.caption("In the lists of models trained separately — " + " · ".join(others))
    if found.rank <= found.k and not found.seen:
        if st.button("Why it is there", on_click=ask_why, args=(item,), icon=":material/arrow_forward:"):
            st.rerun()
        return
    if not state.model.modalities and not found.contrast.content_gap:
        st.info(
            f"{escape_markdown(state.main)} has no item graph: a score is one inner product, with no parts to compare."
        )
        return
    if found.contrast.gap > 0:
        gap(state, found)


def gap(state: RecommendState, found: WhyNot) -> None:
    """Draw the chart beside the two items, then the neighbours."""
    contrast = found.contrast
    drawn, compared = st.columns([7, 5], gap="large")
    with drawn:
        st.markdown(f"**What it lacks for rank {found.k}**")
        st.plotly_chart(
            waterfall(
                steps_to(contrast, state.model.modalities),
                "The whole gap",
                source_colours(state.model.modalities),
                ink(),
            ),
            config=QUIET,
            key="why_not_chart",
            alt=f"The gap {contrast.gap:.4f}: collaborative part {contrast.collaborative_gap:+.4f}, item graph "
            f"{contrast.by_modality.sum():+.4f}, content {contrast.content_gap:+.4f}.",
        )
    with compared:
        st.markdown("**The two scores**")
        for rank, part in ((found.rank, contrast.item), (found.k, contrast.other)):
            catalogue = state.catalogue
            numbers = (
                f"{part.score:.3f} =".replace("-", "−"),
                f"{part.collaborative_score:.3f} collaborative".replace("-", "−"),
                *([f"{signed(part.item_graph_score)} item graph"] if state.model.modalities else []),
                *([f"{signed(part.content_score)} content"] if part.content_score else []),
            )
            st.html(
                row_html(
                    rank,
                    catalogue.picture(part.item),
                    catalogue.title(part.item),
                    catalogue.brief(part.item),
                    [f"<span>{html.escape(text)}</span>" for text in numbers],
                )
            )
    if state.model.modalities:
        neighbour_table(state, contrast, found.k)


def neighbour_table(state: RecommendState, contrast: Contrast, k: int) -> None:
    """Draw the neighbours that make the difference, and every other number."""
    st.markdown("**The item-graph part of the gap, by neighbour**")
    table = contrast.neighbours
    if table.empty:
        st.caption(fill("Neither {item} has neighbours in the item graph."))
        return
    lines = state.catalogue.table(table["item"].tolist()).assign(**table.drop(columns="item")).drop(columns="item")
    lines[["own", "other"]] = lines[["own", "other"]].where(lines[["own", "other"]] != 0)  # no neighbour: an empty cell
    total = {"title": "All neighbours", "owned": False, **table[["own", "other", "difference"]].sum().to_dict()}
    columns = {"difference": "difference", "other": f"adds to rank {k}", "own": fill("adds to this {item}")}
    st.dataframe(
        pd.concat([lines, pd.DataFrame([total])], ignore_index=True)[["picture", "title", *columns, "owned"]],
        hide_index=True,
        placeholder="",
        row_height=44,
        height=38 + 44 * min(MOST, len(lines) + 1),
        column_config={
            "picture": st.column_config.ImageColumn("", width=52),
            "title": st.column_config.TextColumn("neighbour", width=140),
            "owned": st.column_config.CheckboxColumn("has it", width=64),
            **{
                n: st.column_config.NumberColumn(t, format="%+.4f", width=84 if n == "difference" else 118)
                for n, t in columns.items()
            },
        },
        alt=fill("What each neighbour adds to the score of either {item}, and the difference."),
    )
