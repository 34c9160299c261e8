"""Commands that make data: prepare, export, train-encoder."""

import json
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from lattice.commands.shared import DatasetPath, Device, Json, one_of, show
from lattice.commands.source_options import takes_source_options
from lattice.data.options import Options
from lattice.errors import InputError


@takes_source_options
def prepare(
    source: Annotated[str, typer.Argument(help="A file or folder.")],
    out: Annotated[Path, typer.Option(help="The dataset's folder to write.")],
    options: Options,
    images: Annotated[bool, typer.Option("--images", help="Fetch pictures that items have by address.")] = False,
    image_cache: Annotated[Path | None, typer.Option(help="Where these are kept; SOURCE/pictures by default.")] = None,
    bad_pictures: Annotated[str, typer.Option(help="Pictures that can't be opened: skip or stop.")] = "skip",
    text_encoder: Annotated[str, typer.Option(help="default, none, or a sentence-transformers name.")] = "default",
    image_encoder: Annotated[str, typer.Option(help="default, none, or a sentence-transformers name.")] = "default",
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Read SOURCE, encode its words and pictures, and write a dataset's folder.

    What doesn't fit is left out and counted: the summary says what, and report.json in the folder all of it.
    """
    from lattice.data import save
    from lattice.data.check_pictures import without_bad_pictures
    from lattice.data.dataset import MARKER
    from lattice.data.facts import facts
    from lattice.data.fetch_pictures import fetch_pictures
    from lattice.data.readers import read_with_report
    from lattice.features import encode_dataset
    from lattice.folders import check_replaceable

    check_replaceable(out, MARKER, Path(source))
    one_of("--bad-pictures", bad_pictures, ("skip", "stop"))
    if images and options.image_features and image_encoder != "none":
        raise InputError(
            "--images and --image-features would both be the visual modality; "
            "leave one out, or add --image-encoder none to encode no pictures"
        )
    encoders = {"text": text_encoder, "image": image_encoder}
    chosen = {kind: None if encoder == "none" else encoder for kind, encoder in encoders.items()}
    with tempfile.TemporaryDirectory() as kept:
        dataset, report = read_with_report(Path(source), options, Path(kept))
        if images:
            folder = Path(source) if Path(source).is_dir() else Path(source).parent
            dataset, fetched = fetch_pictures(dataset, image_cache or folder / "pictures", progress=True)
            fetched.note(report)
        dataset = without_bad_pictures(dataset, report, stop=bad_pictures == "stop", progress=True)
        for line in report.short():
            typer.echo(line, err=True)
        dataset = encode_dataset(dataset, **chosen, progress=True, device=device)
        report.facts |= facts(dataset)
        save(
            dataset,
            out,
            extra=lambda folder: write_report(
                folder / "report.json", {"source": Path(source).name, **report.to_dict()}
            ),
        )
    shapes = {modality: list(matrix.shape) for modality, matrix in dataset.features.items()}
    said = {"out": str(out), "users": dataset.n_users, "items": dataset.n_items, **report.facts["splits"]}
    said |= {"features": shapes, "rows_read": report.rows_read, "left_out": report.left_out}
    show(said | _pictures(dataset, report), as_json)


def write_report(path: Path, said: dict[str, Any]) -> None:
    """Write a report as JSON."""
    path.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _pictures(dataset: Any, report: Any) -> dict[str, Any]:
    """Return what was fetched, if anything, and how many items have no picture; print the latter."""
    said = {"pictures": report.facts["pictures"]} if "pictures" in report.facts else {}
    items, note = dataset.items, ""
    if "visual_is_mean" in items:
        lacking, note = items["visual_is_mean"].astype(bool), "; the mean of the others' vectors is used instead"
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
    from lattice.files import check_writable

    check_writable(out)
    imitated = named_teacher(teacher, str(resolve_device(device)))
    sources = training_sources(data, None if catalogue is None else load(catalogue), progress=True)
    options = ImageTrainingOptions(epochs=epochs, views=views, lr=lr, seed=seed, device=device)
    losses = train_image_encoder(options, sources, out, name=out.stem, teacher=imitated, start=start, progress=True)
    show({"out": str(out), "first_epoch_loss": losses[0], "last_epoch_loss": losses[-1]}, as_json)
