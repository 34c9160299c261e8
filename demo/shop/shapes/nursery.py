"""The baby's room and bath: crib, mobile, bathtub, duck, bodysuit, blanket, monitor."""

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
    move,
    resize,
    rod,
    slab,
    spot,
    stitch,
    symmetric,
)
from demo.shop.shapes.motifs import motif

_WOOD = "#cfa676"


def crib(rng: np.random.Generator, look: Look) -> str:
    """Draw a slatted crib with mattress and blanket."""
    wood = (_WOOD, "#f1ede6", "#a97c55", shade(look.base, 0.3))[rng.integers(4)]
    picture = (
        contact(100, 168, 84, 6, 0.6)
        + both(contact(175, 168, 16, 5))
        + rod("M30 56H170", shade(wood, -0.2), 6)
        + "".join(rod(f"M{x} 58V120", shade(wood, -0.22), 3.6) for x in range(38, 170, 14))
    )
    picture += (
        body(slab(26, 112, 148, 18, 4), "#faf8f4", light="down")
        + body("M84 104Q130 96 174 108V134H84Z", cloth(look), bevel=1.1)
        + body(slab(34, 100, 40, 15, 7), look.second, bevel=1)
    )
    picture += "".join(rod(f"M{x} 78V150", wood, 4.4) for x in range(34, 172, 13))
    picture += body(slab(20, 70, 160, 9, 4), wood, light="down") + body(slab(20, 144, 160, 11, 4), wood, light="down")
    return picture + both(
        body(slab(170, 42, 11, 126, 4), wood, light="tube") + body(disc(175.500, 42, 7), wood, light="ball")
    )


def crib_mobile(rng: np.random.Generator, look: Look) -> str:
    """Draw felt shapes that hang from a wooden ring."""
    picture = line("M100 12V34M100 34L46 54M100 34L154 54M100 34V62", "#a89a8a", 1.4) + body(
        disc(100, 12, 4), look.accent, light="ball"
    )
    picture += (
        line(disc(100, 56, 58, 13), shade(_WOOD, -0.35), 8)
        + line(disc(100, 56, 58, 13), _WOOD, 6.6)
        + line("M44 52Q60 43 92 42", shade(_WOOD, 0.5), 1.4, 0.8)
    )
    colours = (look.base, look.second if look.second != "#ffffff" else shade(look.base, 0.45), look.accent)
    cloud = "M-20 8Q-26-4-13-7Q-9-19 3-14Q13-18 15-7Q26-4 20 8Z"
    star = "M0-19L5-6L19-6L8 3L12 16L0 8L-12 16L-8 3L-19-6L-5-6Z"
    moon = "M6-18A18 18 0 1 0 16 9A14 14 0 0 1 6-18Z"
    heart = "M0 17C-26-1-15-19-6-16Q-2-14 0-8Q2-14 6-16C15-19 26-1 0 17Z"
    shapes, order = (cloud, star, moon, heart), rng.permutation(4)
    for k, (x, y, drop) in enumerate(((46, 112, 58), (82, 146, 68), (120, 118, 69), (154, 146, 60))):
        picture += line(f"M{x} {drop}V{y}", "#a89a8a", 1.3) + body(
            disc(x, (drop + y) / 2, 4), colours[(k + 1) % 3], light="ball"
        )
        picture += move(body(shapes[order[k]], colours[k % 3], bevel=1), f"translate({x} {y + 8})")
    return resize(picture, 0.9)


def bathtub(rng: np.random.Generator, look: Look) -> str:
    """Draw a baby bath with bubbles and, often, a duck."""
    tub = "M20 96Q100 112 180 96Q176 150 146 158H54Q24 150 20 96Z"
    picture = (
        contact(100, 160, 78, 8)
        + body(disc(100, 94, 82, 16), shade(look.base, 0.35), light="flat", edge=1)
        + spot(disc(100, 96, 74, 12), "#9fd0e4")
        + spot(disc(92, 94, 50, 6), "#ffffff", 0.4)
    )
    bubbles = [(rng.uniform(40, 160), rng.uniform(82, 98), rng.uniform(6, 14)) for _ in range(13)]
    picture += "".join(body(disc(x, y, r), "#f7fcff", light="ball", edge=0.3) for x, y, r in bubbles)
    if rng.random() < 0.6:
        picture += move(_duck("#f2c53d", "#e5813a"), "translate(74 34) scale(.42)")
    picture += body(tub, cloth(look), light="gloss", bevel=1.4) + line(
        "M20 97Q100 113 180 97", shade(look.base, 0.4), 5
    )
    return (
        picture
        + (motif(rng, look, 100, 132, 13) if look.pattern == "plain" else "")
        + both(body(slab(140, 154, 16, 11, 4), shade(look.base, -0.25), light="tube"))
    )


def _duck(colour: str, bill: str) -> str:
    trunk = (
        "M30 122Q24 104 20 96Q38 104 56 100Q70 92 84 96Q70 70 84 52Q100 34 122 44Q142 56 138 80Q134 92 128 98"
        "Q158 108 160 130Q156 158 104 162Q48 160 30 122Z"
    )
    beak = "M136 66Q160 66 170 76Q158 90 136 84Z"
    picture = (
        body(beak, bill, light="down", edge=0.8)
        + line("M137 76Q152 78 168 77", shade(bill, -0.4), 1, 0.7)
        + body(trunk, colour, light="cloth", bevel=1.7)
    )
    wing = body("M60 116Q90 104 118 118Q112 146 84 146Q66 140 60 116Z", shade(colour, 0.05), bevel=1.2)
    return (
        picture
        + wing
        + body(disc(118, 64, 5.500, 7), "#2a2527", light="ball", edge=0)
        + spot(disc(116.500, 61, 1.9), "#fff")
        + spot("M88 58Q94 48 106 46Q96 54 94 66Z", "#fff", 0.55)
    )


def rubber_duck(rng: np.random.Generator, look: Look) -> str:
    """Draw the yellow bath duck, often with a scarf in the brand's colours."""
    scarf = body("M82 90Q106 104 134 92L132 104Q104 116 78 102Z", look.base, bevel=0.8) if rng.random() < 0.7 else ""
    return contact(96, 162, 68, 8) + _duck("#f4c93f", "#e5813a") + scarf


def coloured_duck(rng: np.random.Generator, look: Look) -> str:
    """Draw a bath duck in the brand's own colours."""
    return contact(96, 162, 68, 8) + _duck(look.base, look.accent)


def bodysuit(rng: np.random.Generator, look: Look) -> str:
    """Draw a baby bodysuit with envelope shoulders and snaps."""
    long = rng.random() < 0.4
    d = symmetric(
        (0, 58),
        [(14, 57), (19, 40)],
        [(34, 38), (44, 46)],
        [(66, 62), (76, 84)],
        [(70, 94), (60, 98)],
        [(50, 88), (43, 84)],
        [(40, 110), (45, 128)],
        [(46, 140), (40, 146)],
        [(24, 150), (19, 172)],
        [(10, 176), (0, 176)],
    )
    sleeves = (
        both(
            body("M142 48Q164 60 174 104L180 128Q172 136 162 134L146 90Z", cloth(look, turn=70), bevel=1)
            + body("M160 124L178 118L182 129Q174 138 164 136Z", look.second, edge=0.6)
        )
        if long
        else ""
    )
    trims = both(
        line("M100 59.500Q115 58 120 41", look.accent, 3) + line("M119 171Q124 152 141 146", look.accent, 3)
    ) + ("" if long else both(line("M160 97Q170 94 175 85", look.accent, 3)))
    snaps = "".join(body(disc(x, 169, 2.2), "#f2eee6", light="ball", edge=0.4) for x in (88, 100, 112))
    chest = motif(rng, look, 100, 100, 19) if look.pattern == "plain" else ""
    neck = spot("M81 40Q100 46 119 40Q118 57 100 57Q82 57 81 40Z", shade(look.base, -0.4))
    return (
        neck
        + sleeves
        + body(d, cloth(look), bevel=1.1)
        + crease(d, "M60 130Q76 124 84 132", "M140 130Q126 124 118 132", "M66 88Q74 98 70 112")
        + trims
        + both(line("M119 42Q136 52 138 68", shade(look.base, -0.45), 1, 0.5))
        + chest
        + snaps
    )


def quilt(rng: np.random.Generator, look: Look) -> str:
    """Draw a small quilt of squares, every other one of them printed."""
    colours, paint = (look.base, look.second, look.accent, shade(look.base, 0.4)), cloth(look)
    squares = "".join(
        body(
            slab(32 + 34 * c, 32 + 34 * r, 34, 34, 0.5),
            paint if (r + c) % 2 == 0 else colours[(r * 2 + c) % 4],
            bevel=0.5,
        )
        for r in range(4)
        for c in range(4)
    )
    seams = "".join(stitch(f"M{32 + 34 * k} 34V166M34 {32 + 34 * k}H166", shade(look.base, -0.35)) for k in range(1, 4))
    return body(slab(26, 26, 148, 148, 7), shade(look.accent, -0.08), bevel=1) + squares + seams


def blanket(rng: np.random.Generator, look: Look) -> str:
    """Draw a folded baby blanket with a satin edge, tied with a ribbon."""
    picture = contact(100, 164, 84, 8)
    # Three folds of one cloth: round at the left where it turns, open at the right.
    for k, (y, x) in enumerate(((126, 24), (92, 29), (58, 26))):
        fold = (
            f"M{x + 16} {y}H170Q177 {y + 2} 177 {y + 18}Q177 {y + 36} 170 {y + 37}H{x + 16}"
            f"Q{x} {y + 36} {x} {y + 18}Q{x} {y} {x + 16} {y}Z"
        )
        picture += body(fold, cloth(look, turn=3 * k), light="down", bevel=1.7)
        picture += crease(fold, f"M{60 + 22 * k} {y + 4}q8 14 -4 30", f"M{142 - 16 * k} {y + 4}q-6 14 4 30", width=5)
        picture += line(f"M172 {y + 2}Q177 {y + 18} 172 {y + 35}", look.accent, 5) + line(
            f"M{x + 18} {y + 19}H176", shade(look.base, -0.5), 1.2, 0.4
        )
    ribbon = body(slab(88, 55, 20, 111, 2), look.accent, light="down", bevel=0.5)
    bow = body("M98 58Q74 36 68 50Q68 62 98 60Q128 62 128 50Q122 36 98 58Z", look.accent, bevel=0.8)
    return picture + ribbon + bow + body(disc(98, 58, 6), look.accent, light="ball")


def monitor(rng: np.random.Generator, look: Look) -> str:
    """Draw a baby monitor: the camera and the parents' screen."""
    camera = (
        contact(60, 166, 34, 6)
        + body("M44 150H76L82 164Q60 170 38 164Z", shade(look.base, -0.15), light="tube")
        + body(slab(52, 128, 16, 26, 4), shade(look.base, -0.25), light="tube")
        + body(disc(60, 100, 36), look.base, light="ball", bevel=1)
        + body(disc(60, 100, 21), "#2a2d33", light="ball")
        + body(disc(60, 100, 11), "#3b5575", light="ball")
        + spot(disc(55, 94, 4), "#e6f2fb", 0.85)
    )
    view = slab(108, 70, 66, 52, 4)
    baby = (
        spot("M100 112Q140 98 180 112V130H100Z", mix(look.base, "#ffffff", 0.4))
        + spot(disc(141, 94, 13), "#e9bf9f")
        + spot("M128 92Q141 74 154 92Q141 84 128 92Z", "#6f4b35")
        + line("M134 96q2 2 4 0M144 96q2 2 4 0", "#5a3d30", 1.2)
        + spot("M108 104Q140 92 176 108V124H108Z", look.second)
    )
    screen = (
        contact(141, 166, 42, 6)
        + body(slab(98, 56, 86, 108, 12), "#f6f4f0", bevel=1.2)
        + spot(slab(105, 67, 72, 58, 5), "#23262b")
        + spot(view, "#bcd3dd")
        + clip(view, baby)
    )
    keys = "".join(body(disc(x, 144, 6), look.accent if x == 141 else "#cfccc6", light="ball") for x in (120, 141, 162))
    return camera + line("M170 56V34", "#4a4d53", 4) + screen + keys
