"""Scores that others published, shown beside ours in columns of their own, as no two use the same split.

benchmarks/results/paper holds the paper's Tables 2 and 3, and what MMRec's authors give for the same datasets.
"""

import json
from pathlib import Path

import pandas as pd

from benchmarks.grid import RESULTS
from lattice.experiments.methods import Method
from lattice.experiments.paper_tables import Published

AMAZON = {"amazon-baby": "baby", "amazon-sports": "sports", "amazon-clothing": "clothing"}
TABLES = {2: "table2.csv", 3: "table3.csv"}
OURS = (
    "Ours are on a random split: of each user's interactions a tenth, at least one, for validation and as many for "
    "test."
)
PAPER = (
    "The paper's are on its authors' split and features, NDCG as their program has it "
    "(see docs/differences-from-the-paper.md)."
)
MMREC = "MMRec's were published under its protocol, on the split and features of its own files."
PEER = (
    "[MMRec](https://github.com/enoche/MMRec) was run at its own defaults, one seed, on the same split and features "
    "(`benchmarks/results/peer.json`)."
)


def beside(name: str, table: int, results: Path = RESULTS) -> list[Published]:
    """Return what others published on the dataset of result file `name`, in Table 2 or 3; empty for most datasets."""
    if name == "lastfm-2k" and table == 2:
        scores = pd.DataFrame(json.loads((results / "peer.json").read_text(encoding="utf-8"))["scores"]).T
        return [Published("MMRec", scores.rename(index=lambda name: Method.parse(str(name)).label), PEER)]
    if name not in AMAZON:
        return []
    found = [Published("paper", _read(results / "paper" / TABLES[table], name), f"{OURS} {PAPER}")]
    if table == 2:
        found.append(Published("MMRec", _read(results / "paper" / "mmrec_protocol.csv", name), MMREC))
    return found


def _read(file: Path, name: str) -> pd.DataFrame:
    scores = pd.read_csv(file)
    # BPR is matrix factorisation with the loss that all of these have.
    scores = scores[scores["dataset"] == AMAZON[name]].replace({"model": {"BPR": "MF"}})
    return scores.set_index("model").filter(like="@20")
