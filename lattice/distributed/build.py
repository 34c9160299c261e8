"""Models whose tables are spread over processes."""

from collections.abc import Mapping

import torch.distributed as dist
from torch import Tensor

from lattice.distributed.edges import ShardedBipartite, normalized_adjacency
from lattice.distributed.shards import Shards
from lattice.errors import InputError
from lattice.models import (
    MF,
    NGCF,
    VBPR,
    Freedom,
    FreedomOptions,
    Lattice,
    LatticeOptions,
    LightGCN,
    LightGCNOptions,
    MFOptions,
    NGCFOptions,
    Options,
    VBPROptions,
    model_name,
)
from lattice.models.base import EmbeddingModel, Model
from lattice.models.content import check_features

KINDS = "vbpr, mf, ngcf, lightgcn, freedom, and lattice, lattice/feats or feats on mf, ngcf or lightgcn"


def build(
    options: Options, users: Shards, items: Shards, pairs: Tensor, features: Mapping[str, Tensor]
) -> MF | VBPR | NGCF | LightGCN | Freedom | Lattice:
    """Build a model as `lattice.models.build` does, with the same first numbers, of which each process holds a part.

    Args:
        options: which model, and with which options.
        users: how users are spread.
        items: how items are spread.
        pairs: [n, 2] int64, all training interactions, on the device where the model goes.
        features: modality -> the held rows of the raw features, [held, d_m].

    Raises:
        InputError: for a model, or an option of it, that one process alone trains.
    """

    def adjacency(chosen: Tensor) -> ShardedBipartite:
        return normalized_adjacency(chosen, users, items)

    model: MF | VBPR | NGCF | LightGCN | Freedom | Lattice
    if isinstance(options, LatticeOptions):
        check_features(model_name(options), features)
        backbone = build(options.backbone, users, items, pairs, {})
        assert isinstance(backbone, EmbeddingModel)
        model = Lattice(backbone, features, options)
    elif isinstance(options, LightGCNOptions):
        model = LightGCN(users, items, adjacency(pairs), options)
    elif isinstance(options, FreedomOptions):
        check_features(model_name(options), features)
        backbone = LightGCN(users, items, adjacency(pairs), options.backbone_options)
        model = Freedom(backbone, pairs, features, options, adjacency)
    elif isinstance(options, NGCFOptions):
        if options.dropout:  # each process would draw it for its own rows, other numbers than one process draws
            raise InputError("several processes train ngcf without dropout alone; add --set dropout=0")
        model = NGCF(users, items, adjacency(pairs), options)
    elif isinstance(options, MFOptions):
        model = MF(users, items, options)
    elif isinstance(options, VBPROptions):
        check_features(model_name(options), features)
        model = VBPR(users, items, features, options)
    else:
        raise InputError(f"{model_name(options)} is trained by one process; several train {KINDS}")
    return model.to(pairs.device)


def spread_parameters(model: Model) -> dict[str, Shards]:
    """Return how the parameters with one row per user or item are spread; the others are whole in every process."""
    found = {}
    for name, module in model.named_modules():
        if isinstance(module, EmbeddingModel):
            for table, shards in module.tables.items():
                assert isinstance(shards, Shards)
                found[f"{name}.{table}" if name else table] = shards
    return found


def share_gradients(model: Model) -> None:
    """Sum the gradients of whole parameters over the processes, each of which has that of the rows it holds."""
    spread = spread_parameters(model)
    for name, parameter in model.named_parameters():
        if name not in spread:
            parameter.register_post_accumulate_grad_hook(lambda p: dist.all_reduce(p.grad))
