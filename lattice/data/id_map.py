"""Raw ids on one side, indices on the other, and what to say of an id that nobody knows."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from lattice.data.match import nearest_ids
from lattice.errors import InputError


@dataclass(frozen=True, eq=False)
class IdMap:
    """The raw ids of one kind ("user", "item") in a checkpoint: index -> id, and back by `lookup`."""

    kind: str
    index: pd.Index

    @cached_property
    def _padded(self) -> np.ndarray:
        return np.array([*self.index.tolist(), None], dtype=object)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {str(raw): row for row, raw in enumerate(self._padded[:-1].tolist())}

    def raw(self, indices: np.ndarray) -> np.ndarray:
        """Return the ids at some indices; None at -1."""
        return self._padded[indices]

    def lookup(self, ids: Iterable[Any]) -> np.ndarray:
        """Return the indices of some ids; an InputError names the first one that isn't there, and those near it."""
        wanted = [str(raw) for raw in ids]
        found = np.fromiter((self._rows.get(raw, -1) for raw in wanted), dtype=np.int64, count=len(wanted))
        if (found < 0).any():
            missing = wanted[int((found < 0).argmax())]
            known = self.index.tolist()
            close = nearest_ids(missing, known) or known[:3]
            raise InputError(
                f"no {self.kind} {missing!r} in this checkpoint; there are {len(known)}, for example {', '.join(close)}"
            )
        return found
