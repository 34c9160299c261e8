"""A trained model in a folder, and the only place that knows that folder's files.

config.json           model options, training options, dataset, encoders, where images lie, format version
model.safetensors     parameters, raw features, and every item graph as k indices and weights a row
items.parquet         what is shown of the items, row i = item i
interactions.parquet  user, item, split: the id maps and the seen items
history.csv           loss, validation scores and alpha, an epoch a row
metrics.json          scores on validation and test, hardware, time
README.md             the model card
"""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from lattice.data.dataset import Dataset, EncoderRecord, check
from lattice.errors import InputError
from lattice.graph import Graph, ModalityGraph, Pattern
from lattice.models import Lattice, Model, Options, build, options_from_dict, options_to_dict
from lattice.training import TrainingOptions

FORMAT = 1


@dataclass(frozen=True)
class Checkpoint:
    """All that a checkpoint's folder says. dataset has the id maps, items and splits, but its features lie in the
    model. encoders: modality -> what made its features. metrics: see `lattice.report`.
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


def save(checkpoint: Checkpoint, out: Path) -> None:
    """Write the folder whole or not at all: a temporary folder beside `out`, then renamed."""
    out = Path(out)
    part = out.with_name(f".{out.name}.part")
    if part.exists():
        shutil.rmtree(part)
    part.mkdir(parents=True)
    dataset = checkpoint.dataset
    config = {
        "format": FORMAT,
        "options": options_to_dict(checkpoint.options),
        "training": asdict(checkpoint.training),
        "dataset": {
            "name": dataset.name,
            "fingerprint": checkpoint.dataset_fingerprint,
            "folder": _relative(dataset.folder, out),
        },
        "encoders": {modality: asdict(record) for modality, record in checkpoint.encoders.items()},
    }
    (part / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    tensors = dict(checkpoint.model.state_dict()) | _graph_tensors(checkpoint.model)
    save_file({name: t.detach().cpu().contiguous() for name, t in tensors.items()}, part / "model.safetensors")
    dataset.items.to_parquet(part / "items.parquet", index=False)
    dataset.interactions.to_parquet(part / "interactions.parquet", index=False)
    checkpoint.history.to_csv(part / "history.csv", index=False)
    (part / "metrics.json").write_text(json.dumps(checkpoint.metrics, indent=2) + "\n")
    (part / "README.md").write_text(checkpoint.card)
    if out.exists():
        shutil.rmtree(out)
    part.rename(out)


def load(folder: Path, device: str | torch.device = "cpu") -> Checkpoint:
    """Read a checkpoint's folder, the model ready to embed; an InputError says what is missing or doesn't fit."""
    folder = Path(folder)
    try:
        config = json.loads((folder / "config.json").read_text())
        if config["format"] != FORMAT:
            raise InputError(
                f"{folder}: checkpoint format {config['format']}, this program reads {FORMAT}; train it anew"
            )
        options = options_from_dict(config["options"])
        training = TrainingOptions(**config["training"])
        dataset = check(
            Dataset(
                name=config["dataset"]["name"],
                items=pd.read_parquet(folder / "items.parquet"),
                interactions=pd.read_parquet(folder / "interactions.parquet"),
                folder=_resolve(config["dataset"]["folder"], folder),
            )
        )
        tensors = load_file(folder / "model.safetensors", device=str(device))
        model = _rebuild(options, dataset, tensors, list(config["encoders"]))
        return Checkpoint(
            model=model,
            options=options,
            training=training,
            dataset=dataset,
            dataset_fingerprint=config["dataset"]["fingerprint"],
            encoders={modality: EncoderRecord(**record) for modality, record in config["encoders"].items()},
            history=pd.read_csv(folder / "history.csv"),
            metrics=json.loads((folder / "metrics.json").read_text()),
            card=(folder / "README.md").read_text(),
        )
    except InputError:
        raise
    except (OSError, KeyError, TypeError, ValueError, RuntimeError, SafetensorError) as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError(
            f"{folder}: not a whole checkpoint ({error.__class__.__name__}: {reason}); train it anew"
        ) from None


def _graph_tensors(model: Model) -> dict[str, Tensor]:
    if not isinstance(model, Lattice):
        return {}
    tensors = {}
    with torch.no_grad():
        for modality, pair in model.graphs().items():
            for layer, graph in (("initial", pair.initial), ("learned", pair.learned)):
                tensors[f"graph/{modality}/{layer}/indices"] = graph.indices.to(torch.int32)
                tensors[f"graph/{modality}/{layer}/weights"] = graph.weights
    return tensors


def _rebuild(options: Options, dataset: Dataset, tensors: dict[str, Tensor], modalities: list[str]) -> Model:
    device = next(iter(tensors.values())).device
    graphs = {name: tensors.pop(name) for name in list(tensors) if name.startswith("graph/")}
    # The order of modalities is the order of alpha, so it comes from the config, not from the tensors' names.
    features = {m: tensors[f"raw_{m}"] for m in modalities if f"raw_{m}" in tensors}
    pairs = torch.as_tensor(dataset.pairs("train"), device=device)
    model = build(options, dataset.n_users, dataset.n_items, pairs, features)
    model.to(device).load_state_dict(tensors)
    model.requires_grad_(False)
    if isinstance(model, Lattice):
        model.adopt({m: ModalityGraph(_graph(graphs, m, "initial"), _graph(graphs, m, "learned")) for m in features})
    return model.eval()


def _graph(tensors: Mapping[str, Tensor], modality: str, layer: str) -> Graph:
    indices = tensors[f"graph/{modality}/{layer}/indices"].long()
    weights = tensors[f"graph/{modality}/{layer}/weights"]
    if indices.shape != weights.shape or (indices.numel() and not 0 <= indices.min() <= indices.max() < len(indices)):
        raise ValueError(f"the {layer} {modality} graph names items that don't exist")
    return Graph(Pattern(indices), weights)


def _relative(folder: Path | None, out: Path) -> str | None:
    return None if folder is None else Path(os.path.relpath(Path(folder).resolve(), out.resolve())).as_posix()


def _resolve(name: str | None, folder: Path) -> Path | None:
    return None if name is None else (folder.resolve() / name).resolve()
