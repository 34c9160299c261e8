"""For training: yoga mat, weights, boxing gloves, jump rope."""

import numpy as np

from demo.shop.materials import Look, cloth
from demo.shop.palette import lightness, shade
from demo.shop.pen import (
    body,
    contact,
    crease,
    disc,
    line,
    move,
    polygon,
    rod,
    slab,
    spot,
)
from demo.shop.shapes.motifs import motif


def yoga_mat(rng: np.random.Generator, look: Look) -> str:
    """Draw a mat rolled half open, or rolled up and strapped."""
    paint = cloth(look)
    if rng.random() < 0.5:
        sheet = "M40 140L70 62L188 78L164 166Z"
        roll = "M20 146Q18 128 34 126L70 50Q82 46 86 62L52 152Q32 164 20 146Z"
        spiral = line("M22 146Q24 132 36 134Q46 142 38 150Q28 152 30 143Q36 138 38 144", shade(look.base, -0.55), 1.6)
        return (
            contact(104, 164, 84, 8, 0.7)
            + body(sheet, paint, light="flat", bevel=0.5)
            + body(roll, shade(look.base, -0.08), light="gloss", bevel=1)
            + body(disc(35, 143, 16, 14), shade(look.base, -0.2))
            + spiral
        )
    tube = "M52 150L132 32Q154 28 166 52L90 172Q60 178 52 150Z"
    end = disc(71, 160, 23, 19)
    spiral = line(
        "M54 160Q56 146 72 146Q86 148 84 162Q80 172 70 170Q62 166 64 158Q70 152 76 158Q77 164 71 164",
        shade(look.base, -0.55),
        1.7,
    )
    straps = rod("M66 128Q86 128 104 148M116 54Q138 54 152 74", look.accent, 6) + rod(
        "M104 148Q160 140 152 74", look.accent, 4
    )
    return (
        contact(92, 176, 44, 7)
        + body(tube, paint, bevel=1.4)
        + straps
        + move(body(end, shade(look.base, -0.14)), "rotate(20 71 160)")
        + spiral
    )


def dumbbell(rng: np.random.Generator, look: Look) -> str:
    """Draw a pair of dumbbells, hexagonal or round."""
    hexes = rng.random() < 0.6
    steel = "#9aa1a9"

    def head(x: float) -> str:
        rim = [(15, 76), (18, 86), (18, 114), (15, 124), (-15, 124), (-18, 114), (-18, 86), (-15, 76)]
        d = polygon(*((x + dx, y) for dx, y in rim)) if hexes else slab(x - 17, 74, 34, 52, 12)
        edges = line(f"M{x - 17} 87H{x + 17}M{x - 17} 113H{x + 17}", shade(look.base, -0.5), 1, 0.5) if hexes else ""
        return (
            body(d, look.base, light="down", bevel=1.2)
            + edges
            + body(slab(x - 5, 84, 10, 32, 3), look.accent, light="down")
        )

    knurl = "".join(line(f"M{x} 94l5 12", "#4c5259", 0.9, 0.6) for x in range(72, 126, 5))
    one = body(slab(60, 91, 80, 18, 5), steel, light="down") + knurl + head(50) + head(150)
    return (
        contact(102, 104, 78, 7)
        + move(one, "translate(6 -24) rotate(-3 100 100)")
        + contact(96, 160, 82, 8)
        + move(one, "translate(-6 34)")
    )


def kettlebell(rng: np.random.Generator, look: Look) -> str:
    """Draw a kettlebell."""
    shape = "M46 124Q46 84 82 76H118Q154 84 154 124Q152 156 128 166H72Q48 156 46 124Z"
    handle = "M72 92Q58 40 78 32Q100 24 122 32Q142 40 128 92"
    picture = (
        contact(100, 166, 62, 8)
        + line(handle, shade(look.base, -0.6), 17)
        + line(handle, shade(look.base, -0.3), 14)
        + move(line(handle, shade(look.base, 0.4), 3, 0.5), "translate(-3 -3)")
    )
    picture += body(shape, look.base, light="ball", bevel=1)
    return (
        picture
        + body(disc(100, 124, 22), look.accent, light="flat")
        + motif(rng, Look(look.family, look.base, look.base, look.second), 100, 124, 13)
    )


def boxing_gloves(rng: np.random.Generator, look: Look) -> str:
    """Draw a pair of boxing gloves."""
    mitt = "M66 120Q52 96 56 68Q60 34 98 34Q138 34 140 72Q140 100 124 124Z"
    thumb = "M66 108Q44 104 44 82Q48 66 62 72Q72 84 78 96Z"
    cuff = "M64 118H126L132 152Q96 160 60 152Z"
    one = (
        body(cuff, look.second, light="tube", bevel=0.6)
        + line("M62 134Q96 140 130 134", look.accent, 5)
        + body(mitt, look.base, light="gloss", bevel=1.8)
        + body(thumb, look.base, light="gloss", bevel=1.2)
    )
    one += (
        line("M84 46Q112 50 132 60", shade(look.base, -0.5), 1.2, 0.5)
        + crease(mitt, "M74 98Q96 110 126 102", width=6)
        + spot("M72 56Q78 42 94 42Q80 48 76 62Z", "#fff", 0.5)
    )
    return move(
        f'<g transform="translate(200 0) scale(-1 1)">{one}</g>', "translate(-24 -10) rotate(-10 100 100) scale(.86)"
    ) + move(one, "translate(60 28) rotate(10 100 100) scale(.86)")


def jump_rope(rng: np.random.Generator, look: Look) -> str:
    """Draw a coiled skipping rope, its two handles crossed below."""
    coils = "".join(
        _cord(look, disc(100 + dx, 74 + dy, rx, ry))
        for dx, dy, rx, ry in ((-3, 2, 60, 46), (4, -2, 54, 41), (0, 3, 47, 36))
    )
    tails = _cord(look, "M62 104Q84 122 124 138") + _cord(look, "M138 104Q116 122 76 138")
    grip = body(slab(-8, 0, 16, 56, 7), look.base, light="tube") + body(
        slab(-6, -6, 12, 10, 3), "#aab0b7", light="tube"
    )
    grip += "".join(line(f"M-7 {y}H7", shade(look.base, -0.5), 1.2, 0.6) for y in range(14, 48, 7))
    tie = body(slab(92, 26, 16, 26, 4), look.accent, light="tube")
    return (
        coils + tie + tails + move(grip, "translate(122 136) rotate(-48)") + move(grip, "translate(78 136) rotate(48)")
    )


def _cord(look: Look, d: str) -> str:
    colour = look.second if lightness(look.second) < 0.85 else shade(look.second, -0.12)
    return line(d, shade(colour, -0.5), 5.6) + line(d, colour, 4.2) + line(d, look.accent, 4.2, 0.9, "4 9")
