"""LATTICE against a dense float64 version of it: embeddings, loss and the gradient of every parameter."""

from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from lattice.errors import InputError
from lattice.models import LatticeOptions, LightGCNOptions, MFOptions, NGCFOptions, build
from tests import oracles

USERS, ITEMS = 11, 23
DIMS = {"visual": 7, "textual": 5, "audio": 3}
PAIRS = np.argwhere(np.random.default_rng(3).random((USERS, ITEMS - 2)) < 0.3)
TRIPLES = [(0, 1, 2), (3, 0, 5), (3, 2, 1), (10, 22, 4), (7, 6, 21)]
BACKBONES = {
    "mf": MFOptions(dim=6, l2=0.05),
    "ngcf": NGCFOptions(dim=6, l2=0.05, layers=2, dropout=0.0, combine="mean"),
    "lightgcn": LightGCNOptions(dim=6, l2=0.05, layers=2),
}


def features(n_modalities: int, empty: bool = True) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    found = {}
    for position, (modality, dim) in enumerate(list(DIMS.items())[:n_modalities]):
        found[modality] = torch.randn(ITEMS, dim, generator=generator)
        if empty:
            found[modality][[4, 9 + position]] = 0  # item 4 has no content at all
    return found


def model(backbone: str = "mf", n_modalities: int = 2, empty: bool = True, **options):
    torch.manual_seed(0)
    settings = LatticeOptions(
        backbone=BACKBONES[backbone], **{"k": 4, "lambda_": 0.6, "transform_dim": 5, "gradient": "every", **options}
    )
    built = build(settings, USERS, ITEMS, torch.as_tensor(PAIRS), features(n_modalities, empty))
    with torch.no_grad():  # off their first values, which are 0 or alike and would hide mistakes
        generator = torch.Generator().manual_seed(2)
        built.alpha_logits.copy_(torch.randn(n_modalities, generator=generator))
        for linear in built.transforms.values():
            linear.bias.copy_(torch.randn(len(linear.bias), generator=generator))
    return built


def batch():
    return torch.tensor(TRIPLES).unbind(dim=1)


def dense(p, backbone, item_layers, k=4, lambda_=0.6, features=False):
    layers = None if backbone == "mf" else 2
    return oracles.lattice(p, PAIRS, layers, k, lambda_, item_layers, features=features)


@pytest.mark.parametrize("n_modalities", [1, 2, 3])
@pytest.mark.parametrize("item_layers", [1, 2])
@pytest.mark.parametrize("backbone", BACKBONES)
def test_model_equals_the_dense_equations(backbone, item_layers, n_modalities):
    lattice = model(backbone, n_modalities, item_layers=item_layers)
    p = oracles.Parameters.of(lattice)
    check_against(lattice, p, dense(p, backbone, item_layers), n_modalities)


@pytest.mark.parametrize("item_layers", [1, 2])
@pytest.mark.parametrize("backbone", BACKBONES)
def test_lattice_feats_spreads_content_instead_of_ids(backbone, item_layers):
    lattice = model(backbone, input="features", transform_dim=6, item_layers=item_layers)
    p = oracles.Parameters.of(lattice)
    check_against(lattice, p, dense(p, backbone, item_layers, features=True))


@pytest.mark.parametrize("backbone", BACKBONES)
def test_with_one_neighbour_itself_content_is_added_as_it_is(backbone):
    lattice = model(backbone, input="features", transform_dim=6, k=1)
    p = oracles.Parameters.of(lattice)
    users, items = oracles.backbone(p, PAIRS, None if backbone == "mf" else 2)
    check_against(lattice, p, (users, items + oracles.unit_rows(oracles.content(p))))


def test_content_to_be_added_is_as_long_as_an_embedding():
    with pytest.raises(InputError, match="transform_dim is 5"):
        model(input="features")


def check_against(lattice, p, expected, n_modalities=2):
    for got, wanted in zip(lattice.embed(), expected, strict=True):
        torch.testing.assert_close(got.double(), wanted, rtol=1e-4, atol=1e-5)
    loss = lattice.loss(*batch())
    wanted = oracles.bpr_loss(expected, (p.user_embedding, p.item_embedding), TRIPLES, 0.05)
    assert loss.item() == pytest.approx(float(wanted), rel=1e-5)
    loss.backward()
    wanted.backward()
    parameters = dict(lattice.named_parameters())
    assert set(parameters) == set(p.named())
    for name, tensor in p.named().items():
        got = parameters[name].grad.double()
        scale = float(tensor.grad.abs().max())
        torch.testing.assert_close(got, tensor.grad, rtol=1e-3, atol=1e-4 * scale + 1e-9, msg=lambda m, n=name: n + m)
        assert scale > 1e-6 or n_modalities == 1, name


@pytest.mark.parametrize("lambda_", [0.0, 0.6, 1.0])
@pytest.mark.parametrize("item_layers", [1, 2])
def test_later_steps_of_an_epoch_are_the_dense_ones_too(item_layers, lambda_):
    lattice = model("lightgcn", item_layers=item_layers, lambda_=lambda_, gradient="first")
    lattice.refresh()
    lattice.loss(*batch())  # the first step, after which the edges are fixed
    p = oracles.Parameters.of(lattice)
    embeddings = dense(p, "lightgcn", item_layers, lambda_=lambda_)
    wanted = oracles.bpr_loss(embeddings, (p.user_embedding, p.item_embedding), TRIPLES, 0.05)
    loss = lattice.loss(*batch())
    assert loss.item() == pytest.approx(float(wanted), rel=1e-5)
    loss.backward()
    wanted.backward()
    for name in ("backbone.user_embedding", "backbone.item_embedding", "alpha_logits"):
        torch.testing.assert_close(
            lattice.get_parameter(name).grad.double(), p.named()[name].grad, rtol=1e-3, atol=1e-6
        )


def test_later_steps_of_an_epoch_work_without_neighbours():
    lattice = model("lightgcn", k=0, gradient="first")
    first, second = lattice.loss(*batch()), lattice.loss(*batch())
    assert torch.equal(first, second)


@pytest.mark.parametrize(("k", "lambda_"), [(0, 0.5), (1, 0.5), (ITEMS, 0.5), (ITEMS + 5, 0.5), (4, 0.0), (4, 1.0)])
def test_the_ends_of_the_options_are_the_dense_ones_too(k, lambda_):
    lattice = model(k=k, lambda_=lambda_)
    expected = dense(oracles.Parameters.of(lattice), "mf", 1, k, lambda_)
    for got, wanted in zip(lattice.embed(), expected, strict=True):
        torch.testing.assert_close(got.double(), wanted, rtol=1e-4, atol=1e-5)
    lattice.loss(*batch()).backward()
    assert all(p.grad is None or p.grad.isfinite().all() for p in lattice.parameters())


@pytest.mark.parametrize("backbone", ["mf", "lightgcn"])
def test_without_neighbours_it_is_its_backbone(backbone):
    lattice = model(backbone, k=0)
    for got, wanted in zip(lattice.embed(), lattice.backbone.embed(), strict=True):
        assert torch.equal(got, wanted)


def test_lattice_every_parameter_gets_gradient_not_features():
    lattice = model()
    lattice.loss(*batch()).backward()
    for name, parameter in lattice.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().max() > 0, name
    assert not any(name.startswith("raw") for name, _ in lattice.named_parameters())


def test_modality_weights_are_a_softmax_and_are_monitored():
    lattice = model(n_modalities=3)
    alpha = lattice.alpha.detach()
    assert float(alpha.sum()) == pytest.approx(1)
    logits = lattice.alpha_logits.detach().double()
    torch.testing.assert_close(alpha.double(), logits.exp() / logits.exp().sum())
    assert lattice.monitored() == {f"alpha_{m}": float(a) for m, a in zip(DIMS, alpha, strict=True)}


def test_at_first_every_modality_counts_the_same():
    built = build(LatticeOptions(), USERS, ITEMS, torch.as_tensor(PAIRS), features(3))
    assert built.alpha.tolist() == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize(("gradient", "steps_with_gradient"), [("every", [0, 1, 2]), ("first", [0])])
def test_lattice_edge_gradient_is_on_first_or_every_step(gradient, steps_with_gradient):
    lattice = model(gradient=gradient)
    for _epoch in range(2):
        lattice.refresh()
        carried = []
        for step in range(3):
            lattice.zero_grad()
            lattice.loss(*batch()).backward()
            assert lattice.alpha_logits.grad.abs().max() > 0  # alpha isn't of the edges: it learns on every step
            assert lattice.backbone.item_embedding.grad.abs().max() > 0
            grads = [linear.weight.grad for linear in lattice.transforms.values()]
            if all(grad is not None and grad.abs().max() > 0 for grad in grads):
                carried.append(step)
            else:
                assert all(grad is None for grad in grads)
        assert carried == steps_with_gradient


@pytest.mark.parametrize("gradient", ["every", "first"])
def test_lattice_refresh_alone_changes_the_edges(gradient):
    lattice = model(gradient=gradient, empty=False)
    lattice.refresh()
    before = lattice.graphs()["visual"].learned
    with torch.no_grad():
        lattice.transforms["visual"].weight.copy_(torch.randn(5, 7, generator=torch.Generator().manual_seed(9)))
    between = lattice.graphs()["visual"].learned
    assert torch.equal(between.indices, before.indices)
    assert torch.equal(between.weights, before.weights) == (gradient == "first")
    lattice.refresh()
    after = lattice.graphs()["visual"].learned
    assert not torch.equal(after.indices, before.indices)
    expected = oracles.transform(
        lattice.raw("visual").double(),
        lattice.transforms["visual"].weight.detach().double(),
        lattice.transforms["visual"].bias.detach().double(),
    )
    dense_graph = oracles.normalised(oracles.sparsified(expected, 4))
    torch.testing.assert_close(after.weights.double(), dense_graph.gather(1, after.indices), rtol=1e-4, atol=1e-6)


def test_evaluating_does_not_use_up_the_first_steps_gradient():
    lattice = model(gradient="first")
    lattice.refresh()
    with torch.no_grad():
        lattice.embed()
    lattice.loss(*batch()).backward()
    assert lattice.transforms["visual"].weight.grad is not None


@pytest.mark.parametrize(("gradient", "times"), [("first", 1), ("every", 2)])
def test_features_are_transformed_once_until_weights_change(gradient, times):
    lattice, calls = model(gradient=gradient), []
    lattice.transforms["visual"].register_forward_hook(lambda *_: calls.append(1))
    lattice.refresh()
    with torch.no_grad():
        lattice.embed()
    for _step in range(2):
        lattice.loss(*batch()).backward()
    assert len(calls) == times


def test_items_without_content_keep_the_backbones_embedding():
    lattice = model("lightgcn")
    users, items = lattice.embed()
    backbone_users, backbone_items = lattice.backbone.embed()
    assert torch.equal(users, backbone_users)
    assert torch.equal(items[4], backbone_items[4])
    with torch.no_grad():
        lengths = (items - backbone_items).norm(dim=1)
    assert lengths[[i for i in range(ITEMS) if i != 4]].tolist() == pytest.approx([1.0] * (ITEMS - 1), abs=1e-5)


def test_items_alike_in_content_get_the_same_addition():
    content = features(1, empty=False)
    content["visual"][7] = content["visual"][2]
    built = build(LatticeOptions(k=ITEMS, backbone=MFOptions(dim=6)), USERS, ITEMS, torch.as_tensor(PAIRS), content)
    h = F.normalize(built.item_graph_embeddings(), dim=1)
    torch.testing.assert_close(h[2], h[7])


def test_options_are_values():
    options = LatticeOptions()
    assert replace(options) == options
    with pytest.raises(AttributeError):
        options.k = 3


@pytest.mark.parametrize("engine", ["faiss", "usearch"])
def test_an_approximate_engine_with_all_neighbours_is_exact(engine, capsys):
    exact, approximate = model("lightgcn"), model("lightgcn", engine=engine)
    loss, other = exact.loss(*batch()), approximate.loss(*batch())
    assert other.item() == pytest.approx(loss.item(), rel=1e-6)
    assert approximate.monitored()["knn_recall_visual"] == 1.0
    assert f"visual initial: {engine} found 100.0% of the neighbours" in capsys.readouterr().err
    assert not any(name.startswith("knn_recall") for name in exact.monitored())
