"""The models, one file each. `base` has their interface, `registry` lists them and builds one from its options."""

from lattice.models.base import ItemGraphModel, Model
from lattice.models.bm3 import BM3, BM3Options
from lattice.models.freedom import Freedom, FreedomOptions
from lattice.models.grcn import GRCN, GRCNOptions
from lattice.models.lattice import Lattice, LatticeOptions
from lattice.models.lightgcn import LightGCN, LightGCNOptions
from lattice.models.mf import MF, MFOptions
from lattice.models.mgcn import MGCN, MGCNOptions
from lattice.models.micro import Micro, MicroOptions
from lattice.models.mmgcn import MMGCN, MMGCNOptions
from lattice.models.ngcf import NGCF, NGCFOptions
from lattice.models.registry import (
    BACKBONES,
    MODELS,
    ModelEntry,
    Options,
    build,
    default_options,
    display_order,
    model_name,
    options_from_dict,
    options_to_dict,
)
from lattice.models.vbpr import VBPR, VBPROptions

__all__ = [
    "BACKBONES",
    "BM3",
    "GRCN",
    "MF",
    "MGCN",
    "MMGCN",
    "MODELS",
    "NGCF",
    "VBPR",
    "BM3Options",
    "Freedom",
    "FreedomOptions",
    "GRCNOptions",
    "ItemGraphModel",
    "Lattice",
    "LatticeOptions",
    "LightGCN",
    "LightGCNOptions",
    "MFOptions",
    "MGCNOptions",
    "MMGCNOptions",
    "Micro",
    "MicroOptions",
    "Model",
    "ModelEntry",
    "NGCFOptions",
    "Options",
    "VBPROptions",
    "build",
    "default_options",
    "display_order",
    "model_name",
    "options_from_dict",
    "options_to_dict",
]
