"""High-level inference API on raw ids: recommend, similar items, explanations, fold-in and what-if changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from lattice import checkpoint as checkpoints
from lattice.calibration import offset_for
from lattice.checkpoint import Checkpoint
from lattice.data.checkpoint_tables import CheckpointTables
from lattice.device import resolve_device
from lattice.errors import InputError
from lattice.evaluation import Progress, ranks
from lattice.graph import cosines, query
from lattice.graph.joined import Vectors, products
from lattice.inference import Contrast, Explanation, FoldIn, ItemGraph, WhyNot
from lattice.inference.completion import Completion
from lattice.inference.content_scores import ContentScores
from lattice.inference.new_items import check_vector, fold_in, with_ranks
from lattice.inference.ranker import Ranker
from lattice.inference.score_parts import ScoreParts, catalogue_item_parts, new_item_parts
from lattice.inference.score_space import ScoreSpace
from lattice.inference.similar import similar_items
from lattice.inference.trained_model import TrainedModel
from lattice.inference.user_lists import UserLists
from lattice.inference.what_if import changed_graph
from lattice.models import ItemGraphModel, model_name


@dataclass(frozen=True, eq=False)
class Recommender:
    """Inference on a checkpoint. What depends on it alone is computed once and shared by every `what_if`.

    item_graph: None for a model without one. content: content scores, added to the model's; None for the model alone.
    """

    trained: TrainedModel
    item_graph: ItemGraph | None
    content: ContentScores | None = None

    @classmethod
    def load(
        cls,
        path: str | Path,
        device: str = "cpu",
        content_scores: bool = True,
        beside: "Recommender | CheckpointTables | None" = None,
    ) -> "Recommender":
        """Read a checkpoint.

        Args:
            path: the checkpoint's folder.
            device: "auto", "cpu", "cuda" or "cuda:N".
            content_scores: add content scores where the checkpoint is calibrated; False is the paper's model.
            beside: a recommender in memory, or tables read ahead; if both have the same dataset, they share its tables,
                and recommenders the content.

        Raises:
            InputError: the folder is not a whole checkpoint, or the device doesn't exist.
        """
        tables = beside.checkpoint if isinstance(beside, Recommender) else beside
        checkpoint = checkpoints.load(Path(path), resolve_device(device), beside=tables)
        return cls.of(checkpoint, content_scores, beside if isinstance(beside, Recommender) else None)

    @classmethod
    def of(
        cls, checkpoint: Checkpoint, content_scores: bool = True, beside: "Recommender | None" = None
    ) -> "Recommender":
        """Return a recommender on a checkpoint in memory, see `load`."""
        shares = beside is not None and beside.trained.has_content_of(checkpoint)
        trained = TrainedModel(checkpoint, shared=beside.trained.dataset_content if beside and shares else None)
        graph = ItemGraph.of(checkpoint.model) if isinstance(checkpoint.model, ItemGraphModel) else None
        calibration = checkpoint.calibration
        counts = content_scores and calibration is not None and calibration.content.counts
        return cls(trained, graph, trained.content_scores(calibration.content) if counts and calibration else None)

    # --- the checkpoint ---------------------------------------------------------------------------------------------

    @property
    def checkpoint(self) -> Checkpoint:
        """Return the checkpoint in use."""
        return self.trained.checkpoint

    @property
    def name(self) -> str:
        """Return the model's name, "lattice", "lightgcn", ...: see `lattice.models.default_options`."""
        return model_name(self.checkpoint.options)

    @property
    def users(self) -> np.ndarray:
        """Return the raw user ids."""
        return self.checkpoint.dataset.users

    @property
    def items(self) -> pd.DataFrame:
        """Return the items, one row per item: `item` (raw id), `title`, ..."""
        return self.checkpoint.dataset.items

    def title(self, item: str) -> str:
        """Return an item's title, or its raw id where it has none."""
        row = self._items([item])[0]
        return self.items["title"].iat[row] or str(item)

    @property
    def modalities(self) -> tuple[str, ...]:
        """Return the modalities of the item graph; empty for a model without one."""
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
        return self.checkpoint.dataset.interactions_of(int(self._users([user])[0]))

    # --- embeddings ------------------------------------------------------------------------------------------------

    @cached_property
    def layers(self) -> list[Tensor]:
        """Return the layers h^(0), ..., h^(L) (Eq. 7) of this recommender's item graph."""
        graph = self.require_item_graph()
        return graph.propagate(graph.inputs(self.require_lattice()))

    @cached_property
    def embeddings(self) -> tuple[Tensor, Tensor]:
        """Return the model's final embeddings (Eq. 8): users [n_users, d], items [n_items, d]."""
        users, items = self.trained.embeddings
        return (users, items + self.item_graph.added(self.layers[-1])) if self.item_graph else (users, items)

    @cached_property
    def space(self) -> ScoreSpace:
        """Return the model's embeddings and content scores in one space, in which new items have an offset too."""
        return ScoreSpace(*self.embeddings, self.trained.warm, self.content)

    @property
    def vectors(self) -> tuple[Vectors, Vectors]:
        """Return vectors of users and items whose inner products are the scores, with content where it is on."""
        return self.embeddings if self.content is None else (self.space.users, self.space.items)

    @cached_property
    def ranker(self) -> Ranker:
        """Return what makes lists of recommendations."""
        return Ranker(self.trained.users, self.trained.items, self.vectors, self.trained.seen)

    @cached_property
    def lists(self) -> UserLists:
        """Return the best scores of every user's list."""
        return self.rank_users()

    def rank_users(self, threads: int = 1, progress: Progress | None = None) -> UserLists:
        """Return `lists`. The first call ranks the catalogue for every user, `threads` blocks of users at a time.

        progress: is told how many users are done, of how many; any of the threads may do so.
        """
        if "lists" not in self.__dict__:  # where cached_property keeps it
            self.__dict__["lists"] = UserLists.of(*self.vectors, self.trained.seen, threads=threads, progress=progress)
        return self.__dict__["lists"]

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
        return self.ranker.recommend(user, k, exclude_seen, candidates)

    def scores(self, user: str) -> np.ndarray:
        """Return one user's scores [n_items] for all items, seen ones included, in the order of `items`."""
        (users, items), row = self.vectors, int(self._users([user])[0])
        found = torch.empty(1, len(items), dtype=items.dtype, device=items.device)
        return products(users[row : row + 1], items, out=found)[0].cpu().numpy()

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
        index = int(self._items([item])[0])
        weights = similar_items(self.item_graph, self.trained.embeddings[1], index, modality, self.name).head(max(k, 0))
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
        layers = self.layers if self.item_graph else None
        parts = catalogue_item_parts(self.trained, self.item_graph, layers, self.space, int(u), int(i))
        return self._explanation(user, item, parts)

    def explain_fold_in(self, user: str, new: FoldIn, name: str = "") -> Explanation:
        """Split a folded-in item's score for a user exactly into its parts; `name` is used as the item's id."""
        graph, u = self.require_item_graph(), int(self._users([user])[0])
        neighbours = self._items(new.edges["item"])
        parts = new_item_parts(self.trained, graph, self.layers, self.space, u, new, neighbours)
        return self._explanation(user, name, parts)

    def why_not(self, user: str, item: str, k: int = 20) -> WhyNot:
        """Return an item's rank in a user's list, and its difference from the item at rank k, part by part."""
        ids = self.recommend(user, max(k, 0))[0]
        has = self.trained.owned(int(self._users([user])[0]))
        if not len(ids):
            left = len(self.items) - len(has)
            raise InputError(f"k is {k}, and user {user!r} has {left} items left to be recommended; both must be > 0")
        row, scores = int(self._items([item])[0]), self.scores(user)
        higher = scores > scores[row]
        higher[has] = False
        seen, found = bool((has == row).any()), np.flatnonzero(ids == str(item))  # the list ranks equal scores
        above = int(found[0]) if len(found) else max(int(higher.sum()), 0 if seen else len(ids))
        contrast = Contrast(self.explain(user, item), self.explain(user, ids[-1]))
        return WhyNot(above + 1, seen, len(ids), contrast)

    def what_if(
        self,
        lambda_: float | None = None,
        k: int | None = None,
        alpha: Mapping[str, float] | None = None,
        without_edges: Iterable[tuple[str, str]] = (),
    ) -> "Recommender":
        """Return a recommender whose item graph has other coefficients; nothing is retrained and this one is unchanged.

        The first change of k finds every item's nearest items, once for all what-ifs; see `TrainedModel.neighbours`.

        Args:
            lambda_: skip coefficient (Eq. 5), 0 to 1.
            k: neighbours per item, the item itself included.
            alpha: modality -> weight >= 0, scaled to sum to 1; a missing modality gets 0.
            without_edges: pairs of raw item ids whose edges are removed in both directions and all modalities.
        """
        pairs = [self._pair(pair) for pair in without_edges]
        graph = changed_graph(self.require_item_graph(), self.trained, lambda_, k, alpha, pairs)
        return replace(self, item_graph=graph)

    def fold_in(
        self,
        image: Any = None,
        text: str | None = None,
        features: Mapping[str, np.ndarray] | None = None,
        completion: Completion | None = None,
        exposure: float | None = None,
        allow_download: bool = False,
    ) -> FoldIn:
        """Add an item without interactions, by its picture, its text or raw feature vectors.

        Args:
            image: path, bytes or binary file of a picture.
            text: the item in words.
            features: modality -> [d_m], for modalities whose features were made elsewhere.
            completion: the missing collaborative part: "none" (the paper's form), "neighbours" (their mean) or "both"
                (the mean of that and of a ridge prediction from content). "both" by default where an exposure is given,
                "none" otherwise.
            exposure: how much of the other items' Recall@20 new items may cost, e.g. 0.05; it needs a checkpoint that
                `lattice calibrate` has measured. None adds nothing to the item's scores.
            allow_download: whether an encoder that the checkpoint names may be fetched if it isn't on this machine.

        Raises:
            InputError: nothing or an empty text is given, the model has no item graph, the checkpoint's features were
                made by another encoder, or it isn't calibrated.
        """
        from lattice.features.encode_upload import encode_upload

        self.require_item_graph()
        if image is None and not features and text is not None and not text.strip():
            raise InputError("the text is empty; give a few words of the item")
        vectors = {m: np.asarray(v, dtype=np.float32) for m, v in (features or {}).items()}
        vectors |= encode_upload(self.checkpoint.encoders, image, text, self.checkpoint.dataset.folder, allow_download)
        return self.fold_in_features(vectors, completion, exposure)

    def fold_in_features(
        self,
        vectors: Mapping[str, np.ndarray],
        completion: Completion | None = None,
        exposure: float | None = None,
        ranked: bool = True,
    ) -> FoldIn:
        """Fold in an item as `fold_in` does, by raw feature vectors (modality -> [d_m]).

        ranked: False leaves its ranks to `with_ranks`: they need `lists`, which take long where there are many users.
        """
        graph, model = self.require_item_graph(), self.require_lattice()
        offset = None if exposure is None else offset_for(exposure, self.checkpoint.calibration)
        completion = completion or ("none" if exposure is None else "both")
        tensors = {m: check_vector(model, m, np.asarray(v)) for m, v in vectors.items()}
        new = fold_in(self.trained, graph, self.layers, tensors, completion, self.space, offset)
        new = replace(new, edges=self._named(new.edges))
        return self.with_ranks(new) if ranked else new

    def with_ranks(self, new: FoldIn) -> FoldIn:
        """Return an item that was folded in without ranks, with its rank in every user's list."""
        return with_ranks(new, self.users, self.lists)

    def lists_among(self, candidates: Sequence[str], threads: int = 1, progress: Progress | None = None) -> UserLists:
        """Return the best scores of every user's list of some items alone, for many calls of `ranks_of`.

        threads, progress: see `rank_users`.
        """
        return UserLists.of(*self.vectors, self.trained.seen, self._items(candidates), threads, progress)

    def ranks_of(
        self, embedding: np.ndarray | Tensor, candidates: Sequence[str] | UserLists | None = None
    ) -> np.ndarray:
        """Return the rank [n_users] (1 = top) that a final item embedding [d] would have in each user's list.

        A list holds the items that the user doesn't have in training, or those of `candidates` among them.
        candidates: raw ids, or what `lists_among` returns of them, which is quicker the second time.
        """
        given = torch.as_tensor(embedding, device=self.embeddings[0].device)
        scores = self.space.users.times(self.space.padded(given))
        if isinstance(candidates, UserLists):
            return candidates.ranks(scores).cpu().numpy()
        pool = None if candidates is None else self._items(candidates)
        return ranks(*self.vectors, scores.cpu().numpy(), self.trained.seen, candidates=pool)

    def nearest_by_graph_embedding(self, h: np.ndarray, k: int = 10) -> tuple[np.ndarray, np.ndarray]:
        """Return the k items whose graph embedding (Eq. 7) has the highest cosine to `h`: raw ids, cosines."""
        self.require_item_graph()
        given = torch.as_tensor(h, device=self.layers[-1].device)
        items, found = query(given[None], self.layers[-1], k)
        return self.trained.items.raw(items[0].cpu().numpy()), found[0].cpu().numpy()

    # --- ids -------------------------------------------------------------------------------------------------------

    def _pair(self, pair: Sequence[str]) -> tuple[int, int]:
        if isinstance(pair, str) or len(pair) != 2:
            raise InputError(f"{pair!r} is not an edge; an edge is a pair of item ids")
        first, second = self._items(pair)
        return int(first), int(second)

    def _explanation(self, user: str, item: str, parts: ScoreParts) -> Explanation:
        graph, content = self._named(parts.graph), self._named(parts.content)
        return Explanation(str(user), str(item), parts.score, parts.collaborative, graph, content, parts.exposure)

    def _named(self, table: pd.DataFrame) -> pd.DataFrame:
        ids = self.trained.items.raw(table["neighbour"].to_numpy(dtype=int))
        return table.assign(neighbour=ids).rename(columns={"neighbour": "item"})

    def _users(self, ids: Sequence[str]) -> np.ndarray:
        return self.trained.users.lookup(ids)

    def _items(self, ids: Sequence[str]) -> np.ndarray:
        return self.trained.items.lookup(ids)
