"""Commands that make and measure models: train, evaluate, map."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lattice.commands.shared import (
    CheckpointPath,
    Completion,
    DatasetPath,
    Device,
    Json,
    number,
    one_of,
    refuse_set,
    show,
)
from lattice.errors import InputError
from lattice.validation import whole

MOST_PLACES = 2**31 - 1  # of a list; one that is longer than the catalogue ends with it


def train(
    dataset: DatasetPath,
    out: Annotated[Path, typer.Option(help="The checkpoint's folder to write.")],
    model: Annotated[str, typer.Option(help="A model's name, see docs/models.md.")] = "lattice",
    backbone: Annotated[
        str | None, typer.Option(help="What LATTICE is plugged onto: lightgcn (the default), ngcf or mf.")
    ] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="NAME=VALUE, e.g. lr=0.001, k=10, l2=1e-4.")] = None,
    seed: Annotated[int, typer.Option(help="Of initialisation, order and negatives.")] = 0,
    device: Device = "auto",
    resume: Annotated[bool, typer.Option("--resume", help="Go on where a killed run of the same OUT stopped.")] = False,
    without_cold: Annotated[
        bool, typer.Option("--without-cold", help="Leave items without training interactions out of the catalogue.")
    ] = False,
    with_map: Annotated[
        bool, typer.Option("--map/--no-map", help="Lay the catalogue out in two dimensions once the model is saved.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Train a model, keep the weights best on validation Recall@20, and write a checkpoint."""
    from lattice.data import cold, load
    from lattice.models import default_options
    from lattice.pipeline import fit
    from lattice.training import TrainingOptions
    from lattice.training.overrides import apply

    refuse_set(set_ or [], ("seed", "device"))
    options, training = apply(set_ or [], default_options(model, backbone), TrainingOptions(seed=seed, device=device))
    data = load(dataset)
    try:
        checkpoint = fit(
            cold.without_cold(data) if without_cold else data, options, training, out, resume, with_map=with_map
        )
    except KeyboardInterrupt:
        typer.echo("stopped; the same command with --resume goes on after the last whole epoch", err=True)
        raise typer.Exit(130) from None
    show({"out": str(out), **checkpoint.metrics}, as_json)


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
    lift: Annotated[str, typer.Option(help="As of fold-in; auto: may cost 1% of the others' validation recall.")] = "1",
    device: Device = "cpu",
    as_json: Json = False,
) -> None:
    """Score a checkpoint by full ranking: Recall, Precision and NDCG."""
    from lattice.data import load
    from lattice.evaluation import evaluate as evaluate_warm
    from lattice.experiments.cold_start import report
    from lattice.inference.completion import parse_completion
    from lattice.recommender import Recommender

    one_of("--split", split, ("valid", "test"))
    one_of("--protocol", protocol, ("warm", "cold", "fold-in"))
    # An option takes one value, so in `--k 10 20` the second is an argument.
    ks = sorted({*(k or (10, 20)), *(more or ())})
    for places in ks:
        whole("--k", places, 1, MOST_PLACES)
    if protocol == "warm" and dataset is not None:
        raise InputError("--dataset says what is cold; leave it out, or add --protocol cold or fold-in")
    if protocol != "fold-in" and (completion != "none" or lift != "1"):
        raise InputError("--completion and --lift say how newcomers are folded in; add --protocol fold-in")
    recommender = Recommender.load(checkpoint, device)
    if protocol == "warm":
        held_out = recommender.checkpoint.dataset
        scores: dict[str, Any] = evaluate_warm(
            recommender.embeddings, held_out.pairs("train"), held_out.pairs(split), ks
        ).summary
    else:
        newcomers = None if dataset is None else load(dataset)
        chosen = None if lift == "auto" else number("--lift", lift)
        scores = report(recommender, newcomers, protocol == "fold-in", parse_completion(completion), chosen, split, ks)
    show({"checkpoint": str(checkpoint), "split": split, "protocol": protocol, **scores}, as_json)


def make_map(checkpoint: CheckpointPath, as_json: Json = False) -> None:
    """Lay a LATTICE checkpoint's whole catalogue out in two dimensions, and keep the map with it."""
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
    save_map(replace(loaded, places=catalogue_map(loaded.model)), checkpoint)
    show({"out": str(checkpoint / MAP), "items": n_items}, as_json)
