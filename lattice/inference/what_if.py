"""Changes to an item graph's coefficients, checked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lattice.errors import InputError
from lattice.inference.item_graph import ItemGraph
from lattice.inference.trained_model import TrainedModel


def changed_graph(
    graph: ItemGraph,
    trained: TrainedModel,
    lambda_: float | None,
    k: int | None,
    alpha: Mapping[str, float] | None,
    without: Sequence[tuple[int, int]],
) -> ItemGraph:
    """Return a model's graph with other coefficients (None: as it is), without the edges between some pairs of items.

    Raises an InputError for a value out of range.
    """
    if lambda_ is not None:
        if not 0 <= lambda_ <= 1:
            raise InputError(f"lambda_ is {lambda_}; it must be between 0 and 1")
        graph = replace(graph, lambda_=float(lambda_))
    if alpha is not None:
        graph = graph.with_alpha(alpha)
    if k is not None and k != graph.k:
        n = next(iter(graph.graphs.values())).initial.pattern.n
        if not 0 <= k <= n:
            raise InputError(f"k is {k}; it is a number of neighbours between 0 and {n}")
        graph = graph.with_graphs(trained.item_graph_model, trained.graphs_with(k), k)
    return graph.without(without) if without else graph
