"""What the views share: checkpoints found and loaded once, and choices that live in the URL."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import streamlit as st

from app.components.lists import Ranking, full_ranking
from lattice.errors import InputError
from lattice.experiments.paper import MODELS
from lattice.recommender import Recommender

ROOT = Path(__file__).parents[1]
SHOWN_FIRST = ("lattice", "lightgcn", "mf", "ngcf", "vbpr", "mmgcn", "grcn")  # folders of models, in this order
T = TypeVar("T")
Number = TypeVar("Number", int, float)


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
    return MODELS.get(name, name)


# --- checkpoints -----------------------------------------------------------------------------------------------------


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
    first = {name: place for place, name in enumerate(SHOWN_FIRST)}
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


@st.cache_resource(max_entries=8, show_spinner=False)
def what_if_k(_recommender: Recommender, stamp: str, k: int) -> Recommender:
    """The same model with k neighbours an item; the item graph is built once per k."""
    return _recommender.what_if(k=k)


@st.cache_resource(max_entries=64, show_spinner=False)
def ranking(_recommender: Recommender, stamp: str, user: str) -> Ranking:
    """A user's whole list, made once: a click on the page needs it again for every model."""
    return full_ranking(_recommender, user)


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


# --- choices ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice(Generic[T]):
    """What is chosen; `unknown`: what the URL asked for in vain."""

    value: T
    unknown: str | None = None


def resolve(asked: str | None, remembered: str | None, known: Iterable[str], default: str) -> Choice[str]:
    """The URL decides, then what was chosen on another page, then the default."""
    known = set(known)
    if asked is not None and asked in known:
        return Choice(asked)
    fallback = remembered if remembered in known else default
    return Choice(fallback, unknown=asked)


def choice(name: str, known: Sequence[str], default: str) -> Choice[str]:
    """The current choice called `name`: from the URL, this visit's memory, or the default."""
    found = resolve(st.query_params.get(name), st.session_state.get(f"chosen_{name}"), known, default)
    st.session_state[f"chosen_{name}"] = found.value
    if found.unknown is None:
        st.query_params[name] = found.value
    return found


def read_number(text: str, low: Number, high: Number, default: Number, step: Number) -> Number | None:
    """The number that a text names, on the grid of steps from `low`; None where it is none from `low` to `high`."""
    try:
        asked = float(text)
    except ValueError:
        return None
    if not low <= asked <= high:
        return None
    if asked == default:
        return default
    return min(type(step)(round(low + round((asked - low) / step) * step, 10)), high)


def number(name: str, low: Number, high: Number, default: Number, step: Number) -> Choice[Number]:
    """The current number called `name`, an int where `step` is one; the default isn't written to the URL."""
    asked, remembered = st.query_params.get(name), st.session_state.get(f"chosen_{name}")
    wanted = remembered if asked is None else asked
    found = None if wanted is None else read_number(wanted, low, high, default, step)
    if found is None and asked is not None:
        st.session_state.pop(f"chosen_{name}", None)
        return Choice(default, unknown=asked)
    value = default if found is None else found
    choose_number(name, value, default)
    return Choice(value)


def chosen_set(name: str, known: Callable[[str], bool], most: int = 20) -> Choice[tuple[str, ...]]:
    """The current choices called `name`, each once and at most `most`, in the URL as `name=a&name=b`.

    unknown: the first that isn't known, or that is one too many; the others stay.
    """
    asked = st.query_params.get_all(name)
    wanted = list(dict.fromkeys(asked or st.session_state.get(f"chosen_{name}", ())))
    found = [value for value in wanted if known(value)]
    if not asked or found[:most] == wanted:
        choose_set(name, found[:most])
        return Choice(tuple(found[:most]))
    lost = next(value for value in wanted if value not in found[:most])
    return Choice(tuple(found[:most]), unknown=lost)


def choose(name: str, value: str | None) -> None:
    """Make a choice: it is remembered across pages, and the URL says it."""
    if value is None:
        st.query_params.pop(name, None)
        st.session_state.pop(f"chosen_{name}", None)
    else:
        st.session_state[f"chosen_{name}"] = value
        st.query_params[name] = value


def choose_from_widget(name: str, key: str) -> None:
    """A widget's callback: its value becomes the choice."""
    choose(name, str(st.session_state[key]))


def choose_number(name: str, value: int | float, default: int | float) -> None:
    """Make a number the choice; the default is chosen by saying nothing."""
    choose(name, None if value == default else f"{value:.10g}")


def choose_set(name: str, values: Sequence[str]) -> None:
    """Make these the choices; none is chosen by saying nothing."""
    if values:
        st.session_state[f"chosen_{name}"] = list(values)
        st.query_params[name] = list(values)
    else:
        choose(name, None)
