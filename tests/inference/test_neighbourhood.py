"""An item's surroundings, held against networkx on the same weights and against dense matrices."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from lattice.errors import InputError
from lattice.inference.neighbourhood import LAYERS, edges_from, layer_weights, neighbourhood
from tests.synthetic import GRAPHS, NO_CONTENT, index


def dense(graph) -> np.ndarray:
    """A sparse graph's entries as a float64 matrix without its diagonal."""
    n, k = graph.indices.shape
    matrix = np.zeros((n, n))
    for i in range(n):
        for a in range(k):
            matrix[i, graph.indices[i, a]] += float(graph.weights[i, a])
    np.fill_diagonal(matrix, 0.0)
    return matrix


def layer_matrix(item_graph, modality: str | None, layer: str) -> np.ndarray:
    """The dense matrix that a layer of one modality, or of all, stands for, written out by hand."""
    total = 0.0
    for name, graph in item_graph.graphs.items():
        if modality in (None, name):
            initial, learned = dense(graph.initial), dense(graph.learned)
            matrix = {
                "mixed": item_graph.lambda_ * initial + (1 - item_graph.lambda_) * learned,
                "initial": initial,
                "learned": learned,
                "gained": np.where(learned > initial, learned - initial, 0.0),
                "lost": np.where(initial > learned, initial - learned, 0.0),
            }[layer]
            total = total + (item_graph.alpha[name] if modality is None else 1.0) * matrix
    return total


def own_edges(item: int, targets: dict[int, tuple[float, float]], item_graph) -> pd.DataFrame:
    """Edges of a newcomer in one modality: target -> initial, learned."""
    rows = [
        (item, target, "visual", initial, learned, item_graph.lambda_ * initial + (1 - item_graph.lambda_) * learned)
        for target, (initial, learned) in targets.items()
    ]
    return pd.DataFrame(rows, columns=["source", "target", "modality", "initial", "learned", "weight"])


@pytest.mark.parametrize("hops", [1, 2])
def test_a_newcomer_has_the_ego_graph_of_a_node_more(recommender, hops):
    item_graph = recommender(GRAPHS[0]).item_graph
    matrix = layer_matrix(item_graph, None, "mixed")
    newcomer = len(matrix)
    own = own_edges(newcomer, {3: (0.2, 0.1), 8: (0.0, 0.3), 21: (0.4, 0.0)}, item_graph)
    larger = as_digraph(matrix)
    larger.add_weighted_edges_from(own[["source", "target", "weight"]].itertuples(index=False))
    ego = nx.ego_graph(larger, newcomer, radius=hops)
    found = neighbourhood(item_graph, newcomer, hops, len(matrix) + 1, own=own)
    assert found.nodes["item"].iloc[0] == newcomer
    assert found.nodes.set_index("item")["hop"].to_dict() == nx.single_source_shortest_path_length(ego, newcomer)
    weights = found.edges.groupby(["source", "target"])["weight"].sum()
    assert weights.to_dict() == pytest.approx({(a, b): d["weight"] for a, b, d in ego.edges(data=True)})


def as_digraph(matrix: np.ndarray) -> nx.DiGraph:
    return nx.from_numpy_array(matrix, create_using=nx.DiGraph)


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("modality", [None, "visual", "textual"])
@pytest.mark.parametrize("hops", [1, 2])
def test_a_whole_neighbourhood_is_networkx_ego_graph(recommender, hops, modality, layer):
    item_graph = recommender(GRAPHS[0]).item_graph
    matrix = layer_matrix(item_graph, modality, layer)
    for item in (0, 7, 33):
        ego = nx.ego_graph(as_digraph(matrix), item, radius=hops)
        found = neighbourhood(item_graph, item, hops, len(matrix), modality, layer)
        assert set(found.nodes["item"]) == set(ego)
        assert found.found == len(ego)
        far = nx.single_source_shortest_path_length(ego, item)
        assert found.nodes.set_index("item")["hop"].to_dict() == far
        weights = found.edges.groupby(["source", "target"])["weight"].sum()
        assert weights.to_dict() == pytest.approx({(a, b): d["weight"] for a, b, d in ego.edges(data=True)})


def test_nodes_are_weighed_by_the_ways_that_lead_there(recommender):
    item_graph = recommender(GRAPHS[0]).item_graph
    matrix = layer_matrix(item_graph, None, "mixed")
    nodes = neighbourhood(item_graph, 4, 2, len(matrix)).nodes
    one, two = nodes[nodes["hop"] == 1], nodes[nodes["hop"] == 2]
    np.testing.assert_allclose(one["weight"], matrix[4, one["item"]], rtol=1e-6)
    np.testing.assert_allclose(two["weight"], (matrix @ matrix)[4, two["item"]], rtol=1e-6)
    for row in two.itertuples():
        assert row.via == np.argmax(matrix[4] * matrix[:, row.item])
    assert set(one["via"]) == {4}


@pytest.mark.parametrize("limit", [1, 4, 20])
def test_the_nearest_and_heaviest_are_kept(recommender, limit):
    item_graph = recommender(GRAPHS[0]).item_graph
    whole, some = (neighbourhood(item_graph, 9, 2, limit=m) for m in (60, limit))
    assert some.nodes.equals(whole.nodes.head(limit))
    assert some.found == len(whole.nodes)
    assert set(some.edges["source"]) | set(some.edges["target"]) <= set(some.nodes["item"])
    for _, part in whole.nodes.groupby("hop"):
        assert part["weight"].is_monotonic_decreasing
    assert whole.nodes["hop"].is_monotonic_increasing


@pytest.mark.parametrize("modality", [None, "visual"])
def test_learned_is_initial_plus_gained_minus_lost(recommender, modality):
    item_graph = recommender(GRAPHS[1]).item_graph
    every = np.arange(60)
    sums = np.zeros((len(LAYERS), 60, 60))
    for place, layer in enumerate(LAYERS):
        table = edges_from(item_graph, every, modality, layer)
        np.add.at(sums[place], (table["source"], table["target"]), table["weight"])
        np.testing.assert_allclose(sums[place], layer_matrix(item_graph, modality, layer), atol=1e-9)
    _, initial, learned, gained, lost = sums
    np.testing.assert_allclose(learned, initial + gained - lost, atol=1e-9)
    assert gained.any()
    assert lost.any()


def test_an_edge_is_gained_or_lost_and_never_both():
    initial, learned = np.array([0.0, 0.2, 0.3, 0.4]), np.array([0.1, 0.3, 0.3, 0.0])
    np.testing.assert_allclose(layer_weights(initial, learned, 0.5, "gained"), [0.1, 0.1, 0, 0])
    np.testing.assert_allclose(layer_weights(initial, learned, 0.5, "lost"), [0, 0, 0, 0.4])


def test_an_item_without_content_is_alone(recommender):
    rec = recommender(GRAPHS[0])
    alone = neighbourhood(rec.item_graph, index(rec, NO_CONTENT), 2)
    assert alone.nodes["hop"].tolist() == [0]
    assert alone.edges.empty


@pytest.mark.parametrize("asked", [{"hops": 3}, {"hops": 0}, {"limit": 0}, {"modality": "smell"}, {"layer": "odd"}])
def test_what_is_no_neighbourhood_is_refused(recommender, asked):
    with pytest.raises(InputError):
        neighbourhood(recommender(GRAPHS[0]).item_graph, 0, **asked)
