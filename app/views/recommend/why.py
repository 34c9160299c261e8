"""Why an item is recommended: the score, split exactly into the parts that add up to it."""

from functools import partial

import pandas as pd
import streamlit as st

from app.components.glossary import term
from app.components.items import hero_html, plain
from app.components.style import ink, source_colours
from app.navigation import ITEM_GRAPH
from app.views.recommend.parts import as_csv, as_json, parts_by_neighbour, sources_of, steps_of
from app.views.recommend.rows import mark_html, row_html
from app.views.recommend.state import Scene
from app.views.recommend.waterfall import signed, waterfall
from app.views.recommend.what_if_panel import cut_edge
from app.views.recommend.why_words import because, standing
from lattice.inference import Explanation

QUIET = {"displayModeBar": False}
MOST = 7  # neighbours that have a line of their own


def show_why(scene: Scene, item: str) -> None:
    """The whole panel: a sentence, where the models put the item, and the split of the main model's score."""
    explanation = scene.model.explain(scene.user, item)
    heading(scene, item)
    if not scene.model.modalities:
        st.metric(f"{plain(scene.main)} score", f"{explanation.score:.4f}", help=term("score"))
        st.info(f"{plain(scene.main)} has no item graph: its score is one inner product, with no parts to show.")
        return
    place, alone = scene.own.rank.get(item), scene.alone().rank.get(item)
    others = {plain(name): rank for name, rank in scene.places(item).items()}
    stands = standing(plain(scene.main), place, alone, others, scene.k)
    if place is not None and place > scene.k:  # asked from another model's list: what is not there comes first
        st.markdown(f"**It is not among {plain(scene.main)}'s first {scene.k}.** {stands}")
        st.markdown(f"The score it has: {because(explanation, scene.shown.titles)}")
    else:
        st.markdown(because(explanation, scene.shown.titles))
        st.markdown(stands)
    parts = parts_by_neighbour(explanation.contributions)
    drawn, listed = st.columns([7, 5], gap="large")
    with drawn:
        figure(scene, explanation, parts)
    with listed:
        neighbour_rows(scene, item, parts)
    table(scene, explanation, parts)


def heading(scene: Scene, item: str) -> None:
    """The item, and a way to its neighbours."""
    shown = scene.shown
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.html(hero_html(shown.picture(item), shown.title(item), [shown.detail(item), item]), width="content")
        st.page_link(ITEM_GRAPH, label="In the item graph", icon=":material/hub:", query_params={"item": item})
    if scene.what_ifs:
        as_trained = scene.trained().rank.get(item)
        was = "" if as_trained is None else f" As trained it has place {as_trained:,}."
        st.caption(f"What if, not retrained: {plain(' · '.join(scene.what_ifs))}.{was}")


def figure(scene: Scene, explanation: Explanation, parts: pd.DataFrame) -> None:
    """The waterfall from the collaborative part to the score."""
    st.markdown("**How the score adds up**", help=f"{term('collaborative')}\n\n{term('item_graph')}")
    st.plotly_chart(
        waterfall(
            steps_of(explanation, parts, scene.shown.titles, MOST),
            f"{scene.main}'s score",
            source_colours(scene.model.modalities),
            ink(),
        ),
        config=QUIET,
        key="why_chart",
        alt=f"The score {explanation.score:.4f}: collaborative part {explanation.collaborative_score:.4f}, item graph "
        f"{explanation.item_graph_score:.4f}; the table below has every part.",
    )


def neighbour_rows(scene: Scene, item: str, parts: pd.DataFrame) -> None:
    """The neighbours that count most: what each adds, whether the user has it, and a way to cut it off."""
    st.markdown("**Neighbours that count most**", help="To cut an edge asks: what if the model didn't know of it?")
    others = parts[parts["item"] != item].head(MOST)
    if others.empty:
        st.caption("None but the item itself.")
    for place, line in enumerate(others.to_dict("records"), 1):
        neighbour = line["item"]
        labels = [f'<span class="{"up" if line["total"] > 0 else "down"}">{signed(line["total"])}</span>']
        if line["owned"]:
            labels.append(mark_html("✓ has it", "hit", f"{scene.user} has it"))
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", wrap=False, key=f"neighbour_{place}"
        ):
            shown = scene.shown
            st.html(row_html(place, shown.picture(neighbour), shown.title(neighbour), shown.brief(neighbour), labels))
            if st.button(
                "Cut",
                key=f"cut_{place}",
                type="tertiary",
                icon=":material/content_cut:",
                on_click=cut_edge,
                args=(item, neighbour),
                width=72,
                help=f"What if there were no edge to {plain(shown.title(neighbour))}?",
            ):
                st.rerun()  # the lists behind the dialog change too


def table(scene: Scene, explanation: Explanation, parts: pd.DataFrame) -> None:
    """All numbers, and the files."""
    st.caption(
        f"All parts sum to {plain(scene.main)}'s score exactly. The item itself is among its neighbours, as k counts "
        f"it. The collaborative part is {plain(scene.main)}'s own; the other models are trained separately."
    )
    with st.expander(f"Every part as a table ({len(parts)} neighbours)"):
        sources = sources_of(parts)
        first = {"title": "Collaborative part", "total": explanation.collaborative_score, "owned": False}
        last = {"title": f"{scene.main}'s score", "total": explanation.score, "owned": False}
        lines = scene.shown.table(parts["item"].tolist()).assign(**parts.drop(columns="item")).drop(columns="item")
        whole = pd.concat([pd.DataFrame([first]), lines, pd.DataFrame([last])], ignore_index=True)
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
        for kind, write, mime in (("CSV", as_csv, "text/csv"), ("JSON", as_json, "application/json")):
            st.download_button(
                kind,
                partial(write, explanation, scene.shown.titles),
                f"why-{explanation.item}.{kind.lower()}",
                mime,
                icon=":material/download:",
                on_click="ignore",
                key=f"why_{kind}",
            )
