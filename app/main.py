"""LATTICE Explorer: page configuration and navigation, nothing else."""

import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).parents[1]
if str(ROOT) not in sys.path:  # `streamlit run app/main.py` puts app/ there, not the repository
    sys.path.insert(0, str(ROOT))

from app import navigation  # noqa: E402
from app.components.style import MARK, WORDMARK, apply_style  # noqa: E402
from app.failures import told_by_id  # noqa: E402

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
