"""The interface of every model, and the two bases that most of them share.

Recommendation lives outside: the inner products of the final embeddings are the scores.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from lattice.graph import Graph, ModalityGraph, Neighbours, Rows, neighbours, normalise
from lattice.models.content import get_features
from lattice.models.loss import bpr, l2
from lattice.validation import MAX_DIM, check_float, check_int


class Model(nn.Module, ABC):
    """A recommender that training, checkpoints and evaluation can work with."""

    modalities: tuple[str, ...] = ()  # the modalities whose raw features the model keeps, in the order of its weights

    @abstractmethod
    def embed(self) -> tuple[Tensor, Tensor]:
        """Return the final embeddings: users [n_users, d] and items [n_items, d]."""

    @abstractmethod
    def loss(self, users: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
        """Return the training loss (a scalar) of a batch of triples, each [B] int64."""

    def refresh(self) -> None:
        """Rebuild what stays fixed within an epoch.

        The trainer seeds torch from (seed, epoch) before every call, so randomness here survives a resume.
        """

    def monitored(self) -> dict[str, float]:
        """Return learned values worth a column in the training history."""
        return {}


def current_name(parameter: str) -> str:
    """Return a parameter's name today, for one saved in a checkpoint of format 1 or a training state of that time."""
    return re.sub(r"\b(user|item)_ids$", r"\1_embedding", parameter)


@dataclass(frozen=True)
class EmbeddingOptions:
    """Options of every model that learns an embedding per user and per item.

    Args:
        dim: length of an embedding.
        l2: weight of the L2 penalty on the embeddings of a batch.
    """

    dim: int = 64
    l2: float = 1e-3

    def __post_init__(self) -> None:
        """Raise an InputError for a value out of range."""
        check_int("dim", self.dim, 1, MAX_DIM)
        check_float("l2", self.l2, 0)


@dataclass(frozen=True)
class BackboneOptions(EmbeddingOptions):
    """Options of a model that LATTICE can be plugged onto."""

    @property
    def embedding_dim(self) -> int:
        """Return the length of the final embeddings, which LATTICE needs to be `dim`."""
        return self.dim


class EmbeddingModel(Model):
    """A model with one learned embedding per user and per item, trained with BPR and an L2 penalty on them."""

    def __init__(self, n_users: int | Rows, n_items: int | Rows, options: EmbeddingOptions) -> None:
        """Draw ID embeddings of all users and items, or of those that this process holds."""
        super().__init__()
        self.options = options
        self.users = Rows(n_users) if isinstance(n_users, int) else n_users
        self.items = Rows(n_items) if isinstance(n_items, int) else n_items
        self.user_embedding = nn.Parameter(self.users.xavier_uniform(options.dim))
        self.item_embedding = nn.Parameter(self.items.xavier_uniform(options.dim))

    @property
    def tables(self) -> dict[str, Rows]:
        """Return the parameters that have one row per user or per item, and which rows this process holds."""
        return {"user_embedding": self.users, "item_embedding": self.items}

    def loss(self, users: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
        """Return BPR plus penalty of a batch of triples, each [B] int64."""
        x, y = self.embed()
        chosen = self.items.select(y, torch.cat([positives, negatives]))
        return bpr(self.users.select(x, users), *chosen.chunk(2)) + self.penalty(users, positives, negatives)

    def penalty(self, users: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
        """Return the weighted L2 penalty on the ID embeddings of a batch."""
        if self.options.l2 == 0:
            return self.user_embedding.new_zeros(())
        chosen = self.items.select(self.item_embedding, torch.cat([positives, negatives]))
        return self.options.l2 * l2(self.users.select(self.user_embedding, users), chosen)


class ItemGraphModel(Model):
    """A model whose items also learn from their neighbours in content: what inference and checkpoints read of it.

    Such a model explains its scores, shows its item graph and folds newcomers in.
    """

    options: Any  # has k, lambda_, item_layers and input, as LatticeOptions; constants may be properties
    frozen: bool = False  # whether the learned graph is the initial one
    attends: bool = False  # whether every item has modality weights of its own, whose mean is alpha
    backbone: EmbeddingModel  # the collaborative model whose item embeddings the item graph enhances
    transforms: nn.ModuleDict  # modality -> the learned map of its features (Eq. 4)

    def raw(self, modality: str) -> Tensor:
        """Return raw features, [n_items, d_m]."""
        return get_features(self, modality)

    @property
    @abstractmethod
    def alpha(self) -> Tensor:
        """Return the modality weights [M], which sum to 1 (Eq. 6)."""

    def item_weights(self, parts: Tensor) -> Tensor:
        """Return items' modality weights [n, M], which sum to 1, from what the modalities' graphs say [n, M, d]."""
        return self.alpha.expand(len(parts), -1)

    @abstractmethod
    def transformed(self, modality: str) -> Tensor:
        """Return the catalogue's transformed features (Eq. 4), [n_items, d']."""

    @abstractmethod
    def graphs(self) -> dict[str, ModalityGraph]:
        """Return the initial and the learned graph of each modality."""

    def neighbours(self, k: int) -> dict[str, tuple[Neighbours, Neighbours]]:
        """Return every item's k nearest items of each modality, by raw and by transformed features."""
        found = {}
        for modality in self.modalities:
            raw = neighbours(self.raw(modality), k)
            found[modality] = raw, raw if self.frozen else neighbours(self.transformed(modality), k)
        return found

    def graphs_with(
        self, k: int, found: Mapping[str, tuple[Neighbours, Neighbours]] | None = None
    ) -> dict[str, ModalityGraph]:
        """Return the graphs that the same features and transforms have with k neighbours per item, without gradient.

        found: what `neighbours` found for as many or more, so that nothing is searched.
        """

        def graph(near: Neighbours) -> Graph:
            pattern, cosines = near.first(k)
            return Graph(pattern, normalise(cosines, pattern, self.edge_weights))

        graphs = {}
        for modality, (raw, transformed) in (found or self.neighbours(k)).items():
            initial = graph(raw)
            graphs[modality] = ModalityGraph(initial, initial if transformed is raw else graph(transformed))
        return graphs

    def edge_weights(self, cosines: Tensor) -> Tensor:
        """Return what cosines of neighbours count before normalisation: themselves, negative ones as 0 (Eq. 2)."""
        return cosines.relu()

    def graph_scale(self, h: Tensor) -> Tensor:
        """Return the factors [n, 1] by which h [n, d] is added to the backbone's items: 1 / |h| (Eq. 8)."""
        return torch.linalg.vector_norm(h, dim=1, keepdim=True).clamp(min=1e-12).reciprocal()

    @abstractmethod
    def adopt(self, graphs: Mapping[str, ModalityGraph]) -> None:
        """Take the graphs of a checkpoint instead of building them."""

    @abstractmethod
    def inputs(self, alpha: Tensor) -> Tensor:
        """Return h^(0) [n_items, d], what is propagated over the item graph (Eq. 7), under modality weights [M]."""
