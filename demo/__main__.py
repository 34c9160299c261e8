"""`python -m demo`: make a bundled data set again, to the bit."""

import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from lattice.cli import run
from lattice.commands.shared import Device, Json, show

app = typer.Typer(
    help="Make the bundled data sets from their own programs.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def programs() -> None:
    """Keep the data set's name a subcommand even while there is only one."""


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
    from lattice.files import check_replaceable

    check_replaceable(out, MARKER)
    text, image = (None if name == "none" else name for name in (text_encoder, image_encoder))
    with tempfile.TemporaryDirectory() as drawn:
        dataset = build(Path(drawn), seed, items, users, progress=True)
        dataset = encode_dataset(dataset, text=text, image=image, progress=True, device=device)
        save(dataset, out, extra=lambda folder: examples(folder, seed))
    shapes = {modality: list(matrix.shape) for modality, matrix in dataset.features.items()}
    show({"out": str(out), "users": dataset.n_users, "items": dataset.n_items, "features": shapes}, as_json)


if __name__ == "__main__":
    sys.exit(run(app))
