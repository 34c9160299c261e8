"""What follows from a checkpoint alone, whatever becomes of its item graph."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import torch
from scipy.sparse import csr_array
from torch import Tensor

from lattice.checkpoint import Checkpoint
from lattice.data.id_map import Ids
from lattice.evaluation import interaction_matrix
from lattice.inference.completion import ContentMap
from lattice.models import Lattice


@dataclass(frozen=True, eq=False)
class Trained:
    """A checkpoint and what is worked out from it once, when first asked for."""

    checkpoint: Checkpoint

    @cached_property
    def users(self) -> Ids:
        """Raw user ids."""
        return Ids("user", pd.Index(self.checkpoint.dataset.users))

    @cached_property
    def items(self) -> Ids:
        """Raw item ids."""
        return Ids("item", pd.Index(self.checkpoint.dataset.items["item"]))

    @cached_property
    def embeddings(self) -> tuple[Tensor, Tensor]:
        """Of the collaborative model, alone or under LATTICE: users [n_users, d], items [n_items, d]."""
        model = self.checkpoint.model
        with torch.no_grad():
            users, items = (model.backbone if isinstance(model, Lattice) else model).embed()
        return users.detach(), items.detach()

    @cached_property
    def content_map(self) -> ContentMap:
        """LATTICE's collaborative item embeddings as content predicts them."""
        model = self.checkpoint.model
        assert isinstance(model, Lattice)
        return ContentMap.fit({m: model.raw(m) for m in model.modalities}, self.embeddings[1], self.warm)

    def predicted(self, vectors: Mapping[str, Tensor]) -> Tensor:
        """[n, d] collaborative embeddings of newcomers (modality -> raw [n, d_m]) by the content map."""
        return self.content_map(vectors)

    @cached_property
    def seen(self) -> csr_array:
        """[n_users, n_items] whether a user has an item in training."""
        return interaction_matrix(self.checkpoint.dataset.pairs("train"), len(self.users.index), len(self.items.index))

    @cached_property
    def warm(self) -> Tensor:
        """[n_items] whether an item has training interactions."""
        warm = torch.zeros(len(self.items.index), dtype=torch.bool, device=self.embeddings[1].device)
        warm[torch.as_tensor(np.unique(self.checkpoint.dataset.pairs("train")[:, 1]))] = True
        return warm
