"""Bayesian Personalised Ranking and the L2 penalty that every model here is trained with."""

import torch
import torch.nn.functional as F
from torch import Tensor


def bpr(users: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
    """Eq. 10 as a mean over triples: -ln sigmoid(y_ui - y_uj), from embeddings [B, d] each."""
    return -F.logsigmoid((users * (positives - negatives)).sum(dim=1)).mean()


def l2(*embeddings: Tensor) -> Tensor:
    """Half the squared length of the ID embeddings [B, d] of a batch, a mean over its triples (LightGCN, Eq. 15)."""
    return torch.stack([0.5 * rows.square().sum() for rows in embeddings]).sum() / len(embeddings[0])
