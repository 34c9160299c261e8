"""Raw features from words and pictures: one interface, loaded by name, lazily."""

from lattice.features.encode import encode_dataset, item_text
from lattice.features.encoder import Encoder
from lattice.features.loading import load_encoder
from lattice.features.picture import open_picture

__all__ = ["Encoder", "encode_dataset", "item_text", "load_encoder", "open_picture"]
