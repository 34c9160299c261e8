"""What `evaluate --protocol fold-in` says of new items: the frontier, and which of them are shown."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from lattice.calibration import ExposurePoint
from lattice.data.dataset import Dataset
from lattice.experiments.calibrate import calibrate_on
from lattice.experiments.content_baselines import baselines
from lattice.experiments.frontier import TopLists, frontier, gini
from lattice.experiments.new_item_trial import NewItemTrial
from lattice.inference.fold_in import neighbour_blocks
from lattice.recommender import Recommender

OURS, ALONE = "content scores", "model alone"
SHOWN_AT = 0.05  # the loss at which we look at which new items are shown
POPULAR = 0.2  # share of the warm items that count as popular


def new_item_report(recommender: Recommender, dataset: Dataset, split: str) -> dict[str, Any]:
    """Return warm_alone, frontier, exposure, content and shown, measured on `split`; options are validation's choice.

    warm_alone: Recall@20 of the warm items without new ones, by the model alone and with content scores.
    frontier: rows of `frontier`, our method first. exposure: the calibrated curve, and what it gives: promised loss and
        the loss on `split`, newcomers' recall there. content: the options chosen. shown: which new items users see at a
        loss of 5%: Gini coefficient over new items, share that have a popular nearest neighbour.
    """
    trial = NewItemTrial.unseen(recommender, dataset)
    calibration = calibrate_on(trial)
    options = calibration.content if calibration.content.counts else None
    lists = {OURS: trial.lists(split, options), ALONE: trial.lists(split)} | baselines(trial, split)
    base = lists[ALONE].warm_recall()
    rows = [
        row for name, found in lists.items() for row in frontier(name, found, base, own_point=name not in (OURS, ALONE))
    ]
    content = calibration.content
    return {
        "warm_alone": {"lattice": base, "ours": lists[OURS].warm_recall()},
        "frontier": rows,
        "exposure": [_kept(point, lists[OURS], base) for point in calibration.curve],
        "content": {"weight": content.weight, "new_weight": content.new_weight, "ridge": content.ridge},
        "shown": shown(trial, {name: lists[name] for name in (ALONE, OURS)}, rows),
    }


def _kept(point: ExposurePoint, lists: TopLists, base: float) -> dict[str, float]:
    found = lists.recalls(point.offset)
    return {
        "exposure": point.loss,
        "offset": point.offset,
        "loss": 1 - found.warm / base,
        "warm_recall@20": found.warm,
        "cold_recall@20": found.cold,
        "cold_ndcg@20": found.cold_ndcg,
    }


def shown(trial: NewItemTrial, lists: Mapping[str, TopLists], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return, for each method at SHOWN_AT, how unequally new items are shown and how many have a popular neighbour.

    A popularity bias would show as a share above that of all new items ("all"), see arXiv 2510.11402.
    """
    popular = has_popular_neighbour(trial)
    found: dict[str, Any] = {"all": {"popular_neighbour": float(popular.mean())}}
    for row in rows:
        if row["method"] in lists and row["loss"] == SHOWN_AT:
            counts = lists[row["method"]].impressions(row["offset"], trial.n_new)
            share = float((counts * popular).sum() / max(counts.sum(), 1))
            found[row["method"]] = {"gini": gini(counts), "popular_neighbour": share}
    return found


@torch.no_grad()
def has_popular_neighbour(trial: NewItemTrial) -> np.ndarray:
    """Return [n] bool: the new item's heaviest warm neighbour is among the POPULAR most popular warm items."""
    r = trial.recommender
    blocks = neighbour_blocks(r.require_lattice(), r.require_item_graph(), trial.features, r.trained.spaces)
    weights = torch.zeros(trial.n_new, len(r.items), device=r.trained.warm.device)
    for block in blocks:
        weights.scatter_add_(1, block.neighbours, block.weights * r.trained.warm[block.neighbours])
    counts = np.asarray(r.trained.seen.sum(axis=0)).ravel()[trial.warm]
    limit = np.quantile(counts, 1 - POPULAR)
    nearest = weights.argmax(dim=1).cpu().numpy()
    return np.asarray(r.trained.seen.sum(axis=0)).ravel()[nearest] >= limit
