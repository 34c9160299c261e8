"""The sampler whose pairs are spread over processes: together they draw what one process draws."""

from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor

from lattice.distributed.shards import Shards
from lattice.training import Sampler


@dataclass(frozen=True, eq=False)
class ShardedSampler(Sampler):
    """Draws the triples of the held users' pairs, and learns the others from the processes that hold them.

    users: how users are spread; `pairs` and `keys` count from the first that is held. first: place of the first held
    pair among all, as users ascend. total: number of pairs.
    """

    users: Shards
    first: int
    total: int

    @classmethod
    def spread(cls, pairs: Tensor, users: Shards) -> "ShardedSampler":
        """Build the part of this process; pairs [n, 2] are all training pairs, each once."""
        held = pairs[users.mine(pairs[:, 0])] - torch.tensor([users.held.start, 0], device=pairs.device)
        own = Sampler.of(held, len(users.held), torch.unique(pairs[:, 1]))
        counts = torch.zeros(users.size, dtype=torch.long, device=pairs.device)
        counts[users.rank] = len(own.pairs)
        dist.all_reduce(counts)
        first = int(counts[: users.rank].sum())
        return cls(own.pairs, own.pool, own.keys, own.starts, users, first, int(counts.sum()))

    def triples(self, places: Tensor, uniform: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return users, positives and negatives of the pairs at some places [B], the same on every process."""
        mine = (places >= self.first) & (places < self.first + len(self.pairs))
        users, positives, negatives = super().triples(places[mine] - self.first, uniform[mine])
        found = torch.zeros(3, len(places), dtype=torch.long, device=places.device)
        found[:, mine] = torch.stack([users + self.users.held.start, positives, negatives])
        dist.all_reduce(found)
        users, positives, negatives = found
        return users, positives, negatives

    def __len__(self) -> int:
        """Return the number of pairs per epoch, of all processes."""
        return self.total
