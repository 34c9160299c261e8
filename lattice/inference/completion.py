"""Completion: fill in the collaborative part that a new item's score lacks, from its content."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from lattice.errors import InputError

# The paper's form; the neighbours' mean; or the mean of that and a ridge from content (a local and a global estimate).
Completion = Literal["none", "neighbours", "both"]
STRENGTHS = np.logspace(-2, 3, 11)  # ridge strengths to choose from


@dataclass(frozen=True, eq=False)
class ContentMap:
    """A linear map from content to collaborative item embeddings, fitted to a catalogue.

    The attribute-to-feature mapping of Gantner et al. (ICDM 2010), as a ridge regression whose strength is chosen by
    leave-one-out over items. Each modality is the unit vector from the catalogue's mean to the item; a modality that an
    item lacks is zero.
    centres: modality -> [d_m]. weight: [sum of d_m, d]. bias: [d].
    """

    centres: Mapping[str, Tensor]
    weight: Tensor
    bias: Tensor

    @classmethod
    def fit(cls, features: Mapping[str, Tensor], collaborative: Tensor, warm: Tensor) -> "ContentMap":
        """Fit to features (modality -> raw [N, d_m]) and collaborative [N, d] embeddings of the `warm` [N] items."""
        from sklearn.linear_model import RidgeCV

        centres = content_centres(features, warm)
        content = centred_content({m: x[warm] for m, x in features.items()}, centres)
        ridge = RidgeCV(STRENGTHS).fit(content.double().cpu().numpy(), collaborative[warm].double().cpu().numpy())
        weight, bias = (torch.as_tensor(x).to(collaborative) for x in (ridge.coef_.T, ridge.intercept_))
        return cls(centres, weight, bias)

    def __call__(self, vectors: Mapping[str, Tensor]) -> Tensor:
        """Return [n, d] predicted embeddings of items (modality -> raw [n, d_m]); a modality may be left out."""
        n = len(next(iter(vectors.values())))
        given = {m: vectors.get(m, centre.new_zeros(n, len(centre))) for m, centre in self.centres.items()}
        return centred_content(given, self.centres) @ self.weight + self.bias


def content_centres(features: Mapping[str, Tensor], warm: Tensor) -> dict[str, Tensor]:
    """Return modality -> [d_m]: the mean unit vector of the `warm` [N] items that have this modality."""
    there = {m: x[warm & (x != 0).any(dim=1)] for m, x in features.items()}
    return {m: F.normalize(x, dim=1).sum(dim=0) / max(len(x), 1) for m, x in there.items()}


def centred_content(vectors: Mapping[str, Tensor], centres: Mapping[str, Tensor]) -> Tensor:
    """Return [n, sum of d_m]: unit vectors from the centre to the item, modalities side by side; 0 where missing."""
    columns = []
    for modality, centre in centres.items():
        raw = vectors[modality].to(centre)
        columns.append(F.normalize(F.normalize(raw, dim=1) - centre, dim=1) * (raw != 0).any(dim=1, keepdim=True))
    return torch.cat(columns, dim=1)


def parse_completion(completion: str) -> Completion:
    """Return the completion of this name; raise an InputError for an unknown one."""
    if completion not in get_args(Completion):
        raise InputError(f"completion is {completion!r}; it is one of {', '.join(get_args(Completion))}")
    return cast(Completion, completion)


def complete_embedding(
    added: Tensor, neighbours: Tensor, predict: Callable[[], Tensor], completion: Completion
) -> Tensor:
    """Return final item embeddings [n, d]: item-graph part + collaborative part (Eq. 8).

    added: [n, d] the item-graph part, h / |h|. neighbours: [n, d] the collaborative part as the neighbours' mean.
    predict: returns [n, d], the part as content predicts it; called for "both" only. Raises an InputError for an
    unknown completion.
    """
    match parse_completion(completion):
        case "neighbours":
            return added + neighbours
        case "both":
            return added + (neighbours + predict()) / 2
    return added
