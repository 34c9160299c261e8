"""The other models' equations, dense and in float64, each written from its paper: embeddings from parameters by name.

Each also returns what its penalty is on: matrices of users and of items.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from tests import oracles

Embeddings = tuple[Tensor, Tensor]
Penalised = tuple[list[Tensor], list[Tensor]]
Found = tuple[Embeddings, Penalised]


def leaves(model) -> dict[str, Tensor]:
    """Copies of a model's parameters in float64, to be differentiated by."""
    return {name: p.detach().double().clone().requires_grad_() for name, p in model.named_parameters()}


def matrix(pairs: np.ndarray, p: Mapping[str, Tensor]) -> Tensor:
    """R: [users, items], 1 where there is an interaction."""
    found = torch.zeros(len(p["user_embedding"]), len(p["item_embedding"]), dtype=torch.float64)
    found[pairs[:, 0], pairs[:, 1]] = 1
    return found


def ids(p: Mapping[str, Tensor], *of_users: Tensor, of_items: Sequence[Tensor] = ()) -> Penalised:
    """ID embeddings, and what else."""
    return [p["user_embedding"], *of_users], [p["item_embedding"], *of_items]


def leaky(x: Tensor) -> Tensor:
    """PyTorch's LeakyReLU."""
    return torch.where(x > 0, x, 0.01 * x)


def mf(p: Mapping[str, Tensor], raw: Mapping[str, Tensor], pairs: np.ndarray, options) -> Found:
    """Rendle et al. 2009."""
    return (p["user_embedding"], p["item_embedding"]), ids(p)


def lightgcn(p: Mapping[str, Tensor], raw: Mapping[str, Tensor], pairs: np.ndarray, options) -> Found:
    """He et al. 2020, Eqs. 7 and 8."""
    return oracles.lightgcn(p["user_embedding"], p["item_embedding"], pairs, options.layers), ids(p)


def ngcf(p: Mapping[str, Tensor], raw: Mapping[str, Tensor], pairs: np.ndarray, options) -> Found:
    """Wang et al. 2019, Eqs. 7 and 9: the layers side by side, or their mean."""
    weights = [(p[f"w1.{layer}.weight"], p[f"w2.{layer}.weight"]) for layer in range(options.layers)]
    layers = oracles.ngcf(p["user_embedding"], p["item_embedding"], weights, pairs)
    if options.combine == "concat":
        users, items = (torch.cat(parts, dim=1) for parts in layers)
    else:
        users, items = (sum(parts) / len(parts) for parts in layers)
    return (users, items), ids(p)


def vbpr(p: Mapping[str, Tensor], raw: Mapping[str, Tensor], pairs: np.ndarray, options) -> Found:
    """He & McAuley 2016, Eq. 4, on the modalities side by side; a bias is a factor whose other side is 1."""
    f = torch.cat(list(raw.values()), dim=1)
    joint = torch.cat([p[f"projections.{m}.weight"] for m in raw], dim=1)
    e, beta = joint[: options.content_dim], joint[options.content_dim]
    ones = torch.ones(len(p["user_embedding"]), 1, dtype=torch.float64)
    users = torch.cat([p["user_embedding"], p["user_content"], ones], dim=1)
    items = torch.cat([p["item_embedding"], f @ e.T, (p["item_bias"] + f @ beta)[:, None]], dim=1)
    return (users, items), ids(p, p["user_content"], of_items=[f @ e.T, (p["item_bias"] + f @ beta)[:, None]])


def mmgcn(p: Mapping[str, Tensor], raw: Mapping[str, Tensor], pairs: np.ndarray, options) -> Found:
    """Wei et al. 2019: mean aggregation, combination by concatenation, mean over modalities."""
    r = matrix(pairs, p)
    n_users = len(r)
    adjacency = oracles.user_item_matrix(pairs, *r.shape)
    mean = adjacency / adjacency.sum(dim=1, keepdim=True).clamp(min=1)
    both = torch.cat([p["user_embedding"], p["item_embedding"]])
    found = []
    for m, content in raw.items():
        q = {name.removeprefix(f"branches.{m}."): value for name, value in p.items()}
        items = content @ q["project.weight"].T + q["project.bias"]
        x = torch.cat([oracles.unit_rows(q["preference"]), oracles.unit_rows(items)])
        for layer in range(options.layers):
            w1, w2, w3 = (q[f"{w}.{layer}.weight"] for w in ("w1", "w2", "w3"))
            h = leaky(mean @ (x @ w1.T))
            own = leaky(x @ w2.T) + both
            x = leaky(h @ w3[:, : options.dim].T + own @ w3[:, options.dim :].T)
        found.append(x)
    users, items = (sum(found) / len(found)).split([n_users, len(r.T)])
    return (users, items), ([users], [items])


def attention(mask: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Softmax of x_i . y_j over the j that the mask gives i; a row of nothing stays 0."""
    weights = torch.exp(x @ y.T) * mask
    total = weights.sum(dim=1, keepdim=True)
    return weights / torch.where(total > 0, total, 1.0)


def grcn(p: Mapping[str, Tensor], raw: Mapping[str, Tensor], pairs: np.ndarray, options) -> Found:
    """Wei et al. 2020: prototypes by routing, edges weighed in every modality, the highest taken if it is above 0."""
    r = matrix(pairs, p)
    user_parts, item_parts, to_users, to_items = [], [], [], []
    for position, (m, content) in enumerate(raw.items()):
        projected = content @ p[f"projections.{m}.weight"].T + p[f"projections.{m}.bias"]
        items = oracles.unit_rows(leaky(projected))
        users = oracles.unit_rows(p[f"preferences.{m}"])
        for _ in range(options.routings):
            users = oracles.unit_rows(users + attention(r, users, items) @ items)
        a, b = attention(r, users, items), attention(r.T, items, users)
        user_parts.append(users + a @ items)
        item_parts.append(items + b @ users)
        to_users.append(a * p["item_confidence"][:, position])
        to_items.append(b * p["user_confidence"][:, position])
    a, b = (torch.stack(w).amax(dim=0).clamp(min=0) for w in (to_users, to_items))
    users, items = oracles.unit_rows(p["user_embedding"]), oracles.unit_rows(p["item_embedding"])
    all_users, all_items = [users], [items]
    for _ in range(options.layers):
        users, items = a @ items, b @ users
        all_users.append(users)
        all_items.append(items)
    embeddings = torch.cat([sum(all_users), *user_parts], dim=1), torch.cat([sum(all_items), *item_parts], dim=1)
    return embeddings, ids(p, *(p[f"preferences.{m}"] for m in raw))


EQUATIONS: dict[str, Callable[..., Found]] = {
    "mf": mf,
    "ngcf": ngcf,
    "lightgcn": lightgcn,
    "vbpr": vbpr,
    "mmgcn": mmgcn,
    "grcn": grcn,
}


def loss(found: Found, triples: Sequence[tuple[int, int, int]], l2: float) -> Tensor:
    """BPR, and half the squared length of all that is penalised of a triple's three nodes, as a mean over triples."""
    embeddings, (of_users, of_items) = found
    total = oracles.bpr_loss(embeddings, (of_users[0], of_items[0]), triples, l2)
    for u, i, j in triples:
        rows = [x[u] for x in of_users[1:]] + [x[item] for x in of_items[1:] for item in (i, j)]
        total = total + sum((l2 / 2 * row.square().sum() / len(triples) for row in rows), torch.zeros(()))
    return total
