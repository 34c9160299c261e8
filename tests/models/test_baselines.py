"""Every model that stands alone, against a dense float64 version of its paper's equations."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from lattice.errors import InputError
from lattice.models import build, default_options
from lattice.models.grcn import GRCNOptions
from lattice.models.mmgcn import MMGCNOptions
from lattice.models.ngcf import NGCFOptions
from lattice.models.vbpr import VBPROptions
from tests import baselines
from tests.synthetic import MULTIMODAL

USERS, ITEMS, DIMS = 11, 17, {"visual": 7, "textual": 5}
# The last user and the last item have no interactions; every 6th item has no picture.
PAIRS = np.argwhere(np.random.default_rng(3).random((USERS - 1, ITEMS - 1)) < 0.3)
TRIPLES = [(0, 1, 2), (3, 0, 5), (3, 2, 1), (10, 16, 4), (7, 6, 15), (5, 9, 8), (1, 3, 13)]
CASES = {
    "mf": default_options("mf"),
    "lightgcn": default_options("lightgcn"),
    "ngcf": NGCFOptions(dropout=0.0),
    "ngcf, one layer": NGCFOptions(dropout=0.0, layers=1),
    "ngcf, mean": NGCFOptions(dropout=0.0, layers=3, combine="mean"),
    "vbpr": VBPROptions(content_dim=3),
    "mmgcn": MMGCNOptions(),
    "mmgcn, one layer": MMGCNOptions(layers=1),
    "grcn": GRCNOptions(content_dim=4),
    "grcn, no routing": GRCNOptions(content_dim=4, routings=0, layers=1),
}
BASELINES = [case for case in CASES if "," not in case]


def features() -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    found = {m: torch.randn(ITEMS, d, generator=generator) for m, d in DIMS.items()}
    found["visual"][::6] = 0
    return found


def model(case: str, seed: int = 0, **change):
    torch.manual_seed(seed)
    options = replace(CASES[case], dim=6, l2=0.05, **change)
    built = build(options, USERS, ITEMS, torch.as_tensor(PAIRS), features())
    with torch.no_grad():  # off their first values, which are 0 or alike and would hide mistakes
        for name, parameter in built.named_parameters():
            if "bias" in name or "confidence" in name:
                parameter.add_(torch.randn(parameter.shape))
    return built


def batch():
    return torch.tensor(TRIPLES).unbind(dim=1)


@pytest.mark.parametrize("case", CASES)
def test_model_equals_the_dense_equations(case):
    built = model(case)
    p = baselines.leaves(built)
    raw = {m: x.double() for m, x in features().items()}
    found = baselines.EQUATIONS[case.partition(",")[0]](p, raw, PAIRS, built.options)
    for got, wanted in zip(built.embed(), found[0], strict=True):
        torch.testing.assert_close(got.double(), wanted, rtol=1e-4, atol=1e-5)
    loss, wanted = built.loss(*batch()), baselines.loss(found, TRIPLES, 0.05)
    assert loss.item() == pytest.approx(wanted.item(), rel=1e-5)
    loss.backward()
    wanted.backward()
    for name, parameter in built.named_parameters():
        assert parameter.grad is not None, name
        scale = float(p[name].grad.abs().max())
        assert scale > 1e-6, name  # all that is declared learns
        torch.testing.assert_close(
            parameter.grad.double(), p[name].grad, rtol=1e-3, atol=1e-4 * scale, msg=lambda m, n=name: n + m
        )


@pytest.mark.parametrize("name", BASELINES)
def test_a_step_changes_every_parameter_and_no_raw_feature(name):
    built = model(name)
    before = {n: x.clone() for n, x in built.state_dict().items()}
    optimizer = torch.optim.Adam(built.parameters(), lr=0.01)
    built.loss(*batch()).backward()
    optimizer.step()
    changed = {n for n, x in built.state_dict().items() if not torch.equal(x, before[n])}
    assert changed == set(dict(built.named_parameters()))
    assert set(built.modalities) == (set(DIMS) if name in MULTIMODAL else set())


@pytest.mark.parametrize("name", BASELINES)
def test_a_seed_gives_one_model(name):
    one, same, other = (model(name, seed) for seed in (0, 0, 1))
    assert all(torch.equal(a, b) for a, b in zip(one.embed(), same.embed(), strict=True))
    assert not torch.equal(one.embed()[0], other.embed()[0])


@pytest.mark.parametrize("name", [name for name in BASELINES if name in MULTIMODAL])
def test_without_features_it_is_refused(name):
    with pytest.raises(InputError, match="modality"):
        build(CASES[name], USERS, ITEMS, torch.as_tensor(PAIRS), {})


@pytest.mark.parametrize("name", [name for name in BASELINES if name in MULTIMODAL])
def test_model_stays_finite_on_nodes_without_anything(name):
    built = model(name)
    blank = {m: torch.zeros_like(x) for m, x in features().items()}
    built.load_state_dict({f"raw_{m}": x for m, x in blank.items()}, strict=False)
    built.loss(*batch()).backward()
    assert all(x.isfinite().all() for x in built.embed())
    assert all(p.grad is None or p.grad.isfinite().all() for p in built.parameters())


def test_dropout_is_of_training_only_and_keeps_the_mean():
    built = model("ngcf", dropout=0.5)
    first, second = built.embed()[0], built.embed()[0]
    assert not torch.equal(first, second)
    built.eval()
    assert torch.equal(built.embed()[0], built.embed()[0])
    torch.testing.assert_close(built.embed()[0], model("ngcf").embed()[0])
    # A layer's output, before it is brought to length 1, is on average what it is without dropout.
    built.train()
    w1, w2, x, y = built.w1[0], built.w2[0], built.user_embedding, built.graph.to_users(built.item_embedding)
    drawn = torch.stack([built._layer(x, y, w1, w2) for _ in range(4000)])
    built.eval()
    torch.testing.assert_close(drawn.mean(dim=0), built._layer(x, y, w1, w2), rtol=0.2, atol=0.02)


def test_an_edge_that_no_modality_trusts_carries_nothing():
    built = model("grcn")
    with torch.no_grad():
        built.item_confidence.fill_(-1)
        built.user_confidence.fill_(-1)
        users, _ = built.embed()
        torch.testing.assert_close(users[:, :6], torch.nn.functional.normalize(built.user_embedding, dim=1))


def test_vbpr_global_content_bias_ranks_cold_items():
    built = model("vbpr")
    with torch.no_grad():
        for parameter in built.parameters():
            parameter.zero_()
        built.projections["visual"].weight[-1, 0] = 1  # beta': the first visual feature
        users, items = built.embed()
    torch.testing.assert_close(users @ items.T, features()["visual"][:, 0].expand(USERS, -1))
