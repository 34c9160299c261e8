"""Random looks of a board, for an encoder that has to read any: colours, pieces, lines, frame, coordinates, side."""

import colorsys

import numpy as np

from demo.chess.board import Theme
from demo.chess.pieces import SETS, Ink


def random_theme(rng: np.random.Generator, flipped: float = 0.4) -> Theme:
    """Draw a theme; with probability `flipped` Black is at the bottom."""
    hue, away = rng.random(), rng.normal(0, 0.05)
    light = _colour(hue + away, rng.uniform(0, 0.5), rng.uniform(0.72, 1.0))
    dark = _colour(hue, rng.uniform(0, 0.75), rng.uniform(0.3, 0.68))
    if rng.random() < 0.06:
        light = dark = _colour(hue, rng.uniform(0, 0.5), rng.uniform(0.5, 0.85))
    white, black = _inks(rng)
    name = rng.choice(list(SETS))
    kinds = "PNBRQK"
    mixed = dict(zip(kinds, rng.choice(list(SETS), len(kinds)), strict=True))
    size = rng.uniform(0.72, 1.16)
    frame = rng.uniform(0.05, 0.7) if rng.random() < 0.35 else 0.0
    places = ("none", "inside", "frame") if frame > 0.3 else ("none", "inside")
    return Theme(
        light=light,
        dark=dark,
        marked=_colour(rng.random(), rng.uniform(0.3, 1), rng.uniform(0.5, 1)),
        marked_opacity=rng.uniform(0.25, 0.85),
        white=white,
        black=black,
        pieces=mixed if rng.random() < 0.4 else dict.fromkeys(kinds, name),
        size=(size * rng.uniform(0.86, 1.12), size * rng.uniform(0.92, 1.05)),
        mirrored=bool(rng.random() < 0.15),
        frame=frame,
        frame_colour=_colour(rng.random(), rng.uniform(0, 0.6), rng.uniform(0.1, 0.95)),
        coordinates=str(rng.choice(places)),
        flipped=bool(rng.random() < flipped),
        shaded=bool(rng.random() < 0.5),
        shadow=rng.uniform(0.1, 0.5) if rng.random() < 0.4 else 0.0,
    )


def _colour(hue: float, saturation: float, value: float) -> str:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return f"#{round(255 * red):02x}{round(255 * green):02x}{round(255 * blue):02x}"


def _inks(rng: np.random.Generator) -> tuple[Ink, Ink]:
    """Choose White's ink and Black's: white pieces with or without outlines; black ones solid or with light lines."""
    hue, width = rng.random(), rng.uniform(1.5, 6)
    tint = rng.uniform(0, 0.25)
    pale = _colour(hue, tint, rng.uniform(0.85, 1))
    deep = _colour(rng.random(), rng.uniform(0, 0.5), rng.uniform(0, 0.32))
    line = _colour(hue, rng.uniform(0, 0.4), rng.uniform(0, 0.4))
    edge = str(rng.choice([deep, line, pale]))
    mark = pale if rng.random() < 0.7 else deep
    return Ink(pale, line, line if rng.random() < 0.8 else pale, width), Ink(deep, edge, mark, width)
