"""The models trained on one dataset: found, loaded once, and their display names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from lattice.data.checkpoint_tables import CheckpointTables
from lattice.errors import InputError
from lattice.models import MODELS, display_order
from lattice.recommender import Recommender

FRESH = 5  # seconds until a model that was trained meanwhile is found


@dataclass(frozen=True)
class Workspace:
    """All models trained on one dataset, by folder name, LATTICE first.

    stamps: key of what is cached for a model. problems: why a model couldn't be loaded.
    """

    name: str
    folder: Path
    models: Mapping[str, Recommender]
    stamps: Mapping[str, str]
    problems: Mapping[str, str]

    @property
    def main(self) -> str:
        """Return the folder name of the model that the app explains: the first with an item graph, else the first."""
        return next((name for name, model in self.models.items() if model.item_graph), next(iter(self.models)))

    @property
    def others(self) -> list[str]:
        """Return the folder names of the models to compare with."""
        return [name for name in self.models if name != self.main]


def label(name: str) -> str:
    """Return the display name of a model's folder."""
    return MODELS[name].label if name in MODELS else name


def discover(root: Path) -> dict[str, list[Path]]:
    """Return dataset name -> folders of its models, LATTICE first. A damaged model is included, to be reported."""
    if not root.is_dir():
        return {}
    found = {dataset.name: _models(dataset) for dataset in sorted(root.iterdir()) if dataset.is_dir()}
    return {name: folders for name, folders in found.items() if folders}


def _models(dataset: Path) -> list[Path]:
    folders = [
        folder
        for folder in dataset.iterdir()
        if folder.is_dir()
        and not folder.name.startswith(".")
        and (folder.name in MODELS or (folder / "config.json").exists())
    ]
    first = {name: place for place, name in enumerate(display_order())}
    return sorted(folders, key=lambda folder: (first.get(folder.name, len(first)), folder.name))


def checkpoint_stamp(folder: Path) -> str:
    """Return a key of a model's folder and its files' times: it changes when the model is trained again."""
    files = (folder / name for name in ("config.json", "model.safetensors", "map.parquet", "calibration.json"))
    return " ".join([str(folder), *(str(file.stat().st_mtime_ns) for file in files if file.exists())])


@st.cache_resource(ttl=FRESH, max_entries=8, show_spinner=False)
def on_disk(root: Path) -> tuple[dict[str, list[Path]], dict[Path, str]]:
    """Return what `discover` finds, and each model's stamp; the disk is looked at once in a few seconds."""
    found = discover(root)
    return found, {folder: checkpoint_stamp(folder) for folders in found.values() for folder in folders}


@st.cache_resource(max_entries=64, show_spinner=False)
def load(_folder: Path, stamp: str, _beside: Recommender | CheckpointTables | None = None) -> Recommender:
    """Load the model in a folder, from the cache where it hasn't changed; InputError says what is wrong with it.

    _beside: a model to share the dataset's tables with, or those tables, read ahead.
    """
    recommender = Recommender.load(_folder, beside=_beside)
    recommender.embeddings  # noqa: B018 -- computed once here instead of in the first visitor's click
    return recommender


def open_workspace(
    name: str, folders: Sequence[Path], known: Mapping[Path, str], tables: CheckpointTables | None = None
) -> Workspace:
    """Load the models of one dataset; a model that can't be loaded, or has other data, becomes a problem.

    known: folder -> stamp. tables: of the dataset, if they were read ahead.
    """
    models: dict[str, Recommender] = {}
    stamps, problems = {}, {}
    for folder in folders:
        stamp = known[folder]
        try:
            recommender = load(folder, stamp, next(iter(models.values()), tables))
        except InputError as error:
            problems[folder.name] = str(error)
            continue
        first = next(iter(models.values()), recommender)
        if recommender.checkpoint.dataset_fingerprint != first.checkpoint.dataset_fingerprint:
            problems[folder.name] = f"{folder}: trained on other data than the models beside it; train it again"
        else:
            models[folder.name], stamps[folder.name] = recommender, stamp
    return Workspace(name, folders[0].parent, models, stamps, problems)
