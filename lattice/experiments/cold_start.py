"""Cold start measured: how items that nobody has bought are recommended, by every way there is of placing them.

Transductive: they were in the catalogue, and so in the item graph, while the model was trained. Inductive: the model
never saw them (`lattice.data.cold.without_cold`), and they are folded in. The content profile needs no model at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from lattice.data.cold import without_cold
from lattice.data.dataset import Dataset
from lattice.errors import InputError
from lattice.evaluation import evaluate, evaluate_cold
from lattice.inference import aggregate, neighbour_blocks
from lattice.inference.completion import Completion, centred_content, complete_embedding, content_centres
from lattice.recommender import Recommender

SELECTION = "recall@20"
COST = 0.01  # what a lift may cost the warm items' recall on validation, relatively
LIFTS = np.concatenate([np.arange(0.5, 2, 0.01), np.arange(2, 5, 0.05)]).round(2)


@dataclass(frozen=True, eq=False)
class Candidates:
    """Users and items as vectors [n, d] whose inner products are the scores, and the pairs to judge them by.

    train: [m, 2] pairs of indices. held_out: split -> [m, 2]. Items without training pairs are the cold ones.
    """

    users: Tensor
    items: Tensor
    train: np.ndarray
    held_out: dict[str, np.ndarray]

    def scores(self, split: str, ks: Sequence[int] = (10, 20)) -> dict[str, dict[str, float]]:
        """`evaluate_cold`, a summary each; with "warm": held-out pairs of the other items, newcomers in the list."""
        both, relevant = (self.users, self.items), self.held_out[split]
        found = {name: s.summary for name, s in evaluate_cold(both, self.train, relevant, ks).items()}
        warm = relevant[np.isin(relevant[:, 1], self.train[:, 1])]
        return found | ({"warm": evaluate(both, self.train, warm, ks).summary} if len(warm) else {})


def transductive(recommender: Recommender) -> Candidates:
    """A checkpoint of any model, trained with the cold items in its catalogue, as it scores them itself."""
    dataset = recommender.checkpoint.dataset
    return Candidates(*recommender.embeddings, dataset.pairs("train"), _held_out(dataset))


def content_profile(dataset: Dataset, modalities: Sequence[str] | None = None) -> Candidates:
    """No model: a user is the sum of what the user has, an item its content, unit vectors away from the mean."""
    chosen = tuple(modalities or dataset.features)
    train = dataset.pairs("train")
    features = {m: torch.as_tensor(dataset.features[m]) for m in chosen}
    warm = torch.as_tensor(np.isin(np.arange(dataset.n_items), train[:, 1]))
    items = centred_content(features, content_centres(features, warm))
    users = torch.zeros(dataset.n_users, items.shape[1])
    users.index_add_(0, torch.as_tensor(train[:, 0]), items[torch.as_tensor(train[:, 1])])
    return Candidates(users, items, train, _held_out(dataset))


def best_profile(dataset: Dataset) -> tuple[str, Candidates]:
    """The content profile of one modality, or of all, that ranks validation's cold items best; and which it is."""
    tried = {m: content_profile(dataset, [m]) for m in dataset.features}
    if len(tried) > 1:
        tried["+".join(dataset.features)] = content_profile(dataset)
    if not tried:
        raise InputError(f"dataset {dataset.name} has no features, and a content profile is made of nothing else")
    name = max(tried, key=lambda name: tried[name].scores("valid", (20,))["among_cold"][SELECTION])
    return name, tried[name]


def folded_in(
    recommender: Recommender, dataset: Dataset, completion: Completion = "none", lift: float = 1.0
) -> Candidates:
    """A LATTICE checkpoint with those items of `dataset` folded in that it never saw.

    Users it doesn't know are left out. Raises InputError where the dataset without its cold items isn't what the
    checkpoint was trained on: other splits or features would be measured as if they were its own.
    """
    known = pd.Index(recommender.items["item"])
    new = ~dataset.items["item"].isin(known).to_numpy()
    missing = [m for m in recommender.modalities if m not in dataset.features]
    if not new.any() or missing:
        reason = f"has no {missing[0]} features" if missing else "has no item that the checkpoint doesn't know"
        raise InputError(
            f"dataset {dataset.name} {reason}; give the one whose items the checkpoint was trained without "
            "(`train --without-cold`)"
        )
    _check_trained_on(recommender, without_cold(dataset), "without its cold items ")
    device = recommender.layers[-1].device
    features = {m: torch.as_tensor(dataset.features[m][new], device=device) for m in recommender.modalities}
    users, items = recommender.embeddings
    every = known.append(pd.Index(dataset.items["item"][new]))
    return Candidates(
        users,
        torch.cat([items, newcomers(recommender, features, completion, lift)]),
        recommender.checkpoint.dataset.pairs("train"),
        {s: _indices(dataset, s, pd.Index(recommender.users), every) for s in ("valid", "test")},
    )


def report(
    recommender: Recommender,
    dataset: Dataset | None,
    inductive: bool,
    completion: Completion,
    lift: float | None,
    split: str,
    ks: Sequence[int],
) -> dict[str, Any]:
    """All of one protocol in one table, as `Candidates.scores` has it, beside the best content profile.

    dataset: whose cold items are folded in if `inductive`, and are profiled. lift: None is to choose one.
    """
    if inductive and dataset is None:
        raise InputError("fold-in needs the items to fold in; give the dataset that has them (--dataset)")
    found: dict[str, Any] = {}
    if inductive and dataset is not None:
        lift = choose_lift(recommender, dataset, completion) if lift is None else lift
        found = {"completion": completion, "lift": lift}
        found |= folded_in(recommender, dataset, completion, lift).scores(split, ks)
    else:
        found |= transductive(recommender).scores(split, ks)
    if not inductive and dataset is not None:
        _check_trained_on(recommender, dataset)
    if dataset is not None and dataset.features:
        name, profile = best_profile(dataset)
        found[f"content_profile ({name})"] = profile.scores(split, ks)["among_cold"]
    return found


@torch.no_grad()
def newcomers(
    recommender: Recommender,
    features: dict[str, Tensor],
    completion: Completion = "none",
    lift: float = 1.0,
    block: int = 1024,
) -> Tensor:
    """[n, d] what users are scored against, for n newcomers at once (modality -> raw [n, d_m]).

    As `Recommender.place` has it for one; an item that resembles nothing gets zeros.
    """
    model, graph, trained = recommender.require_lattice(), recommender.require_item_graph(), recommender.trained
    found = []
    for some in zip(*(x.split(block) for x in features.values()), strict=True):
        vectors = dict(zip(features, some, strict=True))
        rows = neighbour_blocks(model, graph, vectors)
        h, mean, reached = aggregate(rows, recommender.layers, trained.embeddings[1], trained.warm)
        found.append(
            complete_embedding(h, mean, partial(trained.predicted, vectors), completion, lift) * reached[:, None]
        )
    return torch.cat(found)


def choose_lift(recommender: Recommender, dataset: Dataset, completion: Completion, cost: float = COST) -> float:
    """The highest of LIFTS at which newcomers cost the warm items at most `cost` of their validation Recall@20.

    The loss only grows with the lift, so it is found by bisection.
    """
    found = folded_in(recommender, dataset, completion)
    known, new = found.items.split([len(recommender.items), len(found.items) - len(recommender.items)])
    warm = found.held_out["valid"][found.held_out["valid"][:, 1] < len(known)]

    def recall(items: Tensor) -> float:
        return evaluate((found.users, items), found.train, warm, (20,)).means[SELECTION]

    least = (1 - cost) * recall(known)
    low, high = 0, len(LIFTS)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if recall(torch.cat([known, new * LIFTS[middle]])) >= least else (low, middle)
    return float(LIFTS[max(low - 1, 0)])


def _check_trained_on(recommender: Recommender, dataset: Dataset, how: str = "") -> None:
    if dataset.fingerprint != recommender.checkpoint.dataset_fingerprint:
        raise InputError(
            f"dataset {dataset.name} {how}isn't what the checkpoint was trained on (ids, splits or features differ); "
            "give that one, or train on this one"
        )


def _held_out(dataset: Dataset) -> dict[str, np.ndarray]:
    return {split: dataset.pairs(split) for split in ("valid", "test")}


def _indices(dataset: Dataset, split: str, users: pd.Index, items: pd.Index) -> np.ndarray:
    table = dataset.interactions[dataset.interactions["split"] == split]
    pairs = np.column_stack([users.get_indexer(table["user"]), items.get_indexer(table["item"])])
    return pairs[(pairs >= 0).all(axis=1)]
