"""The models, one file each, and how one is built from its name and options. All have one interface:

    embed() -> (users [n_users, d], items [n_items, d])  final embeddings, whose inner products are the scores
    loss(users, positives, negatives) -> scalar          training loss of a batch of triples, each [B] int64
    refresh()                                            rebuild what is held fixed within an epoch
    monitored() -> {name: value}                         learned values worth a column in the training history

Recommendation lives outside, on embeddings.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from torch import Tensor, nn

from lattice.errors import InputError
from lattice.graph import MeanAdjacency, normalized_adjacency
from lattice.models.grcn import GRCN, GRCNOptions
from lattice.models.lattice import Lattice, LatticeOptions
from lattice.models.lightgcn import LightGCN, LightGCNOptions
from lattice.models.mf import MF, MFOptions
from lattice.models.mmgcn import MMGCN, MMGCNOptions
from lattice.models.ngcf import NGCF, NGCFOptions
from lattice.models.vbpr import VBPR, VBPROptions

BackboneOptions = MFOptions | NGCFOptions | LightGCNOptions
ContentOptions = VBPROptions | MMGCNOptions | GRCNOptions
Options = BackboneOptions | ContentOptions | LatticeOptions
Model = MF | Lattice

# Each kind of options stands for one model: the paper's CF methods, its multimodal baselines, and under LATTICE what
# its Table 3 calls LATTICE-CF, LATTICE/feats-CF and CF+feats.
BACKBONES: dict[str, type[BackboneOptions]] = {"mf": MFOptions, "ngcf": NGCFOptions, "lightgcn": LightGCNOptions}
MULTIMODAL: dict[str, type[ContentOptions]] = {"vbpr": VBPROptions, "mmgcn": MMGCNOptions, "grcn": GRCNOptions}
ON_A_BACKBONE: dict[str, dict[str, Any]] = {
    "lattice": {},
    "lattice/feats": {"input": "features"},
    "feats": {"input": "features", "k": 1},
}
ALONE: dict[str, type[BackboneOptions] | type[ContentOptions]] = {**BACKBONES, **MULTIMODAL}


def default_options(model: str, backbone: str | None = None) -> Options:
    """The options of a model by its name in ALONE, or in ON_A_BACKBONE with a backbone's, LightGCN's by default."""
    if model in ON_A_BACKBONE and (backbone is None or backbone in BACKBONES):
        below = NGCFOptions(combine="mean") if backbone == "ngcf" else BACKBONES[backbone or "lightgcn"]()
        return LatticeOptions(backbone=below, **ON_A_BACKBONE[model])
    if model in ALONE and backbone is None:
        return ALONE[model]()
    if model in ALONE:
        raise InputError(f"{model} has no backbone; leave {backbone!r} out, or take lattice, lattice/feats or feats")
    known, named = ", ".join([*ALONE, *ON_A_BACKBONE]), "" if backbone is None else f" on backbone {backbone!r}"
    raise InputError(f"no model {model!r}{named}; models: {known}; backbones: {', '.join(BACKBONES)}")


def model_name(options: Options) -> str:
    """The name under which `default_options` finds these options."""
    if isinstance(options, LatticeOptions):
        if options.input == "ids":
            return "lattice"
        return "feats" if options.k == 1 else "lattice/feats"
    return next(name for name, kind in ALONE.items() if type(options) is kind)


def options_to_dict(options: Options) -> dict[str, Any]:
    """Plain JSON of a model's options, nested as they are; `options_from_dict` reads it back."""
    values = {f.name: getattr(options, f.name) for f in fields(options)}
    if isinstance(options, LatticeOptions):
        values["backbone"] = options_to_dict(options.backbone)
    return {"model": model_name(options), **values}


def options_from_dict(values: Mapping[str, Any]) -> Options:
    """The options that `options_to_dict` wrote, defaults where a value isn't given.

    Raises an InputError for no model or backbone, an unknown key, or a value out of range.
    """
    try:
        rest = dict(values)
        model = rest.pop("model")
        if model in ON_A_BACKBONE:
            backbone = options_from_dict(rest.pop("backbone"))
            return LatticeOptions(**{**ON_A_BACKBONE[model], **rest, "backbone": backbone})
        return replace(default_options(model), **rest)
    except InputError:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"model options {values!r} can't be read: {error}") from None


def build(options: Options, n_users: int, n_items: int, pairs: Tensor, features: Mapping[str, Tensor]) -> Model:
    """A freshly initialised model on the device of `pairs`, where it stays: its graphs don't move.

    pairs: [n, 2] training interactions (user, item). features: modality -> [n_items, d_m], for models that use them.
    """
    model: Model
    match options:
        case LatticeOptions():
            _check_features(options, features)
            model = Lattice(build_backbone(options.backbone, n_users, n_items, pairs), features, options)
        case VBPROptions():
            _check_features(options, features)
            model = VBPR(n_users, n_items, features, options)
        case MMGCNOptions():
            _check_features(options, features)
            graph = MeanAdjacency.of(pairs[:, 0], pairs[:, 1], n_users, n_items)
            model = MMGCN(n_users, n_items, graph, features, options)
        case GRCNOptions():
            _check_features(options, features)
            model = GRCN(n_users, n_items, pairs, features, options)
        case _:
            model = build_backbone(options, n_users, n_items, pairs)
    return model.to(pairs.device)


def build_backbone(options: BackboneOptions, n_users: int, n_items: int, pairs: Tensor) -> MF:
    """A freshly initialised collaborative-filtering model on the device of `pairs`, alone or to be under LATTICE."""
    match options:
        case NGCFOptions():
            model: MF = NGCF(
                n_users, n_items, normalized_adjacency(pairs[:, 0], pairs[:, 1], n_users, n_items), options
            )
        case LightGCNOptions():
            model = LightGCN(
                n_users, n_items, normalized_adjacency(pairs[:, 0], pairs[:, 1], n_users, n_items), options
            )
        case _:
            model = MF(n_users, n_items, options)
    return model.to(pairs.device)


def _check_features(options: Options, features: Mapping[str, Tensor]) -> None:
    """Raise an InputError where there are no features, or a modality's name can't be that of a part of a model."""
    if not features:
        name = model_name(options).upper()
        raise InputError(f"{name} needs at least one modality of features, and this dataset has none")
    for modality in features:
        if "." in modality or hasattr(nn.ModuleDict, modality) or modality == "training":
            raise InputError(f"modality {modality!r} can't name a part of a model; call it otherwise")
