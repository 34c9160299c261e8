"""The newcomer that a visitor is putting together: a picture and words, from an example or their own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from app.components.pictures import to_uri
from app.url_state import choose
from app.views.cold_start.examples import Example
from lattice.errors import InputError
from lattice.features import item_text, open_picture


@dataclass(frozen=True)
class Draft:
    """What is given so far; any part may be missing. thumbnail: a data URI. example: the slug of where it started."""

    title: str = ""
    text: str = ""
    image: bytes | None = None
    thumbnail: str = ""
    example: str | None = None

    @property
    def words(self) -> str:
        """Title and description as the catalogue's texts were read."""
        return item_text({"title": self.title, "description": self.text})

    @property
    def name(self) -> str:
        """What to call it."""
        return " ".join(self.title.split()) or "Your item"


def with_picture(draft: Draft, data: bytes | None, name: str | None = None) -> Draft:
    """The draft with a picture, or without; an InputError says why it can't be read, by its name."""
    return replace(draft, image=data, thumbnail="" if data is None else to_uri(open_picture(data, name=name)))


def from_example(example: Example) -> Draft:
    """An example as it came."""
    return with_picture(Draft(example.title, example.text, example=example.slug), example.image.read_bytes())


# --- this visit's draft ----------------------------------------------------------------------------------------------


def current(found: Mapping[str, Example]) -> tuple[Draft, str | None]:
    """This visit's draft, and what example the URL asks for in vain. The URL decides, then what was there."""
    asked, draft = st.query_params.get("example"), _draft()
    if asked is not None and asked in found and asked != draft.example:
        start(found[asked])
    elif asked is None and draft.example in found:
        choose("example", draft.example)
    elif draft.example is not None and draft.example not in found:
        start(None)
    return _draft(), asked if asked is not None and asked not in found else None


def start(example: Example | None) -> None:
    """Begin anew, from an example or from nothing; there is no version before it to compare with."""
    st.session_state.pop("trials", None)
    _keep(Draft() if example is None else from_example(example))
    choose("example", None if example is None else example.slug)
    st.session_state["draft_round"] = draft_round() + 1


def draft_round() -> int:
    """Part of the widgets' keys: another one empties them."""
    return st.session_state.get("draft_round", 0)


def take_words() -> None:
    """The text fields' callback."""
    state = st.session_state
    _keep(replace(_draft(), title=state["draft_title"], text=state["draft_text"]))


def take_picture(key: str) -> None:
    """The callback of the upload and the camera: what can't be read leaves the picture as it was, and is said.

    So does an emptied camera.
    """
    given = st.session_state[key]
    try:
        _keep(with_picture(_draft(), given.getvalue(), given.name[:80]) if given else _draft())
    except InputError as error:
        st.session_state["draft_refused"] = str(error)
    st.session_state["draft_round"] = draft_round() + 1  # an empty uploader: what is placed is the picture above it


def drop_picture() -> None:
    """Go on without a picture."""
    _keep(with_picture(_draft(), None))
    st.session_state["draft_round"] = draft_round() + 1


def refused() -> str | None:
    """Why the last picture wasn't taken."""
    return st.session_state.get("draft_refused")


def _draft() -> Draft:
    return st.session_state.get("draft", Draft())


def _keep(draft: Draft) -> None:
    st.session_state["draft"] = draft
    st.session_state.pop("draft_refused", None)
