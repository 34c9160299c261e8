"""Loads what the first page needs in a thread of its own, from the server's start on."""

import gc
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread

import streamlit as st


@st.cache_resource(show_spinner=False)
def preparation() -> Thread:
    """Return the thread, started once in a process. Wait for it before importing what it imports."""
    thread = Thread(target=_prepare, daemon=True)
    thread.start()
    return thread


def _prepare() -> None:
    from app.workspace import checkpoint_root, first_dataset, on_disk, open_workspace

    found, stamps = on_disk(checkpoint_root())
    name = first_dataset(list(found))
    if name:  # while this thread imports, another core reads
        Thread(target=_read_ahead, args=(found[name],), daemon=True).start()
    from app.components import charts, items  # noqa: F401 -- plotly takes a second

    if name:
        open_workspace(name, found[name], stamps)
    gc.freeze()  # what is loaded stays: the collector needn't look at it again


def _read_ahead(folders: Sequence[Path]) -> None:
    """Compute the digests of models' files, which are kept until they are compared with the manifest's."""
    from lattice.untrusted.manifest import digest_of

    for folder in folders:
        with suppress(OSError):
            for file in folder.iterdir():
                digest_of(file)


@st.cache_resource(show_spinner=False)
def search_preparation() -> Thread:
    """Return the thread that makes what boxes of items search, started after the first page: nobody types before."""
    thread = Thread(target=_prepare_search, daemon=True)
    thread.start()
    return thread


def _prepare_search() -> None:
    from app.components.items import open_catalogue
    from app.workspace import checkpoint_root, first_dataset, on_disk, open_workspace

    found, stamps = on_disk(checkpoint_root())
    if name := first_dataset(list(found)):
        workspace = open_workspace(name, found[name], stamps)
        if workspace.models:
            _ = open_catalogue(workspace.models[workspace.main], workspace.stamps[workspace.main]).index
