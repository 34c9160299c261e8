"""The parts of a score as tables, as steps of a waterfall, and as files. Without Streamlit."""

import json
from collections.abc import Mapping, Sequence

import pandas as pd

from app.components.csv_text import csv_safe
from app.components.style import COLLABORATIVE, CONTENT, content_source
from app.components.words import fill
from app.views.recommend.waterfall import Step
from lattice.inference import Contrast, Explanation

OTHERS = "All other neighbours"


def content_of_owned() -> str:
    """Return the name of the content part among the parts of a score."""
    return fill("Content of what the {user} has")


def parts_by_neighbour(contributions: pd.DataFrame) -> pd.DataFrame:
    """Return one row per neighbour, largest first: item, owned, total, and "<modality> · <layer>" per source."""
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


def sources_of(parts: pd.DataFrame) -> list[str]:
    """Return the columns of `parts_by_neighbour` that name a source."""
    return [column for column in parts.columns if " · " in column]


def steps_of(explanation: Explanation, parts: pd.DataFrame, names: Mapping[str, str], most: int) -> list[Step]:
    """Return the collaborative and content parts, the `most` neighbours with the largest parts, then the others."""
    steps = [Step("Collaborative part", {COLLABORATIVE: explanation.collaborative_score})]
    content = explanation.content.groupby("modality", sort=False)["value"].sum()
    if len(content):
        steps.append(Step(content_of_owned(), {content_source(str(m)): float(value) for m, value in content.items()}))
    sources = sources_of(parts)
    for line in parts.head(most).to_dict("records"):
        name = fill("The {item} itself") if line["item"] == explanation.item else names[line["item"]]
        steps.append(Step(name, {source: line[source] for source in sources if line[source]}))
    rest = parts.iloc[most:]
    if len(rest):
        steps.append(Step(f"{OTHERS} ({len(rest)})", {source: float(rest[source].sum()) for source in sources}))
    return steps


def steps_to(contrast: Contrast, modalities: Sequence[str]) -> list[Step]:
    """Return the parts of a gap: the collaborative part, the content part if there is one, then each modality's."""
    steps = [Step("Collaborative part", {COLLABORATIVE: contrast.collaborative_gap})]
    if contrast.content_gap:
        steps.append(Step(content_of_owned(), {CONTENT: contrast.content_gap}))
    shares = contrast.by_modality
    return steps + [Step(f"Item graph: {m}", {m: float(shares[m])}) for m in modalities if m in shares]


def explanation_csv(explanation: Explanation, titles: Mapping[str, str]) -> str:
    """Return one row per part as CSV: part, item, title, modality, layer, weight, value, owned.

    item is the neighbour of an item-graph part, and the user's own item of a content part.
    """
    collaborative = pd.DataFrame({"part": ["collaborative"], "value": [explanation.collaborative_score]})
    graph = explanation.contributions.assign(part="item graph")
    content = explanation.content.assign(part="content", owned=True)
    table = pd.concat([part for part in (graph, content) if len(part)] or [graph], ignore_index=True)
    table["title"] = [csv_safe(titles[item]) for item in table["item"]]
    table["item"] = [csv_safe(item) for item in table["item"]]
    columns = ["part", "item", "title", "modality", "layer", "weight", "value", "owned"]
    return pd.concat([collaborative, table], ignore_index=True).reindex(columns=columns).to_csv(index=False)


def explanation_json(explanation: Explanation, titles: Mapping[str, str]) -> str:
    """Return the same as JSON, with the score."""
    table = explanation.contributions
    return json.dumps(
        {
            "user": explanation.user,
            "item": explanation.item,
            "title": titles[explanation.item],
            "score": explanation.score,
            "collaborative": explanation.collaborative_score,
            "item_graph": explanation.item_graph_score,
            "content": explanation.content_score,
            "user_items": explanation.content.to_dict("records"),
            "neighbours": table.assign(title=[titles[item] for item in table["item"]]).to_dict("records"),
        },
        indent=1,
        ensure_ascii=False,
    )
