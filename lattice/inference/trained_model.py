"""Cached quantities that depend only on the checkpoint, not on what-if changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import torch
from scipy.sparse import csr_array
from torch import Tensor

from lattice.checkpoint import Checkpoint
from lattice.data.id_map import IdMap
from lattice.evaluation import interaction_matrix
from lattice.inference.completion import ContentMap
from lattice.models import ItemGraphModel


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """A checkpoint and the quantities computed from it, each once, on first use."""

    checkpoint: Checkpoint

    @cached_property
    def users(self) -> IdMap:
        """Raw user ids."""
        return IdMap("user", pd.Index(self.checkpoint.dataset.users))

    @cached_property
    def items(self) -> IdMap:
        """Raw item ids."""
        return IdMap("item", pd.Index(self.checkpoint.dataset.items["item"]))

    @cached_property
    def embeddings(self) -> tuple[Tensor, Tensor]:
        """Embeddings of the collaborative model, alone or under LATTICE: users [n_users, d], items [n_items, d]."""
        model = self.checkpoint.model
        with torch.no_grad():
            users, items = (model.backbone if isinstance(model, ItemGraphModel) else model).embed()
        return users.detach(), items.detach()

    @cached_property
    def content_map(self) -> ContentMap:
        """The map from content to LATTICE's collaborative item embeddings."""
        model = self.checkpoint.model
        assert isinstance(model, ItemGraphModel)
        return ContentMap.fit({m: model.raw(m) for m in model.modalities}, self.embeddings[1], self.warm)

    def predicted(self, vectors: Mapping[str, Tensor]) -> Tensor:
        """Return collaborative embeddings [n, d] that content predicts for new items (modality -> raw [n, d_m])."""
        return self.content_map(vectors)

    @cached_property
    def seen(self) -> csr_array:
        """[n_users, n_items] bool: the user has the item in training."""
        return interaction_matrix(self.checkpoint.dataset.pairs("train"), len(self.users.index), len(self.items.index))

    @cached_property
    def warm(self) -> Tensor:
        """[n_items] bool: the item has training interactions."""
        warm = torch.zeros(len(self.items.index), dtype=torch.bool, device=self.embeddings[1].device)
        warm[torch.as_tensor(np.unique(self.checkpoint.dataset.pairs("train")[:, 1]))] = True
        return warm
