"""The same interactions split at random, by each user's time and at one point in time: LATTICE's lead in each."""

from benchmarks import commands
from benchmarks.grid import RESULTS
from benchmarks.leads import LATTICE, LIGHTGCN, METRIC, in_cell, leads_of
from lattice.experiments.paper import METRICS, about_p, score
from lattice.experiments.paper_tables import line
from lattice.experiments.results import read_experiments, spread, winners

FOLDER = RESULTS / "splits"
NAME = "chess"
LEADS_BY = (METRIC, "ndcg@20")  # which items are found, and in which order
SPLITS = {
    "random": "at random",
    "time": "each player's last openings",
    "global-time": "the last openings of all",
}


def text() -> str:
    """Return one row per split as Markdown, with the commands; say what was not run."""
    files = {split: FOLDER / f"{NAME}-{split}.csv" for split in SPLITS}
    found = {split: read_experiments(file) for split, file in files.items() if file.exists()}
    leads = leads_of(found, LEADS_BY)
    lines = [
        line("held out", "users tested", "LATTICE", "LightGCN", *(f"lead by {METRICS[metric]}" for metric in LEADS_BY)),
        "|---" * (4 + len(LEADS_BY)) + "|",
    ]
    made, seeds = [], set()
    for split, one in found.items():
        won = winners(one.warm)
        cells = [score(*spread(won[m], f"test_{METRIC}")) if m in won else "not run" for m in (LATTICE, LIGHTGCN)]
        users = f"{one.users['user'].nunique():,}" if len(one.users) else "–"
        lines.append(line(SPLITS[split], users, *cells, *(in_cell(leads.get((split, metric))) for metric in LEADS_BY)))
        made += [_command(split, options) for options in commands.searches(one.warm)]
        seeds |= {len(runs) for runs in won.values()}
    missing = [f"`{_command(split, ' --model lattice --model lightgcn')}`" for split in SPLITS if split not in found]
    left = f" Not run yet: {', '.join(missing)}." if missing else ""
    several = f"Test Recall@20, settings chosen on validation, {_seeds(seeds)}." if seeds else ""
    note = f"{several} {about_p(list(leads.values()))}{left}".strip()
    return "\n".join([*lines, "", note, "", commands.shown(made)] if found else [note])


def _command(split: str, options: str) -> str:
    out = f"benchmarks/results/splits/{NAME}-{split}.csv"
    return f"{commands.PROGRAM} grid data/{NAME}-{split} --out {out}{options}"


def _seeds(numbers: set[int]) -> str:
    least, most = min(numbers), max(numbers)
    return f"{least} seed{'s' * (most > 1)}" if least == most else f"{least} to {most} seeds"
