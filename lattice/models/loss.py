"""Bayesian Personalised Ranking, the L2 penalty of every model, and contrastive terms of some."""

import torch
import torch.nn.functional as F
from torch import Tensor


def bpr(users: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
    """Compute Eq. 10 as a mean over triples: -ln sigmoid(y_ui - y_uj), from embeddings [B, d] each."""
    return -F.logsigmoid((users * (positives - negatives)).sum(dim=1)).mean()


def l2(*embeddings: Tensor) -> Tensor:
    """Compute half the squared length of embeddings [B, d], as a mean over the batch's triples (LightGCN, Eq. 15)."""
    return torch.stack([0.5 * rows.square().sum() for rows in embeddings]).sum() / len(embeddings[0])


def graph_contrast(anchors: Tensor, others: Tensor, temperature: float) -> Tensor:
    """Return `info_nce` whose negatives are also the other anchors: rows i, for a and b [B, d]."""
    unit = F.normalize(anchors, dim=1)
    among = unit @ unit.T / temperature
    among = among.masked_fill(torch.eye(len(unit), dtype=torch.bool, device=unit.device), -torch.inf)
    between = unit @ F.normalize(others, dim=1).T / temperature
    return F.cross_entropy(torch.cat([between, among], dim=1), torch.arange(len(unit), device=unit.device))


def info_nce(anchors: Tensor, others: Tensor, temperature: float) -> Tensor:
    """Return the mean over rows of -ln softmax_j(cos(a_i, b_j) / temperature) at j = i, for a and b [B, d]."""
    logits = F.normalize(anchors, dim=1) @ F.normalize(others, dim=1).T / temperature
    return F.cross_entropy(logits, torch.arange(len(logits), device=logits.device))
