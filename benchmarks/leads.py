"""LATTICE's lead over LightGCN on several datasets or splits, as one family of paired tests."""

from collections.abc import Mapping, Sequence
from math import isnan

from lattice.experiments.methods import Method
from lattice.experiments.paper import Comparison, compare_best, corrected, p_value
from lattice.experiments.results import Experiments, winners

METRIC = "recall@20"
LATTICE, LIGHTGCN = Method("lattice"), Method("lightgcn")


def leads_of(found: Mapping[str, Experiments], metrics: Sequence[str] = (METRIC,)) -> dict[tuple[str, str], Comparison]:
    """Return LATTICE's lead over LightGCN wherever both were run, by dataset and metric; p is corrected for all."""
    leads = {}
    for name, one in found.items():
        pair = {method.label: runs for method, runs in winners(one.warm).items() if method in (LATTICE, LIGHTGCN)}
        for metric in metrics:
            lead = compare_best(pair, one.users, metric, LATTICE.label)
            if lead is not None:
                leads[name, metric] = lead
    return dict(zip(leads, corrected(list(leads.values())), strict=True))


def in_cell(lead: Comparison | None) -> str:
    """Return a lead as a table's cell, with its p where there is one."""
    if lead is None:
        return "–"
    return f"{lead.gain:+.1%}" + ("" if isnan(lead.p) else f" ({p_value(lead.p)})")
