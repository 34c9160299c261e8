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
from app.views.recommend.why_words import because, made_of, standing
from app.workspace import label
from lattice.inference import Explanation

QUIET = {"displayModeBar": False}
OWNED = 5  # of the user's items
MOST = 7  # neighbours that have a line of their own


def show_why(state: RecommendState, item: str) -> None:
    """Draw the dialog: a sentence, the models' ranks of the item, and the parts of the main model's score."""
    explanation = state.model.explain(state.user, item)
    heading(state, item)
    if explanation.contributions.empty and explanation.content.empty and not state.model.modalities:
        st.metric(f"{escape_markdown(state.main)} score", f"{explanation.score:.4f}", help=help_text("score"))
        st.info(
            f"{escape_markdown(state.main)} has no item graph: its score is one inner product, with no parts to show."
        )
        return
    reasons(state, explanation)
    parts = parts_by_neighbour(explanation.contributions)
    drawn, listed = st.columns([7, 5], gap="large")
    with drawn:
        figure(state, explanation, parts)
    with listed:
        if state.model.modalities:
            neighbour_rows(state, item, parts)
        else:
            owned_rows(state, explanation)
    if state.model.modalities:
        owned_rows(state, explanation)
    other_models(state, item)
    table(state, explanation, parts)


def reasons(state: RecommendState, explanation: Explanation) -> None:
    """Draw in sentences why the item has its score, and where the models rank it."""
    why = because(explanation, state.catalogue.titles)
    if not state.model.modalities:
        st.markdown(why)
        return
    main, place = escape_markdown(state.main), state.own.rank(explanation.item)
    alone = state.collaborative_ranking().rank(explanation.item)
    others = {escape_markdown(name): rank for name, rank in state.ranks(explanation.item).items()}
    stands = standing(main, place, alone, others, state.k)
    if place is not None and place > state.k:  # asked from another model's list: what is not there comes first
        st.markdown(f"**It is not among {main}'s first {state.k}.** {stands}")
        st.markdown(f"The score it has: {why}")
    else:
        st.markdown(why)
        st.markdown(stands)


def other_models(state: RecommendState, item: str) -> None:
    """Draw what the compared models' scores are made of, where content counts in them."""
    models = {name: state.workspace.models[name] for name in state.lists if name != state.workspace.main}
    found = {name: model.explain(state.user, item) for name, model in models.items() if model.content is not None}
    lines = [
        made_of(escape_markdown(label(name)), explanation, state.catalogue.titles)
        for name, explanation in found.items()
        if not explanation.content.empty
    ]
    if lines:
        st.markdown("**What the other models' scores are made of**", help=help_text("content_part"))
        st.caption("\n\n".join(lines))


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
    """Draw the item, and a link to its neighbours, if it has any."""
    catalogue = state.catalogue
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.html(
            hero_html(catalogue.picture(item), catalogue.title(item), [catalogue.detail(item), item]), width="content"
        )
        if state.model.modalities:
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
            source_colours(state.model.modalities or tuple(sorted(set(explanation.content["modality"])))),
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
    has_graph, main = bool(state.model.modalities), escape_markdown(state.main)
    more = (
        f" The {dataset_words().item} itself is among its neighbours, as k counts it. "
        f"The collaborative part is {main}'s own; the other models are trained separately."
    )
    st.caption(f"All parts sum to {main}'s score exactly.{more if has_graph else ''}")
    with st.expander(f"Every part as a table{f' ({len(parts)} neighbours)' if has_graph else ''}"):
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
