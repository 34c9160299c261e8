"""One training run, from a dataset to a checkpoint."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import torch

from lattice.checkpoint import MARKER, Checkpoint, save
from lattice.data.dataset import Dataset
from lattice.device import resolve_device
from lattice.files import check_replaceable
from lattice.inference.catalogue_map import catalogue_map, has_map
from lattice.model_card import card, measure
from lattice.models import ItemGraphModel, Options, build, options_to_dict
from lattice.training import TrainingOptions, train


def fit(
    dataset: Dataset,
    options: Options,
    training: TrainingOptions,
    out: Path | None = None,
    resume: bool = False,
    progress: bool = True,
) -> Checkpoint:
    """Train a model on a dataset and write its checkpoint to `out`.

    A LATTICE model's checkpoint gets a map of the catalogue, too, when it is written.
    Until it is done, the run is kept beside `out` after every epoch; with `resume`, a killed one goes on from there.
    """
    if out is not None:
        check_replaceable(out, MARKER)
    device = resolve_device(training.device)
    torch.manual_seed(training.seed)
    features = {m: torch.as_tensor(matrix, device=device) for m, matrix in dataset.features.items()}
    pairs = dataset.pairs("train")
    model = build(options, dataset.n_users, dataset.n_items, torch.as_tensor(pairs, device=device), features)
    state = None if out is None else out.with_name(f".{out.name}.state")
    result = train(
        model, pairs, dataset.pairs("valid"), training, state, resume, _run(dataset, options, training), progress
    )
    metrics = measure(model, dataset, training, result, device)
    checkpoint = Checkpoint(
        model=model,
        options=options,
        training=training,
        dataset=replace(dataset, features={}, encoders={}),
        dataset_fingerprint=dataset.fingerprint,
        encoders=dataset.encoders,
        history=pd.DataFrame(result.history),
        metrics=metrics,
        card=card(options, training, dataset, metrics),
    )
    if out is not None and state is not None:
        if isinstance(model, ItemGraphModel) and has_map(dataset.n_items):
            checkpoint = replace(checkpoint, places=catalogue_map(model))
        save(checkpoint, out)
        shutil.rmtree(state)
    return checkpoint


def _run(dataset: Dataset, options: Options, training: TrainingOptions) -> str:
    """What a resumed run must share with the one it goes on from; it may train for longer, or elsewhere."""
    shared = {"model": options_to_dict(options), "data": dataset.fingerprint}
    return json.dumps(shared | {name: getattr(training, name) for name in ("lr", "batch_size", "protocol", "seed")})
