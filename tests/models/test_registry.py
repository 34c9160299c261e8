"""What every registered model must do, whatever it is: one contract, run on each."""

from math import isfinite

import numpy as np
import pytest
import torch

from lattice import checkpoint as checkpoints
from lattice.errors import InputError
from lattice.graph import ModalityGraph
from lattice.models import BACKBONES, MODELS, ItemGraphModel, build, default_options, display_order, model_name
from lattice.pipeline import fit
from lattice.training import TrainingOptions
from lattice.training.overrides import apply, has_option
from tests.synthetic import clustered

CASES = [(key, None) for key in MODELS] + [
    (key, backbone) for key, entry in MODELS.items() if entry.on_backbone for backbone in BACKBONES
]
TRAINING = TrainingOptions(lr=0.01, batch_size=64, epochs=2, device="cpu")


def small_options(key: str, backbone: str | None):
    """Return a model's default options with short vectors."""
    options = default_options(key, backbone)
    sizes = [f"{name}=8" for name in ("dim", "transform_dim", "content_dim") if has_option(name, options)]
    return apply(sizes, options, TRAINING)[0]


@pytest.fixture(scope="module")
def dataset():
    return clustered()


def fresh(dataset, key: str, backbone: str | None):
    torch.manual_seed(0)
    features = {m: torch.as_tensor(matrix) for m, matrix in dataset.features.items()}
    pairs = torch.as_tensor(dataset.pairs("train"))
    return build(small_options(key, backbone), dataset.n_users, dataset.n_items, pairs, features)


def triples(dataset) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return every training pair with a random negative."""
    pairs = torch.as_tensor(dataset.pairs("train"))
    negatives = torch.randint(dataset.n_items, (len(pairs),), generator=torch.Generator().manual_seed(0))
    return pairs[:, 0].contiguous(), pairs[:, 1].contiguous(), negatives


@pytest.mark.parametrize(("key", "backbone"), CASES)
def test_model_embeds_and_every_parameter_learns(dataset, key, backbone):
    model = fresh(dataset, key, backbone)
    model.refresh()
    with torch.no_grad():  # LATTICE gives its edge weights a gradient on the first step after a refresh
        users, items = model.embed()
    assert users.shape == (dataset.n_users, users.shape[1])
    assert items.shape == (dataset.n_items, users.shape[1])
    assert set(model.modalities) == (set(dataset.features) if MODELS[key].needs_features else set())
    assert all(isinstance(value, float) for value in model.monitored().values())
    loss = model.loss(*triples(dataset))
    assert loss.shape == ()
    assert isfinite(loss.item())
    loss.backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        assert parameter.grad.abs().max() > 0, name


@pytest.mark.parametrize(("key", "backbone"), CASES)
def test_model_refresh_follows_from_the_seed_alone(dataset, key, backbone):
    model = fresh(dataset, key, backbone).eval()
    found = []
    for before in (1, 2):
        torch.manual_seed(before)
        model.refresh()  # an earlier refresh with other random numbers leaves no trace
        torch.manual_seed(3)
        model.refresh()
        loss = model.train().loss(*triples(dataset))
        found.append([*model.eval().embed(), loss])
    for one, other in zip(*found, strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize(("key", "backbone"), CASES)
def test_model_scores_the_same_after_save_and_load(dataset, tmp_path, key, backbone):
    written = fit(dataset, small_options(key, backbone), TRAINING, tmp_path / "model", progress=False)
    read = checkpoints.load(tmp_path / "model")
    assert type(read.model) is type(written.model)
    assert read.options == written.options
    with torch.no_grad():
        for one, other in zip(read.model.embed(), written.model.embed(), strict=True):
            torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-6)  # memory may lie differently


@pytest.mark.parametrize("key", [key for key, entry in MODELS.items() if entry.has_item_graph])
def test_item_graph_model_has_what_inference_reads(dataset, key):
    model = fresh(dataset, key, None)
    assert isinstance(model, ItemGraphModel)
    assert model.alpha.sum().item() == pytest.approx(1)
    assert {type(graph) for graph in model.graphs().values()} == {ModalityGraph}
    assert list(model.graphs()) == list(model.modalities)
    assert model.inputs(model.alpha).shape == model.backbone.embed()[1].shape
    for modality in model.modalities:
        np.testing.assert_array_equal(model.raw(modality), dataset.features[modality])
        assert len(model.transformed(modality)) == dataset.n_items


def test_registry_agrees_with_its_models(dataset):
    for key, entry in MODELS.items():
        assert entry.key == key
        assert model_name(default_options(key)) == key
        assert isinstance(fresh(dataset, key, None), ItemGraphModel) == entry.has_item_graph
        assert set(entry.tables) <= {2, 3}
    assert len({entry.label for entry in MODELS.values()}) == len(MODELS)


@pytest.mark.parametrize("key", [key for key, entry in MODELS.items() if entry.needs_features])
def test_model_that_reads_features_is_refused_without(key):
    with pytest.raises(InputError, match="modality"):
        build(default_options(key), 2, 3, torch.tensor([[0, 0]]), {})


def test_display_order_is_lattice_baselines_successors():
    order = display_order()
    successors = [MODELS[key].successor for key in order]
    assert order[:2] == ["lattice", "lightgcn"]
    assert successors == sorted(successors)
    later = [MODELS[key].has_item_graph for key in order[successors.index(True) :]]
    assert later == sorted(later, reverse=True)
