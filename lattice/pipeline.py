"""One training run, from a dataset to a checkpoint."""

import json
import shutil
import warnings
from dataclasses import replace
from pathlib import Path

import pandas as pd
import torch

from lattice.checkpoint import MARKER, Checkpoint, save, save_map
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
    with_map: bool = True,
) -> Checkpoint:
    """Train a model on a dataset and write its checkpoint to `out`.

    with_map: also make a map of the catalogue, once the checkpoint is written (see `mapped`).
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
        save(checkpoint, out)
        shutil.rmtree(state)
        if with_map:
            checkpoint = mapped(checkpoint, out)
    return checkpoint


def mapped(checkpoint: Checkpoint, out: Path) -> Checkpoint:
    """Add a map of the catalogue to a checkpoint in the folder `out`, if its model and size have one.

    The model is worth more than its map: where the map fails, a warning says so and the checkpoint stays as it is.
    """
    model = checkpoint.model
    if not isinstance(model, ItemGraphModel) or not has_map(checkpoint.dataset.n_items):
        return checkpoint
    try:
        found = replace(checkpoint, places=catalogue_map(model))
        save_map(found, out)
    except Exception as error:
        again = f"`python -m lattice map {out}` tries again"
        warnings.warn(f"{out} is saved, but without a map ({type(error).__name__}: {error}); {again}", stacklevel=2)
        return checkpoint
    return found


def _run(dataset: Dataset, options: Options, training: TrainingOptions) -> str:
    """What a resumed run must share with the one it goes on from; it may train for longer, or elsewhere."""
    shared = {"model": options_to_dict(options), "data": dataset.fingerprint}
    return json.dumps(shared | {name: getattr(training, name) for name in ("lr", "batch_size", "protocol", "seed")})
