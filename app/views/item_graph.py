"""Item graph: walk from item to item over what the model takes for near."""

import pandas as pd
import streamlit as st

from app.components.glossary import term
from app.components.graph_figure import clicked, option
from app.components.items import Catalogue, catalogue_of, hero_html, legend, plain
from app.components.neighbours import LAYERS, between, by_item, k_range, neighbours
from app.components.page import need_graph, open_page
from app.components.pickers import pick
from app.components.style import colours
from app.components.why import shorten
from app.state import Workspace, choose, what_if_k
from lattice.recommender import FUSED, Recommender

SHOWN, TRAIL = 16, 6


def walk(item: str) -> None:
    """Move the centre to an item and remember the way."""
    way = st.session_state.setdefault("trail", [])
    here = st.session_state.get("chosen_item")
    if item != here:
        st.session_state["trail"] = [*way, here][-TRAIL:]
        choose("item", item)


def walk_to_click(key: str, nodes: list[str]) -> None:
    item = clicked(st.session_state[key].get("selection", {}), nodes)
    if item is not None:
        walk(item)


def go_back(steps: int) -> None:
    """Return along the trail."""
    way = st.session_state["trail"]
    st.session_state["trail"], item = way[:-steps], way[-steps]
    choose("item", item)


def show_trail(shown: Catalogue) -> None:
    way = [item for item in st.session_state.get("trail", []) if item in shown.titles]
    with st.container(horizontal=True, gap="xsmall", key="trail"):
        st.button(
            "Back",
            icon=":material/arrow_back:",
            disabled=not way,
            on_click=go_back,
            args=(1,),
            key="back",
            help="Back to the item before this one",
        )
        for steps in range(min(len(way), TRAIL - 1), 0, -1):
            title = plain(shorten(shown.title(way[-steps]), 22))
            st.button(title, type="tertiary", on_click=go_back, args=(steps,), key=f"trail_{steps}")


def table(recommender: Recommender, shown: Catalogue, item: str, edges: pd.DataFrame) -> pd.DataFrame:
    """The neighbours as text: weight in all, the cosine of raw features in every modality, and weight by modality."""
    weights = by_item(edges)
    found = shown.table(list(weights.index)).assign(weight=weights.to_numpy())
    places = pd.Index(shown.ids).get_indexer(weights.index)
    for modality in recommender.modalities:
        found[f"{modality} cosine"] = recommender.similarity(item, modality)[places]
    wide = edges.pivot_table(index="item", columns="modality", values="weight", aggfunc="sum", fill_value=0.0)
    if wide.shape[1] > 1:
        for modality in wide:
            found[f"{modality} weight"] = wide[modality].reindex(weights.index).to_numpy()
    return found


def show_table(found: pd.DataFrame, title: str) -> None:
    numbers = [column for column in found.columns if column.endswith(("weight", "cosine"))]
    columns = {
        n: st.column_config.NumberColumn(
            n,
            format="%.3f",
            width=60 if n == "weight" else 92,
            help=term("cosine" if n.endswith("cosine") else "weight"),
        )
        for n in numbers
    }
    st.dataframe(
        found,
        hide_index=True,
        height=458,
        row_height=46,
        column_config={
            "picture": st.column_config.ImageColumn("", width=52),
            "item": None,
            "title": st.column_config.TextColumn("neighbour", width=118),
            **columns,
        },
        alt=f"The neighbours of {title} with their weights and cosines.",
    )


def show(workspace: Workspace) -> None:
    recommender = need_graph(workspace)
    shown = catalogue_of(recommender)
    assert recommender.item_graph is not None
    trained = recommender.item_graph.k
    item = pick(
        "Item",
        "item",
        shown.ids,
        shown.ids[0],
        lambda i: f"{shown.title(i)} · {i}",
        help="Type to search by title or id.",
    )
    graphs = (FUSED, *recommender.modalities)
    notices = st.container()
    one, two, three = st.columns([4, 4, 3], vertical_alignment="bottom")
    with one:
        graph = pick("Graph", "graph", graphs, FUSED, str.capitalize, term("fused"), "segments", notices=notices)
    with two:
        layer = pick(
            "Layer", "layer", LAYERS, LAYERS[0], str.capitalize, "  \n".join(map(term, LAYERS)), kind="segments"
        )
    least, most = k_range(trained, len(shown.ids))
    k = three.slider("k", least, most, trained, key=f"k {workspace.name}", help=term("k"))
    if k != trained:
        recommender = what_if_k(recommender, workspace.stamps[workspace.main], k)
    edges = neighbours(recommender, item, graph, layer)
    show_trail(shown)
    left, right = st.columns([3, 2], gap="medium")
    with left, st.container(border=True):
        show_graph(recommender, shown, item, edges, graph, layer, k)
    with right:
        st.html(hero_html(shown.picture(item), shown.title(item), [shown.detail(item), item]))
        if edges.empty:
            st.info("No neighbours here: this item has no content in this modality, or nothing resembles it.")
        else:
            show_table(table(recommender, shown, item, edges), shown.title(item))
    note = f"k = {k} was set here; the model was trained with {trained}. {term('what_if')} " if k != trained else ""
    st.caption(note + "Click a picture to walk there. The same edges are in the table.")


def show_graph(
    recommender: Recommender, shown: Catalogue, item: str, edges: pd.DataFrame, graph: str, layer: str, k: int
) -> None:
    palette = colours(recommender.modalities)
    legend({m: c for m, c in palette.items() if graph in (FUSED, m)})
    near = by_item(edges).index[:SHOWN]
    drawn = edges[edges["item"].isin(near)]
    among = between(recommender, list(near), graph, layer)
    spec, nodes = option(item, drawn, among, shown.title, shown.picture, palette)
    key = f"graph {item} {graph} {layer} {k}"
    st.echarts_chart(
        spec,
        height=520,
        key=key,
        on_select=lambda: walk_to_click(key, nodes),
        alt=f"{shown.title(item)} in the middle, its {len(near)} nearest neighbours around it; the table lists them.",
    )


show(
    open_page(
        "Item graph",
        "What the model takes for near: by each modality, fused, before training and after. Click to walk.",
    )
)
