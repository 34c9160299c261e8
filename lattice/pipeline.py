"""One training run, from a dataset to a checkpoint."""

import json
import shutil
import warnings
from dataclasses import replace
from pathlib import Path

import pandas as pd
import torch
from pyarrow import ArrowException
from safetensors import SafetensorError

from lattice.checkpoint import MARKER, Checkpoint, save, save_map
from lattice.data.dataset import Dataset
from lattice.device import resolve_device
from lattice.errors import InputError
from lattice.files import locked
from lattice.folders import check_replaceable
from lattice.inference.catalogue_map import catalogue_map, has_map
from lattice.model_card import card, measure
from lattice.models import ItemGraphModel, Model, Options, build, options_to_dict
from lattice.training import Result, TrainingOptions, train
from lattice.training.one_process import OneProcess


def fit(
    dataset: Dataset,
    options: Options,
    training: TrainingOptions,
    out: Path | None = None,
    resume: bool = False,
    progress: bool = True,
    with_map: bool = True,
) -> Checkpoint:
    """Train a model on a dataset, and write its checkpoint.

    Args:
        dataset: what to train on.
        options: which model, and with which options.
        training: how to train it.
        out: the checkpoint's folder; None writes nothing. The run's state is kept beside it after every epoch.
        resume: go on where a killed run of the same `out` stopped.
        progress: show a progress bar on stderr.
        with_map: also make a map of the catalogue, once the checkpoint is written (see `mapped`).

    Returns:
        The checkpoint, with the weights that are best on validation.

    Raises:
        InputError: if `out` can't be written or another process is training to it, if the dataset has nothing to
            learn from, or if the training diverges or can't be resumed.
    """
    if out is None:
        return _trained(dataset, options, training, None, resume, progress)
    out = Path(out).absolute()  # a relative "." has no name
    check_replaceable(out, MARKER, dataset.folder)
    state = out.with_name(f".{out.name}.state")
    with locked(state):
        checkpoint = _trained(dataset, options, training, state, resume, progress)
        write(checkpoint, out, state)
        shutil.rmtree(state)
    return mapped(checkpoint, out) if with_map else checkpoint


def write(checkpoint: Checkpoint, out: Path, state: Path, model_file: Path | None = None) -> None:
    """Write a checkpoint to `out`; an InputError where that fails says that the run can go on from `state`.

    model_file: see `lattice.checkpoint.save`.
    """
    try:
        save(checkpoint, out, model_file=model_file)
    except (OSError, SafetensorError, ArrowException) as error:
        raise unwritten(out, state, error) from None
    except InputError as error:  # a file of somebody's was put into `out` during the training
        raise InputError(f"{error}; the same command with --resume goes on from {state}") from None


def unwritten(out: Path, state: Path, error: Exception) -> InputError:
    """Return what to say where a checkpoint can't be written to `out`, and the run can go on from `state`."""
    why = " ".join(str(error).split())
    return InputError(f"{out} can't be written ({why}); make room, and --resume continues from {state}")


def _trained(
    dataset: Dataset, options: Options, training: TrainingOptions, state: Path | None, resume: bool, progress: bool
) -> Checkpoint:
    device = resolve_device(training.device)
    torch.manual_seed(training.seed)
    features = {m: torch.as_tensor(matrix, device=device) for m, matrix in dataset.features.items()}
    pairs = dataset.pairs("train")
    model = build(options, dataset.n_users, dataset.n_items, torch.as_tensor(pairs, device=device), features)
    result = train(
        model, pairs, dataset.pairs("valid"), training, state, resume, run_name(dataset, options, training), progress
    )
    return checkpoint_of(model, dataset, options, training, result, device, OneProcess())


def checkpoint_of(
    model: Model,
    dataset: Dataset,
    options: Options,
    training: TrainingOptions,
    result: Result,
    device: torch.device,
    processes: OneProcess,
) -> Checkpoint:
    """Measure a trained model, and return it as a checkpoint."""
    metrics = measure(model, dataset, training, result, device, processes)
    return Checkpoint(
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


def mapped(checkpoint: Checkpoint, out: Path) -> Checkpoint:
    """Add a map of the catalogue to a checkpoint in the folder `out`, if its model and size have one.

    The model is worth more than its map: where the map fails, a warning says so and the checkpoint stays as it is.
    """
    model = checkpoint.model
    if not isinstance(model, ItemGraphModel) or not has_map(checkpoint.dataset.n_items):
        return checkpoint
    try:
        found = replace(checkpoint, map_coordinates=catalogue_map(model))
        save_map(found, out)
    except Exception as error:
        again = f"`python -m lattice map {out}` tries again"
        warnings.warn(f"{out} is saved, but without a map ({type(error).__name__}: {error}); {again}", stacklevel=2)
        return checkpoint
    return found


def run_name(dataset: Dataset, options: Options, training: TrainingOptions) -> str:
    """Return what a resumed run must share with the one it continues; it may train longer, or on another device."""
    shared = {"model": options_to_dict(options), "data": dataset.fingerprint}
    return json.dumps(shared | {name: getattr(training, name) for name in ("lr", "batch_size", "protocol", "seed")})
