"""The dataset's example newcomers, folded in beforehand: a browser has no encoder for a picture or a text."""

import warnings
from pathlib import Path
from typing import Any

from lattice.data.examples import Example, examples
from lattice.errors import InputError
from lattice.export_app.catalogue import small_picture
from lattice.features.encode_upload import encode_upload
from lattice.inference import FoldIn
from lattice.recommender import Recommender

SIDE = 384  # pixels of an example's picture
NEIGHBOURS = 10  # per modality
USERS = 20
REACH = (1, 10, 20, 100)


def newcomers_script(recommender: Recommender, folder: Path) -> list[dict[str, Any]]:
    """Return every example with its edges and who would get it; its picture goes to `folder`/pictures.

    Left out, with a warning, is an example that this checkpoint's encoders can't take.
    """
    found = []
    for number, example in enumerate(examples(recommender.checkpoint.dataset.folder)):
        try:
            folded = _folded(recommender, example)
            (folder / "pictures" / f"example-{number}.webp").write_bytes(small_picture(example.image, SIDE))
        except InputError as error:
            warnings.warn(f"the example {example.title!r} is left out: {error}", stacklevel=2)
            continue
        found.append({"title": example.title, "text": example.text, "note": example.note, "number": number, **folded})
    return found


def _folded(recommender: Recommender, example: Example) -> dict[str, Any]:
    checkpoint = recommender.checkpoint
    vectors = encode_upload(checkpoint.encoders, example.image, example.text, checkpoint.dataset.folder)
    curve = checkpoint.calibration.curve if checkpoint.calibration else ()
    losses = [None, *(point.loss for point in curve)]
    placed = {loss: recommender.fold_in_features(vectors, exposure=loss) for loss in losses}
    return {
        "alpha": [[m, placed[None].alpha[m]] for m in recommender.modalities if m in placed[None].alpha],
        "edges": _edges(recommender, placed[None]),
        "exposures": [{"loss": loss, **_recipients(recommender, new)} for loss, new in placed.items()],
    }


def _edges(recommender: Recommender, new: FoldIn) -> list[dict[str, Any]]:
    """Return the NEIGHBOURS largest edges of every modality, with rows of items for ids."""
    first = new.edges.groupby("modality", sort=False).head(NEIGHBOURS)
    rows = recommender.trained.items.lookup(first["item"])
    numbers = first[["modality", "cosine", "initial", "learned", "weight"]].to_dict("records")
    return [{"item": int(row), **edge} for row, edge in zip(rows, numbers, strict=True)]


def _recipients(recommender: Recommender, new: FoldIn) -> dict[str, Any]:
    """Return in how many users' lists it is among the first REACH, and the first USERS with its rank and score."""
    ranks, first = new.users["rank"], new.users.head(USERS)
    rows = recommender.trained.users.lookup(first["user"])
    pairs = zip(rows, first["rank"], first["score"], strict=True)
    return {
        "reach": [[length, int((ranks <= length).sum())] for length in REACH],
        "users": [{"user": int(user), "rank": int(rank), "score": float(score)} for user, rank, score in pairs],
    }
