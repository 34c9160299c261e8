"""Fusion: how much each modality counts, how their graphs differ, and what another mix would change."""

import pandas as pd
import streamlit as st

from app.components import charts
from app.components.fusion_facts import (
    alpha_path,
    as_shown,
    change,
    chosen_alpha,
    groupings,
    learned_changes,
    modality_overlap,
    same_group,
    sample_users,
    validation_recall,
)
from app.components.glossary import term
from app.components.items import plain
from app.components.page import need_graph, open_page
from app.components.style import NEUTRAL, colours
from app.state import Workspace
from lattice.recommender import Recommender

SAMPLE = 200
QUIET = {"displayModeBar": False}


@st.cache_data(max_entries=16, show_spinner=False)
def facts(_recommender: Recommender, stamp: str, group: str | None) -> dict[str, pd.DataFrame]:
    """The numbers of this page that cost a pass over all edges."""
    graph = _recommender.item_graph
    assert graph is not None
    found = {
        "initial": modality_overlap(graph, "initial"),
        "learned": modality_overlap(graph, "learned"),
        "changes": learned_changes(graph),
    }
    return found | ({"same": same_group(graph, _recommender.items[group])} if group else {})


def show_weights(recommender: Recommender, palette: dict[str, str]) -> None:
    graph, checkpoint = recommender.item_graph, recommender.checkpoint
    assert graph is not None
    cells = st.grid(len(palette) + 3, min_column_width=130)
    for modality, alpha in graph.alpha.items():
        cells.metric(f"α {plain(modality)}", f"{alpha:.3f}", help=term("alpha"), border=True)
    cells.metric("λ", f"{graph.lambda_:g}", help=term("lambda"), border=True)
    cells.metric("k", graph.k, help=term("k"), border=True)
    cells.metric("Item-graph layers", graph.layers, help=term("layers"), border=True)
    st.subheader("α over training", anchor=False, help=term("alpha"))
    history = checkpoint.history
    if len(history) < 2 or not any(f"alpha_{m}" in history for m in palette):
        st.caption("The training history of this checkpoint has no α to draw.")
        return
    best = checkpoint.metrics.get("best_epoch")
    first, last, which = alpha_path(history, best)
    said = ", ".join(f"{plain(m)} {first[f'alpha_{m}']:.3f} → {last[f'alpha_{m}']:.3f}" for m in palette)
    st.plotly_chart(
        charts.alpha_curves(history, palette, best),
        config=QUIET,
        key="alpha",
        alt=f"α from the first to the {which} epoch: {said}",
    )
    st.caption(f"All modalities start equal. From the first to the {which} epoch: {said}.")


def show_difference(recommender: Recommender, palette: dict[str, str], stamp: str) -> None:
    choices = groupings(recommender.items)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("What each modality links", anchor=False)
        if choices:
            group = st.segmented_control("Items of the same", choices, default=choices[0], required=True, key="group")
            same = facts(recommender, stamp, group)["same"]
            st.plotly_chart(
                charts.shares(same["graph"], same["share"], {**palette, "chance": NEUTRAL}),
                config=QUIET,
                key="same",
                alt="Share of edge weight inside the group: "
                + ", ".join(f"{r.graph} {r.share:.0%}" for r in same.itertuples()),
            )
            st.caption(f"The share of a graph's weight that joins items of the same {plain(group)}.")
        else:
            st.caption("These items carry no type, department, category or brand to compare their neighbours by.")
    found = facts(recommender, stamp, st.session_state.get("group") if choices else None)
    with right:
        st.subheader("What learning changed", anchor=False, help=term("learned"))
        st.plotly_chart(
            charts.changes(found["changes"]),
            config=QUIET,
            key="changes",
            alt="; ".join(
                f"{r.modality}: {r.kept} kept, {r.gained} gained, {r.lost} lost" for r in found["changes"].itertuples()
            ),
        )
        said = [
            f"{plain(r.modality)}: {r.kept:,} edges kept, {r.gained:,} gained, {r.lost:,} lost"
            for r in found["changes"].itertuples()
        ]
        st.caption("Learned against initial graph. " + "; ".join(said) + ".")
        pairs = zip(found["initial"].itertuples(), found["learned"].itertuples(), strict=True)
        for initial, learned in pairs:
            st.markdown(
                f"{plain(initial.one)} and {plain(initial.other)} share **{initial.shared:.1%}** of their initial "
                f"edges and **{learned.shared:.1%}** of their learned ones. The less they share, the more each brings."
            )


def reset(recommender: Recommender, name: str) -> None:
    """Put the sliders where training left the coefficients."""
    graph = recommender.item_graph
    assert graph is not None
    for modality, alpha in graph.alpha.items():
        st.session_state[f"{name} alpha {modality}"] = as_shown(alpha)
    st.session_state[f"{name} lambda"] = float(graph.lambda_)


@st.fragment
def show_what_if(recommender: Recommender, name: str) -> None:
    graph = recommender.item_graph
    assert graph is not None
    st.subheader("What if", anchor=False, help=term("what_if"))
    st.caption("Another mix at inference, not retrained. At 0 a modality is dropped; weights are brought to sum to 1.")
    if f"{name} lambda" not in st.session_state:
        reset(recommender, name)
    cells = st.grid(len(graph.alpha) + 1, min_column_width=180)
    sliders = {
        m: cells.slider(f"α {plain(m)}", 0.0, 1.0, step=0.01, key=f"{name} alpha {m}", help=term("alpha"))
        for m in graph.alpha
    }
    lambda_ = cells.slider("λ", 0.0, 1.0, step=0.05, key=f"{name} lambda", help=term("lambda"))
    st.button("Back to the trained mix", icon=":material/undo:", on_click=reset, args=(recommender, name))
    if sum(sliders.values()) == 0:
        st.warning("Give at least one modality a weight above 0.")
        return
    alpha = chosen_alpha(sliders, graph.alpha)
    trained = alpha == dict(graph.alpha)
    if trained and abs(lambda_ - graph.lambda_) < 1e-9:
        users = sample_users(recommender, SAMPLE)
        recall = validation_recall(recommender, users)
        st.info(
            f"This is the trained mix: validation Recall@20 is {recall:.4f} for a sample of {len(users)} users. "
            "Move a slider to see whose lists would change.",
            icon=":material/tune:",
        )
        return
    users = sample_users(recommender, SAMPLE)
    found = change(recommender, recommender.what_if(lambda_=lambda_, alpha=None if trained else alpha), users)
    cells = st.grid(3, min_column_width=180)
    for text, value, delta, help in (
        ("Items replaced in the top 20", f"{found.replaced.mean():.1f}", None, "On average over the sample."),
        ("Places that changed", f"{found.moved.mean():.1f} of 20", None, "On average over the sample."),
        ("Validation Recall@20", f"{found.after:.4f}", f"{found.after - found.before:+.4f}", term("recall")),
    ):
        cells.metric(text, value, delta, help=help, border=True, height="stretch")
    st.plotly_chart(
        charts.histogram(found.replaced, 20, "items replaced in a user's top 20"),
        config=QUIET,
        key="replaced",
        alt=f"Items replaced in the top 20 of {len(users)} users, {found.replaced.mean():.1f} on average.",
    )
    st.caption(f"A fixed sample of {len(users)} users, on the validation split. The test split is not touched here.")


def show(workspace: Workspace) -> None:
    recommender = need_graph(workspace)
    palette = colours(recommender.modalities)
    show_weights(recommender, palette)
    show_difference(recommender, palette, workspace.stamps[workspace.main])
    show_what_if(recommender, workspace.name)


show(open_page("Fusion", "How much each modality counts, what each of them knows, and what another mix would change."))
