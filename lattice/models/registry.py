"""Every model, once: what it is called, how it is built, and what it can do.

To add a model, write its file and add one entry to `MODELS`; the contract test of `tests/models/test_registry.py` then
runs on it, and the command line, the experiments and the app know it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

from torch import Tensor

from lattice.errors import InputError
from lattice.graph import Bipartite, MeanAdjacency, normalized_adjacency
from lattice.models.base import BackboneOptions, EmbeddingModel, Model
from lattice.models.bm3 import BM3, BM3Options
from lattice.models.content import check_features
from lattice.models.freedom import Freedom, FreedomOptions
from lattice.models.grcn import GRCN, GRCNOptions
from lattice.models.lattice import Lattice, LatticeOptions
from lattice.models.lightgcn import LightGCN, LightGCNOptions
from lattice.models.mf import MF, MFOptions
from lattice.models.mgcn import MGCN, MGCNOptions
from lattice.models.micro import Micro, MicroOptions
from lattice.models.mmgcn import MMGCN, MMGCNOptions
from lattice.models.ngcf import NGCF, NGCFOptions
from lattice.models.vbpr import VBPR, VBPROptions

Options = Any  # a frozen dataclass: the options class of one entry below
Builder = Callable[[Any, int, int, Tensor, Mapping[str, Tensor]], Model]


@dataclass(frozen=True)
class ModelEntry:
    """One model of the registry.

    Args:
        key: its name on the command line, in checkpoints and in result files.
        label: its name as papers write it.
        options: its options class, a frozen dataclass.
        build: make it from (options, n_users, n_items, pairs [n, 2], modality -> features [n_items, d_m]).
        tables: the paper's tables that compare it, or list it beside the paper's models: 2, 3.
        successor: whether it is younger than LATTICE, which then isn't compared with it as with a baseline.
        needs_features: whether it reads item features.
        has_item_graph: whether it is an `ItemGraphModel`.
        as_backbone: its options where it is a backbone of LATTICE, as far as they differ from its defaults.
        on_backbone: its label on a backbone, as "LATTICE-{}"; empty if it takes no backbone.
        preset: the options that make it another model than its options class alone says.
    """

    key: str
    label: str
    options: type
    build: Builder
    tables: tuple[int, ...] = ()
    successor: bool = False
    needs_features: bool = False
    has_item_graph: bool = False
    as_backbone: Mapping[str, Any] = field(default_factory=dict)
    on_backbone: str = ""
    preset: Mapping[str, Any] = field(default_factory=dict)


# --- builders --------------------------------------------------------------------------------------------------------


def _mf(options: MFOptions, n_users: int, n_items: int, pairs: Tensor, features: Mapping[str, Tensor]) -> Model:
    return MF(n_users, n_items, options)


def _ngcf(options: NGCFOptions, n_users: int, n_items: int, pairs: Tensor, features: Mapping[str, Tensor]) -> Model:
    return NGCF(n_users, n_items, normalized_adjacency(pairs[:, 0], pairs[:, 1], n_users, n_items), options)


def _lightgcn(
    options: LightGCNOptions, n_users: int, n_items: int, pairs: Tensor, features: Mapping[str, Tensor]
) -> Model:
    return LightGCN(n_users, n_items, normalized_adjacency(pairs[:, 0], pairs[:, 1], n_users, n_items), options)


def _vbpr(options: VBPROptions, n_users: int, n_items: int, pairs: Tensor, features: Mapping[str, Tensor]) -> Model:
    return VBPR(n_users, n_items, features, options)


def _mmgcn(options: MMGCNOptions, n_users: int, n_items: int, pairs: Tensor, features: Mapping[str, Tensor]) -> Model:
    return MMGCN(n_users, n_items, MeanAdjacency.of(pairs[:, 0], pairs[:, 1], n_users, n_items), features, options)


def _grcn(options: GRCNOptions, n_users: int, n_items: int, pairs: Tensor, features: Mapping[str, Tensor]) -> Model:
    return GRCN(n_users, n_items, pairs, features, options)


def _lattice(
    options: LatticeOptions, n_users: int, n_items: int, pairs: Tensor, features: Mapping[str, Tensor]
) -> Model:
    backbone = build(options.backbone, n_users, n_items, pairs, {})
    assert isinstance(backbone, EmbeddingModel)
    return Lattice(backbone, features, options)


def _freedom(
    options: FreedomOptions, n_users: int, n_items: int, pairs: Tensor, features: Mapping[str, Tensor]
) -> Model:
    def adjacency(chosen: Tensor) -> Bipartite:
        return normalized_adjacency(chosen[:, 0], chosen[:, 1], n_users, n_items)

    backbone = LightGCN(n_users, n_items, adjacency(pairs), options.backbone_options)
    return Freedom(backbone, pairs, features, options, adjacency)


def _bm3(options: BM3Options, n_users: int, n_items: int, pairs: Tensor, features: Mapping[str, Tensor]) -> Model:
    return BM3(n_users, n_items, normalized_adjacency(pairs[:, 0], pairs[:, 1], n_users, n_items), features, options)


def _micro(options: MicroOptions, n_users: int, n_items: int, pairs: Tensor, features: Mapping[str, Tensor]) -> Model:
    graph = normalized_adjacency(pairs[:, 0], pairs[:, 1], n_users, n_items)
    return Micro(LightGCN(n_users, n_items, graph, options.backbone_options), features, options)


def _mgcn(options: MGCNOptions, n_users: int, n_items: int, pairs: Tensor, features: Mapping[str, Tensor]) -> Model:
    return MGCN(n_users, n_items, normalized_adjacency(pairs[:, 0], pairs[:, 1], n_users, n_items), features, options)


# --- the models, in the order of the paper's tables, then LATTICE's successors ---------------------------------------

_ENTRIES = (
    ModelEntry("mf", "MF", MFOptions, _mf, tables=(2, 3)),
    # LATTICE adds vectors of length dim (Eq. 8), so its NGCF averages the layers instead of concatenating them.
    ModelEntry("ngcf", "NGCF", NGCFOptions, _ngcf, tables=(2, 3), as_backbone={"combine": "mean"}),
    ModelEntry("lightgcn", "LightGCN", LightGCNOptions, _lightgcn, tables=(2, 3)),
    ModelEntry("vbpr", "VBPR", VBPROptions, _vbpr, tables=(2,), needs_features=True),
    ModelEntry("mmgcn", "MMGCN", MMGCNOptions, _mmgcn, tables=(2,), needs_features=True),
    ModelEntry("grcn", "GRCN", GRCNOptions, _grcn, tables=(2,), needs_features=True),
    ModelEntry(
        "feats",
        "features",
        LatticeOptions,
        _lattice,
        tables=(3,),
        needs_features=True,
        has_item_graph=True,
        on_backbone="{}+feats",
        preset={"input": "features", "k": 1},
    ),
    ModelEntry(
        "lattice/feats",
        "LATTICE/feats",
        LatticeOptions,
        _lattice,
        tables=(3,),
        needs_features=True,
        has_item_graph=True,
        on_backbone="LATTICE/feats-{}",
        preset={"input": "features"},
    ),
    ModelEntry(
        "lattice",
        "LATTICE",
        LatticeOptions,
        _lattice,
        tables=(2, 3),
        needs_features=True,
        has_item_graph=True,
        on_backbone="LATTICE-{}",
    ),
    ModelEntry(
        "micro",
        "MICRO",
        MicroOptions,
        _micro,
        tables=(2,),
        successor=True,
        needs_features=True,
        has_item_graph=True,
    ),
    ModelEntry("bm3", "BM3", BM3Options, _bm3, tables=(2,), successor=True, needs_features=True),
    ModelEntry(
        "freedom",
        "FREEDOM",
        FreedomOptions,
        _freedom,
        tables=(2,),
        successor=True,
        needs_features=True,
        has_item_graph=True,
    ),
    ModelEntry("mgcn", "MGCN", MGCNOptions, _mgcn, tables=(2,), successor=True, needs_features=True),
)
MODELS: Mapping[str, ModelEntry] = {entry.key: entry for entry in _ENTRIES}
DEFAULT_BACKBONE = "lightgcn"
BACKBONES = tuple(key for key, entry in MODELS.items() if issubclass(entry.options, BackboneOptions))
IN_TABLE_2 = tuple(key for key, entry in MODELS.items() if 2 in entry.tables)


def display_order() -> list[str]:
    """Return the keys of Table 2's models as the app shows them: LATTICE, its usual backbone, others, successors."""

    def place(key: str) -> tuple[bool, bool, bool]:
        return MODELS[key].successor, not MODELS[key].has_item_graph, key != DEFAULT_BACKBONE

    return sorted(IN_TABLE_2, key=place)


def find_model(key: str) -> ModelEntry:
    """Return the entry of a key; an InputError lists the keys there are."""
    if key not in MODELS:
        raise InputError(f"no model {key!r}; models: {', '.join(MODELS)}; backbones: {', '.join(BACKBONES)}")
    return MODELS[key]


def default_options(model: str, backbone: str | None = None) -> Options:
    """Return the default options of a model by its key, on a backbone (LightGCN's by default) where it takes one."""
    entry = find_model(model)
    if not entry.on_backbone:
        if backbone is not None:
            takers = ", ".join(key for key, other in MODELS.items() if other.on_backbone)
            raise InputError(f"{model} has no backbone; leave {backbone!r} out, or choose one of {takers}")
        return entry.options()
    below = find_model(backbone or DEFAULT_BACKBONE)
    if below.key not in BACKBONES:
        raise InputError(f"{model} can't be plugged onto {backbone}; backbones: {', '.join(BACKBONES)}")
    return entry.options(backbone=below.options(**below.as_backbone), **entry.preset)


def entry_of(options: Options) -> ModelEntry:
    """Return the entry whose options class and preset these options have; the one with the longest preset."""
    found = [
        entry
        for entry in MODELS.values()
        if type(options) is entry.options
        and all(getattr(options, name) == value for name, value in entry.preset.items())
    ]
    return max(found, key=lambda entry: len(entry.preset))


def model_name(options: Options) -> str:
    """Return the key under which `default_options` finds these options."""
    return entry_of(options).key


def options_to_dict(options: Options) -> dict[str, Any]:
    """Return a model's options as plain JSON, a backbone's nested in them; `options_from_dict` reads it back."""
    values = {f.name: getattr(options, f.name) for f in fields(options)}
    nested = {name: options_to_dict(value) for name, value in values.items() if is_dataclass(value)}
    return {"model": model_name(options), **values, **nested}


def options_from_dict(values: Mapping[str, Any]) -> Options:
    """Return the options that `options_to_dict` wrote, defaults where a value isn't given.

    Raises:
        InputError: for an unknown model, backbone or option, or a value out of range.
    """
    try:
        rest = dict(values)
        entry = find_model(rest.pop("model"))
        if entry.on_backbone:
            return entry.options(**{**entry.preset, **rest, "backbone": options_from_dict(rest["backbone"])})
        return replace(entry.options(), **rest)
    except InputError:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"model options {values!r} can't be read: {error}") from None


def build(options: Options, n_users: int, n_items: int, pairs: Tensor, features: Mapping[str, Tensor]) -> Model:
    """Build a freshly initialised model on the device of `pairs`, where it stays: its graphs don't move.

    Args:
        options: which model, and with which options.
        n_users: number of users.
        n_items: number of items.
        pairs: [n, 2] int64 training interactions (user, item), each once.
        features: modality -> [n_items, d_m], for models that use them.

    Returns:
        The model, in training mode.

    Raises:
        InputError: if it needs features and there are none, or a modality's name can't be that of a part of a model.
    """
    entry = entry_of(options)
    if entry.needs_features:
        check_features(entry.label, features)
    return entry.build(options, n_users, n_items, pairs, features).to(pairs.device)
