"""Content scores: how well an item's content matches the content of what a user has.

With R [U, W] (who has which warm item) and C [N, D] (items' content: every modality's unit vector away from the
catalogue's mean, side by side), the scores are those of a ridge regression per user, from content to what the user has:

    P = R C_w (C_w^T C_w + mu I)^-1 C^T

One D x D system is solved for all users, and P is kept as two factors: profiles [U, D] and content [N, D]; nothing of
size U x N is formed. A modality with more than WIDEST columns is reduced to its first WIDEST principal axes, which
bounds D. It also scores items that nobody has. A profile is a sum over the user's own items, and so is a
score: P_ui = sum_j R_uj c_j^T M c_i with M the inverse. Nothing of this is a model's: it depends on the dataset and mu.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from weakref import WeakValueDictionary

import pandas as pd
import torch
from scipy.sparse import csr_array
from torch import Tensor

from lattice.calibration import ContentOptions
from lattice.graph.sparse import csr, multiply
from lattice.inference.completion import centred_content, content_centres

WIDEST = 512  # columns of a modality
AXES_FROM = 8192  # items at most that principal axes are computed from


@dataclass(frozen=True, eq=False)
class ContentBasis:
    """Items' content and its moments over the warm items: all that doesn't depend on `ContentOptions`.

    centres: modality -> [d_m] mean unit vector. axes: modality -> [d_m, WIDEST] principal axes, where d_m > WIDEST.
    items: [N, D] content of the catalogue. warm: [N] bool.
    mean: [D] and covariance: [D, D] of the warm items' content. gram: [D, D] C_w^T C_w, float64.
    """

    centres: Mapping[str, Tensor]
    axes: Mapping[str, Tensor]
    items: Tensor
    warm: Tensor
    mean: Tensor
    covariance: Tensor
    gram: Tensor

    @classmethod
    @torch.no_grad()
    def of(cls, features: Mapping[str, Tensor], warm: Tensor) -> "ContentBasis":
        """Build it from raw features (modality -> [N, d_m]) and which items count as warm [N].

        Modalities are in alphabetical order, as models differ in theirs.
        """
        features = dict(sorted(features.items()))
        centres = content_centres(features, warm)
        wide = {m: centred_content({m: x[warm]}, {m: centres[m]}) for m, x in features.items() if x.shape[1] > WIDEST}
        axes = {m: principal_axes(x, WIDEST) for m, x in wide.items()}
        items = reduced_content(features, centres, axes)
        known = items[warm].double()
        mean = known.mean(dim=0)
        gram = known.T @ known
        covariance = gram / len(known) - torch.outer(mean, mean)
        return cls(centres, axes, items, warm, mean, covariance, gram)

    def content(self, vectors: Mapping[str, Tensor]) -> Tensor:
        """Return the content [n, D] of items (modality -> raw [n, d_m]); a modality that is left out is missing."""
        n = len(next(iter(vectors.values())))
        given = {m: vectors.get(m, centre.new_zeros(n, len(centre))) for m, centre in self.centres.items()}
        return reduced_content(given, self.centres, self.axes)

    def relative(self, content: Tensor) -> Tensor:
        """Return content [n, D] minus the warm items' mean: a user's scores then have mean 0 over the warm items."""
        return content - self.mean.to(content)

    @cached_property
    def relative_items(self) -> Tensor:
        """Return the catalogue's content so."""
        return self.relative(self.items)

    @property
    def columns(self) -> dict[str, slice]:
        """Return the columns of each modality."""
        widths = [self.axes[m].shape[1] if m in self.axes else len(centre) for m, centre in self.centres.items()]
        ends = list(accumulate(widths, initial=0))
        return dict(zip(self.centres, map(slice, ends[:-1], ends[1:]), strict=True))


@dataclass(frozen=True, eq=False)
class Profiles:
    """What users have, as a ridge regression sees it. matrix: M [D, D]. users: [U, D] profiles R C_w M.

    deviation: [U] standard deviation of each user's content scores over the warm items.
    """

    matrix: Tensor
    users: Tensor
    deviation: Tensor

    @classmethod
    @torch.no_grad()
    def fit(cls, basis: ContentBasis, seen: csr_array, ridge: float) -> "Profiles":
        """Solve for M and make the profiles of all users. seen: [U, N] who has what. ridge: mu."""
        eye = torch.eye(len(basis.gram), dtype=basis.gram.dtype, device=basis.gram.device)
        matrix = torch.cholesky_inverse(torch.linalg.cholesky(basis.gram + ridge * eye))
        own = (basis.items[basis.warm].double() @ matrix).to(basis.items)
        weighted = torch.zeros_like(basis.items)
        weighted[basis.warm] = own
        users = profile_sums(seen, weighted)
        return cls(matrix.to(basis.items), users, quadratic(users, basis.covariance))


@dataclass(frozen=True, eq=False)
class DatasetContent:
    """The content of a dataset's items and users: the same for all its models, and computed when first asked for.

    features: modality -> raw [N, d_m], or what reads them. seen: [U, N] who has what. warm: [N] bool.
    """

    features: Mapping[str, Tensor] | Callable[[], Mapping[str, Tensor]]
    seen: csr_array
    warm: Tensor

    @cached_property
    def basis(self) -> ContentBasis:
        """Return the items' content."""
        return ContentBasis.of(self.features() if callable(self.features) else self.features, self.warm)

    def profiles(self, ridge: float) -> Profiles:
        """Return the users' profiles; those of one ridge are kept for as long as a model uses them."""
        found = self._kept.get(ridge)
        if found is None:
            found = self._kept[ridge] = Profiles.fit(self.basis, self.seen, ridge)
        return found

    @cached_property
    def _kept(self) -> "WeakValueDictionary[float, Profiles]":
        return WeakValueDictionary()


@dataclass(frozen=True, eq=False)
class ContentScores:
    """Content scores as a model uses them: weighed by its own options, made of its dataset's content."""

    options: ContentOptions
    dataset: DatasetContent

    @property
    def basis(self) -> ContentBasis:
        """Return the items' content."""
        return self.dataset.basis

    @cached_property
    def profiles(self) -> Profiles:
        """Return the users' profiles."""
        return self.dataset.profiles(self.options.ridge)

    @torch.no_grad()
    def contributions(self, content: Tensor, owned: Tensor) -> pd.DataFrame:
        """Split one score exactly by owned item and modality.

        content: [D] of the scored item, see `relative`. owned: [n] indices of the user's warm items.
        Columns: neighbour (index), modality, value; largest value first.
        """
        profiles = self.basis.items[owned] @ self.profiles.matrix
        frames = []
        for modality, part in self.basis.columns.items():
            values = (profiles[:, part] @ content[part]).cpu().double().numpy()
            frames.append(pd.DataFrame({"neighbour": owned.cpu().numpy(), "modality": modality, "value": values}))
        table = pd.concat(frames, ignore_index=True)
        return table.sort_values("value", ascending=False, kind="stable", ignore_index=True)


def reduced_content(vectors: Mapping[str, Tensor], centres: Mapping[str, Tensor], axes: Mapping[str, Tensor]) -> Tensor:
    """Return the content [n, D] of items (modality -> raw [n, d_m]): `centred_content`, on the axes where there are."""
    parts = [(m, centred_content({m: vectors[m]}, {m: centre})) for m, centre in centres.items()]
    return torch.cat([part @ axes[m] if m in axes else part for m, part in parts], dim=1)


def principal_axes(x: Tensor, count: int) -> Tensor:
    """Return the first `count` right singular vectors [d, count] of x [n, d], by a randomised method with a fixed seed.

    Fewer where n is smaller. Of more than AXES_FROM rows a random AXES_FROM are used.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        rows = x[torch.randperm(len(x))[:AXES_FROM]].cpu()
        sketch = min(count + 32, *rows.shape)  # a few more than asked for make the last ones exact
        return torch.pca_lowrank(rows, sketch, center=False, niter=4)[2][:, :count].to(x)


def profile_sums(seen: csr_array, items: Tensor) -> Tensor:
    """Return [U, D]: the sum of the rows of items [N, D] that each user has (seen [U, N])."""
    ordered = seen.sorted_indices()
    crow, col = (torch.as_tensor(x, dtype=torch.int32, device=items.device) for x in (ordered.indptr, ordered.indices))
    return multiply(csr(crow, col, items.new_ones(ordered.nnz), ordered.shape), items)


def quadratic(x: Tensor, covariance: Tensor) -> Tensor:
    """Return sqrt(x_u^T covariance x_u) [U] for x [U, D]: the spread of the scores x_u . y over items y."""
    return ((x @ covariance.to(x)) * x).sum(dim=1).clamp(min=0).sqrt()
