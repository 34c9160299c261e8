"""Tables with one row per user or per item: how many rows there are, and how some of them are looked up."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lattice.graph.engines import Found, search


@dataclass(frozen=True)
class Rows:
    """A table whose rows are all in this process; `lattice.distributed` spreads them over several.

    Args:
        n: how many rows there are in all.
    """

    n: int

    @property
    def held(self) -> range:
        """Return the rows that this process holds."""
        return range(self.n)

    def xavier_uniform(self, dim: int) -> Tensor:
        """Draw the held rows of a table [n, dim] with Xavier-uniform numbers, as in the paper."""
        return nn.init.xavier_uniform_(torch.empty(self.n, dim))

    def select(self, x: Tensor, chosen: Tensor, layer: nn.Module | None = None) -> Tensor:
        """Return chosen rows [B] of a table, of which x [held, d] are the held rows, through a layer: [B, d']."""
        rows = x.index_select(0, chosen)
        return rows if layer is None else layer(rows)

    def search(self, features: Tensor, k: int, engine: str) -> Found:
        """Find the k most similar rows of each held row by cosine; see `engines.search`. features: [held, d]."""
        return search(features, k, engine)
