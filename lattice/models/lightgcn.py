"""LightGCN (He et al., SIGIR 2020): propagate ID embeddings over the user-item graph, nothing else."""

from dataclasses import dataclass

from torch import Tensor

from lattice.graph import Bipartite, Rows
from lattice.models.base import BackboneOptions, EmbeddingModel
from lattice.validation import check_int


@dataclass(frozen=True)
class LightGCNOptions(BackboneOptions):
    """Options of LightGCN.

    Args:
        layers: rounds of propagation; the final embedding is the mean over layers 0..layers.
    """

    layers: int = 2

    def __post_init__(self) -> None:
        """Raise an InputError for a value out of range."""
        super().__post_init__()
        check_int("layers", self.layers, 0)


class LightGCN(EmbeddingModel):
    """Matrix factorisation on embeddings propagated over the user-item graph."""

    def __init__(self, n_users: int | Rows, n_items: int | Rows, graph: Bipartite, options: LightGCNOptions) -> None:
        """Draw weights. graph: the normalised user-item matrix of the training interactions."""
        super().__init__(n_users, n_items, options)
        self.options: LightGCNOptions = options
        self.graph = graph

    def embed(self) -> tuple[Tensor, Tensor]:
        """Compute Eqs. 3 and 4 with equal layer weights: users [n_users, d] and items [n_items, d]."""
        return self.graph.layer_mean(self.user_embedding, self.item_embedding, self.options.layers)
