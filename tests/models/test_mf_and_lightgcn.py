"""The baselines, and the loss all models share."""

import numpy as np
import pytest
import torch

from lattice.models import LightGCNOptions, MFOptions, build
from lattice.models.loss import bpr, l2
from tests import oracles

TRIPLES = [(0, 1, 2), (3, 0, 5), (3, 2, 1), (0, 1, 4)]


def pairs(n_users: int = 7, n_items: int = 6, seed: int = 0) -> np.ndarray:
    """Random pairs; the last user and the last item have none."""
    taken = np.random.default_rng(seed).random((n_users - 1, n_items - 1)) < 0.5
    return np.argwhere(taken)


def model(options):
    torch.manual_seed(0)
    return build(options, 7, 6, torch.as_tensor(pairs()), {})


def leaves(module) -> tuple[torch.Tensor, torch.Tensor]:
    return tuple(p.detach().double().requires_grad_() for p in (module.user_embedding, module.item_embedding))


@pytest.mark.parametrize("layers", [0, 1, 2, 3])
def test_lightgcn_is_the_mean_of_adjacency_powers(layers):
    lightgcn = model(LightGCNOptions(dim=5, layers=layers))
    expected = oracles.lightgcn(*leaves(lightgcn), pairs(), layers)
    for got, wanted in zip(lightgcn.embed(), expected, strict=True):
        torch.testing.assert_close(got.double(), wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("options", [MFOptions(dim=5, l2=0.3), LightGCNOptions(dim=5, l2=0.3, layers=2)])
def test_loss_and_gradients_are_the_dense_ones(options):
    module = model(options)
    users, positives, negatives = torch.tensor(TRIPLES).unbind(dim=1)
    loss = module.loss(users, positives, negatives)
    loss.backward()
    ids = leaves(module)
    embeddings = oracles.lightgcn(*ids, pairs(), 2) if isinstance(options, LightGCNOptions) else ids
    expected = oracles.bpr_loss(embeddings, ids, TRIPLES, 0.3)
    expected.backward()
    assert loss.item() == pytest.approx(float(expected), rel=1e-5)
    for parameter, wanted in zip((module.user_embedding, module.item_embedding), ids, strict=True):
        torch.testing.assert_close(parameter.grad.double(), wanted.grad, rtol=1e-4, atol=1e-7)


def test_mf_scores_are_products_of_its_own_embeddings():
    module = model(MFOptions(dim=5))
    assert module.embed() == (module.user_embedding, module.item_embedding)


def test_bpr_is_ln_2_for_equal_scores_and_always_finite():
    x = torch.ones(3, 2)
    assert float(bpr(x, x, x)) == pytest.approx(np.log(2))
    assert float(bpr(1e3 * x, x, -x)) == pytest.approx(0)
    assert float(bpr(1e3 * x, -x, x)) == pytest.approx(4e3)


def test_the_penalty_is_half_the_squared_length_a_triple():
    a, b = torch.tensor([[3.0, 4.0], [0.0, 0.0]]), torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    assert float(l2(a, b)) == pytest.approx((25 + 1 + 1) / 2 / 2)
