"""Item graph: go from item to item along the model's edges, or see the whole catalogue as a map."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from app.components.csv_text import table_csv
from app.components.glossary import help_text
from app.components.item_box import item_box
from app.components.items import Catalogue, hero_html, legend
from app.components.page import need_graph, open_page
from app.components.pickers import url_select, url_slider, warn_unknown
from app.components.style import colours
from app.components.text import escape_markdown
from app.components.what_if import k_range, what_if_k
from app.components.words import dataset_words, fill
from app.failures import without_paths
from app.url_state import choice
from app.views.item_graph.catalogue_with_newcomers import CatalogueWithNewcomers, open_with_newcomers
from app.views.item_graph.graph_export import digraph, graphml, node_link
from app.views.item_graph.graph_figure import clicked, drawn_edges, hover_html, option
from app.views.item_graph.history import (
    fill_url_defaults,
    go_to_item,
    history,
    item_select,
    show_history,
)
from app.views.item_graph.map_panel import show_map
from app.views.item_graph.neighbours import CHANGES, Look, around, summary, table
from app.views.item_graph.newcomer_neighbours import around_newcomer, similarity
from app.workspace import Workspace
from lattice.errors import InputError
from lattice.inference.neighbourhood import LAYERS, Neighbourhood
from lattice.inference.similar import FUSED
from lattice.recommender import Recommender

SHOW = {"near": "Around one {item}", "map": "Whole catalogue"}
HOPS = {"1": "1 hop", "2": "2 hops"}
SIZES = {"1": 40, "2": 80}  # items at first, by hops
MOST = 150


def pick_item(catalogue: CatalogueWithNewcomers) -> str:
    """Draw the box for the item in the middle, a catalogue item or a newcomer; return its id."""
    found = choice("item", catalogue.titles, catalogue.ids[0])
    item_box(
        dataset_words().item.capitalize(),
        catalogue,
        found.value,
        "pick_item",
        go_to_item,
        index=lambda: catalogue.search_index,
    )
    if found.unknown is not None:
        warn_unknown(dataset_words().item.capitalize(), found.unknown, catalogue.title(found.value))
    return found.value


def pick_look(recommender: Recommender, n_items: int) -> Look:
    """Draw the choices of graph, layer, hops, size and k."""
    assert recommender.item_graph is not None
    trained = recommender.item_graph.k
    graphs = (FUSED, *recommender.modalities)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom", horizontal_alignment="distribute"):
        graph = url_select("Graph", "graph", graphs, FUSED, str.capitalize, help_text("fused"), "segments")
        helps = "  \n".join(map(help_text, LAYERS))
        layer = url_select("Layer", "layer", LAYERS, LAYERS[0], str.capitalize, helps, "segments")
        hops = url_select("How far", "hops", tuple(HOPS), "1", HOPS.__getitem__, help_text("hops"), "segments")
        with st.popover("Size and k", icon=":material/tune:"):
            most = url_slider(
                fill("{items} at most").capitalize(), "nodes", 10, MOST, SIZES[hops], 10, help=help_text("nodes")
            )
            least, top = k_range(trained, n_items)
            k = url_slider("k", "k", least, top, trained, 1, help=help_text("k"))
    return Look(graph, layer, int(hops), most, k)


def show(workspace: Workspace) -> None:
    recommender = need_graph(workspace)
    catalogue = open_with_newcomers(recommender, workspace.stamps[workspace.main])
    graphs = (FUSED, *recommender.modalities)
    way = history(catalogue.titles.__contains__)  # before `fill_url_defaults` writes the item that was walked to
    fill_url_defaults(
        {
            "item": (catalogue.titles, catalogue.ids[0]),
            "show": (tuple(SHOW), "near"),
            "graph": (graphs, FUSED),
            "layer": (LAYERS, LAYERS[0]),
            "hops": (tuple(HOPS), "1"),
        }
    )
    left, right = st.columns([4, 3], vertical_alignment="bottom")
    with left:
        item = pick_item(catalogue)
    with right:
        what = url_select("Show", "show", tuple(SHOW), "near", lambda name: fill(SHOW[name]), kind="segments")
    if what == "map":
        show_map(workspace, recommender, catalogue, on_the_map(catalogue, item))
        return
    look = pick_look(recommender, len(catalogue.ids))
    assert recommender.item_graph is not None
    trained = recommender.item_graph.k
    if look.k != trained:
        recommender = what_if_k(recommender, workspace.stamps[workspace.main], look.k)
    show_history(catalogue, way, item)
    show_near(recommender, catalogue, item, look, trained)


def on_the_map(catalogue: CatalogueWithNewcomers, item: str) -> str:
    """Return the item, or for a newcomer, which the map lacks, its heaviest neighbour."""
    if item not in catalogue.new:
        return item
    near = str(catalogue.new[item].placed.edges["item"].iloc[0])
    st.info(
        f"The map was drawn before {escape_markdown(catalogue.title(item))} came. It shows its heaviest neighbour, "
        f"{escape_markdown(catalogue.title(near))}.",
        icon=":material/map:",
    )
    return near


def show_near(recommender: Recommender, catalogue: CatalogueWithNewcomers, item: str, look: Look, trained: int) -> None:
    """Draw the neighbourhood as a picture, as a table and as files."""
    cosines: Callable[[str], np.ndarray]
    if item in catalogue.new:
        newcomer = catalogue.new[item]
        try:
            placed = newcomer.placed
            if look.k != trained:
                placed = recommender.fold_in_features(newcomer.vectors, ranked=False)
        except InputError as error:  # with fewer neighbours it may have no warm one
            st.info(escape_markdown(without_paths(str(error))), icon=":material/scatter_plot:")
            return
        found = around_newcomer(recommender, catalogue.ids, item, placed, look)
        cosines = partial(similarity, recommender, newcomer.vectors)
    else:
        found = around(recommender, catalogue, item, look)
        cosines = partial(recommender.similarity, item)
    rows = table(catalogue, item, found, recommender.modalities, cosines)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        drawn = drawn_edges(item, found)
        st.markdown(summary(found, item, look, len(drawn)), help=help_text(look.layer))
        with st.container(border=True, key="neighbourhood"):
            show_graph(recommender, catalogue, item, found, drawn, rows, look)
    with right:
        st.html(hero_html(catalogue.picture(item), catalogue.title(item), [catalogue.detail(item), item]))
        if rows.empty:
            st.info(nothing(look), icon=":material/scatter_plot:")
        else:
            item_select(catalogue, rows["item"].tolist(), "Walk to", "go")
            downloads(recommender, catalogue, item, found, rows, look)
        note = f"k = {look.k} was set here; the model was trained with {trained}. {help_text('what_if')} "
        st.caption((note if look.k != trained else "") + how_to_read(look))
    if not rows.empty:
        show_table(rows, catalogue, look, catalogue.title(item))


def how_to_read(look: Look) -> str:
    """Return what the picture's lines are."""
    said = "Click a picture to walk there. Lines are as wide as they weigh; grey ones join neighbours with each other."
    if look.layer not in CHANGES:
        return said
    whole, part = CHANGES[look.layer]
    return f"{said} Solid edges are {whole}, dashed ones only {part}."


def nothing(look: Look) -> str:
    """Return why there are no neighbours."""
    if look.layer in CHANGES:
        return f"No neighbours: learning {'strengthened' if look.layer == 'gained' else 'weakened'} no edge here."
    return fill("No neighbours here: this {item} has no content in this modality, or nothing resembles it.")


def show_graph(
    recommender: Recommender,
    catalogue: Catalogue,
    item: str,
    found: Neighbourhood,
    drawn: pd.DataFrame,
    rows: pd.DataFrame,
    look: Look,
) -> None:
    palette = colours(recommender.modalities)
    legend({m: c for m, c in palette.items() if look.graph in (FUSED, m)})
    lines = hover_lines(rows, recommender.modalities)

    def hover(one: str) -> str:
        return hover_html(catalogue.picture(one), catalogue.title(one), [catalogue.detail(one), *lines.get(one, [])])

    spec, nodes = option(found, drawn, look.layer, catalogue.title, catalogue.picture, hover, palette)
    key = f"graph {item} {look} {st.session_state.get('steps', 0)}"

    def walk_to_click() -> None:
        chosen = clicked(st.session_state[key].get("selection", {}), nodes)
        if chosen is not None:
            go_to_item(chosen)

    st.echarts_chart(
        spec,
        height=560,
        key=key,
        on_select=walk_to_click,
        alt=f"{catalogue.title(item)} in the middle, {len(nodes) - 1} neighbours around it; the table lists them.",
    )


def hover_lines(rows: pd.DataFrame, modalities: tuple[str, ...]) -> dict[str, list[str]]:
    """Return item -> the lines of its tooltip."""
    found = {}
    for row in rows.to_dict("records"):
        via = f"over {row['via']}" if row["hop"] > 1 else ""
        own = [
            f"{m}: cosine {row[f'{m} cosine']:.3f}"
            + (f", weight {row[f'{m} weight']:.4f}" if row.get(f"{m} weight") else "")
            for m in modalities
        ]
        found[str(row["item"])] = [via, f"weight {row['weight']:.4f}", *own]
    return found


def show_table(rows: pd.DataFrame, catalogue: Catalogue, look: Look, title: str) -> None:
    parts = (" initial", " learned") if look.layer in CHANGES else (" weight",)  # a change's weight follows from both
    numbers = ["weight", *(c for c in rows if c.endswith(parts)), *(c for c in rows if c.endswith(" cosine"))]
    visible = [*(["hop"] if look.hops > 1 else []), *numbers]
    pictures = [catalogue.picture(i) for i in rows["item"]]
    kinds = {c: next((k for k in ("cosine", "initial", "learned") if c.endswith(f" {k}")), "weight") for c in numbers}
    st.dataframe(
        rows[["item", "title", *visible]].assign(picture=pictures, title=[catalogue.label(i) for i in rows["item"]]),
        hide_index=True,
        height=372,
        row_height=46,
        column_order=["picture", "title", *visible],
        column_config={
            "picture": st.column_config.ImageColumn("", width=52),
            "title": st.column_config.TextColumn("neighbour", width=200),
            "hop": st.column_config.NumberColumn("hop", width=44, help=help_text("hops")),
            **{
                c: st.column_config.NumberColumn(
                    c, format="%.3f", width=60 if c == "weight" else 110, help=help_text(kind)
                )
                for c, kind in kinds.items()
            },
        },
        alt=f"The neighbours of {title} with their weights and cosines.",
    )


def downloads(
    recommender: Recommender, catalogue: Catalogue, item: str, found: Neighbourhood, rows: pd.DataFrame, look: Look
) -> None:
    checkpoint = recommender.checkpoint
    facts = {"dataset": checkpoint.dataset.name, "fingerprint": checkpoint.dataset_fingerprint, "centre": item}
    graph = partial(digraph, found, catalogue.title, facts | vars(look))
    files: dict[str, tuple[Callable[[], str], str, str, str]] = {
        "CSV": (
            partial(table_csv, rows),
            "csv",
            "text/csv",
            "The table: every neighbour with its weights and cosines.",
        ),
        "GraphML": (lambda: graphml(graph()), "graphml", "application/xml", "For networkx, Gephi, Cytoscape, igraph."),
        "JSON": (
            lambda: node_link(graph()),
            "json",
            "application/json",
            "Nodes and links, as D3 and networkx read it.",
        ),
    }
    with st.container(horizontal=True, gap="small"):
        for name, (make, ending, mime, help) in files.items():
            st.download_button(
                name,
                make,
                f"neighbourhood.{ending}",
                mime,
                icon=":material/download:",
                on_click="ignore",
                help=help,
                type="tertiary",
            )


show(
    open_page(
        "Item graph",
        "What the model takes for near: by each modality, fused, before training and after. Click to walk.",
        "Click a picture to walk there, or choose **Whole catalogue** to see all {items} at once.",
    )
)
