"""Who gets an uploaded photo: the shop's three examples, and ten photos of real things.

    python -m benchmarks.uploads [--data FOLDER]

FOLDER holds `photos-clothing/` (clothing-dataset-small, CC0) and `photos-upload-test/` (tuxpaint's stamps); the photos
aren't part of this project. Each upload is folded in three ways: the paper's form, and with exposure 1% and 5%. For
each: in how many users' first 20 it is, and what share of them has something of its type, beside the share of all
users. Prints a table, and writes benchmarks/results/uploads.json.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import torch
import typer

from lattice.cli import run
from lattice.files import replaced_file
from lattice.recommender import Recommender

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results" / "uploads.json"
EXPOSURES = (None, 0.01, 0.05)  # None: the paper's form
FIRST = 20

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@dataclass(frozen=True)
class Upload:
    """A picture's file, its words (empty: the picture alone) and the shop's type of the thing."""

    name: str
    image: Path
    words: str
    type: str


EXAMPLE_TYPES = {"striped-dress": "dress", "camping-tent": "tent", "hat-or-boots": "boots"}
_CLOTHING, _STAMPS = "photos-clothing/validation", "photos-upload-test/tuxpaint"
PHOTOS = (  # file, words, type
    (f"{_CLOTHING}/dress/22ee2330-a2e7-4abf-aec1-0699e819a248.jpg", "Sleeveless summer dress with a print", "dress"),
    (f"{_CLOTHING}/hat/50cf0bbc-5a25-4df9-94fe-3323d2b61bff.jpg", "Blue cotton bucket hat for the beach", "hat"),
    (f"{_CLOTHING}/outwear/2160a577-406a-4812-ada2-2a3cb30c2ba8.jpg", "Olive bomber jacket with a zip", "outerwear"),
    (f"{_CLOTHING}/pants/0d0bb91d-01d7-45df-827d-da96bbc44b15.jpg", "Blue jeans with an elastic waist", "trousers"),
    (f"{_CLOTHING}/shoes/41302a0b-5faf-48a9-9b40-33885d28a7a6.jpg", "High sneakers with orange laces", "shoes"),
    (f"{_CLOTHING}/skirt/3878a7f2-61f1-4594-91f1-7e05e6227272.jpg", "Short flared skirt, dark green", "skirt"),
    (f"{_CLOTHING}/t-shirt/07b294ee-9a04-4795-9af2-7a1c801e8db0.jpg", "White knotted tee with lettering", "t-shirt"),
    (f"{_CLOTHING}/shorts/163d946e-7638-4069-92e0-1b02be330271.jpg", "Beige cotton shorts to the knee", "shorts"),
    (f"{_STAMPS}/sports_basketball.jpg", "Basketball with good grip, for indoors and outdoors", "basketball"),
    (f"{_STAMPS}/sports_tennis_racket.jpg", "Light tennis racket for club players", "tennis racket"),
)


def examples(folder: Path) -> list[Upload]:
    """Return the dataset's example newcomers."""
    records = json.loads((folder / "examples" / "examples.json").read_text(encoding="utf-8"))
    found = []
    for record in records:
        image = folder / record["image"]
        words = f"{record['title']}. {record['text']}"
        found.append(Upload(record["title"], image, words, EXAMPLE_TYPES[image.stem]))
    return found


def photos(folder: Path) -> list[Upload]:
    """Return the ten photos, each with words and alone."""
    known = [(folder / file, words, kind) for file, words, kind in PHOTOS]
    return [
        Upload(f"{kind}, {'picture + words' if said else 'picture alone'}", image, said, kind)
        for image, words, kind in known
        for said in (words, "")
    ]


def having(recommender: Recommender, kind: str) -> pd.Series:
    """Return user -> whether they have something of a type in training."""
    table = recommender.checkpoint.dataset.interactions
    table = table[table["split"] == "train"]
    alike = recommender.items["item"][recommender.items["type"] == kind]
    return pd.Series(pd.Index(recommender.users).isin(table.loc[table["item"].isin(alike), "user"]), recommender.users)


def measure(models: dict[bool, Recommender], upload: Upload) -> Iterator[dict[str, Any]]:
    """Yield one row per exposure. models: with content scores or not -> the recommender."""
    has = having(models[False], upload.type)
    for exposure in EXPOSURES:
        model = models[exposure is not None]
        new = model.fold_in(image=str(upload.image), text=upload.words or None, exposure=exposure)
        got = new.users.loc[new.users["rank"] <= FIRST, "user"]
        nearest = model.items.set_index("item")["type"][new.edges["item"].iloc[0]]
        yield {
            "upload": upload.name,
            "exposure": exposure,
            "users": len(got),
            "have_its_type": float(has[got].mean()) if len(got) else None,
            "all_have_its_type": float(has.mean()),
            "nearest": str(nearest),
        }


@app.command()
def main(
    data: Annotated[Path | None, typer.Option(help="Folder of the photos; without it the examples alone.")] = None,
    checkpoint: Annotated[Path, typer.Option()] = ROOT / "checkpoints" / "demo" / "lattice",
    out: Annotated[Path, typer.Option(help="The JSON file to write.")] = RESULTS,
) -> None:
    """Fold in every upload, print and write."""
    torch.set_num_threads(1)
    models = {content: Recommender.load(checkpoint, content_scores=content) for content in (False, True)}
    folder = models[True].checkpoint.dataset.folder
    uploads = (examples(folder) if folder else []) + (photos(data) if data else [])
    rows = [row for upload in uploads for row in measure(models, upload)]
    with replaced_file(out) as part:
        part.write_text(json.dumps({"users": len(models[True].users), "rows": rows}, indent=1) + "\n", encoding="utf-8")
    typer.echo(pd.DataFrame(rows).round(3).to_string(index=False))


if __name__ == "__main__":
    sys.exit(run(app))
