"""Items that a checkpoint never saw, or as if it hadn't, and the held-out interactions that say who wanted them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import torch
from scipy.sparse import csr_array
from torch import Tensor

from lattice.calibration import ContentOptions
from lattice.data.cold import without_cold
from lattice.data.dataset import Dataset
from lattice.errors import InputError
from lattice.evaluation import interaction_matrix
from lattice.experiments.frontier import TopLists, top_lists
from lattice.inference.completion import Completion
from lattice.inference.new_items import embed_new_items
from lattice.inference.score_space import ScoreSpace
from lattice.recommender import Recommender


@dataclass(frozen=True, eq=False)
class NewItemTrial:
    """A recommender, its warm items, new items beside them, and held-out interactions with both.

    recommender: the model alone, with new items hidden where it knows them. warm: [W] catalogue indices. features:
        modality -> raw [n, d_m] of the new items. seen: [U, W + n] bool, what users have in training. held_out: split
        -> [U, W + n] bool. simulated: whether training did see the new items.
    """

    recommender: Recommender
    warm: np.ndarray
    features: dict[str, Tensor]
    seen: csr_array
    held_out: dict[str, csr_array]
    simulated: bool

    @classmethod
    def unseen(cls, recommender: Recommender, dataset: Dataset) -> "NewItemTrial":
        """Take the items of `dataset` that the checkpoint was trained without (`train --without-cold`).

        Users that the checkpoint doesn't know are left out. Raises an InputError where the dataset without its cold
        items isn't what the checkpoint was trained on: other splits or features would be measured as its own.
        """
        known = pd.Index(recommender.items["item"])
        new = ~dataset.items["item"].isin(known).to_numpy()
        modalities = list(recommender.trained.features)
        missing = [m for m in modalities if m not in dataset.features]
        if not new.any() or missing:
            reason = f"has no {missing[0]} features" if missing else "has no item that the checkpoint doesn't know"
            raise InputError(
                f"dataset {dataset.name} {reason}; give the one whose items the checkpoint was trained without "
                "(`train --without-cold`)"
            )
        check_trained_on(recommender, without_cold(dataset), "without its cold items ")
        device = recommender.trained.warm.device
        shape = len(recommender.users), len(known) + int(new.sum())
        items = known.append(pd.Index(dataset.items["item"][new]))
        users = pd.Index(recommender.users)
        return cls(
            replace(recommender, content=None),
            np.arange(len(known)),
            {m: torch.as_tensor(dataset.features[m][new], device=device) for m in modalities},
            interaction_matrix(recommender.checkpoint.dataset.pairs("train"), *shape),
            {s: interaction_matrix(known_pairs(dataset, s, users, items), *shape) for s in ("valid", "test")},
            simulated=False,
        )

    @classmethod
    def simulate(cls, recommender: Recommender, share: float = 0.2, seed: int = 0) -> "NewItemTrial":
        """Hide a random share of the warm items and fold them in again as if they were new.

        Their ID embeddings, neighbours and interactions are not used, and users' validation interactions say who wants
        them. But users' embeddings were trained with them, so that newcomers do somewhat better than truly new ones.
        """
        warm = np.flatnonzero(recommender.trained.warm.cpu().numpy())
        hidden = np.random.default_rng(seed).permutation(warm)[: max(1, round(share * len(warm)))]
        mask = torch.zeros(len(recommender.items), dtype=torch.bool, device=recommender.trained.warm.device)
        mask[torch.as_tensor(hidden)] = True
        trained = replace(recommender.trained, hidden=mask)
        order = np.concatenate([np.flatnonzero(~mask.cpu().numpy()), np.sort(hidden)])
        dataset = recommender.checkpoint.dataset
        held_out = {s: interaction_matrix(dataset.pairs(s), *trained.seen.shape)[:, order] for s in ("valid",)}
        return cls(
            replace(recommender, trained=trained, content=None),
            order[: -len(hidden)],
            {m: x[torch.as_tensor(np.sort(hidden))] for m, x in recommender.trained.features.items()},
            trained.seen[:, order],
            held_out,
            simulated=True,
        )

    @property
    def n_new(self) -> int:
        """Return the number of new items."""
        return self.seen.shape[1] - len(self.warm)

    def embedded(self, completion: Completion = "both") -> Tensor:
        """Return the model's embeddings [n, d] of the new items; without an item graph all are the warm items' mean."""
        r = self.recommender
        if r.item_graph is None:
            return r.embeddings[1][r.trained.warm].mean(dim=0).expand(self.n_new, -1)
        return embed_new_items(r.trained, r.require_item_graph(), r.layers, self.features, completion)

    @cached_property
    def completed(self) -> Tensor:
        """Return `embedded` with the full completion."""
        return self.embedded()

    def vectors(self, options: ContentOptions | None, new: Tensor | None = None) -> tuple[ScoreSpace, Tensor]:
        """Return the space of scores (None: the model alone), and the vectors [W + n, d'] of warm and new items."""
        r = self.recommender
        content = None if options is None else r.trained.content_scores(options)
        space = ScoreSpace(*r.embeddings, r.trained.warm, content)
        new = space.newcomers(self.completed if new is None else new, self.features)
        return space, torch.cat([space.items[torch.as_tensor(self.warm, device=new.device)].whole(), new])

    def lists(self, split: str, options: ContentOptions | None = None, new: Tensor | None = None) -> TopLists:
        """Return every user's best warm and new items by the model and its content scores."""
        space, items = self.vectors(options, new)
        scale = space.deviation.clamp(min=1e-12)[:, None]

        def scores(rows: slice) -> Iterator[Tensor]:
            yield space.users[rows].whole() @ items.T / scale[rows]

        return top_lists(scores, len(self.warm), self.seen, self.held_out[split])[0]

    def choosers(self, split: str, most: int) -> np.ndarray:
        """Return users (row indices, ascending) with held-out items; of more than `most`, a random `most` (seed 0)."""
        found = np.flatnonzero(self.held_out[split].sum(axis=1))
        return np.sort(np.random.default_rng(0).permutation(found)[:most])

    def lists_by_weight(
        self, split: str, options: ContentOptions, weights: Sequence[float], users: np.ndarray
    ) -> list[TopLists]:
        """Return some users' `lists` at several weights, the same for warm and new items; parts are computed once."""
        space, items = self.vectors(replace(options, weight=1.0, new_weight=1.0))
        scale = space.deviation.clamp(min=1e-12)[:, None]
        columns, d = space.content_columns, space.content_columns.start
        chosen = torch.as_tensor(users, device=scale.device)

        def scores(rows: slice) -> Iterator[Tensor]:
            own = space.users[chosen[rows]].whole() / scale[chosen[rows]]
            model, content = own[:, :d] @ items[:, :d].T, own[:, columns] @ items[:, columns].T
            for weight in weights:
                yield torch.add(model, content, alpha=weight)

        return top_lists(scores, len(self.warm), self.seen[users], self.held_out[split][users])


def check_trained_on(recommender: Recommender, dataset: Dataset, how: str = "") -> None:
    """Raise an InputError unless the checkpoint was trained on this dataset."""
    if dataset.fingerprint != recommender.checkpoint.dataset_fingerprint:
        raise InputError(
            f"dataset {dataset.name} {how}isn't what the checkpoint was trained on (ids, splits or features differ); "
            "give that one, or train on this one"
        )


def known_pairs(dataset: Dataset, split: str, users: pd.Index, items: pd.Index) -> np.ndarray:
    """Return [m, 2] (user, item) positions in `users` and `items` of a split; pairs with an unknown id are left out."""
    table = dataset.interactions[dataset.interactions["split"] == split]
    pairs = np.column_stack([users.get_indexer(table["user"]), items.get_indexer(table["item"])])
    return pairs[(pairs >= 0).all(axis=1)]
