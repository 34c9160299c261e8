"""Cold start: an item without interactions, step by step from its content to the users who would get it."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.components.items import hero_html, open_catalogue
from app.components.page import need_graph, open_page
from app.components.pictures import placeholder
from app.components.scoring import Scoring
from app.components.session_shop import newcomers
from app.components.text import escape_markdown, quote
from app.components.words import dataset_words
from app.failures import without_paths
from app.views.cold_start.content import readable_kinds
from app.views.cold_start.draft import Draft, current
from app.views.cold_start.form import ask
from app.views.cold_start.gains import show_gains
from app.views.cold_start.ranking import rankings, wait_for
from app.views.cold_start.shelf import show_add, show_shelf
from app.views.cold_start.steps import show_change, show_fused, show_nearest, show_parting, show_vector
from app.views.cold_start.trial import Placed, Trial, place, trials, warm_up
from app.workspace import Workspace
from lattice.data.examples import examples
from lattice.errors import InputError
from lattice.recommender import Recommender


def show_result(stamp: str, trial: Trial) -> None:
    """Draw the result in one line, and the button that adds it to the shop."""
    draft, users = trial.draft, trial.placed.users
    uri = (draft.thumbnail if "image" in trial.used else "") or placeholder("", draft.name)
    lines = [
        f"Best rank: {users['rank'].min():,} among everything, {trial.rare.min():,} among the "
        f"rarely {dataset_words().chosen}",
        f"Based on {', '.join(trial.placed.alpha)}, {trial.scoring.words}",
    ]
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(hero_html(uri, draft.name, lines), width="stretch")
        show_add(stamp, trial)


def try_draft(recommender: Recommender, stamp: str, draft: Draft, use: str, scoring: Scoring) -> Placed | None:
    """Encode and fold in the draft; where that isn't possible, say why in one line and return None."""
    try:
        with st.spinner("Reading the newcomer…"):
            return place(recommender, stamp, draft, use, scoring)
    except InputError as error:
        message = without_paths(str(error))
        st.error(escape_markdown(message[:1].upper() + message[1:]), icon=":material/error:")
        return None


def show_story(workspace: Workspace, draft: Draft, use: str, scoring: Scoring, top: DeltaGenerator) -> None:
    """Draw the steps after the form; the result itself in `top`. Steps that need no ranks come first."""
    recommender, stamp = workspace.models[workspace.main], workspace.stamps[workspace.main]
    catalogue = open_catalogue(recommender, stamp)
    with top:
        newest = try_draft(recommender, stamp, draft, use, scoring)
    if newest is None:
        return
    change = st.container()
    show_nearest(recommender, newest, catalogue)
    show_parting(recommender, newest, catalogue)
    show_fused(recommender, newest, catalogue)
    show_vector(recommender, newest, catalogue)
    with top:
        wait_for(rankings(recommender, stamp, scoring))
    before, now = trials(recommender, stamp, newest)
    with top:
        show_result(stamp, now)
    if before is not None:
        with change:
            show_change(before, now, catalogue)
    show_gains(workspace, now, catalogue)


def show(workspace: Workspace) -> None:
    recommender = need_graph(workspace)
    kinds = readable_kinds(recommender)
    for modality, record in recommender.checkpoint.encoders.items():
        if record.kind == "precomputed":
            name = escape_markdown(modality)
            st.info(f"The {name} features were made elsewhere: an upload can't be read into this modality.")
    if not kinds:
        st.info("Every modality of this checkpoint is precomputed, so a newcomer can't be folded in here.")
        return
    warm_up(recommender, recommender.checkpoint.dataset_fingerprint)
    found = {example.slug: example for example in examples(recommender.checkpoint.dataset.folder)}
    draft, unknown = current(found)
    if unknown is not None:
        st.warning(
            f"In this page's address: example “{quote(unknown)}”, which isn't known. Choose one below.",
            icon=":material/link_off:",
        )
    use, scoring, top = ask(draft, found, kinds, recommender.checkpoint.calibration)
    stamp = workspace.stamps[workspace.main]
    rankings(recommender, stamp, scoring)  # begins while the visitor still looks for a picture
    if draft.image is not None or draft.words:
        show_story(workspace, draft, use, scoring, top)
        show_shelf(stamp, 7)
        return
    st.caption(
        "Give a picture, words or both, and the steps follow: whom it resembles by each modality, where they part, "
        "what the item graph makes of that, and who would get it. Nothing is stored, logged or trained on."
    )
    if newcomers(stamp):
        show_shelf(stamp, None)


show(
    open_page(
        "Cold start",
        "Drop in a photo and a few words of something new, which nobody has {chosen}: what it is "
        "near to, and who gets it.",
        "Start from an example or from nothing; change the words or the picture and see what that changes.",
    )
)
