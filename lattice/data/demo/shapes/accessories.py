"""Hats, bags, jewellery and glasses."""

import numpy as np

from lattice.data.demo.materials import Look, cloth
from lattice.data.demo.palette import mix, shade
from lattice.data.demo.pen import body, both, clip, crease, disc, line, move, polygon, rod, slab, spot, stitch
from lattice.data.demo.shapes.motifs import motif

_METALS = ("#d2a850", "#c3c8ce", "#d49a82")
_STONES = ("#3d7fb8", "#b23a54", "#3f9a77", "#e8e4f0", "#7a56a8", "#e0a63c")


def _metal(rng: np.random.Generator) -> str:
    return _METALS[rng.integers(len(_METALS))]


def _stone(rng: np.random.Generator) -> str:
    return _STONES[rng.integers(len(_STONES))]


def _gem(x: float, y: float, r: float, colour: str) -> str:
    ring = [(x + r * np.cos(a), y + r * np.sin(a)) for a in np.arange(8) * np.pi / 4 + np.pi / 8]
    table = [(x + r * 0.55 * np.cos(a), y + r * 0.55 * np.sin(a)) for a in np.arange(8) * np.pi / 4 + np.pi / 8]
    facets = "".join(
        spot(
            polygon(ring[k], ring[(k + 1) % 8], table[(k + 1) % 8], table[k]),
            ("#fff", "#10121c")[k in (0, 1, 2, 7)],
            0.12 + 0.07 * (k % 3),
        )
        for k in range(8)
    )
    return body(polygon(*ring), colour, light="gloss", edge=0.6) + facets + spot(polygon(*table[3:7]), "#fff", 0.4)


def hat(rng: np.random.Generator, look: Look) -> str:
    """A baseball cap, a wide-brimmed sun hat, a bobble hat or a bucket hat."""
    style = rng.choice(["cap", "brim", "beanie", "bucket"])
    if style == "cap":
        crown = "M42 116Q38 62 96 54Q146 56 150 116Q96 128 42 116Z"
        peak = "M92 118Q120 104 150 108Q182 118 186 134Q184 142 176 140Q138 126 92 128Z"
        seams = line("M96 54Q92 86 94 122M96 54Q128 74 132 119M96 54Q60 72 58 119", shade(look.base, -0.45), 1.1, 0.55)
        picture = body(crown, cloth(look), bevel=1.4) + seams + body(disc(96, 54, 5, 3), shade(look.base, -0.2))
        picture += body(peak, look.second if look.pattern == "plain" else shade(look.base, -0.1), bevel=1) + stitch(
            "M98 121Q140 112 178 133", shade(look.base, -0.4)
        )
        return picture + (motif(rng, look, 112, 90, 13) if look.pattern == "plain" else "")
    if style == "brim":
        brim, crown = disc(100, 124, 82, 30), "M58 122Q56 66 78 60Q100 70 122 60Q144 66 142 122Q100 138 58 122Z"
        weave = cloth(look)
        ring = line(disc(100, 124, 70, 24), shade(look.base, -0.3), 0.8, 0.5) + line(
            disc(100, 124, 60, 19), shade(look.base, -0.3), 0.8, 0.4
        )
        ribbon = body("M58 104Q100 122 142 104L142 121Q100 138 58 121Z", look.accent, light="down")
        return (
            body(brim, weave, bevel=1.2)
            + ring
            + body(crown, weave, bevel=1.2)
            + crease(crown, "M84 64Q98 84 116 64", width=5)
            + ribbon
        )
    if style == "beanie":
        crown = "M48 124Q44 54 100 50Q156 54 152 124Z"
        ribs = "".join(
            line(f"M{100 + k * 13} 122Q{100 + k * 12} 76 {100 + k * 2} 52", shade(look.base, -0.35), 1.1, 0.4)
            for k in range(-3, 4)
        )
        cuff = slab(43, 112, 114, 34, 11)
        knit = "".join(line(f"M{x} 116v26", shade(look.second, -0.35), 1.2, 0.35) for x in range(52, 152, 7))
        wool = "".join(
            body(disc(100 + 13 * np.cos(a), 44 + 11 * np.sin(a), 9), look.accent, light="ball", edge=0)
            for a in np.arange(9) * 0.7
        )
        return (
            body(crown, cloth(look), bevel=1.6)
            + ribs
            + body(cuff, look.second, bevel=1.4)
            + knit
            + wool
            + body(disc(100, 44, 12), look.accent, light="ball", edge=0)
        )
    crown, brim = (
        "M60 102Q62 56 72 54Q100 46 128 54Q138 56 140 102Z",
        "M60 98Q100 110 140 98Q160 120 174 138Q100 162 26 138Q40 120 60 98Z",
    )
    top = line("M72 54Q100 64 128 54", shade(look.base, -0.45), 1.1, 0.6)
    rows = "".join(
        stitch(f"M{58 - k * 9} {106 + k * 11}Q100 {122 + k * 12} {142 + k * 9} {106 + k * 11}", shade(look.base, -0.35))
        for k in range(3)
    )
    return (
        body(brim, cloth(look), bevel=1.2)
        + rows
        + body(crown, cloth(look), bevel=1.3)
        + top
        + crease(crown, "M78 64Q76 84 80 100")
    )


def handbag(rng: np.random.Generator, look: Look) -> str:
    """A tote, a flap bag or a bucket bag with a handle."""
    style, metal = rng.integers(3), _metal(rng)
    if style == 0:
        sack = "M44 76H156L166 166Q100 176 34 166Z"
        handle = rod("M68 80Q66 26 100 26Q134 26 132 80", shade(look.base, -0.25), 6)
        trim = body("M44 76H156L157.500 88Q100 92 42.500 88Z", shade(look.base, -0.2), light="flat")
        print_ = motif(rng, look, 100, 126, 22) if look.pattern == "plain" and rng.random() < 0.6 else ""
        return (
            handle
            + body(sack, cloth(look), bevel=1.2)
            + crease(sack, "M62 160Q70 130 60 104", "M138 158Q130 130 140 110")
            + trim
            + print_
            + both(body(disc(132, 84, 3), metal, light="ball"))
        )
    if style == 1:
        chest = slab(38, 78, 124, 90, 12)
        flap = "M36 78Q36 68 48 68H152Q164 68 164 78V104Q162 126 100 132Q38 126 36 104Z"
        strap = rod("M50 74Q54 28 100 26Q146 28 150 74", shade(look.base, -0.2), 6)
        clasp = body(slab(88, 118, 24, 20, 5), metal, light="gloss") + body(
            disc(100, 128, 4), shade(metal, -0.3), light="ball"
        )
        return (
            strap
            + body(chest, shade(look.base, -0.12), bevel=1.4)
            + body(flap, cloth(look), bevel=1.2)
            + stitch("M41 104Q44 120 100 126.500Q156 120 159 104", shade(look.base, 0.45))
            + clasp
            + both(body(disc(150, 76, 4.500), metal, light="ball"))
        )
    bucket = "M48 86Q100 76 152 86L142 158Q140 170 100 172Q60 170 58 158Z"
    strap = rod("M54 90Q48 26 100 24Q152 26 146 90", shade(look.base, -0.25), 5)
    cord = line("M52 100Q100 110 148 100", look.accent, 3)
    knot = body("M100 106l-14-7v14zM100 106l14-7v14z", look.accent, light="flat") + rod(
        "M98 108L93 132M102 108L108 130", look.accent, 2.4
    )
    folds = crease(bucket, "M74 88Q78 100 74 116", "M126 88Q120 102 126 118", "M100 86V112")
    return (
        strap
        + body(bucket, cloth(look), bevel=1.4)
        + folds
        + body("M48 86Q100 76 152 86Q100 97 48 86Z", shade(look.base, -0.5))
        + cord
        + knot
    )


def wallet(rng: np.random.Generator, look: Look) -> str:
    """A folded wallet with a card or two showing."""
    cards = body(slab(52, 54, 90, 60, 5), look.accent, light="flat") + body(
        slab(46, 63, 96, 60, 5), look.second, light="flat"
    )
    case = slab(36, 74, 128, 80, 9)
    tab = body("M142 104H170Q178 104 178 114Q178 124 170 124H142Z", shade(look.base, -0.18), bevel=0.8) + body(
        disc(164, 114, 5), _metal(rng), light="ball"
    )
    mark = motif(rng, look, 70, 124, 9) if rng.random() < 0.4 and look.pattern == "plain" else ""
    return (
        cards
        + body(case, cloth(look), bevel=1.3)
        + line("M40 84Q100 88 160 84", shade(look.base, -0.45), 1, 0.5)
        + stitch(slab(41, 79, 118, 70, 6), shade(look.base, 0.42))
        + tab
        + mark
    )


def necklace(rng: np.random.Generator, look: Look) -> str:
    """A pendant on a chain, or a string of beads."""
    metal, stone = _metal(rng), _stone(rng)
    angles = np.linspace(-0.16 * np.pi, 1.16 * np.pi, 41)
    points = [(100 - 58 * np.cos(a), 66 + (72 if np.sin(a) > 0 else 46) * np.sin(a)) for a in angles]
    if rng.random() < 0.5:
        beads = points[::2]
        colours = (look.base, look.second, look.accent)
        string = "".join(
            body(disc(x, y, 4 + 4.5 * np.sin(np.pi * k / 20)), colours[(abs(k - 10)) % 3], light="ball", edge=0.4)
            for k, (x, y) in enumerate(beads)
        )
        return line("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points), metal, 1) + string
    chain = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    links = (
        line(chain, shade(metal, -0.35), 3.2)
        + line(chain, metal, 2.4, dash="0.1 3.4")
        + line(chain, shade(metal, 0.5), 1, 0.9, "0.1 3.4")
    )
    style = rng.integers(3)
    hang = line("M100 138V146", metal, 2.4)
    if style == 0:
        hang += body(disc(100, 161, 17), metal, light="ball") + _gem(100, 161, 12, stone)
    elif style == 1:
        hang += body(
            "M100 180C70 160 78 142 90 144Q97 145 100 152Q103 145 110 144C122 142 130 160 100 180Z",
            metal,
            light="gloss",
            bevel=0.6,
        )
    else:
        hang += body("M100 142Q122 168 100 184Q78 168 100 142Z", stone, light="gloss", bevel=0.6) + line(
            "M100 142Q122 168 100 184Q78 168 100 142Z", metal, 2.4
        )
    return links + hang


def earrings(rng: np.random.Generator, look: Look) -> str:
    """A pair of hoops, drops or studs."""
    metal, stone, style = _metal(rng), _stone(rng), rng.integers(3)
    hook = line("M140 64Q140 44 132 44Q124 46 126 58", shade(metal, -0.25), 2.8) + line(
        "M140 64Q140 44 132 44Q124 46 126 58", metal, 1.6
    )
    if style == 0:
        ring = disc(140, 102, 34)
        one = (
            line(ring, shade(metal, -0.45), 10)
            + line(ring, metal, 8.4)
            + line("M114 84Q124 70 142 70", shade(metal, 0.7), 2.6)
        )
    elif style == 1:
        drop = "M140 84Q168 124 140 146Q112 124 140 84Z"
        one = (
            body(disc(140, 72, 9), metal, light="ball")
            + body(drop, look.base, light="gloss", bevel=0.8)
            + line(drop, metal, 2.2)
        )
    else:
        one = _gem(140, 74, 10, look.accent) + line("M140 84V100", metal, 2.2) + _gem(140, 118, 19, stone)
    return both(hook + one)


def ring(rng: np.random.Generator, look: Look) -> str:
    """A ring with a stone, or a plain broad band."""
    metal = _metal(rng)
    hoop = disc(100, 120, 47, 46)
    picture = (
        line(hoop, shade(metal, -0.5), 15)
        + line(hoop, metal, 13)
        + line(disc(100, 120, 42, 41), shade(metal, -0.35), 3, 0.6)
    )
    picture += line("M58 104Q70 78 96 72", shade(metal, 0.75), 3.4, 0.9) + line(
        "M142 138Q132 158 108 165", shade(metal, 0.5), 2, 0.6
    )
    if rng.random() < 0.25:
        return picture + "".join(
            _gem(100 + 46 * np.cos(a), 120 + 45 * np.sin(a), 5, _stone(rng)) for a in np.linspace(-2.3, -0.85, 5)
        )
    size = rng.uniform(17, 24)
    claws = both(line(f"M108 78L{100 + size * 0.8} {56 + size * 0.3}", shade(metal, -0.2), 4))
    side = both(_gem(100 + size + 6, 70, 6, mix(_stone(rng), "#ffffff", 0.3))) if rng.random() < 0.4 else ""
    return picture + claws + side + _gem(100, 54, size, _stone(rng))


def watch(rng: np.random.Generator, look: Look) -> str:
    """A wrist watch, dial or digital, on its strap."""
    metal, strap = _metal(rng), cloth(look)
    band = body("M82 18Q100 14 118 18L122 70H78Z", strap, light="tube") + body(
        "M78 130H122L117 180Q100 187 83 180Z", strap, light="tube"
    )
    holes = "".join(spot(disc(100, y, 1.8), "#15120f", 0.75) for y in (150, 159, 168)) + stitch(
        "M84 22L81 66M116 22L119 66", shade(look.base, 0.45)
    )
    if rng.random() < 0.3:
        screen = body(slab(62, 60, 76, 80, 20), "#2a2c31", light="gloss", bevel=1) + spot(
            slab(69, 67, 62, 66, 14), "#0d0f14"
        )
        rings = (
            line(disc(100, 100, 22), shade(look.accent, -0.5), 5)
            + line("M100 78A22 22 0 1 1 80 109", look.accent, 5)
            + line("M100 88A12 12 0 0 1 110 107", look.second, 4.4)
        )
        return band + holes + body(slab(137, 92, 6, 16, 2), "#3a3c42", light="tube") + screen + rings
    face = "#fbf8f1" if rng.random() < 0.6 else shade(look.base, -0.55)
    marks = "".join(
        line(
            f"M{100 + 26 * np.cos(a):.1f} {100 + 26 * np.sin(a):.1f}"
            f"L{100 + 30 * np.cos(a):.1f} {100 + 30 * np.sin(a):.1f}",
            look.accent if k % 3 else metal,
            1.6 if k % 3 else 2.8,
        )
        for k, a in enumerate(np.arange(12) * np.pi / 6)
    )
    ink = "#2b2a2e" if face == "#fbf8f1" else "#f1ece2"
    hands = (
        line("M100 100L86 88", ink, 3.4)
        + line("M100 100L117 82", ink, 2.2)
        + line("M96 108L104 78", look.accent, 1)
        + spot(disc(100, 100, 2.8), ink)
    )
    crown = body(slab(138, 95, 8, 10, 2), metal, light="down")
    return (
        band
        + holes
        + crown
        + body(disc(100, 100, 42), metal, light="gloss", bevel=1)
        + body(disc(100, 100, 34), face, light="flat")
        + marks
        + hands
    )


def sunglasses(rng: np.random.Generator, look: Look) -> str:
    """Sunglasses from the front: round, square or cat-eye."""
    style = rng.integers(3)
    lens = (
        disc(140, 104, 28),
        slab(110, 80, 58, 44, 12),
        "M110 88Q134 76 174 74Q176 104 158 122Q130 132 114 114Q108 100 110 88Z",
    )[style]
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
