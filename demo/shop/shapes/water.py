"""For lakes, pools and the sea: surfboard, kayak, swim goggles."""

import numpy as np

from demo.shop.materials import Look, cloth
from demo.shop.palette import mix, shade
from demo.shop.pen import (
    body,
    both,
    clip,
    contact,
    line,
    move,
    resize,
    rod,
    slab,
    spot,
    symmetric,
)
from demo.shop.shapes.motifs import motif


def surfboard(rng: np.random.Generator, look: Look) -> str:
    """Draw a surfboard with a stringer and a painted nose or band."""
    board = symmetric((0, 8), [(30, 40), (31, 100)], [(29, 160), (12, 190)], [(6, 193), (0, 190)])
    style = rng.integers(3) if look.pattern == "plain" else 1  # a print and a drawing would fight
    art = (
        line("M60 150L142 96M60 164L142 110", look.accent, 6) + line("M60 178L142 124", look.second, 6),
        spot("M60 8H140V62Q100 90 60 62Z", look.accent) + spot("M60 70Q100 98 140 70V78Q100 106 60 78Z", look.second),
        move(motif(rng, look, 0, 0, 24), "translate(100 76)")
        + spot("M60 140H140V152H60ZM60 158H140V163H60Z", look.accent),
    )[style]
    return move(
        body(board, cloth(look, scale=1.3), light="gloss", bevel=1.2)
        + clip(board, art)
        + line("M100 12V189", shade(look.base, -0.5), 1, 0.6)
        + body(board, "none", light="gloss", edge=0),
        "rotate(14 100 100) translate(9 9) scale(.91)",
    )


def kayak(rng: np.random.Generator, look: Look) -> str:
    """Draw a kayak and its paddle."""
    hull = "M6 92Q40 84 100 84Q160 84 194 92Q176 138 100 140Q24 138 6 92Z"
    deck = "M6 92Q40 82 100 82Q160 82 194 92Q160 106 100 106Q40 106 6 92Z"
    well = "M72 92Q84 86 104 86Q124 86 132 92Q124 100 104 100Q84 100 72 92Z"
    paddle = (
        rod("M34 152L166 44", "#3a3d43", 3.600)
        + body("M152 52Q160 34 180 28Q186 40 172 58Q162 64 152 52Z", look.accent, light="gloss")
        + body("M48 144Q40 162 20 168Q14 156 28 138Q38 132 48 144Z", look.accent, light="gloss")
    )
    picture = (
        contact(100, 142, 84, 7)
        + body(hull, look.base, light="gloss", bevel=1)
        + clip(
            hull,
            body(
                "M0 116Q100 138 200 116V150H0Z",
                look.second if rng.random() < 0.5 else shade(look.base, -0.25),
                light="down",
            )
            + line("M0 112Q100 134 200 112", look.accent, 3),
        )
    )
    picture += (
        body(deck, shade(look.base, 0.14), light="flat")
        + body(well, shade(look.base, -0.7))
        + line(well, "#2b2d31", 2.4)
    )
    picture += body("M96 88Q106 72 122 74Q126 84 122 94Q108 98 96 94Z", "#33363c", bevel=1)
    return resize(
        picture + line("M34 92L58 89M38 95L60 93", "#2b2d31", 1.2) + line("M142 89L166 92", "#2b2d31", 1.2) + paddle,
        0.9,
    )


def swim_goggles(rng: np.random.Generator, look: Look) -> str:
    """Draw swimming goggles with a rubber strap."""
    cup = "M106 92Q112 78 140 78Q170 80 172 100Q170 124 142 126Q112 124 106 104Z"
    inner = "M113 94Q120 85 140 85Q163 87 165 101Q162 117 141 119Q118 117 113 104Z"
    tint = mix(look.accent, "#2f4a66", 0.35)
    strap = (
        line("M30 98Q34 40 100 40Q166 40 170 98", shade(look.base, -0.4), 10)
        + line("M30 98Q34 40 100 40Q166 40 170 98", look.base, 8)
        + line("M36 78Q46 44 98 42", shade(look.base, 0.5), 1.6, 0.7)
    )
    one = (
        body(cup, look.base, light="gloss", bevel=1.3)
        + body(inner, tint, light="down")
        + clip(
            inner,
            spot("M124 78L140 78L122 128L108 128Z", "#fff", 0.4)
            + spot("M146 78L152 78L134 128L128 128Z", "#fff", 0.25),
        )
    )
    return (
        strap
        + rod("M90 98Q100 90 110 98", shade(look.base, -0.2), 6)
        + both(one + body(slab(166, 90, 13, 20, 4), shade(look.base, -0.3), light="tube"))
    )
