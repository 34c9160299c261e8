"""The data set of openings: games of real players, and for each opening a board drawn by us and words about it.

SOURCE is a folder with two tables, both CC0: `items.csv` (item, eco, name, family, volume, moves, fen) and
`interactions.csv` (user, item), in which users are numbers that name nobody. `assets/chess/README.md` says where the
games and the names come from.
"""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from demo.chess.board import picture, write
from demo.chess.position import play, read_fen
from demo.chess.words import in_words, slug
from lattice.data.about import About, Words
from lattice.data.dataset import Dataset, check
from lattice.data.encoder_files import ENDINGS, FOLDER
from lattice.data.split import split
from lattice.errors import InputError
from lattice.features import encode_dataset

ENCODER = "chess-board-v1"
ABOUT = About(
    words=Words(
        user="player",
        users="players",
        item="opening",
        items="openings",
        interaction="play",
        interactions="plays",
        choose="play",
        chosen="played",
    ),
    line="Real people: 937 lichess players and the openings they played, 2017 and before. The boards are drawn by us.",
    credits="Games and opening names: lichess.org open database and lichess-org/chess-openings, CC0 1.0.",
)


def build(source: Path, folder: Path, seed: int = 0) -> Dataset:
    """Draw the boards into `folder/images/` and return the data set without features.

    Each player's plays are split at random with `seed`. InputError: SOURCE isn't as described.
    """
    openings, plays = openings_of(source), _table(source, "interactions.csv", "user item")
    (folder / "images").mkdir(parents=True, exist_ok=True)
    ids = dict(zip(openings["item"], openings["name"].map(slug), strict=True))
    for row in openings.itertuples():
        _draw(row.moves, row.fen, folder / "images" / f"{ids[row.item]}.webp")
    items = pd.DataFrame(
        {
            "item": list(ids.values()),
            "title": openings["name"],
            "category": openings["volume"] + " > " + openings["family"],
            "description": [
                describe(eco, moves) for eco, moves in zip(openings["eco"], openings["moves"], strict=True)
            ],
            "image": [f"images/{name}.webp" for name in ids.values()],
        }
    )
    interactions = pd.DataFrame(
        {"user": [f"player-{user:03d}" for user in plays["user"]], "item": plays["item"].map(ids)}
    )
    interactions["split"] = split(interactions["user"], seed)
    return check(Dataset("chess", items, interactions, folder=folder, about=ABOUT))


def openings_of(source: Path) -> pd.DataFrame:
    """Return the table of openings."""
    return _table(source, "items.csv", "item name family volume eco moves fen")


def describe(eco: str, moves: str) -> str:
    """Return an opening's description: its code, its moves in notation and in words."""
    return f"ECO {eco}. {moves}. {in_words(moves)}"


def encode(dataset: Dataset, weights: Path, device: str = "auto", progress: bool = False) -> Dataset:
    """Return the data set with its features, rounded to float16, and the encoder of boards in its folder."""
    assert dataset.folder is not None
    (dataset.folder / FOLDER).mkdir(exist_ok=True)
    for ending in ENDINGS:
        shutil.copyfile(weights.with_suffix(ending), dataset.folder / FOLDER / f"{ENCODER}{ending}")
    encoded = encode_dataset(dataset, image=ENCODER, progress=progress, device=device)
    rounded = {name: matrix.astype(np.float16).astype(np.float32) for name, matrix in encoded.features.items()}
    return check(replace(encoded, features=rounded))


def _draw(moves: str, fen: str, path: Path) -> None:
    board, played = play(moves)
    if board != read_fen(fen):
        raise InputError(f"{moves!r} doesn't lead to {fen!r}; correct either in items.csv")
    write(picture(board, marked=(played[-1].origin, played[-1].target)), path)


def _table(source: Path, name: str, columns: str) -> pd.DataFrame:
    try:
        table = pd.read_csv(source / name)
    except (OSError, ValueError) as error:
        raise InputError(
            f"{source / name} can't be read ({error}); SOURCE holds items.csv and interactions.csv"
        ) from None
    lacking = [column for column in columns.split() if column not in table]
    if lacking:
        raise InputError(f"{source / name} has no column {lacking[0]!r}; it needs {columns}")
    return table
