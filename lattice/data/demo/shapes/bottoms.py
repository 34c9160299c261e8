"""Clothes for the legs, and small knitwear: trousers, shorts, skirt, socks, scarf, tie, belt."""

import numpy as np

from lattice.data.demo.materials import Look, cloth
from lattice.data.demo.palette import shade
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


def _waistband(look: Look, top: float, half: float) -> str:
    band = (
        f"M{100 - half} {top}Q100 {top + 4} {100 + half} {top}L{100 + half + 1} {top + 10}"
        f"Q100 {top + 14} {99 - half} {top + 10}Z"
    )
    inside = f"M{100 - half} {top}Q100 {top - 4} {100 + half} {top}Q100 {top + 4} {100 - half} {top}Z"
    loops = both(body(slab(100 + half * 0.55, top + 1, 3.4, 13, 1), shade(look.base, -0.1), light="flat", edge=0.5))
    button = body(disc(100, top + 7.5, 2.4), look.accent, light="ball", edge=0.4)
    return spot(inside, shade(look.base, -0.5)) + body(band, shade(look.base, -0.07), light="flat") + loops + button


def _legs(look: Look, outline: str, top: float, crotch: float, half: float) -> str:
    seam = shade(look.base, 0.4 if look.pattern == "denim" else -0.4)
    fly = line(f"M100 {top + 12}V{crotch}", shade(look.base, -0.5), 1.1, 0.7)
    fly += stitch(f"M107 {top + 13}V{crotch - 22}Q106 {crotch - 14} 101 {crotch - 13}", seam)
    pocket = f"M{100 + half * 0.5} {top + 12}Q{100 + half * 0.6} {top + 27} {103 + half} {top + 30}"
    pockets = both(line(pocket, shade(look.base, -0.5), 1.1, 0.6) + move(stitch(pocket, seam), "translate(-1 2)"))
    return body(outline, cloth(look), bevel=1) + fly + pockets + _waistband(look, top, half)


def trousers(rng: np.random.Generator, look: Look) -> str:
    """Full-length trousers: straight, wide or tapered to a cuff."""
    ankle = rng.choice([12.0, 16.0, 22.0])
    spread = 27 + ankle * 0.35
    foot = 176
    outline = symmetric(
        (0, 30),
        [(20, 33), (30, 29)],
        [(36, 60), (38, 92)],
        [(spread + ankle, foot - 40), (spread + ankle, foot)],
        [(spread, foot + 3), (spread - ankle, foot)],
        [(8, 116), (0, 78)],
    )
    folds = (
        f"M80 96Q84 130 {100 - spread} 170",
        f"M120 96Q118 130 {100 + spread} 170",
        "M96 84Q88 92 78 92",
        "M104 84Q112 92 124 92",
    )
    cuff = ""
    if ankle == 12:
        cuff = both(body(slab(100 + spread - ankle, foot - 9, 2 * ankle, 11, 3), shade(look.base, -0.16), light="tube"))
    return _legs(look, outline, 30, 78, 30) + crease(outline, *folds, width=5) + cuff


def shorts(rng: np.random.Generator, look: Look) -> str:
    """Shorts, from sporty short to nearly knee-long."""
    hem, flare = rng.uniform(120, 148), rng.uniform(50, 62)
    outline = symmetric(
        (0, 46),
        [(22, 49), (36, 45)],
        [(46, 72), (flare, hem - 6)],
        [(flare * 0.55, hem + 4), (7, hem)],
        [(5, 108), (0, 96)],
    )
    folds = (
        "M95 100Q84 110 70 110",
        "M105 100Q116 110 132 108",
        f"M72 84Q68 108 66 {hem}",
        f"M130 84Q134 108 136 {hem}",
    )
    hems = both(
        clip(
            outline,
            move(
                stitch(f"M106 {hem - 4}Q{100 + flare * 0.55} {hem} {104 + flare} {hem - 11}", shade(look.base, -0.4)),
                "translate(0 -1)",
            ),
        )
    )
    picture = _legs(look, outline, 46, 96, 36) + crease(outline, *folds, width=5) + hems
    if rng.random() < 0.4:
        return picture + both(rod("M101 56Q106 66 104 76", look.second, 2))
    return picture


def skirt(rng: np.random.Generator, look: Look) -> str:
    """A skirt: pleated, A-line or a slim pencil."""
    style, hem = rng.choice(["pleats", "a-line", "pencil"]), rng.uniform(136, 166)
    flare = {"pleats": 66, "a-line": 60, "pencil": 36}[style]
    hip = 38 if style == "pencil" else 40
    outline = symmetric(
        (0, 48), [(18, 51), (27, 47)], [(hip, 74), (flare, hem - 5)], [(flare * 0.5, hem + 6), (0, hem + 6)]
    )
    picture = body(outline, cloth(look), bevel=1)
    if style == "pleats":
        edges = np.linspace(-0.86, 0.86, 9)
        pleats = "".join(
            polygon((100 + e * 27, 56), (100 + e * flare, hem + 8), (100 + (e + 0.12) * flare, hem + 8)) for e in edges
        )
        picture += clip(
            outline,
            spot(pleats, "#0b1022", 0.2)
            + "".join(
                line(f"M{100 + e * 27} 56L{100 + e * flare} {hem + 8}", shade(look.base, -0.5), 0.9, 0.6) for e in edges
            ),
        )
    elif style == "a-line":
        picture += crease(
            outline,
            *[
                f"M{100 + e * 20} 66Q{100 + e * 30} 100 {100 + e * flare * 0.8} {hem}"
                for e in (-0.9, -0.4, 0.1, 0.55, 0.95)
            ],
            width=6,
        )
    else:
        picture += crease(outline, "M80 70Q84 90 78 130", "M122 70Q118 96 122 140") + line(
            f"M112 {hem - 24}V{hem + 4}", shade(look.base, -0.5), 1.2, 0.8
        )
    inside = "M73 46Q100 40 127 46Q100 54 73 46Z"
    band = "M73 46Q100 53 127 46L129 57Q100 64 71 57Z"
    return (
        picture
        + spot(inside, shade(look.base, -0.5))
        + body(band, shade(look.base, -0.14), light="flat")
        + body(disc(100, 56, 2.2), look.accent, light="ball", edge=0.4)
    )


def socks(rng: np.random.Generator, look: Look) -> str:
    """A pair of socks, one lying half over the other."""
    leg = rng.uniform(28, 48)
    d = f"M78 {leg}H112L113 104Q114 116 126 122L148 132Q162 140 156 152Q148 162 128 158L92 148Q78 144 78 124Z"
    toe = "M136 126L148 132Q162 140 156 152Q150 160 138 160Q130 144 136 126Z"
    heel = "M78 118Q96 116 100 130Q100 142 90 148Q78 142 78 124Z"
    trim = look.accent if look.pattern == "plain" else look.second
    one = body(d, cloth(look), bevel=1) + clip(d, body(toe, trim, edge=0.5) + body(heel, trim, edge=0.5))
    cuff = body(slab(76.500, leg - 3, 37, 17, 3), trim, light="tube")
    ribs = "".join(line(f"M{x} {leg}v10", shade(trim, -0.3), 0.8, 0.5) for x in range(81, 112, 5))
    one += cuff + ribs + crease(d, "M112 108Q100 118 84 114", width=3)
    return move(one, "translate(8 -4)") + move(one, "translate(-24 12) rotate(-4 100 100)")


def scarf(rng: np.random.Generator, look: Look) -> str:
    """A scarf looped once, with fringed ends."""
    picture = ""
    for x, y, turn in ((112, 158, -8), (84, 170, 5)):
        tail = slab(x - 15, 76, 30, y - 76, 2)
        fringe = "".join(
            line(f"M{x + dx} {y - 1}l{dx * 0.08} 11", look.base if dx % 2 else shade(look.base, -0.2), 2)
            for dx in np.arange(-13, 14, 3.2)
        )
        picture += move(
            fringe + body(tail, cloth(look), bevel=1) + crease(tail, f"M{x - 4} 90V{y}", width=6),
            f"rotate({turn} {x} 80)",
        )
    loop = (
        "M50 66Q52 30 100 28Q148 30 150 66Q146 100 100 102Q54 100 50 66ZM78 60Q80 72 100 72Q120 72 122 60"
        "Q120 48 100 47Q80 48 78 60Z"
    )
    ring = f'<g fill-rule="evenodd" clip-rule="evenodd">{body(loop, cloth(look, turn=20), bevel=1)}</g>'
    picture += ring
    fold = line("M58 74Q70 92 100 93Q132 92 143 72M62 48Q74 36 100 36", shade(look.base, -0.5), 1.2, 0.4)
    knot = "M74 72Q98 62 122 74Q128 92 120 106Q98 114 78 104Q70 88 74 72Z"
    return (
        picture
        + fold
        + body(knot, cloth(look, turn=80), bevel=1.2)
        + crease(knot, "M84 76Q80 90 86 102", "M104 72Q100 90 106 106")
    )


def tie(rng: np.random.Generator, look: Look) -> str:
    """A necktie hanging from its knot, or a bow tie."""
    if rng.random() < 0.3:
        wing = "M106 96Q140 66 168 70Q176 100 168 130Q140 134 106 106Z"
        band = rod("M30 92Q100 82 170 92", shade(look.base, -0.3), 7)
        knot = body(slab(90, 88, 20, 27, 6), cloth(look, turn=15), bevel=1)
        return (
            band
            + both(
                body(wing, cloth(look, turn=35), bevel=1.2)
                + crease(wing, "M112 100Q130 94 146 98", "M112 104Q128 110 140 116")
            )
            + knot
        )
    loop = "M100 52Q62 50 68 32Q100 16 132 32Q138 50 100 52Q124 46 124 36Q100 26 76 36Q76 46 100 52Z"
    tail = polygon((93, 66), (107, 66), (120, 154), (100, 178), (80, 154))
    back = polygon((96, 66), (112, 66), (122, 140), (112, 152), (102, 140))
    knot = polygon((86, 46), (114, 46), (108, 68), (92, 68))
    return (
        body(loop, shade(look.base, -0.12))
        + body(back, shade(look.base, -0.3))
        + body(tail, cloth(look, turn=45), bevel=1)
        + crease(tail, "M98 72Q94 90 96 110", width=3)
        + body(knot, cloth(look, turn=-45), bevel=0.8)
    )


def belt(rng: np.random.Generator, look: Look) -> str:
    """A coiled belt with a metal buckle."""
    metal = rng.choice(["#c8a050", "#b9bec4", "#8b8f94"])
    strap = look.base
    coil = "M150 98Q150 60 100 60Q48 60 48 100Q48 142 100 142Q142 142 142 104Q140 72 102 72Q62 72 62 102Q64 130 98 130"
    picture = line(coil, shade(strap, -0.5), 17) + line(coil, strap, 15) + line(coil, shade(strap, 0.3), 9, 0.3)
    picture += f'<g transform="translate(-1 -4)">{line(coil, shade(strap, 0.5), 1.4, 0.5)}</g>' + stitch(
        coil, look.second
    )
    end = body("M142 96H158V132Q150 142 142 132Z", strap, light="tube") + "".join(
        spot(disc(150, y, 1.5), "#1c1512", 0.8) for y in (112, 120, 128)
    )
    buckle = (
        line(slab(136, 74, 30, 28, 6), shade(metal, -0.4), 6.5)
        + line(slab(136, 74, 30, 28, 6), metal, 5)
        + line("M140 73.500H160", shade(metal, 0.6), 1.6)
    )
    return picture + end + buckle + rod("M151 76V100", metal, 3.4)
