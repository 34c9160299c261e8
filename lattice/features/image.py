"""Image encoders: our own compact networks, or any sentence-transformers model that reads pictures."""

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
from lattice.features.blocks import ResidualBlock, halve
from lattice.features.grid import GridNetwork, GridNetworkOptions
from lattice.features.sentence import sentence_encoder
from lattice.files import replaced_file
from lattice.validation import check_int

MOST_SIZE = 4096  # of anything in a network that is read
DEFAULT_NAME = "lattice-image-v2"
DEFAULT_WEIGHTS = Path(__file__).parent / "weights" / f"{DEFAULT_NAME}.safetensors"


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


class ImageNetwork(nn.Module):
    """A residual network of six blocks in four stages, 2 million parameters at its default sizes."""

    def __init__(self, options: ImageNetworkOptions) -> None:
        """Draw random weights; `options` stay with the network, so that it can be saved and built again."""
        super().__init__()
        self.options = options
        channels = options.widths[0]
        blocks = [*halve(3, options.stem), *halve(options.stem, channels)]
        for stage, (width, depth) in enumerate(zip(options.widths, options.depths, strict=True)):
            for block in range(depth):
                blocks.append(ResidualBlock(channels, width, 2 if stage and not block else 1))
                channels = width
        self.body = nn.Sequential(*blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.project = nn.Linear(channels, options.dimension)

    def forward(self, pictures: Tensor) -> Tensor:
        """Map [n, 3, pixels, pixels] in 0..1 to [n, dimension], not yet of length 1."""
        return self.project(self.body((pictures - 0.5) / 0.25))

    def describe(self, pictures: Tensor) -> Tensor:
        """Map [n, 3, pixels, pixels] in 0..1 to [n, dimension]; a picture and its mirror image count alike."""
        return functional.normalize(self(pictures)).add(functional.normalize(self(pictures.flip(-1))))


# Every architecture that an encoder's card may name -> network and sizes; a card without a name is of the first.
ARCHITECTURES: dict[str, tuple[type[ImageNetwork | GridNetwork], type[ImageNetworkOptions | GridNetworkOptions]]] = {
    "residual": (ImageNetwork, ImageNetworkOptions),
    "grid": (GridNetwork, GridNetworkOptions),
}


def picture_tensor(picture: Image.Image, pixels: int) -> Tensor:
    """Return uint8 [3, pixels, pixels]: the whole picture squeezed into a square."""
    square = picture.convert("RGB").resize((pixels, pixels), Image.Resampling.BILINEAR, reducing_gap=3.0)
    return torch.from_numpy(np.asarray(square).transpose(2, 0, 1).copy())


def network_encoder(
    network: ImageNetwork | GridNetwork, name: str = DEFAULT_NAME, fingerprint: str = "", device: str = "cpu"
) -> BatchEncoder:
    """Return `network` as an encoder in evaluation mode on `device`."""
    network = network.eval().to(device)

    @torch.inference_mode()
    def forward(batch: list[Tensor]) -> np.ndarray:
        return network.describe(torch.stack(batch).to(device).float() / 255).cpu().numpy()

    return BatchEncoder(
        kind="image",
        name=name,
        fingerprint=fingerprint,
        dimension=network.options.dimension,
        prepare=lambda picture: picture and picture_tensor(picture, network.options.pixels),
        forward=forward,
    )


def load(weights: Path, device: str = "cpu") -> BatchEncoder:
    """Load our encoder from `weights` (safetensors) and the JSON card beside it; InputError if they don't fit."""
    network, card, fingerprint = read(weights)
    return network_encoder(network, card["name"], fingerprint, device)


def read(weights: Path) -> tuple[ImageNetwork | GridNetwork, dict[str, Any], str]:
    """Read the network in `weights`, its card and its fingerprint; InputError if they don't fit.

    The card names one of ARCHITECTURES and its sizes: nothing that the files hold is ever run.
    """
    weights = Path(weights)
    try:
        data = weights.read_bytes()
        card = json.loads(weights.with_suffix(".json").read_text(encoding="utf-8"))
        kind, options = ARCHITECTURES[card.get("architecture", "residual")]
        network = kind(_sizes(options, card["network"]))
        network.load_state_dict(load_tensors(data))
        return network, {"name": weights.stem, **card}, hashlib.sha256(data).hexdigest()[:16]
    except (OSError, AttributeError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        reason = (str(error) or error.__class__.__name__).splitlines()[0][:160]
        raise InputError(
            f"image encoder {weights.name}: no whole pair of weights and card ({reason}); "
            "fetch it again or make it again with `python -m lattice train-encoder`"
        ) from None


def _sizes(options: type[Any], card: Mapping[str, Any]) -> Any:
    """Return the card's options; sizes that would fill the memory before the weights are read are refused."""
    sizes = {name: tuple(value) if isinstance(value, list) else value for name, value in card.items()}
    for name, value in sizes.items():
        for one in value if isinstance(value, tuple) else (value,):
            check_int(name, one, 0, MOST_SIZE)
    return options(**sizes)


def save(network: ImageNetwork | GridNetwork, weights: Path, card: Mapping[str, Any]) -> None:
    """Write the weights and the card beside them, each whole or not at all."""
    weights = Path(weights)
    tensors = {key: value.detach().cpu().contiguous() for key, value in network.state_dict().items()}
    architecture = next(name for name, (kind, _) in ARCHITECTURES.items() if type(network) is kind)
    described = {**card, "architecture": architecture, "network": asdict(network.options)}
    text = json.dumps(described, indent=2) + "\n"
    for path, data in ((weights, save_tensors(tensors)), (weights.with_suffix(".json"), text.encode())):
        with replaced_file(path) as part:
            part.write_bytes(data)


def named_encoder(name: str, device: str, download: bool = True) -> BatchEncoder:
    """Load a sentence-transformers model that reads pictures, by name or path (e.g. "clip-ViT-B-32")."""
    return sentence_encoder("image", name, name, lambda picture: picture, device, offline=not download)
