"""For games on courts and pitches: basketball, football, tennis racket."""

import numpy as np

from demo.shop.materials import Look
from demo.shop.palette import lightness, shade
from demo.shop.pen import (
    body,
    clip,
    contact,
    disc,
    line,
    move,
    rod,
    slab,
    spot,
)


def basketball(rng: np.random.Generator, look: Look) -> str:
    """Draw a basketball in its seams; the classic orange as often as the shop's colours."""
    leather = "#d9772f" if rng.random() < 0.5 else look.base
    ball = disc(100, 102, 64)
    turn = rng.uniform(-30, 30)
    seam = "M30 102H170M100 32V172M56 44Q92 102 56 160M144 44Q108 102 144 160"
    lines = move(line(seam, "#2a211d" if lightness(leather) > 0.3 else look.second, 3.2), f"rotate({turn:.1f} 100 102)")
    pebbles = "".join(
        spot(disc(x + (y // 7 % 2) * 4, y, 0.7), "#000", 0.16) for x in range(38, 166, 8) for y in range(40, 168, 7)
    )
    return (
        contact(104, 166, 56, 8)
        + body(ball, leather, light="flat", edge=0)
        + clip(ball, pebbles + lines)
        + body(ball, "none", light="ball", edge=0)
        + line(ball, shade(leather, -0.5), 0.8, 0.7)
    )


def _icosahedron() -> np.ndarray:
    """Return its 12 corners as unit vectors: the middles of a football's pentagons."""
    golden = (1 + 5**0.5) / 2
    corners = [np.roll((0, a, b * golden), turn) for turn in range(3) for a in (-1, 1) for b in (-1, 1)]
    return np.array(corners) / np.hypot(1, golden)


def _tumble(rng: np.random.Generator) -> np.ndarray:
    """Return a rotation about all three axes."""
    turn = np.eye(3)
    for axis, angle in enumerate(rng.uniform(-0.6, 0.6, 3)):
        c, s = np.cos(angle), np.sin(angle)
        turn = turn @ np.roll(np.array([[1, 0, 0], [0, c, -s], [0, s, c]]), (axis, axis), axis=(0, 1))
    return turn


def football(rng: np.random.Generator, look: Look) -> str:
    """Draw a football: the edges of a truncated icosahedron, seen straight on."""
    ball = disc(100, 102, 64)
    # Pale patches would leave a white ball.
    patch = look.base if rng.random() < 0.6 and lightness(look.base) < 0.75 else "#26282c"
    corners = _icosahedron() @ _tumble(rng)
    near = corners @ corners.T > 0.4  # 0.447 between neighbours, 1 with itself

    def flat(point: np.ndarray) -> str:
        x, y, _ = point / np.linalg.norm(point)
        return f"{100 + 64 * x:.1f} {102 + 64 * y:.1f}"

    parts = ""
    for k, middle in enumerate(corners):
        others = corners[near[k] & (np.arange(12) != k)]
        across = np.cross(middle, others[0])
        around = np.argsort(np.arctan2(others @ across, others @ np.cross(across, middle)))
        rim = [middle * 2 + others[m] for m in around]
        if sum(point[2] for point in rim) > 0.3:
            parts += spot("M" + "L".join(flat(point) for point in rim) + "Z", patch)
        seams = [(middle * 2 + other, middle + other * 2) for other in others]
        visible = [pair for pair in seams if pair[0][2] + pair[1][2] > 0]
        parts += "".join(line(f"M{flat(a)}L{flat(b)}", "#55565c", 1.3, 0.9) for a, b in visible)
    return (
        contact(104, 166, 56, 8)
        + body(ball, "#f7f5f1", light="flat", edge=0)
        + clip(ball, parts)
        + body(ball, "none", light="ball", edge=0)
        + line(ball, "#4a4a50", 0.8, 0.7)
    )


def tennis_racket(rng: np.random.Generator, look: Look) -> str:
    """Draw a tennis racket with a ball beside it."""
    hoop = disc(100, 66, 38, 47)
    strings = "".join(
        line(f"M{x} 14V118", "#f3efe3", 1, 0.95) + line(f"M{x + 0.8} 14V118", "#6d6a66", 0.5, 0.5)
        for x in range(66, 138, 7)
    )
    strings += "".join(
        line(f"M58 {y}H142", "#f3efe3", 1, 0.95) + line(f"M58 {y + 0.8}H142", "#6d6a66", 0.5, 0.5)
        for y in range(23, 114, 7)
    )
    throat = rod("M78 104Q90 116 96 136M122 104Q110 116 104 136", look.base, 5.4)
    frame = (
        line(hoop, shade(look.base, -0.45), 8.400)
        + line(hoop, look.base, 7)
        + line("M64 50Q74 22 98 19", shade(look.base, 0.6), 2, 0.8)
        + line("M125 101Q137 88 138 66", look.accent, 7)
    )
    grip = body(slab(93, 132, 14, 52, 4), look.second, light="tube") + "".join(
        line(f"M93 {y}l14-5", shade(look.second, -0.5), 1, 0.6) for y in range(144, 184, 7)
    )
    racket = spot(hoop, "#ffffff", 0.2) + clip(hoop, strings) + throat + frame + grip
    ball = body(disc(158, 152, 17), "#d4dd4c", light="ball", edge=0.6) + clip(
        disc(158, 152, 17), line("M143 140Q158 152 150 170M166 135Q164 150 176 158", "#fbfbee", 2.2)
    )
    return move(racket, "rotate(24 100 100) translate(-4 0)") + move(ball, "translate(-10 6)")
