"""Small catalogues with a planted structure: users and items fall into clusters, and content tells which."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from lattice.checkpoint import Checkpoint
from lattice.data import PRECOMPUTED, Dataset, check
from lattice.models import (
    MODELS,
    BM3Options,
    FreedomOptions,
    GRCNOptions,
    LatticeOptions,
    LightGCNOptions,
    MFOptions,
    MGCNOptions,
    MicroOptions,
    MMGCNOptions,
    NGCFOptions,
    Options,
    VBPROptions,
)
from lattice.pipeline import fit
from lattice.recommender import Recommender
from lattice.training import TrainingOptions

DIMS = {"visual": 12, "textual": 8}
EMPTY = {"visual": (3, 5), "textual": (5,)}
COLD, NO_PICTURE, NO_CONTENT = "i008", "i003", "i005"  # items of `clustered()`
GRAPHS = ["lattice-mf-1", "lattice-mf-2", "lattice-lightgcn-1", "lattice-lightgcn-2", "lattice-ngcf-1"]
ALONE = {
    "mf": MFOptions(dim=8),
    "ngcf": NGCFOptions(dim=8),
    "lightgcn": LightGCNOptions(dim=8),
    "vbpr": VBPROptions(dim=8, content_dim=6),
    "mmgcn": MMGCNOptions(dim=8),
    "grcn": GRCNOptions(dim=8, content_dim=6),
    "bm3": BM3Options(dim=8),
    "freedom": FreedomOptions(dim=8, k=6),
    "micro": MicroOptions(dim=8, k=6, transform_dim=6),
    "mgcn": MGCNOptions(dim=8, k=6),
}
STANDALONE = [key for key, entry in MODELS.items() if not entry.on_backbone]
ON_A_BACKBONE = [key for key, entry in MODELS.items() if entry.on_backbone]
MULTIMODAL = [key for key in STANDALONE if MODELS[key].needs_features]
K, LAMBDA = 6, 0.7  # in each of GRAPHS


def clustered(
    n_users: int = 40,
    n_items: int = 60,
    clusters: int = 4,
    per_user: int = 9,
    dims: Mapping[str, int] = DIMS,
    cold: Collection[int] = (8, 21, 34, 47),
    without: Mapping[str, Collection[int]] = EMPTY,
    spread: float = 0.6,
    seed: int = 0,
) -> Dataset:
    """User u and item i belong to clusters u % clusters and i % clusters; a user takes items of the own cluster only.

    cold: items that only held-out interactions name. without: modality -> items whose feature row is zero.
    spread: how far an item's content lies from its cluster's centre. Every user has two valid and two test items.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for user in range(n_users):
        own = np.arange(user % clusters, n_items, clusters)
        own = rng.permutation(own)[:per_user]
        own = own[np.argsort(np.isin(own, list(cold)), kind="stable")]  # cold ones last, where they are held out
        split = ["train"] * (len(own) - 4) + ["valid", "test"] * 2
        rows += [(f"u{user:02d}", f"i{item:03d}", part) for item, part in zip(own, split, strict=True)]
    order = rng.permutation(len(rows))
    interactions = pd.DataFrame([rows[position] for position in order], columns=["user", "item", "split"])
    assert not set(interactions.query("split == 'train'")["item"]) & {f"i{item:03d}" for item in cold}
    names = [f"i{item:03d}" for item in range(n_items)]
    features = {}
    for modality, dim in dims.items():
        centres = rng.normal(size=(clusters, dim))
        matrix = centres[np.arange(n_items) % clusters] + spread * rng.normal(size=(n_items, dim))
        matrix[list(without.get(modality, ()))] = 0
        features[modality] = matrix.astype(np.float32)
    return check(
        Dataset(
            name="clusters",
            items=pd.DataFrame({"item": names, "title": [f"Item {name}" for name in names]}),
            interactions=interactions,
            features=features,
            encoders=dict.fromkeys(features, PRECOMPUTED),
        )
    )


def options_of(name: str) -> Options:
    """Options of a small model: one of ALONE, "lattice-BACKBONE-LAYERS", or so "lattice/feats" and "feats"."""
    if name in ALONE:
        return ALONE[name]
    kind, backbone, layers = name.split("-")
    below = replace(ALONE[backbone], combine="mean") if backbone == "ngcf" else ALONE[backbone]
    options = LatticeOptions(backbone=below, k=K, lambda_=LAMBDA, item_layers=int(layers), transform_dim=6)
    if kind == "lattice":
        return options
    return replace(options, input="features", transform_dim=8, k=1 if kind == "feats" else K)


def trained_on(dataset: Dataset, name: str, epochs: int = 5, out: Path | None = None) -> Checkpoint:
    """A small model after a few epochs, so that nothing in it is at its first value."""
    training = TrainingOptions(lr=0.02, batch_size=64, epochs=epochs, device="cpu")
    return fit(dataset, options_of(name), training, out, progress=False)


def index(rec: Recommender, item: str) -> int:
    """Where an item stands in the catalogue."""
    return list(rec.items["item"]).index(item)


def seen(rec: Recommender, user: str) -> set[str]:
    """A user's items in training."""
    table = rec.checkpoint.dataset.interactions
    return set(table[(table["user"] == user) & (table["split"] == "train")]["item"])
