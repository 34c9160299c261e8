"""What is worn on the head: hats and sunglasses."""

import numpy as np

from demo.shop.materials import Look, cloth
from demo.shop.palette import shade
from demo.shop.pen import body, both, clip, crease, disc, line, move, n, rod, slab, spot, stitch
from demo.shop.shapes.motifs import motif


def cap(rng: np.random.Generator, look: Look) -> str:
    """Draw a baseball cap, seen from the side or from the front."""
    trim = look.second if look.pattern == "plain" and rng.random() < 0.5 else shade(look.base, -0.1)
    draw = _cap_in_front if rng.random() < 0.5 else _cap_beside
    return draw(rng, look, trim)


def _cap_beside(rng: np.random.Generator, look: Look, trim: str) -> str:
    crown = "M42 116Q38 62 96 54Q146 56 150 116Q96 128 42 116Z"
    peak = "M92 118Q120 104 150 108Q182 118 186 134Q184 142 176 140Q138 126 92 128Z"
    seams = line("M96 54Q92 86 94 122M96 54Q128 74 132 119M96 54Q60 72 58 119", shade(look.base, -0.45), 1.1, 0.55)
    picture = body(crown, cloth(look), bevel=1.4) + seams + body(disc(96, 54, 5, 3), shade(look.base, -0.2))
    picture += body(peak, trim, bevel=1) + stitch("M98 121Q140 112 178 133", shade(trim, -0.4))
    picture += motif(rng, look, 112, 90, 13) if look.pattern == "plain" else ""
    return move(picture, "translate(200 0) scale(-1 1)") if rng.random() < 0.5 else picture


def _cap_in_front(rng: np.random.Generator, look: Look, trim: str) -> str:
    crown = "M44 122Q38 52 100 48Q162 52 156 122Q100 104 44 122Z"
    peak = "M44 118Q100 98 156 118Q172 132 168 142Q160 152 148 146Q100 130 52 146Q40 152 32 142Q28 132 44 118Z"
    seams = line("M100 48V110M100 48Q62 62 60 114M100 48Q138 62 140 114", shade(look.base, -0.45), 1.1, 0.5)
    eyelets = both(spot(disc(116, 66, 1.6), shade(look.base, -0.5)))
    picture = body(crown, cloth(look), bevel=1.5) + seams + eyelets + body(disc(100, 49, 5, 3), shade(look.base, -0.2))
    picture += body(peak, trim, bevel=1.2)
    picture += "".join(
        stitch(f"M{42 + k} {n(128 + k)}Q100 {n(106 + k * 2)} {158 - k} {n(128 + k)}", shade(trim, -0.4)) for k in (0, 5)
    )
    return picture + (motif(rng, look, 100, 84, 15) if look.pattern == "plain" else "")


def sun_hat(rng: np.random.Generator, look: Look) -> str:
    """Draw a brimmed hat with a ribbon: a wide sun hat or a narrow trilby."""
    reach = rng.choice([58.0, 70.0, 84.0])
    brim = disc(100, 124, reach, 14 + reach * 0.19)
    crown = "M58 122Q56 66 78 60Q100 70 122 60Q144 66 142 122Q100 138 58 122Z"
    weave = cloth(look)
    rings = "".join(
        line(disc(100, 124, reach - k, 12 + reach * 0.17 - k * 0.45), shade(look.base, -0.3), 0.8, 0.45)
        for k in range(6, int(reach) - 44, 6)
    )
    ribbon = body("M58 104Q100 122 142 104L142 121Q100 138 58 121Z", look.accent, light="down")
    picture = body(brim, weave, bevel=1.2) + rings + body(crown, weave, bevel=1.2)
    return picture + crease(crown, "M84 64Q98 84 116 64", width=5) + ribbon


def beanie(rng: np.random.Generator, look: Look) -> str:
    """Draw a knitted hat with a turned-up cuff, with or without a bobble."""
    crown = "M48 124Q44 54 100 50Q156 54 152 124Z"
    cuff_colour = look.second if rng.random() < 0.4 else shade(look.base, -0.12)
    picture = body(crown, cloth(look), bevel=1.6) + "".join(
        line(f"M{100 + k * 13} 122Q{100 + k * 12} 76 {100 + k * 2} 52", shade(look.base, -0.35), 1.1, 0.4)
        for k in range(-3, 4)
    )
    picture += body(slab(43, 112, 114, 34, 11), cuff_colour, bevel=1.4)
    picture += "".join(line(f"M{x} 116v26", shade(cuff_colour, -0.35), 1.2, 0.35) for x in range(52, 152, 7))
    if rng.random() < 0.5:
        return picture
    wool = "".join(
        body(disc(100 + 13 * np.cos(a), 44 + 11 * np.sin(a), 9), look.accent, light="ball", edge=0)
        for a in np.arange(9) * 0.7
    )
    return picture + wool + body(disc(100, 44, 12), look.accent, light="ball", edge=0)


def bucket_hat(rng: np.random.Generator, look: Look) -> str:
    """Draw a bucket hat with a stitched, sloping brim."""
    crown = "M60 102Q62 56 72 54Q100 46 128 54Q138 56 140 102Z"
    brim = "M60 94Q100 90 140 94Q160 120 174 138Q100 162 26 138Q40 120 60 98Z"
    rows = "".join(
        stitch(f"M{58 - k * 9} {106 + k * 11}Q100 {122 + k * 12} {142 + k * 9} {106 + k * 11}", shade(look.base, -0.35))
        for k in range(3)
    )
    picture = body(brim, cloth(look), bevel=1.2) + rows + body(crown, cloth(look), bevel=1.3)
    picture += line("M72 54Q100 64 128 54", shade(look.base, -0.45), 1.1, 0.6)
    return picture + crease(crown, "M78 64Q76 84 80 100")


def sunglasses(rng: np.random.Generator, look: Look) -> str:
    """Draw sunglasses from the front: round, square or cat-eye."""
    lens = (
        disc(140, 104, 28),
        slab(110, 80, 58, 44, 12),
        "M110 88Q134 76 174 74Q176 104 158 122Q130 132 114 114Q108 100 110 88Z",
    )[rng.integers(3)]
    glass = rng.choice(["#3a3f48", "#5a4634", "#3f5a4c", "#4a4a6b"])
    one = body(lens, glass, light="down") + clip(
        lens,
        spot("M118 70L142 70L116 132L96 132Z", "#fff", 0.2) + spot("M150 70L156 70L130 132L124 132Z", "#fff", 0.14),
    )
    frame = (
        line(lens, shade(look.base, -0.4), 7.4)
        + line(lens, look.base, 6)
        + move(line(lens, shade(look.base, 0.5), 1, 0.6), "translate(-.7 -1.2)")
    )
    arm = rod("M168 90Q184 88 184 76", shade(look.base, -0.15), 5)
    bridge = rod("M90 94Q100 84 110 94", look.base, 5.5)
    return both(arm) + both(one + frame) + bridge + both(body(disc(172, 90, 2), look.accent, light="ball", edge=0))
