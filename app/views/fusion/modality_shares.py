"""What each modality contributes: per item, per group of items, and to the scores. Without Streamlit."""

import numpy as np
import pandas as pd

from lattice.evaluation import evaluate, sampled
from lattice.evaluation.metrics import labels
from lattice.inference import modality_shares
from lattice.models import ItemGraphModel
from lattice.recommender import Recommender

METRICS = tuple(labels(20))
TRAINED, NO_GRAPH = "as trained", "no item graph"
ALONE = 0.9  # a share from which on the others hardly count


def item_shares(recommender: Recommender) -> pd.DataFrame:
    """Return one row per item and one column per modality: its share of what the item gets from other items."""
    graph, model = recommender.item_graph, recommender.checkpoint.model
    assert graph is not None
    assert isinstance(model, ItemGraphModel)
    found = modality_shares(graph, graph.inputs(model))
    return pd.DataFrame({modality: share.cpu().double().numpy() for modality, share in found.items()})


def share_histogram(shares: pd.DataFrame, bins: int = 40) -> pd.DataFrame:
    """Return from, to, and per modality the number of items between; values outside 0..1 count in the end bins."""
    edges = np.linspace(0, 1, bins + 1)
    counts = {m: np.histogram(shares[m].dropna().clip(0, 1), edges)[0] for m in shares}
    return pd.DataFrame({"from": edges[:-1], "to": edges[1:], **counts})


def most_by(items: pd.DataFrame, shares: pd.DataFrame, modality: str) -> pd.DataFrame:
    """Return item, share: items by one modality's share, highest first; items without a share are left out."""
    table = pd.DataFrame({"item": items["item"].astype(str), "share": shares[modality].to_numpy()}).dropna()
    return table.sort_values("share", ascending=False, kind="stable", ignore_index=True)


def by_group(shares: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Return group, items, and each modality's mean share; the largest group first, items without a group left out."""
    named = shares.assign(group=groups.to_numpy()).dropna()
    named = named[named["group"] != ""]
    table = named.groupby("group").mean()
    table.insert(0, "items", named["group"].value_counts())
    return table.sort_values("items", ascending=False, kind="stable").reset_index()


def variants(recommender: Recommender) -> dict[str, Recommender]:
    """Return the model as trained, without each modality, and with either layer alone; at inference, not retrained."""
    graph = recommender.item_graph
    assert graph is not None
    found = {TRAINED: recommender}
    for modality in graph.alpha:
        rest = {m: a for m, a in graph.alpha.items() if m != modality and a > 0}
        if rest:
            found[f"without {modality}"] = recommender.what_if(alpha=rest)
    return found | {"initial graph only": recommender.what_if(1.0), "learned graph only": recommender.what_if(0.0)}


def ablation_scores(recommender: Recommender, most_users: int = 10_000) -> pd.DataFrame:
    """Return per variant: users, and for each validation metric its mean, difference to the trained model, and error.

    error: the standard error of the difference over the same users. At most `most_users`, a fixed sample.
    """
    dataset = recommender.checkpoint.dataset
    train, held_out = dataset.pairs("train"), sampled(dataset.pairs("valid"), most_users)
    embeddings = {name: variant.embeddings for name, variant in variants(recommender).items()}
    embeddings[NO_GRAPH] = recommender.trained.embeddings
    found = {name: evaluate(x, train, held_out, (20,)).per_user for name, x in embeddings.items()}
    rows = []
    for name, per_user in found.items():
        row: dict[str, object] = {"variant": name, "users": len(per_user[METRICS[0]])}
        for metric in METRICS:
            difference = pd.Series(per_user[metric] - found[TRAINED][metric])
            row |= {metric: per_user[metric].mean(), f"Δ {metric}": difference.mean(), f"± {metric}": difference.sem()}
        rows.append(row)
    return pd.DataFrame(rows)
