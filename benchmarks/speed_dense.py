"""LATTICE as the equations read, with dense N × N item graphs, as the field's programs have it: a reference for time.

An epoch fixes the graphs, every step multiplies with a dense matrix, and a block of users is ranked by whole rows of
scores. The transforms aren't learned: only what a usual step computes counts here.
"""

import torch
import torch.nn.functional as F
from torch import Tensor


def dense_graph(features: Tensor, k: int) -> Tensor:
    """Compute Eqs. 1-3: the normalised kNN graph [N, N] of features [N, d]."""
    unit = F.normalize(features, dim=1)
    similarity = unit @ unit.T
    values, indices = similarity.topk(k, dim=1)
    kept = torch.zeros_like(similarity).scatter(1, indices, values.relu())
    scale = kept.sum(dim=1).clamp(min=1e-12).rsqrt()
    return scale[:, None] * kept * scale


class DenseLattice(torch.nn.Module):
    """LATTICE on LightGCN with a dense item graph and a sparse user-item graph over all nodes."""

    def __init__(self, n_users: int, n_items: int, pairs: Tensor, features: dict[str, Tensor], dim: int = 64) -> None:
        """Make dense matrices of the data. pairs: [n, 2]. features: modality -> [n_items, d_m]."""
        super().__init__()
        self.nodes = torch.nn.Parameter(torch.nn.init.xavier_uniform_(torch.empty(n_users + n_items, dim)))
        self.n_users, self.features = n_users, features
        users, items = pairs[:, 0], pairs[:, 1] + n_users
        rows, columns = torch.cat([users, items]), torch.cat([items, users])
        degree = torch.bincount(rows, minlength=n_users + n_items).clamp(min=1).float()
        values = (degree[rows] * degree[columns]).rsqrt()
        self.adjacency = torch.sparse_coo_tensor(torch.stack([rows, columns]), values, (len(degree),) * 2).coalesce()
        self.graph = torch.zeros(0)

    def build(self, k: int) -> None:
        """Build the initial graphs and mix them (Eqs. 1-6, equal weights): what an epoch fixes."""
        self.graph = torch.stack([dense_graph(x, k) for x in self.features.values()]).mean(dim=0)

    def embed(self) -> tuple[Tensor, Tensor]:
        """Compute Eqs. 7 and 8 on LightGCN's mean of two layers."""
        x: Tensor = self.nodes
        layers = [x]
        for _ in range(2):
            layers.append(torch.sparse.mm(self.adjacency, layers[-1]))
        users, items = torch.stack(layers).mean(dim=0).split([self.n_users, len(x) - self.n_users])
        return users, items + F.normalize(self.graph @ x[self.n_users :], dim=1)

    def loss(self, users: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
        """Compute BPR of a batch of triples [B]."""
        x, y = self.embed()
        return -F.logsigmoid((x[users] * (y[positives] - y[negatives])).sum(dim=1)).mean()


@torch.no_grad()
def evaluate_dense(users: Tensor, items: Tensor, pairs: Tensor, k: int = 20, block: int = 2048) -> Tensor:
    """Rank all items for all users, training pairs left out: [n_users, k]."""
    seen = torch.zeros(len(users), len(items), dtype=torch.bool)
    seen[pairs[:, 0], pairs[:, 1]] = True
    found = [
        (users[start : start + block] @ items.T).masked_fill(seen[start : start + block], -torch.inf).topk(k).indices
        for start in range(0, len(users), block)
    ]
    return torch.cat(found)
