"""What an encoder is: the one interface of every text and image encoder."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

import numpy as np

Item = TypeVar("Item", contravariant=True)


class Encoder(Protocol[Item]):
    """Turns items of one kind (strings, or PIL pictures) into vectors, always the same way."""

    @property
    def kind(self) -> str:
        """Return "text" or "image"."""

    @property
    def name(self) -> str:
        """Return the name under which `lattice.features.load_encoder(kind, name)` finds it."""

    @property
    def fingerprint(self) -> str:
        """Return hex digits that change with the weights; a checkpoint refuses uploads under others."""

    def encode(self, items: Sequence[Item], progress: bool = False) -> np.ndarray:
        """Return float32 [len(items), d], rows of length 1; a missing item (None or "") is a zero row."""
        ...
