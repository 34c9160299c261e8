"""Clothes for the upper body, laid flat: t-shirts, shirts and long-sleeved tops."""

import numpy as np

from demo.shop.materials import TEXTURES, Look, cloth
from demo.shop.palette import shade
from demo.shop.pen import body, both, clip, crease, line, n, polygon, slab, stitch, symmetric
from demo.shop.shapes.motifs import motif
from demo.shop.shapes.sewing import back_of_neck, buttons, collar, fit, paler, sleeves


def tshirt(rng: np.random.Generator, look: Look) -> str:
    """Draw a tee: crew, v or scoop neck, cropped to long, sometimes with a print, a pocket or contrasting sleeves."""
    flare, hem, reach = rng.uniform(-3, 6), rng.uniform(140, 170), rng.uniform(66, 77)
    neck = rng.choice(["crew", "v", "scoop"], p=[0.6, 0.2, 0.2])
    drop = {"crew": 12, "v": 24, "scoop": 22}[neck]
    curve = [(9, 46), (18, 35)] if neck == "v" else [(15, 34 + drop), (18, 35)]
    outline = symmetric(
        (0, 35 + drop),
        curve,
        [(33, 40), (46, 46)],
        [(reach - 12, 58), (reach, 84)],
        [(reach - 8, 91), (reach - 20, 95)],
        [(49, 86), (43, 79)],
        [(43, 118), (43 + flare, hem)],
        [(20, hem + 4), (0, hem + 4)],
    )
    picture = back_of_neck(look.base, 18, 35, drop) + body(outline, cloth(look), bevel=1)
    rare = rng.random()
    trim = look.second if look.pattern == "plain" and rare < 0.3 else shade(look.base, -0.22)
    if look.pattern == "plain" and rare < 0.12:
        raglan = polygon((118, 30), (132, 30), (190, 50), (190, 100), (143, 100), (143, 82))
        picture += clip(outline, both(body(raglan, look.second, edge=0.5)))
    picture += crease(
        outline,
        "M62 88Q74 96 82 92",
        "M137 90Q126 98 120 95",
        f"M70 {n(hem)}Q74 140 68 122",
        f"M128 {n(hem)}Q124 136 131 118",
    )
    cuff = f"M{n(100 + reach - 20)} 93Q{n(100 + reach - 9)} 89 {n(100 + reach - 1)} 82"
    picture += both(
        line("M143 80Q148 67 143 50", shade(look.base, -0.5), 1, 0.45)
        + (line(cuff, trim, 3.4) if rare < 0.3 else stitch(cuff, shade(look.base, -0.35)))
    )
    bend = "Q110 47 119.5 36.5" if neck == "v" else f"Q{115 if neck == 'crew' else 117} {35.5 + drop} 119.5 36.5"
    picture += both(line(f"M100 {36.5 + drop}{bend}", trim, 3.4))
    if look.pattern == "plain" and rare > 0.4:
        picture += motif(rng, look, 100, rng.uniform(90, 98), rng.uniform(15, 27))
    elif 0.3 < rare < 0.4:
        picture += body("M112 72h17v15l-8.5 4l-8.5-4z", cloth(look), light="flat", edge=0.8)
    return fit(rng, picture + stitch(f"M60 {n(hem - 3)}Q100 {n(hem + 2)} 140 {n(hem - 3)}", shade(look.base, -0.35)))


def _shirt_body(rng: np.random.Generator, look: Look, short: bool) -> str:
    hem = rng.uniform(156, 170)
    arm = (
        ([(64, 60), (73, 90)], [(64, 96), (54, 98)], [(49, 88), (43, 80)])
        if short
        else ([(47, 56), (44, 76)], [(43, 84), (42, 90)])
    )
    outline = symmetric(
        (0, 46),
        [(12, 36), (20, 33)],
        [(34, 37), (46, 44)],
        *arm,
        [(42, 120), (45, hem - 6)],
        [(38, hem + 4), (0, hem)],
    )
    picture = back_of_neck(look.base, 17, 34, 12) + body(outline, cloth(look), bevel=1)
    folds = (
        ("M62 90Q72 99 82 96", "M138 92Q126 100 120 97") if short else ("M64 84Q74 92 82 90", "M136 84Q128 94 120 92")
    )
    picture += crease(outline, *folds, "M72 162Q76 138 70 120", "M130 160Q126 140 131 122")
    return picture + (
        both(
            line("M153 94Q165 91 171.5 85", shade(look.base, -0.3), 1, 0.8)
            + line("M146 82Q149 68 145 56", shade(look.base, -0.5), 1, 0.4)
        )
        if short
        else ""
    )


def _front(rng: np.random.Generator, look: Look) -> str:
    button = look.accent if rng.random() < 0.4 else "#f3eee4"
    picture = body(slab(96, 48, 8, 106, 1), cloth(look), light="flat", edge=0.5)
    if rng.random() < 0.6:
        pocket = body("M113 76h18v17l-9 4l-9-4z", cloth(look), light="flat", edge=0.8)
        picture += both(pocket) if rng.random() < 0.3 else pocket
    return picture + buttons(60, 146, 6, button) + collar(paler(look.base), 32)


def short_shirt(rng: np.random.Generator, look: Look) -> str:
    """Draw a short-sleeved, collared shirt with a buttoned front."""
    return fit(rng, _shirt_body(rng, look, short=True) + _front(rng, look))


def long_shirt(rng: np.random.Generator, look: Look) -> str:
    """Draw a buttoned shirt with long, cuffed sleeves."""
    arms = sleeves(look, rng.uniform(13, 21), length=rng.uniform(94, 104), cuff=19, band=paler(look.base))
    return fit(rng, arms + _shirt_body(rng, look, short=False) + _front(rng, look))


def polo(rng: np.random.Generator, look: Look) -> str:
    """Draw a polo shirt: a soft collar, a short placket, ribbed sleeve ends."""
    trim = look.second if rng.random() < 0.5 else shade(look.base, -0.18)
    picture = _shirt_body(rng, look, short=True)
    picture += both(line("M154 95Q165 92 171 86", trim, 4))
    picture += body(slab(95.5, 48, 9, 36, 2), shade(look.base, -0.1), light="flat") + buttons(58, 78, 3, "#f3eee4")
    picture += body("M120 78l6-2l3 4l-6 2z", look.accent, light="flat", edge=0.3) if rng.random() < 0.5 else ""
    return fit(rng, picture + collar(trim, 32))


def _top(rng: np.random.Generator, look: Look, drop: float, band: str, boxy: float = 0) -> str:
    """Draw sleeves and trunk of a long-sleeved top; its neck is `drop` deep."""
    hem = rng.uniform(138, 164)
    trunk = symmetric(
        (0, 33 + drop),
        [(13, 32 + drop) if drop < 18 else (9, 44), (18, 33)],
        [(32, 37), (45, 43)],
        [(48 + boxy, 60), (44 + boxy, 82)],
        [(43 + boxy, 120), (45 + boxy * 0.6, hem)],
        [(20, hem + 3), (0, hem + 3)],
    )
    picture = sleeves(look, rng.uniform(13, 22), rng.uniform(92, 106), 17 + boxy * 0.5, band=band, reach=boxy * 0.4)
    picture += back_of_neck(look.base, 17, 33, drop) + body(trunk, cloth(look), bevel=1)
    low = n(hem)
    picture += crease(
        trunk, "M58 84Q70 94 80 92", "M142 86Q130 96 122 94", f"M70 {low}Q75 136 69 118", f"M130 {low}Q126 140 131 124"
    )
    if not band:
        return picture + stitch(f"M57 {n(hem - 4)}Q100 {low} 143 {n(hem - 4)}", shade(look.base, -0.35))
    left, right = n(55 - boxy * 0.6), n(145 + boxy * 0.6)
    rib = f"M{left} {n(hem - 8)}Q100 {n(hem - 4)} {right} {n(hem - 8)}L{right} {low}Q100 {n(hem + 5)} {left} {low}Z"
    return picture + body(rib, band, light="flat", edge=0.6)


def crew_neck(rng: np.random.Generator, look: Look) -> str:
    """Draw a long-sleeved top with a round or a v-shaped neck, or a henley's buttons."""
    style = rng.choice(["crew", "v", "henley"], p=[0.5, 0.25, 0.25])
    band = shade(look.base, -0.12) if look.pattern in TEXTURES or rng.random() < 0.3 else ""
    picture = _top(rng, look, 24 if style == "v" else 13, band)
    bend = "M100 58Q109 46 118.5 34.5" if style == "v" else "M100 47.5Q114 46 118.5 34.5"
    picture += both(line(bend, shade(look.base, -0.2), 3.4))
    if style == "henley":
        picture += body(slab(95.5, 48, 9, 30, 2), shade(look.base, -0.08), light="flat") + buttons(
            54, 72, 3, look.accent
        )
    return fit(rng, picture)


def roll_neck(rng: np.random.Generator, look: Look) -> str:
    """Draw a jumper with a high, turned-down neck."""
    picture = _top(rng, look, 13, shade(look.base, -0.12), boxy=rng.uniform(0, 4))
    picture += body("M83 24Q100 20 117 24L119 42Q100 50 81 42Z", cloth(look), bevel=1)
    return fit(rng, picture + line("M83 32Q100 38 117 32", shade(look.base, -0.4), 1, 0.5))


def sweatshirt(rng: np.random.Generator, look: Look) -> str:
    """Draw a roomy sweatshirt with ribbed ends and often a print, or with a hood and a pouch pocket."""
    rib = look.second if look.pattern == "plain" and rng.random() < 0.2 else shade(look.base, -0.14)
    picture = _top(rng, look, 13, rib, boxy=rng.uniform(3, 7))
    if rng.random() < 0.5:
        hood = "M74 46Q70 20 100 18Q130 20 126 46Q118 57 100 58Q82 57 74 46Z"
        picture += body(hood, shade(look.base, -0.06), bevel=1.3)
        picture += body("M82 44Q84 28 100 27Q116 28 118 44Q110 52 100 53Q90 52 82 44Z", shade(look.base, -0.45))
        picture += both(line("M107 55Q109 66 107 76", look.second, 1.8))
        pouch = symmetric((0, 112), [(20, 112)], [(32, 132)], [(32, 142), (30, 142)], [(0, 145)])
        return fit(rng, picture + body(pouch, cloth(look), light="flat", edge=0.9))
    picture += both(line("M100 47.5Q114 46 118.5 34.5", rib, 4))
    if look.pattern == "plain" and rng.random() < 0.75:
        picture += motif(rng, look, 100, 86, rng.uniform(16, 24))
    return fit(rng, picture)
