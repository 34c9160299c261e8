"""What runs for every visitor on every click: page configuration and navigation, nothing else."""

import streamlit as st

from app import navigation
from app.components.style import MARK, WORDMARK, apply_style
from app.failures import told_by_id
from app.preparation import preparation, search_preparation

preparation().join()  # two threads that import the same modules could wait for each other

# No icons: the browser would fetch a page's icon from another server, to show it on the tab.
page = st.navigation(
    [
        st.Page(navigation.RECOMMEND, title="Recommend", default=True),
        st.Page(navigation.ITEM_GRAPH, title="Item graph", url_path="item-graph"),
        st.Page(navigation.FUSION, title="Fusion", url_path="fusion"),
        st.Page(navigation.COLD_START, title="Cold start", url_path="cold-start"),
        st.Page(navigation.MODELS, title="Models", url_path="models"),
    ],
    position="top",
)
st.set_page_config(page_title=f"{page.title} · LATTICE Explorer", page_icon=MARK, layout="wide")
st.logo(WORDMARK)
apply_style()
with told_by_id():
    page.run()
search_preparation()
