"""Commands that make data: prepare, export, train-encoder."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lattice.commands.shared import DatasetPath, Device, Json, one_of, pairs, show
from lattice.errors import InputError


def prepare(
    source: Annotated[str, typer.Argument(help="A file or folder.")],
    out: Annotated[Path, typer.Option(help="The dataset's folder to write.")],
    format: Annotated[str, typer.Option(help="amazon, lattice-json, mmrec, sequences or table.")] = "table",
    name: Annotated[str | None, typer.Option(help="What to call the dataset.")] = None,
    interactions: Annotated[str | None, typer.Option(help="Which file of SOURCE holds the interactions.")] = None,
    items: Annotated[str | None, typer.Option(help="Which file of SOURCE describes the items.")] = None,
    column: Annotated[list[str] | None, typer.Option(help="OURS=THEIRS: what a file calls a column.")] = None,
    modality: Annotated[list[str] | None, typer.Option(help="NAME=FILE: a modality made elsewhere (.npy).")] = None,
    images: Annotated[bool, typer.Option("--images", help="Fetch the items' pictures (amazon, lattice-json).")] = False,
    image_cache: Annotated[Path | None, typer.Option(help="Where these are kept; SOURCE/pictures by default.")] = None,
    image_features: Annotated[str | None, typer.Option(help="Amazon's image features, image_features_X.b.")] = None,
    core: Annotated[int | None, typer.Option(help="Which k-core folder of the LATTICE authors' format.")] = None,
    split: Annotated[str | None, typer.Option(help="random (the paper's) or time, where SOURCE has no split.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Of the split.")] = None,
    cold: Annotated[float | None, typer.Option(help="Share of items to take out of training, e.g. 0.2.")] = None,
    text_encoder: Annotated[str, typer.Option(help="default, none, or a sentence-transformers name.")] = "default",
    image_encoder: Annotated[str, typer.Option(help="default, none, or a sentence-transformers name.")] = "default",
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Read SOURCE, encode its words and pictures, and write a dataset's folder."""
    from lattice.data import save
    from lattice.data.cold import hold_out_items
    from lattice.data.dataset import MARKER
    from lattice.data.readers import read
    from lattice.features import encode_dataset
    from lattice.files import check_replaceable

    check_replaceable(out, MARKER)
    if images and image_features and image_encoder != "none":
        raise InputError(
            "--images and --image-features would both be the visual modality; "
            "leave one out, or add --image-encoder none to encode no pictures"
        )
    encoders = {"text": text_encoder, "image": image_encoder}
    chosen = {kind: None if encoder == "none" else encoder for kind, encoder in encoders.items()}
    dataset = read(
        source,
        format,
        name=name,
        interactions=interactions,
        items=items,
        columns=pairs("column", column),
        modalities=pairs("modality", modality),
        image_features=image_features,
        core=core,
        split=split,
        seed=seed,
    )
    fetched = None
    if images:
        from lattice.data.fetch_pictures import fetch_pictures

        dataset, fetched = fetch_pictures(dataset, image_cache or Path(source) / "pictures", progress=True)
    if cold is not None:
        dataset = hold_out_items(dataset, cold, seed or 0)
    dataset = encode_dataset(dataset, **chosen, progress=True, device=device)
    save(dataset, out)
    shapes = {modality: list(matrix.shape) for modality, matrix in dataset.features.items()}
    counts = dataset.interactions["split"].value_counts().to_dict()
    said = {"out": str(out), "users": dataset.n_users, "items": dataset.n_items, **counts, "features": shapes}
    show(said | _pictures(dataset, fetched), as_json)


def _pictures(dataset: Any, fetched: Any) -> dict[str, Any]:
    """What came of fetching, if that was asked for, and how many items have no picture, where there are any."""
    said: dict[str, Any] = {}
    if fetched is not None:
        typer.echo(str(fetched), err=True)
        said["pictures"] = {"fetched": fetched.fetched, "cached": fetched.cached, "failed": len(fetched.failed)}
    items, note = dataset.items, ""
    if "visual_is_mean" in items:
        lacking, note = items["visual_is_mean"], "; the mean of the others' vectors stands in"
    elif "image" in items:
        lacking = items["image"] == ""
    else:
        return said
    typer.echo(f"without a picture: {lacking.sum():,} of {len(items):,}{note}", err=True)
    return said | {"without_picture": int(lacking.sum())}


def export(
    dataset: DatasetPath,
    out: Annotated[Path, typer.Option(help="The folder to write.")],
    format: Annotated[str, typer.Option(help="mmrec.")] = "mmrec",
    as_json: Json = False,
) -> None:
    """Write a dataset in another program's format."""
    from lattice.data import load
    from lattice.data.export import to_mmrec

    one_of("--format", format, ("mmrec",))
    to_mmrec(load(dataset), out)
    show({"out": str(out), "format": format}, as_json)


def train_encoder(
    out: Annotated[Path, typer.Option(help="The .safetensors file to write; its card goes beside it.")],
    data: Annotated[Path | None, typer.Option(help="Folder with photos-clothing/ and photos-grocery/.")] = None,
    catalogue: Annotated[Path | None, typer.Option(help="A dataset's folder whose pictures to learn, too.")] = None,
    teacher: Annotated[str, typer.Option(help="stored (beside the photos), or efficientnet-lite0.")] = "stored",
    epochs: Annotated[int, typer.Option(min=1)] = 60,
    views: Annotated[int, typer.Option(min=1, help="Views made of each picture; about 50 KB each.")] = 4,
    lr: Annotated[float, typer.Option(min=0, help="Highest learning rate.")] = 3e-3,
    start: Annotated[Path | None, typer.Option(help="Weights (.safetensors) to go on from.")] = None,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Train the image encoder on photos, labelled or not, and on a catalogue's drawings."""
    from lattice.data import load
    from lattice.device import resolve_device
    from lattice.features.image_training.pictures import training_sources
    from lattice.features.image_training.teacher import named_teacher
    from lattice.features.image_training.train import ImageTrainingOptions, train_image_encoder

    imitated = named_teacher(teacher, str(resolve_device(device)))
    sources = training_sources(data, None if catalogue is None else load(catalogue), progress=True)
    options = ImageTrainingOptions(epochs=epochs, views=views, lr=lr, seed=seed, device=device)
    losses = train_image_encoder(options, sources, out, name=out.stem, teacher=imitated, start=start, progress=True)
    show({"out": str(out), "first_epoch_loss": losses[0], "last_epoch_loss": losses[-1]}, as_json)
