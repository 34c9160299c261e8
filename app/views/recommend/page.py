"""Recommend: one user's list by LATTICE beside other models', why, why not, and what if."""

import html
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.components.glossary import help_text
from app.components.item_box import item_box
from app.components.items import Catalogue, open_catalogue, strip
from app.components.page import open_page
from app.components.pickers import url_multiselect, url_select, warn_unknown
from app.components.scoring import model_alone
from app.components.session_shop import newcomers
from app.components.text import escape_markdown
from app.components.users import typical_user, user_counts
from app.components.words import count_of, dataset_words, fill
from app.failures import told_by_id
from app.url_state import choice, choose
from app.views.recommend.lists import Ranking, export, held_out, overlap, ranking, shift
from app.views.recommend.newcomer_rows import by_rank, further_down, newcomer_row
from app.views.recommend.rows import mark_html, row_html
from app.views.recommend.state import RecommendState
from app.views.recommend.user_box import user_box
from app.views.recommend.what_if_panel import outcome, read_settings, what_if_panel
from app.views.recommend.why import show_why
from app.views.recommend.why_not import show_why_not
from app.workspace import Workspace, label

LENGTHS = ("10", "20", "50")
MOST_OTHERS = 2  # lists beside the main one
TRAINED = "as trained"
SCORES = {"content": "with content", "paper": "the paper's"}


def choose_user(workspace: Workspace) -> tuple[str, list[str], int, Workspace]:
    """Draw the choices: a user, models to compare, length of the lists, content scores; return the workspace so."""
    main = workspace.models[workspace.main]
    fingerprint = main.checkpoint.dataset_fingerprint
    found = choice("user", user_counts(main, fingerprint), typical_user(main, fingerprint))
    with_content = any(model.content is not None for model in workspace.models.values())
    who, against, length, *scores = st.columns([5, 4, 3, 4] if with_content else [5, 4, 3])
    with who:
        user_box(main, found.value, partial(choose, "user"))
    if found.unknown is not None:
        warn_unknown(main.checkpoint.dataset.words.user.capitalize(), found.unknown, found.value)
    names = [workspace.main]
    if workspace.others:
        with against:
            names += url_multiselect(
                "Compare with", "baseline", workspace.others, workspace.others[:1], label, MOST_OTHERS
            )
    with length:
        k = int(url_select("List length", "top", LENGTHS, LENGTHS[0], kind="segments"))
    for place in scores:
        with place:
            form = url_select(
                "Scores", "scores", list(SCORES), "content", SCORES.__getitem__, help_text("content_part"), "segments"
            )
        workspace = workspace if form == "content" else without_content(workspace)
    return found.value, names, k, workspace


def without_content(workspace: Workspace) -> Workspace:
    """Return the workspace whose models have no content scores, as in their papers."""
    if newcomers(workspace.stamps[workspace.main]):
        st.caption("Your newcomers are ranked with content scores: choose them to see them.")
    models, stamps = dict(workspace.models), dict(workspace.stamps)
    for name, model in workspace.models.items():
        if model.content is not None:
            models[name], stamps[name] = model_alone(model, stamps[name]), f"{stamps[name]} without content"
    return replace(workspace, models=models, stamps=stamps)


def show(workspace: Workspace) -> None:
    user, names, k, workspace = choose_user(workspace)
    main = workspace.models[workspace.main]
    catalogue = open_catalogue(main, workspace.stamps[workspace.main])
    interactions = main.interactions(user)
    hits = held_out(interactions)
    has = interactions.loc[interactions["split"] == "train", "item"].tolist()
    words = main.checkpoint.dataset.words
    st.markdown(f"**What {escape_markdown(user)} has** · {count_of(len(has), words.item, words.items)} in training")
    if has:
        strip(catalogue, has)
    else:
        st.caption(fill("Nothing: every {item} of this {user} was held out, so the lists below are only a guess."))
    lists = {name: ranking(workspace.models[name], workspace.stamps[name], user) for name in names}
    state, before, place = under_what_if(RecommendState(workspace, user, k, catalogue, main, lists))
    toolbar(state, before, hits)
    for half, name in zip(st.columns(len(names), gap="large"), names, strict=True):
        with half:
            column(state, name, before, hits)
    if not workspace.others:
        st.caption("Train LightGCN or MF on the same data to see its list beside this one.")
    if place is not None:  # after the lists, as it ranks many users
        outcome(state, before or state.own, place)
    open_dialog(state)


def under_what_if(state: RecommendState) -> tuple[RecommendState, Ranking | None, DeltaGenerator | None]:
    """Return the state under what-if settings, the trained list if there are any, and the place for `outcome`."""
    if state.model.item_graph is None:
        return state, None, None
    workspace, before = state.workspace, state.own
    settings = read_settings(state.model, state.catalogue)
    model, place = what_if_panel(workspace, settings, state.catalogue)
    if model is state.model:
        return state, None, place
    now = ranking(model, f"{workspace.stamps[workspace.main]} {settings}", state.user)
    return replace(state, model=model, lists={**state.lists, workspace.main: now}, settings=settings), before, place


# --- the lists -------------------------------------------------------------------------------------------------------


def toolbar(state: RecommendState, before: Ranking | None, hits: dict[str, str]) -> None:
    """Draw what the lists have in common, the question about any other item, and the download."""
    said, asked, saved = st.columns([6, 5, 1.4], vertical_alignment="bottom")
    said.markdown(summary({called(state, n, before): found for n, found in state.lists.items()}, state.k, hits))
    wanted = st.query_params.get("why_not")
    with asked:
        item_box(
            fill("Why not another {item}?"),
            state.catalogue,
            wanted if wanted is not None and wanted in state.catalogue.titles else None,
            "ask_why_not",
            ask_why_not,
            help=fill("Any {item}'s rank for this {user}, and what it lacks for the list."),
        )
    lists = dict(state.lists)
    if before is not None:
        main = state.workspace.main
        lists = {f"{main} what-if": lists[main], **lists, main: before}
    saved.download_button(
        "CSV",
        partial(export, state.user, lists, state.k, state.catalogue.titles, hits),
        f"recommendations-{state.workspace.name}.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
        help="All lists shown, with ranks and scores.",
        width="stretch",
    )


def summary(lists: Mapping[str, Ranking], k: int, hits: dict[str, str]) -> str:
    """Return what the lists have in common, as one line. lists: display name -> list."""
    tops = {name: found.items[:k] for name, found in lists.items()}
    said = ", ".join(f"{len(set(top) & set(hits))} ({escape_markdown(name)})" for name, top in tops.items())
    both = {2: "both", 3: "all three"}.get(len(tops))
    same = f"**{overlap(*tops.values())} of {k}** {dataset_words().items} are in {both} lists. " if both else ""
    return f"{same}Of {len(hits)} held-out {dataset_words().items}, the first {k} hold {said}."


def called(state: RecommendState, name: str, before: Ranking | None) -> str:
    """Return a list's display name, marked as what-if where it isn't as trained. before: its list as trained."""
    return f"{label(name)}{', what if' if before is not None and name == state.workspace.main else ''}"


def column(state: RecommendState, name: str, before: Ranking | None, hits: dict[str, str]) -> None:
    """Draw one model's list; in the trained main model's list the visitor's newcomers, too."""
    own, changed = state.lists[name], name == state.workspace.main and before is not None
    st.subheader(escape_markdown(called(state, name, before)), anchor=False)
    others = {called(state, n, before): found for n, found in state.lists.items() if n != name}
    if before is not None and changed:
        others = {TRAINED: before, **others}
    shelf = newcomers(state.workspace.stamps[name])
    placed, further = by_rank(() if changed else shelf, state.user, state.k)
    for place, (item, score) in enumerate(zip(own.items[: state.k], own.scores[: state.k], strict=True), 1):
        for newcomer in placed.get(place, ()):
            newcomer_row(newcomer, state.user)
        elsewhere = {n: found.rank(item) for n, found in others.items()}
        labels = marks(place, elsewhere, hits.get(item), score if len(state.lists) < 3 else None)
        row(state.catalogue, item, labels, name, place)
    further_down(further, state.user)
    if changed and shelf:
        st.caption("Your newcomers are ranked by the trained model: reset to see them.")


def row(catalogue: Catalogue, item: str, labels: list[str], name: str, place: int) -> None:
    """Draw one item of a list and its Why button."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False, key=f"row_{name}_{place}"):
        st.html(row_html(place, catalogue.picture(item), catalogue.title(item), catalogue.brief(item), labels))
        st.button(
            "Why?",
            key=f"why_{name}_{place}",
            type="tertiary",
            on_click=choose,
            args=("item", item),
            width=52,
            help=f"Why {escape_markdown(catalogue.title(item))}?",
        )


def marks(here: int, elsewhere: dict[str, int | None], hit: str | None, score: float | None) -> list[str]:
    """Return the small labels of a row as HTML: a hit, the shift against the first of `elsewhere`, the score."""
    found = [mark_html(f"✓ {hit}", "hit", help_text("held_out"))] if hit else []
    known = {name: there for name, there in elsewhere.items() if there is not None}
    if known:
        first, there = next(iter(known.items()))
        direction, text = shift(here, there)
        said = ", ".join(f"{name}: rank {place}" for name, place in known.items())
        hover = html.escape(f"{said}. {help_text('shift')}", quote=True)
        found.append(f'<span class="{direction}" title="{hover}">{text}</span>')
        at = f"#{there} in {first}" if first != TRAINED else TRAINED if direction == "same" else f"was #{there}"
        found.append(f'<span class="same">{html.escape(at)}</span>')
    if score is not None:
        found.append(f'<span class="same" title="{html.escape(help_text("score"), quote=True)}">{score:.3f}</span>')
    return found


# --- the dialogs -----------------------------------------------------------------------------------------------------


def ask_why_not(item: str) -> None:
    choose("item", None)
    choose("why_not", item)


def close() -> None:
    choose("item", None)
    choose("why_not", None)


def open_dialog(state: RecommendState) -> None:
    """Open the dialog for the item that the URL names."""
    for name, title, panel in (
        ("item", "Why this {item}?", show_why),
        ("why_not", "Why not this {item}?", show_why_not),
    ):
        item = st.query_params.get(name)
        if item is None:
            continue
        if item in state.catalogue.titles:
            st.dialog(fill(title), width="large", on_dismiss=close)(told_by_id()(panel))(state, item)
            return
        warn_unknown(fill(title), item, "the lists alone")


show(
    open_page(
        "Recommend",
        "Pick a {user}. See what LATTICE recommends, how other models differ, what every score is "
        "made of, and what if.",
        "Press **Why?** beside one of the {items} to see its score taken apart; the panel above "
        "the lists re-ranks them.",
    )
)
