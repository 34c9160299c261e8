"""Small things to wear: socks, scarf, tie, belt."""

import numpy as np

from demo.shop.materials import Look, cloth
from demo.shop.palette import shade
from demo.shop.pen import body, both, clip, crease, disc, line, move, polygon, rod, slab, spot, stitch


def socks(rng: np.random.Generator, look: Look) -> str:
    """Draw a pair of socks, one lying half over the other."""
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
    """Draw a scarf looped once, with fringed ends."""
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


def bow_tie(rng: np.random.Generator, look: Look) -> str:
    """Draw a bow tie on its band."""
    wing = "M106 96Q140 66 168 70Q176 100 168 130Q140 134 106 106Z"
    band = rod("M30 92Q100 82 170 92", shade(look.base, -0.3), 7)
    folds = crease(wing, "M112 100Q130 94 146 98", "M112 104Q128 110 140 116")
    knot = body(slab(90, 88, 20, 27, 6), cloth(look, turn=15), bevel=1)
    return band + both(body(wing, cloth(look, turn=35), bevel=1.2) + folds) + knot


def necktie(rng: np.random.Generator, look: Look) -> str:
    """Draw a tied necktie, its back end showing."""
    loop = "M100 52Q62 50 68 32Q100 16 132 32Q138 50 100 52Q124 46 124 36Q100 26 76 36Q76 46 100 52Z"
    wide = rng.uniform(12, 20)
    tail = polygon((93, 66), (107, 66), (100 + wide, 154), (100, 178), (100 - wide, 154))
    back = polygon((96, 66), (112, 66), (122, 140), (112, 152), (102, 140))
    knot = polygon((86, 46), (114, 46), (108, 68), (92, 68))
    picture = body(loop, shade(look.base, -0.12)) + body(back, shade(look.base, -0.3))
    picture += body(tail, cloth(look, turn=45), bevel=1) + crease(tail, "M98 72Q94 90 96 110", width=3)
    return picture + body(knot, cloth(look, turn=-45), bevel=0.8)


def belt(rng: np.random.Generator, look: Look) -> str:
    """Draw a coiled belt with a metal buckle."""
    metal = rng.choice(["#c8a050", "#b9bec4", "#8b8f94"])
    strap = look.base
    coil = "M150 98Q150 60 100 60Q48 60 48 100Q48 142 100 142Q142 142 142 104Q140 72 102 72Q62 72 62 102Q64 130 98 130"
    paint = cloth(look)
    picture = line(coil, shade(strap, -0.5), 17) + line(coil, strap, 15) + line(coil, shade(strap, 0.3), 9, 0.3)
    picture += f"<defs>{paint.defs}</defs>" + line(coil, paint.fill, 15)
    picture += f'<g transform="translate(-1 -4)">{line(coil, shade(strap, 0.5), 1.4, 0.5)}</g>' + stitch(
        coil, look.second
    )
    end = body("M142 96H158V132Q150 142 142 132Z", paint, light="tube") + "".join(
        spot(disc(150, y, 1.5), "#1c1512", 0.8) for y in (112, 120, 128)
    )
    buckle = (
        line(slab(136, 74, 30, 28, 6), shade(metal, -0.4), 6.5)
        + line(slab(136, 74, 30, 28, 6), metal, 5)
        + line("M140 73.500H160", shade(metal, 0.6), 1.6)
    )
    return picture + end + buckle + rod("M151 76V100", metal, 3.4)
