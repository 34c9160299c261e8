"""What the image encoder is trained to do, a function each. Vectors are [n, d], not yet of length 1."""

import torch
from torch import Tensor
from torch.nn import functional

COLOUR_LEVELS = 3


def label_loss(vectors: Tensor, labels: Tensor, centres: Tensor, scale: float, smoothing: float) -> Tensor:
    """Contrast each picture with the learned centres of all labels [c, d] (NormFace, Wang et al. 2017, Eq. 6).

    A label's photos and drawings share its centre, which is what brings them together. Rows labelled -1 don't count.
    """
    known = labels >= 0
    if not known.any():
        return vectors.sum() * 0
    cosine = functional.normalize(vectors[known], dim=1) @ functional.normalize(centres, dim=1).T
    return functional.cross_entropy(scale * cosine, labels[known], label_smoothing=smoothing)


def distillation_loss(predicted: Tensor, teacher: Tensor) -> Tensor:
    """Return the mean of 1 - cosine over rows with a teacher; both [n, d], the teacher's of length 1 or 0."""
    known = teacher.any(dim=1)
    cosine = (functional.normalize(predicted, dim=1) * teacher).sum(dim=1)
    return ((1 - cosine) * known).sum() / known.sum().clamp(min=1)


def neighbour_loss(vectors: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """Compare neighbours among vectors [n, d] with those among the teacher's [n, e], rows of length 1 or 0.

    Each row's cosines to all others, as a softmax, against the teacher's (relational distillation, Park et al. 2019,
    as divergence); only rows that have a teacher count.
    """
    known = teacher.any(dim=1)
    if known.sum() < 3:
        return vectors.sum() * 0
    vectors, teacher = functional.normalize(vectors[known], dim=1), teacher[known]
    itself = torch.eye(len(vectors), dtype=torch.bool, device=vectors.device)
    ours = (vectors @ vectors.T / temperature).masked_fill(itself, -1e4).log_softmax(dim=1)
    theirs = (teacher @ teacher.T / temperature).masked_fill(itself, -1e4).softmax(dim=1)
    return functional.kl_div(ours, theirs, reduction="batchmean")


def colour_loss(logits: Tensor, histogram: Tensor) -> Tensor:
    """Return the cross-entropy, less the histogram's own entropy, of logits [n, c] against a histogram [n, c]."""
    return functional.kl_div(logits.log_softmax(dim=1), histogram, reduction="batchmean")


def colour_histogram(views: Tensor) -> Tensor:
    """Map [n, 3, s, s] in 0..1 to [n, COLOUR_LEVELS³]: soft shares of RGB colours, mostly in the middle."""
    small = functional.adaptive_avg_pool2d(views, 28)
    level = torch.linspace(0, 1, COLOUR_LEVELS, device=views.device)
    near = (-((small[..., None] - level) ** 2) / (2 * 0.2**2)).softmax(dim=-1)  # [n, 3, 28, 28, levels]
    place = torch.linspace(-1, 1, 28, device=views.device)
    bell = (-(place**2) / (2 * 0.4**2)).exp()
    weight = bell[:, None] * bell / bell.sum() ** 2
    counts = torch.einsum("nhwr,nhwg,nhwb,hw->nrgb", near[:, 0], near[:, 1], near[:, 2], weight)
    return counts.flatten(1)
