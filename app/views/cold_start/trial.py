"""Versions of the newcomer: encoded, folded in, and compared with the version before."""

import hashlib
import io
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import streamlit as st
from PIL import Image

from app.components.scoring import Scoring
from app.views.cold_start.draft import Draft
from app.views.cold_start.placement import rarely_bought
from lattice.errors import InputError
from lattice.features.upload import encode_upload
from lattice.inference import FoldIn
from lattice.recommender import Recommender

READINGS = 8  # of a visit; going back to a picture or to words doesn't read them again


@dataclass(frozen=True, eq=False)
class Trial:
    """A version of the newcomer and its fold-in.

    use: "both", "picture" or "words". rare: [n_users] its rank among the rarely bought, in the order of `users`.
    """

    draft: Draft
    use: str
    scoring: Scoring
    vectors: Mapping[str, np.ndarray]
    placed: FoldIn
    rare: np.ndarray


def kinds_of(recommender: Recommender) -> set[str]:
    """Return which of "image" and "text" this checkpoint's encoders can read."""
    return {record.kind for record in recommender.checkpoint.encoders.values()} & {"image", "text"}


@st.cache_resource
def encoder_lock() -> threading.Lock:
    """Return the lock that lets one visitor encode at a time."""
    return threading.Lock()


@st.cache_resource(max_entries=4, show_spinner=False)
def warm_up(_recommender: Recommender, _lock: threading.Lock, fingerprint: str) -> None:
    """Load the encoders while the visitor still looks for a picture: it takes seconds, once."""
    kinds = kinds_of(_recommender)

    def load() -> None:
        with _lock, suppress(InputError):
            _recommender.fold_in(_blank() if "image" in kinds else None, "words" if "text" in kinds else None)

    threading.Thread(target=load, daemon=True).start()


@st.cache_data(max_entries=4, show_spinner=False)
def rare_items(_recommender: Recommender, fingerprint: str) -> list[str]:
    """Return the ids of the rarely bought."""
    return rarely_bought(_recommender.checkpoint.dataset)


def trials(
    recommender: Recommender, stamp: str, draft: Draft, use: str, scoring: Scoring
) -> tuple[Trial | None, Trial]:
    """Return (before, now): the newest version, and the one before it or None.

    Nothing is encoded or folded in again where nothing changed. Raises InputError where it can't be folded in.
    """
    key = (stamp, draft.title, draft.text, _digest(draft.image or b""), use, scoring)
    known, before, now = st.session_state.get("trials", (None, None, None))
    if known != key:
        before = now if known and known[0] == stamp else None
        now = _try(recommender, draft, use, scoring)
        st.session_state["trials"] = (key, before, now)
    return before, now


def _try(recommender: Recommender, draft: Draft, use: str, scoring: Scoring) -> Trial:
    kinds = kinds_of(recommender)
    image = draft.image if "image" in kinds and use != "words" else None
    words = draft.words if "text" in kinds and use != "picture" else ""
    vectors = {**(_read(recommender, image) if image else {}), **(_read(recommender, words) if words else {})}
    placed = recommender.fold_in_features(vectors, scoring.completion, scoring.lift)
    rare = rare_items(recommender, recommender.checkpoint.dataset_fingerprint)
    return Trial(draft, use, scoring, vectors, placed, recommender.ranks_of(placed.embedding, rare))


def _read(recommender: Recommender, content: bytes | str) -> dict[str, np.ndarray]:
    """Return the raw vectors of a picture or of words, from this visit's memory where they were encoded before."""
    known = st.session_state.setdefault("readings", {})
    checkpoint = recommender.checkpoint
    kind, data = ("image", content) if isinstance(content, bytes) else ("text", content.encode())
    key = (checkpoint.dataset_fingerprint, kind, _digest(data))
    if key not in known:
        image, text = (content, None) if isinstance(content, bytes) else (None, content)
        with encoder_lock():
            known[key] = encode_upload(checkpoint.encoders, image, text, checkpoint.dataset.folder)
        for old in list(known)[:-READINGS]:
            del known[old]
    return known[key]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _blank() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "PNG")
    return buffer.getvalue()
