"""The equations of LATTICE's successors, dense and in float64, each written from its paper; as `tests/baselines.py`.

Each model has its embeddings and its loss, from parameters by name. Random parts (dropout, pruned edges) are off, or
given.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from tests import oracles
from tests.baselines import matrix

Raw = Mapping[str, Tensor]
Parameters = Mapping[str, Tensor]
Triples = Sequence[tuple[int, int, int]]


def bpr(users: Tensor, items: Tensor, triples: Triples) -> Tensor:
    """Mean over triples of -ln sigmoid of the difference in score."""
    return sum(torch.log1p(torch.exp(users[u] @ items[j] - users[u] @ items[i])) for u, i, j in triples) / len(triples)


def half_squares(*rows: Tensor) -> Tensor:
    """Half the squared length of all rows."""
    return sum(row.square().sum() for row in rows) / 2


def cosine(a: Tensor, b: Tensor) -> Tensor:
    """Cosine of two vectors; 0 where one is zero: of a node without content."""
    if not a.any() or not b.any():
        return torch.zeros((), dtype=torch.float64)
    return a @ b / (a.square().sum().sqrt() * b.square().sum().sqrt())


def info_nce(a: Tensor, b: Tensor, nodes: Sequence[int], temperature: float) -> Tensor:
    """Mean over the batch's nodes: a node's two views are alike, those of two nodes aren't."""
    total = torch.zeros((), dtype=torch.float64)
    for u in nodes:
        all_of_them = [torch.exp(cosine(a[u], b[v]) / temperature) for v in nodes]
        total = total - torch.log(torch.exp(cosine(a[u], b[u]) / temperature) / sum(all_of_them))
    return total / len(nodes)


def linear(x: Tensor, p: Parameters, name: str) -> Tensor:
    """W x + b."""
    return x @ p[f"{name}.weight"].T + p[f"{name}.bias"]


# --- FREEDOM ---------------------------------------------------------------------------------------------------------


def freedom(p: Parameters, raw: Raw, pairs: np.ndarray, o) -> tuple[Tensor, Tensor]:
    """Zhou & Shen 2023: a fixed graph of ones, weights 0.1 and 0.9, h added as it is."""
    ids_of_users, ids_of_items = p["backbone.user_embedding"], p["backbone.item_embedding"]
    users, items = oracles.lightgcn(ids_of_users, ids_of_items, pairs, o.layers)
    fused = sum(w * ones_graph(raw[m], o.k) for m, w in (("visual", 0.1), ("textual", 0.9)))
    return users, items + torch.matrix_power(fused, o.item_layers) @ ids_of_items


def ones_graph(features: Tensor, k: int) -> Tensor:
    """Each of the k nearest counts 1, normalised; an item without content has no neighbours."""
    similarity = oracles.cosines(features)
    return oracles.normalised((oracles.chosen(similarity, k) & (similarity > 0)).double())


def freedom_loss(p: Parameters, raw: Raw, pairs: np.ndarray, o, triples: Triples) -> Tensor:
    """BPR of the model's items, and weighted BPR of each modality's projected features."""
    users, items = freedom(p, raw, pairs, o)
    content = sum(bpr(users, x @ p[f"projections.{m}.weight"].T, triples) for m, x in raw.items())
    ids = [(p["backbone.user_embedding"][u], *p["backbone.item_embedding"][[i, j]]) for u, i, j in triples]
    penalty = sum(half_squares(*rows) for rows in ids) / len(triples)
    return bpr(users, items, triples) + o.content_loss * content + o.l2 * penalty


# --- BM3 -------------------------------------------------------------------------------------------------------------


def bm3_propagated(p: Parameters, pairs: np.ndarray, o) -> tuple[Tensor, Tensor]:
    """LightGCN, with a residual connection of the items."""
    users, items = oracles.lightgcn(p["user_embedding"], p["item_embedding"], pairs, o.layers)
    return users, items + p["item_embedding"]


def bm3(p: Parameters, raw: Raw, pairs: np.ndarray, o) -> tuple[Tensor, Tensor]:
    """Zhou et al. 2023: what is ranked is the predictor's output."""
    users, items = bm3_propagated(p, pairs, o)
    return linear(users, p, "predictor"), linear(items, p, "predictor")


def bm3_loss(p: Parameters, raw: Raw, pairs: np.ndarray, o, triples: Triples) -> Tensor:
    """Reconstruction, alignment between and within modalities, L2; a view without dropout is the vector, fixed."""
    users, items = bm3_propagated(p, pairs, o)
    total = torch.zeros((), dtype=torch.float64)
    for u, i, _ in triples:
        total = total - cosine(linear(users[u], p, "predictor"), items[i].detach())
        total = total - cosine(linear(items[i], p, "predictor"), users[u].detach())
        for m, x in raw.items():
            if x[i].any():
                content = linear(x[i], p, f"projections.{m}")
                predicted = linear(content, p, "predictor")
                total = total - o.contrast * cosine(predicted, items[i].detach())
                total = total - o.contrast * cosine(predicted, content.detach())
        total = total + o.l2 * half_squares(users[u], items[i])
    return total / len(triples)


# --- MGCN ------------------------------------------------------------------------------------------------------------


def mgcn_views(p: Parameters, raw: Raw, pairs: np.ndarray, o) -> tuple[Tensor, Tensor]:
    """Behaviour and fused content of users and items, one below the other."""
    r = matrix(pairs, p)
    normalised = r / (r.sum(dim=1, keepdim=True) * r.sum(dim=0)).clamp(min=1).sqrt()
    behaviour = torch.cat(oracles.lightgcn(p["user_embedding"], p["item_embedding"], pairs, o.layers))
    found = []
    for m, features in raw.items():
        gate = torch.sigmoid(linear(linear(features, p, f"projections.{m}"), p, f"gates.{m}"))
        graph = oracles.normalised(oracles.sparsified(features, o.k))
        items = torch.matrix_power(graph, o.item_layers) @ (p["item_embedding"] * gate)
        found.append(torch.cat([normalised @ items, items]))
    q = p["attention.2.weight"][0]
    weights = torch.exp(torch.stack([torch.tanh(linear(x, p, "attention.0")) @ q for x in found]))
    shared = sum(w[:, None] * x for w, x in zip(weights / weights.sum(dim=0), found, strict=True))
    own = [
        (x - shared) * torch.sigmoid(linear(behaviour, p, f"preferences.{m}")) for m, x in zip(raw, found, strict=True)
    ]
    return behaviour, shared + sum(own) / len(own)


def mgcn(p: Parameters, raw: Raw, pairs: np.ndarray, o) -> tuple[Tensor, Tensor]:
    """Yu et al. 2023: gate, spread over both graphs, fuse what modalities share and what is their own."""
    both, n_users = sum(mgcn_views(p, raw, pairs, o)), len(p["user_embedding"])
    return both[:n_users], both[n_users:]


def mgcn_loss(p: Parameters, raw: Raw, pairs: np.ndarray, o, triples: Triples) -> Tensor:
    """BPR, contrast between content and behaviour of a batch's users and of its items, L2."""
    behaviour, content = mgcn_views(p, raw, pairs, o)
    n_users = len(p["user_embedding"])
    users, items = (behaviour + content)[:n_users], (behaviour + content)[n_users:]
    contrast = info_nce(content, behaviour, [u for u, _, _ in triples], o.temperature)
    contrast = contrast + info_nce(content, behaviour, [n_users + i for _, i, _ in triples], o.temperature)
    ids = [(p["user_embedding"][u], *p["item_embedding"][[i, j]]) for u, i, j in triples]
    penalty = sum(half_squares(*rows) for rows in ids) / len(triples)
    return bpr(users, items, triples) + o.contrast * contrast + o.l2 * penalty


# --- MICRO -----------------------------------------------------------------------------------------------------------


def micro_views(p: Parameters, raw: Raw, o) -> tuple[list[Tensor], Tensor]:
    """Each modality's item embeddings, and their fusion with attention."""
    views = []
    for m, x in raw.items():
        moved = oracles.transform(x, p[f"transforms.{m}.weight"], p[f"transforms.{m}.bias"])
        initial, learned = (oracles.normalised(oracles.sparsified(f, o.k)) for f in (x, moved))
        graph = o.lambda_ * initial + (1 - o.lambda_) * learned
        views.append(graph @ p["backbone.item_embedding"])
    q = p["attention.2.weight"][0]
    weights = torch.exp(torch.stack([torch.tanh(linear(h, p, "attention.0")) @ q for h in views]))
    return views, sum(w[:, None] * h for w, h in zip(weights / weights.sum(dim=0), views, strict=True))


def micro(p: Parameters, raw: Raw, pairs: np.ndarray, o) -> tuple[Tensor, Tensor]:
    """Zhang et al. 2022: LATTICE with a fusion per item."""
    ids_of_users, ids_of_items = p["backbone.user_embedding"], p["backbone.item_embedding"]
    users, items = oracles.lightgcn(ids_of_users, ids_of_items, pairs, o.layers)
    return users, items + oracles.unit_rows(micro_views(p, raw, o)[1])


def micro_loss(p: Parameters, raw: Raw, pairs: np.ndarray, o, triples: Triples) -> Tensor:
    """BPR, contrast of each modality with the fusion over the batch's positive items, L2."""
    users, items = micro(p, raw, pairs, o)
    views, fused = micro_views(p, raw, o)
    nodes = sorted({i for _, i, _ in triples})
    contrast = torch.zeros((), dtype=torch.float64)
    for view in views:
        for i in nodes:
            own = torch.exp(cosine(view[i], fused[i]) / o.temperature)
            others = [torch.exp(cosine(view[i], x[j]) / o.temperature) for x in (fused, view) for j in nodes if j != i]
            contrast = contrast - torch.log(own / (own + sum(others))) / len(nodes)
    ids = [(p["backbone.user_embedding"][u], *p["backbone.item_embedding"][[i, j]]) for u, i, j in triples]
    penalty = sum(half_squares(*rows) for rows in ids) / len(triples)
    return bpr(users, items, triples) + o.contrast * contrast + o.l2 * penalty


EMBEDDINGS: dict[str, Callable[..., tuple[Tensor, Tensor]]] = {
    "freedom": freedom,
    "bm3": bm3,
    "mgcn": mgcn,
    "micro": micro,
}
LOSSES: dict[str, Callable[..., Tensor]] = {
    "freedom": freedom_loss,
    "bm3": bm3_loss,
    "mgcn": mgcn_loss,
    "micro": micro_loss,
}
