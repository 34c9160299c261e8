"""`python -m demo`: make a bundled data set again, to the bit."""

import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from lattice.cli import run
from lattice.commands.shared import Device, Json, show

CHESS_ENCODER = Path(__file__).parents[1] / "assets" / "chess" / "encoders" / "chess-board-v1.safetensors"

app = typer.Typer(
    help="Make the bundled data sets from their own programs.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.command()
def shop(
    out: Annotated[Path, typer.Option(help="The dataset's folder to write.")],
    seed: Annotated[int, typer.Option(min=0, help="Seed of the whole shop.")] = 0,
    items: Annotated[int, typer.Option(min=70, help="Number of items.")] = 2100,
    users: Annotated[int, typer.Option(min=1, help="Number of shoppers.")] = 4200,
    text_encoder: Annotated[str, typer.Option(help="default, none, or a sentence-transformers name.")] = "default",
    image_encoder: Annotated[str, typer.Option(help="default, none, or a sentence-transformers name.")] = "default",
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Draw the shop, simulate its shoppers, encode words and pictures, and write the dataset's folder."""
    from demo.shop import build, examples
    from lattice.data import save
    from lattice.data.dataset import MARKER
    from lattice.features import encode_dataset
    from lattice.folders import check_replaceable

    check_replaceable(out, MARKER)
    text, image = (None if name == "none" else name for name in (text_encoder, image_encoder))
    with tempfile.TemporaryDirectory() as drawn:
        dataset = build(Path(drawn), seed, items, users, progress=True)
        dataset = encode_dataset(dataset, text=text, image=image, progress=True, device=device)
        save(dataset, out, extra=lambda folder: examples(folder, seed))
    shapes = {modality: list(matrix.shape) for modality, matrix in dataset.features.items()}
    show({"out": str(out), "users": dataset.n_users, "items": dataset.n_items, "features": shapes}, as_json)


@app.command()
def chess(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="The folder with items.csv and interactions.csv.")],
    out: Annotated[Path, typer.Option(help="The dataset's folder to write.")],
    encoder: Annotated[Path, typer.Option(help="Weights that chess-encoder wrote.")] = CHESS_ENCODER,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the split.")] = 0,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Draw the boards of chess openings, encode boards and words, split the plays, and write the dataset's folder."""
    from demo.chess.catalogue import build, encode
    from demo.chess.newcomers import add_extras
    from lattice.data import save
    from lattice.data.dataset import MARKER
    from lattice.folders import check_replaceable

    check_replaceable(out, MARKER, source)
    with tempfile.TemporaryDirectory() as drawn:
        dataset = encode(build(source, Path(drawn), seed), encoder, device, progress=True)
        save(dataset, out, extra=add_extras)
    shapes = {modality: list(matrix.shape) for modality, matrix in dataset.features.items()}
    show({"out": str(out), "users": dataset.n_users, "items": dataset.n_items, "features": shapes}, as_json)


@app.command()
def chess_encoder(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="The folder with items.csv.")],
    out: Annotated[Path, typer.Option(help="The .safetensors file to write; its card goes beside it.")],
    seed: Annotated[int, typer.Option(min=0)] = 0,
    as_json: Json = False,
) -> None:
    """Train the encoder that reads boards of any style, on boards drawn in random styles; minutes on a CPU."""
    from demo.chess.catalogue import openings_of
    from demo.chess.reader import ReaderOptions, lines, score, train, write
    from lattice.files import check_writable

    check_writable(out)
    options, started = ReaderOptions(seed=seed), time.perf_counter()
    boards = lines(openings_of(source)["moves"].tolist())
    network = train(boards, options, progress=True)
    scores = score(network, boards)
    write(network, out, options, scores, time.perf_counter() - started)
    show({"out": str(out), **scores}, as_json)


if __name__ == "__main__":
    sys.exit(run(app))
