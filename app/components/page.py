"""The frame of every page: heading, choice of data set, and a clear message where nothing is trained."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from app.components.hint import show_hint
from app.components.pickers import reset_warnings, warn_address, warn_unknown
from app.components.text import escape_markdown
from app.components.words import count_of, fill, set_words
from app.failures import log_once
from app.folders import checkpoint_root, first_dataset
from app.url_state import bound_address, choice, choose
from app.workspace import Workspace, label, on_disk, open_workspace
from lattice.checkpoint import MARKER
from lattice.data import Dataset
from lattice.data.about import About, Words
from lattice.errors import InputError
from lattice.recommender import Recommender
from lattice.untrusted.files import read_json


def open_page(title: str, lead: str, hint: str) -> Workspace:
    """Draw the heading and return the workspace; where nothing is trained, say how to train and stop.

    lead: what the page is for. hint: where to begin, for first-time visitors. Both may hold {user}, {items} and the
    like, for the data set's own words.
    """
    found, stamps = on_disk(checkpoint_root())
    head = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    about = st.empty()
    reset_warnings(st.empty())
    for line in bound_address():
        warn_address(line)
    with head:
        with st.container(gap="xsmall"):
            st.title(title, anchor=False)
            lead_line = st.empty()
        name = choose_dataset(found, stamps)
    if not found:
        lead_line.caption(fill(lead, Words()))
        st.info(
            f"No trained model is in the folder `{checkpoint_root().name}` yet.\n\nTrain one with "
            "`python -m lattice train DATASET --model lattice --out checkpoints/NAME/lattice`, or let "
            "`LATTICE_CHECKPOINTS` name the folder that holds yours.",
            icon=":material/inventory_2:",
        )
        st.stop()
    with st.spinner("Loading the trained models…"):
        workspace = open_workspace(name, found[name], stamps)
    for run, problem in workspace.problems.items():
        st.warning(
            f"{escape_markdown(label(run))} can't be shown: its checkpoint can't be used. "
            f"The server's log says why, under `{log_once(problem)}`.",
            icon=":material/warning:",
        )
    if not workspace.models:
        lead_line.caption(fill(lead, Words()))
        st.stop()
    dataset = workspace.models[workspace.main].checkpoint.dataset
    set_words(dataset.words)
    lead_line.caption(fill(lead))
    with about.container():
        show_about(dataset)
    show_hint(title, fill(hint))
    return workspace


def choose_dataset(known: Mapping[str, Sequence[Path]], stamps: Mapping[Path, str]) -> str:
    """Draw the choice of data set where there are several; return its name, "" where there is none.

    known: name -> the folders of its models. stamps: folder -> its stamp. A hover says of each what is real in it and
    what is simulated.
    """
    names = list(known)
    if len(names) < 2:
        return next(iter(names), "")
    found = choice("dataset", names, first_dataset(names))
    st.session_state["pick_dataset"] = found.value
    lines = {name: about_line(folders[0], stamps[folders[0]]) for name, folders in known.items()}
    said = "\n\n".join(f"**{escape_markdown(name)}**: {escape_markdown(line)}" for name, line in lines.items() if line)
    st.selectbox("Data set", names, key="pick_dataset", on_change=change_dataset, width=200, help=said or None)
    if found.unknown is not None:
        warn_unknown("Data set", found.unknown, found.value)
    return found.value


@st.cache_data(max_entries=64, show_spinner=False)
def about_line(folder: Path, stamp: str) -> str:
    """Return the line on the data that a checkpoint's options hold, "" where it can't be read. stamp: of the folder."""
    try:
        return About.from_json(read_json(folder, MARKER)["dataset"]).line
    except (InputError, OSError, KeyError, TypeError, ValueError):
        return ""


def change_dataset() -> None:
    """Choose another data set. Choices made in the one before are forgotten: its users and items aren't in this one."""
    st.query_params.clear()
    for key in [str(key) for key in st.session_state if str(key).startswith("chosen_")]:
        del st.session_state[key]
    choose("dataset", str(st.session_state["pick_dataset"]))


def show_about(dataset: Dataset) -> None:
    """Draw one line on the data: its size, what is real in it and what is simulated, and whose it is."""
    words = dataset.words
    size = [
        count_of(dataset.n_users, words.user, words.users),
        count_of(dataset.n_items, words.item, words.items),
        count_of(len(dataset.interactions), words.interaction, words.interactions),
    ]
    said = f"**{escape_markdown(dataset.name)}**: {escape_markdown(', '.join(size))}."
    for text in (dataset.about.line, dataset.about.credits):
        said += f" {escape_markdown(text)}" if text else ""
    st.caption(said)


def need_graph(workspace: Workspace) -> Recommender:
    """Return the workspace's LATTICE model; where there is none, say so and stop."""
    recommender = workspace.models[workspace.main]
    if recommender.item_graph is None:
        names = ", ".join(escape_markdown(label(name)) for name in workspace.models)
        st.info(
            f"This page shows LATTICE's item graph. Only {names} is trained here, which has none.",
            icon=":material/hub:",
        )
        st.stop()
    return recommender
