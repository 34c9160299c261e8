"""The form for a newcomer: an example or one's own content, all of it editable."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.components.glossary import help_text
from app.components.items import hero_html
from app.components.pickers import url_select
from app.components.pictures import picture_uri, tile
from app.components.scoring import Scoring
from app.components.text import escape_markdown
from app.components.words import fill
from app.views.cold_start.content import ALL, KINDS, ContentKind, given_content, use_options
from app.views.cold_start.draft import (
    Draft,
    draft_round,
    drop_picture,
    from_example,
    refused,
    start,
    take_picture,
    take_words,
)
from app.views.cold_start.exposure import ask_exposure
from app.views.cold_start.story import step
from lattice.calibration import Calibration
from lattice.data.examples import Example
from lattice.data.picture import MAX_BYTES
from lattice.inference.completion import Completion

PICTURES = ["png", "jpg", "jpeg", "jfif", "webp"]
EXPOSED = "exposed"  # the form with content scores and exposure, in the URL
FORMS = {"none": "Paper's form", "neighbours": "+ neighbours", "both": "+ content"}


def ask(
    draft: Draft, found: Mapping[str, Example], kinds: Sequence[ContentKind], calibration: Calibration | None
) -> tuple[str, Scoring, DeltaGenerator]:
    """Draw the form; return which content is used, how it is scored, and the container for the result.

    That container is right under the examples, so that an example's result appears where it was chosen.
    """
    step(1, "The newcomer", "Start from an example or from nothing. Change anything, and see what it changes.")
    _starts(draft, found)
    place = st.container()
    for column, kind in zip(st.columns([WIDTHS[kind.key] for kind in KINDS], gap="large"), KINDS, strict=True):
        with column:
            INPUTS[kind.key](draft, kind in kinds)
    return *_switches(draft, found, kinds, calibration), place


def _starts(draft: Draft, found: Mapping[str, Example]) -> None:
    cells = st.grid(len(found) + 1, min_column_width=230)
    for place, (slug, example) in enumerate(found.items()):
        chosen = draft.example == slug
        placed = chosen and draft == from_example(example)
        with cells.container(border=True, height="stretch", key=f"example_card_{place}"):
            st.html(hero_html(picture_uri(example.image, example.title), example.title, [example.note]))
            st.space("stretch")
            st.button(
                "Shown below" if placed else "Reset" if chosen else "Try it",
                key=f"example_{place}",
                icon=f":material/{'check' if placed else 'undo' if chosen else 'add_location_alt'}:",
                on_click=start,
                args=(example,),
                width="stretch",
                disabled=placed,
            )
    with cells.container(border=True, height="stretch", key="example_card_own"):
        note = fill("A photo, a few words or both, of something that nobody has {chosen} yet.")
        st.html(hero_html(tile("+"), "Your own", [note]))
        st.space("stretch")
        st.button(
            "Start empty",
            key="example_own",
            icon=":material/draft:",
            on_click=start,
            args=(None,),
            width="stretch",
            disabled=draft == Draft(),
        )


def _picture(draft: Draft, readable: bool) -> None:
    given = "A picture" if draft.image is None else "Another picture"
    key = f"upload_{draft_round()}"
    st.file_uploader(
        given,
        PICTURES,
        key=key,
        max_upload_size=MAX_BYTES >> 20,
        on_change=take_picture,
        args=(key,),
        disabled=not readable,
        help=f"PNG, JPEG or WebP, at most {MAX_BYTES >> 20} MB. It stays in this visit's memory until you leave.",
    )
    problem = refused()
    if problem:
        stays = ". The picture above stays." if draft.image is not None else "."
        st.error(escape_markdown(problem[:1].upper() + problem[1:]) + stays, icon=":material/error:")
    with st.container(horizontal=True, vertical_alignment="center"):
        camera = st.toggle("Use the camera", key="camera", disabled=not readable)
        if draft.image is not None:
            st.button("Remove the picture", icon=":material/hide_image:", type="tertiary", on_click=drop_picture)
    if camera:
        key = f"camera_{draft_round()}"
        st.camera_input("A photo", key=key, on_change=take_picture, args=(key,), label_visibility="collapsed")


def _words(draft: Draft, readable: bool) -> None:
    st.session_state["draft_title"], st.session_state["draft_text"] = draft.title, draft.text
    st.text_input(
        "Title",
        key="draft_title",
        max_chars=120,
        on_change=take_words,
        disabled=not readable,
        placeholder="Its name",
    )
    st.text_area(
        "Description",
        key="draft_text",
        max_chars=2000,
        height=122,
        on_change=take_words,
        disabled=not readable,
        placeholder="A few sentences about it",
        help="Title and description are read together, by the encoder that read the catalogue's texts.",
    )


# How each kind of content is given (draft, whether an encoder can read it), and how wide that is.
INPUTS: Mapping[str, Callable[[Draft, bool], None]] = {"image": _picture, "text": _words}
WIDTHS = {"image": 2, "text": 3}


def _switches(
    draft: Draft, found: Mapping[str, Example], kinds: Sequence[ContentKind], calibration: Calibration | None
) -> tuple[str, Scoring]:
    use, given = ALL, given_content(draft, kinds)
    forms = FORMS if calibration is None else {EXPOSED: "With exposure", **FORMS}
    with st.grid(2, min_column_width=260, gap="medium"):
        form = url_select(
            "Scoring",
            "form",
            list(forms),
            next(iter(forms)),
            forms.__getitem__,
            help_text("completion"),
            kind="segments",
        )
        if len(given) > 1:
            uses = use_options([kind for kind in kinds if kind.key in given])
            use = url_select("Based on", "use", list(uses), ALL, uses.__getitem__, help_text("use"), kind="segments")
    scoring = Scoring("both", ask_exposure(calibration)) if calibration and form == EXPOSED else None
    st.caption(_address(draft, found))
    return use, scoring or Scoring(cast(Completion, form))


def _address(draft: Draft, found: Mapping[str, Example]) -> str:
    """Return what a shared link restores."""
    if draft == Draft():
        return ""
    if draft.example and draft == from_example(found[draft.example]):
        return "This page's address brings this example and the switches back."
    back = "the example as it came" if draft.example else "an empty page"
    return f"What you upload and type stays in this visit: this page's address brings back {back}."
