"""What all encoders are made of: prepare each item, forward a batch, put rows of length 1 in place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from tqdm import tqdm


@dataclass(frozen=True)
class BatchEncoder:
    """An `Encoder` out of two functions.

    prepare: one item -> what `forward` takes, or None when the item is missing.
    forward: a list of n prepared items -> float [n, dimension].
    """

    kind: str
    name: str
    fingerprint: str
    dimension: int
    prepare: Callable[[Any], Any | None]
    forward: Callable[[list[Any]], np.ndarray]
    batch_size: int = 64

    def encode(self, items: Sequence[Any], progress: bool = False) -> np.ndarray:
        """Return float32 [len(items), dimension], rows of length 1; a missing item is a zero row.

        Items are taken one batch at a time, so that `items` may open pictures only when it is asked for them.
        """
        rows = np.zeros((len(items), self.dimension), dtype=np.float32)
        with tqdm(total=len(items), desc=f"{self.kind} features", disable=not progress) as bar:
            for start in range(0, len(items), self.batch_size):
                stop = min(start + self.batch_size, len(items))
                prepared = [self.prepare(items[row]) for row in range(start, stop)]
                present = [offset for offset, item in enumerate(prepared) if item is not None]
                if present:
                    vectors = self.forward([prepared[offset] for offset in present])
                    rows[start + np.array(present)] = unit_rows(vectors)
                bar.update(stop - start)
        return rows


def unit_rows(matrix: np.ndarray) -> np.ndarray:
    """Return float32 `matrix` [n, d] with every row scaled to length 1; a zero row stays zero."""
    matrix = np.asarray(matrix, dtype=np.float32)
    return matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-12)
