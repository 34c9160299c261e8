"""Matrix factorisation trained with BPR (Rendle et al., UAI 2009)."""

from dataclasses import dataclass

from torch import Tensor

from lattice.models.base import BackboneOptions, EmbeddingModel


@dataclass(frozen=True)
class MFOptions(BackboneOptions):
    """Options of matrix factorisation: those of every embedding model."""


class MF(EmbeddingModel):
    """Matrix factorisation: scores are inner products of the ID embeddings themselves."""

    def embed(self) -> tuple[Tensor, Tensor]:
        """Return the ID embeddings: users [n_users, d] and items [n_items, d]."""
        return self.user_embedding, self.item_embedding
