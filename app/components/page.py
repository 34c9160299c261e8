"""The frame of every page: heading, choice of data set, and a clear message where nothing is trained."""

import streamlit as st

from app.components.hint import show_hint
from app.components.pickers import reset_warnings, url_select
from app.components.text import escape_markdown
from app.workspace import Workspace, checkpoint_root, discover, label, open_workspace
from lattice.recommender import Recommender


def open_page(title: str, lead: str, hint: str) -> Workspace:
    """Draw the heading and return the workspace; where nothing is trained, say how to train and stop.

    hint: where to begin, for first-time visitors.
    """
    found = discover(checkpoint_root())
    head = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    reset_warnings(st.empty())
    with head:
        with st.container(gap="xsmall"):
            st.title(title, anchor=False)
            st.caption(lead)
        if len(found) > 1:
            name = url_select("Dataset", "dataset", list(found), next(iter(found)), width=200)
        else:
            name = next(iter(found), "")
    if not found:
        st.info(
            f"No trained model is in `{checkpoint_root()}` yet.\n\nTrain one with "
            "`python -m lattice train DATASET --model lattice --out checkpoints/NAME/lattice`, or let "
            "`LATTICE_CHECKPOINTS` name the folder that holds yours.",
            icon=":material/inventory_2:",
        )
        st.stop()
    workspace = open_workspace(name, found[name])
    for run, problem in workspace.problems.items():
        st.warning(
            f"{escape_markdown(label(run))} can't be shown. {escape_markdown(problem)}", icon=":material/warning:"
        )
    if not workspace.models:
        st.stop()
    show_hint(title, hint)
    return workspace


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
