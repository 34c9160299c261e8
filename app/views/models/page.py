"""Models: how they compare in experiments, what every checkpoint scores, and what it was trained on."""

import pandas as pd
import streamlit as st

from app.components.figure import show_figure
from app.components.page import open_page
from app.components.pickers import url_select
from app.components.text import escape_markdown
from app.components.words import fill
from app.views.models.data_report import show_data_report
from app.views.models.experiment_panels import show_experiments
from app.views.models.runs import (
    duration,
    flatten,
    over_seeds,
    run_facts,
    safe_card,
    scores_by_split,
    seeds_in_words,
)
from app.views.models.training_chart import training_curve
from app.workspace import Workspace, label
from lattice.evaluation.metrics import explain, label_of
from lattice.models import options_to_dict
from lattice.recommender import Recommender

SPLITS = {"valid": "validation", "test": "test", "seeds": "test, several seeds"}


def show_scores(workspace: Workspace) -> None:
    several = over_seeds(workspace.models)
    with st.container(horizontal=True, gap="medium"):
        splits = [name for name in SPLITS if name != "seeds" or not several.empty]
        split = url_select("Split", "split", splits, "valid", SPLITS.__getitem__, kind="segments")
        table = several if split == "seeds" else scores_by_split(workspace.models, split)
        lengths = sorted({column.partition("@")[2] for column in table if "@" in column}, key=int)
        if lengths:
            length = url_select("List length", "cutoff", lengths, lengths[-1], kind="segments")
    if not lengths:
        st.caption("These checkpoints have no scores for this split.")
        return
    shown, recall = by_model(table, length), explain(f"recall@{length}")
    if split == "seeds":
        st.table(shown, border="horizontal")
        st.caption(
            f"Mean ± standard deviation over {seeds_in_words(table)}, with the settings that were best on validation. "
            + recall
        )
        return
    best = shown.style.format("{:.4f}", na_rep="–")
    st.table(best.highlight_max(axis=0, props="font-weight: 700"), border="horizontal")
    st.caption(
        fill("All {items} are ranked for every {user}; only training {items} are masked. Bold is the best. ") + recall
    )


def by_model(table: pd.DataFrame, length: str) -> pd.DataFrame:
    """Return the metrics at one list length as Markdown, one row per model."""
    named = table.assign(model=table["model"].map(escape_markdown)).set_index("model")
    return named[[column for column in named if column.endswith(f"@{length}")]].rename(columns=label_of)


def two_columns(values: dict[str, str], first: str) -> None:
    """Draw a small table of names and values."""
    st.table(
        pd.DataFrame({first: map(escape_markdown, values), "value": map(escape_markdown, values.values())}),
        border="horizontal",
        hide_index=True,
    )


def show_model(recommender: Recommender) -> None:
    checkpoint = recommender.checkpoint
    metrics = checkpoint.metrics
    cells = st.grid(4, min_column_width=140)
    cells.metric("Trained in", duration(float(metrics.get("seconds", 0))), border=True)
    cells.metric("Epochs", metrics.get("epochs", len(checkpoint.history)), border=True)
    cells.metric("Best epoch", metrics.get("best_epoch", "–"), help="Chosen by validation Recall@20.", border=True)
    cells.metric("Parameters", f"{metrics.get('parameters', 0):,}", border=True)
    best = metrics.get("best_epoch")
    if len(checkpoint.history) > 1 and "loss" in checkpoint.history:
        show_figure(
            training_curve(checkpoint.history, best),
            f"training-{recommender.name}",
            f"Loss and validation Recall@20 by epoch; the best epoch is {best}.",
            checkpoint.history,
            {column: "%.4f" for column in checkpoint.history.columns if column != "epoch"},
        )
    left, right = st.columns(2, gap="large")
    with left:
        two_columns(run_facts(recommender), "run")
    with right:
        training = {k: str(v) for k, v in vars(checkpoint.training).items()}
        two_columns(flatten(options_to_dict(checkpoint.options)) | training, "option")
    with st.expander("Model card", icon=":material/description:"):
        st.markdown(safe_card(checkpoint.card))
        st.download_button(
            "Model card", checkpoint.card, "README.md", "text/markdown", icon=":material/download:", on_click="ignore"
        )


def show(workspace: Workspace) -> None:
    show_experiments(workspace)
    st.subheader("These checkpoints", anchor=False)
    show_scores(workspace)
    st.subheader("One model", anchor=False)
    name = url_select("Model", "model", list(workspace.models), workspace.main, label, kind="segments")
    show_model(workspace.models[name])
    show_data_report(workspace)


show(
    open_page(
        "Models",
        "How models compare over several seeds, and what every checkpoint scores, on which data, with which options.",
        "One training says little: a lead counts where it is larger than the spread over seeds.",
    )
)
