"""Whether learning the graph pays, and whether the content matters: from the experiments, and on one user's list."""

from pathlib import Path

import pandas as pd
import streamlit as st

from app.components.items import Catalogue, cards
from app.components.pickers import url_select
from app.components.text import escape_markdown
from app.components.users import typical_user, user_counts
from app.components.words import dataset_words, fill
from app.folders import results_root
from app.url_state import choice
from app.views.fusion.altered_content import ALTERED, list_change, with_altered
from app.views.fusion.facts import sample_users
from lattice.experiments.knock_out import ALTERATIONS
from lattice.experiments.learning_results import FOLDER, FROZEN, WHOLE, find_changes
from lattice.experiments.paper import score
from lattice.recommender import Recommender

LISTED, USERS_OFFERED = 12, 20
AS_IT_IS = "as they are"
COMMAND = "python -m benchmarks.learning DATASET"
LATTICE = "lattice"


def show_worth(recommender: Recommender, stamp: str, catalogue: Catalogue) -> None:
    """Draw what the experiments say on this dataset, and one user's list on altered content."""
    st.subheader("Is it worth it?", anchor=False)
    folder = results_root()
    found = experiment(folder, recommender.checkpoint.dataset_fingerprint, results_stamp(folder))
    if recommender.name != LATTICE:
        st.caption("Whether learning the graph pays was tried with LATTICE; no LATTICE model is loaded here.")
    elif found is None:
        st.caption(f"No experiment on this dataset says whether learning the graph pays. To run it: `{COMMAND}`")
    else:
        left, right = st.columns(2, gap="large")
        with left:
            words = learning_verdict(found)
            changes = found.loc[found["part"] == "training", "change"]
            if changes.str.startswith(tuple(f"{modality} " for modality in recommender.modalities)).any():
                words += " A row that names a modality was trained on that content."
            show_part(found, "training", "Does learning the graph pay?", words)
        with right:
            words = "Trained on its own content, which is replaced only when it ranks."
            show_part(found, "inference", "Does the content matter?", words)
    show_list(recommender, stamp, catalogue)


def results_stamp(folder: Path) -> str:
    """Return the names and times of the experiment's files."""
    files = sorted((folder / FOLDER).glob("*.csv"))
    return " ".join(f"{file.name} {file.stat().st_mtime_ns}" for file in files)


@st.cache_data(max_entries=8, show_spinner=False)
def experiment(folder: Path, fingerprint: str, stamp: str) -> pd.DataFrame | None:
    """Return LATTICE's rows of `find_changes`, read once; None where it wasn't run."""
    found = find_changes(folder, fingerprint)
    return None if found is None else found[found["model"] == LATTICE]


def learning_verdict(found: pd.DataFrame) -> str:
    """Say how the learned graph compares with the frozen one, and whether that is more than the spread over seeds."""
    rows = found[found["part"] == "training"].set_index("change")
    if not {WHOLE, FROZEN} <= set(rows.index) or pd.isna(rows.at[FROZEN, "loss"]):
        return "The graph frozen as it was at first was not trained on this dataset."
    whole, loss = rows.loc[WHOLE], rows.at[FROZEN, "loss"]
    gain = 1 / (1 + loss) - 1
    said = f"With the graph learned, Recall@20 is {gain:+.1%} against the graph frozen as it was at first"
    if pd.isna(whole["std"]):
        return f"{said}; of one seed each, so a few percent mean little."
    within = abs(loss) * whole["mean"] <= 2 * whole["std"]
    return f"{said}, which is {'within' if within else 'beyond'} twice the spread over {int(whole['seeds'])} seeds."


def show_part(found: pd.DataFrame, part: str, title: str, words: str) -> None:
    """Draw the changes made at training or at inference as a table, with a sentence."""
    st.markdown(f"**{title}**")
    rows = found[(found["part"] == part) | (found["change"] == WHOLE)]
    if len(rows) < 2:
        st.caption(f"Not run on this dataset. To run it: `{COMMAND}`")
        return
    columns = {
        "Recall@20": [score(mean, std) for mean, std in zip(rows["mean"], rows["std"], strict=True)],
        "against as it is": [
            "" if change == WHOLE else "–" if pd.isna(loss) else f"{loss:+.1%}"
            for change, loss in zip(rows["change"], rows["loss"], strict=True)
        ],
    }
    labels = [escape_markdown(change) for change in rows["change"]]
    st.table(pd.DataFrame(columns, index=labels), border="horizontal")
    st.caption(f"{words} LATTICE, test split, settings chosen on validation.")


@st.cache_resource(max_entries=8, show_spinner="Replacing the content…")
def altered_model(_recommender: Recommender, stamp: str, modality: str, how: str) -> Recommender:
    """Return `with_altered`, made once per checkpoint and change."""
    return with_altered(_recommender, modality, next(known for known in ALTERATIONS if known == how))


def show_list(recommender: Recommender, stamp: str, catalogue: Catalogue) -> None:
    """Draw one user's list as it would be with one modality's content altered; computed now, exactly."""
    st.markdown(fill("**One {user}'s list on other content**"))
    counts = user_counts(recommender, recommender.checkpoint.dataset_fingerprint)
    current = choice("user", counts, typical_user(recommender, recommender.checkpoint.dataset_fingerprint)).value
    offered = list(dict.fromkeys([current, *sample_users(recommender, USERS_OFFERED)]))
    cells = st.columns(3)
    with cells[0]:
        user = url_select(dataset_words().user.capitalize(), "user", offered, current)
    with cells[1]:
        modality = url_select("Modality", "altered", list(recommender.modalities), recommender.modalities[0])
    with cells[2]:
        shown = {AS_IT_IS: AS_IT_IS, **ALTERED}
        how = url_select("Its features", "altered_how", list(shown), AS_IT_IS, shown.__getitem__)
    after = recommender if how == AS_IT_IS else altered_model(recommender, stamp, modality, how)
    items, places = list_change(recommender, after, user, LISTED)
    cards(catalogue, items, [["new here"] if place is None else [f"was {place}"] for place in places])
    if how == AS_IT_IS:
        st.caption(fill("The list as it is. Choose other features to see which of these {items} depend on them."))
        return
    stayed = sum(place is not None for place in places)
    st.caption(
        f"With {escape_markdown(modality)} features {shown[how]}, {stayed} of the first {len(items)} stay among them. "
        "Computed now from the trained weights, not retrained, by one fixed random draw."
    )
