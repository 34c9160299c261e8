"""Content and item graphs with what they say taken out: to see how much of a model's score comes from it."""

from collections.abc import Mapping
from typing import Literal, get_args

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from lattice.errors import InputError
from lattice.graph import Graph, ModalityGraph, Pattern, chosen_cosines, nearest, normalise
from lattice.models import ItemGraphModel, Model, Options, build

# Random vectors of the same lengths; the mean of all items; or the features of another item.
Alteration = Literal["noise", "constant", "shuffled"]
ALTERATIONS: tuple[Alteration, ...] = get_args(Alteration)
MOST_ROUNDS = 1000  # of repairs to a random graph


def altered(features: Tensor, how: Alteration, seed: int) -> Tensor:
    """Return features [N, d] that say nothing of their item; items without content (zero rows) still have none."""
    generator = torch.Generator().manual_seed(seed)
    there = (features != 0).any(dim=1)
    known, found = features[there].cpu(), torch.zeros_like(features)
    if how == "noise":
        noise = torch.randn(known.shape, generator=generator, dtype=known.dtype)
        changed = F.normalize(noise, dim=1) * torch.linalg.vector_norm(known, dim=1, keepdim=True)
    elif how == "constant":
        changed = known.mean(dim=0, keepdim=True).expand_as(known)
    else:
        changed = known[torch.randperm(len(known), generator=generator)]
    found[there] = changed.to(found)
    return found


def with_features(
    model: Model, options: Options, n_users: int, n_items: int, pairs: Tensor, features: Mapping[str, Tensor]
) -> Model:
    """Return a trained model with other features, its weights as they are and its item graphs made of the new ones.

    options, n_users, n_items, pairs: what the model was built from. features: modality -> [n_items, d_m].
    """
    changed = build(options, n_users, n_items, pairs, features)
    changed.load_state_dict(dict(model.named_parameters()), strict=False)
    changed.refresh()
    return changed.eval()


def randomise_graphs(model: ItemGraphModel, seed: int) -> None:
    """Replace a model's initial graphs by random ones; with lambda = 1 it then learns from those alone."""
    found = {}
    for position, modality in enumerate(model.modalities):
        graph = random_graph(model.raw(modality), model.options.k, seed + position)
        found[modality] = ModalityGraph(graph, graph)
    model.adopt(found)


def random_graph(features: Tensor, k: int, seed: int) -> Graph:
    """Return the kNN graph (Eqs. 1-3) of features [N, d] with its edges exchanged at random between items.

    Every item keeps its self-loop, its number of neighbours and the number of items that it is a neighbour of; the
    cosines of a row stay in the row.
    """
    pattern = nearest(features, k)
    own = torch.arange(pattern.n, device=features.device)[:, None]
    cosines = chosen_cosines(features, pattern)
    columns = torch.as_tensor(_shuffled(pattern.indices.cpu().numpy(), np.random.default_rng(seed)))
    loop = pattern.indices == own
    columns = torch.where(loop, own, columns.to(own))
    columns, order = columns.sort(dim=1)
    mixed = Pattern(columns)
    return Graph(mixed, normalise(cosines.gather(1, order), mixed))


def _shuffled(indices: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Exchange the columns of all edges but self-loops; no row holds a column twice, or its own number.

    Raises an InputError where no such exchange is found, as with k close to the number of items.
    """
    n, k = indices.shape
    found, rows = indices.copy(), np.repeat(np.arange(n), k).reshape(n, k)
    free = np.nonzero(indices != rows)
    found[free] = rng.permutation(found[free])
    for _ in range(MOST_ROUNDS):
        order = np.argsort(found, axis=1, kind="stable")
        ordered = np.take_along_axis(found, order, axis=1)
        again = np.zeros_like(found, dtype=bool)
        np.put_along_axis(again, order[:, 1:], ordered[:, 1:] == ordered[:, :-1], axis=1)
        wrong = np.flatnonzero((again | (found == rows))[free])
        if not len(wrong):
            return found
        partners = rng.integers(len(free[0]), size=len(wrong))
        for one, other in zip(wrong, partners, strict=True):
            a, b = (free[0][one], free[1][one]), (free[0][other], free[1][other])
            found[a], found[b] = found[b], found[a]
    raise InputError(f"no random graph of {n} items with the same degrees was found at k = {k}; choose a smaller k")
