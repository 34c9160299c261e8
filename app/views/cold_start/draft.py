"""The newcomer that a visitor is putting together: its content, from an example or their own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from app.components.pictures import to_uri, to_webp
from app.failures import without_paths
from app.url_state import choose
from lattice.data.examples import Example
from lattice.errors import InputError
from lattice.features import item_text, open_picture


@dataclass(frozen=True)
class Draft:
    """What is given so far; any part may be missing. thumbnail: a data URI. example: slug of its example."""

    title: str = ""
    text: str = ""
    image: bytes | None = None
    thumbnail: str = ""
    example: str | None = None

    @property
    def words(self) -> str:
        """Return title and description joined as the catalogue's texts were."""
        return item_text({"title": self.title, "description": self.text})

    @property
    def name(self) -> str:
        """Return the title, or a name for an untitled draft."""
        return " ".join(self.title.split()) or "Your item"


def with_picture(draft: Draft, data: bytes | None, name: str | None = None) -> Draft:
    """Return the draft with another picture, or none; InputError says why a picture can't be read, by its name."""
    return replace(draft, image=data, thumbnail="" if data is None else to_uri(to_webp(open_picture(data, name=name))))


def from_example(example: Example) -> Draft:
    """Return a draft of an example, unchanged; its picture is read and decoded once per version of the file."""
    return _read_example(example, str(example.image), example.image.stat().st_mtime_ns, example.title, example.text)


@st.cache_resource(max_entries=32, show_spinner=False)
def _read_example(_example: Example, path: str, stamp: int, title: str, text: str) -> Draft:
    return with_picture(Draft(title, text, example=_example.slug), _example.image.read_bytes())


# --- this visit's draft ----------------------------------------------------------------------------------------------


def current(found: Mapping[str, Example]) -> tuple[Draft, str | None]:
    """Return this visit's draft, and an unknown example named by the URL. The URL decides, then the draft before."""
    asked, draft = st.query_params.get("example"), _draft()
    if asked is not None and asked in found and asked != draft.example:
        start(found[asked])
    elif asked is None and draft.example in found:
        choose("example", draft.example)
    elif draft.example is not None and draft.example not in found:
        start(None)
    return _draft(), asked if asked is not None and asked not in found else None


def start(example: Example | None) -> None:
    """Start from an example or from nothing; there is no earlier version to compare with."""
    st.session_state.pop("trials", None)
    _keep(Draft() if example is None else from_example(example))
    choose("example", None if example is None else example.slug)
    st.session_state["draft_round"] = draft_round() + 1


def draft_round() -> int:
    """Return a number in the widgets' keys; a new number empties them."""
    return st.session_state.get("draft_round", 0)


def take_words() -> None:
    """Keep the text fields' values (their callback)."""
    state = st.session_state
    _keep(replace(_draft(), title=state["draft_title"], text=state["draft_text"]))


def take_picture(key: str) -> None:
    """Keep an uploaded or photographed picture (the callback); an unreadable one is reported and not kept.

    A cleared camera also leaves the draft's picture as it was.
    """
    given = st.session_state[key]
    try:
        _keep(with_picture(_draft(), given.getvalue(), given.name[:80]) if given else _draft())
    except InputError as error:
        st.session_state["draft_refused"] = without_paths(str(error))
    st.session_state["draft_round"] = draft_round() + 1  # an empty uploader: what is placed is the picture above it


def drop_picture() -> None:
    """Remove the draft's picture."""
    _keep(with_picture(_draft(), None))
    st.session_state["draft_round"] = draft_round() + 1


def refused() -> str | None:
    """Return why the last picture wasn't accepted."""
    return st.session_state.get("draft_refused")


def _draft() -> Draft:
    return st.session_state.get("draft", Draft())


def _keep(draft: Draft) -> None:
    st.session_state["draft"] = draft
    st.session_state.pop("draft_refused", None)
