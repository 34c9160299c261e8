"""A small shop for tests: coloured shapes with names, and shoppers who like one shape and one colour."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image, ImageDraw

from lattice.data import Dataset

SHAPES = ("circle", "square", "triangle", "star", "ring", "cross")
COLOURS = {"red": "#c8452f", "blue": "#3468c8", "green": "#2f9a55", "yellow": "#e0b32e", "violet": "#7b4fc0"}
SIZES = ("small", "large")


def draw(shape: str, colour: str, scale: float, size: int = 96) -> Image.Image:
    """One shape in the middle of a pale square."""
    image = Image.new("RGB", (size, size), "#f2efe9")
    pen = ImageDraw.Draw(image)
    half, reach = size / 2, size * 0.42 * scale
    box = (half - reach, half - reach, half + reach, half + reach)
    if shape == "circle":
        pen.ellipse(box, fill=colour)
    elif shape == "square":
        pen.rectangle(box, fill=colour)
    elif shape == "ring":
        pen.ellipse(box, outline=colour, width=int(size * 0.12))
    elif shape == "cross":
        pen.line((box[0], half, box[2], half), fill=colour, width=int(size * 0.16))
        pen.line((half, box[1], half, box[3]), fill=colour, width=int(size * 0.16))
    else:
        corners = 3 if shape == "triangle" else 5
        pen.regular_polygon((half, half, reach), corners, fill=colour)
    return image


def shapes(folder: Path, users: int = 60, seed: int = 0) -> Dataset:
    """A dataset without features; pictures lie in `folder`. The last item has neither picture nor title."""
    random = np.random.default_rng(seed)
    (folder / "images").mkdir(parents=True, exist_ok=True)
    rows = []
    for shape in SHAPES:
        for colour, tone in COLOURS.items():
            for size in SIZES:
                name = f"{shape}-{colour}-{size}"
                draw(shape, tone, 0.6 if size == "small" else 1.0).save(folder / "images" / f"{name}.webp")
                rows.append((name, f"{size} {colour} {shape}", shape, f"images/{name}.webp"))
    rows.append(("nameless", "", "", ""))
    items = pd.DataFrame(rows, columns=["item", "title", "category", "image"])
    ids = items["item"].to_numpy()[:-1]
    interactions = []
    for user in range(users):
        shape, colour = random.choice(SHAPES), random.choice(list(COLOURS))
        liking = np.array([1.0 + 12 * (shape in name) + 6 * (colour in name) for name in ids])
        bought = random.choice(ids, size=9, replace=False, p=liking / liking.sum())
        splits = ["valid", "test", *["train"] * 7]
        interactions += [(f"shopper {user:02d}", name, split) for name, split in zip(bought, splits, strict=True)]
    write_example(folder)
    table = pd.DataFrame(interactions, columns=["user", "item", "split"])
    return Dataset("shapes", items, table, folder=folder)


def write_example(folder: Path) -> None:
    """A newcomer that comes along with the shop."""
    (folder / "examples").mkdir(exist_ok=True)
    draw("star", COLOURS["red"], 0.8).save(folder / "examples" / "star.webp")
    record = {"title": "Red star", "text": "a red star", "image": "examples/star.webp", "note": "Between two sizes."}
    (folder / "examples" / "examples.json").write_text(json.dumps([record]))
