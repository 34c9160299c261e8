"""Cached quantities that depend only on the checkpoint, not on what-if changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import torch
from scipy.sparse import csr_array
from torch import Tensor

from lattice.calibration import ContentOptions
from lattice.checkpoint import Checkpoint
from lattice.data import load
from lattice.data.id_map import IdMap
from lattice.errors import InputError
from lattice.graph import ModalityGraph, Neighbours
from lattice.inference.completion import ContentMap
from lattice.inference.content_scores import ContentScores, DatasetContent
from lattice.inference.fold_in import Spaces, catalogue_spaces
from lattice.models import ItemGraphModel, Model

KEPT_NEIGHBOURS = 30  # of every item, or the trained k where that is more: a what-if of so many is searched once
NO_FEATURES = "content scores need the items' features: keep the dataset's folder where it was trained"


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """A checkpoint and the quantities computed from it, each once, on first use.

    hidden: [n_items] bool, items to treat as if they had no interactions and weren't in the catalogue: calibration
        folds them in as if they were new. None: no items.
    shared: the dataset's content, where another model of the same dataset has it (`has_content_of`).
    """

    checkpoint: Checkpoint
    hidden: Tensor | None = None
    shared: DatasetContent | None = None

    @property
    def users(self) -> IdMap:
        """Return the raw user ids."""
        return self.checkpoint.dataset.user_ids

    @property
    def items(self) -> IdMap:
        """Return the raw item ids."""
        return self.checkpoint.dataset.item_ids

    @property
    def device(self) -> torch.device:
        """Return where the model is."""
        return next(self.checkpoint.model.parameters()).device

    @cached_property
    def embeddings(self) -> tuple[Tensor, Tensor]:
        """Return the collaborative embeddings, alone or under LATTICE: users [n_users, d], items [n_items, d]."""
        model = self.checkpoint.model
        with torch.no_grad():
            users, items = (model.backbone if isinstance(model, ItemGraphModel) else model).embed()
        if not all(x.square().sum().isfinite() for x in (users, items)):  # then so are all scores
            raise InputError("the model's scores are not finite: its weights are too large; train it again")
        return users.detach(), items.detach()

    @cached_property
    def content_map(self) -> ContentMap:
        """Return the map from content to LATTICE's collaborative item embeddings."""
        model = self.item_graph_model
        return ContentMap.fit({m: model.raw(m) for m in model.modalities}, self.embeddings[1], self.warm)

    @cached_property
    def spaces(self) -> dict[str, Spaces]:
        """Return the catalogue's features in which new items find neighbours."""
        return catalogue_spaces(self.item_graph_model, self.hidden)

    @property
    def kept(self) -> int:
        """Return how many neighbours per item `neighbours` holds."""
        return max(KEPT_NEIGHBOURS, self.item_graph_model.options.k)

    @cached_property
    def neighbours(self) -> dict[str, tuple[Neighbours, Neighbours]]:
        """Return modality -> every item's nearest items by raw and by transformed features, `kept` of them.

        All pairs of items are compared, which takes a minute where there are 60,000 items, and grows with the square.
        """
        return self.item_graph_model.neighbours(self.kept)

    def graphs_with(self, k: int) -> dict[str, ModalityGraph]:
        """Return the model's item graphs with k neighbours per item; `neighbours` are searched at the first call."""
        return self.item_graph_model.graphs_with(k, self.neighbours if 0 < k <= self.kept else None)

    @property
    def item_graph_model(self) -> ItemGraphModel:
        """Return the model, which has to have an item graph."""
        model = self.checkpoint.model
        assert isinstance(model, ItemGraphModel)
        return model

    @cached_property
    def features(self) -> dict[str, Tensor]:
        """Return modality -> raw features [n_items, d_m]: the model's, or those in the dataset's folder if it has none.

        Raises an InputError where there are neither.
        """
        model, folder = self.checkpoint.model, self.checkpoint.dataset.folder
        return own_features(model) if model.modalities else folder_features(folder, self.device)

    @cached_property
    def dataset_content(self) -> DatasetContent:
        """Return what content scores are made of, and what is the same for all models of the dataset."""
        if self.shared is not None and self.hidden is None:
            return self.shared
        own, folder = own_features(self.checkpoint.model), self.checkpoint.dataset.folder
        return DatasetContent(own or partial(folder_features, folder, self.device), self.seen, self.warm)

    def content_scores(self, options: ContentOptions) -> ContentScores:
        """Return the content scores under some options; raise an InputError where the items' features are missing."""
        if not self.checkpoint.model.modalities and self.checkpoint.dataset.folder is None:
            raise InputError(NO_FEATURES)
        return ContentScores(options, self.dataset_content)

    def has_content_of(self, other: Checkpoint) -> bool:
        """Return whether another checkpoint in memory has the same interactions and the same content of items."""
        mine, features = self.checkpoint, self.dataset_content.features
        same = mine.dataset.interactions is other.dataset.interactions and mine.dataset.items is other.dataset.items
        if not same or mine.dataset_fingerprint != other.dataset_fingerprint:
            return False
        own = own_features(other.model)
        if not own:
            return other.dataset.folder is not None  # with the features of this fingerprint
        return (
            not callable(features)
            and own.keys() == features.keys()
            and all(torch.equal(own[m], features[m]) for m in own)
        )

    def predicted(self, vectors: Mapping[str, Tensor]) -> Tensor:
        """Return collaborative embeddings [n, d] that content predicts for new items (modality -> raw [n, d_m])."""
        return self.content_map(vectors)

    @property
    def seen(self) -> csr_array:
        """Return bool [n_users, n_items]: the user has the item in training; hidden items are included."""
        return self.checkpoint.dataset.seen

    def owned(self, user: int) -> np.ndarray:
        """Return the indices of a user's items in training."""
        return self.seen.indices[self.seen.indptr[user] : self.seen.indptr[user + 1]].astype(np.int64)

    @cached_property
    def warm(self) -> Tensor:
        """Return bool [n_items]: the item has training interactions, and isn't hidden."""
        warm = torch.zeros(len(self.items.index), dtype=torch.bool, device=self.device)
        warm[torch.as_tensor(self.checkpoint.dataset.pairs("train")[:, 1], device=self.device)] = True
        return warm if self.hidden is None else warm & ~self.hidden


def own_features(model: Model) -> dict[str, Tensor]:
    """Return modality -> raw features [n_items, d_m] that a model holds; {} where it uses none."""
    return {m: model.get_buffer(f"raw_{m}") for m in model.modalities}


def folder_features(folder: Path | None, device: torch.device) -> dict[str, Tensor]:
    """Return modality -> raw features [n_items, d_m] in a dataset's folder; raise an InputError where there is none."""
    if folder is None:
        raise InputError(NO_FEATURES)
    return {m: torch.as_tensor(x, device=device) for m, x in load(folder).features.items()}
