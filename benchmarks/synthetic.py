"""Checkpoints of any size, made without training: random embeddings and graphs, written by the library's own `save`.

They are for measuring time and memory; their recommendations mean nothing.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from lattice.checkpoint import Checkpoint, save
from lattice.data.dataset import Dataset, EncoderRecord
from lattice.features import load_encoder
from lattice.graph import Graph, ModalityGraph, Pattern
from lattice.models import ItemGraphModel, build, default_options
from lattice.training import TrainingOptions

USERS = {2_000: 4_000, 18_000: 36_000, 63_000: 192_000, 200_000: 200_000}  # items -> users
PER_USER = 8
TEXT_DIM = 384  # of the default text encoder, so that a text can be folded in


def make_dataset(n_users: int, n_items: int, seed: int = 0) -> Dataset:
    """Return a shop with titles of random words, skewed popularity and random text features."""
    rng = np.random.default_rng(seed)
    letters = np.array(list("abcdefghijklmnoprstuvw"))
    vocabulary = np.array(["".join(rng.choice(letters, rng.integers(3, 10))) for _ in range(max(500, n_items // 4))])
    drawn = vocabulary[(len(vocabulary) * rng.random((n_items, 5)) ** 3).astype(int)]
    items = pd.DataFrame(
        {
            "item": [f"B{i:09d}" for i in range(n_items)],
            "title": [" ".join(words) for words in drawn],
            "brand": vocabulary[rng.integers(0, 400, n_items)],
            "category": [f"Shop > Part {part // 10} > Kind {part}" for part in rng.integers(0, 120, n_items)],
        }
    )
    users = np.repeat(np.arange(n_users), PER_USER)
    chosen = (n_items * rng.random(len(users)) ** 2).astype(int)
    pairs = np.unique(np.stack([users, chosen], axis=1), axis=0)
    interactions = pd.DataFrame(
        {
            "user": np.char.add("u", pairs[:, 0].astype(str)).astype(object),
            "item": items["item"].to_numpy()[pairs[:, 1]],
            "split": rng.choice(["train", "valid", "test"], len(pairs), p=[0.8, 0.1, 0.1]),
        }
    )
    encoder = load_encoder("text")
    features = rng.standard_normal((n_items, TEXT_DIM), dtype=np.float32)
    records = {"textual": EncoderRecord("text", encoder.name, encoder.fingerprint)}
    return Dataset(f"synthetic-{n_items}", items, interactions, {"textual": features}, records)


def make_checkpoint(dataset: Dataset, model_name: str, out: Path, seed: int = 0) -> None:
    """Write a checkpoint of a model that was never trained; an item's neighbours are drawn at random."""
    torch.manual_seed(seed)
    options = default_options(model_name)
    features = {m: torch.as_tensor(matrix) for m, matrix in dataset.features.items()}
    pairs = torch.as_tensor(dataset.pairs("train"))
    model = build(options, dataset.n_users, dataset.n_items, pairs, features)
    places = None
    if isinstance(model, ItemGraphModel):
        graphs = [_random_graph(dataset.n_items, model.options.k) for _ in range(2)]
        model.adopt({modality: ModalityGraph(*graphs) for modality in dataset.features})
        places = torch.rand(dataset.n_items, 2).numpy() * 2 - 1
    checkpoint = Checkpoint(
        model=model,
        options=options,
        training=TrainingOptions(epochs=1),
        dataset=replace(dataset, features={}, encoders={}),
        dataset_fingerprint=dataset.fingerprint,
        encoders=dataset.encoders,
        history=pd.DataFrame({"epoch": [1], "loss": [0.0]}),
        metrics={},
        card=f"# {dataset.name}\n\nNot trained: made to measure time and memory.\n",
        map_coordinates=places,
    )
    save(checkpoint, out)


def _random_graph(n: int, k: int) -> Graph:
    """Return a graph of n items with k neighbours each, the item among them, in equal weights."""
    stride = (n - 1) // (k - 1)
    steps = torch.randint(1, stride + 1, (n, k - 1)) + stride * torch.arange(k - 1)
    others = (torch.arange(n)[:, None] + steps) % n
    indices = torch.cat([torch.arange(n)[:, None], others], dim=1).sort(dim=1).values
    return Graph(Pattern(indices), torch.full((n, k), 1 / k))


def make_shop(n_items: int, root: Path, models: tuple[str, ...] = ("lattice", "lightgcn")) -> Path:
    """Write the models of one synthetic shop to `root`/synthetic-N/MODEL and return the folder of the first."""
    dataset = make_dataset(USERS.get(n_items, n_items), n_items)
    for model in models:
        make_checkpoint(dataset, model, root / dataset.name / model)
    return root / dataset.name / models[0]
