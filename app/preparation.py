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
    from app.workspace import Workspace, checkpoint_root, first_dataset, on_disk, open_workspace

    def prepare_search(workspace: Workspace) -> None:
        _ = items.open_catalogue(workspace.models[workspace.main], workspace.stamps[workspace.main]).index

    found, stamps = on_disk(checkpoint_root())
    if name := first_dataset(list(found)):
        workspace = open_workspace(name, found[name], stamps)
        if workspace.models:  # nobody types before the first page is there
            Thread(target=prepare_search, args=(workspace,), daemon=True).start()
    gc.freeze()  # what is loaded stays: the collector needn't look at it again
