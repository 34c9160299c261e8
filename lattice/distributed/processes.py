"""A run that several processes share: sampling, validation and state, each of the rows that a process holds."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor

from lattice.distributed.build import spread_parameters
from lattice.distributed.sampler import ShardedSampler
from lattice.distributed.shards import Shards
from lattice.errors import InputError
from lattice.evaluation import cold_pairs, interaction_matrix, rank
from lattice.evaluation.protocol import score_lists
from lattice.models import Model
from lattice.training import Sampler
from lattice.training.one_process import KS, OneProcess
from lattice.training.state import load_state, save_state

SLOTS = 2  # states that each process keeps, so that all have one of the same epoch whenever they are killed


class SeveralProcesses(OneProcess):
    """A run whose users and items are spread over the processes of the default group."""

    def __init__(self, users: Shards, items: Shards) -> None:
        """users, items: how they are spread."""
        self.users, self.items = users, items

    def sampler(self, pairs: np.ndarray, device: torch.device) -> Sampler:
        """Return this process's part of the sampler of training pairs [n, 2]."""
        return ShardedSampler.spread(torch.as_tensor(pairs, device=device), self.users)

    def finite(self, *tables: Tensor) -> bool:
        """Return whether the tables of all processes are finite."""
        wrong = torch.tensor(float(not super().finite(*tables)), device=tables[0].device)
        dist.all_reduce(wrong)
        return not wrong

    def parameters(self, model: Model) -> int:
        """Return how many numbers the whole model learns."""
        spread = spread_parameters(model)
        return sum(
            p.shape[1:].numel() * spread[name].n if name in spread else p.numel()
            for name, p in model.named_parameters()
        )

    def scores(
        self,
        embeddings: tuple[Tensor, Tensor],
        pairs: np.ndarray,
        held_out: np.ndarray,
        protocol: str = "warm",
        ks: Sequence[int] = KS,
    ) -> dict[str, float]:
        """Return the mean scores over all users; each process ranks all items for the users it holds."""
        candidates = None
        if protocol == "cold":
            held_out = cold_pairs(pairs, held_out)
            candidates = np.unique(held_out[:, 1])
        shape = len(self.users.held), self.items.n
        wanted, seen = (interaction_matrix(self._held(part), *shape) for part in (held_out, pairs))
        users = np.flatnonzero(np.diff(wanted.indptr))
        lists = self._lists(embeddings, users, max(ks), seen, candidates)
        found = score_lists(lists, users, wanted, ks, self.items.n).per_user
        totals = torch.tensor([len(users), *(values.sum() for values in found.values())], dtype=torch.float64)
        totals = totals.to(embeddings[0].device)
        dist.all_reduce(totals)
        return dict(zip(found, (totals[1:] / totals[0]).tolist(), strict=True))

    def _held(self, pairs: np.ndarray) -> np.ndarray:
        """Return the pairs [n, 2] of held users, counted from the first of them."""
        held = self.users.held
        return pairs[(pairs[:, 0] >= held.start) & (pairs[:, 0] < held.stop)] - [held.start, 0]

    def _lists(
        self, embeddings: tuple[Tensor, Tensor], users: np.ndarray, k: int, seen: Any, candidates: np.ndarray | None
    ) -> np.ndarray:
        """Return the k best items [n, k] of some held users: the best of each process's items, and of these."""
        users_x, items_x = embeddings
        best = np.full((len(users), k), -np.inf, dtype=np.float32)
        found = np.full(best.shape, -1)
        for part, block in zip(self.items.parts, self.items.blocks(items_x), strict=True):
            pool = None
            if candidates is not None:
                pool = candidates[(candidates >= part.start) & (candidates < part.stop)] - part.start
            ids, scores = rank(users_x, block, users, k, seen[:, part.start : part.stop], pool)
            ids = np.concatenate([found, np.where(ids < 0, -1, ids + part.start)], axis=1)
            scores = np.concatenate([best, scores], axis=1)
            order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
            found, best = np.take_along_axis(ids, order, 1), np.take_along_axis(scores, order, 1)
        return found

    def save(
        self,
        folder: Path,
        model: torch.nn.Module,
        best: dict[str, Tensor],
        optimizer: torch.optim.Optimizer,
        progress: dict,
    ) -> None:
        """Keep this process's part of the state, beside that of the epoch before."""
        save_state(self._slot(folder, len(progress["history"])), model, best, optimizer, progress)

    def load(
        self, folder: Path, model: torch.nn.Module, optimizer: torch.optim.Optimizer, run: str
    ) -> tuple[dict[str, Tensor], list[dict[str, float]]] | None:
        """Restore the last epoch that all processes have; None if there is none."""
        epochs = [_epochs(self._slot(folder, slot)) for slot in range(SLOTS)]
        last = torch.tensor(max(epochs), device=next(model.parameters()).device)  # NCCL takes tensors on GPUs alone
        dist.all_reduce(last, op=dist.ReduceOp.MIN)
        if not last:
            return None
        found = load_state(self._slot(folder, int(last)), model, optimizer, run)
        if len(found[1]) != int(last):
            raise InputError(f"{folder}: the processes were stopped epochs apart; train again without --resume")
        return found

    def _slot(self, folder: Path, epoch: int) -> Path:
        return folder / f"{self.users.rank + 1}-of-{self.users.size}" / f"{epoch % SLOTS}"


def _epochs(folder: Path) -> int:
    """Return how many epochs a state has behind it; 0 if there is none."""
    from safetensors import safe_open

    path = folder / "state.safetensors"
    if not path.exists():
        return 0
    with safe_open(path, "pt") as file:
        return len(json.loads((file.metadata() or {})["progress"])["history"])
