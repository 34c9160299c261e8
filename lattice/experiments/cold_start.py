"""Cold start measured: how items that nobody has bought are recommended, by every way there is of placing them.

Transductive: they were in the catalogue, and so in the item graph, while the model was trained. Inductive: the model
never saw them (`lattice.data.cold.without_cold`), and they are folded in. The content profile needs no model at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lattice.data.dataset import Dataset
from lattice.errors import InputError
from lattice.evaluation import evaluate, evaluate_cold
from lattice.experiments.new_item_report import new_item_report
from lattice.experiments.new_item_trial import NewItemTrial, check_trained_on
from lattice.inference.completion import Completion, centred_content, content_centres
from lattice.recommender import Recommender

SELECTION = "recall@20"


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
        """Return `evaluate_cold`'s summaries, and those of all held-out pairs ("overall") and of warm items ("warm").

        New items are in the list in all of these, as in ColdRec.
        """
        both, relevant = (self.users, self.items), self.held_out[split]
        found = {name: s.summary for name, s in evaluate_cold(both, self.train, relevant, ks).items()}
        warm = relevant[np.isin(relevant[:, 1], self.train[:, 1])]
        found["overall"] = evaluate(both, self.train, relevant, ks).summary
        return found | ({"warm": evaluate(both, self.train, warm, ks).summary} if len(warm) else {})


def transductive(recommender: Recommender) -> Candidates:
    """Return the candidates of a checkpoint that was trained with the cold items in its catalogue."""
    dataset = recommender.checkpoint.dataset
    return Candidates(*recommender.embeddings, dataset.pairs("train"), _held_out(dataset))


def content_profile(dataset: Dataset, modalities: Sequence[str] | None = None) -> Candidates:
    """Return candidates without a model: an item is its centred unit content, a user the sum of the user's items."""
    chosen = tuple(modalities or dataset.features)
    train = dataset.pairs("train")
    features = {m: torch.as_tensor(dataset.features[m]) for m in chosen}
    warm = torch.as_tensor(np.isin(np.arange(dataset.n_items), train[:, 1]))
    items = centred_content(features, content_centres(features, warm))
    users = torch.zeros(dataset.n_users, items.shape[1])
    users.index_add_(0, torch.as_tensor(train[:, 0]), items[torch.as_tensor(train[:, 1])])
    return Candidates(users, items, train, _held_out(dataset))


def best_profile(dataset: Dataset) -> tuple[str, Candidates]:
    """Return the content profile, of one modality or all, that is best on validation's cold items, and its name."""
    tried = {m: content_profile(dataset, [m]) for m in dataset.features}
    if len(tried) > 1:
        tried["+".join(dataset.features)] = content_profile(dataset)
    if not tried:
        raise InputError(f"dataset {dataset.name} has no features, and a content profile is made of nothing else")
    name = max(tried, key=lambda name: tried[name].scores("valid", (20,))["among_cold"][SELECTION])
    return name, tried[name]


def folded_in(recommender: Recommender, dataset: Dataset, completion: Completion = "none") -> Candidates:
    """Fold those items of `dataset` into a LATTICE checkpoint that it never saw, see `NewItemTrial.unseen`."""
    trial = NewItemTrial.unseen(recommender, dataset)
    users, items = trial.recommender.embeddings
    every = torch.cat([items, trial.embedded(completion)])
    train = recommender.checkpoint.dataset.pairs("train")
    held_out = {split: np.column_stack(matrix.nonzero()) for split, matrix in trial.held_out.items()}
    return Candidates(users, every, train, held_out)


def report(
    recommender: Recommender,
    dataset: Dataset | None,
    inductive: bool,
    completion: Completion,
    split: str,
    ks: Sequence[int],
) -> dict[str, Any]:
    """Return one protocol's scores, see `Candidates.scores`, beside the best content profile.

    dataset: whose cold items are folded in if `inductive`, and are profiled. Fold-in adds the frontier.
    """
    if inductive and dataset is None:
        raise InputError("fold-in needs the items to fold in; give the dataset that has them (--dataset)")
    found: dict[str, Any] = {}
    if inductive and dataset is not None:
        found = {"completion": completion, **folded_in(recommender, dataset, completion).scores(split, ks)}
        found |= new_item_report(recommender, dataset, split)
    else:
        found |= transductive(recommender).scores(split, ks)
    if not inductive and dataset is not None:
        check_trained_on(recommender, dataset)
    if dataset is not None and dataset.features:
        name, profile = best_profile(dataset)
        found[f"content_profile ({name})"] = profile.scores(split, ks)["among_cold"]
    return found


def _held_out(dataset: Dataset) -> dict[str, np.ndarray]:
    return {split: dataset.pairs(split) for split in ("valid", "test")}
