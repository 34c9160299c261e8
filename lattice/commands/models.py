"""Commands that train and evaluate models, and make maps: train, evaluate, map, models."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lattice.commands.interruption import interruptible
from lattice.commands.shared import (
    CheckpointPath,
    Completion,
    DatasetPath,
    Device,
    Json,
    one_of,
    refuse_set,
    show,
)
from lattice.errors import InputError
from lattice.validation import check_int

MAX_LENGTH = 2**31 - 1  # of a list; it ends with the catalogue in any case


def train(
    dataset: DatasetPath,
    out: Annotated[Path, typer.Option(help="The checkpoint's folder to write.")],
    model: Annotated[str, typer.Option(help="A model's name; `lattice models` lists them.")] = "lattice",
    backbone: Annotated[
        str | None,
        typer.Option(help="What LATTICE is plugged onto, LightGCN by default; see `lattice models`."),
    ] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="NAME=VALUE, e.g. lr=0.001, k=10, l2=1e-4.")] = None,
    seed: Annotated[int, typer.Option(help="Of initialisation, order and negatives.")] = 0,
    device: Device = "auto",
    resume: Annotated[bool, typer.Option("--resume", help="Continue a killed run of the same OUT.")] = False,
    without_cold: Annotated[
        bool, typer.Option("--without-cold", help="Leave items without training interactions out of the catalogue.")
    ] = False,
    with_map: Annotated[
        bool, typer.Option("--map/--no-map", help="Make a map of the catalogue once the model is saved.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Train a model, keep the weights best on validation Recall@20, and write a checkpoint."""
    from lattice import distributed
    from lattice.data import cold, load
    from lattice.memory import keep_freed_memory
    from lattice.models import default_options
    from lattice.pipeline import fit
    from lattice.training import TrainingOptions
    from lattice.training.overrides import apply

    refuse_set(set_ or [], ("seed", "device"))
    options, training = apply(set_ or [], default_options(model, backbone), TrainingOptions(seed=seed, device=device))
    together = distributed.started_together()
    keep_freed_memory()
    data = load(dataset, mapped=together)
    try:
        with interruptible():
            if without_cold:
                data = cold.without_cold(data)
            if together:
                metrics = distributed.fit(data, options, training, out, resume, with_map=with_map)
            else:
                metrics = fit(data, options, training, out, resume, with_map=with_map).metrics
    except KeyboardInterrupt:
        typer.echo("stopped; the same command with --resume continues after the last complete epoch", err=True)
        raise typer.Exit(130) from None
    if metrics is not None:  # as it is in all processes of torchrun but the first
        show({"out": str(out), **metrics}, as_json)


def evaluate(
    checkpoint: CheckpointPath,
    split: Annotated[str, typer.Option(help="valid or test.")] = "test",
    k: Annotated[list[int] | None, typer.Option(help="Lengths of the list, as in --k 10 20.")] = None,
    more: Annotated[list[int] | None, typer.Argument(hidden=True, metavar="--k")] = None,
    protocol: Annotated[
        str, typer.Option(help="warm; cold: held-out items, known to the model; fold-in: items it never saw.")
    ] = "warm",
    dataset: Annotated[
        Path | None, typer.Option(help="The items that fold-in folds in; under cold, too, it adds a content profile.")
    ] = None,
    completion: Completion = "none",
    content: Annotated[
        bool, typer.Option("--content", help="Add content scores, where the checkpoint is calibrated (warm, cold).")
    ] = False,
    device: Device = "cpu",
    as_json: Json = False,
) -> None:
    """Score a checkpoint by full ranking, with every metric."""
    from lattice.data import load
    from lattice.evaluation import evaluate as evaluate_warm
    from lattice.experiments.cold_start import report
    from lattice.inference.completion import parse_completion
    from lattice.recommender import Recommender

    one_of("--split", split, ("valid", "test"))
    one_of("--protocol", protocol, ("warm", "cold", "fold-in"))
    # An option takes one value, so in `--k 10 20` the second is an argument.
    ks = sorted({*(k or (10, 20)), *(more or ())})
    for length in ks:
        check_int("--k", length, 1, MAX_LENGTH)
    if protocol == "warm" and dataset is not None:
        raise InputError("--dataset says what is cold; leave it out, or add --protocol cold or fold-in")
    if protocol != "fold-in" and completion != "none":
        raise InputError("--completion says how new items are folded in; add --protocol fold-in")
    recommender = Recommender.load(checkpoint, device, content_scores=content)
    if protocol == "warm":
        held_out = recommender.checkpoint.dataset
        scores: dict[str, Any] = evaluate_warm(
            recommender.vectors, held_out.pairs("train"), held_out.pairs(split), ks
        ).summary
    else:
        newcomers = None if dataset is None else load(dataset)
        scores = report(recommender, newcomers, protocol == "fold-in", parse_completion(completion), split, ks)
    show({"checkpoint": str(checkpoint), "split": split, "protocol": protocol, **scores}, as_json)


def calibrate(
    checkpoint: CheckpointPath,
    dataset: Annotated[
        Path | None,
        typer.Argument(metavar="[DATASET]", help="The dataset whose cold items CHECKPOINT was trained without."),
    ] = None,
    device: Device = "cpu",
    as_json: Json = False,
) -> None:
    """Choose content scores and measure what exposure costs, on validation, and keep both with the checkpoint.

    Without DATASET a fifth of the trained items is hidden and folded in again, which flatters new items a little.
    """
    from lattice.checkpoint import save_calibration
    from lattice.data import load
    from lattice.experiments.calibrate import calibrate as measure
    from lattice.recommender import Recommender

    recommender = Recommender.load(checkpoint, device, content_scores=False)
    found = measure(recommender, None if dataset is None else load(dataset), progress=True)
    save_calibration(found, checkpoint)
    show({"out": str(checkpoint), **found.to_json()}, as_json)


def make_map(checkpoint: CheckpointPath, as_json: Json = False) -> None:
    """Make a two-dimensional map of a checkpoint's catalogue, and save it in the checkpoint."""
    from dataclasses import replace

    from lattice.checkpoint import MAP, load, save_map
    from lattice.inference.catalogue_map import MAX_ITEMS, MIN_ITEMS, catalogue_map, has_map
    from lattice.models import ItemGraphModel, model_name

    loaded = load(checkpoint)
    if not isinstance(loaded.model, ItemGraphModel):
        raise InputError(f"a {model_name(loaded.options)} checkpoint has no item graph; load a LATTICE checkpoint")
    n_items = loaded.dataset.n_items
    if not has_map(n_items):
        raise InputError(f"{n_items:,} items: a map is made for {MIN_ITEMS} to {MAX_ITEMS:,}")
    save_map(replace(loaded, map_coordinates=catalogue_map(loaded.model)), checkpoint)
    show({"out": str(checkpoint / MAP), "items": n_items}, as_json)


def list_models(as_json: Json = False) -> None:
    """List the models that can be trained: name, whether it needs features, has an item graph, is a backbone."""
    from lattice.models import BACKBONES, MODELS

    rows = {
        key: {
            "label": entry.label,
            "features": entry.needs_features,
            "item graph": entry.has_item_graph,
            "backbone": key in BACKBONES,
            "takes a backbone": bool(entry.on_backbone),
        }
        for key, entry in MODELS.items()
    }
    if as_json:
        show(rows, as_json)
        return
    for key, row in rows.items():
        marks = ", ".join(name for name, value in row.items() if value is True)
        typer.echo(f"{key:14} {row['label']}{f' ({marks})' if marks else ''}")
