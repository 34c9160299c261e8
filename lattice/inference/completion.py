"""What a newcomer's score lacks is the collaborative part; here it is filled in from what is known of its content."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Literal, cast, get_args

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from lattice.errors import InputError

# The paper's form; the neighbours' mean; or the mean of that and of what content predicts: a near and a far view.
Completion = Literal["none", "neighbours", "both"]
STRENGTHS = np.logspace(-2, 3, 11)  # of the ridge penalty, from next to none to next to nothing learned


@dataclass(frozen=True)
class ContentMap:
    """Collaborative item embeddings as a linear function of content, fitted to a catalogue.

    The attribute-to-feature mapping of Gantner et al. (ICDM 2010), as a ridge regression whose strength is chosen by
    leaving out one item at a time. Every modality counts by the direction in which an item's vector leaves the
    catalogue's mean; a modality that an item lacks is zero.
    centres: modality -> [d_m]. weight: [sum of d_m, d]. bias: [d].
    """

    centres: Mapping[str, Tensor]
    weight: Tensor
    bias: Tensor

    @classmethod
    def fit(cls, features: Mapping[str, Tensor], collaborative: Tensor, warm: Tensor) -> "ContentMap":
        """features: modality -> raw [N, d_m]; collaborative: [N, d]; learned from the `warm` [N] items alone."""
        from sklearn.linear_model import RidgeCV

        centres = centres_of(features, warm)
        content = centred({m: x[warm] for m, x in features.items()}, centres)
        ridge = RidgeCV(STRENGTHS).fit(content.double().cpu().numpy(), collaborative[warm].double().cpu().numpy())
        weight, bias = (torch.as_tensor(x).to(collaborative) for x in (ridge.coef_.T, ridge.intercept_))
        return cls(centres, weight, bias)

    def __call__(self, vectors: Mapping[str, Tensor]) -> Tensor:
        """[n, d] predicted for items given by modality -> raw [n, d_m]; one that isn't given is lacking."""
        n = len(next(iter(vectors.values())))
        given = {m: vectors.get(m, centre.new_zeros(n, len(centre))) for m, centre in self.centres.items()}
        return centred(given, self.centres) @ self.weight + self.bias


def centres_of(features: Mapping[str, Tensor], warm: Tensor) -> dict[str, Tensor]:
    """Modality -> [d_m] the mean of the unit vectors of those `warm` [N] items that have one."""
    there = {m: x[warm & (x != 0).any(dim=1)] for m, x in features.items()}
    return {m: F.normalize(x, dim=1).sum(dim=0) / max(len(x), 1) for m, x in there.items()}


def centred(vectors: Mapping[str, Tensor], centres: Mapping[str, Tensor]) -> Tensor:
    """[n, sum of d_m] unit vectors away from the centre, modality beside modality; 0 where an item has nothing."""
    columns = []
    for modality, centre in centres.items():
        raw = vectors[modality].to(centre)
        columns.append(F.normalize(F.normalize(raw, dim=1) - centre, dim=1) * (raw != 0).any(dim=1, keepdim=True))
    return torch.cat(columns, dim=1)


def named(completion: str) -> Completion:
    """A completion by its name; an InputError where there is none of it."""
    if completion not in get_args(Completion):
        raise InputError(f"completion is {completion!r}; it is one of {', '.join(get_args(Completion))}")
    return cast(Completion, completion)


def completed(
    h: Tensor, neighbours: Tensor, predict: Callable[[], Tensor], completion: Completion, lift: float
) -> Tensor:
    """What users are scored against [n, d]: lift * (h / |h| + collaborative part).

    neighbours: [n, d] the part as the neighbours' mean. predict: [n, d] what content predicts of it, asked for "both".
    Raises InputError for no such completion, or a lift that isn't > 0.
    """
    if not 0 < lift < inf:
        raise InputError(f"lift is {lift}; it multiplies a newcomer's scores: > 0, and 1 leaves them as they are")
    own = F.normalize(h, dim=1)
    match named(completion):
        case "neighbours":
            own = own + neighbours
        case "both":
            own = own + (neighbours + predict()) / 2
    return lift * own
