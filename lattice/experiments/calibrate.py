"""Calibration: choose the content scores and measure the exposure curve of a checkpoint, on validation alone."""

from collections.abc import Iterable
from dataclasses import replace

from tqdm import tqdm

from lattice.calibration import Calibration, ContentOptions, ExposurePoint
from lattice.data.dataset import Dataset
from lattice.experiments.frontier import LOSSES, MAX_OFFSET, TopLists
from lattice.experiments.new_item_trial import NewItemTrial
from lattice.recommender import Recommender

WEIGHTS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6)
RIDGES = (1.0, 3.0, 10.0, 30.0, 100.0)


def calibrate(recommender: Recommender, dataset: Dataset | None = None, progress: bool = False) -> Calibration:
    """Choose the content options and measure the exposure curve on validation.

    dataset: the one whose cold items the checkpoint was trained without; None simulates new items, see
        `NewItemTrial.simulate`.
    """
    trial = NewItemTrial.simulate(recommender) if dataset is None else NewItemTrial.unseen(recommender, dataset)
    return calibrate_on(trial, progress)


def calibrate_on(trial: NewItemTrial, progress: bool = False) -> Calibration:
    """Choose the content options by validation's NDCG@20, and measure their exposure curve.

    What counts is the product of the warm items' NDCG@20 without new items and the new items' among themselves, so the
    relative gains of both count alike; options that lower the first are left out. NDCG, since training kept the epoch
    with the best Recall@20 on this very split: the model alone would look better by it than it is.
    """
    alone = trial.lists("valid")
    least, among_new = alone.ndcg()
    best, chosen, lists = least * among_new, ContentOptions(), alone
    ridges: Iterable[float] = tqdm(RIDGES, desc="content scores", disable=not progress)
    for ridge in ridges:
        options = ContentOptions(1.0, ridge)
        for weight, found in zip(WEIGHTS, trial.lists_by_weight("valid", options, WEIGHTS), strict=True):
            warm, among_new = found.ndcg()
            if warm >= least and warm * among_new > best:
                best, chosen, lists = warm * among_new, replace(options, weight=weight), found
    return Calibration(chosen, exposure_curve(lists, alone.warm_recall()), "simulated" if trial.simulated else "unseen")


def exposure_curve(lists: TopLists, base: float) -> tuple[ExposurePoint, ...]:
    """Return the offset and both recalls at each allowed loss of the warm recall `base`."""
    points = []
    for loss in LOSSES:
        offset = lists.offset_for((1 - loss) * base)
        offset = -MAX_OFFSET if offset is None else offset
        found = lists.recalls(offset)
        points.append(ExposurePoint(loss, offset, round(found.warm, 6), round(found.cold, 6)))
    return tuple(points)
