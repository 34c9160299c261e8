"""Loads what the first page needs in a thread of its own, from the server's start on."""

import gc
from threading import Thread

import streamlit as st


@st.cache_resource(show_spinner=False)
def preparation() -> Thread:
    """Return the thread, started once in a process. Wait for it before importing what it imports."""
    thread = Thread(target=_prepare, daemon=True)
    thread.start()
    return thread


def _prepare() -> None:
    from app.components import charts, items  # noqa: F401 -- plotly and torch take seconds
    from app.workspace import checkpoint_root, discover, first_dataset, open_workspace

    found = discover(checkpoint_root())
    if name := first_dataset(list(found)):
        open_workspace(name, found[name])
    gc.freeze()  # what is loaded stays: the collector needn't look at it again
