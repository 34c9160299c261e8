"""Taking the baby out: stroller, car seat, carrier."""

import numpy as np

from demo.shop.materials import Look, cloth
from demo.shop.palette import shade
from demo.shop.pen import (
    body,
    both,
    contact,
    crease,
    disc,
    line,
    rod,
    slab,
    spot,
    stitch,
    symmetric,
)
from demo.shop.shapes.motifs import motif


def _wheel(x: float, y: float, r: float, colour: str) -> str:
    spokes = "".join(
        line(f"M{x} {y}L{x + r * 0.8 * np.cos(a):.1f} {y + r * 0.8 * np.sin(a):.1f}", "#c9ced4", 1.3)
        for a in np.arange(8) * np.pi / 4
    )
    return (
        body(disc(x, y, r), "#35363b", light="down")
        + spot(disc(x, y, r * 0.76), "#e9e7e3")
        + spokes
        + body(disc(x, y, r * 0.24), colour, light="ball")
    )


def pram(rng: np.random.Generator, look: Look) -> str:
    """Draw a pram with a folding hood on large wheels."""
    frame = "#7d848d" if rng.random() < 0.6 else "#c79f68"
    picture = contact(56, 170, 30, 5) + contact(146, 170, 30, 5)
    picture += rod("M58 150L120 108M142 150L70 110M160 96L184 46Q186 40 178 38", frame, 4.4)
    picture += _wheel(56, 148, 22, look.accent) + _wheel(146, 148, 22, look.accent)
    tub = "M22 84H164Q162 122 128 126H62Q26 122 22 84Z"
    hood = "M22 84Q20 28 84 24Q94 50 94 84Z"
    hood_colour = look.second if rng.random() < 0.4 else shade(look.base, -0.12)
    ribs = line("M58 84Q54 46 82 25M40 84Q36 50 60 30", shade(hood_colour, -0.4), 1.3, 0.6)
    picture += body(tub, cloth(look), bevel=1.4) + body(hood, hood_colour, bevel=1.3) + ribs
    picture += rod("M20 84H168", shade(look.base, -0.3), 4) + line("M30 100Q96 116 158 100", look.accent, 2.4)
    return picture + body("M94 82Q120 66 158 80L160 86H94Z", shade(look.base, 0.25), bevel=0.8)


def buggy(rng: np.random.Generator, look: Look) -> str:
    """Draw a sitting pushchair with a sun hood."""
    frame = "#7d848d" if rng.random() < 0.6 else "#c79f68"
    picture = contact(66, 170, 26, 5) + contact(150, 170, 26, 5)
    picture += rod("M168 38L78 150M74 92L150 150M168 38Q180 34 184 44", frame, 4.6)
    picture += _wheel(66, 152, 18, look.accent) + _wheel(150, 152, 18, look.accent)
    seat = "M136 52Q146 58 142 70L120 112Q114 122 98 122H56Q44 118 50 106H88Q98 104 102 96L124 54Z"
    hood = "M150 84Q166 26 108 20Q72 22 62 56Q92 46 112 62Q130 68 150 84Z"
    hood_colour = look.second if rng.random() < 0.4 else shade(look.base, -0.15)
    picture += body("M86 132H138L132 148H92Z", shade(look.base, -0.35), light="flat")
    picture += rod("M56 118L44 140Q42 144 50 144H64", frame, 4) + body(seat, cloth(look), bevel=1.4)
    picture += body(hood, hood_colour, bevel=1.3)
    picture += line("M108 20Q106 44 112 62M86 28Q88 40 90 51", shade(hood_colour, -0.4), 1.3, 0.6)
    return picture + rod("M58 96Q72 88 100 92", shade(look.base, -0.4), 5)


def car_seat(rng: np.random.Generator, look: Look) -> str:
    """Draw a child's car seat with harness and side wings."""
    shell = "M58 40Q60 18 100 18Q140 18 142 40L156 112Q168 126 164 150Q160 168 100 168Q40 168 36 150Q32 126 44 112Z"
    pad = "M70 48Q72 32 100 32Q128 32 130 48L136 118Q100 130 64 118Z"
    seat = "M52 120Q100 104 148 120Q158 140 150 152Q100 162 50 152Q42 140 52 120Z"
    wings = both(body("M134 38Q158 42 158 70Q156 92 140 92Q130 80 132 60Z", shade(look.base, -0.15), bevel=1.3))
    belts = (
        both(rod("M114 52L116 100L104 124", "#3a3c42", 5))
        + body(slab(92, 116, 16, 16, 4), look.accent, light="gloss")
        + both(body(slab(109, 66, 12, 22, 4), look.second, bevel=0.6))
    )
    return (
        contact(100, 166, 74, 8)
        + body(shell, "#3d4047", bevel=1.4)
        + body(pad, cloth(look), bevel=1.4)
        + body(disc(100, 44, 22, 11), look.second, bevel=1)
        + wings
        + body(seat, cloth(look), bevel=1.6)
        + belts
    )


def carrier(rng: np.random.Generator, look: Look) -> str:
    """Draw a soft baby carrier with its baby in it, so that one sees what it is."""
    skin = ("#f0c8a6", "#dba67e", "#b57c55", "#8a5a3c")[rng.integers(4)]
    panel = symmetric((0, 74), [(20, 74), (34, 68)], [(42, 104), (47, 142)], [(24, 150), (0, 150)])
    # Over the parent's shoulders and joined behind the baby's head.
    loop = "M128 86C156 66 156 24 126 18H74C44 24 44 66 72 86"
    straps = line(loop, shade(look.base, -0.55), 15) + line(loop, shade(look.base, -0.2), 13)
    straps += stitch("M133 80C152 62 152 28 125 22", shade(look.base, 0.4))
    straps += stitch("M67 80C48 62 48 28 75 22", shade(look.base, 0.4))
    leg = body("M136 128Q164 130 162 152L160 164H144L144 152Q138 148 130 148Z", look.second, bevel=1)
    legs = both(leg + body("M143 162H162Q172 170 162 176H147Q141 172 143 162Z", look.accent, bevel=0.8))
    head = body(disc(100, 50, 27, 26), skin, light="ball", edge=0.6)
    eyes = line("M88 54q3 3 6 0M106 54q3 3 6 0M96 63q4 3 8 0", shade(skin, -0.65), 1.6)
    cheeks = both(spot(disc(116, 60, 4), "#e07a6c", 0.35))
    cap = body("M72 46Q74 20 100 18Q126 20 128 46Q100 38 72 46Z", look.second, bevel=1.1) + body(
        disc(100, 17, 6), look.accent
    )
    belt = "M44 142Q100 154 156 142L157 160Q100 174 43 160Z"
    picture = straps + legs + head + eyes + cheeks + cap + body(panel, cloth(look), bevel=1.5)
    picture += crease(panel, "M76 90Q82 112 72 140", "M126 92Q118 116 128 140") + body(
        belt, shade(look.base, -0.2), bevel=1.3
    )
    picture += both(body(slab(138, 104, 13, 17, 4), "#3a3c42", light="gloss")) + body(
        slab(88, 150, 24, 17, 4), "#3a3c42", light="gloss"
    )
    return picture + (motif(rng, look, 100, 112, 14) if look.pattern == "plain" else "")
