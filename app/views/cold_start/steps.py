"""The steps after the form: which items the newcomer resembles, and what the item graph makes of that."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from app.components.glossary import help_text
from app.components.items import Catalogue, cards, legend, strip
from app.components.style import colours, source_colours
from app.components.text import escape_markdown
from app.components.words import dataset_words, fill
from app.views.cold_start.content import use_in_words
from app.views.cold_start.placement import compare_placements, fused, kinds, majority, nearest, parting, reach
from app.views.cold_start.story import bar_html, bar_row_html, step
from app.views.cold_start.trial import Placed, Trial
from lattice.recommender import Recommender

NEAREST, HEAVIEST, ALIKE = 8, 8, 8
COMPLETED = {
    "none": "In the paper's form h is all it has: the collaborative part stays empty.",
    "neighbours": "Completed, it also gets the weighted mean of its neighbours' collaborative vectors.",
    "both": "Completed, it also gets a collaborative vector: half of it is the weighted mean of its neighbours', half "
    "what its content predicts.",
}


def what_changed(before: Trial, now: Trial) -> str:
    """Return what was changed between two versions, in words."""
    differs = {
        "title": before.draft.title != now.draft.title,
        "description": before.draft.text != now.draft.text,
        "picture": before.draft.image != now.draft.image,
        f"based on {use_in_words(now.use)}": before.use != now.use,
        f"scored {now.scoring.words}": before.scoring != now.scoring,
    }
    return ", ".join(name for name, changed in differs.items() if changed)


def show_change(before: Trial, now: Trial, catalogue: Catalogue) -> None:
    """Draw ranks before and after, and the neighbours that came and went."""
    found = compare_placements(before.placed, now.placed)
    with st.container(border=True, key="change"):
        st.markdown(f"**Since your last change** · {escape_markdown(what_changed(before, now))}")
        old, new = before.placed.users["rank"], now.placed.users["rank"]
        cells = st.grid(3, min_column_width=150)
        best = int(new.min()) - int(old.min())
        gained = reach(new, 100) - reach(old, 100)
        cells.metric(
            "Best rank",
            f"{old.min():,} → {new.min():,}",
            _delta(best),
            "inverse",
            help=fill("Among everything, for any {user}."),
        )
        cells.metric(
            "In the top 100 of", f"{reach(old, 100):,} → {reach(new, 100):,} {dataset_words().users}", _delta(gained)
        )
        cells.metric("Neighbours kept", f"{found.kept} of {found.kept + len(found.went)}")
        if not found.came and not found.went:
            st.caption("The neighbours are the same; only how it is scored changed.")
            return
        left, right = st.columns(2, gap="large")
        for column, name, items in ((left, "came", found.came), (right, "went", found.went)):
            with column:
                st.caption(f"{len(items)} {name}")
                strip(catalogue, items, most=10)


def _delta(value: int) -> str | None:
    return f"{value:+,}" if value else None


def show_nearest(recommender: Recommender, trial: Placed, catalogue: Catalogue) -> None:
    """Draw the nearest items by raw features, one column per modality."""
    step(2, "Where it lands", fill("The {items} most like it, by each modality on its own: cosines of raw features."))
    columns = st.columns(len(recommender.modalities), gap="large")
    for column, modality in zip(columns, recommender.modalities, strict=True):
        with column:
            st.markdown(f"**Nearest: {escape_markdown(modality)}**", help=help_text("cosine"))
            near = nearest(trial.placed.edges, modality).head(NEAREST)
            if near.empty:
                st.caption(_why_empty(recommender, modality))
                continue
            warm = zip(near["cosine"], near["warm"], strict=True)
            cards(catalogue, near["item"].tolist(), [[f"cosine {c:.3f}" + ("" if w else " · cold")] for c, w in warm])


def _why_empty(recommender: Recommender, modality: str) -> str:
    if recommender.checkpoint.encoders[modality].kind == "precomputed":
        return "This modality was made elsewhere, so nothing uploaded can be read into it."
    return "Nothing was given for this modality; its α goes to the others."


def show_parting(recommender: Recommender, trial: Placed, catalogue: Catalogue) -> None:
    """Draw where the modalities agree and differ: in words, as a bar, and item by item."""
    near = {m: nearest(trial.placed.edges, m)["item"].tolist() for m in recommender.modalities}
    near = {modality: items for modality, items in near.items() if items}
    step(
        3,
        "Where they differ",
        "Which neighbours come from one modality alone, and which from all.",
        help_text("overlap"),
    )
    if len(near) < 2:
        st.caption("Only one modality was given, so there is nothing to compare. Add a picture or words.")
        return
    st.markdown(verdict(near, kinds(recommender.items)))
    groups, palette = parting(near), colours(recommender.modalities)
    blend = f"linear-gradient(90deg, {', '.join(palette[m] for m in near)})"
    looks = {_group_name(g, near): (i, palette[g[0]] if len(g) == 1 else blend) for g, i in groups.items()}
    whole = sum(len(items) for items, _ in looks.values())
    st.html(bar_html([(f"{n}: {len(i)}", len(i), look) for n, (i, look) in looks.items()], whole))
    legend({f"{name}: {len(items)}": look for name, (items, look) in looks.items()})
    cells = st.grid(len(looks), min_column_width=260)
    for name, (items, _) in looks.items():
        with cells.container():
            st.caption(name)
            if items:
                strip(catalogue, items, most=12)
            else:
                st.caption("None.")


def _group_name(group: tuple[str, ...], near: Mapping[str, object]) -> str:
    if len(group) == 1:
        return f"Only {group[0]}"
    return "All" if len(group) == len(near) > 2 else " and ".join(group).capitalize()


def verdict(near: Mapping[str, list[str]], kind: Mapping[str, str] | None) -> str:
    """Return as Markdown whether the modalities agree: shared neighbours, and the kind of thing each finds."""
    both = set.intersection(*map(set, near.values()))
    either = set.union(*map(set, near.values()))
    said = f"They share **{len(both)} of {len(either)}** neighbours."
    if kind is None:
        return said
    taken = {modality: found for modality, items in near.items() if (found := majority(kind, items))[0]}
    if len(taken) < 2:  # the neighbours' own kind isn't known
        return said
    names = {name for name, _ in taken.values()}
    if len(names) == 1:
        return f"They agree: by each of them it is among **{escape_markdown(names.pop())}**. {said}"
    parts = [
        f"{escape_markdown(m)} puts it among **{escape_markdown(n)}** ({c} of {len(near[m])})"
        for m, (n, c) in taken.items()
    ]
    return f"They disagree: {', '.join(parts)}. {said}"


def show_fused(recommender: Recommender, trial: Placed, catalogue: Catalogue) -> None:
    """Draw the fused edges, each split by modality and layer."""
    graph, placed = recommender.item_graph, trial.placed
    assert graph is not None
    lead = "The edges it gets: each modality's graph times its α, λ parts initial to 1 − λ parts learned."
    step(4, "What the item graph makes of it", lead, f"{help_text('fused')} {help_text('warm')}")
    mix = ", ".join(f"α {m} {placed.alpha[m]:.2f}" for m in recommender.modalities if m in placed.alpha)
    table = fused(placed.edges, graph.lambda_, placed.alpha)
    palette = source_colours(recommender.modalities)
    legend({source: colour for source, colour in palette.items() if source in table})
    heaviest = table["weight"].max()
    rows = []
    for line in table.head(HEAVIEST).to_dict("records"):
        parts = [(f"{s}: {line[s]:.4f}", line[s], colour) for s, colour in palette.items() if s in line]
        item = line["item"]
        bar = bar_html(parts, heaviest)
        rows.append(bar_row_html(catalogue.picture(item), catalogue.title(item), f"{line['weight']:.3f}", bar))
    st.html(f'<div class="lx-bars">{"".join(rows)}</div>')
    cold = placed.edges.loc[~placed.edges["warm"], "item"].nunique()
    st.caption(
        f"{escape_markdown(mix)}, λ {graph.lambda_:g}, k {graph.k}. {len(table)} neighbours carry something"
        + (f"; {cold} more are cold and carry nothing." if cold else ".")
        + " The catalogue's own edges don't move."
    )
    with st.expander("All edges as a table", icon=":material/table_rows:"):
        _edge_table(placed.edges, catalogue)


def _edge_table(edges: pd.DataFrame, catalogue: Catalogue) -> None:
    numbers = ("weight", "cosine", "initial", "learned")
    st.dataframe(
        catalogue.table(edges["item"].tolist()).assign(**edges.drop(columns="item").to_dict("list")),
        hide_index=True,
        row_height=44,
        height=320,
        column_config={
            "picture": st.column_config.ImageColumn("", width=52),
            "item": st.column_config.TextColumn("item", width=90),
            "title": st.column_config.TextColumn("neighbour", width=220),
            **{n: st.column_config.NumberColumn(n, format="%.4f", width=84, help=help_text(n)) for n in numbers},
            "warm": st.column_config.CheckboxColumn("warm", width=60, help=help_text("warm")),
        },
        alt="Every edge of the newcomer: neighbour, modality, cosine, initial and learned weight.",
    )


def show_vector(recommender: Recommender, trial: Placed, catalogue: Catalogue) -> None:
    """Draw the catalogue items with the highest cosine similarity to its h."""
    step(
        5,
        "The vector it gets",
        fill("Nobody has {chosen} it, so it learned no vector. It borrows h from its neighbours. Nearest to that h:"),
        help_text("h"),
    )
    items, cosines = recommender.nearest_by_graph_embedding(trial.placed.h, ALIKE)
    cards(catalogue, [str(i) for i in items], [[f"cosine of h {c:.3f}"] for c in cosines])
    direct = set(trial.placed.edges.loc[trial.placed.edges["weight"] > 0, "item"])
    own = sum(str(item) in direct for item in items)
    st.caption(
        f"Of these {len(items)}, {own} {'is' if own == 1 else 'are'} among its own neighbours; a vector is near where "
        f"it points the same way, from a picture or from words. {COMPLETED[trial.scoring.completion]}"
    )
