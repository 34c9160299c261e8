"""Exact full ranking: every candidate item is scored for every user, a block of users at a time."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import numpy as np
import torch
from scipy.sparse import csr_array
from torch import Tensor

from lattice.graph.joined import Vectors
from lattice.graph.top_k import least_of_top, product_blocks, top_k

Progress = Callable[[int, int], None]  # is told how many users are done, of how many
Entries = tuple[np.ndarray, np.ndarray]  # of a sparse matrix: where each row starts, and the columns


def _entries(matrix: csr_array, rows: np.ndarray) -> Entries:
    """Return the entries of some rows of a sparse matrix, in a tenth of the time that a slice takes for one row."""
    starts = matrix.indptr[rows]
    counts = matrix.indptr[rows + 1] - starts
    ends = np.cumsum(counts)
    places = np.arange(counts.sum()) + np.repeat(starts - ends + counts, counts)
    return np.concatenate([[0], ends]), matrix.indices[places]


def _arrays(matrix: csr_array) -> Entries:
    return matrix.indptr, matrix.indices


def _unseen(users_x: Vectors, items_x: Vectors, seen: Entries | None, block: int) -> Iterator[tuple[int, Tensor]]:
    """Yield `product_blocks` of users with items, seen pairs as -inf."""
    for start, scores in product_blocks(users_x, items_x, block):
        if seen is not None:
            scores[_pairs_of(seen, start, len(scores))] = -torch.inf
        yield start, scores


def _pairs_of(entries: Entries, start: int, n: int) -> tuple[Tensor, Tensor]:
    """Return rows, counted from `start`, and columns of the entries in n rows."""
    starts = entries[0][start : start + n + 1]
    rows = np.repeat(np.arange(n), np.diff(starts))
    return torch.as_tensor(rows), torch.as_tensor(entries[1][starts[0] : starts[-1]])


def _reached(scores: Tensor, k: int, rows: Tensor, columns: Tensor) -> Tensor:
    """Return the rows of which one of some entries may be among the k largest."""
    reached = scores[rows, columns] >= least_of_top(scores, k)[rows]
    return torch.unique(rows.to(reached.device)[reached])


@torch.no_grad()
def rank(
    user_embeddings: Vectors,
    item_embeddings: Vectors,
    users: np.ndarray,
    k: int,
    seen: csr_array | None = None,
    candidates: np.ndarray | None = None,
    block: int = 1024,
    wanted: csr_array | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the k best items of each of `users` (indices), best first: item indices and scores, [n, k] each.

    Args:
        user_embeddings: [n_users, d].
        item_embeddings: [n_items, d].
        users: [n] indices of the users to rank for.
        k: length of the list.
        seen: [n_users, n_items] pairs that are never recommended.
        candidates: indices of the items to rank, duplicates counting once; by default all.
        block: users scored at once.
        wanted: [n_users, n_items] pairs, the only ones that matter: a user whose list holds none may get an empty one.

    Returns:
        Items and scores; where fewer than k items are left, item -1 and score -inf.
    """
    pool = None if candidates is None else np.unique(candidates)
    users_x = user_embeddings[torch.as_tensor(users, device=user_embeddings.device)]
    k = min(k, len(item_embeddings) if pool is None else len(pool))
    values = torch.full((len(users), k), -torch.inf, dtype=users_x.dtype, device=users_x.device)
    columns = torch.zeros(values.shape, dtype=torch.long, device=values.device)
    if pool is not None:
        item_embeddings = item_embeddings[torch.as_tensor(pool, device=item_embeddings.device)]
    masked, looked_for = (
        None if pairs is None else _entries(pairs, users) if pool is None else _arrays(pairs[users][:, pool])
        for pairs in (seen, wanted)
    )
    for start, scores in _unseen(users_x, item_embeddings, masked, block):
        places: slice | Tensor = slice(start, start + len(scores))
        if looked_for is not None:
            rows = _reached(scores, k, *_pairs_of(looked_for, start, len(scores)))
            scores, places = scores[rows], start + rows
        values[places], columns[places] = top_k(scores, k)
    found, items = values.cpu().numpy(), columns.cpu().numpy()
    return np.where(found == -np.inf, -1, items if pool is None else pool[items]), found


def best_scores(
    users_x: Vectors,
    items_x: Vectors,
    k: int,
    seen: csr_array,
    candidates: np.ndarray | None = None,
    block: int = 128,
    threads: int = 1,
    progress: Progress | None = None,
) -> Tensor:
    """Return every user's k highest scores of items that the user doesn't have, highest first: [n_users, k].

    Args:
        users_x, items_x: vectors [n_users, d] and [n_items, d] whose inner products are the scores.
        k: how many; where fewer items are left, the rest is -inf.
        seen: [n_users, n_items].
        candidates: indices of the items in the lists, duplicates counting once; by default all.
        block: users scored at once. Smaller ones than elsewhere: nothing but the k best leaves the processor's cache.
        threads: blocks scored at the same time.
        progress: is told after each block how many users are done, by the thread that did it.
    """
    pool = None if candidates is None else np.unique(candidates)
    entries = _arrays(seen if pool is None else seen[:, pool])
    if pool is not None:
        items_x = items_x[torch.as_tensor(pool, device=items_x.device)]
    n = len(users_x)
    values = torch.empty(n, min(k, len(items_x)), dtype=users_x.dtype, device=users_x.device)
    done = count(1)

    @torch.no_grad()
    def fill(first: int) -> None:
        rows = slice(first, min(first + share, n))
        own = entries[0][rows.start : rows.stop + 1], entries[1]
        for start, scores in _unseen(users_x[rows], items_x, own, block):
            values[first + start : first + start + len(scores)] = top_k(scores, values.shape[1])[0]
            if progress:
                progress(min(next(done) * block, n), n)

    share = max(-(-n // max(threads, 1) // block) * block, block)  # whole blocks, so that no score depends on `threads`
    with ThreadPoolExecutor(max(threads, 1)) as workers:
        for finished in [workers.submit(fill, first) for first in range(0, n, share)]:
            finished.result()
    return values


@torch.no_grad()
def ranks(
    user_embeddings: Vectors,
    item_embeddings: Vectors,
    scores: np.ndarray,
    seen: csr_array,
    block: int = 1024,
    candidates: np.ndarray | None = None,
) -> np.ndarray:
    """Return the rank [n_users] that a score would have in each user's list: 1 + the number of unseen items above it.

    scores: [n_users]. seen: [n_users, n_items]. candidates: indices of the items in the list, by default all.
    """
    own = torch.as_tensor(scores, device=user_embeddings.device)[:, None]
    pool = None if candidates is None else np.unique(candidates)
    result = np.empty(len(user_embeddings), dtype=np.int64)
    if pool is not None:
        item_embeddings, seen = item_embeddings[torch.as_tensor(pool, device=own.device)], seen[:, pool]
    for start, unseen in _unseen(user_embeddings, item_embeddings, _arrays(seen), block):
        # In place, as 0.0 and 1.0, which add up faster than booleans, and exactly up to 16 million.
        higher = unseen.gt_(own[start : start + block]).sum(dim=1)
        result[start : start + block] = 1 + higher.cpu().numpy()
    return result
