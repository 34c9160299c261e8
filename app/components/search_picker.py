"""One box to pick a user or an item of any number: the server answers each keystroke with the best matches.

The browser is never sent more than 30 of them. While the user types, only the box's own fragment runs; a choice runs
the whole page.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import streamlit as st

from app.failures import told_by_id
from lattice.inference.search import MOST

HTML = """
<div class="picker">
  <label id="label" for="text"></label>
  <div class="box">
    <img class="thumb" alt="" hidden>
    <input id="text" type="text" role="combobox" autocomplete="off" autocapitalize="off" spellcheck="false"
      maxlength="100" aria-autocomplete="list" aria-expanded="false" aria-controls="list" aria-describedby="line">
    <span class="open" aria-hidden="true"></span>
  </div>
  <div id="line"></div>
  <div class="panel" popover="manual">
    <div class="actions" role="group" aria-labelledby="label"></div>
    <ul id="list" role="listbox" aria-labelledby="label"></ul>
    <p class="none" hidden></p>
  </div>
  <div class="status" role="status"></div>
</div>
"""
HERE = Path(__file__).parent
_component = st.components.v2.component(
    "lattice.search_picker",
    html=HTML,
    css=(HERE / "search_picker.css").read_text(encoding="utf-8"),
    js=(HERE / "search_picker.js").read_text(encoding="utf-8"),
)


class Searchable(Protocol):
    """What a box searches: a `SearchIndex`, or something that answers as one."""

    @property
    def ids(self) -> Sequence[str]:
        """Return all ids."""

    def __contains__(self, one: str) -> bool:
        """Return whether an id is known."""

    def search(self, text: str, k: int = MOST) -> list[str]:
        """Return the k best ids for a text, best first."""


@dataclass(frozen=True)
class Match:
    """What the list shows of an id. line: what tells it from others of the same title; picture: a URL or data URI."""

    id: str
    title: str
    line: str = ""
    picture: str = ""


def search_picker(
    label: str,
    index: Callable[[], Searchable],
    chosen: str | None,
    key: str,
    describe: Callable[[str], Match],
    on_choose: Callable[[str], None],
    *,
    most: str = "Most bought",
    like: Callable[[str], Sequence[str]] | None = None,
    placeholder: str = "Type to search",
    help: str = "",
) -> None:
    """Draw the box. What is chosen is an id, so equal titles can't be taken for each other.

        def index() -> SearchIndex:
            return catalogue.index  # lattice.inference.search.item_index, in st.cache_resource

        search_picker("Item", index, item, "pick_item", describe, partial(choose, "item"), like=alike)

    Args:
        label: What is picked, above the box.
        index: Returns what to search, made once for each checkpoint; it is asked for at the first search.
        chosen: The id chosen now, None for an empty box. The caller keeps it, as in the URL; the box stores nothing.
        key: The key of the widget, one for each box on a page.
        describe: What to show of an id. Called for 30 ids on every keystroke, so it looks up and computes nothing;
            a picture should be small (64 px). The line should end with the id.
        on_choose: Called with the id that was chosen, before the page runs again.
        most: What the ids of the highest count are called.
        like: Ids that are like one, best first, for "Like this one"; None leaves that out.
        placeholder: What an empty box says.
        help: A sentence on the box, for a hover and for screen readers.
    """
    actions = [("random", "Random"), ("most", most)]
    if like is not None and chosen is not None:
        actions.append(("like", "Like this one"))
    shown = {
        "label": label,
        "placeholder": placeholder,
        "help": help,
        "actions": [{"kind": kind, "label": text} for kind, text in actions],
        "chosen": None if chosen is None else asdict(describe(chosen)),
    }

    def asked() -> None:
        question = st.session_state[key]["asked"]
        found = answer(question, index(), chosen, like)
        if isinstance(found, str):
            on_choose(found)
            st.session_state[f"{key} chosen"] = True
        elif found is not None:
            matches = [asdict(describe(one)) for one in found]
            st.session_state[f"{key} answer"] = {"to": question.get("number"), "matches": matches}

    @st.fragment
    @told_by_id()
    def box() -> None:
        if st.session_state.pop(f"{key} chosen", False):
            st.rerun()
        found = st.session_state.pop(f"{key} answer", None)
        _component(key=key, data=shown | {"answer": found}, on_asked_change=asked)

    box()


def answer(
    question: Any, index: Searchable, chosen: str | None, like: Callable[[str], Sequence[str]] | None
) -> str | list[str] | None:
    """Return what a question of the browser leads to: the id that is chosen, ids to choose from, or None for nonsense.

    question: {"kind": "text" | "most" | "like" | "random" | "choose", "text": ...}; it comes from the browser, so it
    may hold anything.
    """
    if not isinstance(question, dict):
        return None
    kind, text = question.get("kind"), str(question.get("text", ""))
    if kind == "choose":
        return text if text in index else None
    if kind == "random":
        return random.choice(index.ids) if index.ids else []
    if kind == "like":
        return [str(one) for one in like(chosen)][:MOST] if like and chosen is not None else None
    if kind in ("text", "most"):
        return index.search(text if kind == "text" else "")
    return None
