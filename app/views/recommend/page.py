"""Recommend: one user's list by LATTICE beside other models', why, why not, and what if."""

import html
from collections.abc import Mapping
from functools import partial

import streamlit as st

from app.components.glossary import term
from app.components.items import Catalogue, catalogue, plain, strip
from app.components.page import open_page
from app.components.pickers import lost, pick, pick_some
from app.components.session_shop import newcomers
from app.components.users import interesting, user_counts
from app.url_state import choose
from app.views.recommend.lists import Ranking, export, held_out, overlap, ranking, shift
from app.views.recommend.newcomer_rows import by_place, further_down, newcomer_row
from app.views.recommend.rows import mark_html, row_html
from app.views.recommend.state import Scene
from app.views.recommend.what_if_panel import outcome, read_settings, what_if_panel
from app.views.recommend.why import show_why
from app.views.recommend.why_not import show_why_not
from app.workspace import Workspace, label

LENGTHS = ("10", "20", "50")
MOST_OTHERS = 2  # lists beside the main one
TRAINED = "as trained"


def choose_user(workspace: Workspace) -> tuple[str, list[str], int]:
    """The row of choices: a user, the models to compare, the length of the lists."""
    main = workspace.models[workspace.main]
    counts = user_counts(main, main.checkpoint.dataset_fingerprint)
    who, against, length = st.columns([5, 4, 3])
    with who:
        user = pick(
            "User",
            "user",
            list(counts),
            interesting(counts),
            lambda u: f"{u} · {counts[u]} items",
            help="Type to search. The number is how many items the user has in training.",
        )
    names = [workspace.main]
    if workspace.others:
        with against:
            names += pick_some("Compare with", "baseline", workspace.others, workspace.others[:1], label, MOST_OTHERS)
    with length:
        k = int(pick("List length", "top", LENGTHS, LENGTHS[0], kind="segments"))
    return user, names, k


def show(workspace: Workspace) -> None:
    main = workspace.models[workspace.main]
    shown = catalogue(main, workspace.stamps[workspace.main])
    user, names, k = choose_user(workspace)
    interactions = main.interactions(user)
    hits = held_out(interactions)
    has = interactions.loc[interactions["split"] == "train", "item"].tolist()
    st.markdown(f"**What {plain(user)} has** · {len(has)} items in training")
    if has:
        strip(shown, has)
    else:
        st.caption("Nothing: every item of this user was held out, so the lists below are no more than a guess.")
    lists = {name: ranking(workspace.models[name], workspace.stamps[name], user) for name in names}
    scene, before = under_what_if(Scene(workspace, user, k, shown, main, lists))
    toolbar(scene, before, hits)
    for place, name in zip(st.columns(len(names), gap="large"), names, strict=True):
        with place:
            column(scene, name, before, hits)
    if not workspace.others:
        st.caption("Train LightGCN or MF on the same data to see its list beside this one.")
    open_dialog(scene)


def under_what_if(scene: Scene) -> tuple[Scene, Ranking | None]:
    """The scene under what-if settings, and the trained list where there are any."""
    if scene.model.item_graph is None:
        return scene, None
    workspace, before = scene.workspace, scene.own
    settings = read_settings(scene.model, scene.shown)
    model, place = what_if_panel(workspace, settings, scene.shown)
    if model is scene.model:
        outcome(workspace, model, settings, place, (before, before), scene.k)
        return scene, None
    now = ranking(model, f"{workspace.stamps[workspace.main]} {settings}", scene.user)
    outcome(workspace, model, settings, place, (now, before), scene.k)
    return Scene(
        workspace, scene.user, scene.k, scene.shown, model, {**scene.lists, workspace.main: now}, settings
    ), before


# --- the lists -------------------------------------------------------------------------------------------------------


def toolbar(scene: Scene, before: Ranking | None, hits: dict[str, str]) -> None:
    """What the lists have in common, a question about any other item, and the lists as a file."""
    said, asked, saved = st.columns([6, 5, 1.4], vertical_alignment="bottom")
    said.markdown(summary({called(scene, n, before): found for n, found in scene.lists.items()}, scene.k, hits))
    wanted = st.query_params.get("why_not")
    st.session_state["ask_why_not"] = wanted if wanted in scene.shown.titles else None
    asked.selectbox(
        "Why not another item?",
        scene.shown.ids,
        index=None,
        key="ask_why_not",
        format_func=lambda item: f"{scene.shown.title(item)} · {item}",
        placeholder="Type a title or an id",
        on_change=ask_why_not,
        help="Where any item stands for this user, and what it lacks for a place in the list.",
    )
    lists = dict(scene.lists)
    if before is not None:
        main = scene.workspace.main
        lists = {f"{main} what-if": lists[main], **lists, main: before}
    saved.download_button(
        "CSV",
        partial(export, scene.user, lists, scene.k, scene.shown.titles, hits),
        f"recommendations-{scene.workspace.name}.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
        help="All lists shown, with ranks and scores.",
        width="stretch",
    )


def summary(lists: Mapping[str, Ranking], k: int, hits: dict[str, str]) -> str:
    """What the lists have in common, in a line. lists: what each is called -> the list."""
    tops = {name: found.items[:k] for name, found in lists.items()}
    said = ", ".join(f"{len(set(top) & set(hits))} ({plain(name)})" for name, top in tops.items())
    both = {2: "both", 3: "all three"}.get(len(tops))
    same = f"**{overlap(*tops.values())} of {k}** items are in {both} lists. " if both else ""
    return f"{same}Of {len(hits)} held-out items, the first {k} hold {said}."


def called(scene: Scene, name: str, before: Ranking | None) -> str:
    """How a list is named; the main model's under a what-if isn't what was trained. before: its list as trained."""
    return f"{label(name)}{', what if' if before is not None and name == scene.workspace.main else ''}"


def column(scene: Scene, name: str, before: Ranking | None, hits: dict[str, str]) -> None:
    """One model's list; in the trained main model's, the visitor's newcomers too."""
    own, changed = scene.lists[name], name == scene.workspace.main and before is not None
    st.subheader(plain(called(scene, name, before)), anchor=False)
    others = {called(scene, n, before): found for n, found in scene.lists.items() if n != name}
    if before is not None and changed:
        others = {TRAINED: before, **others}
    shelf = newcomers(scene.workspace.stamps[name])
    placed, further = by_place(() if changed else shelf, scene.user, scene.k)
    for place, (item, score) in enumerate(zip(own.items[: scene.k], own.scores[: scene.k], strict=True), 1):
        for newcomer in placed.get(place, ()):
            newcomer_row(newcomer, scene.user)
        elsewhere = {n: found.rank.get(item) for n, found in others.items()}
        labels = marks(place, elsewhere, hits.get(item), score if len(scene.lists) < 3 else None)
        row(scene.shown, item, labels, name, place)
    further_down(further, scene.user)
    if changed and shelf:
        st.caption("Your newcomers are placed by the trained model: reset to see them.")


def row(shown: Catalogue, item: str, labels: list[str], name: str, place: int) -> None:
    """One item of a list, and its Why."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False, key=f"row_{name}_{place}"):
        st.html(row_html(place, shown.picture(item), shown.title(item), shown.brief(item), labels))
        st.button(
            "Why?",
            key=f"why_{name}_{place}",
            type="tertiary",
            on_click=choose,
            args=("item", item),
            width=52,
            help=f"Why {plain(shown.title(item))}?",
        )


def marks(here: int, elsewhere: dict[str, int | None], hit: str | None, score: float | None) -> list[str]:
    """The small labels of a row, as HTML: a hit, the shift against the first of `elsewhere`, the score."""
    found = [mark_html(f"✓ {hit}", "hit", term("held_out"))] if hit else []
    known = {name: there for name, there in elsewhere.items() if there is not None}
    if known:
        first, there = next(iter(known.items()))
        direction, text = shift(here, there)
        said = ", ".join(f"{name}: place {place}" for name, place in known.items())
        hover = html.escape(f"{said}. {term('shift')}", quote=True)
        found.append(f'<span class="{direction}" title="{hover}">{text}</span>')
        at = f"#{there} in {first}" if first != TRAINED else TRAINED if direction == "same" else f"was #{there}"
        found.append(f'<span class="same">{html.escape(at)}</span>')
    if score is not None:
        found.append(f'<span class="same" title="{html.escape(term("score"), quote=True)}">{score:.3f}</span>')
    return found


# --- the dialogs -----------------------------------------------------------------------------------------------------


def ask_why_not() -> None:
    choose("item", None)
    choose("why_not", st.session_state["ask_why_not"])


def close() -> None:
    choose("item", None)
    choose("why_not", None)


def open_dialog(scene: Scene) -> None:
    """Open the panel for the item that the URL names."""
    for name, title, panel in (("item", "Why this item?", show_why), ("why_not", "Why not this item?", show_why_not)):
        item = st.query_params.get(name)
        if item is None:
            continue
        if item in scene.shown.titles:
            st.dialog(title, width="large", on_dismiss=close)(panel)(scene, item)
            return
        lost(title, item, "the lists alone")


show(
    open_page(
        "Recommend",
        "Pick a user. See what LATTICE recommends, how other models differ, what every score is made of, and what if.",
        "Press **Why?** beside an item to see its score taken apart; the panel above the lists re-ranks them.",
    )
)
