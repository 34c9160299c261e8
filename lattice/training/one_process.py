"""What a run needs of the processes that carry it out, for the usual one; `lattice.distributed` has it for several."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from lattice.evaluation import evaluate, evaluate_cold
from lattice.models import Model
from lattice.training.sampler import Sampler
from lattice.training.state import load_state, save_state

KS = (20,)


class OneProcess:
    """A run whose tables are whole in this process."""

    def sampler(self, pairs: np.ndarray, device: torch.device) -> Sampler:
        """Return the sampler of training pairs [n, 2]."""
        return Sampler.of(torch.as_tensor(pairs, device=device), int(pairs[:, 0].max(initial=-1)) + 1)

    def finite(self, *tables: Tensor) -> bool:
        """Return whether all numbers in some tables are finite, and so are the inner products of their rows."""
        return all(bool(x.square().sum().isfinite()) for x in tables)

    def parameters(self, model: Model) -> int:
        """Return how many numbers the model learns."""
        return sum(p.numel() for p in model.parameters())

    def scores(
        self,
        embeddings: tuple[Tensor, Tensor],
        pairs: np.ndarray,
        held_out: np.ndarray,
        protocol: str = "warm",
        ks: Sequence[int] = KS,
    ) -> dict[str, float]:
        """Return the scores of final embeddings on held-out pairs [m, 2] under a protocol of `TrainingOptions`."""
        if protocol == "cold":
            return evaluate_cold(embeddings, pairs, held_out, ks)["among_cold"].means
        return evaluate(embeddings, pairs, held_out, ks).means

    def save(
        self,
        folder: Path,
        model: torch.nn.Module,
        best: dict[str, Tensor],
        optimizer: torch.optim.Optimizer,
        progress: dict,
    ) -> None:
        """Keep a run's state; see `save_state`."""
        save_state(folder, model, best, optimizer, progress)

    def load(
        self, folder: Path, model: torch.nn.Module, optimizer: torch.optim.Optimizer, run: str
    ) -> tuple[dict[str, Tensor], list[dict[str, float]]] | None:
        """Restore a run's state, and return what `load_state` does; None if there is none."""
        return load_state(folder, model, optimizer, run) if (folder / "state.safetensors").exists() else None
