"""What `lattice prepare` found in the source of the data, from the report that it left in the dataset's folder."""

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from app.components.text import escape_markdown
from app.workspace import Workspace
from lattice.errors import InputError
from lattice.untrusted.files import read_json

FILE = "report.json"


def read_report(folder: Path | None) -> dict[str, Any] | None:
    """Return the report in a dataset's folder; None where there is none that can be read."""
    if folder is None or not (folder / FILE).is_file():
        return None
    try:
        found = read_json(folder, FILE)
    except InputError:
        return None
    return found if isinstance(found.get("rows_read"), int) else None


def fault_table(report: dict[str, Any]) -> pd.DataFrame:
    """Return one row per fault: what is wrong, how often, where it is first found, and interactions left out."""
    faults = [fault for fault in report.get("faults", []) if isinstance(fault, dict)]
    return pd.DataFrame(
        {
            "found": [str(fault.get("message", "")) for fault in faults],
            "count": [int(fault.get("count", 0)) for fault in faults],
            "first places": ["; ".join(map(str, fault.get("examples", []))) for fault in faults],
            "interactions left out": [int(fault.get("left_out", 0)) for fault in faults],
        }
    )


def show_data_report(workspace: Workspace) -> None:
    """Draw what was read, what was left out and why; nothing where the data came without a report."""
    report = read_report(workspace.models[workspace.main].checkpoint.dataset.folder)
    if report is None:
        return
    st.subheader("The data", anchor=False)
    read, kept, left = (int(report.get(name, 0)) for name in ("rows_read", "kept", "left_out"))
    st.markdown(f"**{read:,}** interactions were read, **{kept:,}** kept and **{left:,}** left out.")
    for file in report.get("files", []):
        if isinstance(file, dict):
            st.caption(f"{escape_markdown(str(file.get('file', '')))}: {escape_markdown(str(file.get('as', '')))}")
    table = fault_table(report)
    if table.empty:
        st.caption("Nothing was wrong with them.")
    else:
        st.dataframe(table, hide_index=True, alt="Every fault found in the source: how often and where it is first.")
