"""A trained model in a folder, and the only place that knows that folder's files.

config.json           model options, training options, dataset, encoders, where the images are, format version
model.safetensors     parameters, raw features, and every item graph as k indices and weights per row
items.parquet         display data of the items, row i = item i
interactions.parquet  user, item, split: the id maps and the seen items
history.csv           loss, validation scores and alpha, one row per epoch
metrics.json          scores on validation and test, hardware, time
README.md             the model card
map.parquet           item, x, y: coordinates on the map of the catalogue; may be absent
calibration.json      content scores and exposure of new items, see `lattice.calibration`; may be absent
manifest.json         SHA-256 and size of every other file

A slim checkpoint leaves items.parquet, interactions.parquet and the raw features to the dataset's folder: config.json
holds the hashes of the files there (`lattice.data.location` finds them).
"""

import io
import json
import os
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from lattice.calibration import Calibration
from lattice.data.checkpoint_tables import MARKER, TABLES, HasTables, of_config, shared_files
from lattice.data.dataset import MARKER as DATASET_MARKER
from lattice.data.dataset import Dataset, EncoderRecord, written
from lattice.data.location import equal_files, features_file, table_file
from lattice.errors import InputError
from lattice.files import link_or_copy, write_tensors
from lattice.folders import amended_folder, replaced_folder
from lattice.graph import Graph, ModalityGraph, Pattern
from lattice.models import ItemGraphModel, Model, Options, build, options_from_dict, options_to_dict
from lattice.models.base import current_name
from lattice.training import TrainingOptions
from lattice.untrusted import manifest
from lattice.untrusted.files import MB, check_folder, read_json, read_text, reason
from lattice.untrusted.tables import read_matrix, read_table
from lattice.untrusted.tensors import Allowance, read_tensors

FORMAT = 2  # 1: ID embeddings were called user_ids and item_ids
READABLE = (1, FORMAT)
MAP = "map.parquet"
MOST_HISTORY = 64 * MB
CALIBRATION = "calibration.json"


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """The content of a checkpoint's folder.

    Args:
        model: trained, with its raw features.
        options: the model's options.
        training: how it was trained.
        dataset: id maps, items and splits; features are in the model.
        dataset_fingerprint: of the dataset with its features.
        encoders: modality -> what made its features.
        history: one row per epoch.
        metrics: see `lattice.model_card`.
        card: the model card, Markdown.
        map_coordinates: [n_items, 2] coordinates on the map of the catalogue; None if there is no map.
        calibration: how content counts and what exposure costs; None if `lattice calibrate` hasn't measured it.
        table_digests: SHA-256 of the files that the dataset's tables were read from; empty if they weren't read.
    """

    model: Model
    options: Options
    training: TrainingOptions
    dataset: Dataset
    dataset_fingerprint: str
    encoders: Mapping[str, EncoderRecord]
    history: pd.DataFrame
    metrics: dict[str, Any]
    card: str
    map_coordinates: np.ndarray | None = None
    calibration: Calibration | None = None
    table_digests: tuple[str, ...] = ()


def save(checkpoint: Checkpoint, out: Path, slim: bool = False, model_file: Path | None = None) -> None:
    """Write the folder under a temporary name beside `out`, then rename it.

    A checkpoint or an empty folder at `out` is replaced; any other, and a checkpoint that holds its dataset, raises an
    InputError (see `lattice.folders`).
    slim: leave out what the dataset's folder holds byte for byte. model_file: where the model's tensors are written
    already, whole; the model then only says what they are.
    """
    out = Path(out)
    with replaced_folder(out, MARKER, checkpoint.dataset.folder) as part:
        write(checkpoint, part, out, slim, model_file)


def write(checkpoint: Checkpoint, part: Path, out: Path, slim: bool = False, model_file: Path | None = None) -> None:
    """Write the checkpoint's files into `part`, an empty folder or one with the dataset's, that will be `out`."""
    dataset, encoders, model = checkpoint.dataset, checkpoint.encoders, checkpoint.model
    if model.modalities:  # in the order of alpha, in which they are read back
        encoders = {modality: encoders[modality] for modality in model.modalities}
    shared = _shared(checkpoint) if slim and dataset.folder is not None else {}
    config = {
        "format": FORMAT,
        "options": options_to_dict(checkpoint.options),
        "training": asdict(checkpoint.training),
        "dataset": {
            "name": dataset.name,
            "fingerprint": checkpoint.dataset_fingerprint,
            "folder": _relative(dataset.folder, out),
            **dataset.about.to_json(),
        },
        "encoders": {modality: asdict(record) for modality, record in encoders.items()},
        **({"shared": shared} if shared else {}),
    }
    (part / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    if model_file is None:
        left = {f"raw_{modality}" for modality in model.modalities if features_file(modality) in shared}
        tensors = {name: tensor for name, tensor in model_tensors(model).items() if name not in left}
        write_tensors(tensors, part / "model.safetensors")
    else:
        link_or_copy(model_file, part / "model.safetensors")
    for name in TABLES:
        if table_file(name) not in shared:
            written(getattr(dataset, name)).to_parquet(part / table_file(name), index=False)
    checkpoint.history.to_csv(part / "history.csv", index=False)
    (part / "metrics.json").write_text(json.dumps(checkpoint.metrics, indent=2) + "\n", encoding="utf-8")
    (part / "README.md").write_text(checkpoint.card, encoding="utf-8")
    if checkpoint.map_coordinates is not None:
        _map_table(checkpoint).to_parquet(part / MAP, index=False)
    if checkpoint.calibration is not None:
        _write_calibration(checkpoint.calibration, part)


def _shared(checkpoint: Checkpoint) -> dict[str, str]:
    """Return file name -> hash of what the dataset's folder holds of a checkpoint."""
    dataset, model = checkpoint.dataset, checkpoint.model
    assert dataset.folder is not None
    tables = {table_file(name): written(getattr(dataset, name)) for name in TABLES}
    matrices = {features_file(m): model.get_buffer(f"raw_{m}").cpu().numpy() for m in model.modalities}
    return equal_files(dataset.folder, tables, matrices)


def save_map(checkpoint: Checkpoint, folder: Path) -> None:
    """Write a checkpoint's map into its folder, in place of any that it had."""
    with amended_folder(folder) as part:
        (part / MAP).unlink(missing_ok=True)
        _map_table(checkpoint).to_parquet(part / MAP, index=False)


def save_calibration(calibration: Calibration, folder: Path) -> None:
    """Write a calibration into a checkpoint's folder, in place of any that it had."""
    with amended_folder(folder) as part:
        (part / CALIBRATION).unlink(missing_ok=True)
        _write_calibration(calibration, part)


def _write_calibration(calibration: Calibration, folder: Path) -> None:
    (folder / CALIBRATION).write_text(json.dumps(calibration.to_json(), indent=2) + "\n", encoding="utf-8")


def _map_table(checkpoint: Checkpoint) -> pd.DataFrame:
    assert checkpoint.map_coordinates is not None
    x, y = checkpoint.map_coordinates.astype(np.float32).T
    return pd.DataFrame({"item": checkpoint.dataset.items["item"], "x": x, "y": y})


def load(
    folder: Path, device: str | torch.device = "cpu", verify: bool = True, beside: HasTables | None = None
) -> Checkpoint:
    """Read a checkpoint's folder, with the model ready to embed.

    Nothing in it is trusted: every file is compared with the manifest and checked by itself. Left out with a warning
    are pictures if the dataset's folder now holds another dataset, and a map that is damaged or of other items.

    Args:
        folder: that `train --out` wrote.
        device: where the model goes.
        verify: compare the files with the manifest.
        beside: a checkpoint in memory, or tables read ahead; if both have the same dataset, they share its tables.

    Returns:
        The checkpoint.

    Raises:
        InputError: if a file is missing, damaged, or doesn't fit the others.
    """
    folder = Path(folder)
    if not (folder / MARKER).exists():
        check_folder(folder)
        dataset = (folder / DATASET_MARKER).exists()
        what = "a dataset, not a checkpoint" if dataset else f"not a checkpoint, as it has no {MARKER}"
        raise InputError(f"{folder}: {what}; give the folder that `train --out` wrote")
    try:
        if verify:
            manifest.check(folder)
        return _read(folder, str(device), beside)
    except InputError as error:
        raise InputError(f"{folder}: {error}") from None
    except (OSError, KeyError, AttributeError, TypeError, ValueError, RuntimeError) as error:
        raise InputError(
            f"{folder}: not a whole checkpoint ({error.__class__.__name__}: {reason(error)}); train it again"
        ) from None


def _read(folder: Path, device: str, beside: HasTables | None) -> Checkpoint:
    config = read_json(folder, MARKER)
    if config["format"] not in READABLE:
        raise InputError(f"its format is {config['format']!r}, this program reads 1 and {FORMAT}; train it again")
    options = options_from_dict(config["options"])
    tables = of_config(config, folder, beside)
    dataset, shared = tables.dataset, shared_files(config, folder)
    tensors = read_tensors(folder, "model.safetensors", device)
    for modality in config["encoders"]:
        if source := shared.get(features_file(modality)):
            tensors[f"raw_{modality}"] = torch.as_tensor(read_matrix(source, features_file(modality)), device=device)
    return Checkpoint(
        model=_rebuild(options, dataset, tensors, list(config["encoders"])),
        options=options,
        training=TrainingOptions(**config["training"]),
        dataset=dataset,
        dataset_fingerprint=config["dataset"]["fingerprint"],
        encoders={modality: EncoderRecord(**record) for modality, record in config["encoders"].items()},
        history=_history(folder),
        metrics=read_json(folder, "metrics.json"),
        card=read_text(folder, "README.md"),
        map_coordinates=_map_coordinates(folder, dataset),
        calibration=_calibration(folder),
        table_digests=tables.table_digests,
    )


def _history(folder: Path) -> pd.DataFrame:
    history = pd.read_csv(io.StringIO(read_text(folder, "history.csv", MOST_HISTORY)))
    for name in history:
        if not pd.api.types.is_numeric_dtype(history[name]):
            raise InputError(f"column {name!r} of history.csv isn't numeric")
    return history


def model_tensors(model: Model) -> dict[str, Tensor]:
    """Return what a model's file holds: parameters and raw features by their names, and every item graph."""
    tensors = model.state_dict()
    if not isinstance(model, ItemGraphModel):
        return tensors
    with torch.no_grad():
        for modality, pair in model.graphs().items():
            for layer in _layers(model):
                graph = getattr(pair, layer)
                tensors[f"graph/{modality}/{layer}/indices"] = graph.indices.to(torch.int32)
                tensors[f"graph/{modality}/{layer}/weights"] = graph.weights
    return tensors


def _rebuild(options: Options, dataset: Dataset, tensors: dict[str, Tensor], modalities: list[str]) -> Model:
    if not tensors:
        raise ValueError("model.safetensors is empty")
    device = next(iter(tensors.values())).device
    graphs = {name: tensors.pop(name) for name in list(tensors) if name.startswith("graph/")}
    # The order of modalities is the order of alpha, so it comes from the config, not from the tensors' names.
    features = {m: tensors[f"raw_{m}"] for m in modalities if f"raw_{m}" in tensors}
    for modality, matrix in features.items():
        if matrix.ndim != 2 or len(matrix) != dataset.n_items:
            raise ValueError(f"{modality} features of shape {tuple(matrix.shape)} for {dataset.n_items} items")
    pairs = torch.as_tensor(dataset.pairs("train"), device=device)
    with Allowance(tensors, dataset.n_users + dataset.n_items + len(pairs)):
        model = build(options, dataset.n_users, dataset.n_items, pairs, features)
    types = {name: own.dtype for name, own in model.state_dict().items()}
    named = {current_name(name): tensor for name, tensor in tensors.items()}
    # Assigned, not copied: the file stays mapped into memory, which processes that read it share.
    model.load_state_dict({name: t.to(types.get(name, t.dtype)) for name, t in named.items()}, assign=True)
    model.requires_grad_(False)
    if isinstance(model, ItemGraphModel):
        shape = (dataset.n_items, min(model.options.k, dataset.n_items))
        found = {m: [_graph(graphs, m, layer, shape) for layer in _layers(model)] for m in features}
        model.adopt({m: ModalityGraph(layers[0], layers[-1]) for m, layers in found.items()})
    return model.eval()


def _layers(model: ItemGraphModel) -> tuple[str, ...]:
    """Return which graphs of a modality are written: a frozen one once."""
    return ("initial",) if model.frozen else ("initial", "learned")


def _graph(tensors: Mapping[str, Tensor], modality: str, layer: str, shape: tuple[int, int]) -> Graph:
    indices = tensors[f"graph/{modality}/{layer}/indices"].long()
    weights = tensors[f"graph/{modality}/{layer}/weights"]
    if weights.dtype != torch.float32:
        raise ValueError(f"the weights of the {layer} {modality} graph are of type {weights.dtype}, not float32")
    if indices.shape != shape or weights.shape != shape:
        raise ValueError(f"the {layer} {modality} graph isn't of {shape[0]} items with {shape[1]} neighbours each")
    if indices.numel() and not 0 <= indices.min() <= indices.max() < shape[0]:
        raise ValueError(f"the {layer} {modality} graph names items that don't exist")
    if not (indices.diff(dim=1) > 0).all():
        raise ValueError(f"the {layer} {modality} graph's neighbours don't ascend in every row")
    return Graph(Pattern(indices), weights)


def _map_coordinates(folder: Path, dataset: Dataset) -> np.ndarray | None:
    """Return the map's coordinates, if there is a map and it is of these items."""
    if not (folder / MAP).exists():
        return None
    try:
        table = read_table(folder, MAP, ["item"], ["x", "y"])
        coordinates = table[["x", "y"]].to_numpy(np.float32)
        if table["item"].tolist() != dataset.items["item"].tolist() or not np.isfinite(coordinates).all():
            raise ValueError("it is of other items, or holds NaN")
    except (OSError, KeyError, TypeError, ValueError) as error:
        warnings.warn(
            f"{folder / MAP} can't be used ({reason(error)}); `python -m lattice map {folder}` makes it again",
            stacklevel=4,
        )
        return None
    return coordinates


def _calibration(folder: Path) -> Calibration | None:
    """Return the calibration, None where there is none; a damaged one is left out with a warning."""
    if not (folder / CALIBRATION).exists():
        return None
    try:
        return Calibration.from_json(read_json(folder, CALIBRATION))
    except (OSError, KeyError, TypeError, ValueError, InputError) as error:
        warnings.warn(
            f"{folder / CALIBRATION} can't be used ({reason(error)}); `python -m lattice calibrate {folder}` writes it "
            "again",
            stacklevel=4,
        )
        return None


def _relative(folder: Path | None, out: Path) -> str | None:
    return None if folder is None else Path(os.path.relpath(Path(folder).resolve(), out.resolve())).as_posix()
