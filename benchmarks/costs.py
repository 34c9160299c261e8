"""What the runs in a result file cost: time, memory and an estimate of energy, one row per model."""

import pandas as pd

from lattice.experiments.methods import Method
from lattice.experiments.paper_tables import line

# CodeCarbon's arithmetic where no power can be read, as on a virtual machine: half the processor's rated power (TDP)
# over the wall time. The rated power is assumed, as the machine doesn't name its processor.
TDP_WATTS = 85.0
SHARE_OF_TDP = 0.5

COLUMNS = ["model", "runs", "seconds", "wh", "longest", "memory"]


def energy_wh(seconds: float) -> float:
    """Return the estimated energy of a run on a CPU, in watt-hours, from its wall time."""
    return TDP_WATTS * SHARE_OF_TDP * seconds / 3600


def costs(runs: pd.DataFrame) -> pd.DataFrame:
    """Return one row per model, in the file's order, of all its runs on a CPU: tries for settings and seeds alike.

    runs: `Experiments.warm`. Columns: `model` (label), `runs`, `seconds` and `wh` (of all runs together), `longest`
    (seconds of one run) and `memory` (the most that a run's process held, in GB; NaN where it wasn't measured).
    """
    if not {"seconds", "device"} <= set(runs):
        return pd.DataFrame(columns=COLUMNS)
    timed = runs[runs["seconds"].notna() & (runs["device"] == "cpu")]
    found = [
        {
            "model": Method.parse(str(model)).full_label,
            "runs": len(group),
            "seconds": group["seconds"].sum(),
            "wh": energy_wh(group["seconds"].sum()),
            "longest": group["seconds"].max(),
            "memory": group["peak_memory_gb"].max() if "peak_memory_gb" in group else float("nan"),
        }
        for model, group in timed.groupby("model", sort=False)
    ]
    return pd.DataFrame(found, columns=COLUMNS)


def text(runs: pd.DataFrame) -> str:
    """Return the costs as Markdown, folded away; empty where no run on a CPU was timed."""
    table = costs(runs)
    if table.empty:
        return ""
    lines = [line("model", "runs", "wall time", "longest run", "energy (Wh, estimated)", "peak memory")]
    lines.append("|---" * 6 + "|")
    for row in table.to_dict("records"):
        memory = "–" if pd.isna(row["memory"]) else f"{row['memory']:.1f} GB"
        times = (f"{row[name] / 60:.1f} min" for name in ("seconds", "longest"))
        lines.append(line(row["model"], str(row["runs"]), *times, f"{row['wh']:.1f}", memory))
    total = f"In all {table['seconds'].sum() / 3600:.1f} hours and {table['wh'].sum():.0f} Wh"
    note = (
        f"{total}, on a CPU that other programs were using too, so the times are upper bounds. Energy is wall time × "
        f"{SHARE_OF_TDP:.0%} of an assumed rated power of {TDP_WATTS:.0f} W, as CodeCarbon reckons where no meter can "
        "be read; without memory and the rest of the machine."
    )
    body = "\n".join([*lines, "", note])
    return f"<details><summary>What the runs cost</summary>\n\n{body}\n\n</details>"
