"""What rolls, and what protects: bicycle, helmet, skateboard."""

import numpy as np

from demo.shop.materials import Look, cloth
from demo.shop.palette import shade
from demo.shop.pen import (
    body,
    both,
    clip,
    contact,
    disc,
    line,
    move,
    polygon,
    rod,
    slab,
    spot,
)
from demo.shop.shapes.motifs import motif


def _wheel(x: float, y: float, tyre: str) -> str:
    spokes = "".join(
        line(f"M{x} {y}L{x + 31 * np.cos(a):.1f} {y + 31 * np.sin(a):.1f}", "#8a9097", 0.7, 0.8)
        for a in np.arange(16) * np.pi / 8
    )
    return (
        line(disc(x, y, 33), tyre, 5)
        + line(disc(x, y, 29.500), "#c5cad0", 1.6)
        + spokes
        + body(disc(x, y, 3.6), "#7d848c", light="ball")
    )


def bicycle(rng: np.random.Generator, look: Look) -> str:
    """Draw a bicycle from the side: city, road or with a basket."""
    tyre = "#2b2b2e" if rng.random() < 0.7 else "#b98e62"
    step = rng.random() < 0.35
    top = "M74 86Q104 118 134 84" if step else "M76 84L134 80"
    picture = contact(50, 166, 34, 5) + contact(150, 166, 34, 5) + _wheel(48, 130, tyre) + _wheel(152, 130, tyre)
    picture += rod("M48 130L74 82M48 130L92 132", shade(look.base, -0.12), 4) + rod(
        "M132 70L152 130", shade(look.base, -0.12), 4.4
    )
    picture += rod("M92 132L72 72M92 132L135 84", look.base, 5.4) + rod(top, look.base, 5.4)
    picture += (
        line(disc(92, 132, 9.500), "#60666d", 2.6)
        + line("M92 122.500L48 127M92 141.500L48 133", "#60666d", 1.1)
        + line("M92 132L100 148", "#3d4147", 3)
        + line("M94 149h13", "#2b2b2e", 4)
    )
    picture += line("M72 72L70 63", "#8d949c", 3.4) + body(
        "M52 60Q66 54 88 58Q90 63 80 65Q64 70 56 67Z", look.accent, light="gloss", bevel=0.6
    )
    if rng.random() < 0.4:
        basket = polygon((142, 62), (176, 62), (171, 88), (147, 88))
        weave = "".join(line(f"M140 {y}H178", "#8a633c", 1, 0.7) for y in range(66, 88, 5)) + "".join(
            line(f"M{x} 62v26", "#8a633c", 1, 0.7) for x in range(146, 176, 6)
        )
        picture += (
            line("M133 72L152 76", "#60666d", 3.4)
            + body(basket, "#c69a63")
            + clip(basket, weave)
            + line("M141 62H177", "#9c7146", 3)
        )
    bars = (
        rod("M132 70L129 56Q140 48 152 54", "#8d949c", 3.6)
        if step
        else rod("M132 70L130 58H146Q158 60 154 72Q150 78 144 74", "#6b7178", 3.6)
    )
    return picture + bars + line("M146 55.500L153 55" if step else "M148 76L154 70", "#2b2b2e", 5)


def bicycle_helmet(rng: np.random.Generator, look: Look) -> str:
    """Draw a vented cycling helmet with straps and a buckle."""
    shell = "M24 112Q28 54 98 48Q166 52 178 106Q178 120 164 122Q110 108 40 126Q26 126 24 112Z"
    vents = (
        "M48 104Q52 78 82 62Q74 84 70 100Z",
        "M80 98Q86 72 110 58Q108 78 108 95Z",
        "M118 95Q118 74 130 62Q144 78 148 98Z",
        "M156 100Q156 84 146 70Q166 82 170 104Z",
    )
    picture = line("M56 120Q70 152 92 166Q112 152 136 114M92 118Q86 146 92 166", "#2f3238", 4.4) + body(
        slab(84, 160, 17, 13, 3), "#2a2c31", light="gloss"
    )
    picture += body("M36 118Q100 100 168 116Q166 130 150 128Q100 116 50 132Q38 130 36 118Z", "#2b2d32") + body(
        shell, cloth(look), light="gloss", bevel=1.3
    )
    picture += "".join(body(v, shade(look.base, -0.72), light="flat", edge=0.9) for v in vents)
    return picture + line("M32 116Q100 96 172 114", look.accent, 3.4)


def skateboard(rng: np.random.Generator, look: Look) -> str:
    """Draw the underside of a skateboard: its print, trucks and wheels."""
    deck = slab(66, 14, 68, 172, 34)
    paint = body(deck, cloth(look, scale=1.4), light="gloss", bevel=1)
    wheels = both("".join(body(slab(124, y, 17, 21, 6), look.second, light="tube") for y in (42, 137)))
    trucks = "".join(
        body(slab(70, y + 7, 60, 7, 3), "#9aa1a9", light="down")
        + body(slab(88, y - 4, 24, 30, 5), "#b9bec4", light="down")
        + "".join(spot(disc(100 + dx, y + dy, 1.8), "#4a4f56") for dx in (-7, 7) for dy in (1, 21))
        for y in (42, 137)
    )
    print_ = motif(rng, look, 100, 102, 26) if look.pattern == "plain" else ""
    return move(paint + print_ + trucks + wheels, "rotate(18 100 100)")
