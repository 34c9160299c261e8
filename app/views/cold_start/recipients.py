"""The newcomer's story: how many users get it now and in the paper's form, who wants it most, and because of what."""

import pandas as pd
import streamlit as st

from app.components.glossary import help_text
from app.components.items import Catalogue, strip
from app.components.text import escape_markdown
from app.components.words import dataset_words
from app.navigation import RECOMMEND
from app.views.cold_start.placement import reach
from app.views.cold_start.trial import Trial
from lattice.inference import Explanation
from lattice.recommender import Recommender

LENGTHS = (10, 20, 100)
USERS, OWNED = 3, 4


def show_recipients(recommender: Recommender, stamp: str, trial: Trial, catalogue: Catalogue) -> None:
    """Draw the story of a newcomer that is scored with exposure."""
    words = dataset_words()
    model = trial.scoring.model(recommender, stamp)
    table = reach_comparison(trial, single_modalities(model, trial))
    now = int(table[f"first {LENGTHS[1]}"].iloc[1])
    with st.container(border=True, key="recipients"):
        st.markdown(
            f"**{now:,} of {len(recommender.users):,} {words.users} get it in their first {LENGTHS[1]}**",
            help=help_text("exposure"),
        )
        st.table(table.style.format("{:,}"), border="horizontal")
        st.caption(
            f"{words.users.capitalize()} whose list shows it among its first 10, 20 and 100. *Paper's form* has "
            "no content scores and no exposure. A modality *alone* is the same newcomer with nothing else given."
        )
    st.markdown(f"**The {USERS} {words.users} with the highest rank for it, and why**", help=help_text("content_part"))
    for column, line in zip(st.columns(USERS, gap="medium"), first_users(trial).to_dict("records"), strict=False):
        with column, st.container(border=True, height="stretch"):
            _user(model, trial, catalogue, str(line["user"]), int(line["rank"]))


def single_modalities(model: Recommender, trial: Trial) -> dict[str, pd.Series]:
    """Return modality -> ranks in all users' lists with this modality alone; {} where there is only one."""
    if len(trial.vectors) < 2:
        return {}
    return {
        modality: model.fold_in_features({modality: vector}, trial.scoring.completion, trial.scoring.exposure).users[
            "rank"
        ]
        for modality, vector in trial.vectors.items()
        if (vector != 0).any()
    }


def reach_comparison(trial: Trial, alone: dict[str, pd.Series]) -> pd.DataFrame:
    """Return best rank and users reached, one row per way of scoring; the chosen one is the second row."""
    ranks = {"Paper's form": trial.paper.users["rank"], "As chosen": trial.placed.users["rank"]}
    ranks |= {f"{modality} alone": found for modality, found in alone.items()}
    rows = {
        name: {"best rank": int(found.min()), **{f"first {k}": reach(found, k) for k in LENGTHS}}
        for name, found in ranks.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("scored")


def first_users(trial: Trial) -> pd.DataFrame:
    """Return the users for whom it ranks highest; of equal ranks the higher score first."""
    users = trial.placed.users
    return users.sort_values(["rank", "score"], ascending=[True, False], kind="stable").head(USERS)


def parts_in_words(explanation: Explanation) -> str:
    """Return the parts of a newcomer's score as one sum."""
    parts = {
        "collaborative": explanation.collaborative_score,
        "item graph": explanation.item_graph_score,
        "content": explanation.content_score,
        "exposure": explanation.exposure_score,
    }
    said = ", ".join(f"{name} {value:+.3f}".replace("-", "−") for name, value in parts.items())
    return f"Score {explanation.score:.3f} = {said}".replace("= +", "= ")


def _user(model: Recommender, trial: Trial, catalogue: Catalogue, user: str, rank: int) -> None:
    explanation = model.explain_fold_in(user, trial.placed, trial.draft.name)
    st.markdown(f"**{escape_markdown(user)}** · rank {rank:,}")
    owned = explanation.by_owned
    reasons = [str(item) for item in owned[owned > 0].index[:OWNED]]
    if reasons:
        titles = "”, “".join(escape_markdown(catalogue.title(item)) for item in reasons[:2])
        st.caption(f"Because they have “{titles}”{' and others' if len(reasons) > 2 else ''}.")
        strip(catalogue, reasons, most=OWNED)
    st.caption(parts_in_words(explanation))
    shown, _ = model.recommend(user, LENGTHS[1])
    if len(shown) == LENGTHS[1] and rank <= LENGTHS[1]:
        st.caption(f"It takes the place of “{escape_markdown(catalogue.title(str(shown[-1])))}” in their first 20.")
    st.page_link(RECOMMEND, label="Their lists", icon=":material/list:", query_params={"user": user})
