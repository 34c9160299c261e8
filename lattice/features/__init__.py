"""Raw features from words and pictures: one interface, loaded by name, lazily."""

from lattice.data.picture import open_picture
from lattice.features.encode import encode_dataset, item_text
from lattice.features.encoder import Encoder
from lattice.features.loading import load_encoder

__all__ = ["Encoder", "encode_dataset", "item_text", "load_encoder", "open_picture"]
