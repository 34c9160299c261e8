"""The visitor's shop: its newcomers side by side, with links to where they appear."""

from functools import partial

import pandas as pd
import streamlit as st

from app.components.csv_text import csv_safe
from app.components.items import card_html
from app.components.pictures import placeholder
from app.components.session_shop import MOST, Newcomer, add, clear, is_full, newcomer, newcomer_id, newcomers, remove
from app.components.text import escape_markdown
from app.navigation import ITEM_GRAPH, RECOMMEND
from app.views.cold_start.placement import reach
from app.views.cold_start.story import step
from app.views.cold_start.trial import Trial

LENGTHS = (10, 20, 50)  # of Recommend's lists


def as_newcomer(trial: Trial) -> Newcomer:
    """Return a trial as the shop keeps it."""
    draft = trial.draft
    image = (draft.thumbnail if "image" in trial.used else "") or placeholder("", draft.name)
    text = draft.text if "text" in trial.used else ""
    id = newcomer_id(draft.name, text, trial.vectors)
    return Newcomer(id, draft.name, text, image, trial.vectors, trial.scoring, trial.placed)


def show_add(stamp: str, trial: Trial) -> None:
    """Draw the button that keeps this version, or why it can't be kept."""
    found = as_newcomer(trial)
    kept = newcomer(stamp, found.id)
    same = kept is not None and kept.scoring == found.scoring
    full = is_full(stamp) and kept is None
    st.button(
        "In your catalogue" if same else "Put the new score in your catalogue" if kept else "Add to your catalogue",
        key="add",
        icon=":material/check:" if same else ":material/add_shopping_cart:",
        type="primary",
        disabled=same or full,
        on_click=add,
        args=(stamp, found),
        help=f"Your catalogue is full: it holds {MOST}. Remove one below." if full else None,
    )


def show_shelf(stamp: str, number: int | None) -> None:
    """Draw the newcomers that were added. number: of the step; None where no steps come before it."""
    shelf = newcomers(stamp)
    step(
        number,
        "Your catalogue",
        "Newcomers you add appear in LATTICE's lists and in the item graph during this visit; nobody else sees them.",
    )
    if not shelf:
        st.caption("Nothing is here yet. Try a newcomer above and add it.")
        return
    cells = st.grid(5, min_column_width=160)
    for found in shelf:
        _card(cells.container(border=True, height="stretch", key=f"shelf_{found.id}"), stamp, found)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(RECOMMEND, label="Recommend", icon=":material/list:")
        st.page_link(ITEM_GRAPH, label="Item graph", icon=":material/hub:")
        st.download_button(
            "Shop as CSV",
            partial(shelf_csv, shelf),
            "newcomers.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        st.button("Empty the shop", icon=":material/delete_sweep:", type="tertiary", on_click=clear, args=(stamp,))


def _card(cell: st.delta_generator.DeltaGenerator, stamp: str, found: Newcomer) -> None:
    best = found.placed.users.iloc[0]
    with cell:
        st.html(card_html(found.picture, found.title, [f"best rank {best['rank']:,}", found.scoring.words]))
        st.space("stretch")
        with st.container(
            horizontal=True, gap="xxsmall", horizontal_alignment="distribute", vertical_alignment="center"
        ):
            user = str(best["user"])
            length = next((k for k in LENGTHS if best["rank"] <= k), LENGTHS[0])
            st.page_link(
                RECOMMEND,
                label="Lists",
                query_params={"user": user, "top": str(length)},
                help=f"The lists of {escape_markdown(user)}, who would see it highest.",
            )
            st.page_link(ITEM_GRAPH, label="Graph", query_params={"item": found.id}, help="It and its neighbours.")
            st.button(
                "",
                key=f"remove_{found.id}",
                icon=":material/close:",
                type="tertiary",
                help=f"Remove {escape_markdown(found.title)}",
                on_click=remove,
                args=(stamp, found.id),
            )


def shelf_csv(shelf: tuple[Newcomer, ...]) -> str:
    """Return one row per newcomer: id, title, text, completion, exposure, best rank, that user, and reach."""
    rows = [
        {
            "id": found.id,
            "title": csv_safe(found.title),
            "text": csv_safe(found.text),
            "completion": found.scoring.completion,
            "exposure": "" if found.scoring.exposure is None else found.scoring.exposure,
            "best_rank": int(found.placed.users["rank"].iloc[0]),
            "best_user": csv_safe(str(found.placed.users["user"].iloc[0])),
            **{f"top_{k}_of_users": reach(found.placed.users["rank"], k) for k in (10, 20, 100)},
        }
        for found in shelf
    ]
    return pd.DataFrame(rows).to_csv(index=False)
