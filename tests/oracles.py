"""The paper's equations, dense and in float64, written from its text: what the library's answers are held against.

Everything here is differentiable, forms N x N matrices without shame, and uses nothing of the library.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor


def cosines(features: Tensor) -> Tensor:
    """Eq. 1; an item without content (a zero row) is like nothing, not even itself."""
    squared = features.square().sum(dim=1)
    unit = features / torch.where(squared > 0, squared, 1.0).sqrt()[:, None]
    return unit @ unit.T


def chosen(similarity: Tensor, k: int) -> Tensor:
    """Eq. 2: where row i's k best lie, of which i itself is always one."""
    mask = torch.zeros_like(similarity, dtype=torch.bool)
    for i, row in enumerate(similarity.detach().numpy()):
        others = [j for j in np.argsort(-row, kind="stable") if j != i]
        mask[i, [i, *others][:k]] = True
    return mask


def normalised(adjacency: Tensor) -> Tensor:
    """Eq. 3: D^-1/2 S D^-1/2, D the row sums; a row that sums to 0 stays 0."""
    degree = adjacency.sum(dim=1)
    scale = torch.where(degree > 0, torch.where(degree > 0, degree, 1.0) ** -0.5, 0.0)
    return torch.diag(scale) @ adjacency @ torch.diag(scale)


def sparsified(features: Tensor, k: int) -> Tensor:
    """Eqs. 1 and 2: negative similarities are 0, and so is all but the k best of a row."""
    similarity = cosines(features)
    return torch.where(chosen(similarity, k), similarity.clamp(min=0.0), 0.0)


def transform(raw: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Eq. 4, for items that have content."""
    present = (raw != 0).any(dim=1)
    return torch.where(present[:, None], raw @ weight.T + bias, 0.0)


@dataclass
class Parameters:
    """A LATTICE in float64 leaves. raw: modality -> [N, d_m]; the order of modalities is that of alpha.

    layers: the backbone's weights beside its ID embeddings, by the model's own names: NGCF's.
    """

    user_embedding: Tensor
    item_embedding: Tensor
    raw: Mapping[str, Tensor]
    weight: Mapping[str, Tensor]
    bias: Mapping[str, Tensor]
    alpha_logits: Tensor
    layers: Mapping[str, Tensor] = field(default_factory=dict)

    @classmethod
    def of(cls, model) -> "Parameters":
        """Copies of a model's numbers, nothing of its code."""

        def leaf(tensor: Tensor) -> Tensor:
            return tensor.detach().double().clone().requires_grad_(tensor.requires_grad)

        state = dict(model.named_parameters())
        return cls(
            leaf(state["backbone.user_embedding"]),
            leaf(state["backbone.item_embedding"]),
            {m: leaf(model.get_buffer(f"raw_{m}")) for m in model.modalities},
            {m: leaf(state[f"transforms.{m}.weight"]) for m in model.modalities},
            {m: leaf(state[f"transforms.{m}.bias"]) for m in model.modalities},
            leaf(state["alpha_logits"]),
            {name: leaf(tensor) for name, tensor in state.items() if name.startswith("backbone.w")},
        )

    def named(self) -> dict[str, Tensor]:
        """By the names that the model's own parameters have."""
        names = {"backbone.user_embedding": self.user_embedding, "backbone.item_embedding": self.item_embedding}
        for modality in self.raw:
            names[f"transforms.{modality}.weight"] = self.weight[modality]
            names[f"transforms.{modality}.bias"] = self.bias[modality]
        return {**names, "alpha_logits": self.alpha_logits, **self.layers}


def item_graph(p: Parameters, k: int, lambda_: float, alpha: Tensor | None = None) -> Tensor:
    """Eqs. 1-6: the fused A, [N, N]."""
    alpha = torch.exp(p.alpha_logits) / torch.exp(p.alpha_logits).sum() if alpha is None else alpha
    total = torch.zeros(len(p.item_embedding), len(p.item_embedding), dtype=torch.float64)
    for position, modality in enumerate(p.raw):
        initial = normalised(sparsified(p.raw[modality], k))
        learned = normalised(sparsified(transform(p.raw[modality], p.weight[modality], p.bias[modality]), k))
        total = total + alpha[position] * (lambda_ * initial + (1 - lambda_) * learned)
    return total


def unit_rows(h: Tensor) -> Tensor:
    """h / |h|, row by row; a zero row stays zero."""
    squared = h.square().sum(dim=1)
    return h / torch.where(squared > 0, squared, 1.0).sqrt()[:, None]


def user_item_matrix(pairs: np.ndarray, n_users: int, n_items: int) -> Tensor:
    """LightGCN's A (He et al. 2020, Eq. 6): [users + items, users + items], symmetric, zero blocks on the diagonal."""
    matrix = torch.zeros(n_users + n_items, n_users + n_items, dtype=torch.float64)
    for user, item in pairs:
        matrix[user, n_users + item] = matrix[n_users + item, user] = 1.0
    return matrix


def lightgcn(user_embedding: Tensor, item_embedding: Tensor, pairs: np.ndarray, layers: int) -> tuple[Tensor, Tensor]:
    """LightGCN, Eqs. 7 and 8: the mean of E, AE, A^2 E, ... with A normalised symmetrically."""
    adjacency = normalised(user_item_matrix(pairs, len(user_embedding), len(item_embedding)))
    embeddings = torch.cat([user_embedding, item_embedding])
    powers = [torch.matrix_power(adjacency, layer) @ embeddings for layer in range(layers + 1)]
    mean = sum(powers) / (layers + 1)
    return mean[: len(user_embedding)], mean[len(user_embedding) :]


def ngcf(
    user_embedding: Tensor, item_embedding: Tensor, weights: Sequence[tuple[Tensor, Tensor]], pairs: np.ndarray
) -> tuple[list[Tensor], list[Tensor]]:
    """NGCF (Wang et al. 2019), Eq. 7, each layer but the first at length 1: users and items of every layer."""
    adjacency = normalised(user_item_matrix(pairs, len(user_embedding), len(item_embedding)))
    e = torch.cat([user_embedding, item_embedding])
    layers = [e]
    for w1, w2 in weights:
        e = (adjacency + torch.eye(len(e), dtype=e.dtype)) @ e @ w1.T + (adjacency @ e * e) @ w2.T
        e = torch.where(e > 0, e, 0.2 * e)
        layers.append(unit_rows(e))
    return [layer[: len(user_embedding)] for layer in layers], [layer[len(user_embedding) :] for layer in layers]


def backbone(p: Parameters, pairs: np.ndarray, layers: int | None) -> tuple[Tensor, Tensor]:
    """MF's embeddings (layers is None), NGCF's with layers combined by mean, or LightGCN's."""
    if p.layers:
        weights = [tuple(p.layers[f"backbone.{w}.{layer}.weight"] for w in ("w1", "w2")) for layer in range(layers)]
        users, items = ngcf(p.user_embedding, p.item_embedding, weights, pairs)
        return sum(users) / len(users), sum(items) / len(items)
    return (
        (p.user_embedding, p.item_embedding)
        if layers is None
        else lightgcn(p.user_embedding, p.item_embedding, pairs, layers)
    )


def content(p: Parameters) -> Tensor:
    """Transformed features, weighed as Eq. 6 weighs their graphs: [N, d']."""
    alpha = torch.exp(p.alpha_logits) / torch.exp(p.alpha_logits).sum()
    return sum(a * transform(p.raw[m], p.weight[m], p.bias[m]) for a, m in zip(alpha, p.raw, strict=True))


def lattice(
    p: Parameters,
    pairs: np.ndarray,
    layers: int | None,
    k: int,
    lambda_: float,
    item_layers: int,
    alpha: Tensor | None = None,
    features: bool = False,
) -> tuple[Tensor, Tensor]:
    """Eqs. 1-8: final user and item embeddings. features: what is spread is content, not ID embeddings (Sec. 3.3)."""
    users, items = backbone(p, pairs, layers)
    x = content(p) if features else p.item_embedding
    spread = torch.matrix_power(item_graph(p, k, lambda_, alpha), item_layers) @ x
    return users, items + unit_rows(spread)


def bpr_loss(
    embeddings: tuple[Tensor, Tensor], ids: tuple[Tensor, Tensor], triples: Sequence[tuple[int, int, int]], l2: float
) -> Tensor:
    """Eq. 10 as a mean over triples, and half the squared length of each triple's three ID embeddings, weighted."""
    total = torch.zeros((), dtype=torch.float64)
    for u, i, j in triples:
        users, items = embeddings
        difference = users[u] @ items[i] - users[u] @ items[j]
        total = total + torch.log1p(torch.exp(-difference))
        total = total + l2 / 2 * sum(row.square().sum() for row in (ids[0][u], ids[1][i], ids[1][j]))
    return total / len(triples)


def fold_in(
    p: Parameters,
    vectors: Mapping[str, Tensor],
    k: int,
    lambda_: float,
    alpha: Mapping[str, float],
    previous: Tensor,
    warm: np.ndarray,
) -> tuple[Tensor, Tensor]:
    """The newcomer's row of A over the catalogue [N], cold columns included, and its h [d] from the warm ones.

    It is item N of a catalogue of N + 1 whose other rows stay as they are; previous: the catalogue's h^(L-1).
    """
    n = len(p.item_embedding)
    row = torch.zeros(n, dtype=torch.float64)
    for modality, vector in vectors.items():
        raw = torch.cat([p.raw[modality], vector[None]])
        learned = transform(raw, p.weight[modality], p.bias[modality])
        for features, share in ((raw, lambda_), (learned, 1 - lambda_)):
            similarity = cosines(features)
            own = torch.where(chosen(similarity, k), similarity.clamp(min=0.0), 0.0)[n]
            degree = sparsified(features[:n], k).sum(dim=1)
            weights = torch.where(degree > 0, own[:n] / (own.sum() * degree).sqrt(), 0.0)
            row = row + alpha[modality] / sum(alpha[m] for m in vectors) * share * weights
    return row, torch.where(torch.as_tensor(warm), row, 0.0) @ previous
