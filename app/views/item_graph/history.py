"""The items visited before this one, in the URL, so that every step can be undone."""

from collections.abc import Callable, Container, Sequence

import streamlit as st

from app.components.items import Catalogue
from app.components.pickers import warn_unknown
from app.components.text import escape_markdown
from app.url_state import Choice, chosen_set, resolve

MAX_HISTORY = 6


def history(known: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the last visited items, oldest first; empty if the URL has `item` but no `trail`."""
    if "item" in st.query_params and "trail" not in st.query_params:
        st.session_state.pop("chosen_trail", None)
    found: Choice[tuple[str, ...]] = chosen_set("trail", known, MAX_HISTORY)
    if found.unknown is not None:
        warn_unknown("Way over", found.unknown, "the rest of the way")
    return found.value


def next_history(way: Sequence[str], here: str, item: str) -> tuple[str, ...]:
    """Return the history after going to `item`: longer by `here`, or cut back to where `item` was visited before."""
    if item == here:
        return tuple(way)
    return tuple(way[: list(way).index(item)]) if item in way else (*way, here)[-MAX_HISTORY:]


def fill_url_defaults(defaults: dict[str, tuple[Container[str], str]]) -> None:
    """Write all missing parameters to the URL at once, as one entry of the browser's history.

    defaults: name -> known values and default. A URL that names an item gets defaults; one without gets what was
    chosen before.
    """
    complete = "item" in st.query_params
    missing = {
        name: resolve(None, None if complete else st.session_state.get(f"chosen_{name}"), known, default).value
        for name, (known, default) in defaults.items()
        if name not in st.query_params
    }
    if missing:
        st.query_params.update(missing)


def go_to_item(item: str, **more: str) -> None:
    """Go to an item in one change of the URL, which Back undoes. more: other parameters that change with it."""
    here = str(st.session_state["chosen_item"])
    way = next_history(st.session_state.get("chosen_trail", ()), here, item)
    st.session_state["steps"] = st.session_state.get("steps", 0) + 1
    st.session_state["chosen_trail"] = list(way)
    for name, value in {"item": item, **more}.items():
        st.session_state[f"chosen_{name}"] = value
    address = {name: st.query_params.get_all(name) for name in st.query_params}
    address |= {"item": [item], "trail": list(way)} | {name: [value] for name, value in more.items()}
    st.query_params.from_dict({name: values for name, values in address.items() if values})


def go_to_selected(key: str, **more: str) -> None:
    """Go to the item that was chosen in a widget (its callback)."""
    if st.session_state[key] is not None:
        go_to_item(str(st.session_state[key]), **more)


def show_history(catalogue: Catalogue, way: Sequence[str], here: str) -> None:
    """Draw the history as a line of buttons that lead back."""
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="trail"):
        st.button(
            "Back",
            icon=":material/arrow_back:",
            disabled=not way,
            on_click=go_to_item,
            args=(way[-1] if way else here,),
            key="back",
            help="Back to the one before",
        )
        for steps, item in zip(range(len(way), 0, -1), way, strict=True):  # a phone hides what is many steps back
            title = escape_markdown(catalogue.label(item, 22))
            st.button(f"{title} ›", type="tertiary", on_click=go_to_item, args=(item,), key=f"trail_{steps}")
        st.markdown(f"**{escape_markdown(catalogue.label(here, 40))}**", width="content")


def item_select(catalogue: Catalogue, items: Sequence[str], text: str, key: str, **more: str) -> None:
    """Draw a list of items to go to, for those who can't or don't want to click in the picture."""
    key = f"{key} {st.session_state.get('steps', 0)}"
    st.selectbox(
        text,
        items,
        index=None,
        key=key,
        format_func=catalogue.label,
        placeholder="Choose one",
        on_change=go_to_selected,
        args=(key,),
        kwargs=more,
    )
