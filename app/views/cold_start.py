"""Cold start: a picture and a few words of something nobody has bought, and where it lands."""

import hashlib
import io
import threading
from contextlib import suppress
from functools import partial
from typing import NamedTuple

import streamlit as st
from PIL import Image

from app.components.examples import Example, examples
from app.components.glossary import term
from app.components.items import Catalogue, cards, catalogue_of, hero_html, plain
from app.components.page import need_graph, open_page
from app.components.pictures import picture, to_uri
from app.components.placement import agreement, reach, users_csv
from app.state import Workspace
from lattice.errors import InputError
from lattice.features import item_text, open_picture
from lattice.recommender import FoldIn, Recommender

PICTURES = ["png", "jpg", "jpeg", "webp"]
NEAREST = 8
USERS = 200


class Newcomer(NamedTuple):
    """What was given: a picture's bytes and words, either may be missing; title and note are an example's."""

    image: bytes | None
    text: str
    title: str
    note: str = ""


@st.cache_resource
def encoder_lock() -> threading.Lock:
    """One encoding at a time: visitors share the processor."""
    return threading.Lock()


@st.cache_resource(max_entries=4, show_spinner=False)
def warm_up(_recommender: Recommender, _lock: threading.Lock, kinds: frozenset[str], fingerprint: str) -> None:
    """Load the encoders while the visitor still looks for a picture: it takes seconds, once."""

    def load() -> None:
        with _lock, suppress(InputError):
            _recommender.fold_in(blank_picture() if "image" in kinds else None, "words" if "text" in kinds else None)

    threading.Thread(target=load, daemon=True).start()


def blank_picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "PNG")
    return buffer.getvalue()


def take_example(number: int | None) -> None:
    """Choose an example, and forget what was uploaded or typed before."""
    st.session_state["example"] = number
    st.session_state["words"] = ""
    st.session_state["upload_round"] = st.session_state.get("upload_round", 0) + 1


def forget_example() -> None:
    st.session_state["example"] = None


def show_examples(found: list[Example]) -> None:
    st.markdown("**Try one of these**")
    for place, (column, example) in enumerate(zip(st.columns(len(found)), found, strict=True)):
        with column, st.container(border=True, height="stretch", key=f"example_card_{place}"):
            st.html(hero_html(picture(example.image, example.title), example.title, [example.note]))
            st.space("stretch")
            st.button(
                "Place it",
                key=f"example_{place}",
                icon=":material/add_location_alt:",
                on_click=take_example,
                args=(place,),
                width="stretch",
                type="primary" if st.session_state.get("example") == place else "secondary",
            )


def ask(kinds: set[str], found: list[Example]) -> Newcomer:
    """The inputs; only those that this checkpoint's encoders can read."""
    left, right = st.columns(2, gap="medium")
    with left:
        upload = st.file_uploader(
            "A picture",
            PICTURES,
            key=f"upload_{st.session_state.get('upload_round', 0)}",
            max_upload_size=5,
            on_change=forget_example,
            disabled="image" not in kinds,
            help="PNG, JPEG or WebP, at most 5 MB. It isn't kept.",
        )
    with right:
        words = st.text_area(
            "Words",
            key="words",
            max_chars=2000,
            height=105,
            on_change=forget_example,
            disabled="text" not in kinds,
            placeholder="A title, a brand, a few sentences",
            help="Read by the encoder that read the catalogue's texts.",
        )
    number = st.session_state.get("example")
    if number is not None and number < len(found):
        example = found[number]
        text = item_text({"title": example.title, "description": example.text})
        return Newcomer(
            example.image.read_bytes() if "image" in kinds else None,
            text if "text" in kinds else "",
            example.title,
            example.text,
        )
    return Newcomer(upload.getvalue() if upload else None, words.strip(), "Your item")


def show_newcomer(newcomer: Newcomer, placed: FoldIn) -> None:
    uri = picture(None, newcomer.text or "?") if newcomer.image is None else to_uri(open_picture(newcomer.image))
    given = ", ".join(f"{m} {a:.2f}" for m, a in placed.alpha.items())
    lines = [newcomer.note or newcomer.text[:160], f"α over what was given: {given}"]
    st.html(hero_html(uri, newcomer.title, lines))


def show_neighbours(recommender: Recommender, placed: FoldIn, shown: Catalogue) -> None:
    st.subheader("Where it lands", anchor=False)
    said = agreement(placed.edges)
    if said:
        st.caption(said)
    columns = st.columns(len(recommender.modalities), gap="large")
    for column, modality in zip(columns, recommender.modalities, strict=True):
        with column:
            st.markdown(f"**Nearest: {plain(modality)}**", help=term("cosine"))
            near = placed.edges[placed.edges["modality"] == modality].nlargest(NEAREST, "cosine")
            if near.empty:
                record = recommender.checkpoint.encoders[modality]
                made = (
                    "was made elsewhere, so nothing uploaded can be read into it"
                    if record.kind == "precomputed"
                    else None
                )
                st.caption(
                    f"This modality {made}."
                    if made
                    else "Nothing was given for this modality; its α goes to the others."
                )
            else:
                lines = [
                    [f"cosine {c:.3f}" + ("" if w else " · cold")]
                    for c, w in zip(near["cosine"], near["warm"], strict=True)
                ]
                cards(shown, near["item"].tolist(), lines)
    st.markdown("**Fused: whose vectors it takes**", help=term("fused") + " " + term("warm"))
    fused = placed.edges[placed.edges["warm"]].groupby("item")["weight"].sum().nlargest(2 * NEAREST)
    cards(shown, fused.index.tolist(), [[f"weight {w:.4f}"] for w in fused])


def show_users(placed: FoldIn, name: str) -> None:
    st.subheader("Who would get it", anchor=False)
    total = len(placed.users)
    cells = st.grid(4, min_column_width=150)
    cells.metric("Best place", f"{placed.users['rank'].min():,}", help="Among everything a user hasn't.", border=True)
    for k in (20, 50, 100):
        cells.metric(f"In the top {k} of", f"{reach(placed.users, k):,} users", help=f"Of {total:,}.", border=True)
    st.caption(
        "Places are among the whole catalogue. In the paper's form a newcomer has only the item-graph part of a score, "
        "so it rarely beats what people already buy; completion fills in the rest. The catalogue's edges don't move."
    )
    best = placed.users.head(USERS)
    st.dataframe(
        best,
        hide_index=True,
        height=300,
        column_order=("rank", "user", "score"),
        column_config={
            "rank": st.column_config.NumberColumn("place in the list", width=120),
            "user": st.column_config.TextColumn("user"),
            "score": st.column_config.NumberColumn("score", format="%.4f", help=term("score")),
        },
        alt="The users who would see the newcomer highest.",
    )
    st.download_button(
        "All users as CSV",
        partial(users_csv, placed.users),
        f"newcomer-{name}.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def place(recommender: Recommender, stamp: str, newcomer: Newcomer, completion: bool) -> FoldIn | None:
    """Fold the newcomer in, or take this visit's last placement where nothing changed; an error is one line."""
    image = newcomer.image and hashlib.sha256(newcomer.image).hexdigest()
    asked = (stamp, image, newcomer.text, completion)
    last, placed = st.session_state.get("placed", (None, None))
    if last == asked:
        return placed
    try:
        with st.spinner("Reading the newcomer…"), encoder_lock():
            placed = recommender.fold_in(newcomer.image, newcomer.text or None, completion=completion)
    except InputError as error:
        message = str(error)
        st.error(plain(message[:1].upper() + message[1:]), icon=":material/error:")
        return None
    st.session_state["placed"] = (asked, placed)
    return placed


def show(workspace: Workspace) -> None:
    recommender = need_graph(workspace)
    shown = catalogue_of(recommender)
    records = recommender.checkpoint.encoders
    kinds = {record.kind for record in records.values()} & {"image", "text"}
    for modality, record in records.items():
        if record.kind == "precomputed":
            st.info(f"The {plain(modality)} features were made elsewhere: an upload can't be read into this modality.")
    if not kinds:
        st.info("Every modality of this checkpoint is precomputed, so a newcomer can't be placed here.")
        return
    warm_up(recommender, encoder_lock(), frozenset(kinds), recommender.checkpoint.dataset_fingerprint)
    found = examples(recommender.checkpoint.dataset.folder)
    if found:
        show_examples(found)
    newcomer = ask(kinds, found)
    completion = st.toggle("Completion", key="completion", help=term("completion"))
    if newcomer.image is None and not newcomer.text:
        st.session_state.pop("placed", None)
        st.caption("Give a picture, words or both. Nothing is stored, logged or trained on.")
        return
    placed = place(recommender, workspace.stamps[workspace.main], newcomer, completion)
    if placed is not None:
        st.divider()
        show_newcomer(newcomer, placed)
        show_neighbours(recommender, placed, shown)
        show_users(placed, workspace.name)


show(
    open_page(
        "Cold start",
        "Drop in a photo and a few words of an item that nobody has bought: what it is near to, and who would get it.",
    )
)
