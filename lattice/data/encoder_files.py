"""Encoders that a dataset brings itself: their weights and cards are in `encoders/` of its folder."""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

FOLDER = "encoders"
ENDINGS = (".safetensors", ".json")


def encoder_files(folder: Path, name: str) -> list[Path]:
    """Return weights and card of the encoder called `name` in a dataset's folder; none where it has none.

    A name that could lead out of the folder has no files.
    """
    if not re.fullmatch(r"[\w-][\w.-]*", name):
        return []
    files = [folder / FOLDER / f"{name}{ending}" for ending in ENDINGS]
    return files if all(file.is_file() for file in files) else []


def copy_encoders(source: Path, names: Iterable[str], target: Path) -> None:
    """Copy those of the encoders that are in the dataset's folder `source` into the folder `target`."""
    for name in names:
        for file in encoder_files(source, name):
            (target / FOLDER).mkdir(exist_ok=True)
            shutil.copyfile(file, target / FOLDER / file.name)
