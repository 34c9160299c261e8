"""Vectors kept in parts: columns side by side that stay in tensors of their own, which several models can share."""

from dataclasses import dataclass
from itertools import accumulate

import torch
from torch import Tensor

Rows = slice | Tensor  # which rows: a slice, or indices [n]


@dataclass(frozen=True, eq=False)
class Part:
    """Columns of some vectors. values: [n, d]. scale: what they are multiplied by, a number or one per row [n]."""

    values: Tensor
    scale: Tensor | float = 1.0

    def __getitem__(self, rows: Rows) -> "Part":
        """Return some rows."""
        return Part(self.values[rows], self.scale[rows] if isinstance(self.scale, Tensor) else self.scale)

    def whole(self) -> Tensor:
        """Return the columns [n, d], multiplied."""
        if isinstance(self.scale, Tensor):
            return self.values * self.scale[:, None]
        return self.values if self.scale == 1 else self.values * self.scale


@dataclass(frozen=True, eq=False)
class Joined:
    """Vectors [n, d_1 + d_2 + ...] that are put together only where they are asked for, a few rows at a time."""

    parts: tuple[Part, ...]

    def __len__(self) -> int:
        """Return the number of vectors."""
        return len(self.parts[0].values)

    def __getitem__(self, rows: Rows) -> "Joined":
        """Return some of the vectors."""
        return Joined(tuple(part[rows] for part in self.parts))

    @property
    def device(self) -> torch.device:
        """Return where they are."""
        return self.parts[0].values.device

    @property
    def dtype(self) -> torch.dtype:
        """Return their type."""
        return self.parts[0].values.dtype

    @property
    def columns(self) -> list[slice]:
        """Return the columns of each part."""
        ends = list(accumulate((part.values.shape[1] for part in self.parts), initial=0))
        return list(map(slice, ends[:-1], ends[1:]))

    def whole(self) -> Tensor:
        """Return the vectors as one tensor, a copy."""
        return torch.cat([part.whole() for part in self.parts], dim=1)

    def row(self, index: int) -> Tensor:
        """Return one vector."""
        return self[index : index + 1].whole()[0]

    def times(self, vector: Tensor) -> Tensor:
        """Return the inner products [n] with one vector."""
        found = [part.values @ vector[own] * part.scale for part, own in zip(self.parts, self.columns, strict=True)]
        return torch.stack(found).sum(dim=0)


Vectors = Tensor | Joined  # [n, d]


def products(x: Vectors, y: Vectors, out: Tensor) -> Tensor:
    """Write x @ y.T (x [n, d], y [N, d]) into `out` [n, N] and return it; both are tensors, or both joined."""
    if isinstance(x, Tensor) and isinstance(y, Tensor):
        return torch.mm(x, y.T, out=out)
    assert isinstance(x, Joined)
    assert isinstance(y, Joined)
    beta = 0.0  # what `out` held doesn't count
    for own, other in zip(x.parts, y.parts, strict=True):
        values, alpha = (other.whole(), 1.0) if isinstance(other.scale, Tensor) else (other.values, other.scale)
        if alpha != 0 or beta == 0:
            out.addmm_(own.whole(), values.T, beta=beta, alpha=alpha)
            beta = 1.0
    return out
