"""Features and graphs with what they say taken out."""

import numpy as np
import pytest
import torch

from lattice.errors import InputError
from lattice.experiments.knock_out import ALTERATIONS, altered, random_graph, randomise_graphs, with_features
from lattice.graph import initial_graph
from lattice.models import LatticeOptions, LightGCNOptions, MGCNOptions, VBPROptions, build

X = torch.randn(40, 5, generator=torch.Generator().manual_seed(0))
X[7] = 0


@pytest.mark.parametrize("how", ALTERATIONS)
def test_altered_features_keep_who_has_content_by_seed(how):
    found = altered(X, how, 1)
    assert torch.equal((found != 0).any(dim=1), (X != 0).any(dim=1))
    assert torch.equal(found, altered(X, how, 1))
    assert not torch.equal(found, X)


def test_altered_features_are_what_they_are_called():
    lengths = X.norm(dim=1)
    torch.testing.assert_close(altered(X, "noise", 1).norm(dim=1), lengths)
    assert abs(torch.cosine_similarity(altered(X, "noise", 1), X).mean()) < 0.2
    constant = altered(X, "constant", 1)[X.any(dim=1)]
    torch.testing.assert_close(constant, X[X.any(dim=1)].mean(dim=0).expand_as(constant))
    shuffled = altered(X, "shuffled", 1)
    assert sorted(map(tuple, shuffled.tolist())) == sorted(map(tuple, X.tolist()))


def test_random_graph_is_refused_where_every_item_is_everybodys_neighbour():
    with pytest.raises(InputError, match="of 10 items with the same degrees was found at k = 10; choose a smaller k"):
        random_graph(X[8:18], 10, 0)


def test_random_graph_keeps_degrees_and_rows_but_not_neighbours():
    k = 6
    known, found = initial_graph(X, k), random_graph(X, k, 3)
    assert (found.indices.diff(dim=1) > 0).all()  # each neighbour once
    np.testing.assert_array_equal(np.bincount(found.indices.ravel()), np.bincount(known.indices.ravel()))
    own = torch.arange(40)[:, None]
    assert ((found.indices == own).sum(dim=1) == 1).all()
    common = np.mean(
        [len(set(a) & set(b)) for a, b in zip(found.indices.tolist(), known.indices.tolist(), strict=True)]
    )
    assert common < 0.5 * k
    degree = (found.weights * (found.indices == own)).sum(dim=1)  # 1 / D: rows keep their cosines
    torch.testing.assert_close(degree, (known.weights * (known.indices == own)).sum(dim=1))


OPTIONS = [
    LatticeOptions(LightGCNOptions(dim=8), k=4, transform_dim=8),
    MGCNOptions(dim=8, k=4),
    VBPROptions(dim=8, content_dim=4),
]


@pytest.mark.parametrize("options", OPTIONS, ids=lambda o: type(o).__name__)
def test_with_features_keeps_weights_and_sees_new_content(options):
    torch.manual_seed(0)
    pairs = torch.tensor([[u, i] for u in range(9) for i in range(40) if (u + i) % 4 == 0])
    model = build(options, 9, 40, pairs, {"textual": X}).eval()
    model.refresh()
    same = with_features(model, options, 9, 40, pairs, {"textual": X})
    other = with_features(model, options, 9, 40, pairs, {"textual": altered(X, "shuffled", 1)})
    torch.testing.assert_close(same.embed()[1], model.embed()[1])
    assert not torch.allclose(other.embed()[1], model.embed()[1])
    for one, two in zip(model.parameters(), other.parameters(), strict=True):
        assert torch.equal(one, two)


def test_randomised_graphs_stay_through_a_refresh():
    options = LatticeOptions(LightGCNOptions(dim=8), k=4, lambda_=1.0, transform_dim=8)
    model = build(options, 9, 40, torch.tensor([[0, 0]]), {"textual": X})
    randomise_graphs(model, 3)
    model.refresh()
    assert torch.equal(model.graphs()["textual"].initial.indices, random_graph(X, 4, 3).indices)
