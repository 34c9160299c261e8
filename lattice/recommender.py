"""A trained checkpoint at work, on raw ids: recommend, similar, explain, fold in, ask what if."""

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
from lattice.evaluation import places, rank
from lattice.graph import cosines, query
from lattice.inference import Contrast, Explanation, FoldIn, ItemGraph, WhyNot, graph_contributions
from lattice.inference.completion import Completion, completed
from lattice.inference.fold_in import place
from lattice.inference.trained_model import Trained
from lattice.models import Lattice, model_name

FUSED, COLLABORATIVE = "fused", "collaborative"


@dataclass(frozen=True, eq=False)
class Recommender:
    """Everything is computed from a checkpoint once, then shared by every `what_if` made from it."""

    trained: Trained
    item_graph: ItemGraph | None

    @classmethod
    def load(cls, path: str | Path, device: str = "cpu") -> "Recommender":
        """Read a checkpoint's folder onto a device ("auto", "cpu", "cuda"); an InputError says what is wrong."""
        return cls.of(checkpoints.load(Path(path), resolve_device(device)))

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> "Recommender":
        """A recommender on a checkpoint in memory."""
        model = checkpoint.model
        return cls(Trained(checkpoint), ItemGraph.of(model) if isinstance(model, Lattice) else None)

    # --- what there is ---------------------------------------------------------------------------------------------

    @property
    def checkpoint(self) -> Checkpoint:
        """What was loaded."""
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
        """What is known of the items: `item` (raw id), `title`, ... one row an item."""
        return self.checkpoint.dataset.items

    def title(self, item: str) -> str:
        """An item's title, or its raw id where it has none."""
        row = self._items([item])[0]
        return self.items["title"].iat[row] or str(item)

    @property
    def modalities(self) -> tuple[str, ...]:
        """Modalities of the item graph; none for a model without one."""
        return tuple(self.item_graph.alpha) if self.item_graph else ()

    def graph(self) -> ItemGraph:
        """The item graph; an InputError where the model has none."""
        if self.item_graph is None:
            raise InputError(f"a {self.name} checkpoint has no item graph; load a LATTICE checkpoint for this")
        return self.item_graph

    def lattice(self) -> Lattice:
        """The model, where it has an item graph; an InputError elsewhere."""
        self.graph()
        model = self.checkpoint.model
        assert isinstance(model, Lattice)
        return model

    def interactions(self, user: str) -> pd.DataFrame:
        """A user's items and the split of each: columns item, split."""
        self._users([user])
        table = self.checkpoint.dataset.interactions
        return table.loc[table["user"] == str(user), ["item", "split"]].reset_index(drop=True)

    # --- embeddings ------------------------------------------------------------------------------------------------

    @cached_property
    def layers(self) -> list[Tensor]:
        """h^(0), ..., h^(L) under this recommender's item graph."""
        graph = self.graph()
        return graph.spread(graph.inputs(self.lattice()))

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
        """The k best items of a user, best first: raw ids and scores, [k] each; [n, k] for a list of n users.

        Seen means interacted with in training, as in evaluation. Where fewer than k are left, a single user's
        answer is shorter and a batch is filled up with None and -inf.
        """
        single = isinstance(user, str) or not isinstance(user, Iterable)
        users = self._users([user] if single else user)  # type: ignore[list-item]
        pool = None if candidates is None else self._items(candidates)
        indices, scores = rank(*self.embeddings, users, k, self.trained.seen if exclude_seen else None, pool)
        ids = self.trained.items.raw(indices)
        if not single:
            return ids, scores
        return ids[0][indices[0] >= 0], scores[0][indices[0] >= 0]

    def scores(self, user: str) -> np.ndarray:
        """[n_items] scores of one user for every item, seen ones included, in the order of `items`."""
        users_x, items_x = self.embeddings
        return (items_x @ users_x[self._users([user])[0]]).cpu().numpy()

    def similar(self, item: str, k: int = 10, modality: str | None = None) -> tuple[np.ndarray, np.ndarray]:
        """An item's k nearest: raw ids and weights, best first.

        modality: one of `modalities` (its graph A^m, Eq. 5), "fused" (A, Eq. 6; the default where there is an item
        graph) or "collaborative" (cosine of the CF model's item embeddings; the default elsewhere).
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
        """An item's row of the item graph, itself included: see `ItemGraph.edges`; `item` is the neighbour's raw id."""
        return self._named(self.graph().edges(self._items([item])[0]))

    def similarity(self, item: str, modality: str) -> np.ndarray:
        """[n_items] cosines of an item's raw features with everyone's in one modality (Eq. 1)."""
        self.graph()
        if modality not in self.modalities:
            raise InputError(f"no modality {modality!r}; choose one of {', '.join(self.modalities)}")
        raw = self.lattice().raw(modality)
        return cosines(raw[self._items([item])], raw)[0].cpu().numpy()

    # --- explain, what if, fold in ---------------------------------------------------------------------------------

    def explain(self, user: str, item: str) -> Explanation:
        """The score of an item for a user, split exactly: collaborative part, and neighbour by neighbour."""
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
        """Where an item stands in a user's list, and what it lacks against the item at place k, part by part."""
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
        """A recommender whose item graph has other coefficients, at inference, not retrained; this one stays as it is.

        alpha: modality -> weight >= 0, brought to sum to 1; one left out is 0. without_edges: pairs of raw item ids,
        cut both ways in every modality.
        """
        graph = self.graph()
        if lambda_ is not None:
            if not 0 <= lambda_ <= 1:
                raise InputError(f"lambda_ is {lambda_}; it is a share between 0 and 1")
            graph = replace(graph, lambda_=float(lambda_))
        if alpha is not None:
            graph = graph.with_alpha(alpha)
        if k is not None and k != graph.k:
            if not 0 <= k <= len(self.items):
                raise InputError(f"k is {k}; it is a number of neighbours between 0 and {len(self.items)}")
            graph = graph.with_k(self.lattice(), k)
        pairs = [self._pair(pair) for pair in without_edges]
        return Recommender(self.trained, graph.without(pairs) if pairs else graph)

    def fold_in(
        self,
        image: Any = None,
        text: str | None = None,
        features: Mapping[str, np.ndarray] | None = None,
        completion: Completion = "none",
        lift: float = 1.0,
    ) -> FoldIn:
        """Place an item that nobody has bought, by its picture (path, bytes or file), its words, or raw vectors.

        features: modality -> [d_m], for modalities that were made elsewhere. completion: "none" is the paper's form;
        the missing collaborative part is the "neighbours"' mean, or, with "both", the mean of that and of what
        content predicts. lift: what all its scores are multiplied by.
        Raises InputError where the model has no item graph or the checkpoint's encoder is not the one at hand.
        """
        from lattice.features.upload import encode_upload

        self.graph()
        vectors = {m: np.asarray(v, dtype=np.float32) for m, v in (features or {}).items()}
        vectors |= encode_upload(self.checkpoint.encoders, image, text, self.checkpoint.dataset.folder)
        return self.place(vectors, completion, lift)

    def place(self, vectors: Mapping[str, np.ndarray], completion: Completion = "none", lift: float = 1.0) -> FoldIn:
        """`fold_in` for raw vectors that are already at hand (modality -> [d_m])."""
        graph = self.graph()
        tensors = {m: self._vector(m, np.asarray(v)) for m, v in vectors.items()}
        collaborative, warm = self.trained.embeddings[1], self.trained.warm
        placed = place(self.lattice(), graph, tensors, self.layers, collaborative, warm)
        one = {m: v[None] for m, v in tensors.items()}
        content_map = partial(self.trained.predicted, one)
        embedding = completed(placed.h[None], placed.completion[None], content_map, completion, lift)[0]
        scores = (self.embeddings[0] @ embedding).cpu().numpy()
        table = pd.DataFrame({"user": self.users, "score": scores, "rank": self.places(embedding)})
        return FoldIn(
            edges=self._named(placed.edges),
            users=table.sort_values(["rank", "score"], ascending=[True, False], ignore_index=True),
            alpha=placed.alpha,
            h=placed.h.cpu().numpy(),
            embedding=embedding.cpu().numpy(),
        )

    def places(self, embedding: np.ndarray | Tensor, candidates: Sequence[str] | None = None) -> np.ndarray:
        """[n_users] where a final item embedding [d] would stand in every user's list, 1 at its head.

        The list is of what the user hasn't in training; of `candidates` alone where these are given.
        """
        users_x, items_x = self.embeddings
        scores = (users_x @ torch.as_tensor(embedding, device=users_x.device)).cpu().numpy()
        pool = None if candidates is None else self._items(candidates)
        return places(users_x, items_x, scores, self.trained.seen, candidates=pool)

    def alike(self, h: np.ndarray, k: int = 10) -> tuple[np.ndarray, np.ndarray]:
        """The k items whose item-graph vector h (Eq. 7) points most nearly the same way as `h`: ids, cosines."""
        self.graph()
        given = torch.as_tensor(h, device=self.layers[-1].device)
        items, found = query(given[None], self.layers[-1], k)
        return self.trained.items.raw(items[0].cpu().numpy()), found[0].cpu().numpy()

    # --- ids -------------------------------------------------------------------------------------------------------

    def _vector(self, modality: str, vector: np.ndarray) -> Tensor:
        if modality not in self.modalities:
            raise InputError(f"no modality {modality!r} in this checkpoint; choose one of {', '.join(self.modalities)}")
        length = self.lattice().raw(modality).shape[1]
        if vector.shape != (length,):
            raise InputError(f"a {modality} vector of this checkpoint has shape ({length},), not {vector.shape}")
        if not np.isfinite(vector).all():
            raise InputError(f"the {modality} vector holds NaN or infinity")
        return torch.as_tensor(vector, dtype=torch.float32, device=self.trained.warm.device)

    def _pair(self, pair: Sequence[str]) -> tuple[int, int]:
        if isinstance(pair, str) or len(pair) != 2:
            raise InputError(f"{pair!r} is no edge; an edge is a pair of item ids")
        first, second = self._items(pair)
        return int(first), int(second)

    def _named(self, table: pd.DataFrame) -> pd.DataFrame:
        ids = self.trained.items.raw(table["neighbour"].to_numpy(dtype=int))
        return table.assign(neighbour=ids).rename(columns={"neighbour": "item"})

    def _users(self, ids: Sequence[str]) -> np.ndarray:
        return self.trained.users.lookup(ids)

    def _items(self, ids: Sequence[str]) -> np.ndarray:
        return self.trained.items.lookup(ids)
