"""The command line: results on stdout (JSON with --json), progress on stderr, bad input one line and exit code 2."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from lattice.errors import InputError

app = typer.Typer(
    help="LATTICE: mine latent item graphs from every modality, train recommenders on them, explain what they say.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda, ...")]
CheckpointPath = Annotated[Path, typer.Argument(metavar="CHECKPOINT", help="A checkpoint's folder.")]
DatasetPath = Annotated[Path, typer.Argument(metavar="DATASET", help="A dataset's folder.")]


@app.command()
def prepare(
    source: Annotated[str, typer.Argument(help="A file or folder; for the demo, just the word demo.")],
    out: Annotated[Path, typer.Option(help="The dataset's folder to write.")],
    format: Annotated[str, typer.Option(help="amazon, demo, lattice-json, mmrec, sequences or table.")] = "table",
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
    seed: Annotated[int | None, typer.Option(min=0, help="Of the split, or of the demo.")] = None,
    cold: Annotated[float | None, typer.Option(help="Share of items to take out of training, e.g. 0.2.")] = None,
    text_encoder: Annotated[str, typer.Option(help="default, none, or a sentence-transformers name.")] = "default",
    image_encoder: Annotated[str, typer.Option(help="default, none, or a sentence-transformers name.")] = "default",
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Read SOURCE, encode its words and pictures, and write a dataset's folder."""
    from lattice.atomic import check_replaceable
    from lattice.data import save
    from lattice.data.cold import hold_out_items
    from lattice.data.dataset import MARKER
    from lattice.data.readers import read
    from lattice.features import encode_dataset

    check_replaceable(out, MARKER)
    if images and image_features and image_encoder != "none":
        raise InputError(
            "--images and --image-features would both be the visual modality; "
            "leave one out, or add --image-encoder none to encode no pictures"
        )
    encoders = {"text": text_encoder, "image": image_encoder}
    chosen = {kind: None if encoder == "none" else encoder for kind, encoder in encoders.items()}
    with tempfile.TemporaryDirectory() as drawn:
        dataset = read(
            drawn if format == "demo" else source,
            format,
            name=name,
            interactions=interactions,
            items=items,
            columns=_pairs("column", column),
            modalities=_pairs("modality", modality),
            image_features=image_features,
            core=core,
            split=split,
            seed=seed,
        )
        fetched = None
        if images:
            from lattice.data.readers.amazon_images import fetch_pictures

            dataset, fetched = fetch_pictures(dataset, image_cache or Path(source) / "pictures", progress=True)
        if cold is not None:
            dataset = hold_out_items(dataset, cold, seed or 0)
        dataset = encode_dataset(dataset, **chosen, progress=True, device=device)
        save(dataset, out)
    if format == "demo":
        from lattice.data.demo import examples

        examples(out, seed or 0)
    shapes = {modality: list(matrix.shape) for modality, matrix in dataset.features.items()}
    counts = dataset.interactions["split"].value_counts().to_dict()
    said = {"out": str(out), "users": dataset.n_users, "items": dataset.n_items, **counts, "features": shapes}
    _print(said | _pictures(dataset, fetched), as_json)


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


@app.command()
def train(
    dataset: DatasetPath,
    out: Annotated[Path, typer.Option(help="The checkpoint's folder to write.")],
    model: Annotated[str, typer.Option(help="A model's name; README.md lists them.")] = "lattice",
    backbone: Annotated[str, typer.Option(help="What LATTICE is plugged onto: lightgcn, ngcf or mf.")] = "lightgcn",
    set_: Annotated[list[str] | None, typer.Option("--set", help="NAME=VALUE, e.g. lr=0.001, k=10, l2=1e-4.")] = None,
    seed: Annotated[int, typer.Option(help="Of initialisation, order and negatives.")] = 0,
    device: Device = "auto",
    resume: Annotated[bool, typer.Option("--resume", help="Go on where a killed run of the same OUT stopped.")] = False,
    as_json: Json = False,
) -> None:
    """Train a model, keep the weights best on validation Recall@20, and write a checkpoint."""
    from lattice.data import load
    from lattice.models import default_options
    from lattice.pipeline import fit
    from lattice.settings import apply
    from lattice.training import TrainingOptions

    options, training = apply(set_ or [], default_options(model, backbone), TrainingOptions(seed=seed, device=device))
    checkpoint = fit(load(dataset), options, training, out, resume)
    _print({"out": str(out), **checkpoint.metrics}, as_json)


@app.command()
def evaluate(
    checkpoint: CheckpointPath,
    split: Annotated[str, typer.Option(help="valid or test.")] = "test",
    k: Annotated[list[int] | None, typer.Option(help="Lengths of the list, as in --k 10 20.")] = None,
    more: Annotated[list[int] | None, typer.Argument(hidden=True)] = None,
    protocol: Annotated[str, typer.Option(help="warm, or cold: held-out items only.")] = "warm",
    device: Device = "cpu",
    as_json: Json = False,
) -> None:
    """Score a checkpoint by full ranking: Recall, Precision and NDCG."""
    from lattice.checkpoint import load
    from lattice.device import resolve_device
    from lattice.evaluation import evaluate as evaluate_warm
    from lattice.evaluation import evaluate_cold
    from lattice.recommender import Recommender

    _one_of("--split", split, ("valid", "test"))
    _one_of("--protocol", protocol, ("warm", "cold"))
    # An option takes one value, so in `--k 10 20` the second is an argument.
    ks = sorted({*(k or (10, 20)), *(more or ())})
    if ks[0] < 1:
        raise InputError(f"--k {ks[0]}: a list has at least one place")
    loaded = load(checkpoint, resolve_device(device))
    train_pairs, relevant = loaded.dataset.pairs("train"), loaded.dataset.pairs(split)
    embeddings = Recommender.of(loaded).embeddings
    if protocol == "warm":
        scores: dict[str, Any] = evaluate_warm(embeddings, train_pairs, relevant, ks).summary
    else:
        scores = {name: s.summary for name, s in evaluate_cold(embeddings, train_pairs, relevant, ks).items()}
    _print({"checkpoint": str(checkpoint), "split": split, "protocol": protocol, **scores}, as_json)


@app.command()
def recommend(
    checkpoint: CheckpointPath,
    user: Annotated[list[str], typer.Option(help="Raw user id; may be given several times.")],
    k: Annotated[int, typer.Option(min=1, help="How many.")] = 20,
    explain: Annotated[bool, typer.Option("--explain", help="Split every score into its parts.")] = False,
    as_json: Json = False,
) -> None:
    """The best items for a user, and why."""
    recommender = _recommender(checkpoint)
    lists: list[dict[str, Any]] = []
    for one in user:
        ids, scores = recommender.recommend(one, k)
        rows: list[dict[str, Any]] = [
            _item(recommender, raw) | {"score": round(float(s), 6)} for raw, s in zip(ids, scores, strict=True)
        ]
        if explain:
            rows = [row | _explained(recommender, one, row["item"]) for row in rows]
        lists.append({"user": one, "items": rows})
    if as_json:
        _print({"checkpoint": str(checkpoint), "lists": lists}, True)
        return
    for found in lists:
        typer.echo(f"user {found['user']}")
        for place, row in enumerate(found["items"], start=1):
            typer.echo(f"{place:3d}  {row['score']:8.4f}  {row['item']}  {row['title']}")
            if explain:
                typer.echo(f"     collaborative {row['collaborative']:+.4f}, item graph {row['item_graph']:+.4f}")
                for part in row["contributions"][:3]:
                    typer.echo(f"       {part['value']:+.4f}  {part['item']} ({part['modality']}, {part['layer']})")


@app.command()
def similar(
    checkpoint: CheckpointPath,
    item: Annotated[str, typer.Option(help="Raw item id.")],
    modality: Annotated[str | None, typer.Option(help="A modality, fused, or collaborative.")] = None,
    k: Annotated[int, typer.Option(min=1, help="How many.")] = 10,
    as_json: Json = False,
) -> None:
    """An item's neighbours in the item graph."""
    recommender = _recommender(checkpoint)
    ids, weights = recommender.similar(item, k, modality)
    rows = [_item(recommender, raw) | {"weight": round(float(w), 6)} for raw, w in zip(ids, weights, strict=True)]
    if as_json:
        _print({"item": item, "modality": modality, "neighbours": rows}, True)
        return
    for row in rows:
        typer.echo(f"{row['weight']:8.4f}  {row['item']}  {row['title']}")


@app.command("fold-in")
def fold_in(
    checkpoint: CheckpointPath,
    image: Annotated[Path | None, typer.Option(help="A picture: PNG, JPEG or WEBP.")] = None,
    text: Annotated[str | None, typer.Option(help="The item in words.")] = None,
    k: Annotated[int, typer.Option(min=1, help="How many neighbours and users to print.")] = 10,
    completion: Annotated[bool, typer.Option("--completion", help="Fill in the collaborative part.")] = False,
    as_json: Json = False,
) -> None:
    """Place an item that nobody has bought: its neighbours, and who would get it."""
    if image is None and not text:
        raise InputError("nothing to fold in: give --image FILE, --text STRING, or both")
    recommender = _recommender(checkpoint)
    placed = recommender.fold_in(image, text, completion=completion)
    edges = placed.edges.groupby("item", sort=False)["weight"].sum().nlargest(k)
    neighbours = [_item(recommender, raw) | {"weight": round(float(w), 6)} for raw, w in edges.items()]
    users = placed.users.head(k).astype({"score": float}).round({"score": 6}).to_dict("records")
    if as_json:
        _print({"alpha": placed.alpha, "neighbours": neighbours, "users": users}, True)
        return
    typer.echo("neighbours")
    for row in neighbours:
        typer.echo(f"{row['weight']:8.4f}  {row['item']}  {row['title']}")
    typer.echo("users who would get it (rank in their list)")
    for row in users:
        typer.echo(f"{row['rank']:8d}  {row['user']}")


@app.command("map")
def make_map(checkpoint: CheckpointPath, as_json: Json = False) -> None:
    """Lay a LATTICE checkpoint's whole catalogue out in two dimensions, and keep the map with it."""
    from dataclasses import replace

    from lattice.checkpoint import MAP, load, save_map
    from lattice.inference.layout import LEAST, MOST, catalogue_map, has_map
    from lattice.models import Lattice, model_name

    loaded = load(checkpoint)
    if not isinstance(loaded.model, Lattice):
        raise InputError(f"a {model_name(loaded.options)} checkpoint has no item graph; load a LATTICE checkpoint")
    n_items = loaded.dataset.n_items
    if not has_map(n_items):
        raise InputError(f"{n_items:,} items: a map is made for {LEAST} to {MOST:,}")
    save_map(replace(loaded, places=catalogue_map(loaded.model)), checkpoint)
    _print({"out": str(checkpoint / MAP), "items": n_items}, as_json)


@app.command()
def export(
    dataset: DatasetPath,
    out: Annotated[Path, typer.Option(help="The folder to write.")],
    format: Annotated[str, typer.Option(help="mmrec.")] = "mmrec",
    as_json: Json = False,
) -> None:
    """Write a dataset in another program's format."""
    from lattice.data import load
    from lattice.data.export import to_mmrec

    _one_of("--format", format, ("mmrec",))
    to_mmrec(load(dataset), out)
    _print({"out": str(out), "format": format}, as_json)


@app.command("train-encoder")
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
    from lattice.features.teacher import named_teacher
    from lattice.features.train_image import ImageTrainingOptions, train_image_encoder
    from lattice.features.training_pictures import training_sources

    imitated = named_teacher(teacher, str(resolve_device(device)))
    sources = training_sources(data, None if catalogue is None else load(catalogue), progress=True)
    options = ImageTrainingOptions(epochs=epochs, views=views, lr=lr, seed=seed, device=device)
    losses = train_image_encoder(options, sources, out, name=out.stem, teacher=imitated, start=start, progress=True)
    _print({"out": str(out), "first_epoch_loss": losses[0], "last_epoch_loss": losses[-1]}, as_json)


def _recommender(checkpoint: Path) -> Any:
    from lattice.recommender import Recommender

    return Recommender.load(checkpoint)


def _item(recommender: Any, raw: str) -> dict[str, Any]:
    return {"item": raw, "title": recommender.title(raw)}


def _explained(recommender: Any, user: str, item: str) -> dict[str, Any]:
    explanation = recommender.explain(user, item)
    parts = explanation.contributions.round({"weight": 6, "value": 6}).to_dict("records")
    return {
        "collaborative": round(explanation.collaborative, 6),
        "item_graph": round(explanation.item_graph, 6),
        "contributions": parts,
    }


def _pairs(option: str, values: list[str] | None) -> dict[str, str] | None:
    if not values:
        return None
    for value in values:
        if "=" not in value:
            raise InputError(f"--{option} {value!r}: write NAME=VALUE")
    return dict(value.split("=", 1) for value in values)


def _one_of(option: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise InputError(f"{option} {value!r} is unknown; use one of {', '.join(known)}")


def _print(values: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(values, indent=2, ensure_ascii=False))
        return
    for name, value in values.items():
        if isinstance(value, dict):
            value = ", ".join(f"{key} {v:.4f}" if isinstance(v, float) else f"{key} {v}" for key, v in value.items())
        typer.echo(f"{name}: {value:.4f}" if isinstance(value, float) else f"{name}: {value}")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code is 0, or 2 after one line on stderr that says what is wrong."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        return app(given or ["--help"], standalone_mode=False) or 0
    except InputError as error:
        typer.echo(f"error: {error}", err=True)
        return 2
    except typer.Exit as stop:
        return stop.exit_code
    except OSError as error:  # a folder that can't be written, a full disk, a reader that went away
        typer.echo(f"error: {error}", err=True)
        return 2
    except Exception as error:
        # A mistake in the arguments, by whichever copy of click typer stands on.
        if not hasattr(error, "format_message"):
            raise
        typer.echo(f"error: {' '.join(error.format_message().split())}", err=True)
        return 2


if __name__ == "__main__":
    sys.exit(main())
