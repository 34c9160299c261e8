"""Versions of the newcomer: encoded, folded in, and compared with the version before."""

import hashlib
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import streamlit as st

from app.components.scoring import Scoring, model_alone
from app.encoder_queue import EncoderQueue, encoder_queue
from app.views.cold_start.content import given_content, readable_kinds
from app.views.cold_start.draft import Draft
from app.views.cold_start.placement import rarely_bought
from app.views.cold_start.ranking import rare_lists
from lattice.errors import InputError
from lattice.inference import FoldIn
from lattice.recommender import Recommender

READINGS = 8  # of a visit; going back to a picture or to words doesn't read them again


@dataclass(frozen=True, eq=False)
class Placed:
    """A version of the newcomer, folded in; its ranks may not be known yet.

    use: what it may be based on (`use_options`). used: keys of the kinds of content that it is based on.
    """

    draft: Draft
    use: str
    used: frozenset[str]
    scoring: Scoring
    vectors: Mapping[str, np.ndarray]
    placed: FoldIn


@dataclass(frozen=True, eq=False)
class Trial(Placed):
    """A version of the newcomer with its ranks in every user's list.

    rare: [n_users] its rank among the rarely bought, in the order of the model's users.
    paper: the same newcomer in the paper's form, to compare with.
    """

    rare: np.ndarray
    paper: FoldIn


@st.cache_resource(max_entries=4, show_spinner=False)
def warm_up(_recommender: Recommender, fingerprint: str) -> None:
    """Load the encoders while the visitor still looks for a picture: it takes seconds, once."""
    samples = {kind.key: kind.sample() for kind in readable_kinds(_recommender)}
    checkpoint, queue = _recommender.checkpoint, encoder_queue()

    def load() -> None:
        with suppress(InputError):
            for key, sample in samples.items():
                queue.encode(checkpoint.encoders, key, sample, checkpoint.dataset.folder)

    threading.Thread(target=load, daemon=True).start()


@st.cache_data(max_entries=4, show_spinner=False)
def rare_items(_recommender: Recommender, fingerprint: str) -> list[str]:
    """Return the ids of the rarely bought."""
    return rarely_bought(_recommender.checkpoint.dataset)


def place(recommender: Recommender, stamp: str, draft: Draft, use: str, scoring: Scoring) -> Placed:
    """Return the newest version, without ranks; nothing is encoded or folded in again where nothing changed.

    Raises InputError where it can't be folded in.
    """
    key = _key(stamp, draft, use, scoring)
    known, found = st.session_state.get("placed", (None, None))
    if known != key:
        content = given_content(draft, readable_kinds(recommender), use)
        vectors: dict[str, np.ndarray] = {}
        for kind, data in content.items():
            vectors |= _read(recommender, kind, data)
        model = scoring.model(recommender, stamp)
        folded = model.fold_in_features(vectors, scoring.completion, scoring.exposure, ranked=False)
        found = Placed(draft, use, frozenset(content), scoring, vectors, folded)
        st.session_state["placed"] = (key, found)
    return found


def trials(recommender: Recommender, stamp: str, newest: Placed) -> tuple[Trial | None, Trial]:
    """Return (before, now): the newest version with its ranks, and the one before it or None."""
    key = _key(stamp, newest.draft, newest.use, newest.scoring)
    known, before, now = st.session_state.get("trials", (None, None, None))
    if known != key:
        before = now if known and known[0] == stamp else None
        now = _ranked(recommender, stamp, newest)
        st.session_state["trials"] = (key, before, now)
    return before, now


def _key(stamp: str, draft: Draft, use: str, scoring: Scoring) -> tuple[object, ...]:
    return (stamp, draft.title, draft.text, _digest(draft.image or b""), use, scoring)


def _ranked(recommender: Recommender, stamp: str, newest: Placed) -> Trial:
    scoring = newest.scoring
    model = scoring.model(recommender, stamp)
    ranked = model.with_ranks(newest.placed)
    rare = model.ranks_of(ranked.embedding, rare_lists(recommender, stamp, scoring))
    alone = model_alone(recommender, stamp)
    paper = ranked if scoring == Scoring() else alone.fold_in_features(newest.vectors)
    return Trial(**{**vars(newest), "placed": ranked}, rare=rare, paper=paper)


def _read(recommender: Recommender, kind: str, content: bytes | str) -> dict[str, np.ndarray]:
    """Return the raw vectors of one kind of content, from this visit's memory where it was encoded before."""
    known = st.session_state.setdefault("readings", {})
    checkpoint = recommender.checkpoint
    key = (checkpoint.dataset_fingerprint, kind, _digest(content.encode() if isinstance(content, str) else content))
    if key not in known:
        place = st.empty()
        queue = encoder_queue()
        known[key] = queue.encode(
            checkpoint.encoders,
            kind,
            content,
            checkpoint.dataset.folder,
            lambda ahead: place.caption(turn(queue, ahead)),
        )
        place.empty()
        for old in list(known)[:-READINGS]:
            del known[old]
    return known[key]


def turn(queue: EncoderQueue, ahead: int) -> str:
    """Return what an upload waits for, with others ahead of it."""
    if queue.loading:  # for a sample that is no visitor's upload
        return "The encoders are being loaded, which takes some seconds, once…"
    return f"{ahead} {'upload is' if ahead == 1 else 'uploads are'} read before this one…"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
