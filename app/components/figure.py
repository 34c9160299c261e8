"""A chart with its numbers as a table under it, both to download."""

from functools import partial

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from app.components.csv_text import table_csv


def show_figure(figure: go.Figure, name: str, alt: str, table: pd.DataFrame, formats: dict[str, str]) -> None:
    """Draw a chart, and under it its table with a CSV download. formats: column -> printf format."""
    image = {"format": "svg", "filename": name}
    config = {"displaylogo": False, "modeBarButtons": [["toImage"]], "toImageButtonOptions": image}
    st.plotly_chart(figure, config=config, key=f"chart_{name}", alt=alt)
    with st.expander("The same as a table", icon=":material/table_rows:"):
        st.dataframe(
            table,
            hide_index=True,
            height=min(320, 38 + 35 * len(table)),
            column_config={c: st.column_config.NumberColumn(c, format=f) for c, f in formats.items() if c in table},
            alt=alt,
        )
        st.download_button(
            "CSV",
            partial(table_csv, table),
            f"{name}.csv",
            "text/csv",
            key=f"csv_{name}",
            icon=":material/download:",
            on_click="ignore",
        )
