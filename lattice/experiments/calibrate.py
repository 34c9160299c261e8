"""Calibration: choose the content scores and measure the exposure curve of a checkpoint, on validation alone."""

from tqdm import tqdm

from lattice.calibration import Calibration, ContentOptions, ExposurePoint
from lattice.data.dataset import Dataset
from lattice.errors import InputError
from lattice.experiments.frontier import LOSSES, MAX_OFFSET, TopLists
from lattice.experiments.new_item_trial import NewItemTrial
from lattice.recommender import Recommender

WEIGHTS = (0.05, 0.075, 0.1, 0.125, 0.15, 0.175, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.8, 1.0)
RIDGES = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
CHOOSERS = 8192  # users at most by whom weights and ridge are chosen: they are scored 105 times, for the curve twice


def calibrate(recommender: Recommender, dataset: Dataset | None = None, progress: bool = False) -> Calibration:
    """Choose the content options and measure the exposure curve on validation.

    dataset: the one whose cold items the checkpoint was trained without; None simulates new items, see
        `NewItemTrial.simulate`.
    """
    trial = NewItemTrial.simulate(recommender) if dataset is None else NewItemTrial.unseen(recommender, dataset)
    return calibrate_on(trial, progress)


def calibrate_on(trial: NewItemTrial, progress: bool = False) -> Calibration:
    """Choose the content options by validation's NDCG@20, and measure their exposure curve.

    For each ridge, the weight is the best for warm items without new ones, and the weight of new items is the best
    among new items alone; the ridge is the one with the highest product of both. NDCG, since training kept the epoch
    with the best Recall@20 on this very split: the model alone would look better by it than it is. So the Recall@20
    that losses are relative to is inferred from NDCG's gain, too.

    Where more than CHOOSERS users have held-out items, a random sample of them chooses; the curve is everybody's.
    """
    alone = trial.lists("valid")
    for kind, held_out in (("trained", alone.n_warm), ("new", alone.n_new)):
        if not held_out.any():
            raise InputError(f"validation has no interactions with {kind} items, so nothing can be chosen by it")
    users = trial.choosers("valid", CHOOSERS)
    warm, among_new = alone.of(users).ndcg()
    best, chosen = warm * among_new, ContentOptions()
    for ridge in tqdm(RIDGES, desc="content scores", disable=not progress):
        found = trial.lists_by_weight("valid", ContentOptions(ridge=ridge), WEIGHTS, users)
        by_weight = {0.0: (warm, among_new)} | {w: x.ndcg() for w, x in zip(WEIGHTS, found, strict=True)}
        weight = max(by_weight, key=lambda w: by_weight[w][0])
        new_weight = max(by_weight, key=lambda w: by_weight[w][1])
        value = by_weight[weight][0] * by_weight[new_weight][1]
        if value > best:
            best, chosen = value, ContentOptions(weight, new_weight, ridge)
    lists = trial.lists("valid", chosen) if chosen.counts else alone
    base = lists.warm_recall() * alone.ndcg()[0] / lists.ndcg()[0]  # what the model alone has, by the gain in NDCG
    return Calibration(chosen, exposure_curve(lists, base), "simulated" if trial.simulated else "unseen")


def exposure_curve(lists: TopLists, base: float) -> tuple[ExposurePoint, ...]:
    """Return the offset and both recalls at each allowed loss of the warm recall `base`."""
    points = []
    for loss in LOSSES:
        offset = lists.offset_for((1 - loss) * base)
        offset = -MAX_OFFSET if offset is None else offset
        found = lists.recalls(offset)
        points.append(ExposurePoint(loss, offset, round(found.warm, 6), round(found.cold, 6)))
    return tuple(points)
