"""Lists of items: what they are ranked by, kept apart from the model so that it can be shared between processes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.torch import load_file
from scipy.sparse import csr_array
from torch import from_numpy

from lattice.data.id_map import IdMap
from lattice.errors import InputError
from lattice.evaluation import rank
from lattice.files import write_tensors
from lattice.graph.joined import Joined, Vectors


@dataclass(frozen=True, eq=False)
class Ranker:
    """Ranks all items for a user by the inner product of two vectors.

    Args:
        users, items: raw ids.
        vectors: of users [n_users, d] and of items [n_items, d].
        seen: bool [n_users, n_items], what `exclude_seen` leaves out.
    """

    users: IdMap
    items: IdMap
    vectors: tuple[Vectors, Vectors]
    seen: csr_array

    def recommend(
        self,
        user: str | Sequence[str],
        k: int = 20,
        exclude_seen: bool = True,
        candidates: Sequence[str] | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the k best items of a user or of several users; see `Recommender.recommend`."""
        if k < 0:
            raise InputError(f"k is {k}; it is the length of a list, at least 0")
        single = isinstance(user, str) or not isinstance(user, Iterable)
        rows = self.users.lookup([user] if single else user)  # type: ignore[list-item]
        pool = None if candidates is None else self.items.lookup(candidates)
        indices, scores = rank(*self.vectors, rows, k, self.seen if exclude_seen else None, pool)
        ids = self.items.raw(indices)
        if not single:
            return ids, scores
        return ids[0][indices[0] >= 0], scores[0][indices[0] >= 0]

    def save(self, path: Path) -> None:
        """Write the vectors and the seen pairs to a safetensors file, for `mapped`."""
        users, items = (x.whole() if isinstance(x, Joined) else x for x in self.vectors)
        starts, columns = from_numpy(self.seen.indptr), from_numpy(self.seen.indices)
        tensors = {"users": users, "items": items, "seen/starts": starts, "seen/items": columns}
        write_tensors(tensors, path)

    @classmethod
    def mapped(cls, path: Path, users: IdMap, items: IdMap, device: str = "cpu") -> "Ranker":
        """Return the ranker that `save` wrote; on the CPU, the file itself is its memory, one for all processes."""
        tensors = load_file(path, device=device)
        starts, columns = tensors["seen/starts"].cpu().numpy(), tensors["seen/items"].cpu().numpy()
        shape = (len(tensors["users"]), len(tensors["items"]))
        seen = csr_array((np.ones(len(columns), dtype=bool), columns, starts), shape=shape)
        return cls(users, items, (tensors["users"], tensors["items"]), seen)
