"""The what-if section of Recommend: coefficients, cut edges, and what they change."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.components.glossary import help_text
from app.components.held_out import Effect, recall_by_user
from app.components.items import Catalogue
from app.components.pickers import url_slider, warn_unknown
from app.components.text import escape_markdown
from app.components.what_if import Settings, k_range, trained_settings, what_if_model
from app.components.words import dataset_words, fill
from app.url_state import choose, choose_set, chosen_set, number
from app.views.recommend.lists import Ranking
from app.views.recommend.state import RecommendState
from app.views.recommend.what_if_settings import count_moved, describe_changes, effective_alpha, read_edge, write_edge
from app.workspace import Workspace
from lattice.evaluation.metrics import SELECTION_METRIC, explain
from lattice.recommender import Recommender

ALPHA, NEIGHBOURS = "alpha_", "neighbours"  # not k: that is how many the item graph's page shows


def read_settings(recommender: Recommender, catalogue: Catalogue) -> Settings:
    """Return the settings in the URL or this visit's memory."""
    before = trained_settings(recommender)
    least, most = k_range(before.k, len(catalogue.ids))
    given = dict(before.alpha)
    alpha = {m: number(ALPHA + m, 0.0, 1.0, a, 0.05).value for m, a in given.items()}
    dropped = chosen_set("drop", given.__contains__, most=len(given))
    cut = chosen_set("cut", lambda text: read_edge(text, catalogue.titles) is not None)
    for name, found in (("Modality not used", dropped), ("Cut edge", cut)):
        if found.unknown is not None:
            warn_unknown(name, found.unknown, "the rest")
    chosen = effective_alpha(alpha, dropped.value, given)
    if chosen is None:
        st.warning("At least one modality has to count; all of them do, as trained.", icon=":material/tune:")
    return Settings(
        number("lambda", 0.0, 1.0, before.lambda_, 0.05).value,
        number(NEIGHBOURS, least, most, before.k, 1).value,
        tuple((chosen or given).items()),
        tuple(pair for name in cut.value if (pair := read_edge(name, catalogue.titles))),
    )


def reset_what_if(modalities: Sequence[str]) -> None:
    """Set everything back to the trained model."""
    for name in ("lambda", NEIGHBOURS, "drop", "cut", *(ALPHA + m for m in modalities)):
        choose(name, None)


def what_if_panel(workspace: Workspace, settings: Settings, catalogue: Catalogue) -> tuple[Recommender, DeltaGenerator]:
    """Draw the section; return the model under these settings, and the container for `outcome`."""
    recommender = workspace.models[workspace.main]
    before = trained_settings(recommender)
    changed = describe_changes(settings, before)
    open_at_first = st.session_state.setdefault("what_if_at_first", bool(changed))
    text = "**What if?** " + (
        " · ".join(map(escape_markdown, changed)) if changed else "Move λ, k or α, drop a modality, cut an edge"
    )
    with st.expander(text, expanded=open_at_first, key="what_if", icon=":material/tune:"):
        controls(recommender, before, catalogue, bool(changed))
        place = st.container()
    model = what_if_model(recommender, workspace.stamps[workspace.main], settings) if changed else recommender
    return model, place


def controls(recommender: Recommender, before: Settings, catalogue: Catalogue, changed: bool) -> None:
    """Draw the sliders and switches, and a chip for each cut edge."""
    least, most = k_range(before.k, len(catalogue.ids))
    modalities = recommender.modalities
    dropped = chosen_set("drop", modalities.__contains__, most=len(modalities)).value
    dropped = dropped if set(dropped) != set(modalities) else ()  # as `read_settings` takes it
    with st.grid(2 + len(modalities), min_column_width=190, gap="medium"):
        url_slider("λ, share of the initial graph", "lambda", 0.0, 1.0, before.lambda_, 0.05, help_text("lambda"))
        url_slider(fill("k, neighbours per {item}"), NEIGHBOURS, least, most, before.k, 1, help_text("k"))
        for modality, alpha in before.alpha:
            off = modality in dropped
            url_slider(
                f"α {escape_markdown(modality)}",
                ALPHA + modality,
                0.0,
                1.0,
                alpha,
                0.05,
                help_text("alpha"),
                disabled=off,
            )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        with st.container(horizontal=True, width="content", gap="medium", vertical_alignment="center"):
            for modality in modalities:
                key = f"use_{modality}"
                st.session_state[key] = modality not in dropped
                last = modality not in dropped and len(dropped) == len(modalities) - 1
                st.toggle(
                    f"Use {escape_markdown(modality)}",
                    key=key,
                    on_change=use,
                    args=(modality, key, dropped),
                    disabled=last,
                )
        chips(catalogue)
        st.button(
            "Reset",
            icon=":material/restart_alt:",
            on_click=reset_what_if,
            args=(modalities,),
            disabled=not changed,
            key="reset_what_if",
            help="Back to the trained model.",
        )


def use(modality: str, key: str, dropped: tuple[str, ...]) -> None:
    """Use or drop a modality (a switch's callback)."""
    rest = [m for m in dropped if m != modality]
    choose_set("drop", rest if st.session_state[key] else [*rest, modality])


def chips(catalogue: Catalogue) -> None:
    """Draw the cut edges; the cross of each restores it."""
    names = list(chosen_set("cut", lambda text: read_edge(text, catalogue.titles) is not None).value)

    labels = {name: edge_label(catalogue, name, 24) for name in names}
    if len(set(labels.values())) < len(labels):  # of two options that read the same, the wrong one would be taken back
        labels = {name: edge_label(catalogue, name, 1000) for name in names}
    st.session_state["cut_edges"] = names
    st.multiselect(
        "Cut edges",
        names,
        key="cut_edges",
        format_func=lambda name: labels[name],
        on_change=lambda: choose_set("cut", st.session_state["cut_edges"]),
        placeholder="None yet",
        help="Cut one in a Why dialog. It is cut both ways and in every modality; the other weights stay.",
        width="stretch",
    )


def edge_label(catalogue: Catalogue, name: str, most: int) -> str:
    """Return an edge of the URL as its items' titles, each cut to `most` characters."""
    pair = read_edge(name, catalogue.titles)
    return " – ".join(catalogue.label(item, most) for item in pair) if pair else name


def cut_edge(item: str, neighbour: str) -> None:
    """Cut one more edge."""
    choose_set("cut", list(dict.fromkeys([*st.query_params.get_all("cut"), write_edge(item, neighbour)])))


def outcome(state: RecommendState, before: Ranking, place: DeltaGenerator) -> None:
    """Draw what changed: ranks in this user's list, which was `before` as trained, and Recall over all users."""
    recommender, stamp = state.workspace.models[state.workspace.main], state.workspace.stamps[state.workspace.main]
    places, new = count_moved(state.own, before, state.k)
    was = recall_by_user(recommender, stamp, trained_settings(recommender))
    now = was if state.settings is None else recall_by_user(state.model, stamp, state.settings)
    with place:
        cells = st.grid(3, min_column_width=170)
        cells.metric(
            "Ranks changed",
            f"{places} of {state.k}",
            help=f"Ranks of the first {state.k} that another {dataset_words().item} has.",
        )
        cells.metric(fill("New {items}"), f"{new} of {state.k}", help=f"Those that weren't among the first {state.k}.")
        if len(was):
            effect = Effect.of(was, now)
            cells.metric(
                "Validation Recall@20",
                f"{effect.before:.4f} → {effect.after:.4f}",
                effect.words,
                delta_color="normal" if effect.clear else "off",
                help=f"As trained → now, and one standard error of the difference. {explain(SELECTION_METRIC)}",
            )
            st.caption(
                f"At inference, not retrained. Recall of {effect.users:,} {dataset_words().users} "
                "on the validation split; the test "
                "split isn't used here."
            )
        else:
            st.caption("At inference, not retrained. This dataset has no validation split to measure Recall on.")
