"""The map of the catalogue on the screen: colours, search, a user's items, an area, and the chosen items."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from app.components.csv_text import table_csv
from app.components.glossary import help_text
from app.components.items import Catalogue, hero_html
from app.components.pickers import url_select, warn_unknown
from app.components.text import escape_markdown
from app.components.users import typical_user, user_counts
from app.components.words import dataset_words, fill
from app.folders import checkpoint_root
from app.url_state import choose
from app.views.item_graph import catalogue_map as maps
from app.views.item_graph import map_area as areas
from app.views.item_graph.history import go_to_item, item_select
from app.views.item_graph.map_figure import Drawing, figure
from app.workspace import Workspace
from lattice.inference.catalogue_map import MAX_ITEMS, MIN_ITEMS, has_map
from lattice.recommender import Recommender

KEY = "map"
LISTED, AROUND, LONGEST = 200, 24, 80
PICTURED = 40  # items in view, at most, whose pictures are drawn
NAMES = {"lean": "modality", "agreement": "agreement of modalities"}
CONFIG = {
    "displaylogo": False,
    "displayModeBar": True,
    "modeBarButtonsToRemove": ["zoom2d", "autoScale2d"],
    "toImageButtonOptions": {"format": "png", "scale": 2, "filename": "catalogue-map"},
}


@st.cache_resource(max_entries=4, show_spinner=False)
def map_facts(_recommender: Recommender, stamp: str) -> pd.DataFrame:
    """Return what the map can be coloured by, computed once per model."""
    dataset = _recommender.checkpoint.dataset
    popularity = np.bincount(dataset.pairs("train")[:, 1], minlength=dataset.n_items)
    assert _recommender.item_graph is not None
    return maps.item_facts(dataset.items, _recommender.item_graph, popularity)


@st.cache_resource(max_entries=4, show_spinner=False)
def searched_text(_recommender: Recommender, fingerprint: str) -> pd.Series:
    """Return what the map's search looks through, put together once per catalogue."""
    return maps.searched(_recommender.items)


@st.cache_resource(max_entries=16, show_spinner=False)
def coloured(_table: pd.DataFrame, stamp: str, by: str) -> maps.Colouring:
    """Return the groups and colours of a column of `map_facts`, computed once per model."""
    return maps.colouring(_table, by)


@st.cache_resource(max_entries=4, show_spinner=False)
def group_names(_table: pd.DataFrame, _places: np.ndarray, stamp: str) -> list[tuple[str, float, float]]:
    """Return the names that are written on the map, of a category's levels the last; placed once per model."""
    labels = next((_table[c] for c in ("type", "category", "department") if c in _table), None)
    return [] if labels is None else maps.names_on_map(_places, labels.astype(str).str.rpartition(" > ")[2])


def show_map(workspace: Workspace, recommender: Recommender, catalogue: Catalogue, item: str) -> None:
    """Draw the map, or say how to make one where the checkpoint has none."""
    places = recommender.checkpoint.map_coordinates
    if places is None:
        no_map(workspace, len(catalogue.ids))
        return
    stamp = workspace.stamps[workspace.main]
    table = map_facts(recommender, stamp)
    by, text, mine = controls(recommender, table)
    area = asked_area()
    text_of_items = searched_text(recommender, recommender.checkpoint.dataset_fingerprint)
    found = maps.matches(text_of_items, text)
    everywhere = np.ones(len(places), dtype=bool)
    chosen = (found if text else everywhere) & (areas.inside(places, area) if area else everywhere)
    here = catalogue.rows[item]
    left, right = st.columns([5, 3], gap="medium")
    with left, st.container(border=True, key="catalogue"):
        drawing = drawn(recommender, catalogue, here, found, mine, area)
        names = group_names(table, places, stamp) if area is None else []
        draw(catalogue, replace(drawing, names=names), coloured(table, stamp, by), by)
    with right:
        st.html(hero_html(catalogue.picture(item), catalogue.title(item), [catalogue.detail(item), item]))
        narrowed = bool(text) or area is not None
        rows = np.flatnonzero(chosen) if narrowed else maps.nearest_places(places, here, AROUND)
        st.markdown(chosen_in_words(text, area is not None, len(rows)))
        if area is not None:
            st.button("The whole map again", on_click=choose, args=("area", None), icon=":material/crop_free:")
        show_chosen_items(catalogue, table[[by, *table.columns.drop(by)]], rows[:LISTED])
        with st.container(horizontal=True):
            chosen = chosen if narrowed else np.zeros(len(places), dtype=bool)
            st.download_button(
                "Map as CSV",
                lambda: table_csv(maps.export_table(recommender.items, table, places, chosen)),
                f"map-{workspace.name}.csv",
                "text/csv",
                icon=":material/download:",
                on_click="ignore",
                type="tertiary",
                help="Everything with its coordinates and groups; what is listed here is marked.",
            )
    st.caption(f"Click a point to see its neighbours; draw a box or a lasso to see what is in it. {help_text('map')}")


def no_map(workspace: Workspace, n_items: int) -> None:
    """Say what to do about a missing map."""
    if not has_map(n_items):
        st.info(
            f"No map: one is made for {MIN_ITEMS} to {MAX_ITEMS:,} {dataset_words().items}, here are {n_items:,}.",
            icon=":material/map:",
        )
        return
    folder = f"{checkpoint_root().name}/{workspace.name}/{workspace.main}"
    st.info(
        "This checkpoint has no map yet: it was trained before maps were made, or its map didn't fit. Make it with "
        f"`python -m lattice map {folder}`, which takes seconds for some thousand {dataset_words().items}.",
        icon=":material/map:",
    )


def controls(recommender: Recommender, table: pd.DataFrame) -> tuple[str, str, np.ndarray]:
    """Return what to colour by, the text to find, and [n_items] whether the user has an item."""
    one, two, three = st.columns([3, 4, 4], vertical_alignment="bottom")
    with one:
        names = list(table.columns)
        helps = "  \n".join(help_text(name) for name in ("popularity", "lean", "agreement") if name in names)
        by = url_select("Colour by", "colour", names, names[0], lambda n: NAMES.get(n, n), helps)
    text = st.query_params.get("find", "")[:LONGEST].strip()
    st.session_state["find"] = text
    two.text_input(
        "Find",
        key="find",
        placeholder="Words of a title, a brand, a type",
        max_chars=LONGEST,
        on_change=lambda: choose("find", st.session_state["find"].strip() or None),
        icon=":material/search:",
    )
    user = current_user(recommender)
    st.session_state["mark"] = "mark" in st.query_params
    with three:
        st.toggle(
            f"Mark what {escape_markdown(user)} has",
            key="mark",
            on_change=lambda: choose("mark", user if st.session_state["mark"] else None),
            help=fill("The {user} last looked at on the page Recommend, or the one it begins with."),
        )
    owned = set(recommender.interactions(user).query("split == 'train'")["item"]) if st.session_state["mark"] else set()
    return by, text, recommender.items["item"].isin(owned).to_numpy()


def current_user(recommender: Recommender) -> str:
    """Return the user whose items may be marked: from the URL, from Recommend, or a typical one."""
    asked, remembered = st.query_params.get("mark"), str(st.session_state.get("chosen_user"))
    fingerprint = recommender.checkpoint.dataset_fingerprint
    counts = user_counts(recommender, fingerprint)
    fallback = remembered if remembered in counts else typical_user(recommender, fingerprint)
    if asked is not None and asked not in counts:
        warn_unknown("User", asked, fallback)
        return fallback
    return asked or fallback


def asked_area() -> areas.Area | None:
    """Return the area that the URL names."""
    asked = st.query_params.get("area")
    area = None if asked is None else areas.read_area(asked)
    if asked is not None and area is None:
        warn_unknown("Area", asked, "the whole map")
    return area


def drawn(
    recommender: Recommender,
    catalogue: Catalogue,
    here: int,
    found: np.ndarray,
    mine: np.ndarray,
    area: areas.Area | None,
) -> Drawing:
    """Return what of the map is drawn: all items in view or a sample, and what is marked in any case."""
    places, item_graph = recommender.checkpoint.map_coordinates, recommender.item_graph
    assert places is not None
    assert item_graph is not None
    near = item_graph.row(here, None)
    edges = [int(row) for row in near.index[near > 0] if row != here]
    shown = areas.drawn_rows(places, area, np.ones(len(places), dtype=bool))
    marked = areas.drawn_rows(places, area, found | mine)
    rows = np.unique(np.concatenate([shown, marked, [here], edges]).astype(int))
    hovers = [catalogue.title(catalogue.ids[row]) for row in rows]
    few = [] if area is None else [int(row) for row in shown if areas.inside(places[[row]], area)[0]][: PICTURED + 1]
    has_picture = recommender.checkpoint.dataset.image_path
    pictures = [(row, catalogue.picture(catalogue.ids[row])) for row in few if has_picture(row)]
    return Drawing(
        places=places,
        rows=rows,
        hovers=hovers,
        here=here,
        found=found,
        mine=mine,
        edges=edges,
        pictures=pictures if len(few) <= PICTURED else [],
        area=area,
    )


def draw(catalogue: Catalogue, drawing: Drawing, by: maps.Colouring, name: str) -> None:
    """Draw the map; a click goes to an item, a box or a lasso chooses an area."""
    chart = figure(drawing, by)
    if "Mobi" in st.context.headers.get("User-Agent", ""):
        chart.update_layout(height=480)  # a finger on the map moves the map: room is left to scroll the page
    key = f"{KEY} {st.session_state.get('steps', 0)} {st.query_params.get('area', '')}"
    total, points = len(drawing.places), len(drawing.rows)
    st.plotly_chart(
        chart,
        config=CONFIG,
        key=key,
        on_select=partial(selected, catalogue, key),
        selection_mode=("points", "box", "lasso"),
        alt=f"A map of {total:,} {dataset_words().items}, coloured by {NAMES.get(name, name)}; the table lists what is "
        "chosen.",
    )
    if drawing.area is None and points < total:
        st.caption(
            f"{points:,} of {total:,} {dataset_words().items} are drawn as points, the shade behind shows where all "
            "are. A box or a lasso zooms in."
        )


def selected(catalogue: Catalogue, key: str) -> None:
    """Go to a clicked item, or keep the area that was drawn."""
    selection = st.session_state[key].get("selection", {})
    boxes, lassos, points = (selection.get(kind) or [] for kind in ("box", "lasso", "points"))
    if lassos and len(lassos[0]["x"]) > 2:
        choose("area", areas.write_area(areas.lasso(lassos[0]["x"], lassos[0]["y"])))
    elif boxes:
        (x0, x1), (y0, y1) = sorted(boxes[0]["x"]), sorted(boxes[0]["y"])
        choose("area", areas.write_area((x0, y0, x1, y1)))
    elif points and "customdata" in points[0]:
        place = np.ravel(points[0]["customdata"])[0]
        go_to_item(catalogue.ids[int(place)], show="near")


def chosen_in_words(text: str, in_area: bool, count: int) -> str:
    """Return what the table holds."""
    words = dataset_words()
    where = " in the area" if in_area else ""
    if text:
        found = f"**{count:,}** {words.item if count == 1 else words.items}{where} found for “{escape_markdown(text)}”"
    else:
        found = f"**{count:,}** {words.items}{where}" if in_area else "**Nearest on the map**"
    return found + (f"; the first {LISTED} are listed, the CSV marks them all" if count > LISTED else "")


def show_chosen_items(catalogue: Catalogue, table: pd.DataFrame, rows: np.ndarray) -> None:
    """Draw the chosen items as a table, and a box to go to one."""
    if not len(rows):
        st.info("Nothing here. Other words, or the whole map, find more.", icon=":material/search_off:")
        return
    items = [catalogue.ids[row] for row in rows]
    item_select(catalogue, items, "Go to", "go_map", show="near")
    groups = table.iloc[rows].reset_index(drop=True)
    if "agreement" in groups:
        groups["agreement"] *= 100
    st.dataframe(
        pd.concat([catalogue.table(items), groups], axis=1),
        hide_index=True,
        height=340,
        row_height=46,
        column_config={
            "picture": st.column_config.ImageColumn("", width=52),
            "item": None,
            "title": st.column_config.TextColumn(dataset_words().item, width=150),
            "agreement": st.column_config.NumberColumn("agreement", format="%.0f%%", help=help_text("agreement")),
            "lean": st.column_config.TextColumn("leans to", help=help_text("lean")),
            "popularity": st.column_config.NumberColumn(dataset_words().users, help=help_text("popularity")),
        },
        alt=fill("The {items} that are chosen on the map, with their groups."),
    )
