"""The pictures that the image encoder learns from: photos of two public collections, and drawings."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from lattice.data.dataset import Dataset
from lattice.data.picture import open_picture
from lattice.errors import InputError
from lattice.features.image import picture_tensor

CACHED_PIXELS = 160
CLOTHING_TYPES = {  # class of photos-clothing -> type of the demo catalogue
    "dress": "dress",
    "hat": "hat",
    "longsleeve": "long-sleeve shirt",
    "outwear": "outerwear",
    "pants": "trousers",
    "shirt": "shirt",
    "shoes": "shoes",
    "shorts": "shorts",
    "skirt": "skirt",
    "t-shirt": "t-shirt",
}


@dataclass(frozen=True, eq=False)
class PictureSet:
    """Decoded pictures of one source.

    pictures: uint8 [n, 3, CACHED_PIXELS, CACHED_PIXELS].
    labels: n strings; pictures with one label, of any source, get vectors near each other; "" = unlabelled.
    teacher: float32 [n, d], features of another network to imitate, or None.
    drawn: drawings rather than photos.
    weight: how often a picture of this source is seen in training, all of the source together.
    """

    name: str
    pictures: Tensor
    labels: tuple[str, ...]
    teacher: Tensor | None = None
    drawn: bool = False
    weight: float = 1.0


def read_pictures(
    name: str,
    files: Sequence[Path],
    labels: Sequence[str],
    teacher: np.ndarray | None = None,
    drawn: bool = False,
    weight: float = 1.0,
    progress: bool = False,
) -> PictureSet:
    """Decode `files` once. Raises InputError for a picture that can't be read, or when there is none."""
    if not files:
        raise InputError(f"{name}: no pictures found; check the folder")
    decoded = [
        picture_tensor(open_picture(file, max_bytes=None, name=str(file)), CACHED_PIXELS)
        for file in tqdm(files, desc=name, disable=not progress)
    ]
    features = None if teacher is None else torch.from_numpy(np.asarray(teacher, dtype=np.float32))
    return PictureSet(name, torch.stack(decoded), tuple(labels), features, drawn, weight)


def training_sources(
    data: Path | None = None, catalogue: Dataset | None = None, progress: bool = False
) -> list[PictureSet]:
    """Return all training data: the collections of photos under `data`, and the catalogue's drawings."""
    sources = []
    if data is not None:
        sources = [clothing_photos(data, progress=progress), grocery_photos(data, progress=progress)]
        if (Path(data) / "ml-1m" / "posters").is_dir():
            sources.append(posters(data, progress))
    return sources if catalogue is None else [*sources, catalogue_drawings(catalogue, progress)]


def clothing_photos(data: Path, split: str = "train", progress: bool = False) -> PictureSet:
    """Read `data`/photos-clothing, "train" or "validation"; labels are types of the demo catalogue."""
    folder = Path(data) / "photos-clothing"
    files = sorted((folder / split).glob("*/*.jpg"))
    labels = [CLOTHING_TYPES[file.parent.name] for file in files]
    return read_pictures(f"clothing {split}", files, labels, _teacher(folder, files), weight=1.5, progress=progress)


def grocery_photos(data: Path, split: str = "train", progress: bool = False) -> PictureSet:
    """Read `data`/photos-grocery, "train" or "val"; labels are the 81 fine classes."""
    folder = Path(data) / "photos-grocery"
    files = sorted((folder / split).rglob("*.jpg"))
    labels = [f"grocery {file.parent.name}" for file in files]
    return read_pictures(f"grocery {split}", files, labels, _teacher(folder, files), progress=progress)


def posters(data: Path, progress: bool = False) -> PictureSet:
    """Read `data`/ml-1m/posters: no labels, but a wide variety of pictures."""
    folder = Path(data) / "ml-1m"
    files = sorted((folder / "posters").rglob("*.jpg"))
    return read_pictures("posters", files, [""] * len(files), _teacher(folder, files), weight=0.8, progress=progress)


def catalogue_drawings(dataset: Dataset, progress: bool = False) -> PictureSet:
    """Return the pictures of a catalogue whose items have a `type`."""
    if "type" not in dataset.items:
        raise InputError(f"{dataset.name}: items have no column 'type'; use the demo catalogue")
    paths = [dataset.image_path(row) for row in range(dataset.n_items)]
    known = [(path, kind) for path, kind in zip(paths, dataset.items["type"], strict=True) if path]
    files, labels = [path for path, _ in known], [str(kind) for _, kind in known]
    return read_pictures(f"{dataset.name} drawings", files, labels, drawn=True, progress=progress)


def _teacher(folder: Path, files: Sequence[Path]) -> np.ndarray | None:
    path = folder / "teacher_mobilenet_v2.npz"
    if not path.exists():
        return None
    with np.load(path, allow_pickle=False) as stored:
        row_of = {name: row for row, name in enumerate(stored["files"])}
        return stored["features"][[row_of[file.relative_to(folder).as_posix()] for file in files]]
