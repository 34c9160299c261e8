"""A checkpoint in one folder that needs nothing outside itself, to send or to move."""

from dataclasses import replace
from pathlib import Path

from lattice import checkpoint as checkpoints
from lattice.data import dataset as datasets
from lattice.data.location import INSIDE
from lattice.errors import InputError
from lattice.folders import check_replaceable, replaced_folder


def pack(folder: Path, out: Path) -> None:
    """Write a checkpoint with its dataset's folder in it: features, pictures, and the encoders that it brings itself.

    InputError: the dataset's folder isn't found, or `out` is a folder of something else.
    """
    check_replaceable(out, checkpoints.MARKER)
    checkpoint, dataset = _with_dataset(folder)
    with replaced_folder(out, checkpoints.MARKER) as part:
        datasets.save(dataset, part / INSIDE)
        moved = replace(checkpoint, dataset=replace(checkpoint.dataset, folder=part / INSIDE))
        checkpoints.write(moved, part, part, slim=True)


def slim(folder: Path) -> None:
    """Leave out of a checkpoint's folder, in place, what its dataset's folder holds byte for byte.

    InputError: the dataset's folder isn't found, or is in the checkpoint's own.
    """
    if (folder / INSIDE).is_dir():
        raise InputError(f"{folder} is packed: its dataset is in it once, so there is nothing to leave out")
    checkpoints.save(_with_dataset(folder)[0], folder, slim=True)


def _with_dataset(folder: Path) -> tuple[checkpoints.Checkpoint, datasets.Dataset]:
    """Return the checkpoint, with its dataset's present description, and the dataset."""
    checkpoint = checkpoints.load(folder)
    if checkpoint.dataset.folder is None:
        raise InputError(f"{folder}: its dataset's folder isn't found; bring it back to where it was in training")
    dataset = datasets.load(checkpoint.dataset.folder)
    return replace(checkpoint, dataset=replace(checkpoint.dataset, about=dataset.about)), dataset
