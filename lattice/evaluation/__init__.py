"""Full-ranking evaluation: metrics, ranking, and the warm and cold protocols."""

from lattice.data.interaction_matrix import interaction_matrix
from lattice.evaluation.metrics import METRICS, NDCG_OF_HITS, SELECTION_METRIC, Metric, ndcg, precision, recall
from lattice.evaluation.protocol import Scores, cold_pairs, evaluate, evaluate_cold, score_lists
from lattice.evaluation.ranking import Progress, best_scores, rank, ranks
from lattice.evaluation.sample import sampled

__all__ = [
    "METRICS",
    "NDCG_OF_HITS",
    "SELECTION_METRIC",
    "Metric",
    "Progress",
    "Scores",
    "best_scores",
    "cold_pairs",
    "evaluate",
    "evaluate_cold",
    "interaction_matrix",
    "ndcg",
    "precision",
    "rank",
    "ranks",
    "recall",
    "sampled",
    "score_lists",
]
