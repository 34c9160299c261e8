"""Where a checkpoint's dataset is, and files of it that the checkpoint doesn't keep itself, told by their hashes.

A dataset's folder is looked for in three places: `dataset/` in the checkpoint's own folder (`lattice pack` puts it
there), where the checkpoint was written to, relative to itself, and in the folder that the environment variable
LATTICE_ASSETS names, which holds datasets' folders.
"""

import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lattice.data.dataset import MARKER
from lattice.errors import InputError
from lattice.untrusted.files import check_relative, read_json
from lattice.untrusted.manifest import digest_of
from lattice.untrusted.tables import read_matrix

INSIDE = "dataset"  # a dataset's folder in a checkpoint's
ASSETS = "LATTICE_ASSETS"


def table_file(name: str) -> str:
    """Return the name of the file of "items" or "interactions" in the folder of a dataset or of a checkpoint."""
    return f"{name}.parquet"


def features_file(modality: str) -> str:
    """Return the name of the file of a modality's raw features in a dataset's folder."""
    return f"features/{modality}.npy"


def candidates(checkpoint: Path, recorded: str | None) -> list[Path]:
    """Return the folders where a checkpoint's dataset may be, the likeliest first; `recorded` is relative to it."""
    inside = checkpoint.resolve() / INSIDE
    beside = [] if recorded is None else [(checkpoint.resolve() / recorded).resolve()]
    assets = os.environ.get(ASSETS)
    return [inside, *beside, *(sorted(marker.parent for marker in Path(assets).glob(f"*/{MARKER}")) if assets else [])]


def dataset_folder(checkpoint: Path, recorded: str | None, fingerprint: str) -> Path | None:
    """Return the folder that holds the dataset of this fingerprint; None where there is none, with a warning if another
    took its place.
    """
    others = []
    for folder in candidates(checkpoint, recorded):
        found = _fingerprint(folder)
        if found == fingerprint:
            return folder
        if found is not None:
            others.append(folder)
    if recorded is not None and others:
        warnings.warn(
            f"{others[0]} is not the dataset that {checkpoint} was trained on: its pictures are left out", stacklevel=4
        )
    return None


def shared_folder(checkpoint: Path, recorded: str | None, name: str, sha256: str) -> Path:
    """Return the dataset's folder in which file `name` has this hash; InputError if it is in none of the candidates."""
    check_relative(name)
    folders = candidates(checkpoint, recorded)
    for folder in folders:
        if (folder / name).is_file() and digest_of(folder / name) == sha256:
            return folder
    places = " nor in ".join(str(folder) for folder in folders)
    raise InputError(
        f"it needs {name} of its dataset, unchanged since training, which is neither in {places}; "
        f"bring the dataset's folder there, or let {ASSETS} name the folder that holds it"
    )


def equal_files(folder: Path, tables: Mapping[str, pd.DataFrame], matrices: Mapping[str, np.ndarray]) -> dict[str, str]:
    """Return file name -> hash of the files in a dataset's folder whose content equals the one given."""
    names = [name for name, table in tables.items() if pd.read_parquet(folder / name).equals(table)]
    names += [name for name, matrix in matrices.items() if np.array_equal(read_matrix(folder, name), matrix)]
    return {name: digest_of(folder / name) for name in names}


def _fingerprint(folder: Path) -> Any:
    """Return the fingerprint recorded in a dataset's folder, or None."""
    try:
        return read_json(folder, MARKER).get("fingerprint")
    except InputError:
        return None
