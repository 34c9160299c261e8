"""The map of the catalogue on the screen: colours, search, a user's items, an area, and what they choose as a table."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from app.components.csv_text import as_csv
from app.components.glossary import term
from app.components.items import Catalogue, hero_html, plain
from app.components.pickers import lost, pick
from app.components.users import interesting, user_counts
from app.url_state import choose
from app.views.item_graph import catalogue_map as maps
from app.views.item_graph.history import go_to, walk
from app.workspace import Workspace
from lattice.inference.catalogue_map import MAX_ITEMS, MIN_ITEMS, has_map
from lattice.recommender import Recommender

KEY = "map"
LISTED, AROUND, LONGEST = 200, 24, 80
NAMES = {"lean": "modality", "agreement": "agreement of modalities"}
CONFIG = {
    "displaylogo": False,
    "displayModeBar": True,
    "modeBarButtonsToRemove": ["lasso2d", "zoom2d", "autoScale2d"],
    "toImageButtonOptions": {"format": "png", "scale": 2, "filename": "catalogue-map"},
}


@st.cache_resource(max_entries=4, show_spinner=False)
def map_facts(_recommender: Recommender, stamp: str) -> pd.DataFrame:
    """What the map can be coloured by; once for each model."""
    dataset = _recommender.checkpoint.dataset
    popularity = np.bincount(dataset.pairs("train")[:, 1], minlength=dataset.n_items)
    assert _recommender.item_graph is not None
    return maps.facts(dataset.items, _recommender.item_graph, popularity)


def show_map(workspace: Workspace, recommender: Recommender, shown: Catalogue, item: str) -> None:
    """The whole panel, or how to make a map where the checkpoint has none."""
    places = recommender.checkpoint.places
    if places is None:
        no_map(workspace, len(shown.ids))
        return
    table = map_facts(recommender, workspace.stamps[workspace.main])
    by, text, mine = controls(recommender, table)
    area = asked_area()
    found = maps.matches(recommender.items, text)
    everywhere = np.ones(len(places), dtype=bool)
    chosen = (found if text else everywhere) & (maps.inside(places, area) if area else everywhere)
    here = shown.ids.index(item)
    left, right = st.columns([5, 3], gap="medium")
    with left, st.container(border=True, key="catalogue"):
        draw(recommender, shown, table, maps.colouring(table, by), by, here, found, mine, area)
    with right:
        st.html(hero_html(shown.picture(item), shown.title(item), [shown.detail(item), item]))
        narrowed = bool(text) or area is not None
        rows = np.flatnonzero(chosen) if narrowed else maps.nearest_places(places, here, AROUND)
        st.markdown(said(text, area is not None, len(rows)))
        if area is not None:
            st.button("The whole map again", on_click=choose, args=("area", None), icon=":material/crop_free:")
        listed(shown, table[[by, *table.columns.drop(by)]], rows[:LISTED])
        with st.container(horizontal=True):
            chosen = chosen if narrowed else np.zeros(len(places), dtype=bool)
            st.download_button(
                "Map as CSV",
                partial(as_csv, maps.export_table(recommender.items, table, places, chosen)),
                f"map-{workspace.name}.csv",
                "text/csv",
                icon=":material/download:",
                on_click="ignore",
                type="tertiary",
                help="Every item with its place and groups; what is listed here is marked.",
            )
    st.caption(f"Click a point to see its neighbours. {term('map')}")


def no_map(workspace: Workspace, n_items: int) -> None:
    """What to do about a map that isn't there."""
    if not has_map(n_items):
        st.info(
            f"No map: one is made for {MIN_ITEMS} to {MAX_ITEMS:,} items, here are {n_items:,}.", icon=":material/map:"
        )
        return
    st.info(
        "This checkpoint has no map yet: it was trained before maps were made, or its map didn't fit. Make it with "
        f"`python -m lattice map {workspace.folder / workspace.main}`, which takes seconds for some thousand items.",
        icon=":material/map:",
    )


def controls(recommender: Recommender, table: pd.DataFrame) -> tuple[str, str, np.ndarray]:
    """(what to colour by, the text to find, [n_items] whether the user has an item)."""
    one, two, three = st.columns([3, 4, 4], vertical_alignment="bottom")
    with one:
        names = list(table.columns)
        helps = "  \n".join(term(name) for name in ("popularity", "lean", "agreement") if name in names)
        by = pick("Colour by", "colour", names, names[0], lambda n: NAMES.get(n, n), helps)
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
            f"Mark what {plain(user)} has",
            key="mark",
            on_change=lambda: choose("mark", user if st.session_state["mark"] else None),
            help="The user that was last looked at on the page Recommend, or the one it begins with.",
        )
    owned = set(recommender.interactions(user).query("split == 'train'")["item"]) if st.session_state["mark"] else set()
    return by, text, recommender.items["item"].isin(owned).to_numpy()


def current_user(recommender: Recommender) -> str:
    """The user whose items may be marked: of the address, of the page Recommend, or one who has a middling number."""
    asked, remembered = st.query_params.get("mark"), str(st.session_state.get("chosen_user"))
    counts = user_counts(recommender, recommender.checkpoint.dataset_fingerprint)
    fallback = remembered if remembered in counts else interesting(counts)
    if asked is not None and asked not in counts:
        lost("User", asked, fallback)
        return fallback
    return asked or fallback


def asked_area() -> tuple[float, float, float, float] | None:
    """The part of the map that the address names."""
    asked = st.query_params.get("area")
    area = None if asked is None else maps.read_area(asked)
    if asked is not None and area is None:
        lost("Area", asked, "the whole map")
    return area


def draw(
    recommender: Recommender,
    shown: Catalogue,
    table: pd.DataFrame,
    by: maps.Colouring,
    name: str,
    here: int,
    found: np.ndarray,
    mine: np.ndarray,
    area: tuple[float, float, float, float] | None,
) -> None:
    places = recommender.checkpoint.places
    assert places is not None
    hovers = [f"{shown.title(i)} · {group}" for i, group in zip(shown.ids, by.labels, strict=True)]
    labels = next((table[c] for c in ("type", "category", "department") if c in table), None)
    names = [] if labels is None else maps.names_on_map(places, labels)
    chart = maps.figure(places, by, hovers, here, found, mine, names, area)
    if "Mobi" in st.context.headers.get("User-Agent", ""):
        chart.update_layout(height=480)  # a finger on the map moves the map: room is left to scroll the page
    key = f"{KEY} {st.session_state.get('steps', 0)} {st.query_params.get('area', '')}"
    st.plotly_chart(
        chart,
        config=CONFIG,
        key=key,
        on_select=partial(selected, shown, key),
        selection_mode=("points", "box"),
        alt=f"A map of {len(places):,} items, coloured by {NAMES.get(name, name)}; the table lists what is chosen.",
    )


def selected(shown: Catalogue, key: str) -> None:
    """A click leads to an item, a box to what lies in it."""
    selection = st.session_state[key].get("selection", {})
    boxes, points = selection.get("box") or [], selection.get("points") or []
    if boxes:
        (x0, x1), (y0, y1) = sorted(boxes[0]["x"]), sorted(boxes[0]["y"])
        choose("area", maps.write_area((x0, y0, x1, y1)))
    elif points and "customdata" in points[0]:
        place = np.ravel(points[0]["customdata"])[0]
        walk(shown.ids[int(place)], show="near")


def said(text: str, in_area: bool, count: int) -> str:
    """What the table holds."""
    where = " in the area" if in_area else ""
    if text:
        found = f"**{count:,}** {'item' if count == 1 else 'items'}{where} found for “{plain(text)}”"
    else:
        found = f"**{count:,}** items{where}" if in_area else "**Nearest on the map**"
    return found + (f"; the first {LISTED} are listed, the CSV marks them all" if count > LISTED else "")


def listed(shown: Catalogue, table: pd.DataFrame, rows: np.ndarray) -> None:
    """The items chosen, to read and to go on to."""
    if not len(rows):
        st.info("Nothing here. Other words, or the whole map, find more.", icon=":material/search_off:")
        return
    items = [shown.ids[row] for row in rows]
    go_to(shown, items, "Go to", "go_map", show="near")
    groups = table.iloc[rows].reset_index(drop=True)
    if "agreement" in groups:
        groups["agreement"] *= 100
    st.dataframe(
        pd.concat([shown.table(items), groups], axis=1),
        hide_index=True,
        height=340,
        row_height=46,
        column_config={
            "picture": st.column_config.ImageColumn("", width=52),
            "item": None,
            "title": st.column_config.TextColumn("item", width=150),
            "agreement": st.column_config.NumberColumn("agreement", format="%.0f%%", help=term("agreement")),
            "lean": st.column_config.TextColumn("leans to", help=term("lean")),
            "popularity": st.column_config.NumberColumn("users", help=term("popularity")),
        },
        alt="The items that are chosen on the map, with their groups.",
    )
