"""High-level inference API on raw ids: recommend, similar items, explanations, fold-in and what-if changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from torch import Tensor

from lattice import checkpoint as checkpoints
from lattice.checkpoint import Checkpoint
from lattice.device import resolve_device
from lattice.errors import InputError
from lattice.evaluation import rank, ranks
from lattice.graph import cosines, query
from lattice.inference import Contrast, Explanation, FoldIn, ItemGraph, WhyNot, graph_contributions
from lattice.inference.completion import Completion, complete_embedding
from lattice.inference.fold_in import fold_in_item
from lattice.inference.trained_model import TrainedModel
from lattice.models import ItemGraphModel, model_name

FUSED, COLLABORATIVE = "fused", "collaborative"


@dataclass(frozen=True, eq=False)
class Recommender:
    """Inference on a checkpoint. What depends on it alone is computed once and shared by every `what_if`."""

    trained: TrainedModel
    item_graph: ItemGraph | None

    @classmethod
    def load(cls, path: str | Path, device: str = "cpu") -> "Recommender":
        """Read a checkpoint.

        Args:
            path: the checkpoint's folder.
            device: "auto", "cpu", "cuda" or "cuda:N".

        Raises:
            InputError: the folder is not a whole checkpoint, or the device doesn't exist.
        """
        return cls.of(checkpoints.load(Path(path), resolve_device(device)))

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> "Recommender":
        """Return a recommender on a checkpoint in memory."""
        model = checkpoint.model
        return cls(TrainedModel(checkpoint), ItemGraph.of(model) if isinstance(model, ItemGraphModel) else None)

    # --- the checkpoint ---------------------------------------------------------------------------------------------

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint in use."""
        return self.trained.checkpoint

    @property
    def name(self) -> str:
        """The model's name, "lattice", "lightgcn", ...: see `lattice.models.default_options`."""
        return model_name(self.checkpoint.options)

    @property
    def users(self) -> np.ndarray:
        """Raw user ids."""
        return self.checkpoint.dataset.users

    @property
    def items(self) -> pd.DataFrame:
        """The items, one row per item: `item` (raw id), `title`, ..."""
        return self.checkpoint.dataset.items

    def title(self, item: str) -> str:
        """Return an item's title, or its raw id where it has none."""
        row = self._items([item])[0]
        return self.items["title"].iat[row] or str(item)

    @property
    def modalities(self) -> tuple[str, ...]:
        """Modalities of the item graph; empty for a model without one."""
        return tuple(self.item_graph.alpha) if self.item_graph else ()

    def require_item_graph(self) -> ItemGraph:
        """Return the item graph; raise an InputError if the model has none."""
        if self.item_graph is None:
            raise InputError(f"a {self.name} checkpoint has no item graph; load a LATTICE checkpoint for this")
        return self.item_graph

    def require_lattice(self) -> ItemGraphModel:
        """Return the LATTICE model; raise an InputError if the model is another one."""
        self.require_item_graph()
        model = self.checkpoint.model
        assert isinstance(model, ItemGraphModel)
        return model

    def interactions(self, user: str) -> pd.DataFrame:
        """Return a user's items and the split of each: columns item, split."""
        self._users([user])
        table = self.checkpoint.dataset.interactions
        return table.loc[table["user"] == str(user), ["item", "split"]].reset_index(drop=True)

    # --- embeddings ------------------------------------------------------------------------------------------------

    @cached_property
    def layers(self) -> list[Tensor]:
        """The layers h^(0), ..., h^(L) (Eq. 7) of this recommender's item graph."""
        graph = self.require_item_graph()
        return graph.propagate(graph.inputs(self.require_lattice()))

    @cached_property
    def embeddings(self) -> tuple[Tensor, Tensor]:
        """Final embeddings: users [n_users, d], items [n_items, d] (Eq. 8); their inner products are the scores."""
        users, items = self.trained.embeddings
        return (users, items + F.normalize(self.layers[-1], dim=1)) if self.item_graph else (users, items)

    # --- recommend and similar -------------------------------------------------------------------------------------

    def recommend(
        self,
        user: str | Sequence[str],
        k: int = 20,
        exclude_seen: bool = True,
        candidates: Sequence[str] | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the k best items of a user or of several users.

        Args:
            user: one raw user id, or a sequence of n of them.
            k: length of the list, at least 0.
            exclude_seen: leave out the user's training items, as in evaluation.
            candidates: raw ids of the items to rank; all items by default.

        Returns:
            Raw item ids and scores, best first: [k] each for one user, [n, k] for n users. Where fewer than k items
            are left, one user's list is shorter; in a batch it is padded with None and -inf.

        Raises:
            InputError: an unknown id, or a negative k.
        """
        if k < 0:
            raise InputError(f"k is {k}; it is the length of a list, at least 0")
        single = isinstance(user, str) or not isinstance(user, Iterable)
        users = self._users([user] if single else user)  # type: ignore[list-item]
        pool = None if candidates is None else self._items(candidates)
        indices, scores = rank(*self.embeddings, users, k, self.trained.seen if exclude_seen else None, pool)
        ids = self.trained.items.raw(indices)
        if not single:
            return ids, scores
        return ids[0][indices[0] >= 0], scores[0][indices[0] >= 0]

    def scores(self, user: str) -> np.ndarray:
        """Return one user's scores [n_items] for all items, seen ones included, in the order of `items`."""
        users_x, items_x = self.embeddings
        return (items_x @ users_x[self._users([user])[0]]).cpu().numpy()

    def similar(self, item: str, k: int = 10, modality: str | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return an item's k nearest items.

        Args:
            item: raw item id.
            k: how many.
            modality: one of `modalities` (its graph A^m, Eq. 5), "fused" (A, Eq. 6; the default for a model with an
                item graph) or "collaborative" (cosine of the CF model's item embeddings; the default otherwise).

        Returns:
            Raw item ids and weights, largest weight first, the item itself left out.
        """
        index = self._items([item])[0]
        modality = modality or (FUSED if self.item_graph else COLLABORATIVE)
        if modality == COLLABORATIVE:
            items = self.trained.embeddings[1]
            weights = pd.Series(cosines(items[[index]], items)[0].cpu().numpy())
        elif self.item_graph and modality in (FUSED, *self.modalities):
            weights = self.item_graph.row(index, None if modality == FUSED else modality)
        else:
            known = ", ".join([*self.modalities, *([FUSED] if self.item_graph else []), COLLABORATIVE])
            raise InputError(f"no modality {modality!r} in this {self.name} checkpoint; choose one of {known}")
        weights = weights.drop(index, errors="ignore").nlargest(k)
        return self.trained.items.raw(weights.index.to_numpy(dtype=int)), weights.to_numpy()

    def edges(self, item: str) -> pd.DataFrame:
        """Return an item's row of the item graph, see `ItemGraph.edges`; `item` is the neighbour's raw id."""
        return self._named(self.require_item_graph().edges(self._items([item])[0]))

    def similarity(self, item: str, modality: str) -> np.ndarray:
        """Return the cosines [n_items] of an item's raw features with all items' in one modality (Eq. 1)."""
        self.require_item_graph()
        if modality not in self.modalities:
            raise InputError(f"no modality {modality!r}; choose one of {', '.join(self.modalities)}")
        raw = self.require_lattice().raw(modality)
        return cosines(raw[self._items([item])], raw)[0].cpu().numpy()

    # --- explain, what if, fold in ---------------------------------------------------------------------------------

    def explain(self, user: str, item: str) -> Explanation:
        """Split the score of an item for a user exactly into its parts, see `Explanation`."""
        u, i = self._users([user])[0], self._items([item])[0]
        users_x, items_x = self.embeddings
        collaborative = float(users_x[u] @ self.trained.embeddings[1][i])
        if self.item_graph and self.item_graph.layers:
            parts = self._named(graph_contributions(self.item_graph, i, users_x[u], self.layers))
        else:
            parts = pd.DataFrame({"item": [], "modality": [], "layer": [], "weight": [], "value": []})
        owned = self.interactions(user).query("split == 'train'")["item"]
        parts["owned"] = parts["item"].isin(owned)
        return Explanation(str(user), str(item), float(users_x[u] @ items_x[i]), collaborative, parts)

    def why_not(self, user: str, item: str, k: int = 20) -> WhyNot:
        """Return an item's rank in a user's list, and its difference from the item at rank k, part by part."""
        ids, scores = self.recommend(user, len(self.items))
        if not len(ids) or k < 1:
            raise InputError(
                f"k is {k}, and user {user!r} has {len(ids)} items left to be recommended; both must be > 0"
            )
        own = self.explain(user, item)
        found = np.flatnonzero(ids == str(item))
        above = int(found[0]) if len(found) else int((scores > own.score).sum())
        k = min(k, len(ids))
        return WhyNot(above + 1, len(found) == 0, k, Contrast(own, self.explain(user, ids[k - 1])))

    def what_if(
        self,
        lambda_: float | None = None,
        k: int | None = None,
        alpha: Mapping[str, float] | None = None,
        without_edges: Iterable[tuple[str, str]] = (),
    ) -> "Recommender":
        """Return a recommender whose item graph has other coefficients; nothing is retrained and this one is unchanged.

        Args:
            lambda_: skip coefficient (Eq. 5), 0 to 1.
            k: neighbours per item, the item itself included.
            alpha: modality -> weight >= 0, scaled to sum to 1; a missing modality gets 0.
            without_edges: pairs of raw item ids whose edges are removed in both directions and all modalities.
        """
        graph = self.require_item_graph()
        if lambda_ is not None:
            if not 0 <= lambda_ <= 1:
                raise InputError(f"lambda_ is {lambda_}; it lies between 0 and 1")
            graph = replace(graph, lambda_=float(lambda_))
        if alpha is not None:
            graph = graph.with_alpha(alpha)
        if k is not None and k != graph.k:
            if not 0 <= k <= len(self.items):
                raise InputError(f"k is {k}; it is a number of neighbours between 0 and {len(self.items)}")
            graph = graph.with_k(self.require_lattice(), k)
        pairs = [self._pair(pair) for pair in without_edges]
        return Recommender(self.trained, graph.without(pairs) if pairs else graph)

    def fold_in(
        self,
        image: Any = None,
        text: str | None = None,
        features: Mapping[str, np.ndarray] | None = None,
        completion: Completion = "none",
        lift: float = 1.0,
        allow_download: bool = False,
    ) -> FoldIn:
        """Add an item without interactions, by its picture, its text or raw feature vectors.

        Args:
            image: path, bytes or binary file of a picture.
            text: the item in words.
            features: modality -> [d_m], for modalities whose features were made elsewhere.
            completion: the missing collaborative part: "none" (the paper's form), "neighbours" (their mean) or "both"
                (the mean of that and of a ridge prediction from content).
            lift: factor on all scores of the item.
            allow_download: whether an encoder that the checkpoint names may be fetched if it isn't on this machine.

        Raises:
            InputError: the model has no item graph, or the checkpoint's features were made by another encoder.
        """
        from lattice.features.upload import encode_upload

        self.require_item_graph()
        vectors = {m: np.asarray(v, dtype=np.float32) for m, v in (features or {}).items()}
        vectors |= encode_upload(self.checkpoint.encoders, image, text, self.checkpoint.dataset.folder, allow_download)
        return self.fold_in_features(vectors, completion, lift)

    def fold_in_features(
        self, vectors: Mapping[str, np.ndarray], completion: Completion = "none", lift: float = 1.0
    ) -> FoldIn:
        """Fold in an item as `fold_in` does, by raw feature vectors (modality -> [d_m])."""
        graph = self.require_item_graph()
        tensors = {m: self._vector(m, np.asarray(v)) for m, v in vectors.items()}
        collaborative, warm = self.trained.embeddings[1], self.trained.warm
        placed = fold_in_item(self.require_lattice(), graph, tensors, self.layers, collaborative, warm)
        one = {m: v[None] for m, v in tensors.items()}
        content_map = partial(self.trained.predicted, one)
        embedding = complete_embedding(placed.h[None], placed.completion[None], content_map, completion, lift)[0]
        scores = (self.embeddings[0] @ embedding).cpu().numpy()
        table = pd.DataFrame({"user": self.users, "score": scores, "rank": self.ranks_of(embedding)})
        return FoldIn(
            edges=self._named(placed.edges),
            users=table.sort_values(["rank", "score"], ascending=[True, False], ignore_index=True),
            alpha=placed.alpha,
            h=placed.h.cpu().numpy(),
            embedding=embedding.cpu().numpy(),
        )

    def ranks_of(self, embedding: np.ndarray | Tensor, candidates: Sequence[str] | None = None) -> np.ndarray:
        """Return the rank [n_users] (1 = top) that a final item embedding [d] would have in each user's list.

        A list holds the items that the user doesn't have in training, or those of `candidates` among them.
        """
        users_x, items_x = self.embeddings
        scores = (users_x @ torch.as_tensor(embedding, device=users_x.device)).cpu().numpy()
        pool = None if candidates is None else self._items(candidates)
        return ranks(users_x, items_x, scores, self.trained.seen, candidates=pool)

    def nearest_by_graph_embedding(self, h: np.ndarray, k: int = 10) -> tuple[np.ndarray, np.ndarray]:
        """Return the k items whose graph embedding (Eq. 7) has the highest cosine to `h`: raw ids, cosines."""
        self.require_item_graph()
        given = torch.as_tensor(h, device=self.layers[-1].device)
        items, found = query(given[None], self.layers[-1], k)
        return self.trained.items.raw(items[0].cpu().numpy()), found[0].cpu().numpy()

    # --- ids -------------------------------------------------------------------------------------------------------

    def _vector(self, modality: str, vector: np.ndarray) -> Tensor:
        if modality not in self.modalities:
            raise InputError(f"no modality {modality!r} in this checkpoint; choose one of {', '.join(self.modalities)}")
        length = self.require_lattice().raw(modality).shape[1]
        if vector.shape != (length,):
            raise InputError(f"a {modality} vector of this checkpoint has shape ({length},), not {vector.shape}")
        if not np.isfinite(vector).all():
            raise InputError(f"the {modality} vector holds NaN or infinity")
        return torch.as_tensor(vector, dtype=torch.float32, device=self.trained.warm.device)

    def _pair(self, pair: Sequence[str]) -> tuple[int, int]:
        if isinstance(pair, str) or len(pair) != 2:
            raise InputError(f"{pair!r} is not an edge; an edge is a pair of item ids")
        first, second = self._items(pair)
        return int(first), int(second)

    def _named(self, table: pd.DataFrame) -> pd.DataFrame:
        ids = self.trained.items.raw(table["neighbour"].to_numpy(dtype=int))
        return table.assign(neighbour=ids).rename(columns={"neighbour": "item"})

    def _users(self, ids: Sequence[str]) -> np.ndarray:
        return self.trained.users.lookup(ids)

    def _items(self, ids: Sequence[str]) -> np.ndarray:
        return self.trained.items.lookup(ids)
