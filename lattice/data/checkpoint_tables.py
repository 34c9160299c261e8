"""The dataset of a checkpoint: its tables, which can be read before the model, and while torch is being imported."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from lattice.data.about import About
from lattice.data.dataset import Dataset, check, read_interactions, read_items
from lattice.data.location import dataset_folder, features_file, shared_folder, table_file
from lattice.untrusted.files import files_below, read_json
from lattice.untrusted.manifest import digest_of

MARKER = "config.json"  # the file that shows a folder to be a checkpoint
TABLES = ("items", "interactions")


class HasTables(Protocol):
    """What shares its tables: a checkpoint, or tables alone."""

    @property
    def dataset(self) -> Dataset:
        """Return the dataset."""

    @property
    def table_digests(self) -> tuple[str, ...]:
        """Return the SHA-256 of the files that its tables were read from."""


@dataclass(frozen=True, eq=False)
class CheckpointTables:
    """A checkpoint's dataset, checked but for its features. table_digests: SHA-256 of the files it was read from."""

    dataset: Dataset
    table_digests: tuple[str, ...]


def read_tables(folder: Path) -> CheckpointTables:
    """Read the tables of a checkpoint's folder, to be given to `lattice.checkpoint.load`, which checks the rest.

    Raises an InputError, OSError, KeyError, AttributeError, TypeError or ValueError where something is wrong.
    """
    return of_config(read_json(folder, MARKER), folder, None)


def of_config(config: Mapping[str, Any], folder: Path, beside: HasTables | None) -> CheckpointTables:
    """Return the tables of a checkpoint with this config.json; those of `beside` if they are of equal files."""
    shared = shared_files(config, folder)
    sources = {name: shared.get(table_file(name), folder) for name in TABLES}
    digests = tuple(digest_of(source / table_file(name)) for name, source in sources.items())
    own = {
        "name": config["dataset"]["name"],
        "folder": _pictures(config["dataset"], folder),
        "about": About.from_json(config["dataset"]),
    }
    if beside is None or beside.table_digests != digests:
        items, interactions = read_items(sources["items"]), read_interactions(sources["interactions"])
        return CheckpointTables(check(Dataset(items=items, interactions=interactions, **own)), digests)
    known = beside.dataset
    same = all(getattr(known, name) == value for name, value in own.items())
    return CheckpointTables(known if same else replace(known, **own), digests)


def shared_files(config: Mapping[str, Any], folder: Path) -> dict[str, Path]:
    """Return file name -> the dataset's folder that holds it, of the files that a slim checkpoint leaves there."""
    known = [*map(table_file, TABLES), *map(features_file, config["encoders"])]
    recorded, hashes = config["dataset"]["folder"], config.get("shared", {})
    return {name: shared_folder(folder, recorded, name, hashes[name]) for name in known if name in hashes}


def _pictures(dataset: Mapping[str, Any], folder: Path) -> Path | None:
    """Return the dataset's folder with the pictures, if it is found; InputError if something in it leads out of it."""
    found = dataset_folder(folder, dataset["folder"], dataset["fingerprint"])
    if found is not None:
        files_below(found)
    return found
