"""Encode an upload with the encoders that made the catalogue's features."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np

from lattice.data.dataset import EncoderRecord
from lattice.data.picture import PictureSource, open_picture
from lattice.errors import InputError
from lattice.features.loading import load_encoder

DEVICE = "cpu"  # one picture or text is quick there, and a GPU may be what trains or serves beside it
# One upload after another must not wait for the weights to be read and fingerprinted again.
_encoder = lru_cache(maxsize=4)(load_encoder)


def encode_upload(
    encoders: Mapping[str, EncoderRecord],
    image: PictureSource | None,
    text: str | None,
    folder: Path | None = None,
    download: bool = False,
) -> dict[str, np.ndarray]:
    """Return modality -> [d_m] for the picture, the text, or both.

    encoders: modality -> what made the catalogue's features. folder: the dataset's, which may bring encoders of its
    own (`load_encoder`). download: whether an encoder that isn't on this machine may be fetched; a checkpoint, which
    anybody may have written, names it. Raises InputError where no modality can take what is given, or where the encoder
    at hand is not the one that made them.
    """
    given = {"image": image, "text": text if text and text.strip() else None}
    vectors = {}
    for kind, content in given.items():
        if content is None:
            continue
        takers = {modality: record for modality, record in encoders.items() if record.kind == kind}
        if not takers:
            what = "a picture" if kind == "image" else "a text"
            known = ", ".join(f"{m}: {r.name}" for m, r in encoders.items()) or "it has none"
            raise InputError(
                f"this checkpoint can't take {what}: no modality was made by one of our {kind} encoders ({known})"
            )
        for modality, record in takers.items():
            encoder = _encoder(kind, record.name, DEVICE, folder, download)
            if encoder.fingerprint != record.fingerprint:
                raise InputError(
                    f"the {kind} encoder {record.name} here ({encoder.fingerprint}) is not the one that made the "
                    f"checkpoint's {modality} features ({record.fingerprint}); prepare and train again with this one"
                )
            vectors[modality] = encoder.encode([open_picture(content) if kind == "image" else content])[0]
    return vectors
