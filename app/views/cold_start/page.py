"""Cold start: something nobody has bought, step by step from its picture and words to the people who would get it."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.components.items import catalogue, hero_html, plain
from app.components.page import need_graph, open_page
from app.components.pictures import placeholder
from app.components.scoring import Scoring
from app.components.session_shop import newcomers
from app.views.cold_start.draft import Draft, current
from app.views.cold_start.examples import examples
from app.views.cold_start.form import ask
from app.views.cold_start.gains import show_gains
from app.views.cold_start.shelf import show_add, show_shelf
from app.views.cold_start.steps import show_change, show_fused, show_nearest, show_parting, show_vector
from app.views.cold_start.trial import Trial, encoder_lock, kinds_of, trials, warm_up
from app.workspace import Workspace
from lattice.errors import InputError
from lattice.recommender import Recommender


def show_result(stamp: str, trial: Trial) -> None:
    """The newcomer as it was placed, in a line, and the way into the shop."""
    draft, users = trial.draft, trial.placed.users
    uri = (draft.thumbnail if trial.use != "words" else "") or placeholder(draft.name)
    lines = [
        f"Best place: {users['rank'].min():,} among everything, {trial.rare.min():,} among the rarely bought",
        f"Placed by {', '.join(trial.placed.alpha)}, {trial.scoring.words}",
    ]
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(hero_html(uri, draft.name, lines), width="stretch")
        show_add(stamp, trial)


def try_draft(
    recommender: Recommender, stamp: str, draft: Draft, use: str, scoring: Scoring
) -> tuple[Trial | None, Trial] | None:
    """Read and place what is given; where it can't be, say so in a line."""
    try:
        with st.spinner("Reading the newcomer…"):
            return trials(recommender, stamp, draft, use, scoring)
    except InputError as error:
        message = str(error)
        st.error(plain(message[:1].upper() + message[1:]), icon=":material/error:")
        return None


def show_story(workspace: Workspace, draft: Draft, use: str, scoring: Scoring, place: DeltaGenerator) -> None:
    """The steps after the first; the result itself in `place`."""
    recommender, stamp = workspace.models[workspace.main], workspace.stamps[workspace.main]
    shown = catalogue(recommender, stamp)
    with place:
        found = try_draft(recommender, stamp, draft, use, scoring)
    if found is None:
        return
    before, now = found
    with place:
        show_result(stamp, now)
    if before is not None:
        show_change(before, now, shown)
    show_nearest(recommender, now, shown)
    show_parting(recommender, now, shown)
    show_fused(recommender, now, shown)
    show_vector(recommender, now, shown)
    show_gains(workspace, now, shown)


def show(workspace: Workspace) -> None:
    recommender = need_graph(workspace)
    kinds = kinds_of(recommender)
    for modality, record in recommender.checkpoint.encoders.items():
        if record.kind == "precomputed":
            st.info(f"The {plain(modality)} features were made elsewhere: an upload can't be read into this modality.")
    if not kinds:
        st.info("Every modality of this checkpoint is precomputed, so a newcomer can't be placed here.")
        return
    warm_up(recommender, encoder_lock(), recommender.checkpoint.dataset_fingerprint)
    found = {example.slug: example for example in examples(recommender.checkpoint.dataset.folder)}
    draft, unknown = current(found)
    if unknown is not None:
        st.warning(
            f"The address asks for example “{plain(unknown[:80])}”, which isn't here. Choose one below.",
            icon=":material/link_off:",
        )
    use, scoring, place = ask(draft, found, kinds)
    stamp = workspace.stamps[workspace.main]
    if draft.image is not None or draft.words:
        show_story(workspace, draft, use, scoring, place)
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
        "Drop in a photo and a few words of an item that nobody has bought: what it is near to, and who would get it.",
        "Press **Place it** on an example, then change its words or picture and see what that changes.",
    )
)
