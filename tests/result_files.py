"""Result files with numbers that one can reckon with."""

import re

import pandas as pd

from lattice.evaluation.metrics import METRICS

DATA = "0123456789abcdef"
SHARES = (("recall", 1), ("precision", 0.1), ("ndcg", 0.5))  # what the other scores of a run are of its recall


def run(model, test, seed=0, options="a", valid=0.5, settings="lr=1", dataset=DATA, **more):
    """A run whose precision is a tenth of its recall, and whose NDCG is half of it."""
    found = {"dataset": dataset, "model": model, "options": options, "seed": seed, "settings": settings}
    for split, value in (("valid", valid), ("test", test)):
        found |= {f"{split}_recall@20": value, f"{split}_precision@20": value / 10, f"{split}_ndcg@20": value / 2}
    return found | more


def cold_run(model, cold, everything=0.01, warm=0.1, valid=0.5, seed=0, options="a"):
    """A run's line of one way of scoring, whose precision is a tenth of its recall, and whose NDCG is half of it."""
    keys = {"dataset": "cold", "model": model, "options": options, "seed": seed, "settings": "lr=1"}
    recalls = {"cold": cold, "all": everything, "warm": warm}
    among = {f"test_{kind}_{metric}@20": recall * share for kind, recall in recalls.items() for metric, share in SHARES}
    return keys | among | {"valid_cold_recall@20": valid}


def users_of(model, scores, seed=0, options="a", dataset=DATA):
    """Single users' recall; precision a tenth and NDCG half of it."""
    keys = {"dataset": dataset, "model": model, "options": options, "seed": seed}
    recall = pd.Series(scores, dtype=float)
    found = pd.DataFrame(
        {"user": recall.index, "recall@20": recall, "precision@20": recall / 10, "ndcg@20": recall / 2}
    )
    return found.assign(**keys)


def write(file, rows):
    """A result file of these rows."""
    pd.DataFrame(rows).to_csv(file, index=False)
    return file


def not_run(text):
    """Return the models that a table or a page says were not run."""
    return re.search(r"(?:Not run yet|Not run on this dataset yet): (.*?)\.(?: |$)", text, re.MULTILINE)[1].split(", ")


def cells(text, model):
    """Return the cells of one row of a Markdown table, without metrics that the rows of this module don't have."""
    lines = text.splitlines()
    header = next(line for line in lines if line.startswith("| model |"))
    (row,) = [line for line in lines if line.startswith(f"| {model} |")]
    heading, cells = ([cell.strip() for cell in line.strip("|").split("|")][1:] for line in (header, row))
    other = {metric.label for metric in METRICS.values() if metric.name not in dict(SHARES)}
    names = [column.rpartition(": ")[2].partition("@")[0] for column in heading]
    return [cell for name, cell in zip(names, cells, strict=True) if name not in other]
