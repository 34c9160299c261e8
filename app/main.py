"""LATTICE Explorer: page configuration and navigation, nothing else."""

import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).parents[1]
if str(ROOT) not in sys.path:  # `streamlit run app/main.py` puts app/ there, not the repository
    sys.path.insert(0, str(ROOT))

from app.components.style import apply_style  # noqa: E402

st.set_page_config(page_title="LATTICE Explorer", page_icon=":material/hub:", layout="wide")
apply_style()
st.navigation(
    [
        st.Page(
            "views/recommend.py", title="Recommend", icon=":material/thumb_up:", url_path="recommend", default=True
        ),
        st.Page("views/item_graph.py", title="Item graph", icon=":material/hub:", url_path="item-graph"),
        st.Page("views/fusion.py", title="Fusion", icon=":material/tune:", url_path="fusion"),
        st.Page(
            "views/cold_start.py", title="Cold start", icon=":material/add_photo_alternate:", url_path="cold-start"
        ),
        st.Page("views/models.py", title="Models", icon=":material/leaderboard:", url_path="models"),
    ],
    position="top",
).run()
