"""Scores that others published, shown beside ours in columns of their own, as few use the same split.

benchmarks/results/paper holds the paper's Tables 2 and 3, what MMRec's authors give for the same datasets, and what
DiffMM's give for TikTok.
"""

import json
from pathlib import Path

import pandas as pd

from benchmarks.grid import RESULTS
from lattice.experiments.methods import Method
from lattice.experiments.paper_tables import PAPER, Published

AMAZON = {"amazon-baby": "baby", "amazon-sports": "sports", "amazon-clothing": "clothing"}
SAME_SPLIT = {"amazon-sports-lattice-split": "sports", "amazon-clothing-lattice-split": "clothing"}
TABLES = {2: "table2.csv", 3: "table3.csv"}
OURS = (
    "Ours are on a random split: of each user's interactions a tenth, at least one, for validation and as many for "
    "test."
)
PAPERS = (
    "The paper's are on its authors' split and features, NDCG as their program has it "
    "(see docs/differences-from-the-paper.md)."
)
ON_THE_SAME = (
    "The paper's are on the same split, so that models without content can be compared; NDCG is as its authors' "
    "program has it (see docs/differences-from-the-paper.md)."
)
DIFFMM = (
    "DiffMM's are read off a picture in its repository (https://github.com/HKUDS/DiffMM), on the same split; its "
    "multimodal models have text features beside pictures and audio, ours don't."
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
    if name == "tiktok" and table == 2:
        return [Published("DiffMM", pd.read_csv(results / "paper" / "tiktok.csv", index_col="model"), DIFFMM)]
    if name in SAME_SPLIT:
        return [Published(PAPER, _read(results / "paper" / TABLES[table], SAME_SPLIT[name]), ON_THE_SAME)]
    if name not in AMAZON:
        return []
    found = [Published(PAPER, _read(results / "paper" / TABLES[table], AMAZON[name]), f"{OURS} {PAPERS}")]
    if table == 2:
        found.append(Published("MMRec", _read(results / "paper" / "mmrec_protocol.csv", AMAZON[name]), MMREC))
    return found


def _read(file: Path, dataset: str) -> pd.DataFrame:
    scores = pd.read_csv(file)
    # BPR is matrix factorisation with the loss that all of these have.
    scores = scores[scores["dataset"] == dataset].replace({"model": {"BPR": "MF"}})
    return scores.set_index("model").filter(like="@20")
