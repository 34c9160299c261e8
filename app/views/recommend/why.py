"""Why an item is recommended: the score, split exactly into parts that sum to it."""

from functools import partial

import pandas as pd
import streamlit as st

from app.components.glossary import help_text
from app.components.items import hero_html, strip
from app.components.style import ink, source_colours
from app.components.text import escape_markdown
from app.components.words import dataset_words, fill
from app.navigation import ITEM_GRAPH
from app.views.recommend.parts import (
    content_of_owned,
    explanation_csv,
    explanation_json,
    parts_by_neighbour,
    sources_of,
    steps_of,
)
from app.views.recommend.rows import mark_html, row_html
from app.views.recommend.state import RecommendState
from app.views.recommend.waterfall import signed, waterfall
from app.views.recommend.what_if_panel import cut_edge
from app.views.recommend.why_words import because, standing
from lattice.inference import Explanation

QUIET = {"displayModeBar": False}
OWNED = 5  # of the user's items
MOST = 7  # neighbours that have a line of their own


def show_why(state: RecommendState, item: str) -> None:
    """Draw the dialog: a sentence, the models' ranks of the item, and the parts of the main model's score."""
    explanation = state.model.explain(state.user, item)
    heading(state, item)
    if not state.model.modalities:
        st.metric(f"{escape_markdown(state.main)} score", f"{explanation.score:.4f}", help=help_text("score"))
        st.info(
            f"{escape_markdown(state.main)} has no item graph: its score is one inner product, with no parts to show."
        )
        return
    place, alone = state.own.rank(item), state.collaborative_ranking().rank(item)
    others = {escape_markdown(name): rank for name, rank in state.ranks(item).items()}
    stands = standing(escape_markdown(state.main), place, alone, others, state.k)
    if place is not None and place > state.k:  # asked from another model's list: what is not there comes first
        st.markdown(f"**It is not among {escape_markdown(state.main)}'s first {state.k}.** {stands}")
        st.markdown(f"The score it has: {because(explanation, state.catalogue.titles)}")
    else:
        st.markdown(because(explanation, state.catalogue.titles))
        st.markdown(stands)
    parts = parts_by_neighbour(explanation.contributions)
    drawn, listed = st.columns([7, 5], gap="large")
    with drawn:
        figure(state, explanation, parts)
    with listed:
        neighbour_rows(state, item, parts)
    owned_rows(state, explanation)
    table(state, explanation, parts)


def owned_rows(state: RecommendState, explanation: Explanation) -> None:
    """Draw the user's own items whose content adds most, where content scores are on."""
    owned = explanation.by_owned
    if owned.empty:
        return
    st.markdown(fill("**Because of what the {user} has**"), help=help_text("content_part"))
    first = owned[owned > 0].head(OWNED)
    if first.empty:
        st.caption(fill("Nothing that the {user} has adds to the score by its content."))
        return
    names = [f"{signed(value)} {state.catalogue.title(str(item))}" for item, value in first.items()]
    strip(state.catalogue, [str(item) for item in first.index], most=OWNED)
    st.caption(" · ".join(escape_markdown(name) for name in names))


def heading(state: RecommendState, item: str) -> None:
    """Draw the item, and a link to its neighbours."""
    catalogue = state.catalogue
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.html(
            hero_html(catalogue.picture(item), catalogue.title(item), [catalogue.detail(item), item]), width="content"
        )
        st.page_link(ITEM_GRAPH, label="In the item graph", icon=":material/hub:", query_params={"item": item})
    if state.what_ifs:
        as_trained = state.trained_ranking().rank(item)
        was = "" if as_trained is None else f" As trained it has rank {as_trained:,}."
        st.caption(f"What if, not retrained: {escape_markdown(' · '.join(state.what_ifs))}.{was}")


def figure(state: RecommendState, explanation: Explanation, parts: pd.DataFrame) -> None:
    """Draw the waterfall from the collaborative part to the score."""
    st.markdown(
        "**How the score adds up**",
        help=f"{help_text('collaborative')}\n\n{help_text('item_graph')}\n\n{help_text('content_part')}",
    )
    st.plotly_chart(
        waterfall(
            steps_of(explanation, parts, state.catalogue.titles, MOST),
            f"{state.main}'s score",
            source_colours(state.model.modalities),
            ink(),
        ),
        config=QUIET,
        key="why_chart",
        alt=f"The score {explanation.score:.4f}: collaborative part {explanation.collaborative_score:.4f}, item graph "
        f"{explanation.item_graph_score:.4f}, content {explanation.content_score:.4f}; the table below has every part.",
    )


def neighbour_rows(state: RecommendState, item: str, parts: pd.DataFrame) -> None:
    """Draw the neighbours with the largest parts, whether the user has each, and a button to cut its edge."""
    st.markdown("**Neighbours that count most**", help="To cut an edge asks: what if the model didn't know of it?")
    others = parts[parts["item"] != item].head(MOST)
    if others.empty:
        st.caption(fill("None but the {item} itself."))
    for place, line in enumerate(others.to_dict("records"), 1):
        neighbour = line["item"]
        labels = [f'<span class="{"up" if line["total"] > 0 else "down"}">{signed(line["total"])}</span>']
        if line["owned"]:
            labels.append(mark_html("✓ has it", "hit", f"{state.user} has it"))
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", wrap=False, key=f"neighbour_{place}"
        ):
            catalogue = state.catalogue
            st.html(
                row_html(
                    place, catalogue.picture(neighbour), catalogue.title(neighbour), catalogue.brief(neighbour), labels
                )
            )
            if st.button(
                "Cut",
                key=f"cut_{place}",
                type="tertiary",
                icon=":material/content_cut:",
                on_click=cut_edge,
                args=(item, neighbour),
                width=72,
                help=f"What if there were no edge to {escape_markdown(catalogue.title(neighbour))}?",
            ):
                st.rerun()  # the lists behind the dialog change too


def table(state: RecommendState, explanation: Explanation, parts: pd.DataFrame) -> None:
    """Draw all numbers, and the downloads."""
    st.caption(
        f"All parts sum to {escape_markdown(state.main)}'s score exactly. "
        f"The {dataset_words().item} itself is among its neighbours, as k counts it. "
        f"The collaborative part is {escape_markdown(state.main)}'s own; the other models are trained separately."
    )
    with st.expander(f"Every part as a table ({len(parts)} neighbours)"):
        sources = sources_of(parts)
        first = [{"title": "Collaborative part", "total": explanation.collaborative_score, "owned": False}]
        if len(explanation.content):
            first.append({"title": content_of_owned(), "total": explanation.content_score, "owned": True})
        last = {"title": f"{state.main}'s score", "total": explanation.score, "owned": False}
        lines = state.catalogue.table(parts["item"].tolist()).assign(**parts.drop(columns="item")).drop(columns="item")
        whole = pd.concat([pd.DataFrame(first), lines, pd.DataFrame([last])], ignore_index=True)
        st.dataframe(
            whole.reindex(columns=["picture", "title", "total", "owned", *sources]),
            hide_index=True,
            height=min(400, 38 + 35 * len(whole)),
            column_config={
                "picture": st.column_config.ImageColumn("", width=44),
                "title": st.column_config.TextColumn("part", width=200),
                "owned": st.column_config.CheckboxColumn("has it", width=64),
                **{n: st.column_config.NumberColumn(n, format="%.4f", width=110) for n in ["total", *sources]},
            },
            alt="Every part of the score: the collaborative one, then each neighbour's by modality and layer.",
        )
    with st.container(horizontal=True):
        for kind, write, mime in (("CSV", explanation_csv, "text/csv"), ("JSON", explanation_json, "application/json")):
            st.download_button(
                kind,
                partial(write, explanation, state.catalogue.titles),
                f"why-{explanation.item}.{kind.lower()}",
                mime,
                icon=":material/download:",
                on_click="ignore",
                key=f"why_{kind}",
            )
