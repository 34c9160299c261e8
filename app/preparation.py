"""Loads what the first page needs in a thread of its own, from the server's start on."""

import gc
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import streamlit as st

from app.folders import checkpoint_root, first_dataset
from lattice.memory import without_collector

if TYPE_CHECKING:
    from lattice.data.checkpoint_tables import CheckpointTables


@st.cache_resource(show_spinner=False)
def preparation() -> Thread:
    """Return the thread, started once in a process. Wait for it before importing what it imports."""
    thread = Thread(target=_prepare, daemon=True)
    thread.start()
    return thread


def _prepare() -> None:
    root = checkpoint_root()
    with without_collector(), ThreadPoolExecutor(max_workers=1) as reader:
        ahead = reader.submit(_read_ahead, root)
        import torch  # noqa: F401 -- first, as it looks at all modules there are; meanwhile another core reads

        from app.components import charts, items  # noqa: F401
        from app.workspace import on_disk, open_workspace

        found, stamps = on_disk(root)
        if name := first_dataset(list(found)):
            open_workspace(name, found[name], stamps, ahead.result())
        gc.freeze()  # what is loaded stays: the collector needn't look at it later either


def _read_ahead(root: Path) -> "CheckpointTables | None":
    """Return the tables of the data set that the app opens on; None if it has none, or damaged ones.

    Digests of its models' files are computed too, and kept until they are compared with the manifest's.
    """
    from lattice.data.checkpoint_tables import MARKER, read_tables
    from lattice.untrusted.manifest import digest_of

    found = sorted(root.glob(f"*/*/{MARKER}"))
    name = first_dataset(list(dict.fromkeys(marker.parent.parent.name for marker in found)))
    folders = [marker.parent for marker in found if marker.parent.parent.name == name]
    tables = None
    for folder in folders[:1]:  # loading the model says what is wrong with it
        with suppress(OSError, KeyError, AttributeError, TypeError, ValueError):
            tables = read_tables(folder)
    for folder in folders:
        with suppress(OSError):
            for file in folder.iterdir():
                digest_of(file)
    return tables


@st.cache_resource(show_spinner=False)
def search_preparation() -> Thread:
    """Return the thread that makes what boxes of items search, and content scores, started after the first page."""
    thread = Thread(target=_prepare_search, daemon=True)
    thread.start()
    return thread


def _prepare_search() -> None:
    from app.components.items import open_catalogue
    from app.workspace import on_disk, open_workspace

    found, stamps = on_disk(checkpoint_root())
    if name := first_dataset(list(found)):
        workspace = open_workspace(name, found[name], stamps)
        if workspace.models:
            _ = open_catalogue(workspace.models[workspace.main], workspace.stamps[workspace.main]).index
        for model in workspace.models.values():
            _ = model.vectors
