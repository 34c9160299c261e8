"""The frame of every page: its heading, the dataset that it shows, and clear words where there is none."""

import streamlit as st

from app.components.hint import show_hint
from app.components.items import plain
from app.components.pickers import begin_notices, pick
from app.workspace import Workspace, checkpoint_root, discover, label, open_workspace
from lattice.recommender import Recommender


def open_page(title: str, lead: str, hint: str) -> Workspace:
    """Draw the heading and return what was trained; where nothing was, say how to train and stop.

    hint: where to begin, for those who are here for the first time.
    """
    found = discover(checkpoint_root())
    head = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    begin_notices(st.empty())
    with head:
        with st.container(gap="xsmall"):
            st.title(title, anchor=False)
            st.caption(lead)
        if len(found) > 1:
            name = pick("Dataset", "dataset", list(found), next(iter(found)), width=200)
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
        st.warning(f"{plain(label(run))} can't be shown. {plain(problem)}", icon=":material/warning:")
    if not workspace.models:
        st.stop()
    show_hint(title, hint)
    return workspace


def need_graph(workspace: Workspace) -> Recommender:
    """The LATTICE model of the workspace; where there is none, say so and stop."""
    recommender = workspace.models[workspace.main]
    if recommender.item_graph is None:
        st.info(
            f"This page shows LATTICE's item graph. Only {', '.join(plain(label(m)) for m in workspace.models)} "
            "is trained here, which has none.",
            icon=":material/hub:",
        )
        st.stop()
    return recommender
