"""Numbers about the modality graphs: how they differ, and what another mix would change. Without Streamlit."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from lattice.graph import Graph
from lattice.inference import ItemGraph
from lattice.recommender import Recommender


def edge_codes(graph: Graph) -> np.ndarray:
    """Return every edge of positive weight as one number, i * n + j, without self-loops; sorted, unique."""
    indices, weights = graph.indices.cpu().numpy(), graph.weights.detach().cpu().numpy()
    rows = np.repeat(np.arange(len(indices)), indices.shape[1]).reshape(indices.shape)
    kept = (weights > 0) & (indices != rows)
    return np.unique(rows[kept].astype(np.int64) * len(indices) + indices[kept])


def shared(one: np.ndarray, other: np.ndarray) -> float:
    """Return edges in both over edges in either (Jaccard); 0 where there are none."""
    both = len(np.intersect1d(one, other, assume_unique=True))
    either = len(one) + len(other) - both
    return both / either if either else 0.0


def modality_overlap(item_graph: ItemGraph, layer: str) -> pd.DataFrame:
    """Return one, other, shared: the edge overlap of each pair of modalities in a layer."""
    codes = {m: edge_codes(getattr(graph, layer)) for m, graph in item_graph.graphs.items()}
    rows = [(a, b, shared(codes[a], codes[b])) for a, b in combinations(codes, 2)]
    return pd.DataFrame(rows, columns=["one", "other", "shared"])


def learned_changes(item_graph: ItemGraph) -> pd.DataFrame:
    """Return modality, kept, gained, lost: edges of the learned graph against the initial one."""
    rows = []
    for modality, graph in item_graph.graphs.items():
        initial, learned = edge_codes(graph.initial), edge_codes(graph.learned)
        kept = len(np.intersect1d(initial, learned, assume_unique=True))
        rows.append((modality, kept, len(learned) - kept, len(initial) - kept))
    return pd.DataFrame(rows, columns=["modality", "kept", "gained", "lost"])


def same_group(item_graph: ItemGraph, groups: pd.Series) -> pd.DataFrame:
    """Return graph, share: the share of edge weight within an item's group, per modality and by chance.

    Items without a group ("") and their edges are left out.
    """
    codes, _ = pd.factorize(groups.replace("", None))  # -1 where there is none
    sizes = np.bincount(codes[codes >= 0])
    rows = []
    for modality, graph in item_graph.graphs.items():
        inside = total = 0.0
        for layer, share in ((graph.initial, item_graph.lambda_), (graph.learned, 1 - item_graph.lambda_)):
            indices, weights = layer.indices.cpu().numpy(), layer.weights.detach().cpu().numpy().astype(np.float64)
            kept = (indices != np.arange(len(indices))[:, None]) & (codes[indices] >= 0) & (codes[:, None] >= 0)
            weights = np.where(kept, weights, 0.0) * share
            total += weights.sum()
            inside += (weights * (codes[indices] == codes[:, None])).sum()
        rows.append((modality, inside / total if total else 0.0))
    n = sizes.sum()
    chance = float((sizes * (sizes - 1)).sum() / (n * (n - 1))) if n > 1 else 0.0
    return pd.DataFrame([*rows, ("chance", chance)], columns=["graph", "share"])


def alpha_path(history: pd.DataFrame, best: int | None) -> tuple[pd.Series, pd.Series, str]:
    """Return the history's first row, its best (or last) one, and which of these it is: "best" or "last"."""
    rows = history[history["epoch"] == best]
    return history.iloc[0], (rows if len(rows) else history).iloc[-1], "best" if len(rows) else "last"


@dataclass(frozen=True)
class ListChange:
    """What a what-if changes for n users: items replaced in the top k, and ranks that changed; [n] each."""

    replaced: np.ndarray
    moved: np.ndarray

    def table(self, most: int = 20) -> pd.DataFrame:
        """Return replaced, users: how many users have how many items replaced."""
        return pd.DataFrame({"replaced": range(most + 1), "users": np.bincount(self.replaced, minlength=most + 1)})


def sample_users(recommender: Recommender, most: int, seed: int = 0) -> list[str]:
    """Return a fixed random sample of users."""
    users = np.asarray(recommender.users, dtype=str)
    chosen = np.random.default_rng(seed).choice(len(users), min(most, len(users)), replace=False)
    return users[np.sort(chosen)].tolist()


def compare_lists(before: Recommender, after: Recommender, users: list[str], k: int = 20) -> ListChange:
    """Compare two recommenders' top k for some users."""
    old, _ = before.recommend(users, k)
    new, _ = after.recommend(users, k)
    replaced = np.array([len(set(b) - set(a)) for a, b in zip(old, new, strict=True)])
    moved = (old != new).sum(axis=1)
    return ListChange(replaced, moved)
