"""Fusion: how much each modality counts, item by item and for the scores, and what another mix would change."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from app.components.figure import show_figure
from app.components.glossary import help_text
from app.components.items import open_catalogue
from app.components.page import need_graph, open_page
from app.components.style import colours
from app.components.text import escape_markdown
from app.views.fusion import charts
from app.views.fusion.facts import alpha_path, learned_changes, modality_overlap
from app.views.fusion.panels import show_catalogue, show_groups, show_scores
from app.views.fusion.what_if import show_what_if
from app.views.fusion.worth import show_worth
from app.workspace import Workspace
from lattice.recommender import Recommender


@st.cache_data(max_entries=16, show_spinner="Comparing the graphs…")
def graph_facts(_recommender: Recommender, stamp: str) -> dict[str, pd.DataFrame]:
    """Return the numbers of this page that need a pass over all edges."""
    graph = _recommender.item_graph
    assert graph is not None
    return {
        "initial": modality_overlap(graph, "initial"),
        "learned": modality_overlap(graph, "learned"),
        "changes": learned_changes(graph),
    }


def show_weights(recommender: Recommender, palette: Mapping[str, str]) -> None:
    graph = recommender.item_graph
    assert graph is not None
    cells = st.grid(len(palette) + 3, min_column_width=130)
    for modality, alpha in graph.alpha.items():
        cells.metric(f"α {escape_markdown(modality)}", f"{alpha:.3f}", help=help_text("alpha"), border=True)
    cells.metric("λ", f"{graph.lambda_:g}", help=help_text("lambda"), border=True)
    cells.metric("k", graph.k, help=help_text("k"), border=True)
    cells.metric("Item-graph layers", graph.layers, help=help_text("layers"), border=True)


def show_training(recommender: Recommender, palette: Mapping[str, str]) -> None:
    st.subheader("α over training", anchor=False, help=help_text("alpha"))
    history = recommender.checkpoint.history
    columns = [f"alpha_{m}" for m in palette]
    if len(history) < 2 or not set(columns) <= set(history):
        st.caption("The training history of this checkpoint has no α to draw.")
        return
    best = recommender.checkpoint.metrics.get("best_epoch")
    first, last, which = alpha_path(history, best)
    said = ", ".join(f"{m} {first[f'alpha_{m}']:.3f} → {last[f'alpha_{m}']:.3f}" for m in palette)
    show_figure(
        charts.alpha_curves(history, palette, best).update_layout(height=320),
        "alpha",
        f"α from the first to the {which} epoch: {said}",
        history[["epoch", *columns]],
        dict.fromkeys(columns, "%.4f"),
    )
    st.caption(f"All modalities start equal. From the end of the first epoch to the {which}: {escape_markdown(said)}.")


def show_learning(recommender: Recommender, stamp: str) -> None:
    found = graph_facts(recommender, stamp)
    changes = found["changes"]
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("What learning changed", anchor=False, help=help_text("learned"))
        said = [
            f"{r.modality}: {r.kept:,} edges kept, {r.gained:,} gained, {r.lost:,} lost" for r in changes.itertuples()
        ]
        show_figure(charts.edge_change_bars(changes), "learned-changes", "; ".join(said), changes, {})
        st.caption(f"Learned against initial graph. {escape_markdown('; '.join(said))}.")
    if found["initial"].empty:
        return  # a single modality
    with right:
        st.subheader("What they share", anchor=False)
        for initial, learned in zip(found["initial"].itertuples(), found["learned"].itertuples(), strict=True):
            one, other = escape_markdown(initial.one).capitalize(), escape_markdown(initial.other)
            st.markdown(
                f"{one} and {other} share **{initial.shared:.1%}** of their initial edges and "
                f"**{learned.shared:.1%}** of their learned ones."
            )
        st.caption("Edges in both, of all that are in either. The less two modalities share, the more each adds.")


def show(workspace: Workspace) -> None:
    recommender, stamp = need_graph(workspace), workspace.stamps[workspace.main]
    palette = colours(recommender.modalities)
    show_weights(recommender, palette)
    if len(palette) > 1:
        left, right = st.columns(2, gap="large")
        with left:
            show_training(recommender, palette)
        with right:
            show_scores(recommender, stamp, palette)
        show_catalogue(recommender, stamp, open_catalogue(recommender, stamp), palette)
    else:
        only = escape_markdown(next(iter(palette)))
        st.info(f"This model has one modality, {only}, so there is nothing to fuse: its α is always 1.")
        show_scores(recommender, stamp, palette)
    show_groups(recommender, stamp, palette)
    show_learning(recommender, stamp)
    show_worth(recommender, stamp, open_catalogue(recommender, stamp))
    show_what_if(recommender, stamp)


show(
    open_page(
        "Fusion",
        "How much each modality counts, what each of them knows, and what another mix would change.",
        "α is a modality's learned weight. The bars beside it show what the validation scores lose without one.",
    )
)
