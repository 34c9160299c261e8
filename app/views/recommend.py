"""Recommend: one user's list by LATTICE beside another model's, and why."""

import html
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.components.glossary import term
from app.components.items import Catalogue, catalogue_of, mark_html, plain, row_html, strip
from app.components.lists import Ranking, export, held_out, interesting, overlap, shift
from app.components.page import open_page
from app.components.pickers import pick
from app.components.why import show_why
from app.state import Workspace, choose, label, ranking
from lattice.recommender import Recommender

LENGTHS = ("10", "20", "50")


@st.cache_data(max_entries=16, show_spinner=False)
def user_counts(_recommender: Recommender, fingerprint: str) -> dict[str, int]:
    """Raw user id -> number of training items, in the order of the model."""
    table = _recommender.checkpoint.dataset.interactions
    counts = table.loc[table["split"] == "train", "user"].value_counts()
    return {str(user): int(counts.get(user, 0)) for user in _recommender.users}


def marks(item: str, here: int, there: int | None, other: str, hits: dict[str, str], score: float) -> list[str]:
    """The small labels of a row, as HTML."""
    other = html.escape(other)
    found = [mark_html(f"✓ {hits[item]}", "hit", term("held_out"))] if item in hits else []
    direction, text = shift(here, there)
    if text:
        place = f"{other} has it at place {there}. " + term("shift")
        found.append(f'<span class="{direction}" title="{place}">{text}</span>')
        found.append(f'<span class="same">#{there} in {other}</span>' if direction != "same" else "")
    return [*found, f'<span class="same" title="{term("score")}">{score:.3f}</span>']


def column(
    name: str, own: Ranking, k: int, other: tuple[str, Ranking] | None, hits: dict[str, str], shown: Catalogue
) -> None:
    """One model's list."""
    st.subheader(plain(label(name)), anchor=False)
    for place, (item, score) in enumerate(zip(own.items[:k], own.scores[:k], strict=True), 1):
        there = other[1].rank.get(item) if other else None
        labels = marks(item, place, there, label(other[0]) if other else "", hits, score)
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", wrap=False, key=f"row_{name}_{place}"
        ):
            st.html(row_html(place, shown.picture(item), shown.title(item), shown.detail(item), labels))
            st.button(
                "Why?",
                key=f"why_{name}_{place}",
                type="tertiary",
                on_click=choose,
                args=("item", item),
                width=52,
                help=f"Why {plain(shown.title(item))}?",
            )


def summary(lists: dict[str, Ranking], k: int, hits: dict[str, str]) -> str:
    """What the two lists have in common, in a line."""
    tops = {name: found.items[:k] for name, found in lists.items()}
    said = ", ".join(f"{plain(label(name))} {len(set(top) & set(hits))}" for name, top in tops.items())
    same = f"**{overlap(*tops.values())} of {k}** items are in both lists. " if len(tops) == 2 else ""
    return f"{same}Of {len(hits)} held-out items, the first {k} hold: {said}."


def forget_item() -> None:
    choose("item", None)


def show(workspace: Workspace) -> None:
    main = workspace.models[workspace.main]
    shown = catalogue_of(main)
    counts = user_counts(main, main.checkpoint.dataset_fingerprint)
    notices = st.container()
    who, against, length = st.columns([5, 3, 3], vertical_alignment="bottom")
    with who:
        user = pick(
            "User",
            "user",
            list(counts),
            interesting(counts),
            lambda u: f"{u} · {counts[u]} items",
            help="Type to search. The number is how many items the user has in training.",
            notices=notices,
        )
    names = [workspace.main]
    if workspace.others:
        with against:
            names.append(
                pick("Compare with", "baseline", workspace.others, workspace.others[0], label, notices=notices)
            )
    with length:
        k = int(pick("List length", "top", LENGTHS, LENGTHS[0], kind="segments", notices=notices))
    interactions = main.interactions(user)
    hits = held_out(interactions)
    has = interactions.loc[interactions["split"] == "train", "item"].tolist()
    st.markdown(f"**What {plain(user)} has** · {len(has)} items in training")
    if has:
        strip(shown, has)
    else:
        st.caption("Nothing: every item of this user was held out, so the lists below are no more than a guess.")
    lists = {name: ranking(workspace.models[name], workspace.stamps[name], user) for name in names}
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(summary(lists, k, hits), width="stretch")
        st.download_button(
            "CSV",
            partial(export, user, lists, k, shown.titles, hits),
            f"recommendations-{workspace.name}.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
            help="Both lists, with ranks and scores.",
        )
    for place, name in zip(st.columns(len(names), gap="large"), names, strict=True):
        other = next(((n, lists[n]) for n in names if n != name), None)
        with place:
            column(name, lists[name], k, other, hits, shown)
    if not workspace.others:
        st.caption("Train LightGCN or MF on the same data to see its list beside this one.")
    explain_asked(workspace, user, shown, notices)


def explain_asked(workspace: Workspace, user: str, shown: Catalogue, notices: DeltaGenerator) -> None:
    """Open the panel for the item that the URL names."""
    item = st.query_params.get("item")
    if item is None:
        return
    if item not in shown.titles:
        notices.warning(
            f"The address asks for item “{plain(item[:80])}”, which isn't in this catalogue.",
            icon=":material/link_off:",
        )
        return
    st.dialog("Why this item?", width="large", on_dismiss=forget_item)(show_why)(workspace, user, item, shown)


show(
    open_page(
        "Recommend",
        "Pick a user. See what LATTICE recommends, how another model differs, and what every score is made of.",
    )
)
