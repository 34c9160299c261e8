"""The baby's meals: high chair, bottle, cup, pacifier, bib."""

import numpy as np

from demo.shop.materials import Look, cloth
from demo.shop.palette import mix, shade
from demo.shop.pen import (
    body,
    both,
    clip,
    contact,
    crease,
    disc,
    line,
    rod,
    slab,
    spot,
    symmetric,
)
from demo.shop.shapes.motifs import motif

_WOOD = "#cfa676"


def high_chair(rng: np.random.Generator, look: Look) -> str:
    """Draw a high chair with a tray."""
    legs = _WOOD if rng.random() < 0.6 else "#e9e5df"
    picture = (
        contact(100, 174, 70, 7)
        + rod("M74 106L66 170M126 106L134 170", shade(legs, -0.25), 5)
        + rod("M64 104L42 172M136 104L158 172", legs, 6)
        + rod("M55 138H145", legs, 5)
    )
    back = "M66 98Q58 26 100 24Q142 26 134 98Z"
    seat = "M60 92H140L144 112Q100 120 56 112Z"
    tray = "M34 84Q100 74 166 84Q174 94 160 100Q100 108 40 100Q26 94 34 84Z"
    picture += (
        body(back, shade(legs, 0.05), bevel=1.2)
        + body("M74 92Q68 36 100 34Q132 36 126 92Z", cloth(look), bevel=1.3)
        + body(seat, look.base, bevel=1.2)
    )
    picture += (
        both(rod("M60 94L58 70", legs, 5))
        + body(tray, "#f8f6f2" if legs == _WOOD else look.second, light="flat", bevel=1.2)
        + line("M44 89Q100 81 156 89", "#8f8a84", 1, 0.5)
    )
    return (
        picture
        + body(disc(84, 85, 13, 4.500), look.accent, light="down")
        + rod("M112 88L128 83", look.second, 2.6)
        + rod("M72 146H128", shade(legs, -0.1), 6)
    )


def baby_bottle(rng: np.random.Generator, look: Look) -> str:
    """Draw a feeding bottle with milk in it."""
    glass = (
        "M72 78Q68 88 72 96Q80 112 72 128V156Q74 168 100 169Q126 168 128 156V128Q120 112 128 96Q132 88 128 78Z"
        if rng.random() < 0.4
        else "M70 78Q66 84 66 92V154Q68 168 100 169Q132 168 134 154V92Q134 84 130 78Z"
    )
    teat = "M92 24Q100 14 108 24Q110 34 116 40Q124 46 124 56H76Q76 46 84 40Q90 34 92 24Z"
    milk = clip(
        glass, spot("M50 104Q100 112 150 104V180H50Z", "#fffdf6") + line("M60 104Q100 112 142 104", "#d9cfc0", 1.2)
    )
    cap = body(slab(68, 54, 64, 26, 6), look.base, light="tube") + "".join(
        line(f"M{x} 58v18", shade(look.base, -0.4), 1, 0.4) for x in range(74, 130, 6)
    )
    ticks = "".join(
        line(f"M116 {y}h{9 if k % 2 else 6}", look.accent, 1.5, 0.9) for k, y in enumerate(range(102, 156, 8))
    )
    return (
        contact(102, 168, 46, 7)
        + body(glass, mix(look.second, "#dfeaf0", 0.6), light="flat")
        + milk
        + body(glass, "none", light="tube", edge=0)
        + line(glass, "#7d8994", 1, 0.7)
        + body(teat, "#e9cfa8", light="tube", bevel=0.6)
        + cap
        + motif(rng, look, 92, 130, 12)
        + ticks
    )


def sippy_cup(rng: np.random.Generator, look: Look) -> str:
    """Draw a training cup with two handles and a spout."""
    cup = "M62 76H138L130 158Q126 168 100 169Q74 168 70 158Z"
    lid = "M58 78Q60 56 84 52L88 32Q100 26 112 32L116 52Q140 56 142 78Z"
    handles = both(
        line("M134 88Q172 84 166 116Q158 142 130 140", shade(look.accent, -0.4), 11)
        + line("M134 88Q172 84 166 116Q158 142 130 140", look.accent, 9)
        + line("M138 85Q164 84 163 106", shade(look.accent, 0.5), 2, 0.7)
    )
    return (
        contact(100, 168, 48, 7)
        + handles
        + body(cup, cloth(look), light="tube")
        + body(lid, look.second, light="tube", bevel=0.8)
        + line("M59 72Q100 82 141 72", shade(look.second, -0.4), 1.2, 0.5)
        + (motif(rng, look, 100, 122, 16) if look.pattern == "plain" else "")
    )


def pacifier(rng: np.random.Generator, look: Look) -> str:
    """Draw a pacifier with a ring, from the front and a little above."""
    shield = (
        "M100 58Q124 40 150 54Q172 72 164 100Q152 128 124 118Q110 112 100 112Q90 112 76 118Q48 128 36 100"
        "Q28 72 50 54Q76 40 100 58Z"
    )
    holes = both(body(disc(142, 84, 7, 9), shade(look.base, -0.45), light="down", edge=0.8))
    ring_ = (
        line(disc(100, 136, 33), shade(look.accent, -0.4), 11)
        + line(disc(100, 136, 33), look.accent, 9.4)
        + line("M72 128Q78 106 100 105", shade(look.accent, 0.6), 2.4, 0.8)
    )
    teat = body("M84 60Q72 20 100 16Q128 20 116 60Z", "#e7c795", light="tube", bevel=0.8)
    knob = body(disc(100, 88, 19), look.second, light="ball") + motif(rng, look, 100, 88, 10)
    return teat + body(shield, cloth(look), light="gloss", bevel=1.5) + holes + ring_ + knob


def bib(rng: np.random.Generator, look: Look) -> str:
    """Draw a bib with a bound edge."""
    d = symmetric(
        (0, 72),
        [(28, 72), (29, 46)],
        [(28, 34), (18, 30)],
        [(30, 18), (44, 34)],
        [(50, 52), (52, 76)],
        [(72, 130), (56, 158)],
        [(34, 176), (0, 174)],
    )
    bound = line(d, shade(look.accent, -0.3), 6.4) + line(d, look.accent, 5)
    chest = motif(rng, look, 100, 122, 26) if look.pattern == "plain" else ""
    pocket = (
        body(
            "M50 146Q100 158 150 146Q152 160 144 166Q126 174 100 174Q74 174 56 166Q48 160 50 146Z",
            look.second,
            bevel=0.7,
        )
        if rng.random() < 0.35 and look.pattern != "plain"
        else ""
    )
    return (
        body(d, cloth(look), bevel=1.2)
        + crease(d, "M66 90Q74 110 66 140", "M134 90Q128 112 136 140")
        + chest
        + clip(d, pocket)
        + bound
        + both(body(disc(126, 40, 4), "#efe9df", light="ball"))
    )
