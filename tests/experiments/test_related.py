"""Links between items, on an example worked out by hand."""

import gzip

import numpy as np
import pytest
import torch

from lattice.errors import InputError
from lattice.experiments.related import links_graph, read_links, recovered
from lattice.graph import Graph, Pattern

ITEMS = {name: row for row, name in enumerate("abcde")}
LINES = """item,relation,related_item
a,also_bought,b
a,also_bought,c
a,also_bought,b
a,also_viewed,d
b,also_bought,a
b,also_bought,b
c,also_bought,nowhere
d,also_bought,e
"""


@pytest.fixture
def links(tmp_path):
    file = tmp_path / "related.csv.gz"
    file.write_bytes(gzip.compress(LINES.encode()))
    return read_links(file, ITEMS)


def test_links_are_of_one_relation_between_known_items_each_once(links):
    assert links.tolist() == [[0, 1], [0, 2], [1, 0], [3, 4]]


@pytest.mark.parametrize(("text", "said"), [("item,to\na,b\n", "columns item, relation"), (LINES[:28], "no link")])
def test_links_that_are_none_are_refused(tmp_path, text, said):
    file = tmp_path / "related.csv"
    file.write_text(text)
    with pytest.raises(InputError, match=said):
        read_links(file, ITEMS)


def test_links_graph_is_the_normalised_matrix_of_ones(links):
    dense = np.eye(5)
    dense[tuple(links.T)] = 1
    scale = dense.sum(axis=1) ** -0.5
    graph = links_graph(links, 5, 3)
    assert (graph.indices.diff(dim=1) > 0).all()
    np.testing.assert_allclose(graph.matrix.to_dense().numpy(), scale[:, None] * dense * scale, rtol=1e-6)
    first = links_graph(links, 5, 2).matrix.to_dense().numpy() > 0
    assert first[0].tolist() == [True, True, False, False, False]  # itself and the first of its two links


def test_links_graph_refuses_a_k_beyond_the_items(links):
    with pytest.raises(InputError, match="k is 6"):
        links_graph(links, 5, 6)


def test_recovered_counts_edges_that_are_links(links):
    pattern = Pattern(torch.tensor([[0, 1], [0, 1], [0, 2], [3, 4], [3, 4]]))
    weights = torch.tensor([[1.0, 0.5], [0.5, 1.0], [0.2, 1.0], [1.0, 0.0], [0.3, 1.0]])
    # Edges a-b, b-a, c-a, e-d; d-e has weight 0. Two of the four links, and two of the four edges; of 20 pairs.
    assert recovered(Graph(pattern, weights), links) == {"links": 0.5, "edges": 0.5, "chance": 0.2}
    whole = recovered(links_graph(links, 5, 3), links)
    assert (whole["links"], whole["edges"]) == (1, 1)
