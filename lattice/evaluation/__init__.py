"""Full-ranking evaluation: metrics, ranking, and the warm and cold protocols."""

from lattice.evaluation.metrics import METRICS, ndcg, precision, recall
from lattice.evaluation.protocol import Scores, cold_pairs, evaluate, evaluate_cold
from lattice.evaluation.ranking import expand, group_by_user, places, rank
from lattice.evaluation.sample import sampled

__all__ = [
    "METRICS",
    "Scores",
    "cold_pairs",
    "evaluate",
    "evaluate_cold",
    "expand",
    "group_by_user",
    "ndcg",
    "places",
    "precision",
    "rank",
    "recall",
    "sampled",
]
