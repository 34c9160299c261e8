"""Dresses, laid flat: with a waist, straight, long, buttoned or knitted."""

import numpy as np

from demo.shop.materials import Look, cloth
from demo.shop.palette import shade
from demo.shop.pen import body, both, clip, crease, disc, line, move, n, polygon, rod, slab, stitch, symmetric
from demo.shop.shapes.sewing import back_of_neck, buttons, collar, fit, paler, sleeves


def _folds(waist: float, flare: float, hem: float, count: int) -> list[str]:
    return [
        f"M{n(100 + x * 0.35)} {n(waist + 6)}Q{n(100 + x * 0.6)} {n((waist + hem) / 2)} {n(100 + x)} {n(hem)}"
        for x in np.linspace(-flare * 0.75, flare * 0.75, count)
    ]


def _skirt(look: Look, waist: float, flare: float, hem: float) -> tuple[str, str]:
    outline = symmetric(
        (0, waist - 2),
        [(12, waist - 2), (21, waist - 3)],
        [(30, waist + 34), (flare, hem - 4)],
        [(flare * 0.5, hem + 5), (0, hem + 4)],
    )
    return outline, body(outline, cloth(look), bevel=1) + crease(
        outline, *_folds(waist, flare, hem, 5), width=5, strength=0.17
    )


def _tier(rng: np.random.Generator, look: Look, outline: str, hem: float) -> str:
    seams = (hem - 22,) if rng.random() < 0.5 else (hem - 58, hem - 30)
    picture = ""
    for tier in seams:
        seam = f"M20 {n(tier)}Q100 {n(tier + 11)} 180 {n(tier)}"
        picture += line(seam, shade(look.base, -0.45), 1.2, 0.6) + move(
            stitch(seam, shade(look.base, -0.35)), "translate(0 2.5)"
        )
    return clip(outline, picture)


def _sash(rng: np.random.Generator, look: Look, waist: float) -> str:
    colour = shade(look.base, -0.25) if rng.random() < 0.5 else look.accent
    band = f"M78.5 {n(waist - 4)}Q100 {n(waist + 1)} 121.5 {n(waist - 4)}L122 {n(waist + 4)}Q100 {n(waist + 8)} 78 "
    picture = body(f"{band}{n(waist + 4)}Z", colour, light="down")
    if rng.random() < 0.4:
        knot = n(waist + 1)
        picture += body(f"M100 {knot}l-11-6v13zM100 {knot}l11-6v13z", colour, light="flat")
        picture += body(disc(100, waist + 1, 3), colour, light="ball")
    return picture


def flared(rng: np.random.Generator, look: Look) -> str:
    """Draw a dress with a shaped waist and a swinging skirt; cap or short sleeves."""
    flare, hem, waist = rng.uniform(42, 62), rng.uniform(146, 172), rng.uniform(78, 88)
    outline, skirt = _skirt(look, waist, flare, hem)
    bodice = symmetric(
        (0, 50),
        [(10, 46), (17, 28)],
        [(31, 33)],
        [(24, 52), (27, 62)],
        [(23, waist - 12), (21.5, waist)],
        [(10, waist + 2), (0, waist + 2)],
    )
    picture = back_of_neck(look.base, 16, 28, 25)
    if rng.random() < 0.6:
        picture += both(body("M128 32Q144 36 151 62Q142 69 131 68L125 56Z", cloth(look, turn=-35), bevel=0.8))
    picture += skirt + body(bodice, cloth(look), bevel=0.8)
    picture += crease(bodice, "M86 62Q92 68 90 78", "M113 62Q108 68 110 78", width=3)
    if rng.random() < 0.4:
        picture += _tier(rng, look, outline, hem)
    return fit(rng, picture + _sash(rng, look, waist), wide=(0.88, 1.12))


def sundress(rng: np.random.Generator, look: Look) -> str:
    """Draw a dress on two straps, to the knee or to the ankle."""
    long = rng.random() < 0.5
    flare, hem, waist = (rng.uniform(36, 50), 182, 70) if long else (rng.uniform(40, 58), rng.uniform(146, 168), 82)
    outline, skirt = _skirt(look, waist, flare, hem)
    top = 34 if long else 46
    bodice = symmetric(
        (0, top + 4),
        [(12, top + 6), (18, top + 1)],
        [(25, top)],
        [(24, top + 6), (25, top + 12)],
        [(22, waist - 8), (21.5, waist)],
        [(10, waist + 2), (0, waist + 2)],
    )
    strap = f"M118.5 {n(top + 4)}Q118 {n(top - 15)} 114 {n(top - 16)}Q111 {n(top - 15)} 111.5 {n(top + 8)}"
    picture = both(rod(strap, shade(look.base, -0.15), 3)) + skirt + body(bodice, cloth(look), bevel=0.8)
    picture += line(f"M82 {n(top + 1)}Q100 {n(top + 9)} 118 {n(top + 1)}", shade(look.base, -0.35), 1.4, 0.7)
    if rng.random() < (0.8 if long else 0.4):
        picture += _tier(rng, look, outline, hem)
    return fit(rng, picture + (_sash(rng, look, waist) if rng.random() < 0.6 else ""), wide=(0.9, 1.15))


def shift(rng: np.random.Generator, look: Look) -> str:
    """Draw a straight dress without a waist: sleeveless or with short sleeves."""
    hem, flare = rng.uniform(152, 174), rng.uniform(34, 46)
    short = rng.random() < 0.6
    arm = (
        ([(50, 48), (58, 72)], [(52, 78), (43, 80)], [(37, 74), (34, 68)])
        if short
        else ([(28, 46), (26, 54)], [(28, 66), (34, 70)])
    )
    outline = symmetric(
        (0, 44),
        [(14, 43), (18, 30)],
        [(24, 32), (37 if short else 31, 36)],
        *arm,
        [(32, 104), (flare, hem)],
        [(flare * 0.5, hem + 5), (0, hem + 5)],
    )
    picture = back_of_neck(look.base, 17, 30, 14) + body(outline, cloth(look), bevel=1)
    picture += crease(outline, "M76 76Q86 86 92 82", "M124 76Q116 88 110 84", *_folds(90, flare, hem, 3), width=5)
    picture += both(line("M100 45.5Q114 44 118.5 31.5", shade(look.base, -0.22), 3))
    extra = rng.random()
    if extra < 0.4:
        pocket = slab(112, 112, 18, 20, 3)
        picture += both(body(pocket, cloth(look), light="flat", edge=0.8))
    elif extra < 0.7:
        picture += _tier(rng, look, outline, hem)
    return fit(rng, picture, wide=(0.9, 1.2))


def shirt_dress(rng: np.random.Generator, look: Look) -> str:
    """Draw a buttoned dress with a collar, a belt and sleeves to the elbow or the wrist."""
    hem, flare = rng.uniform(164, 180), rng.uniform(36, 50)
    outline = symmetric(
        (0, 44),
        [(12, 34), (19, 31)],
        [(32, 34), (40, 40)],
        [(40, 62), (33, 78)],
        [(27, 90), (27, 98)],
        [(36, 130), (flare, hem - 4)],
        [(flare * 0.5, hem + 5), (0, hem + 4)],
    )
    length = 56 if rng.random() < 0.5 else 98
    picture = sleeves(look, rng.uniform(17, 24), length, 22 if length < 60 else 16, band=paler(look.base), reach=-4)
    picture += back_of_neck(look.base, 17, 32, 12) + body(outline, cloth(look), bevel=1)
    picture += crease(outline, *_folds(100, flare, hem, 5), width=5)
    picture += body(slab(96, 48, 8, hem - 46, 1), cloth(look), light="flat", edge=0.5)
    picture += buttons(58, hem - 12, 8, "#f3eee4") + collar(paler(look.base), 30)
    belt = look.accent if rng.random() < 0.5 else shade(look.base, -0.25)
    picture += body(polygon((71, 93), (129, 93), (129, 101), (71, 101)), belt, light="down")
    return fit(rng, picture + body(slab(93, 91, 14, 12, 2), shade(belt, 0.3), light="flat"), wide=(0.9, 1.1))


def jumper_dress(rng: np.random.Generator, look: Look) -> str:
    """Draw a knitted dress with long sleeves and a ribbed hem."""
    hem, rib = rng.uniform(160, 176), shade(look.base, -0.14)
    outline = symmetric(
        (0, 46),
        [(13, 45), (18, 33)],
        [(30, 36), (40, 42)],
        [(42, 62), (37, 86)],
        [(34, 110), (38, hem)],
        [(0, hem + 3)],
    )
    picture = sleeves(look, rng.uniform(14, 20), 100, 17, band=rib, reach=-3)
    picture += back_of_neck(look.base, 17, 33, 13) + body(outline, cloth(look), bevel=1.2)
    picture += crease(
        outline, "M66 84Q76 94 84 92", "M134 86Q124 96 118 94", "M78 150Q84 120 78 104", "M124 156Q118 128 122 110"
    )
    low = f"M60 {n(hem - 11)}Q100 {n(hem - 6)} 140 {n(hem - 11)}V{n(hem + 8)}H60Z"
    picture += clip(outline, body(low, rib, light="flat"))
    if rng.random() < 0.5:
        neck = body("M83 25Q100 21 117 25L119 42Q100 50 81 42Z", cloth(look), bevel=1)
        return fit(rng, picture + neck + line("M83 33Q100 39 117 33", shade(look.base, -0.4), 1, 0.5))
    return fit(rng, picture + both(line("M100 47.5Q114 46 118.5 34.5", rib, 4)))
