"""Scores as inner products: the model's embeddings, the content scores and a new item's offset in one vector each.

A user's vector is [x_u, s_u p_u, b_u] and an item's [y_i, beta c_i, t_i], so a score is

    x_u . y_i  +  beta s_u p_u . c_i  +  b_u t_i,        s_u = b_u / (deviation of p_u . c over the warm items)

the model's score, the content score at beta times the spread b_u of the model's scores, and for new items an offset t
in units of that spread (0 for all others). New items have a beta of their own: the model knows less of them. So
everything that ranks embeddings ranks these too. p and c are the dataset's, the same for all its models, so vectors
stay in parts (`lattice.graph.joined`) and a model adds only s and b.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import torch
import torch.nn.functional as F
from torch import Tensor

from lattice.graph.joined import Joined, Part
from lattice.inference.content_scores import ContentScores, quadratic


@dataclass(frozen=True, eq=False)
class ScoreSpace:
    """Embeddings of a model and its content scores, None for the model alone.

    model_users: [U, d], model_items: [N, d]. warm: [N] bool, the items over which a user's scores are standardised.
    """

    model_users: Tensor
    model_items: Tensor
    warm: Tensor
    content: ContentScores | None = None

    @cached_property
    def deviation(self) -> Tensor:
        """Return b [U]: the standard deviation of each user's model scores over the warm items."""
        known = self.model_items[self.warm].double()
        centred = known - known.mean(dim=0)
        return quadratic(self.model_users, centred.T @ centred / max(len(known), 1))

    @cached_property
    def content_scale(self) -> Tensor:
        """Return s [U], which scales content scores to the model's spread; 0 where a user's are all equal."""
        assert self.content is not None
        spread = self.content.profiles.deviation
        return torch.where(spread > 0, self.deviation / spread.clamp(min=1e-30), 0.0)

    @property
    def content_columns(self) -> slice:
        """Return which columns of a vector hold the content."""
        return slice(self.model_items.shape[1], -1)

    def padded(self, vector: Tensor) -> Tensor:
        """Return a vector of this space; one of the model alone [d] gets no content and no offset."""
        return F.pad(vector, (0, self.users.columns[-1].stop - len(vector)))

    @cached_property
    def users(self) -> Joined:
        """Return vectors of the users, d + D + 1 columns; without content d + 1."""
        parts = [Part(self.model_users)]
        if self.content is not None:
            parts.append(Part(self.content.profiles.users, self.content_scale))
        return Joined((*parts, Part(self.deviation[:, None])))

    @cached_property
    def items(self) -> Joined:
        """Return vectors of the catalogue's items, d + D + 1 columns."""
        content = (
            () if self.content is None else (Part(self.content.basis.relative_items, self.content.options.weight),)
        )
        no_offset = Part(self.model_items.new_ones(1, 1).expand(len(self.model_items), 1), 0.0)
        return Joined((Part(self.model_items), *content, no_offset))

    def newcomers(self, embeddings: Tensor, features: Mapping[str, Tensor], offset: float = 0.0) -> Tensor:
        """Return vectors [n, d + D + 1] of new items by their model embeddings [n, d] and raw features."""
        parts = [embeddings, embeddings.new_full((len(embeddings), 1), offset)]
        if self.content is not None:
            content = self.content.options.new_weight * self.content.basis.relative(
                self.content.basis.content(features)
            )
            parts.insert(1, content)
        return torch.cat(parts, dim=1)
