"""Bayesian Personalised Ranking, the L2 penalty of every model, and contrastive terms of some."""

import torch
import torch.nn.functional as F
from torch import Tensor

BLOCK = 2**20  # scores held at a time: they stay in the processor's cache


def bpr(users: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
    """Compute Eq. 10 as a mean over triples: -ln sigmoid(y_ui - y_uj), from embeddings [B, d] each."""
    return -F.logsigmoid((users * (positives - negatives)).sum(dim=1)).mean()


def l2(*embeddings: Tensor) -> Tensor:
    """Compute half the squared length of embeddings [B, d], as a mean over the batch's triples (LightGCN, Eq. 15)."""
    return torch.stack([0.5 * rows.square().sum() for rows in embeddings]).sum() / len(embeddings[0])


def graph_contrast(anchors: Tensor, others: Tensor, temperature: float) -> Tensor:
    """Return `info_nce` whose negatives are also the other anchors: rows i, for a and b [B, d], each once."""
    unit = F.normalize(anchors, dim=1)
    candidates = torch.cat([F.normalize(others, dim=1), unit])
    return _Contrast.apply(unit / temperature, candidates, unit.new_ones(len(candidates)), True)


def info_nce(anchors: Tensor, others: Tensor, temperature: float, times: Tensor) -> Tensor:
    """Return the mean over rows of -ln softmax_j(cos(a_i, b_j) / temperature) at j = i, for a and b [B, d].

    times: [B] how often each row occurs, so that repeated rows are given, and compared, once.
    """
    unit = F.normalize(anchors, dim=1) / temperature
    return _Contrast.apply(unit, F.normalize(others, dim=1), times.to(unit.dtype), False)


class _Contrast(torch.autograd.Function):
    """The mean over rows of -ln softmax_j(x_i . y_j) at j = i, a few rows at a time: nothing [n, m] is ever kept.

    The gradient of row i is its softmax less 1 at i, so it is found together with the loss while the rows are at hand.
    """

    @staticmethod
    def forward(ctx, x: Tensor, y: Tensor, times: Tensor, without_self: bool) -> Tensor:
        """Take x [n, d], y [m, d] and how often each y occurs, [m]; x as often as the first n of y.

        without_self: y[n + i] is row i itself and isn't compared with it.
        """
        n, step, total = len(x), max(1, BLOCK // len(y)), x.new_zeros(())
        to_x, to_y = torch.empty_like(x), torch.zeros_like(y)
        kept = x.new_empty(min(step, n), len(y))
        share, bias = times[:n] / times[:n].sum(), times.log()
        for start in range(0, n, step):
            rows = slice(start, start + step)
            scores = torch.addmm(bias, x[rows], y.T, out=kept[: n - start])  # e^bias counts a candidate so often
            if without_self:
                scores.diagonal(n + start).fill_(-torch.inf)
            total -= share[rows] @ (scores.diagonal(start) - bias[:n][rows])
            highest = scores.amax(dim=1, keepdim=True)
            sums = scores.sub_(highest).exp_().sum(dim=1, keepdim=True)
            total += share[rows] @ (sums.log() + highest)[:, 0]
            scores.mul_(share[rows, None] / sums).diagonal(start).sub_(share[rows])
            torch.mm(scores, y, out=to_x[rows])
            to_y.addmm_(scores.T, x[rows])
        ctx.save_for_backward(to_x, to_y)
        return total

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, Tensor, None, None]:
        to_x, to_y = ctx.saved_tensors
        return to_x * gradient, to_y * gradient, None, None
