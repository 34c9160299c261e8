"""Another mix of the modalities at inference, and which users' lists it would change."""

import streamlit as st

from app.components.figure import show_figure
from app.components.glossary import help_text
from app.components.held_out import Effect, recall_by_user
from app.components.pickers import url_slider
from app.components.text import escape_markdown
from app.components.what_if import Settings, trained_settings, what_if_model
from app.components.words import dataset_words
from app.url_state import choose
from app.views.fusion import charts
from app.views.fusion.facts import compare_lists, sample_users
from lattice.evaluation.metrics import SELECTION_METRIC, explain
from lattice.recommender import Recommender

SAMPLE = 200
ALPHA, LAMBDA = "mix_", "mix_lambda"


def reset_mix(modalities: tuple[str, ...]) -> None:
    """Set the coefficients back to the trained ones."""
    for name in (LAMBDA, *(ALPHA + m for m in modalities)):
        choose(name, None)


def show_what_if(recommender: Recommender, stamp: str) -> None:
    """Draw sliders for α and λ, and what they change for a sample of users."""
    graph = recommender.item_graph
    assert graph is not None
    st.subheader("What if", anchor=False, help=help_text("what_if"))
    st.caption("Another mix at inference, not retrained. At 0 a modality is dropped; weights are brought to sum to 1.")
    cells = st.grid(len(graph.alpha) + 1, min_column_width=180)
    alpha = {}
    for modality, own in graph.alpha.items():
        with cells.container():
            text = f"α {escape_markdown(modality)}"
            alpha[modality] = url_slider(text, ALPHA + modality, 0.0, 1.0, own, 0.01, help_text("alpha"))
    with cells.container():
        lambda_ = url_slider("λ", LAMBDA, 0.0, 1.0, graph.lambda_, 0.05, help_text("lambda"))
    settings, before = Settings(lambda_, graph.k, tuple(alpha.items())), trained_settings(recommender)
    recall = recall_by_user(recommender, stamp, before)
    if settings == before:
        st.info(
            f"This is the trained mix: validation Recall@20 is {recall.mean():.4f} over "
            f"{len(recall):,} {dataset_words().users}. Move a "
            "slider to see whose lists would change.",
            icon=":material/tune:",
        )
        return
    st.button("Back to the trained mix", icon=":material/undo:", on_click=reset_mix, args=(recommender.modalities,))
    if sum(alpha.values()) == 0:
        st.warning("Give at least one modality a weight above 0.")
        return
    model = what_if_model(recommender, stamp, settings)
    _show_change(recommender, model, Effect.of(recall, recall_by_user(model, stamp, settings)))


def _show_change(before: Recommender, after: Recommender, effect: Effect) -> None:
    users, words = sample_users(before, SAMPLE), dataset_words()
    found = compare_lists(before, after, users)
    cells = st.grid(3, min_column_width=180)
    sample = f"On average over {len(users)} {words.users}, a fixed sample."
    for text, value, delta, help in (
        (f"{words.items.capitalize()} replaced in the top 20", f"{found.replaced.mean():.1f}", None, sample),
        ("Ranks that changed", f"{found.moved.mean():.1f} of 20", None, sample),
        ("Validation Recall@20", f"{effect.after:.4f}", effect.words, explain(SELECTION_METRIC)),
    ):
        cells.metric(
            text,
            value,
            delta,
            delta_color="normal" if effect.clear else "off",
            help=help,
            border=True,
            height="stretch",
        )
    show_figure(
        charts.histogram(found.replaced, 20, f"{words.items} replaced in a {words.user}'s top 20"),
        "replaced",
        f"{words.items.capitalize()} replaced in the top 20 of {len(users)} {words.users}, "
        f"{found.replaced.mean():.1f} on average.",
        found.table(),
        {},
    )
    st.caption(
        f"Recall of {effect.users:,} {words.users} on the validation split, ± one standard error "
        "of the difference; lists of "
        f"{len(users)}. The test split isn't used here."
    )
