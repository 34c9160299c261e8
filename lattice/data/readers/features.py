"""Feature matrices that were made elsewhere: one `.npy` file a modality, row i = item i."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from lattice.data.readers.rows import missing
from lattice.errors import InputError

USUAL_NAMES = {"image": "visual", "text": "textual"}  # stem of the file, as in MMRec's folders -> modality


def find_modalities(folder: Path) -> dict[str, str]:
    """Modality -> `.npy` file of a folder: `image_feat` is visual, `text_feat` textual, others by stem."""
    stems = {path.name: path.stem.removesuffix("_feat") for path in sorted(folder.glob("*.npy"))}
    return {USUAL_NAMES.get(stem, stem): name for name, stem in stems.items()}


def read_features(
    folder: Path, modalities: Mapping[str, str | Path], n_items: int | None = None
) -> dict[str, np.ndarray]:
    """Float32 [n_items, d] a modality, from files in `folder`; without `n_items`, the first one's rows count.

    InputError: no such file, not a matrix, another number of rows, NaN or infinity.
    """
    features: dict[str, np.ndarray] = {}
    for modality, file in modalities.items():
        path = folder / file
        matrix = _read_matrix(path)
        if n_items is not None and len(matrix) != n_items:
            raise InputError(f"{path}: {len(matrix)} rows, but there are {n_items} items; row i must be item i")
        n_items = len(matrix)
        finite = np.isfinite(matrix).all(axis=1)
        if not finite.all():
            row = int((~finite).argmax())
            raise InputError(f"{path}, row {row}: NaN or infinity; make the row zeros where the item has no content")
        features[modality] = matrix
    return features


def _read_matrix(path: Path) -> np.ndarray:
    if not path.is_file():
        raise missing(path)
    try:
        matrix = np.load(path, allow_pickle=False)
        if isinstance(matrix, np.ndarray) and matrix.ndim == 2 and matrix.size:
            with np.errstate(over="ignore"):
                return np.ascontiguousarray(matrix, dtype=np.float32)
    except (OSError, EOFError, TypeError, ValueError):
        pass
    raise InputError(f"{path}: not a matrix of numbers; name the files wanted with `--modality NAME=FILE`")
