"""Write the site: the page's own files, and the data of every dataset and the models trained on it."""

import itertools
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from lattice import __version__
from lattice.errors import InputError
from lattice.export_app import explained
from lattice.export_app.catalogue import descriptions, items_script, write_pictures
from lattice.export_app.facts import data_script, fusion_script, model_script
from lattice.export_app.lists import BLOCK, LENGTH, user_scripts
from lattice.export_app.newcomers import newcomers_script
from lattice.export_app.scripts import array, write_script
from lattice.folders import check_replaceable, replaced_folder
from lattice.models import MODELS, display_order
from lattice.recommender import Recommender

MARKER = "lattice-site.json"  # the file that shows a folder to be an exported site
FOLDER = "datasets/{}"  # of a dataset's data and pictures; a number, as its name may hold any character
LENGTHS = (10, 20, 50)  # of a list, on the page


@dataclass(frozen=True)
class ExportOptions:
    """What goes into the site."""

    content_scores: bool = True  # add content scores where a checkpoint is calibrated; False is the paper's model
    pictures: bool = True  # copy the items' pictures
    newcomers: bool = True  # fold the dataset's examples in, which loads its encoders


def export_app(checkpoints: Sequence[Path], out: Path, options: ExportOptions | None = None) -> None:
    """Write checkpoints as a static site: one page, and a folder of data for every dataset that they were trained on.

    Args:
        checkpoints: folders of checkpoints; a model is called as its folder. The page opens on the first one's dataset.
        out: the folder to write. An exported site or an empty folder is replaced, any other is an InputError.
        options: what goes into it.

    Raises:
        InputError: no checkpoint, one that can't be read, or two of one dataset and name.
    """
    options = options or ExportOptions()
    check_replaceable(Path(out), MARKER)
    datasets = _load(checkpoints, options.content_scores)
    with replaced_folder(Path(out), MARKER) as folder:
        with as_file(files("lattice.export_app") / "site") as own:
            shutil.copytree(own, folder, dirs_exist_ok=True)
        for number, models in enumerate(datasets.values()):
            _write_models(models, folder / FOLDER.format(number), options)
        places = [{"name": name, "folder": FOLDER.format(number)} for number, name in enumerate(datasets)]
        write_script(folder, "datasets", places)
        made = {"version": __version__, "datasets": {name: list(models) for name, models in datasets.items()}}
        (folder / MARKER).write_text(json.dumps(made) + "\n", encoding="utf-8")


def _load(checkpoints: Sequence[Path], content_scores: bool) -> dict[str, dict[str, Recommender]]:
    """Return dataset name -> folder name -> model, LATTICE first.

    A dataset is told by its fingerprint; where two have the same name, the second is called "NAME (2)".
    """
    datasets: dict[str, dict[str, Recommender]] = {}
    model = None
    for path in checkpoints:
        model, name = Recommender.load(path, "cpu", content_scores, beside=model), Path(path).resolve().name
        models = datasets.setdefault(model.checkpoint.dataset_fingerprint, {})
        if name in models:
            raise InputError(
                f"two checkpoints of {model.checkpoint.dataset.name} are called {name!r}; the page names a model by "
                "its folder, rename one"
            )
        models[name] = model
    if not datasets:
        raise InputError("give the folder of at least one checkpoint")
    named: dict[str, dict[str, Recommender]] = {}
    for models in datasets.values():
        name = next(iter(models.values())).checkpoint.dataset.name
        numbered = itertools.chain([name], (f"{name} ({number})" for number in itertools.count(2)))
        named[next(free for free in numbered if free not in named)] = _in_order(models)
    return named


def _in_order(models: Mapping[str, Recommender]) -> dict[str, Recommender]:
    places = {name: place for place, name in enumerate(display_order())}
    order = sorted(models, key=lambda name: (models[name].item_graph is None, places.get(name, len(places)), name))
    return {name: models[name] for name in order}


def _write_models(models: Mapping[str, Recommender], folder: Path, options: ExportOptions) -> None:
    """Write everything of one dataset and its models below a folder."""
    folder.mkdir(parents=True)
    _write_dataset(models, folder, options)
    for number, model in enumerate(models.values()):
        write_script(folder, f"models/{number}/facts", model_script(model))
        if model.item_graph:
            _write_explained(model, number, folder, options)


def _write_dataset(models: Mapping[str, Recommender], folder: Path, options: ExportOptions) -> None:
    first = next(iter(models.values()))
    dataset = first.checkpoint.dataset
    (folder / "pictures").mkdir()
    has_picture = write_pictures(dataset, folder, options.pictures)
    write_script(folder, "about", _about(models))
    write_script(folder, "users", dataset.users.tolist())
    write_script(folder, "items", items_script(dataset, has_picture))
    write_script(folder, "descriptions", descriptions(dataset.items))
    write_script(folder, "dataset", data_script(first))
    for number, block in enumerate(user_scripts(list(models.values()))):
        write_script(folder, f"users/{number}", block)


def _about(models: Mapping[str, Recommender]) -> dict[str, Any]:
    dataset = next(iter(models.values())).checkpoint.dataset
    return {
        "version": __version__,
        "dataset": dataset.name,
        "words": asdict(dataset.words),
        "line": dataset.about.line,
        "credits": dataset.about.credits,
        "block": BLOCK,
        "longest": LENGTH,
        "lengths": LENGTHS,
        "models": [
            {
                "name": name,
                "label": MODELS[name].label if name in MODELS else name,
                "modalities": list(model.modalities),
                "content": model.content is not None,
                "map": model.checkpoint.map_coordinates is not None,
                "input": model.require_lattice().options.input if model.item_graph else None,
            }
            for name, model in models.items()
        ],
    }


def _write_explained(model: Recommender, number: int, folder: Path, options: ExportOptions) -> None:
    """Write what a browser needs to compute with a model that has an item graph."""
    place = f"models/{number}"
    write_script(folder, f"{place}/graph", explained.graph_script(model))
    write_script(folder, f"{place}/nearest", explained.nearest_script(model))
    write_script(folder, f"{place}/items", explained.items_script(model))
    write_script(folder, f"{place}/fusion", fusion_script(model))
    write_script(folder, f"{place}/thresholds", explained.thresholds_script(model, LENGTHS))
    for block, value in enumerate(explained.user_vector_scripts(model)):
        write_script(folder, f"{place}/users/{block}", value)
    if model.content is not None:
        write_script(folder, f"{place}/content", explained.content_script(model.content))
    if model.checkpoint.map_coordinates is not None:
        write_script(folder, f"{place}/map", array(model.checkpoint.map_coordinates, "f32"))
    write_script(folder, f"{place}/newcomers", newcomers_script(model, folder) if options.newcomers else [])
