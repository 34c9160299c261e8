"""Which users would get a newcomer: its ranks in their lists, and what interaction-only models can say of it."""

import html
import re
from collections.abc import Mapping
from functools import partial

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from app.components.charts import styled
from app.components.glossary import help_text
from app.components.items import Catalogue, strip
from app.components.style import NEUTRAL, PALETTE
from app.components.text import escape_markdown, join_names
from app.components.words import dataset_words, fill
from app.navigation import RECOMMEND
from app.views.cold_start.placement import placement_json, reach, reach_curve, users_csv, users_table
from app.views.cold_start.recipients import show_recipients
from app.views.cold_start.story import step
from app.views.cold_start.trial import Trial, rare_items
from app.workspace import Workspace, label
from lattice.models import MODELS
from lattice.recommender import Recommender

USERS = 200


def show_gains(workspace: Workspace, trial: Trial, catalogue: Catalogue) -> None:
    """Draw the item's ranks under LATTICE (models of interactions alone can't rank it), its reach, and the users."""
    recommender, words = workspace.models[workspace.main], dataset_words()
    rare = rare_items(recommender, recommender.checkpoint.dataset_fingerprint)
    step(6, "Who would get it", fill("Its rank in every {user}'s list, and what other models can do with it."))
    left, right = st.columns([3, 2], gap="medium")
    with left, st.container(border=True, height="stretch", key="places"):
        st.markdown(f"**{escape_markdown(label(workspace.main))} can rank it**", help=help_text("rare"))
        st.table(reach_table(trial, len(catalogue.ids), len(rare)).style.format("{:,}"), border="horizontal")
        form = trial.scoring.words
        st.caption(
            f"{form[:1].upper()}{form[1:]}: in how many of {len(recommender.users):,} "
            f"{words.users}' lists. {_said(trial)}"
        )
    with right, st.container(border=True, height="stretch", key="no_place"):
        # Models that read content could say something of it; these can't.
        blind = [name for name in workspace.others if not MODELS[workspace.models[name].name].needs_features]
        names = join_names([escape_markdown(label(name)) for name in blind]) or "LightGCN"
        st.markdown(f"**{names} alone can't rank it**", help=help_text("no_place"))
        st.markdown(
            f"**0 of {len(recommender.users):,}** lists. A model of {words.interactions} alone knows "
            f"{words.items} by their {words.users}. This one has none, so it has no embedding, no "
            "score and no rank, until "
            f"somebody has {words.chosen} it and the model is trained again."
        )
    if trial.scoring.exposure is not None:
        show_recipients(recommender, workspace.stamps[workspace.main], trial, catalogue)
    reach_chart(trial, len(recommender.users))
    _users(recommender, trial, catalogue)


def _said(trial: Trial) -> str:
    if trial.scoring.exposure is not None:
        return fill(
            "Its content is matched with what each {user} has; exposure lifts it by what it may cost the others."
        )
    if trial.scoring.completion == "none":
        return fill("It has only the item-graph part of a score, so it rarely beats what people already {choose}.")
    return "The missing collaborative part is filled in."


def reach_table(trial: Trial, everything: int, rare: int) -> pd.DataFrame:
    """Return best rank and users with it in their top 1, 10, 20, 100: among everything and the rarely bought."""
    rows = {
        f"Everything ({everything:,} {dataset_words().items})": trial.placed.users["rank"].to_numpy(),
        f"Rarely {dataset_words().chosen} ({rare:,} {dataset_words().items})": trial.rare,
    }
    cells = {
        name: {"best rank": int(ranks.min()), **{f"top {k}": reach(ranks, k) for k in (1, 10, 20, 100)}}
        for name, ranks in rows.items()
    }
    return pd.DataFrame.from_dict(cells, orient="index").rename_axis("among")


def reach_chart(trial: Trial, shown: int) -> None:
    """Draw in how many users' lists it appears, by length of the list."""
    rarely = fill("rarely {chosen}")
    curves = {"everything": trial.placed.users["rank"].to_numpy(), rarely: trial.rare}
    best = {name: int(ranks.min()) for name, ranks in curves.items()}
    st.plotly_chart(
        reach_figure(
            {name: reach_curve(ranks) for name, ranks in curves.items()},
            {"everything": NEUTRAL, rarely: PALETTE[0]},
            shown,
        ),
        key="reach",
        alt=fill("{users} whose list holds the newcomer, by the list's length: ").capitalize()
        + ", ".join(f"from rank {place:,} on among {name}" for name, place in best.items()),
    )


def _users(recommender: Recommender, trial: Trial, catalogue: Catalogue) -> None:
    """Draw the users for whom it ranks highest, and why for the chosen one."""
    users = users_table(trial.placed, recommender.users, trial.rare)
    left, right = st.columns([3, 2], gap="large")
    picked = left.dataframe(
        users.head(USERS),
        hide_index=True,
        height=300,
        column_order=("user", "rank", "rare", "score"),
        column_config={
            "user": st.column_config.TextColumn(dataset_words().user),
            "rank": st.column_config.NumberColumn(
                "rank", width=80, help=fill("Among everything the {user} doesn't have.")
            ),
            "rare": st.column_config.NumberColumn(fill("among rarely {chosen}"), width=150, help=help_text("rare")),
            "score": st.column_config.NumberColumn("score", format="%.4f", width=80, help=help_text("score")),
        },
        key="gaining",
        on_select="rerun",
        selection_mode="single-row",
        alt=fill("The {users} who would see the newcomer highest."),
    )
    rows = [row for row in picked["selection"]["rows"] if row < len(users)]
    line = users.iloc[rows[0] if rows else 0]
    with right:
        st.caption("Choose a row to see why." if not rows else fill("Why this {user}"))
        _reason(recommender, trial, catalogue, str(line["user"]), f"rank {line['rank']:,}")
        _files(recommender, trial, users)


def _reason(recommender: Recommender, trial: Trial, catalogue: Catalogue, user: str, place: str) -> None:
    """Draw which of the newcomer's neighbours a user has, with a link to the user's lists."""
    edges = trial.placed.edges
    weights = edges[edges["weight"] > 0].groupby("item")["weight"].sum()
    has = set(recommender.interactions(user).query("split == 'train'")["item"]) & set(weights.index)
    st.markdown(
        f"**{escape_markdown(user)}** ({place}) has {len(has)} of its {len(weights)} neighbours."
        + (
            ""
            if has
            else f" It ranks here because the {dataset_words().user}'s vector is close to those of its neighbours."
        )
    )
    if has:
        strip(catalogue, sorted(has, key=lambda item: -weights[item]), most=12)
    st.page_link(
        RECOMMEND, label=f"{escape_markdown(user)}'s lists", icon=":material/list:", query_params={"user": user}
    )


def _files(recommender: Recommender, trial: Trial, users: pd.DataFrame) -> None:
    name = re.sub(r"[^a-z0-9]+", "-", trial.draft.name.lower()).strip("-")[:40] or "newcomer"
    graph, checkpoint = recommender.item_graph, recommender.checkpoint
    assert graph is not None
    about = {
        "title": trial.draft.title,
        "description": trial.draft.text,
        "based_on": trial.use,
        "completion": trial.scoring.completion,
        "exposure": trial.scoring.exposure,
        "dataset": checkpoint.dataset.name,
        "fingerprint": checkpoint.dataset_fingerprint,
        "lambda": graph.lambda_,
        "k": graph.k,
    }
    files = (
        (f"{dataset_words().users.capitalize()} as CSV", partial(users_csv, users), f"{name}-users.csv", "text/csv"),
        ("Placement as JSON", partial(placement_json, about, trial.placed, users), f"{name}.json", "application/json"),
    )
    with st.container(horizontal=True, gap="small"):
        for text, make, file, kind in files:
            st.download_button(text, make, file, kind, icon=":material/download:", on_click="ignore")


def reach_figure(curves: Mapping[str, pd.DataFrame], colours: Mapping[str, str], users: int) -> go.Figure:
    """Return curves of users whose first k hold something (k, users), k on a logarithmic axis."""
    figure = go.Figure()
    for name, curve in curves.items():
        figure.add_scatter(
            x=curve["k"],
            y=curve["users"],
            mode="lines",
            name=f"among {html.escape(name, quote=False)}",
            line={"color": colours[name], "width": 2.5, "shape": "hv"},
            hovertemplate=f"%{{y:,}} {dataset_words().users}",
        )
    styled(figure, 260, "length of the list", fill("{users} who would see it")).update_layout(margin={"t": 30})
    return figure.update_xaxes(type="log", dtick=1).update_yaxes(range=[0, 1.03 * users])
