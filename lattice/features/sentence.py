"""Encoders that sentence-transformers runs, for text and pictures: loading, forward, fingerprint."""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from lattice.errors import InputError
from lattice.features.batch import BatchEncoder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


Kind = Literal["text", "image"]


def sentence_encoder(
    kind: Kind, name: str, path: str, prepare: Callable[[Any], Any | None], device: str, offline: bool = False
) -> BatchEncoder:
    """Load the model at `path` (a folder, or a name on the hub) as an encoder of `kind` called `name`.

    Raises InputError when there is no such model, no hub to get it from, or it can't read this kind of item.
    """
    model = _load(kind, path, device, offline)
    if not model.supports(kind):
        known = ", ".join(map(str, model.modalities))
        raise InputError(f"{kind} encoder {name!r} reads only {known}; choose a model that reads {kind}s too")

    def forward(batch: list[Any]) -> np.ndarray:
        return model.encode(batch, batch_size=32, show_progress_bar=False, convert_to_numpy=True)

    probe = forward([_probe(kind)])
    return BatchEncoder(
        kind=kind,
        name=name,
        fingerprint=weights_fingerprint(model),
        dimension=probe.shape[1],
        prepare=prepare,
        forward=forward,
    )


def weights_fingerprint(model: "SentenceTransformer") -> str:
    """Return 16 hex digits over the values of all floating-point weights, independent of their names."""
    import torch

    digests = sorted(
        hashlib.sha256(
            str(tuple(tensor.shape)).encode() + tensor.detach().cpu().contiguous().float().numpy().tobytes()
        ).digest()
        for tensor in model.state_dict().values()
        if torch.is_floating_point(tensor)
    )
    return hashlib.sha256(b"".join(digests)).hexdigest()[:16]


def _load(kind: Kind, path: str, device: str, offline: bool) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        return SentenceTransformer(path, device=device, local_files_only=offline, trust_remote_code=False)
    except Exception as error:  # a hub, a foreign folder or its configuration can fail in any way there is
        reason = (str(error).strip() or error.__class__.__name__).splitlines()[0][:160]
        advice = (
            "it is not on this machine, and nothing is fetched without --allow-download"
            if offline
            else "use 'default', a sentence-transformers model's path, or its name while the hub is reachable"
        )
        raise InputError(f"{kind} encoder {path!r} can't be loaded ({reason}); {advice}") from None


def _probe(kind: Kind) -> Any:
    if kind == "text":
        return "a"
    from PIL import Image

    return Image.new("RGB", (32, 32))
