"""Checkpoints of one dataset: found, loaded once, and named as the screen names them."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from lattice.errors import InputError
from lattice.models import MODELS, display_order
from lattice.recommender import Recommender

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Workspace:
    """All models trained on one dataset, by folder name, LATTICE first.

    stamps: what is computed from a model is cached under its stamp. problems: why a model isn't there.
    """

    name: str
    folder: Path
    models: Mapping[str, Recommender]
    stamps: Mapping[str, str]
    problems: Mapping[str, str]

    @property
    def main(self) -> str:
        """The folder name of the model that the app explains: the first with an item graph, else the first."""
        return next((name for name, model in self.models.items() if model.item_graph), next(iter(self.models)))

    @property
    def others(self) -> list[str]:
        """Folder names of the models to compare with."""
        return [name for name in self.models if name != self.main]


def label(name: str) -> str:
    """How a model's folder is called on the screen."""
    return MODELS[name].label if name in MODELS else name


def checkpoint_root() -> Path:
    """Where checkpoints lie: LATTICE_CHECKPOINTS, else `checkpoints/` in the repository."""
    return Path(os.environ.get("LATTICE_CHECKPOINTS") or ROOT / "checkpoints")


def results_root() -> Path:
    """Where result files lie: LATTICE_RESULTS, else `benchmarks/results/` in the repository."""
    return Path(os.environ.get("LATTICE_RESULTS") or ROOT / "benchmarks" / "results")


def discover(root: Path) -> dict[str, list[Path]]:
    """Dataset name -> folders of its models, LATTICE first. A damaged model is found too, to be reported."""
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


def stamp_of(folder: Path) -> str:
    """A model's folder and when it was written: another stamp once the model was trained anew."""
    files = (folder / "config.json", folder / "model.safetensors", folder / "map.parquet")
    return " ".join([str(folder), *(str(file.stat().st_mtime_ns) for file in files if file.exists())])


@st.cache_resource(max_entries=64, show_spinner="Loading the trained model…")
def load(_folder: Path, stamp: str) -> Recommender:
    """The model in a folder, from the cache where it hasn't changed; an InputError says what is wrong with it."""
    recommender = Recommender.load(_folder)
    recommender.embeddings  # noqa: B018 -- computed once here instead of in the first visitor's click
    return recommender


def open_workspace(name: str, folders: Sequence[Path]) -> Workspace:
    """Load the models of one dataset; what can't be loaded, or was trained on other data, becomes a problem."""
    models: dict[str, Recommender] = {}
    stamps, problems = {}, {}
    for folder in folders:
        stamp = stamp_of(folder)
        try:
            recommender = load(folder, stamp)
        except InputError as error:
            problems[folder.name] = str(error)
            continue
        first = next(iter(models.values()), recommender)
        if recommender.checkpoint.dataset_fingerprint != first.checkpoint.dataset_fingerprint:
            problems[folder.name] = f"{folder}: trained on other data than the models beside it; train it anew"
        else:
            models[folder.name], stamps[folder.name] = recommender, stamp
    return Workspace(name, folders[0].parent, models, stamps, problems)
