"""Latent structure learning: a learned graph per modality, mixed with the initial one, then fused (Eqs. 2-6)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from lattice.graph.knn import chosen_cosines, nearest
from lattice.graph.pattern import Graph, Pattern, gather, propagate, propagate_fixed


def degrees(weights: Tensor) -> Tensor:
    """Return the row sums [N] of a graph's weights [N, k]."""
    return weights.sum(dim=1)


def inverse_sqrt(degree: Tensor) -> Tensor:
    """Return degree ** -1/2, and 0 where the degree is 0 (an item without this modality)."""
    present = degree > 0
    return torch.where(present, degree, 1.0).rsqrt() * present


def inv_sqrt_degree(graph: Graph) -> Tensor:
    """Return D^-1/2 [N] of a graph normalised by Eq. 3, from its self-loops: their cosine is 1, so S_ii = 1 / D_ii."""
    own = graph.indices == torch.arange(graph.pattern.n, device=graph.indices.device)[:, None]
    return (graph.weights * own).sum(dim=1).sqrt()


def normalise(cosines: Tensor, pattern: Pattern, edge_weights: Callable[[Tensor], Tensor] = torch.relu) -> Tensor:
    """Apply Eqs. 2 and 3: negative cosines [N, k] become 0, then D^-1/2 S D^-1/2 with D the row sums.

    edge_weights: what cosines count, where it isn't Eq. 2: a function to weights >= 0.
    """
    weights = edge_weights(cosines)
    scale = inverse_sqrt(degrees(weights))
    return scale[:, None] * weights * gather(pattern, scale)


def initial_graph(features: Tensor, k: int) -> Graph:
    """Build Eqs. 1-3 on raw features [N, d]: the kNN graph S of one modality, without gradient."""
    return learned_graph(features, nearest(features, k))


def learned_graph(
    transformed: Tensor, pattern: Pattern, edge_weights: Callable[[Tensor], Tensor] = torch.relu
) -> Graph:
    """Build Eqs. 1-3 on transformed features [N, d'] (Eq. 4) for given edges; the weights have gradient."""
    return Graph(pattern, normalise(chosen_cosines(transformed, pattern), pattern, edge_weights))


@dataclass(frozen=True, eq=False)
class ModalityGraph:
    """The two graphs of one modality. Eq. 5 mixes them: A = lambda_ * initial + (1 - lambda_) * learned."""

    initial: Graph
    learned: Graph

    def mixed(self, lambda_: float) -> Graph:
        """Return A without gradient as one graph, 2k entries per row: an edge of both graphs is there twice."""
        if lambda_ in (0.0, 1.0):
            return (self.initial if lambda_ else self.learned).detach()
        indices, order = torch.cat([self.initial.indices, self.learned.indices], dim=1).sort(dim=1)
        weights = torch.cat([lambda_ * self.initial.weights, (1 - lambda_) * self.learned.weights.detach()], dim=1)
        return Graph(Pattern(indices), weights.gather(1, order))


def item_convolution(
    graphs: Mapping[str, ModalityGraph], alpha: Tensor, lambda_: float, x: Tensor, layers: int
) -> Tensor:
    """Compute Eqs. 5-7: `layers` rounds of h <- sum_m alpha_m A^m h, from h = x [N, d].

    alpha: [M] in the order of `graphs`. The fused A is never formed: each modality's graph is applied on its own.
    """
    for _ in range(layers):
        parts = [_mixed(graph, lambda_, x) for graph in graphs.values()]
        x = sum(weight * part for weight, part in zip(alpha, parts, strict=True))
    return x


def by_modality(graphs: Mapping[str, ModalityGraph], lambda_: float, x: Tensor) -> Tensor:
    """Return A^m x [N, M, d] (Eqs. 5 and 7) of every modality on its own, in the order of `graphs`."""
    return torch.stack([_mixed(graph, lambda_, x) for graph in graphs.values()], dim=1)


def fixed_convolution(
    graphs: Sequence[Graph], alpha: Tensor, x: Tensor, layers: int, rows: Tensor | None = None
) -> Tensor:
    """Compute Eqs. 6 and 7 as `item_convolution` on mixed graphs without gradient, for `rows` [B] alone: [B, d]."""
    for layer in range(layers):
        wanted = rows if layer == layers - 1 else None
        parts = [propagate_fixed(graph, x, wanted) for graph in graphs]
        x = sum(weight * part for weight, part in zip(alpha, parts, strict=True))
    return x


def _mixed(graph: ModalityGraph, lambda_: float, x: Tensor) -> Tensor:
    # At the ends of the range one of the two graphs has weight 0 and is skipped.
    if lambda_ == 1.0:
        return propagate(graph.initial, x)
    if lambda_ == 0.0:
        return propagate(graph.learned, x)
    return torch.lerp(propagate(graph.learned, x), propagate(graph.initial, x), lambda_)
