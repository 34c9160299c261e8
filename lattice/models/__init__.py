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
from lattice.graph import bipartite
from lattice.models.lattice import Lattice, LatticeOptions
from lattice.models.lightgcn import LightGCN, LightGCNOptions
from lattice.models.mf import MF, MFOptions

BackboneOptions = MFOptions | LightGCNOptions
Options = BackboneOptions | LatticeOptions
Model = MF | Lattice

BACKBONES: dict[str, type[BackboneOptions]] = {"mf": MFOptions, "lightgcn": LightGCNOptions}


def default_options(model: str, backbone: str = "lightgcn") -> Options:
    """The options of a model by name ("mf", "lightgcn", or "lattice" on a backbone)."""
    if model == "lattice" and backbone in BACKBONES:
        return LatticeOptions(backbone=BACKBONES[backbone]())
    if model in BACKBONES:
        return BACKBONES[model]()
    known = ", ".join([*BACKBONES, "lattice"])
    raise InputError(f"no model {model!r} on backbone {backbone!r}; models: {known}; backbones: {', '.join(BACKBONES)}")


def model_name(options: Options) -> str:
    """ "lattice", "lightgcn" or "mf": the name under which `default_options` finds these options."""
    if isinstance(options, LatticeOptions):
        return "lattice"
    return next(name for name, kind in BACKBONES.items() if type(options) is kind)


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
        if model == "lattice":
            backbone = options_from_dict(rest.pop("backbone"))
            if isinstance(backbone, LatticeOptions):
                raise InputError("LATTICE can't be its own backbone")
            return LatticeOptions(backbone=backbone, **rest)
        return replace(default_options(model), **rest)
    except InputError:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"model options {values!r} can't be read: {error}") from None


def build(options: Options, n_users: int, n_items: int, pairs: Tensor, features: Mapping[str, Tensor]) -> Model:
    """A freshly initialised model on the device of `pairs`, where it stays: its graphs don't move.

    pairs: [n, 2] training interactions (user, item). features: modality -> [n_items, d_m], used by LATTICE.
    """
    if isinstance(options, LatticeOptions):
        if not features:
            raise InputError("LATTICE needs at least one modality of features, and this dataset has none")
        for modality in features:
            if "." in modality or hasattr(nn.ModuleDict, modality) or modality == "training":
                raise InputError(f"modality {modality!r} can't name a part of a model; call it otherwise")
        backbone = build_backbone(options.backbone, n_users, n_items, pairs)
        return Lattice(backbone, features, options).to(pairs.device)
    return build_backbone(options, n_users, n_items, pairs)


def build_backbone(options: BackboneOptions, n_users: int, n_items: int, pairs: Tensor) -> MF:
    """A freshly initialised collaborative-filtering model on the device of `pairs`, alone or to be under LATTICE."""
    if isinstance(options, LightGCNOptions):
        graph = bipartite(pairs[:, 0], pairs[:, 1], n_users, n_items)
        return LightGCN(n_users, n_items, graph, options).to(pairs.device)
    return MF(n_users, n_items, options).to(pairs.device)
