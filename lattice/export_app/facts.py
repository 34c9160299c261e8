"""What the site's tables and charts say of every model: scores, training, options, and what its item graph learned."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lattice.data.facts import facts
from lattice.evaluation.metrics import METRICS, label_of
from lattice.export_app.scripts import array
from lattice.graph import ModalityGraph
from lattice.inference import modality_shares
from lattice.models import options_to_dict
from lattice.recommender import Recommender

SPLIT_NAMES = {"train": "training", "valid": "validation", "test": "test"}
BINS = 20  # of a histogram of shares


def model_script(recommender: Recommender) -> dict[str, Any]:
    """Return a model's scores, history, options and the facts of its training, as lists of [name, value]."""
    checkpoint = recommender.checkpoint
    metrics = checkpoint.metrics
    return {
        "splits": [[name, _scores(metrics.get(name, {}))] for name in ("valid", "test")],
        "spread": _spread(metrics.get("spread")),
        "facts": [
            ["Trained in", f"{float(metrics.get('seconds', 0)):,.0f} s"],
            ["Best epoch", f"{metrics.get('best_epoch', '–')} of {metrics.get('epochs', len(checkpoint.history))}"],
            ["Parameters", f"{metrics.get('parameters', 0):,}"],
            ["Hardware", str(metrics.get("hardware", "unknown"))],
            ["Versions", ", ".join(f"{name} {value}" for name, value in metrics.get("versions", {}).items())],
            ["Finished", str(metrics.get("finished", "unknown")).replace("T", " ").replace("+00:00", " UTC")],
        ],
        "options": _flat({**options_to_dict(checkpoint.options), **vars(checkpoint.training)}),
        "encoders": [[modality, record.name] for modality, record in checkpoint.encoders.items()],
        "best_epoch": metrics.get("best_epoch"),
        "history": [[name, _numbers(checkpoint.history[name])] for name in checkpoint.history],
        "card": checkpoint.card,
    }


def data_script(recommender: Recommender) -> list[list[Any]]:
    """Return figures of the data set, as lists of [name, value]."""
    dataset = recommender.checkpoint.dataset
    found, words = facts(dataset), dataset.words
    return [
        [words.users, found["users"]],
        [words.items, found["items"]],
        [words.interactions, found["interactions"]],
        *([f"{words.interactions} for {SPLIT_NAMES[split]}", n] for split, n in found["splits"].items()),
        [f"{words.items} without training {words.interactions}", found["items_without_training"]],
        [f"{words.items} without a picture", found["items_without_picture"]],
    ]


def fusion_script(recommender: Recommender) -> dict[str, Any]:
    """Return how much every modality counts: shares of all items, and edges that learning kept, added and removed."""
    graph = recommender.require_item_graph()
    shares = modality_shares(graph, recommender.layers[0])
    modalities = []
    for name, pair in graph.graphs.items():
        share = shares[name].cpu().numpy()
        known = share[np.isfinite(share)]
        counts, _ = np.histogram(known.clip(0, 1), BINS, (0, 1))
        mean = float(known.mean()) if len(known) else None
        modalities.append({"name": name, "mean": mean, "shares": array(counts, "u32"), **_edges(pair)})
    return {"modalities": modalities}


def _edges(pair: ModalityGraph) -> dict[str, int]:
    """Return how many edges both graphs have, only the learned one, and only the initial one; without self-loops."""
    codes = []
    for graph in (pair.initial, pair.learned):
        columns, weights = graph.indices.cpu().numpy(), graph.weights.detach().cpu().numpy()
        rows = np.arange(len(columns))[:, None]
        codes.append((rows * len(columns) + columns)[(weights > 0) & (columns != rows)])
    both = len(np.intersect1d(*codes))
    return {"kept": both, "gained": len(codes[1]) - both, "lost": len(codes[0]) - both}


def _scores(values: Mapping[str, float]) -> list[list[Any]]:
    """Return [column, label, value] of every metric."""
    return [[c, label_of(c), v] for c, v in values.items() if c.partition("@")[0] in METRICS]


def _spread(spread: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not spread or len(spread["seeds"]) < 2:
        return None
    cells = [[c, label_of(c), mean, spread["std"][c]] for c, mean in spread["mean"].items()]
    return {"seeds": len(spread["seeds"]), "scores": cells}


def _flat(values: Mapping[str, Any], above: str = "") -> list[list[str]]:
    """Return nested options as [name, value] of text, a backbone's as backbone.dim."""
    found: list[list[str]] = []
    for name, value in values.items():
        found += _flat(value, f"{above}{name}.") if isinstance(value, Mapping) else [[above + name, str(value)]]
    return found


def _numbers(values: Sequence[float]) -> list[float | None]:
    """Return numbers as JSON takes them, None for one that isn't finite."""
    return [float(value) if np.isfinite(value) else None for value in values]
