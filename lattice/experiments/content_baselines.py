"""Baselines for new items, on the axes of `frontier`: content profile, item-kNN on content, popularity."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from scipy.sparse import csr_array
from torch import Tensor

from lattice.experiments.frontier import BLOCK, Methods, TopLists, top_lists
from lattice.experiments.new_item_trial import NewItemTrial
from lattice.graph.top_k import product_blocks, top_k
from lattice.inference.content_scores import profile_sums

NEIGHBOURS = 20  # of item-kNN: warm items that an item's score is summed over
POPULARITY_RIDGE = 30.0


def baselines(trial: NewItemTrial, split: str) -> dict[str, TopLists]:
    """Return name -> every user's lists by each baseline."""
    makers: dict[str, Callable[[NewItemTrial], Methods]] = {
        "content profile": content_profile,
        "item-kNN on content": item_knn,
        "popularity": popularity,
    }
    lists = {
        name: top_lists(make(trial), len(trial.warm), trial.seen, trial.held_out[split])
        for name, make in makers.items()
    }
    return {name: found[0] for name, found in lists.items()}


def content_profile(trial: NewItemTrial) -> Methods:
    """Score by the sum of the content of what a user has, times the item's content."""
    content = _content(trial)
    users = profile_sums(trial.seen[:, : len(trial.warm)], content[: len(trial.warm)])
    return _standardised(lambda rows: users[rows] @ content.T, len(trial.warm))


def item_knn(trial: NewItemTrial) -> Methods:
    """Score by the cosines with those of an item's 20 nearest warm items, by content, that the user has."""
    content, n_warm = _content(trial), len(trial.warm)
    unit = torch.nn.functional.normalize(content, dim=1)
    count, found = min(NEIGHBOURS, n_warm), []
    for start, cosine in product_blocks(unit, unit[:n_warm], max(1, BLOCK // n_warm)):
        cosine.diagonal(start).fill_(0.0)  # an item isn't its own neighbour
        found.append(top_k(cosine, count))
    values, columns = (torch.cat(parts).flatten().cpu().numpy() for parts in zip(*found, strict=True))
    ends = np.arange(len(unit) + 1) * count
    nearest = csr_array((values.clip(min=0), columns, ends), shape=(len(unit), n_warm)).T.tocsr()
    owned = trial.seen[:, :n_warm].astype(values.dtype)

    def scores(rows: slice) -> Tensor:
        return torch.as_tensor((owned[rows] @ nearest).toarray(), device=unit.device)

    return _standardised(scores, n_warm)


def popularity(trial: NewItemTrial) -> Methods:
    """Score by the number of users, on a logarithmic scale; of a new item the one that a ridge expects from content."""
    content, n_warm = _content(trial), len(trial.warm)
    counts = torch.as_tensor(trial.seen[:, :n_warm].sum(axis=0), dtype=content.dtype, device=content.device).log1p()
    known = content[:n_warm]
    eye = torch.eye(known.shape[1], dtype=content.dtype, device=content.device)
    weights = torch.linalg.solve(known.T @ known + POPULARITY_RIDGE * eye, known.T @ (counts - counts.mean()))
    expected = torch.cat([counts, counts.mean() + content[n_warm:] @ weights])
    return _standardised(lambda rows: expected.repeat(rows.stop - rows.start, 1), n_warm)


def _content(trial: NewItemTrial) -> Tensor:
    """Return the [W + n, D] content of warm and new items."""
    basis = trial.recommender.trained.dataset_content.basis
    warm = torch.as_tensor(trial.warm, device=basis.items.device)
    return torch.cat([basis.items[warm], basis.content(trial.features)])


def _standardised(scores: Callable[[slice], Tensor], n_warm: int) -> Methods:
    def methods(rows: slice) -> Iterator[Tensor]:
        found = scores(rows)
        yield found / found[:, :n_warm].std(dim=1, keepdim=True, correction=0).clamp(min=1e-12)

    return methods
