"""Clothes for the legs, laid flat: trousers, shorts and skirts."""

import numpy as np

from demo.shop.materials import TEXTURES, Look, cloth
from demo.shop.palette import shade
from demo.shop.pen import (
    body,
    both,
    clip,
    crease,
    disc,
    line,
    move,
    n,
    polygon,
    slab,
    spot,
    stitch,
    symmetric,
)
from demo.shop.shapes.sewing import buttons, fit

_TAN_THREAD = "#d9a55c"


def _thread(look: Look) -> str:
    return _TAN_THREAD if look.pattern == "denim" else shade(look.base, -0.4)


def _waistband(look: Look, top: float, half: float) -> str:
    band = (
        f"M{100 - half} {top}Q100 {top + 4} {100 + half} {top}L{100 + half + 1} {top + 10}"
        f"Q100 {top + 14} {99 - half} {top + 10}Z"
    )
    inside = f"M{100 - half} {top}Q100 {top - 4} {100 + half} {top}Q100 {top + 4} {100 - half} {top}Z"
    loops = both(body(slab(100 + half * 0.55, top + 1, 3.4, 13, 1), shade(look.base, -0.1), light="flat", edge=0.5))
    metal = "#c9b083" if look.pattern == "denim" else look.accent
    button = body(disc(100, top + 7.5, 2.4), metal, light="ball", edge=0.4)
    return spot(inside, shade(look.base, -0.5)) + body(band, shade(look.base, -0.07), light="flat") + loops + button


def _elastic(look: Look, top: float, half: float) -> str:
    left, right = 100 - half, 100 + half
    band = f"M{left} {top}Q100 {top + 4} {right} {top}L{right + 1} {top + 11}Q100 {top + 15} {left - 1} {top + 11}Z"
    inside = f"M{100 - half} {top}Q100 {top - 4} {100 + half} {top}Q100 {top + 4} {100 - half} {top}Z"
    gathers = "".join(
        line(f"M{n(100 + k * half / 9)} {top + 3}v9", shade(look.base, -0.4), 0.8, 0.5) for k in range(-8, 9)
    )
    cord = both(line(f"M101 {top + 9}Q106 {top + 18} 104 {top + 28}", look.second, 2))
    return spot(inside, shade(look.base, -0.5)) + body(band, shade(look.base, -0.1), light="flat") + gathers + cord


def _fly(look: Look, top: float, crotch: float, half: float) -> str:
    seam = _thread(look)
    picture = line(f"M100 {top + 12}V{crotch}", shade(look.base, -0.5), 1.1, 0.7)
    picture += stitch(f"M107 {top + 13}V{crotch - 22}Q106 {crotch - 14} 101 {crotch - 13}", seam)
    pocket = f"M{n(100 + half * 0.5)} {top + 12}Q{n(100 + half * 0.6)} {top + 27} {103 + half} {top + 30}"
    return picture + both(
        line(pocket, shade(look.base, -0.5), 1.1, 0.6) + move(stitch(pocket, seam), "translate(-1 2)")
    )


def _worn(outline: str, *patches: str) -> str:
    """Draw the pale places where denim is washed out."""
    return clip(outline, f'<g filter="url(#soft)">{"".join(spot(d, "#fff", 0.2) for d in patches)}</g>')


def _legs(look: Look, knee: float, ankle: float, spread: float, foot: float) -> tuple[str, str, str]:
    """Return outline, picture and folds of a pair of legs; half widths at knee and ankle, `spread` between the feet."""
    # At the knee, a little wider than the straight line from hip to ankle.
    outside = 38 + (spread + ankle - 38) * 0.37 + (knee - 14) * 0.5
    inside = max((spread - ankle) * 0.37 - (knee - 14) * 0.4, 2)
    outline = symmetric(
        (0, 30),
        [(20, 33), (30, 29)],
        [(37, 58), (38, 80)],
        [(outside, 116), (spread + ankle, foot)],
        [(spread, foot + 3), (spread - ankle, foot)],
        [(inside, 116), (0, 80)],
    )
    folds = crease(
        outline,
        f"M82 100Q84 130 {n(100 - spread)} {foot - 8}",
        f"M120 100Q118 130 {n(100 + spread)} {foot - 8}",
        "M96 86Q88 93 78 93",
        "M104 86Q112 93 124 93",
        width=5,
    )
    return outline, body(outline, cloth(look), bevel=1), folds


def jeans(rng: np.random.Generator, look: Look) -> str:
    """Draw jeans: slim, straight, flared or rolled up at the ankle."""
    style = rng.choice(["slim", "straight", "flare", "rolled"])
    knee, ankle = {"slim": (13, 10), "straight": (16, 15), "flare": (13, 22), "rolled": (16, 14)}[style]
    spread = ankle + rng.uniform(4, 14)
    foot = 158 if style == "rolled" else rng.choice([174, 180])
    outline, picture, folds = _legs(look, knee, ankle, spread, foot)
    picture += _fly(look, 30, 80, 30) + _waistband(look, 30, 30) + folds
    picture += _worn(outline, disc(100 - spread * 0.8, 96, 9, 26), disc(100 + spread * 0.8, 96, 9, 26))
    if style == "rolled":
        left = slab(100 + spread - ankle - 1.5, foot - 9, 2 * ankle + 3, 13, 2)
        return fit(rng, picture + both(body(left, shade(look.base, 0.35), light="tube")), wide=(0.86, 1.15))
    hem = f"M{n(100 + spread - ankle)} {foot - 4}Q{n(100 + spread)} {foot - 1} {n(100 + spread + ankle)} {foot - 4}"
    return fit(rng, picture + both(stitch(hem, _TAN_THREAD)), wide=(0.86, 1.15))


def suit_trousers(rng: np.random.Generator, look: Look) -> str:
    """Draw trousers with a pressed crease, straight or tapered."""
    ankle = rng.uniform(10, 14)
    spread = ankle + rng.uniform(4, 10)
    outline, picture, _ = _legs(look, 15, ankle, spread, 178)
    press = f"M119 52Q{n(117 + spread * 0.2)} 112 {n(100 + spread)} 178"
    folded = line(press, shade(look.base, -0.5), 1, 0.55) + move(line(press, "#ffffff", 2, 0.16), "translate(-1.6 0)")
    picture += clip(outline, both(folded))
    return fit(rng, picture + _fly(look, 30, 80, 30) + _waistband(look, 30, 30), wide=(0.86, 1.12))


def chinos(rng: np.random.Generator, look: Look) -> str:
    """Draw cotton trousers, slim to straight, some with cargo pockets."""
    ankle = rng.uniform(11, 16)
    spread = ankle + rng.uniform(4, 16)
    _, picture, folds = _legs(look, 17, ankle, spread, rng.choice([160, 178]))
    picture += _fly(look, 30, 80, 30) + _waistband(look, 30, 30) + folds
    if look.pattern in ("plain", "camo") and rng.random() < 0.4:
        pocket = body("M122 98L141 96L143 119L125 121Z", cloth(look), light="flat", edge=0.9)
        picture += both(pocket + body("M121 96L141.5 94L142 101L122 103Z", shade(look.base, -0.1), light="flat"))
    return fit(rng, picture, wide=(0.86, 1.12))


def joggers(rng: np.random.Generator, look: Look) -> str:
    """Draw soft trousers with a drawstring and ribbed ankles."""
    spread = rng.uniform(17, 27)
    _, picture, folds = _legs(look, 18, 12, spread, 172)
    cuff = body(slab(100 + spread - 10, 164, 20, 14, 3), shade(look.base, -0.16), light="tube")
    stripe = ""
    if look.pattern == "plain" and rng.random() < 0.5:
        stripe = both(line(f"M134 60Q138 100 {n(100 + spread + 9)} 162", look.second, 3))
    return fit(rng, picture + stripe + folds + both(cuff) + _elastic(look, 30, 30), wide=(0.88, 1.14))


def wide_trousers(rng: np.random.Generator, look: Look) -> str:
    """Draw flowing trousers with wide legs."""
    ankle = rng.uniform(22, 28)
    _, picture, folds = _legs(look, 22, ankle, ankle + 5, 176)
    top = _elastic if rng.random() < 0.5 else _waistband
    return fit(rng, picture + folds + top(look, 30, 30), wide=(0.86, 1.08))


def _short(look: Look, hem: float, flare: float) -> tuple[str, str]:
    outline = symmetric(
        (0, 46),
        [(24, 50), (36, 45)],
        [(46, 72), (flare, hem - 6)],
        [(flare * 0.55, hem + 4), (7, hem)],
        [(5, 108), (0, 96)],
    )
    folds = (
        "M95 100Q84 110 70 110",
        "M105 100Q116 110 132 108",
        f"M72 84Q68 104 66 {n(hem)}",
        f"M130 84Q134 104 136 {n(hem)}",
    )
    return outline, body(outline, cloth(look), bevel=1) + crease(outline, *folds, width=5)


def shorts(rng: np.random.Generator, look: Look) -> str:
    """Draw shorts with a fly, from short to the knee."""
    hem, flare = rng.uniform(120, 160), rng.uniform(46, 60)
    outline, picture = _short(look, hem, flare)
    seam = f"M106 {n(hem - 4)}Q{n(100 + flare * 0.55)} {n(hem)} {n(104 + flare)} {n(hem - 11)}"
    picture += both(clip(outline, move(stitch(seam, _thread(look)), "translate(0 -1)")))
    return fit(rng, picture + _fly(look, 46, 96, 36) + _waistband(look, 46, 36), wide=(0.9, 1.2))


def denim_shorts(rng: np.random.Generator, look: Look) -> str:
    """Draw denim shorts, cut off and frayed or turned up."""
    hem, flare = rng.uniform(116, 150), rng.uniform(48, 58)
    outline, picture = _short(look, hem, flare)
    picture += _worn(outline, disc(76, 92, 10, 18), disc(124, 92, 10, 18))
    edge = f"M107 {n(hem)}Q{n(100 + flare * 0.55)} {n(hem + 4)} {n(100 + flare)} {n(hem - 6)}"
    if rng.random() < 0.5:
        pale = shade(look.base, 0.5)
        ends = np.arange(108, 99 + flare, 2.6)
        fray = "".join(line(f"M{n(x)} {n(hem - 2 - (x - 107) * 0.1)}l{n(np.sin(x * 2))} 8", pale, 0.9) for x in ends)
        picture += both(fray)
    else:
        turned = f"{edge}l-1-13Q{n(100 + flare * 0.55)} {n(hem - 8)} 106 {n(hem - 12)}Z"
        picture += both(body(turned, shade(look.base, 0.3), bevel=0.5))
    return fit(rng, picture + _fly(look, 46, 96, 36) + _waistband(look, 46, 36), wide=(0.9, 1.15))


def sports_shorts(rng: np.random.Generator, look: Look) -> str:
    """Draw running or swimming shorts: an elastic waist, a cord, side slits or stripes."""
    hem, flare = rng.uniform(112, 156), rng.uniform(50, 62)
    outline, picture = _short(look, hem, flare)
    if look.pattern == "plain":
        side = f"M134 58Q140 84 {n(96 + flare)} {n(hem - 6)}"
        art = (
            line(side, look.second, 7)
            if rng.random() < 0.6
            else line(f"M106 {n(hem - 8)}Q130 {n(hem - 4)} 165 {n(hem - 14)}", look.accent, 5)
        )
        picture += both(clip(outline, art))
    picture += line("M100 60V96", shade(look.base, -0.5), 1.1, 0.6)
    return fit(rng, picture + _elastic(look, 46, 36), wide=(0.9, 1.2))


def _band(look: Look, top: float, button: bool) -> str:
    inside = f"M73 {top}Q100 {top - 6} 127 {top}Q100 {top + 8} 73 {top}Z"
    band = f"M73 {top}Q100 {top + 7} 127 {top}L129 {top + 11}Q100 {top + 18} 71 {top + 11}Z"
    picture = spot(inside, shade(look.base, -0.5)) + body(band, shade(look.base, -0.14), light="flat")
    return picture + (body(disc(100, top + 10, 2.2), look.accent, light="ball", edge=0.4) if button else "")


def _panel(top: float, hip: float, flare: float, hem: float) -> str:
    return symmetric(
        (0, top + 2),
        [(18, top + 5), (27, top + 1)],
        [(hip, top + 28), (flare, hem - 5)],
        [(flare * 0.5, hem + 6), (0, hem + 6)],
    )


def pleated_skirt(rng: np.random.Generator, look: Look) -> str:
    """Draw a pleated skirt, short or to the calf."""
    hem, flare = rng.uniform(118, 168), rng.uniform(54, 70)
    outline = _panel(44, 40, flare, hem)
    edges = np.linspace(-0.9, 0.86, int(rng.integers(7, 15)))
    low = n(hem + 8)
    shadows = "".join(
        polygon((100 + e * 27, 54), (100 + e * flare, hem + 8), (100 + (e + 0.1) * flare, hem + 8)) for e in edges
    )
    ridges = "".join(
        line(f"M{n(100 + e * 27)} 54L{n(100 + e * flare)} {low}", shade(look.base, -0.5), 0.9, 0.6) for e in edges
    )
    picture = body(outline, cloth(look), bevel=1) + clip(outline, spot(shadows, "#0b1022", 0.2) + ridges)
    return fit(rng, picture + _band(look, 44, button=False), wide=(0.86, 1.12))


def a_line_skirt(rng: np.random.Generator, look: Look) -> str:
    """Draw a skirt that widens to the hem: short and round or long and tiered."""
    long = rng.random() < 0.35
    top, hem, flare = (22, 178, rng.uniform(50, 66)) if long else (46, rng.uniform(116, 158), rng.uniform(46, 64))
    outline = _panel(top, 40, flare, hem)
    low = n(hem)
    folds = [
        f"M{n(100 + e * 20)} {top + 20}Q{n(100 + e * 30)} {n((top + hem) / 2)} {n(100 + e * flare * 0.8)} {low}"
        for e in (-0.9, -0.4, 0.1, 0.55, 0.95)
    ]
    picture = body(outline, cloth(look), bevel=1) + crease(outline, *folds, width=6)
    if long:
        tiers = "".join(
            line(f"M20 {y}Q100 {y + 12} 180 {y}", shade(look.base, -0.45), 1.2, 0.6)
            + stitch(f"M20 {y + 3}Q100 {y + 15} 180 {y + 3}", shade(look.base, -0.35))
            for y in (74, 122)
        )
        picture += clip(outline, tiers)
    return fit(rng, picture + _band(look, top, button=not long), wide=(0.86, 1.15))


def pencil_skirt(rng: np.random.Generator, look: Look) -> str:
    """Draw a slim skirt to the knee or a mini, with a slit or buttoned down the front."""
    hem = rng.uniform(116, 170)
    flare = 43 if hem < 136 else rng.uniform(34, 40)
    outline = _panel(44, 39, flare, hem)
    picture = body(outline, cloth(look), bevel=1) + crease(outline, "M80 68Q84 86 78 118", "M122 68Q118 90 122 124")
    hem_line = f"M60 {n(hem - 8)}Q100 {n(hem + 2)} 140 {n(hem - 8)}"
    picture += clip(outline, stitch(hem_line, _thread(look)))
    if look.pattern == "denim" or rng.random() < 0.4:
        metal = "#c9b083" if look.pattern == "denim" else look.accent
        picture += clip(outline, body(slab(95, 56, 10, 130, 1), cloth(look), light="flat"))
        picture += buttons(66, hem - 6, 5, metal)
        pocket = "M114 60Q116 74 136 76"
        picture += both(
            line(pocket, shade(look.base, -0.5), 1, 0.6) + move(stitch(pocket, _thread(look)), "translate(-1 2)")
        )
    elif look.pattern not in TEXTURES:
        picture += line(f"M112 {n(hem - 24)}V{n(hem + 4)}", shade(look.base, -0.5), 1.2, 0.8)
    return fit(rng, picture + _band(look, 44, button=look.pattern == "denim"), wide=(0.9, 1.2))
