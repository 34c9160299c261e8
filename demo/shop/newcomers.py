"""Three uploads for the cold-start view: things that the shop doesn't sell, and one whose words are wrong."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from demo.shop.materials import Look
from demo.shop.palette import FAMILIES
from demo.shop.render import Draw, Shot, photograph
from demo.shop.shapes.camp import dome_tent
from demo.shop.shapes.dresses import flared
from demo.shop.shapes.headwear import bucket_hat


@dataclass(frozen=True)
class Newcomer:
    """An upload: its picture's slug, drawing, colours and words."""

    slug: str
    draw: Draw
    shot: Shot
    family: str
    pattern: str
    title: str
    text: str
    note: str


_NEWCOMERS = (
    Newcomer(
        "striped-dress",
        flared,
        Shot(),
        "navy",
        "breton",
        "Quay Summer Dress",
        "A cotton dress for warm evenings by the water. It packs flat, washes cold and goes from the ferry to the "
        "restaurant without a change.",
        "A picture and words that agree. The stripes are only in the picture, the seaside only in the words.",
    ),
    Newcomer(
        "camping-tent",
        dome_tent,
        Shot(standing=True),
        "mustard",
        "plain",
        "Two-Person Weekend Tent",
        "A light shelter for campsites and forest clearings. Pitch it alone, sleep dry through a stormy night and "
        "carry it out on the back of a bicycle.",
        "A newcomer from another department. Its closest neighbours should be tents, then what goes camping too.",
    ),
    Newcomer(
        "hat-or-boots",
        bucket_hat,
        Shot(),
        "teal",
        "plain",
        "Ridgeway Hiking Boots",
        "Sturdy leather boots for long days on rocky trails. The ankle is padded, the sole grips wet stone and the "
        "seams keep puddles out.",
        "They disagree on purpose: the picture shows a hat, the words sell hiking boots. See which modality wins.",
    ),
)


def examples(folder: Path, seed: int = 0) -> list[dict[str, str]]:
    """Draw the uploads into `folder/examples/` and write `examples.json` there: title, text, image and note."""
    target = Path(folder) / "examples"
    target.mkdir(parents=True, exist_ok=True)
    records = []
    for number, newcomer in enumerate(_NEWCOMERS):
        look = Look(newcomer.family, *FAMILIES[newcomer.family][0], pattern=newcomer.pattern)
        # A stream of its own, so that no example is a picture of the catalogue.
        rng = np.random.default_rng([seed, 3, number])
        photograph(target / f"{newcomer.slug}.webp", newcomer.draw, look, rng, newcomer.shot)
        said = {key: value for key, value in asdict(newcomer).items() if key in ("title", "text", "note")}
        records.append({**said, "image": f"examples/{newcomer.slug}.webp"})
    (target / "examples.json").write_text(json.dumps(records, indent=2) + "\n", encoding="utf-8")
    return records
