"""Training triples on the device: every observed pair once per epoch, each with an exactly uniform negative."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Sampler:
    """Draws items seen in training that are not the user's own, exactly and without rejection.

    Let o_0 < o_1 < ... be the user's own items as ranks among the M items seen in training. The r-th item that is
    not theirs has rank r + #{a : o_a - a <= r}, so one binary search in the sorted keys `user * M + o_a - a` finds it.
    """

    pairs: Tensor  # [n, 2] int64, sorted by user then item; users who own every item left out
    pool: Tensor  # [M] items seen in training, ascending
    keys: Tensor  # [n] user * M + o_a - a, sorted
    starts: Tensor  # [n_users + 1] where each user's keys start

    @classmethod
    def of(cls, pairs: Tensor, n_users: int, pool: Tensor | None = None) -> "Sampler":
        """Build a sampler over training pairs [n, 2] (user, item), each pair once.

        pool: the items seen in training, ascending, where these pairs are not all there are.
        """
        pool = torch.unique(pairs[:, 1]) if pool is None else pool
        ranks = torch.searchsorted(pool, pairs[:, 1].contiguous())
        counts = torch.bincount(pairs[:, 0], minlength=n_users)
        able = (counts < len(pool))[pairs[:, 0]]
        pairs, ranks = pairs[able], ranks[able]
        order = torch.argsort(pairs[:, 0] * len(pool) + ranks)
        pairs, ranks = pairs[order].contiguous(), ranks[order]
        users = pairs[:, 0].contiguous()
        starts = torch.searchsorted(users, torch.arange(n_users + 1, device=pairs.device))
        position = torch.arange(len(pairs), device=pairs.device) - starts[users]
        return cls(pairs, pool, users * len(pool) + ranks - position, starts)

    @property
    def device(self) -> torch.device:
        """Return where the pairs are."""
        return self.pairs.device

    def negatives(self, users: Tensor, uniform: Tensor) -> Tensor:
        """Return one item for each of `users` [B] (repeats allowed), uniformly over the pool without the user's own.

        uniform: [B] float64, drawn uniformly from 0 to 1, 1 excluded.
        """
        size = len(self.pool)
        free = size - (self.starts[users + 1] - self.starts[users])
        drawn = (uniform * free).long()  # < free: the highest float64 below 1, times free, rounds to less than free
        passed = torch.searchsorted(self.keys, users * size + drawn, right=True) - self.starts[users]
        return self.pool[drawn + passed]

    def epoch(self, batch_size: int, generator: torch.Generator) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """Yield batches of (users, positives, negatives), [<= batch_size] each: every pair once, in random order."""
        order = torch.randperm(len(self), generator=generator, device=self.device)
        uniform = torch.rand(len(self), generator=generator, device=self.device, dtype=torch.float64)
        for places, drawn in zip(order.split(batch_size), uniform.split(batch_size), strict=True):
            yield self.triples(places, drawn)

    def triples(self, places: Tensor, uniform: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return users, positives and negatives of the pairs at some places [B]; uniform: see `negatives`."""
        users, positives = self.pairs[places].unbind(dim=1)
        return users, positives, self.negatives(users, uniform)

    def __len__(self) -> int:
        """Return the number of pairs per epoch."""
        return len(self.pairs)
