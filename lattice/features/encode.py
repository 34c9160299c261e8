"""Give a dataset its raw features: words and pictures through an encoder, one modality each."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PIL import Image

from lattice.data.dataset import Dataset, EncoderRecord
from lattice.data.picture import open_picture
from lattice.errors import InputError
from lattice.features.encoder import Encoder
from lattice.features.loading import load_encoder

if TYPE_CHECKING:
    import pandas as pd

TEXT_COLUMNS = ("title", "brand", "category", "description")


def encode_dataset(
    dataset: Dataset,
    text: str | None = "default",
    image: str | None = "default",
    progress: bool = False,
    device: str = "auto",
) -> Dataset:
    """Return `dataset` with the modalities "textual" and "visual", each made by the named encoder.

    A name of None, or a modality that no item has, leaves that modality as it was. An item without words or
    without a picture gets a zero row. Raises InputError for an unknown encoder or an unreadable picture.
    """
    texts = [item_text(row) for row in dataset.items.to_dict("records")]
    if text is not None and any(texts):
        dataset = _add(dataset, "textual", load_encoder("text", text, device, dataset.folder), texts, progress)
    pictures = DatasetPictures(dataset)
    if image is not None and any(path is not None for path in pictures.paths):
        dataset = _add(dataset, "visual", load_encoder("image", image, device, dataset.folder), pictures, progress)
    return dataset


def item_text(row: "Mapping[str, Any] | pd.Series") -> str:
    """Return the words of one item for an encoder: title, brand, category and description, where known.

    An uploaded item goes through the same function, so that its vector means the same:
    `item_text({"title": "..."})`.
    """
    parts = (row.get(column) for column in TEXT_COLUMNS)
    return ". ".join(part.strip().rstrip(".") for part in parts if isinstance(part, str) and part.strip())


class DatasetPictures(Sequence[Image.Image | None]):
    """The dataset's pictures, opened one by one as they are asked for; None where an item has none."""

    def __init__(self, dataset: Dataset) -> None:
        """Take the paths; nothing is opened yet."""
        self.paths = [dataset.image_path(row) for row in range(dataset.n_items)]

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self.paths)

    def __getitem__(self, row: int) -> Image.Image | None:  # type: ignore[override]
        """Open the picture of item `row`; InputError with the row and file when it can't be read."""
        path = self.paths[row]
        if path is None:
            return None
        try:
            return open_picture(path, max_bytes=None, name=str(path))
        except InputError as error:
            raise InputError(f"item row {row}: {error}") from None


def _add(dataset: Dataset, modality: str, encoder: Encoder[Any], items: Sequence[Any], progress: bool) -> Dataset:
    matrix = encoder.encode(items, progress)
    return dataset.with_features(modality, matrix, EncoderRecord(encoder.kind, encoder.name, encoder.fingerprint))
