"""A page with nothing but a picker among 5,000 items of few titles, and a count of how often the whole page ran."""

import numpy as np
import pandas as pd
import streamlit as st

from app.components.search_picker import Match, search_picker
from lattice.inference.search import item_index

TITLES = ("Red shoes", "Blue shoes", "Café cups", "Running vest", "Tent <b>&amp;</b>")
SQUARE = "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"


@st.cache_resource(max_entries=1)
def made():
    rows = [(f"item{i}", TITLES[i % len(TITLES)], f"Brand {i % 7}", "") for i in range(5000)]
    return item_index(pd.DataFrame(rows, columns=["item", "title", "brand", "category"]), np.arange(5000))


def describe(item: str) -> Match:
    number = int(item.removeprefix("item"))
    return Match(item, TITLES[number % len(TITLES)], f"Brand {number % 7} · {number} users · {item}", SQUARE)


def choose(item: str) -> None:
    st.query_params["item"] = item


st.session_state["runs"] = st.session_state.get("runs", 0) + 1
st.title("Picker")
search_picker(
    "Item",
    made,
    st.query_params.get("item"),
    "pick_item",
    describe,
    choose,
    like=lambda item: [f"item{int(item.removeprefix('item')) + step}" for step in range(1, 4)],
    help="Any item.",
)
st.markdown(f"Whole runs: {st.session_state['runs']}")
st.markdown(f"Opened: {st.query_params.get('item', 'nothing')}")
