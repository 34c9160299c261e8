"""Latent structure learning as part of a model: one item graph per modality, learned from its features (Eqs. 1-5)."""

import sys
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from lattice.graph import Graph, ModalityGraph, Pattern, Rows, learned_graph
from lattice.models.base import Model
from lattice.models.content import get_features, register_features, xavier_linear


class LearnedStructure(Model):
    """The graphs of a model that learns them: chosen once per epoch, with gradient as the options say."""

    options: Any  # has k, lambda_, gradient and engine, as LatticeOptions; constants may be properties
    transforms: nn.ModuleDict

    def learn_from(self, features: Mapping[str, Tensor], transform_dim: int, items: Rows) -> None:
        """Keep features (modality -> [n_items, d_m]) as buffers, and make their transforms; of the constructor."""
        self.items = items
        self.modalities = register_features(self, features)
        self.transforms = nn.ModuleDict()
        for modality, matrix in features.items():
            self.transforms[modality] = xavier_linear(matrix.shape[1], transform_dim)
        self._present: dict[str, Tensor] = {}  # [n_items, 1], whether an item has this content
        self._initial: dict[str, Graph] = {}
        self._patterns: dict[str, Pattern] = {}
        self._transformed: dict[str, Tensor] = {}  # Eq. 4 of the last refresh, with gradient, until a step uses it
        self._learned: dict[str, Graph] = {}
        self._recall: dict[str, float] = {}  # of an approximate engine's last search
        self._fixed: list[Graph] = []  # Eq. 5 where it has no gradient until the next refresh

    def transformed(self, modality: str) -> Tensor:
        """Compute Eq. 4 for the catalogue: W_m e + b_m, [n_items, d']; items without content stay zero."""
        raw = get_features(self, modality)
        if modality not in self._present:  # not before: features that nothing asks for stay on disk
            self._present[modality] = (raw != 0).any(dim=1, keepdim=True)
        return self.transforms[modality](raw) * self._present[modality]

    @torch.no_grad()
    def refresh(self) -> None:
        """Choose every item's neighbours again, by the current transformed features."""
        for modality in self.modalities:
            if modality not in self._initial:
                raw = get_features(self, modality)
                self._initial[modality] = learned_graph(raw, self._search(f"{modality} initial", raw))
            with torch.enable_grad():  # so that validation and the first step needn't compute it again
                self._transformed[modality] = self.transformed(modality)
            self._patterns[modality] = self._search(modality, self._transformed[modality].detach())
        self._learned, self._fixed = {}, []

    def _search(self, graph: str, features: Tensor) -> Pattern:
        found = self.items.search(features, self.options.k, self.options.engine)
        if self.options.engine != "exact":
            self._recall[graph] = found.recall
            print(f"{graph}: {self.options.engine} found {found.recall:.1%} of the neighbours", file=sys.stderr)
        return found.pattern

    def adopt(self, graphs: Mapping[str, ModalityGraph]) -> None:
        """Take the graphs of a checkpoint instead of building them."""
        self._initial = {modality: graph.initial for modality, graph in graphs.items()}
        self._patterns = {modality: graph.learned.pattern for modality, graph in graphs.items()}
        self._learned, self._fixed = {modality: graph.learned for modality, graph in graphs.items()}, []
        self._transformed = {}

    def graphs(self) -> dict[str, ModalityGraph]:
        """Return the initial and learned graph of each modality, with the edges of the last `refresh`."""
        if not self._patterns:
            self.refresh()
        learned: Mapping[str, Graph] = self._learned
        if not learned or (self.options.gradient == "every" and torch.is_grad_enabled()):
            transformed = self._transformed or {modality: self.transformed(modality) for modality in self.modalities}
            learned = {
                modality: learned_graph(transformed[modality], pattern) for modality, pattern in self._patterns.items()
            }
            if torch.is_grad_enabled():  # evaluation keeps the gradient for the first training step
                self._learned = {modality: graph.detach() for modality, graph in learned.items()}
                self._transformed = {}
        return {modality: ModalityGraph(self._initial[modality], learned[modality]) for modality in self.modalities}

    def fixed_graphs(self) -> list[Graph]:
        """Return each modality's A^m (Eq. 5) where the edges have no gradient on this step, else nothing."""
        spread = len(self.items.held) < self.items.n  # over several processes, which don't pick rows of a product
        if self.options.gradient == "every" or not self._learned or spread:
            return []
        if not self._fixed:
            self._fixed = [graph.mixed(self.options.lambda_) for graph in self.graphs().values()]
        return self._fixed

    def monitored(self) -> dict[str, float]:
        """Return the recall of an approximate engine's last search by modality, for the training history."""
        return {f"knn_recall_{m}": self._recall[m] for m in self.modalities if m in self._recall}
