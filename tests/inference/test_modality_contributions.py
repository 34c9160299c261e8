"""How much each modality makes of an item's vector, against the dense equations."""

import numpy as np
import pytest
import torch

from lattice.inference import modality_shares
from tests import oracles
from tests.synthetic import GRAPHS, LAMBDA, K


@pytest.mark.parametrize("name", GRAPHS)
def test_shares_are_those_of_the_dense_equations_and_sum_to_1(recommender, name):
    rec = recommender(name)
    p = oracles.Parameters.of(rec.checkpoint.model)
    alpha = dict(zip(p.raw, torch.softmax(p.alpha_logits, 0).tolist(), strict=True))
    a = oracles.item_graph(p, K, LAMBDA)
    h = torch.matrix_power(a, rec.checkpoint.options.item_layers - 1) @ p.item_embedding
    alone = {m: oracles.item_graph(p, K, LAMBDA, torch.tensor([float(n == m) for n in p.raw])) for m in p.raw}
    parts = {m: (alpha[m] * (g - torch.diag(g.diagonal())) @ h).detach().numpy() for m, g in alone.items()}
    whole = sum(parts.values())
    gets = (whole**2).sum(axis=1) > 0
    given = modality_shares(rec.item_graph, rec.checkpoint.model.backbone.item_embedding.detach())
    found = {modality: share.numpy() for modality, share in given.items()}
    for modality, part in parts.items():
        expected = (part * whole).sum(axis=1)[gets] / (whole**2).sum(axis=1)[gets]
        np.testing.assert_allclose(found[modality][gets], expected, atol=1e-4)
        assert np.isnan(found[modality][~gets]).all()
    np.testing.assert_allclose(sum(found.values())[gets], 1, atol=1e-5)


def test_a_modality_of_no_weight_has_no_share(recommender):
    rec = recommender("lattice-mf-1").what_if(alpha={"visual": 1})
    found = modality_shares(rec.item_graph, rec.checkpoint.model.backbone.item_embedding.detach())
    assert not found["textual"].nan_to_num().any()
