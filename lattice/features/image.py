"""Image encoders: our own compact network, or any sentence-transformers model that reads pictures."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor, nn
from torch.nn import functional

from lattice.errors import InputError
from lattice.features.batch import BatchEncoder
from lattice.features.sentence import sentence_encoder
from lattice.files import replaced_file

DEFAULT_NAME = "lattice-image-v2"
DEFAULT_WEIGHTS = Path(__file__).parents[2] / "checkpoints" / "encoders" / f"{DEFAULT_NAME}.safetensors"


@dataclass(frozen=True)
class ImageNetworkOptions:
    """Sizes of the network.

    pixels: side of the square input; stem: channels of the first layer; widths and depths: channels
    and blocks of each stage, which has half the side of the one before; dimension: length of the output.
    """

    pixels: int = 96
    stem: int = 24
    widths: tuple[int, ...] = (48, 96, 160, 224)
    depths: tuple[int, ...] = (1, 2, 2, 1)
    dimension: int = 192


class ResidualBlock(nn.Module):
    """Two 3×3 convolutions with a shortcut (ResNet-D, He et al. 2019: it averages before it narrows)."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        """`inputs` and `outputs` are channels; the side shrinks by `stride`."""
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.first_norm = nn.BatchNorm2d(outputs)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm2d(outputs)
        self.shortcut = (
            nn.Identity()
            if stride == 1 and inputs == outputs
            else nn.Sequential(
                nn.AvgPool2d(stride, ceil_mode=True),
                nn.Conv2d(inputs, outputs, 1, bias=False),
                nn.BatchNorm2d(outputs),
            )
        )

    def forward(self, x: Tensor) -> Tensor:
        """[n, inputs, s, s] -> [n, outputs, s / stride, s / stride]."""
        inner = functional.relu(self.first_norm(self.first(x)))
        return functional.relu(self.second_norm(self.second(inner)) + self.shortcut(x))


class ImageNetwork(nn.Module):
    """A residual network of six blocks in four stages, 2 million parameters at its default sizes."""

    def __init__(self, options: ImageNetworkOptions) -> None:
        """Fresh random weights; `options` stay with the network, so that it can be saved and built again."""
        super().__init__()
        self.options = options
        channels = options.widths[0]
        blocks = [*_halve(3, options.stem), *_halve(options.stem, channels)]
        for stage, (width, depth) in enumerate(zip(options.widths, options.depths, strict=True)):
            for block in range(depth):
                blocks.append(ResidualBlock(channels, width, 2 if stage and not block else 1))
                channels = width
        self.body = nn.Sequential(*blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.project = nn.Linear(channels, options.dimension)

    def forward(self, pictures: Tensor) -> Tensor:
        """[n, 3, pixels, pixels] in 0..1 -> [n, dimension], not yet of length 1."""
        return self.project(self.body((pictures - 0.5) / 0.25))


def _halve(inputs: int, outputs: int) -> list[nn.Module]:
    return [nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]


def picture_tensor(picture: Image.Image, pixels: int) -> Tensor:
    """Uint8 [3, pixels, pixels]: the whole picture squeezed into a square."""
    square = picture.convert("RGB").resize((pixels, pixels), Image.Resampling.BILINEAR, reducing_gap=3.0)
    return torch.from_numpy(np.asarray(square).transpose(2, 0, 1).copy())


def network_encoder(
    network: ImageNetwork, name: str = DEFAULT_NAME, fingerprint: str = "", device: str = "cpu"
) -> BatchEncoder:
    """`network` as an encoder, put into evaluation mode on `device`; a picture and its mirror image count alike."""
    network = network.eval().to(device)

    @torch.inference_mode()
    def forward(batch: list[Tensor]) -> np.ndarray:
        pictures = torch.stack(batch).to(device).float() / 255
        return (
            functional.normalize(network(pictures)).add(functional.normalize(network(pictures.flip(-1)))).cpu().numpy()
        )

    return BatchEncoder(
        kind="image",
        name=name,
        fingerprint=fingerprint,
        dimension=network.options.dimension,
        prepare=lambda picture: picture and picture_tensor(picture, network.options.pixels),
        forward=forward,
    )


def load(weights: Path, device: str = "cpu") -> BatchEncoder:
    """Our encoder from `weights` (safetensors) and the JSON card beside it; InputError if they don't fit."""
    network, card, fingerprint = read(weights)
    return network_encoder(network, card["name"], fingerprint, device)


def read(weights: Path) -> tuple[ImageNetwork, dict[str, Any], str]:
    """The network in `weights`, its card and its fingerprint; InputError if they don't fit."""
    weights = Path(weights)
    try:
        data = weights.read_bytes()
        card = json.loads(weights.with_suffix(".json").read_text(encoding="utf-8"))
        network = ImageNetwork(_options(card["network"]))
        network.load_state_dict(load_tensors(data))
        return network, {"name": weights.stem, **card}, hashlib.sha256(data).hexdigest()[:16]
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        reason = (str(error) or error.__class__.__name__).splitlines()[0][:160]
        raise InputError(
            f"image encoder {weights.name}: no whole pair of weights and card ({reason}); "
            "fetch it again or make it anew with `python -m lattice train-encoder`"
        ) from None


def _options(card: Mapping[str, Any]) -> ImageNetworkOptions:
    lists = {name: tuple(card[name]) for name in ("widths", "depths")}
    return ImageNetworkOptions(**{**card, **lists})


def save(network: ImageNetwork, weights: Path, card: Mapping[str, Any]) -> None:
    """Write the weights and the card beside them, each whole or not at all."""
    weights = Path(weights)
    tensors = {key: value.detach().cpu().contiguous() for key, value in network.state_dict().items()}
    text = json.dumps({**card, "network": asdict(network.options)}, indent=2) + "\n"
    for path, data in ((weights, save_tensors(tensors)), (weights.with_suffix(".json"), text.encode())):
        with replaced_file(path) as part:
            part.write_bytes(data)


def named_encoder(name: str, device: str) -> BatchEncoder:
    """A sentence-transformers model that reads pictures, by name or path (e.g. "clip-ViT-B-32")."""
    return sentence_encoder("image", name, name, lambda picture: picture, device)
