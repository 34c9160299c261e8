"""From a name to an encoder."""

from pathlib import Path

from lattice.data.encoder_files import encoder_files
from lattice.errors import InputError
from lattice.features.encoder import Encoder

KINDS = ("text", "image")


def load_encoder(
    kind: str, name: str = "default", device: str = "auto", folder: Path | None = None, download: bool = True
) -> Encoder:
    """Load the encoder of `kind` ("text" or "image") called `name`, ready on `device` ("auto", "cpu", "cuda").

    "default" is all-MiniLM-L6-v2 for text and lattice-image-v2 for pictures; neither needs a network. Any
    other name is one that the dataset in `folder` brings itself (`encoders/NAME.safetensors` and its card
    `NAME.json`), or a sentence-transformers model's name (e.g. "clip-ViT-B-32", for either kind) or its local
    path. download: whether a model that isn't on this machine may be fetched from the hub. Raises InputError for an
    unknown kind or device, or a name that can't be loaded.
    """
    if kind not in KINDS:
        raise InputError(f"unknown kind of encoder {kind!r}; use one of {', '.join(KINDS)}")
    from lattice.device import resolve_device  # brings torch, which importing lattice.features must not

    device = str(resolve_device(device))
    if kind == "text":
        from lattice.features import text

        if name in ("default", text.DEFAULT_NAME):
            return text.default_encoder(device)
        return text.named_encoder(name, device, download)
    from lattice.features import image

    if name in ("default", image.DEFAULT_NAME):
        return image.load(image.DEFAULT_WEIGHTS, device)
    if folder is not None and (own := encoder_files(folder, name)):
        return image.load(own[0], device)
    return image.named_encoder(name, device, download)
