"""Three openings that the catalogue doesn't have, for the cold-start page; the boards of two are in other styles."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from demo.chess.board import CLASSIC, SLATE, WALNUT, Theme, picture, write
from demo.chess.position import play
from demo.chess.words import in_words


@dataclass(frozen=True)
class Newcomer:
    """A newcomer: the file's name, the moves on its picture and in its words, and how it is drawn."""

    slug: str
    title: str
    pictured: str
    told: str
    theme: Theme
    note: str


_EVANS = "1. e4 e5 2. Nf3 Nc6 3. Bc4 Bc5 4. b4"
_CATALAN = "1. d4 Nf6 2. c4 e6 3. g3 d5 4. Bg2 Be7 5. Nf3"
_STONEWALL = "1. d4 f5 2. c4 Nf6 3. g3 e6 4. Bg2 d5 5. Nf3 c6"
_HALLOWEEN = "1. e4 e5 2. Nf3 Nc6 3. Nc3 Nf6 4. Nxe5"

NEWCOMERS = (
    Newcomer(
        "evans-gambit",
        "Italian Game: Evans Gambit",
        _EVANS,
        _EVANS,
        CLASSIC,
        "A board and words that agree. Who plays the Italian Game should get it.",
    ),
    Newcomer(
        "catalan",
        "Catalan Opening: Closed Variation",
        _CATALAN,
        _CATALAN,
        WALNUT,
        "A closed opening, on a wooden board that the catalogue doesn't use. Its neighbours should be Queen's Gambits.",
    ),
    Newcomer(
        "stonewall-or-halloween",
        "Four Knights Game: Halloween Gambit",
        _STONEWALL,
        _HALLOWEEN,
        SLATE,
        "They disagree on purpose: the board shows a Dutch Stonewall, the words tell the Halloween Gambit.",
    ),
)


def examples(folder: Path) -> list[dict[str, str]]:
    """Draw the newcomers into `folder/examples/` and write `examples.json` there: title, text, image and note."""
    target = folder / "examples"
    target.mkdir(parents=True, exist_ok=True)
    records = []
    for one in NEWCOMERS:
        board, played = play(one.pictured)
        path = target / f"{one.slug}.webp"
        write(picture(board, one.theme, (played[-1].origin, played[-1].target)), path)
        text = f"{one.told}. {in_words(one.told)}"
        records.append({"title": one.title, "text": text, "note": one.note, "image": f"examples/{path.name}"})
    (target / "examples.json").write_text(json.dumps(records, indent=2) + "\n", encoding="utf-8")
    return records


def add_extras(folder: Path) -> None:
    """Write what a reader of the data set's folder finds beside the data: the newcomers, and the README."""
    examples(folder)
    shutil.copyfile(Path(__file__).with_name("readme.md"), folder / "README.md")
