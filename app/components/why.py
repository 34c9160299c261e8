"""Why an item is recommended: the score, split exactly into the parts that add up to it."""

import html
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from app.components.glossary import term
from app.components.items import Catalogue, hero_html, plain
from app.components.style import NEUTRAL, colours
from app.state import Workspace, label, ranking
from lattice.inference import Explanation

ITEM_GRAPH = Path(__file__).parents[1] / "views" / "item_graph.py"
OTHERS = "All other neighbours"
QUIET = {"displayModeBar": False}


def parts_by_neighbour(contributions: pd.DataFrame) -> pd.DataFrame:
    """A line per neighbour, largest first: item, owned, total, and a column "<modality> · <layer>" for each source."""
    if contributions.empty:
        return pd.DataFrame({"item": [], "owned": [], "total": []})
    sources = contributions["modality"] + " · " + contributions["layer"]
    wide = contributions.assign(source=sources).pivot_table(
        index=["item", "owned"], columns="source", values="value", aggfunc="sum", fill_value=0.0
    )
    wide.insert(0, "total", wide.sum(axis=1))
    wide = wide.reset_index().rename_axis(columns=None)
    order = wide["total"].abs().sort_values(ascending=False, kind="stable").index
    return wide.loc[order].reset_index(drop=True)


def bars(parts: pd.DataFrame, most: int) -> pd.DataFrame:
    """Lines of the chart: name (item id, or OTHERS), source and value; they sum to the item-graph part."""
    sources = [column for column in parts.columns if " · " in column]
    lines = [{"name": r["item"], "source": s, "value": r[s]} for _, r in parts.head(most).iterrows() for s in sources]
    rest = parts.iloc[most:]
    lines += [{"name": OTHERS, "source": s, "value": rest[s].sum()} for s in sources if len(rest)]
    return pd.DataFrame(lines)


def shorten(text: str, most: int = 24) -> str:
    """A title that fits beside a chart."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def source_colours(modalities: tuple[str, ...]) -> dict[str, str]:
    """The modality's colour for the learned part, a paler one for the initial."""
    found = {}
    for modality, colour in colours(modalities).items():
        found[f"{modality} · initial"] = colour + "99"
        found[f"{modality} · learned"] = colour
    return found


def composition(explanation: Explanation, modalities: tuple[str, ...]) -> go.Figure:
    """The whole score as one bar: collaborative part, then what each modality adds."""
    chart = go.Figure()
    by_modality = explanation.contributions.groupby("modality")["value"].sum()
    found = {"collaborative": (explanation.collaborative, NEUTRAL)}
    found |= {m: (float(by_modality.get(m, 0.0)), colour) for m, colour in colours(modalities).items()}
    for name, (value, colour) in found.items():
        chart.add_bar(
            x=[value],
            y=["score"],
            orientation="h",
            name=html.escape(name, quote=False),
            marker_color=colour,
            text=f"{value:.2f}",
            textangle=0,
            textposition="inside",
            hovertemplate="%{x:+.4f}",
        )
    return chart.update_layout(
        barmode="relative",
        height=84,
        margin={"l": 0, "r": 8, "t": 34, "b": 0},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.1, "x": 0, "traceorder": "normal"},
        yaxis={"visible": False},
        xaxis={"visible": False},
    )


def figure(item: str, lines: pd.DataFrame, shown: Catalogue, modalities: tuple[str, ...], owned: set[str]) -> go.Figure:
    """The item-graph part as stacked bars: a line per neighbour, a colour per source."""
    names = list(dict.fromkeys(lines["name"]))
    text = {n: shorten(shown.titles.get(n, n)) + (" ✓" if n in owned else "") for n in names}
    ticks = [html.escape("The item itself" if n == item else text[n], quote=False) for n in names]
    chart = go.Figure()
    for source, colour in source_colours(modalities).items():
        chosen = lines[lines["source"] == source]
        if len(chosen):
            chart.add_bar(
                x=chosen["value"],
                y=[names.index(n) for n in chosen["name"]],
                orientation="h",
                name=source,
                marker_color=colour,
                hovertext=[html.escape(shown.titles.get(n, n), quote=False) for n in chosen["name"]],
                hovertemplate="%{hovertext}<br>%{x:+.4f}",
            )
    chart.update_layout(
        barmode="relative",
        height=110 + 28 * len(names),
        margin={"l": 0, "r": 8, "t": 8, "b": 8},
        bargap=0.35,
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0, "traceorder": "normal"},
        xaxis={"title": "adds to the score", "zeroline": True},
        yaxis={"tickvals": list(range(len(names))), "ticktext": ticks, "autorange": "reversed", "automargin": True},
    )
    return chart


def show_why(workspace: Workspace, user: str, item: str, shown: Catalogue) -> None:
    """The whole panel: ranks in every model, then the exact split of the main model's score."""
    recommender = workspace.models[workspace.main]
    explanation = recommender.explain(user, item)
    st.html(hero_html(shown.picture(item), shown.title(item), [shown.detail(item), item]))
    places = {n: ranking(m, workspace.stamps[n], user).rank.get(item) for n, m in workspace.models.items()}
    said = [f"{plain(label(m))}: {'owned' if place is None else f'place {place}'}" for m, place in places.items()]
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(f"For {plain(user)} — " + " · ".join(said), width="content")
        st.page_link(ITEM_GRAPH, label="Its neighbours", icon=":material/hub:", query_params={"item": item})
    name = plain(label(workspace.main))
    if explanation.contributions.empty:
        st.metric(f"{name} score", f"{explanation.score:.4f}", help=term("score"))
        st.info(f"{name} has no item graph: its score is one inner product, with no parts to show.")
        return
    cells = st.grid(3, min_column_width=130)
    cells.metric(f"{name} score", f"{explanation.score:.4f}", help=term("score"))
    cells.metric("= collaborative", f"{explanation.collaborative:.4f}", help=term("collaborative"))
    cells.metric("+ item graph", f"{explanation.item_graph:.4f}", help=term("item_graph"))
    st.plotly_chart(
        composition(explanation, recommender.modalities),
        config=QUIET,
        key="why_score",
        alt=f"The score: collaborative {explanation.collaborative:.4f} and item graph {explanation.item_graph:.4f}.",
    )
    st.markdown("**The item-graph part, neighbour by neighbour**")
    parts = parts_by_neighbour(explanation.contributions)
    owned = set(parts.loc[parts["owned"], "item"])
    lines = bars(parts, most=8)
    st.plotly_chart(
        figure(item, lines, shown, recommender.modalities, owned),
        config=QUIET,
        key="why_chart",
        alt=f"What each neighbour adds to the score of {shown.title(item)}; the table below has the same numbers.",
    )
    st.caption(
        f"✓ marks what {plain(user)} already has. All parts sum to {name}'s score exactly; the item itself is among "
        f"its neighbours, as k counts it. The collaborative part is {name}'s own; LightGCN is trained separately."
    )
    table = shown.table(parts["item"].tolist()).assign(**parts.drop(columns="item"))
    numbers = [column for column in table.columns if column == "total" or " · " in column]
    st.dataframe(
        table,
        hide_index=True,
        row_height=44,
        height=min(320, 38 + 44 * len(table)),
        column_config={
            "picture": st.column_config.ImageColumn("", width=52),
            "item": None,
            "title": st.column_config.TextColumn("neighbour", width=190),
            "owned": st.column_config.CheckboxColumn("has it", width=64),
            **{n: st.column_config.NumberColumn(n, format="%.4f", width=100) for n in numbers},
        },
        alt="Every neighbour's contribution to the score, by modality and layer.",
    )
