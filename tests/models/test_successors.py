"""LATTICE's successors against a dense float64 version of their papers' equations."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from lattice.graph import normalized_adjacency
from lattice.models import BM3Options, FreedomOptions, MGCNOptions, MicroOptions, build
from tests import successors
from tests.baselines import leaves
from tests.models.test_baselines import ITEMS, PAIRS, TRIPLES, USERS, batch, features

CASES = {
    "freedom": FreedomOptions(k=4, prune=0.0, content_loss=0.3),
    "freedom, two item layers": FreedomOptions(k=4, layers=1, item_layers=2, prune=0.0, content_loss=0.3),
    "bm3": BM3Options(dropout=0.0, contrast=0.7),
    "bm3, two layers": BM3Options(dropout=0.0, layers=2),
    "micro": MicroOptions(k=4, lambda_=0.6, transform_dim=5, contrast=0.5),
    "micro, one layer": MicroOptions(k=4, layers=1, transform_dim=5, contrast=0.5, temperature=0.8),
    "mgcn": MGCNOptions(k=4, contrast=0.5),
    "mgcn, two item layers": MGCNOptions(k=4, layers=1, item_layers=2, contrast=0.5, temperature=0.7),
}
SUCCESSORS = [case for case in CASES if "," not in case]


def model(case: str, seed: int = 0, content=None, **change):
    torch.manual_seed(seed)
    options = replace(CASES[case], dim=6, l2=0.05, **change)
    built = build(options, USERS, ITEMS, torch.as_tensor(PAIRS), content or features())
    with torch.no_grad():  # off their first values, which are 0 and would hide mistakes
        for name, parameter in built.named_parameters():
            if "bias" in name:
                parameter.add_(torch.randn(parameter.shape))
    built.refresh()
    return built


@pytest.mark.parametrize("case", CASES)
def test_successor_equals_the_dense_equations(case):
    built, key = model(case), case.partition(",")[0]
    p, raw = leaves(built), {m: x.double() for m, x in features().items()}
    with torch.no_grad():  # edge weights have gradient on the first step after a refresh
        found = built.embed()
    for got, wanted in zip(found, successors.EMBEDDINGS[key](p, raw, PAIRS, built.options), strict=True):
        torch.testing.assert_close(got.double(), wanted, rtol=1e-4, atol=1e-5)
    loss = built.loss(*batch())
    expected = successors.LOSSES[key](p, raw, PAIRS, built.options, TRIPLES)
    assert loss.item() == pytest.approx(expected.item(), rel=1e-5)
    loss.backward()
    expected.backward()
    for name, parameter in built.named_parameters():
        assert parameter.grad is not None, name
        scale = float(p[name].grad.abs().max())
        assert scale > 1e-6, name  # all that is declared learns
        torch.testing.assert_close(
            parameter.grad.double(), p[name].grad, rtol=1e-3, atol=1e-4 * scale, msg=lambda m, n=name: n + m
        )


@pytest.mark.parametrize("case", SUCCESSORS)
def test_successor_stays_finite_on_nodes_without_anything(case):
    built = model(case, content={m: torch.zeros_like(x) for m, x in features().items()})
    built.loss(*batch()).backward()
    assert all(x.isfinite().all() for x in built.embed())
    assert all(p.grad is None or p.grad.isfinite().all() for p in built.parameters())


@pytest.mark.parametrize("case", SUCCESSORS)
def test_a_seed_gives_one_successor(case):
    one, same, other = (model(case, seed) for seed in (0, 0, 1))
    assert all(torch.equal(a, b) for a, b in zip(one.embed(), same.embed(), strict=True))
    assert not torch.equal(one.embed()[0], other.embed()[0])


# --- FREEDOM ---------------------------------------------------------------------------------------------------------


def test_freedom_trains_on_the_kept_edges_and_scores_on_all(monkeypatch):
    built, drawn = model("freedom", prune=0.5), []
    monkeypatch.setattr(
        "lattice.models.registry.normalized_adjacency",
        lambda users, items, *shape: drawn.append((users, items)) or normalized_adjacency(users, items, *shape),
    )
    torch.manual_seed(4)
    built.refresh()
    kept = torch.stack(drawn[0], dim=1).numpy()
    assert len(kept) == round(len(PAIRS) / 2)
    assert set(map(tuple, kept)) < set(map(tuple, PAIRS))
    p, raw = leaves(built), {m: x.double() for m, x in features().items()}
    for pairs in (kept, PAIRS):
        for got, wanted in zip(built.embed(), successors.freedom(p, raw, pairs, built.options), strict=True):
            torch.testing.assert_close(got.double(), wanted, rtol=1e-4, atol=1e-5)
        built.eval()


def test_freedom_keeps_edges_in_proportion_to_their_degrees():
    built = model("freedom", prune=0.99)  # one edge is kept
    torch.manual_seed(5)
    counts = torch.zeros(USERS, ITEMS)
    for _ in range(4000):
        built.refresh()
        counts += built._pruned.matrix.to_dense() > 0
    degrees = np.bincount(PAIRS[:, 0])[PAIRS[:, 0]] * np.bincount(PAIRS[:, 1])[PAIRS[:, 1]]
    expected = degrees**-0.5 / (degrees**-0.5).sum()
    found = counts[PAIRS[:, 0], PAIRS[:, 1]].numpy() / 4000
    assert np.abs(found - expected).max() < 5 * np.sqrt(expected.max() / 4000)
    assert np.corrcoef(found, expected)[0, 1] > 0.8


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("visual", "textual"), [0.1, 0.9]),
        (("audio", "visual", "textual"), [0.45, 0.1, 0.45]),
        (("a", "b"), [0.5, 0.5]),
    ],
)
def test_freedom_weighs_pictures_less(names, expected):
    matrices = {name: torch.randn(ITEMS, 3) for name in names}
    found = build(CASES["freedom"], USERS, ITEMS, torch.as_tensor(PAIRS), matrices).alpha
    torch.testing.assert_close(found, torch.tensor(expected))


def test_micro_scores_the_same_without_gradient_to_its_edges():
    built = model("micro")
    first = built.loss(*batch())  # its edges have gradient
    second = built.loss(*batch())
    torch.testing.assert_close(first, second)
    first.backward()
    assert built.transforms["visual"].weight.grad.abs().max() > 0
    built.zero_grad()
    second.backward()
    assert built.transforms["visual"].weight.grad is None


# --- BM3 and MGCN ----------------------------------------------------------------------------------------------------


def test_bm3_uses_no_negatives():
    users, positives, negatives = batch()
    built = model("bm3")
    assert torch.equal(built.loss(users, positives, negatives), built.loss(users, positives, negatives.flip(0)))


def test_bm3_draws_views_in_training_only():
    built = model("bm3", dropout=0.5)
    assert built.loss(*batch()) != built.loss(*batch())
    assert torch.equal(built.embed()[0], built.embed()[0])
    built.eval()
    assert built.loss(*batch()) == built.loss(*batch())


def test_mgcn_without_contrast_is_bpr_and_l2_alone():
    built, (users, positives, negatives) = model("mgcn", contrast=0.0), batch()
    x, y = built.embed()
    margin = (x[users] * (y[positives] - y[negatives])).sum(dim=1)
    rows = [built.user_embedding[users], built.item_embedding[positives], built.item_embedding[negatives]]
    penalty = sum(row.square().sum() for row in rows) / 2 / len(users)
    expected = -torch.nn.functional.logsigmoid(margin).mean() + 0.05 * penalty
    assert built.loss(*batch()).item() == pytest.approx(expected.item(), rel=1e-5)
