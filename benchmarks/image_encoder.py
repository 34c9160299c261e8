"""How good is the image encoder? Neighbours among photos, from photos to drawings, in bad light, and its speed.

    python -m benchmarks.image_encoder --data FOLDER --catalogue DATASET [--weights ENCODER.safetensors]

Prints and writes benchmarks/results/image_encoder.json, and puts the scores into the encoder's
card. It compares our encoder with the same network left untrained, with a colour histogram and HOG
(no learning at all), and with a public ImageNet network where its features are known. Validation photos are never
trained on, but many have a near-duplicate among the training photos; so accuracy is also given for
those without such a look-alike.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from PIL import Image, ImageFilter

from lattice.data import dataset
from lattice.errors import InputError
from lattice.features import image
from lattice.features.batch import BatchEncoder, unit_rows
from lattice.features.image_training.losses import colour_histogram
from lattice.features.image_training.pictures import (
    PictureSet,
    catalogue_drawings,
    clothing_photos,
    grocery_photos,
)
from lattice.files import replaced_file

PUBLIC = "public MobileNetV2 (ImageNet, 224 px)"  # its features are beside the photos
LOOK_ALIKE = 0.85  # cosine of that network's features from which two photos count as near-duplicates
RESULTS = Path(__file__).parent / "results" / "image_encoder.json"

Embed = Callable[[PictureSet], np.ndarray]  # of n pictures, float [n, d]
Photos = Mapping[str, tuple[PictureSet, PictureSet]]  # source -> training and validation photos


def main(
    data: Annotated[Path, typer.Option(help="Folder of the photos.")],
    catalogue: Annotated[Path | None, typer.Option(help="Dataset whose items have a picture and a type.")] = None,
    weights: Annotated[Path, typer.Option(help="The encoder's; its card is beside them.")] = image.DEFAULT_WEIGHTS,
    out: Path = RESULTS,
) -> None:
    """Measure, print and write."""
    torch.set_num_threads(2)
    photos = {
        "clothing": (clothing_photos(data), clothing_photos(data, "validation")),
        "grocery": (grocery_photos(data), grocery_photos(data, "val")),
    }
    drawings = catalogue_drawings(dataset.load(catalogue)) if catalogue else None
    trained = image.load(weights)
    computed = embeddings(trained)
    scores = {name: measure(embed, photos, drawings) for name, embed in computed.items()}
    scores[PUBLIC] = measure(public, photos, None)
    robustness = {
        name: measure_robustness(embed, *photos["clothing"], photos["grocery"][1]) for name, embed in computed.items()
    }
    card = weights.with_suffix(".json")
    result = {
        "scores": scores,
        "clothing_5nn_accuracy_without_look_alikes_when": robustness,
        "photos": {name: {s.name: len(s.labels) for s in pair} for name, pair in photos.items()},
        "drawings": len(drawings.labels) if drawings else 0,
        "look_alike_cosine": LOOK_ALIKE,
        "parameters": json.loads(card.read_text(encoding="utf-8"))["parameters"],
        "megabytes": round(weights.stat().st_size / 1e6, 2),
        "milliseconds_a_picture_on_cpu": round(1e3 * seconds_a_picture(trained), 2),
        "fingerprint": trained.fingerprint,
    }
    with replaced_file(out) as part:
        part.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    told = {**json.loads(card.read_text(encoding="utf-8")), "scores": scores[trained.name]}
    with replaced_file(card) as part:
        part.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    json.dump(result, sys.stdout, indent=2)
    print()


def embeddings(trained: BatchEncoder) -> dict[str, Embed]:
    """Return what is compared, by name: all methods that can embed any picture."""
    torch.manual_seed(0)
    untrained = image.network_encoder(image.ImageNetwork(image.ImageNetworkOptions()), "untrained")
    return {
        trained.name: lambda pictures: trained.encode(pil(pictures)),
        "untrained network": lambda pictures: untrained.encode(pil(pictures)),
        "colour histogram + HOG": histogram_and_hog,
    }


def public(pictures: PictureSet) -> np.ndarray:
    """Return the public network's features, float [n, d]; InputError where they aren't beside the photos."""
    if pictures.teacher is None:
        raise InputError(f"{pictures.name}: no features of {PUBLIC} beside the photos")
    return pictures.teacher.numpy()


def pil(pictures: PictureSet) -> list[Image.Image]:
    """Return the decoded pictures of a set as PIL pictures."""
    return [Image.fromarray(picture.permute(1, 2, 0).numpy()) for picture in pictures.pictures]


def measure(embed: Embed, photos: Photos, drawings: PictureSet | None) -> dict[str, float]:
    """Return all scores of one embedding; without drawings, those among photos."""
    scores = {}
    for name, (train, validation) in photos.items():
        known, asked = embed(train), embed(validation)
        right = nearest_labels(known, train.labels, asked) == np.array(validation.labels)
        apart = ~look_alikes(train, validation)
        scores[f"{name}_5nn_accuracy"] = round(float(right.mean()), 4)
        scores[f"{name}_5nn_accuracy_without_look_alikes"] = round(float(right[apart].mean()), 4)
        if name == "clothing" and drawings is not None:
            catalogue = embed(drawings)
            cosine = unit_rows(asked) @ unit_rows(catalogue).T
            near = np.argsort(-cosine, axis=1, kind="stable")[:, :10]
            share = np.array(drawings.labels)[near] == np.array(validation.labels)[:, None]
            scores["photo_to_drawing_share_of_10"] = round(float(share.mean()), 4)
            scores["photo_to_drawing_share_of_10_without_look_alikes"] = round(float(share[apart].mean()), 4)
            chance = np.array(drawings.labels)[None] == np.array(validation.labels)[:, None]
            scores["photo_to_drawing_chance"] = round(float(chance.mean()), 4)
            scores |= among_drawings(unit_rows(catalogue), drawings)
    return scores


def among_drawings(catalogue: np.ndarray, drawings: PictureSet) -> dict[str, float]:
    """Do a drawing's 10 nearest share its type, and its colours more than others of the type do?

    Colours are compared as the overlap of two histograms of the pictures' middle, from 0 to 1.
    """
    labels = np.array(drawings.labels)
    cosine = catalogue @ catalogue.T
    np.fill_diagonal(cosine, -2)
    near = np.argsort(-cosine, axis=1, kind="stable")[:, :10]
    colours = colour_histogram(drawings.pictures.float() / 255).numpy()
    overlap = np.stack([np.minimum(row, colours).sum(axis=1) for row in colours])
    same = (labels[:, None] == labels) & ~np.eye(len(labels), dtype=bool)
    return {
        "drawing_type_share_of_10": round(float((labels[near] == labels[:, None]).mean()), 4),
        "drawing_colour_overlap_of_10": round(float(np.take_along_axis(overlap, near, axis=1).mean()), 4),
        "drawing_colour_overlap_within_type": round(float(overlap[same].mean()), 4),
    }


def measure_robustness(
    embed: Embed, train: PictureSet, validation: PictureSet, clutter: PictureSet
) -> dict[str, float]:
    """Return the 5-nearest-neighbour accuracy when only the asked photo, never the known ones, is spoilt."""
    known, apart = embed(train), ~look_alikes(train, validation)
    scores = {}
    for name, spoil in SPOILT.items():
        spoilt = [spoil(photo, other) for photo, other in zip(pil(validation), cycle(pil(clutter)), strict=False)]
        asked = embed(replace(validation, pictures=torch.stack([image.picture_tensor(p, p.width) for p in spoilt])))
        right = nearest_labels(known, train.labels, asked) == np.array(validation.labels)
        scores[name] = round(float(right[apart].mean()), 4)
    return scores


def _cluttered(photo: Image.Image, other: Image.Image) -> Image.Image:
    """Put the photo at 70% of its side in the middle of another."""
    small = photo.resize((round(0.7 * photo.width),) * 2)
    scene = other.copy()
    scene.paste(small, ((scene.width - small.width) // 2,) * 2)
    return scene


def _rotated(photo: Image.Image, degrees: float) -> Image.Image:
    """Rotate it, and cut it so that no corner is empty."""
    edge = round(photo.width * 0.12)
    turned = photo.rotate(degrees, Image.Resampling.BILINEAR)
    return turned.crop((edge, edge, photo.width - edge, photo.width - edge)).resize(photo.size)


SPOILT: dict[str, Callable[[Image.Image, Image.Image], Image.Image]] = {  # of a photo and another
    "as it is": lambda photo, other: photo,
    "rotated by 20 degrees": lambda photo, other: _rotated(photo, 20),
    "at a third of the light": lambda photo, other: photo.point(lambda value: value / 3),
    "blurred": lambda photo, other: photo.filter(ImageFilter.GaussianBlur(photo.width / 60)),
    "on a cluttered background": _cluttered,
}


def nearest_labels(known: np.ndarray, labels: tuple[str, ...], asked: np.ndarray, k: int = 5) -> np.ndarray:
    """Return, for each row of `asked`, the label that most of its k nearest rows of `known` have."""
    names, codes = np.unique(labels, return_inverse=True)
    cosine = unit_rows(asked) @ unit_rows(known).T
    near = np.argsort(-cosine, axis=1, kind="stable")[:, :k]
    votes = np.zeros((len(cosine), len(names)))
    for column in near.T:
        votes[np.arange(len(votes)), codes[column]] += 1 + 1e-3 * cosine[np.arange(len(votes)), column]
    return names[votes.argmax(axis=1)]


def look_alikes(train: PictureSet, validation: PictureSet) -> np.ndarray:
    """Return bool [n_validation]: has a training photo that the public network takes for nearly the same."""
    cosine = unit_rows(public(validation)) @ unit_rows(public(train)).T
    return cosine.max(axis=1) >= LOOK_ALIKE


def histogram_and_hog(pictures: PictureSet) -> np.ndarray:
    """Return float [n, 64 + 1764]: 64 colour counts and HOG (Dalal & Triggs 2005) at 64 px, each of length 1."""
    rows = []
    for picture in pil(pictures):
        small = np.asarray(picture.resize((64, 64), Image.Resampling.BILINEAR)).astype(np.float32)
        colours = (small // 64).astype(int) @ np.array([16, 4, 1])
        counts = np.bincount(colours.ravel(), minlength=64)
        rows.append(np.concatenate([unit_rows(counts[None])[0], unit_rows(hog(small.mean(axis=2))[None])[0]]))
    return np.stack(rows)


def hog(grey: np.ndarray, cell: int = 8, bins: int = 9) -> np.ndarray:
    """Return the oriented gradients of grey [s, s] in cells, over blocks of 2×2: float [(s/cell - 1)² · 4 · bins]."""
    down, across = np.gradient(grey)
    strength = np.hypot(down, across)
    turn = (np.arctan2(down, across) % np.pi) / np.pi * bins
    cells = len(grey) // cell
    place = np.arange(len(grey)) // cell
    where = (place[:, None] * cells + place) * bins + turn.astype(int) % bins
    votes = np.bincount(where.ravel(), strength.ravel(), cells * cells * bins).reshape(cells, cells, bins)
    blocks = np.concatenate([votes[:-1, :-1], votes[:-1, 1:], votes[1:, :-1], votes[1:, 1:]], axis=2)
    return unit_rows(blocks.reshape(-1, 4 * bins)).ravel()


def seconds_a_picture(encoder: BatchEncoder) -> float:
    """Return the median time to encode one picture of 600 × 800 pixels, preparation included."""
    pixels = np.random.default_rng(0).integers(0, 256, (800, 600, 3), dtype=np.uint8)
    times = []
    for _ in range(20):
        start = time.perf_counter()
        encoder.encode([Image.fromarray(pixels)])
        times.append(time.perf_counter() - start)
    return float(np.median(times))


if __name__ == "__main__":
    typer.run(main)
