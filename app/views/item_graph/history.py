"""The way through the item graph: the items before this one, in the URL, so that every step can be undone."""

from collections.abc import Callable, Sequence

import streamlit as st

from app.components.items import Catalogue, plain, shorten
from app.components.pickers import lost
from app.url_state import Choice, chosen_set, resolve

TRAIL = 6


def trail(known: Callable[[str], bool]) -> tuple[str, ...]:
    """The last items before this one, oldest first; an address that names an item says the whole way to it."""
    if "item" in st.query_params and "trail" not in st.query_params:
        st.session_state.pop("chosen_trail", None)
    found: Choice[tuple[str, ...]] = chosen_set("trail", known, TRAIL)
    if found.unknown is not None:
        lost("Way over", found.unknown, "the rest of the way")
    return found.value


def onward(way: Sequence[str], here: str, item: str) -> tuple[str, ...]:
    """The way once one stands at `item`: longer by `here`, or cut back to where `item` was passed before."""
    if item == here:
        return tuple(way)
    return tuple(way[: list(way).index(item)]) if item in way else (*way, here)[-TRAIL:]


def settle(defaults: dict[str, tuple[Sequence[str], str]]) -> None:
    """Write all that the address leaves out at once: one entry in the browser's history instead of one a choice.

    defaults: name -> what is known, and the default, which an address that names an item stands for. Without an item,
    what was chosen before counts.
    """
    complete = "item" in st.query_params
    missing = {
        name: resolve(None, None if complete else st.session_state.get(f"chosen_{name}"), known, default).value
        for name, (known, default) in defaults.items()
        if name not in st.query_params
    }
    if missing:
        st.query_params.update(missing)


def walk(item: str, **more: str) -> None:
    """Go on to an item; `more` are choices that change with it. One change of the URL, which Back undoes."""
    here = str(st.session_state["chosen_item"])
    way = onward(st.session_state.get("chosen_trail", ()), here, item)
    st.session_state["steps"] = st.session_state.get("steps", 0) + 1
    st.session_state["chosen_trail"] = list(way)
    for name, value in {"item": item, **more}.items():
        st.session_state[f"chosen_{name}"] = value
    address = {name: st.query_params.get_all(name) for name in st.query_params}
    address |= {"item": [item], "trail": list(way)} | {name: [value] for name, value in more.items()}
    st.query_params.from_dict({name: values for name, values in address.items() if values})


def walk_to_widget(key: str, **more: str) -> None:
    """A widget's callback: go on to the item that was chosen in it."""
    if st.session_state[key] is not None:
        walk(str(st.session_state[key]), **more)


def show_trail(shown: Catalogue, way: Sequence[str], here: str) -> None:
    """The way as a line of buttons that lead back."""
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="trail"):
        st.button(
            "Back",
            icon=":material/arrow_back:",
            disabled=not way,
            on_click=walk,
            args=(way[-1] if way else here,),
            key="back",
            help="Back to the item before this one",
        )
        for steps, item in zip(range(len(way), 0, -1), way, strict=True):  # a phone hides what is many steps back
            title = plain(shorten(shown.title(item), 22))
            st.button(f"{title} ›", type="tertiary", on_click=walk, args=(item,), key=f"trail_{steps}")
        st.markdown(f"**{plain(shorten(shown.title(here), 40))}**", width="content")


def go_to(shown: Catalogue, items: Sequence[str], text: str, key: str, **more: str) -> None:
    """A list of items to go on to, for those who can't or won't click in the picture."""
    key = f"{key} {st.session_state.get('steps', 0)}"
    st.selectbox(
        text,
        items,
        index=None,
        key=key,
        format_func=shown.title,
        placeholder="Choose an item",
        on_change=walk_to_widget,
        args=(key,),
        kwargs=more,
    )
