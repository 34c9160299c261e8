"""Names and options of models: found, written, read back, refused."""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest
import torch

from lattice.errors import InputError
from lattice.models import (
    BACKBONES,
    BM3,
    GRCN,
    MF,
    MGCN,
    MMGCN,
    MODELS,
    NGCF,
    VBPR,
    BM3Options,
    Freedom,
    FreedomOptions,
    GRCNOptions,
    Lattice,
    LatticeOptions,
    LightGCN,
    LightGCNOptions,
    MFOptions,
    MGCNOptions,
    Micro,
    MicroOptions,
    MMGCNOptions,
    NGCFOptions,
    VBPROptions,
    build,
    default_options,
    model_name,
    options_from_dict,
    options_to_dict,
)
from lattice.training import TrainingOptions
from lattice.training.overrides import apply
from tests.synthetic import ON_A_BACKBONE, STANDALONE

EVERY = [
    MFOptions(dim=3, l2=0.5),
    LightGCNOptions(dim=4, l2=0.0, layers=7),
    LatticeOptions(backbone=MFOptions(dim=9), k=3, lambda_=0.25, item_layers=2, transform_dim=5, gradient="first"),
    LatticeOptions(backbone=LightGCNOptions(layers=3)),
    NGCFOptions(dim=4, layers=3, dropout=0.4, combine="mean"),
    VBPROptions(dim=4, content_dim=5),
    MMGCNOptions(dim=4, layers=3),
    GRCNOptions(dim=4, layers=1, routings=2, content_dim=5),
    BM3Options(dim=4, layers=2, dropout=0.5, contrast=2.0),
    FreedomOptions(dim=4, k=3, item_layers=2, visual_weight=0.3, prune=0.5, content_loss=0.1),
    MicroOptions(dim=4, k=3, lambda_=0.5, transform_dim=5, contrast=0.1, temperature=1.0),
    MGCNOptions(dim=4, k=3, item_layers=2, contrast=0.1, temperature=0.5),
    LatticeOptions(backbone=NGCFOptions(dim=4, combine="mean"), k=3),
    LatticeOptions(backbone=MFOptions(dim=5), input="features", transform_dim=5),
    LatticeOptions(backbone=MFOptions(dim=5), input="features", transform_dim=5, k=1),
]


@pytest.mark.parametrize("options", EVERY, ids=lambda o: type(o).__name__)
def test_options_survive_json(options):
    assert options_from_dict(json.loads(json.dumps(options_to_dict(options)))) == options


@pytest.mark.parametrize(
    ("model", "backbone", "kind", "on"),
    [
        ("mf", None, MFOptions, None),
        ("lightgcn", None, LightGCNOptions, None),
        ("lattice", "mf", LatticeOptions, MFOptions),
        ("lattice", "lightgcn", LatticeOptions, LightGCNOptions),
        ("lattice", "ngcf", LatticeOptions, NGCFOptions),
        ("lattice/feats", "ngcf", LatticeOptions, NGCFOptions),
        ("feats", "mf", LatticeOptions, MFOptions),
        ("lattice", None, LatticeOptions, LightGCNOptions),
        ("ngcf", None, NGCFOptions, None),
        ("vbpr", None, VBPROptions, None),
        ("mmgcn", None, MMGCNOptions, None),
        ("grcn", None, GRCNOptions, None),
        ("bm3", None, BM3Options, None),
        ("freedom", None, FreedomOptions, None),
        ("mgcn", None, MGCNOptions, None),
        ("micro", None, MicroOptions, None),
    ],
)
def test_default_options_and_model_name_are_inverse(model, backbone, kind, on):
    options = default_options(model, backbone)
    assert type(options) is kind
    assert model_name(options) == model
    assert on is None or type(options.backbone) is on


@pytest.mark.parametrize(
    ("model", "backbone"), [("bpr", None), ("bpr", "mf"), ("lattice", "vbpr"), ("", None), ("LATTICE", "mf")]
)
def test_default_options_lists_the_models_for_an_unknown_name(model, backbone):
    with pytest.raises(InputError, match="mf, ngcf, lightgcn") as refused:
        default_options(model, backbone)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("backbone", ["mf", "no such"])
def test_a_backbone_under_what_has_none_is_refused(backbone):
    with pytest.raises(InputError, match="lightgcn has no backbone"):
        default_options("lightgcn", backbone)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"model": "bpr"},
        {"dim": 3},
        {"model": "mf", "depth": 3},
        {"model": "mf", "layers": 2},
        {"model": "lattice", "k": 3},
        {"model": "lattice", "backbone": {"model": "gcn"}},
        {"model": "lattice", "backbone": {"model": "vbpr"}},
        {"model": "lattice", "backbone": {"model": "lattice", "backbone": {"model": "mf"}}},
        {"model": "lattice", "backbone": {"model": "ngcf", "combine": "concat"}},
        {"model": "lattice", "backbone": "mf"},
        {"model": "lattice", "backbone": None},
        {"model": ["mf"]},
    ],
)
def test_options_from_dict_refuses_bad_input_in_one_line(values):
    with pytest.raises(InputError) as refused:
        options_from_dict(values)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "change",
    [
        {"k": -1},
        {"lambda_": 1.5},
        {"lambda_": -0.1},
        {"lambda_": float("nan")},
        {"item_layers": 0},
        {"transform_dim": 0},
        {"gradient": "sometimes"},
        {"engine": "steam"},
        {"input": "pictures"},
    ],
)
def test_lattice_options_out_of_range_are_refused(change):
    with pytest.raises(InputError, match=next(iter(change))):
        LatticeOptions(**change)


@pytest.mark.parametrize("options", [MODELS[key].options for key in STANDALONE])
@pytest.mark.parametrize(
    "change",
    [
        {"dim": 0},
        {"l2": -1e-4},
        {"l2": float("nan")},
        {"layers": -1},
        {"dropout": 1.5},
        {"combine": "sum"},
        {"content_dim": 0},
        {"routings": -1},
        {"k": -1},
        {"item_layers": 0},
        {"visual_weight": 1.5},
        {"prune": 1.0},
        {"content_loss": -1.0},
        {"contrast": -1.0},
        {"temperature": 0.0},
    ],
    ids=str,
)
def test_standalone_options_refuse_values_out_of_range(options, change):
    if set(change) <= set(options.__dataclass_fields__):
        with pytest.raises(InputError, match=next(iter(change))):
            options(**change)


def numbers(options) -> Iterator[str]:
    """The names of all options that are numbers, a backbone's too."""
    for field in fields(options):
        value = getattr(options, field.name)
        if is_dataclass(value):
            yield from numbers(value)
        elif isinstance(value, int | float):
            yield field.name


@pytest.mark.parametrize("value", ["-1", "inf", "nan", "1000000000000"])
@pytest.mark.parametrize("options", EVERY, ids=lambda o: type(o).__name__)
def test_no_number_may_be_set_out_of_bounds(options, value):
    for name in [*numbers(options), *numbers(TrainingOptions())]:
        with pytest.raises(InputError, match=rf"\b{name} is\b") as refused:
            apply([f"{name}={value}"], options, TrainingOptions())
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("backbone", BACKBONES)
@pytest.mark.parametrize("model", ON_A_BACKBONE)
def test_default_options_of_ablations_are_lattice_presets(model, backbone):
    options = default_options(model, backbone)
    assert (options.input, options.k) == {
        "lattice": ("ids", 10), "lattice/feats": ("features", 10), "feats": ("features", 1)
    }[model]  # fmt: skip
    assert model_name(options) == model
    assert model_name(options.backbone) == backbone


@pytest.mark.parametrize("options", EVERY, ids=lambda o: type(o).__name__)
def test_options_build_their_model(options):
    pairs, features = torch.tensor([[0, 0], [1, 2]]), {"visual": torch.randn(3, 4)}
    model = build(options, 2, 3, pairs, features)
    kinds = {"mf": MF, "ngcf": NGCF, "lightgcn": LightGCN, "vbpr": VBPR, "mmgcn": MMGCN, "grcn": GRCN}
    kinds |= {"bm3": BM3, "freedom": Freedom, "mgcn": MGCN, "micro": Micro}
    assert type(model) is kinds.get(model_name(options), Lattice)
    users, items = model.embed()
    dim = (options.backbone if isinstance(options, LatticeOptions) else options).dim
    dim += {VBPROptions: 6, GRCNOptions: 5}.get(type(options), 0)
    assert users.shape == (2, dim)
    assert items.shape == (3, dim)


def test_lattice_without_features_is_refused():
    with pytest.raises(InputError, match="modality"):
        build(LatticeOptions(), 2, 3, torch.tensor([[0, 0]]), {})


@pytest.mark.parametrize("name", ["clip.v1", "type", "values", "training"])
def test_build_refuses_a_modality_name_that_pytorch_cannot_take(name):
    with pytest.raises(InputError, match="modality"):
        build(LatticeOptions(), 2, 3, torch.tensor([[0, 0]]), {name: torch.randn(3, 4)})
