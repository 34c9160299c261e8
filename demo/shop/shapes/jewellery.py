"""What glitters: necklace, earrings, ring, watch."""

import numpy as np

from demo.shop.materials import Look, cloth
from demo.shop.palette import mix, shade
from demo.shop.pen import (
    body,
    both,
    disc,
    line,
    polygon,
    slab,
    spot,
    stitch,
)

_METALS = ("#d2a850", "#c3c8ce", "#d49a82")
_STONES = ("#3d7fb8", "#b23a54", "#3f9a77", "#e8e4f0", "#7a56a8", "#e0a63c")


def metal(rng: np.random.Generator) -> str:
    """Return the colour of gold, silver or rose gold."""
    return _METALS[rng.integers(len(_METALS))]


def _stone(rng: np.random.Generator) -> str:
    return _STONES[rng.integers(len(_STONES))]


def _gem(x: float, y: float, r: float, colour: str) -> str:
    ring = [(x + r * np.cos(a), y + r * np.sin(a)) for a in np.arange(8) * np.pi / 4 + np.pi / 8]
    table = [(x + r * 0.55 * np.cos(a), y + r * 0.55 * np.sin(a)) for a in np.arange(8) * np.pi / 4 + np.pi / 8]
    facets = "".join(
        spot(
            polygon(ring[k], ring[(k + 1) % 8], table[(k + 1) % 8], table[k]),
            ("#fff", "#10121c")[k in (0, 1, 2, 7)],
            0.12 + 0.07 * (k % 3),
        )
        for k in range(8)
    )
    return body(polygon(*ring), colour, light="gloss", edge=0.6) + facets + spot(polygon(*table[3:7]), "#fff", 0.4)


def necklace(rng: np.random.Generator, look: Look) -> str:
    """Draw a pendant on a closed chain, or a string of beads."""
    tone, stone = metal(rng), _stone(rng)
    # A drop shape: round below, narrow at the clasp.
    angles = np.linspace(0.5 * np.pi, 2.5 * np.pi, 61)
    points = [(100 + 56 * np.cos(a) * (0.78 + 0.22 * np.sin(a)), 86 + 60 * np.sin(a)) for a in angles]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"
    clasp = body(disc(100, 26, 4.4), tone, light="ball", edge=0.6)
    if rng.random() < 0.5:
        colours = (look.base, look.second, look.accent)
        beads = [
            body(disc(x, y, 3.2 + 5.6 * ((y - 26) / 120) ** 2), colours[k // 2 % 3], light="ball", edge=0.4)
            for k, (x, y) in enumerate(points[:-1:2])
        ]
        return line(path, tone, 1.2) + "".join(beads) + clasp
    links = line(path, shade(tone, -0.35), 3.4) + line(path, tone, 2.6, dash="0.1 3.4")
    links += line(path, shade(tone, 0.5), 1.1, 0.9, "0.1 3.4") + line("M100 146V151", tone, 2.6)
    style = rng.integers(3)
    if style == 0:
        hang = body(disc(100, 165, 18), tone, light="ball") + _gem(100, 165, 13, stone)
    elif style == 1:
        heart = "M100 187C68 166 76 147 90 149Q97 150 100 157Q103 150 110 149C124 147 132 166 100 187Z"
        hang = body(heart, tone, light="gloss", bevel=0.6)
    else:
        drop = "M100 148Q122 172 100 188Q78 172 100 148Z"
        hang = body(drop, stone, light="gloss", bevel=0.6) + line(drop, tone, 2.4)
    return links + clasp + hang


def earrings(rng: np.random.Generator, look: Look) -> str:
    """Draw a pair of hoops, drops or studs."""
    tone, stone, style = metal(rng), _stone(rng), rng.integers(3)
    hook = line("M140 64Q140 44 132 44Q124 46 126 58", shade(tone, -0.25), 2.8) + line(
        "M140 64Q140 44 132 44Q124 46 126 58", tone, 1.6
    )
    if style == 0:
        ring = disc(141, 98, 30)
        one = (
            line(ring, shade(tone, -0.45), 10)
            + line(ring, tone, 8.4)
            + line("M118 82Q126 70 141 69", shade(tone, 0.7), 2.6)
        )
    elif style == 1:
        drop = "M140 78Q168 120 140 144Q112 120 140 78Z"
        one = (
            body(disc(140, 72, 9), tone, light="ball")
            + body(drop, look.base, light="gloss", bevel=0.8)
            + line(drop, tone, 2.2)
        )
    else:
        one = line("M140 60V104", tone, 2.2) + _gem(140, 74, 10, look.accent) + _gem(140, 118, 19, stone)
    return both(hook + one)


def ring(rng: np.random.Generator, look: Look) -> str:
    """Draw a ring with a stone, or a plain broad band."""
    tone = metal(rng)
    hoop = disc(100, 120, 47, 46)
    picture = (
        line(hoop, shade(tone, -0.5), 15)
        + line(hoop, tone, 13)
        + line(disc(100, 120, 42, 41), shade(tone, -0.35), 3, 0.6)
    )
    picture += line("M58 104Q70 78 96 72", shade(tone, 0.75), 3.4, 0.9) + line(
        "M142 138Q132 158 108 165", shade(tone, 0.5), 2, 0.6
    )
    if rng.random() < 0.25:
        return picture + "".join(
            _gem(100 + 46 * np.cos(a), 120 + 45 * np.sin(a), 5, _stone(rng)) for a in np.linspace(-2.3, -0.85, 5)
        )
    size = rng.uniform(17, 24)
    claws = both(line(f"M108 78L{100 + size * 0.8} {56 + size * 0.3}", shade(tone, -0.2), 4))
    side = both(_gem(100 + size + 6, 70, 6, mix(_stone(rng), "#ffffff", 0.3))) if rng.random() < 0.4 else ""
    return picture + claws + side + _gem(100, 54, size, _stone(rng))


def watch(rng: np.random.Generator, look: Look) -> str:
    """Draw a wrist watch, dial or digital, on its strap."""
    tone, strap = metal(rng), cloth(look)
    band = body("M82 18Q100 14 118 18L122 70H78Z", strap, light="tube") + body(
        "M78 130H122L117 180Q100 187 83 180Z", strap, light="tube"
    )
    holes = "".join(spot(disc(100, y, 1.8), "#15120f", 0.75) for y in (150, 159, 168)) + stitch(
        "M84 22L81 66M116 22L119 66", shade(look.base, 0.45)
    )
    if rng.random() < 0.3:
        screen = body(slab(62, 60, 76, 80, 20), "#2a2c31", light="gloss", bevel=1) + spot(
            slab(69, 67, 62, 66, 14), "#0d0f14"
        )
        rings = (
            line(disc(100, 100, 22), shade(look.accent, -0.5), 5)
            + line("M100 78A22 22 0 1 1 80 109", look.accent, 5)
            + line("M100 88A12 12 0 0 1 110 107", look.second, 4.4)
        )
        return band + holes + body(slab(137, 92, 6, 16, 2), "#3a3c42", light="tube") + screen + rings
    face = "#fbf8f1" if rng.random() < 0.6 else shade(look.base, -0.55)
    marks = "".join(
        line(
            f"M{100 + 26 * np.cos(a):.1f} {100 + 26 * np.sin(a):.1f}"
            f"L{100 + 30 * np.cos(a):.1f} {100 + 30 * np.sin(a):.1f}",
            look.accent if k % 3 else tone,
            1.6 if k % 3 else 2.8,
        )
        for k, a in enumerate(np.arange(12) * np.pi / 6)
    )
    ink = "#2b2a2e" if face == "#fbf8f1" else "#f1ece2"
    hands = (
        line("M100 100L86 88", ink, 3.4)
        + line("M100 100L117 82", ink, 2.2)
        + line("M96 108L104 78", look.accent, 1)
        + spot(disc(100, 100, 2.8), ink)
    )
    crown = body(slab(138, 95, 8, 10, 2), tone, light="down")
    return (
        band
        + holes
        + crown
        + body(disc(100, 100, 42), tone, light="gloss", bevel=1)
        + body(disc(100, 100, 34), face, light="flat")
        + marks
        + hands
    )
