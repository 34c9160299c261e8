"""Clothes for the upper body, laid flat: t-shirt, shirt, long-sleeve shirt, outerwear, dress."""

import numpy as np

from lattice.data.demo.materials import TEXTURES, Look, cloth
from lattice.data.demo.palette import lightness, shade
from lattice.data.demo.pen import (
    body,
    both,
    clip,
    crease,
    disc,
    line,
    move,
    polygon,
    rod,
    slab,
    spot,
    stitch,
    symmetric,
)
from lattice.data.demo.shapes.motifs import motif


def _back_of_neck(colour: str, half: float, top: float, drop: float) -> str:
    d = (
        f"M{100 - half} {top}Q100 {top + 7} {100 + half} {top}Q{100 + half - 3} {top + drop} 100 {top + drop}"
        f"Q{100 - half + 3} {top + drop} {100 - half} {top}Z"
    )
    return spot(d, shade(colour, -0.42)) + spot(disc(100, top + 6, 3.4, 1.7), "#f4efe6", 0.85)


def _collar(colour: str, top: float) -> str:
    leaf = polygon((100, top + 16), (83, top), (77, top + 7), (86, top + 27))
    return both(body(leaf, colour, edge=0.8))


def _buttons(first: float, last: float, count: int, colour: str) -> str:
    return "".join(body(disc(100, y, 1.9), colour, light="ball", edge=0.3) for y in np.linspace(first, last, count))


def tshirt(rng: np.random.Generator, look: Look) -> str:
    """A crew or v-neck tee, now and then with a print on the chest."""
    fit, hem = rng.uniform(-2, 5), rng.uniform(158, 168)
    drop = rng.choice([12.0, 22.0], p=[0.7, 0.3])
    neck = [(14, 34 + drop), (18, 35)] if drop == 12 else [(9, 48), (18, 35)]
    outline = symmetric(
        (0, 35 + drop),
        neck,
        [(33, 40), (46, 46)],
        [(62, 58), (74, 84)],
        [(66, 91), (54, 95)],
        [(49, 86), (43, 79)],
        [(43, 118), (43 + fit, hem)],
        [(20, hem + 4), (0, hem + 4)],
    )
    sleeve = both(
        line("M146 79Q149 67 143 58", shade(look.base, -0.5), 1, 0.45)
        + stitch("M152 92Q164 88 171.500 81.500", shade(look.base, -0.35))
    )
    picture = _back_of_neck(look.base, 18, 35, drop) + body(outline, cloth(look), bevel=1)
    folds = crease(
        outline,
        "M62 88Q74 96 82 92",
        "M137 90Q126 98 120 95",
        f"M70 {hem}Q74 140 68 122",
        f"M128 {hem}Q124 136 131 118",
    )
    collar = both(
        line(
            f"M100 {35 + drop + 1.5}" + ("Q115 47.5 119.500 36.500" if drop == 12 else "Q110 48 119.500 36.500"),
            shade(look.base, -0.22),
            3.4,
        )
    )
    chest = motif(rng, look, 100, 96, 17) if look.pattern == "plain" and rng.random() < 0.6 else ""
    return (
        picture
        + folds
        + sleeve
        + collar
        + chest
        + stitch(f"M60 {hem - 3}Q100 {hem + 2} 140 {hem - 3}", shade(look.base, -0.35))
    )


def shirt(rng: np.random.Generator, look: Look) -> str:
    """A short-sleeved, collared shirt with a buttoned front."""
    hem = rng.uniform(160, 168)
    outline = symmetric(
        (0, 46),
        [(12, 36), (20, 33)],
        [(36, 38), (48, 45)],
        [(64, 60), (73, 90)],
        [(64, 96), (54, 98)],
        [(49, 88), (43, 80)],
        [(42, 120), (45, hem - 6)],
        [(38, hem + 4), (0, hem)],
    )
    picture = _back_of_neck(look.base, 17, 34, 12) + body(outline, cloth(look), bevel=1)
    picture += crease(outline, "M62 90Q72 99 82 96", "M138 92Q126 100 120 97", "M72 162Q76 138 70 120")
    picture += body(slab(96, 48, 8, hem - 47, 1), cloth(look), light="flat", edge=0.5)
    button = look.accent if rng.random() < 0.4 else "#f3eee4"
    pocket = body("M113 76h18v17l-9 4l-9-4z", cloth(look), light="flat", edge=0.8) if rng.random() < 0.6 else ""
    cuffs = both(
        line("M153 94Q165 91 171.500 85", shade(look.base, -0.3), 1, 0.8)
        + line("M146 82Q149 68 145 56", shade(look.base, -0.5), 1, 0.4)
    )
    plain_collar = shade(look.base, 0.12 if lightness(look.base) < 0.8 else -0.06)
    return picture + pocket + cuffs + _buttons(60, hem - 14, 6, button) + _collar(plain_collar, 32)


def long_sleeve(rng: np.random.Generator, look: Look) -> str:
    """A long-sleeved top: crew neck, roll neck or henley; a jumper when the look is knitted."""
    hem, style = rng.uniform(156, 164), rng.choice(["crew", "roll", "henley"])
    trunk = symmetric(
        (0, 46),
        [(13, 45), (18, 33)],
        [(32, 37), (45, 43)],
        [(48, 60), (44, 82)],
        [(43, 120), (45, hem)],
        [(20, hem + 3), (0, hem + 3)],
    )
    sleeve = "M138 41Q158 48 164 78L176 140Q171 147 160 148L146 92L140 74Z"
    picture = both(
        body(sleeve, cloth(look, turn=78), bevel=1)
        + crease(sleeve, "M150 88Q158 90 166 84", "M158 116Q164 114 170 108")
        + body("M159 139L174.500 132L177 143Q170 150 161 151Z", shade(look.base, -0.14), edge=0.6)
    )
    picture += _back_of_neck(look.base, 17, 33, 13) + body(trunk, cloth(look), bevel=1)
    picture += crease(
        trunk, "M58 84Q70 94 80 92", "M142 86Q130 96 122 94", "M70 158Q75 136 69 118", "M130 158Q126 140 131 124"
    )
    band = body(
        f"M55 {hem - 7}Q100 {hem - 3} 145 {hem - 7}L145 {hem}Q100 {hem + 5} 55 {hem}Z",
        shade(look.base, -0.1),
        light="flat",
        edge=0.6,
    )
    picture += (
        band
        if look.pattern in TEXTURES or rng.random() < 0.4
        else stitch(f"M57 {hem - 4}Q100 {hem} 143 {hem - 4}", shade(look.base, -0.35))
    )
    if style == "roll":
        return (
            picture
            + body("M83 24Q100 20 117 24L119 42Q100 50 81 42Z", cloth(look), bevel=1)
            + line("M83 32Q100 38 117 32", shade(look.base, -0.4), 1, 0.5)
        )
    picture += both(line("M100 47.500Q114 46 118.500 34.500", shade(look.base, -0.2), 3.4))
    if style == "henley":
        picture += body(slab(95.500, 48, 9, 30, 2), shade(look.base, -0.08), light="flat") + _buttons(
            54, 72, 3, look.accent
        )
    return picture


def _puffer(rng: np.random.Generator, look: Look) -> str:
    trunk = symmetric(
        (0, 34), [(14, 34), (18, 32)], [(34, 36), (46, 44)], [(48, 100), (46, 160)], [(24, 166), (0, 165)]
    )
    sleeve = "M138 42Q163 50 169 86L177 146Q170 154 156 152L147 96Z"
    paint = cloth(look)
    arm = body(sleeve, paint, bevel=2)
    for y in (66, 90, 114, 136):
        arm += clip(sleeve, line(f"M136 {y + 3}Q158 {y + 8} 182 {y - 7}", shade(look.base, -0.5), 1.4, 0.65))
        arm += crease(sleeve, f"M{142 + (y - 66) * 0.18} {y + 9}Q158 {y + 12} 176 {y + 1}", width=5, strength=0.16)
    picture = both(arm) + body(trunk, paint, bevel=2)
    for y in np.linspace(60, 144, 5):
        picture += crease(trunk, f"M50 {y + 6}Q76 {y + 10} 98 {y + 6}Q124 {y + 10} 150 {y + 6}", width=6, strength=0.2)
        picture += line(f"M54 {y}Q76 {y + 4} 98 {y}M102 {y}Q124 {y + 4} 146 {y}", shade(look.base, -0.5), 1.4, 0.65)
    picture += body("M80 20Q100 14 120 20L122 42Q100 47 78 42Z", shade(look.base, -0.12), bevel=1.4)
    return (
        picture
        + line("M100 22V164", look.accent, 2.6)
        + line("M100 22V164", shade(look.accent, -0.4), 0.8, dash="1.5 1.5")
    )


def _raincoat(rng: np.random.Generator, look: Look) -> str:
    hem = rng.uniform(164, 172)
    hood = "M72 46Q68 16 100 14Q132 16 128 46Q116 58 100 58Q84 58 72 46Z"
    trunk = symmetric(
        (0, 50), [(20, 50), (26, 40)], [(38, 42), (47, 50)], [(46, 104), (54, hem)], [(24, hem + 5), (0, hem + 4)]
    )
    sleeve = "M139 45Q160 54 166 86L175 146Q168 151 157 150L147 96Z"
    paint = cloth(look)
    picture = both(
        body(sleeve, paint, bevel=1)
        + line("M156.500 141Q167 143 174 138", shade(look.base, -0.4), 1, 0.7)
        + crease(sleeve, "M150 96Q158 98 168 92")
    )
    picture += body(hood, paint, bevel=1.3) + spot(
        "M82 48Q80 27 100 26Q120 27 118 48Q110 55 100 55Q90 55 82 48Z", shade(look.base, -0.5)
    )
    picture += body(trunk, paint, light="gloss", bevel=1) + crease(
        trunk, "M64 160Q70 130 62 108", "M134 164Q128 134 137 112"
    )
    picture += both(
        body("M113 118l25-4l1 19l-25 3z", paint, light="flat")
        + line("M113 122l25.500-4", shade(look.base, -0.4), 1, 0.6)
    )
    picture += line(f"M100 52V{hem + 3}", shade(look.base, -0.35), 4, 0.6) + "".join(
        body(disc(100, y, 2.6), look.accent, light="ball") for y in (64, 86, 108, 130, 150)
    )
    return picture + both(line("M110 56Q112 66 110 76", look.second, 1.8) + spot(disc(110, 77, 1.8), look.accent))


def _coat(rng: np.random.Generator, look: Look) -> str:
    hem = rng.uniform(166, 176)
    trunk = symmetric(
        (0, 62),
        [(8, 50), (20, 28)],
        [(34, 33), (44, 41)],
        [(46, 70), (41, 96)],
        [(46, 130), (51, hem)],
        [(26, hem + 4), (0, hem + 3)],
    )
    sleeve = "M138 39Q156 47 161 80L169 142Q163 148 152 147L143 92Z"
    paint = cloth(look)
    picture = both(
        body(sleeve, cloth(look, turn=6), bevel=1)
        + line("M151 136Q161 138 168 133", shade(look.base, -0.4), 1, 0.7)
        + crease(sleeve, "M147 92Q154 94 162 89")
    )
    picture += spot("M82 29Q100 34 118 29L112 50L100 64L88 50Z", shade(look.base, -0.5)) + body(trunk, paint, bevel=1.2)
    picture += crease(trunk, f"M66 {hem}Q72 138 68 112", f"M132 {hem}Q127 140 133 116") + line(
        f"M97 66Q96 120 97 {hem + 2}", shade(look.base, -0.5), 1.1, 0.7
    )
    lapel = polygon((98, 92), (80, 27), (74, 34), (70, 56), (77, 60), (74, 66))
    picture += body(lapel, shade(look.base, -0.08), bevel=0.5) + body(
        polygon((99, 92), (120, 27), (126, 34), (130, 56), (123, 60), (126, 66)), shade(look.base, -0.04), bevel=0.5
    )
    picture += "".join(both(body(disc(110, y, 2.8), look.accent, light="ball")) for y in (102, 120))
    belt = (
        body("M58 104Q100 110 142 104L142 114Q100 120 58 114Z", shade(look.base, -0.2), light="down")
        + body(slab(92, 104, 16, 14, 3), look.accent, light="flat")
        if rng.random() < 0.5
        else ""
    )
    return picture + belt + both(line("M116 132L136 128", shade(look.base, -0.45), 2, 0.7))


def outerwear(rng: np.random.Generator, look: Look) -> str:
    """A puffer jacket, a hooded raincoat or a lapelled coat."""
    draw = (_puffer, _raincoat, _coat)[rng.integers(3)]
    return draw(rng, look)


def dress(rng: np.random.Generator, look: Look) -> str:
    """A dress with a shaped waist: straps, cap sleeves or short sleeves; knee or ankle long."""
    flare, hem, waist = rng.uniform(38, 60), rng.uniform(158, 176), rng.uniform(78, 88)
    neck = rng.choice(["strap", "cap", "sleeve"])
    shoulder = 25 if neck == "strap" else 31
    start = [(10, 46), (17, 28)] if neck != "strap" else [(12, 52), (shoulder - 7, 47)]
    top = [(shoulder, 33)] if neck != "strap" else [(shoulder, 46)]
    skirt = symmetric(
        (0, waist - 2),
        [(12, waist - 2), (21, waist - 3)],
        [(30, 116), (flare, hem - 4)],
        [(flare * 0.5, hem + 5), (0, hem + 4)],
    )
    bodice = symmetric(
        (0, 50), start, top, [(24, 52), (27, 62)], [(23, waist - 12), (21.5, waist)], [(10, waist + 2), (0, waist + 2)]
    )
    picture = ""
    if neck == "strap":
        picture += both(rod("M120 49Q119 30 112 29Q107 30 108 54", shade(look.base, -0.15), 3.6))
    else:
        picture += _back_of_neck(look.base, 16, 28, 25)
    if neck == "sleeve":
        picture += both(body("M128 32Q144 36 151 62Q142 69 131 68L125 56Z", cloth(look, turn=60), bevel=0.8))
    folds = [
        f"M{100 + x * 0.35} {waist + 6}Q{100 + x * 0.6} 120 {100 + x} {hem}"
        for x in np.linspace(-flare * 0.75, flare * 0.75, 5)
    ]
    picture += (
        body(skirt, cloth(look), bevel=1)
        + crease(skirt, *folds, width=5, strength=0.17)
        + body(bodice, cloth(look), bevel=0.8)
    )
    picture += crease(bodice, "M86 62Q92 68 90 78", "M113 62Q108 68 110 78", width=3)
    if rng.random() < 0.45:
        tier = hem - 22
        seam = f"M30 {tier}Q100 {tier + 11} 170 {tier}"
        picture += clip(
            skirt,
            line(seam, shade(look.base, -0.45), 1.2, 0.6)
            + move(stitch(seam, shade(look.base, -0.35)), "translate(0 2.5)"),
        )
    sash = shade(look.base, -0.25) if rng.random() < 0.5 else look.accent
    picture += body(
        f"M78.500 {waist - 4}Q100 {waist + 1} 121.500 {waist - 4}L122 {waist + 4}Q100 {waist + 8} 78 {waist + 4}Z",
        sash,
        light="down",
    )
    if rng.random() < 0.4:
        picture += body(f"M100 {waist + 1}l-11-6v13zM100 {waist + 1}l11-6v13z", sash, light="flat") + body(
            disc(100, waist + 1, 3), sash, light="ball"
        )
    return picture
