"""Exact full ranking: every candidate item is scored for every user, a block of users at a time."""

import numpy as np
import torch
from torch import Tensor


def group_by_user(pairs: np.ndarray, n_users: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs [n, 2] as (starts [n_users + 1], items [n]): user u has items[starts[u]:starts[u + 1]], ascending."""
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    starts = np.searchsorted(pairs[order, 0], np.arange(n_users + 1))
    return starts, pairs[order, 1]


def expand(starts: np.ndarray, items: np.ndarray, users: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For a block of users: (position in the block, item) of each of their items, as two flat arrays."""
    counts = starts[users + 1] - starts[users]
    rows = np.repeat(np.arange(len(users)), counts)
    offsets = np.arange(counts.sum()) - np.repeat(counts.cumsum() - counts, counts)
    return rows, items[np.repeat(starts[users], counts) + offsets]


@torch.no_grad()
def rank(
    user_embeddings: Tensor,
    item_embeddings: Tensor,
    users: np.ndarray,
    k: int,
    seen: tuple[np.ndarray, np.ndarray] | None = None,
    candidates: np.ndarray | None = None,
    block: int = 1024,
) -> tuple[np.ndarray, np.ndarray]:
    """The k best items of each of `users` (indices), best first: item indices and scores, [n, k] each.

    seen: grouped pairs (see `group_by_user`) never to be recommended. candidates: item indices to rank, repeats
    counting once, else all.
    Where fewer than k items are left, the row is filled with item -1 and score -inf.
    """
    if candidates is not None:
        candidates = np.unique(candidates)
    chosen = None if candidates is None else torch.as_tensor(candidates, device=item_embeddings.device)
    pool = item_embeddings if chosen is None else item_embeddings[chosen]
    position = None
    if candidates is not None:
        position = np.full(len(item_embeddings), -1)
        position[candidates] = np.arange(len(candidates))
    k = min(k, len(pool))
    items, values = [], []
    for start in range(0, len(users), block):
        batch = users[start : start + block]
        scores = user_embeddings[torch.as_tensor(batch, device=user_embeddings.device)] @ pool.T
        if seen is not None:
            rows, columns = expand(*seen, batch)
            if position is not None:
                rows, columns = rows[position[columns] >= 0], position[columns][position[columns] >= 0]
            scores[torch.as_tensor(rows), torch.as_tensor(columns)] = -torch.inf
        top = scores.topk(k, dim=1)
        indices = top.indices if chosen is None else chosen[top.indices]
        items.append(indices.masked_fill(top.values == -torch.inf, -1).cpu().numpy())
        values.append(top.values.cpu().numpy())
    if not items:
        return np.empty((0, k), dtype=np.int64), np.empty((0, k), dtype=np.float32)
    return np.concatenate(items), np.concatenate(values)


@torch.no_grad()
def places(
    user_embeddings: Tensor,
    item_embeddings: Tensor,
    scores: np.ndarray,
    seen: tuple[np.ndarray, np.ndarray],
    block: int = 4096,
    candidates: np.ndarray | None = None,
) -> np.ndarray:
    """[n_users] where a score of each user's would stand in the user's list: 1 + how many unseen items score higher.

    candidates: indices of the items that the list is made of, else all.
    """
    left_out = np.ones(len(item_embeddings), dtype=bool)
    left_out[slice(None) if candidates is None else candidates] = False
    result = np.empty(len(user_embeddings), dtype=np.int64)
    for start in range(0, len(result), block):
        batch = np.arange(start, min(start + block, len(result)))
        own = torch.as_tensor(scores[batch], device=user_embeddings.device)[:, None]
        higher = ((user_embeddings[start : start + block] @ item_embeddings.T) > own).cpu().numpy()
        higher[expand(*seen, batch)] = False
        higher[:, left_out] = False
        result[batch] = 1 + higher.sum(axis=1)
    return result
