"""For a baby's day: stroller, car seat, high chair, crib, mobile, bath, meals, bodysuit, blanket."""

import numpy as np

from lattice.data.demo.materials import Look, cloth
from lattice.data.demo.palette import mix, shade
from lattice.data.demo.pen import (
    body,
    both,
    clip,
    contact,
    crease,
    disc,
    line,
    move,
    rod,
    slab,
    spot,
    stitch,
    symmetric,
)
from lattice.data.demo.shapes.motifs import motif

_WOOD = "#cfa676"


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


def stroller(rng: np.random.Generator, look: Look) -> str:
    """A pram with a folding hood, or a sitting stroller."""
    frame, paint = "#7d848d" if rng.random() < 0.6 else "#c79f68", cloth(look)
    picture = contact(60, 170, 30, 5) + contact(146, 170, 30, 5)
    if rng.random() < 0.5:
        picture += (
            rod("M58 150L120 108M142 150L70 110M160 96L184 46Q186 40 178 38", frame, 4.4)
            + _wheel(56, 148, 22, look.accent)
            + _wheel(146, 148, 22, look.accent)
        )
        tub = "M22 84H164Q162 122 128 126H62Q26 122 22 84Z"
        hood = "M22 84Q20 28 84 24Q94 50 94 84Z"
        ribs = line("M58 84Q54 46 82 25M40 84Q36 50 60 30", shade(look.second, -0.4), 1.3, 0.6)
        return (
            picture
            + body(tub, paint, bevel=1.4)
            + body(hood, look.second, bevel=1.3)
            + ribs
            + rod("M20 84H168", shade(look.base, -0.3), 4)
            + line("M30 100Q96 116 158 100", look.accent, 2.4)
            + body("M94 82Q120 66 158 80L160 86H94Z", shade(look.base, 0.25), bevel=0.8)
        )
    picture += (
        rod("M168 38L78 150M74 92L150 150M168 38Q180 34 184 44", frame, 4.6)
        + _wheel(66, 152, 18, look.accent)
        + _wheel(150, 152, 18, look.accent)
    )
    seat = "M136 52Q146 58 142 70L120 112Q114 122 98 122H56Q44 118 50 106H88Q98 104 102 96L124 54Z"
    hood = "M150 84Q166 26 108 20Q72 22 62 56Q92 46 112 62Q130 68 150 84Z"
    basket = "M86 132H138L132 148H92Z"
    foot = rod("M56 118L44 140Q42 144 50 144H64", frame, 4)
    return (
        picture
        + body(basket, shade(look.base, -0.35), light="flat")
        + foot
        + body(seat, paint, bevel=1.4)
        + body(hood, look.second, bevel=1.3)
        + line("M108 20Q106 44 112 62M86 28Q88 40 90 51", shade(look.second, -0.4), 1.3, 0.6)
        + rod("M58 96Q72 88 100 92", shade(look.base, -0.4), 5)
    )


def car_seat(rng: np.random.Generator, look: Look) -> str:
    """A child's car seat with harness and side wings."""
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


def high_chair(rng: np.random.Generator, look: Look) -> str:
    """A high chair with a tray."""
    legs = _WOOD if rng.random() < 0.6 else "#e9e5df"
    picture = (
        contact(100, 174, 70, 7)
        + rod("M74 106L66 170M126 106L134 170", shade(legs, -0.25), 5)
        + rod("M64 104L42 172M136 104L158 172", legs, 6)
        + rod("M55 138H145", legs, 5)
    )
    back = "M66 98Q58 26 100 24Q142 26 134 98Z"
    seat = "M60 92H140L144 112Q100 120 56 112Z"
    tray = "M34 84Q100 74 166 84Q174 94 160 100Q100 108 40 100Q26 94 34 84Z"
    picture += (
        body(back, shade(legs, 0.05), bevel=1.2)
        + body("M74 92Q68 36 100 34Q132 36 126 92Z", cloth(look), bevel=1.3)
        + body(seat, look.base, bevel=1.2)
    )
    picture += (
        both(rod("M60 94L58 70", legs, 5))
        + body(tray, "#f8f6f2" if legs == _WOOD else look.second, light="flat", bevel=1.2)
        + line("M44 89Q100 81 156 89", "#8f8a84", 1, 0.5)
    )
    return (
        picture
        + body(disc(84, 85, 13, 4.500), look.accent, light="down")
        + rod("M112 88L128 83", look.second, 2.6)
        + rod("M72 146H128", shade(legs, -0.1), 6)
    )


def crib(rng: np.random.Generator, look: Look) -> str:
    """A slatted crib with mattress and blanket."""
    wood = (_WOOD, "#f1ede6", "#a97c55", shade(look.base, 0.3))[rng.integers(4)]
    picture = (
        contact(100, 168, 88, 8)
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
    """Felt shapes that hang from a wooden ring."""
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
    return picture


def bathtub(rng: np.random.Generator, look: Look) -> str:
    """A baby bath with bubbles and, often, a duck."""
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
        + motif(rng, look, 100, 132, 13)
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
    """A bath duck: the yellow one, or one in the brand's colours, now and then with a scarf."""
    colour = "#f4c93f" if rng.random() < 0.6 else look.base
    scarf = body("M82 90Q106 104 134 92L132 104Q104 116 78 102Z", look.accent, bevel=0.8) if rng.random() < 0.4 else ""
    return contact(96, 162, 68, 8) + _duck(colour, "#e5813a" if colour != look.base else look.accent) + scarf


def baby_bottle(rng: np.random.Generator, look: Look) -> str:
    """A feeding bottle with milk in it."""
    glass = (
        "M72 78Q68 88 72 96Q80 112 72 128V156Q74 168 100 169Q126 168 128 156V128Q120 112 128 96Q132 88 128 78Z"
        if rng.random() < 0.4
        else "M70 78Q66 84 66 92V154Q68 168 100 169Q132 168 134 154V92Q134 84 130 78Z"
    )
    teat = "M92 24Q100 14 108 24Q110 34 116 40Q124 46 124 56H76Q76 46 84 40Q90 34 92 24Z"
    milk = clip(
        glass, spot("M50 104Q100 112 150 104V180H50Z", "#fffdf6") + line("M60 104Q100 112 142 104", "#d9cfc0", 1.2)
    )
    cap = body(slab(68, 54, 64, 26, 6), look.base, light="tube") + "".join(
        line(f"M{x} 58v18", shade(look.base, -0.4), 1, 0.4) for x in range(74, 130, 6)
    )
    ticks = "".join(
        line(f"M116 {y}h{9 if k % 2 else 6}", look.accent, 1.5, 0.9) for k, y in enumerate(range(102, 156, 8))
    )
    return (
        contact(102, 168, 46, 7)
        + body(glass, mix(look.second, "#dfeaf0", 0.6), light="flat")
        + milk
        + body(glass, "none", light="tube", edge=0)
        + line(glass, "#7d8994", 1, 0.7)
        + body(teat, "#e9cfa8", light="tube", bevel=0.6)
        + cap
        + motif(rng, look, 92, 130, 12)
        + ticks
    )


def sippy_cup(rng: np.random.Generator, look: Look) -> str:
    """A training cup with two handles and a spout."""
    cup = "M62 76H138L130 158Q126 168 100 169Q74 168 70 158Z"
    lid = "M58 78Q60 56 84 52L88 32Q100 26 112 32L116 52Q140 56 142 78Z"
    handles = both(
        line("M134 88Q172 84 166 116Q158 142 130 140", shade(look.accent, -0.4), 11)
        + line("M134 88Q172 84 166 116Q158 142 130 140", look.accent, 9)
        + line("M138 85Q164 84 163 106", shade(look.accent, 0.5), 2, 0.7)
    )
    return (
        contact(100, 168, 48, 7)
        + handles
        + body(cup, cloth(look), light="tube")
        + body(lid, look.second, light="tube", bevel=0.8)
        + line("M59 72Q100 82 141 72", shade(look.second, -0.4), 1.2, 0.5)
        + motif(rng, look, 100, 122, 16)
    )


def pacifier(rng: np.random.Generator, look: Look) -> str:
    """A pacifier with a ring, from the front and a little above."""
    shield = (
        "M100 58Q124 40 150 54Q172 72 164 100Q152 128 124 118Q110 112 100 112Q90 112 76 118Q48 128 36 100"
        "Q28 72 50 54Q76 40 100 58Z"
    )
    holes = both(body(disc(142, 84, 7, 9), shade(look.base, -0.45), light="down", edge=0.8))
    ring_ = (
        line(disc(100, 136, 33), shade(look.accent, -0.4), 11)
        + line(disc(100, 136, 33), look.accent, 9.4)
        + line("M72 128Q78 106 100 105", shade(look.accent, 0.6), 2.4, 0.8)
    )
    teat = body("M84 60Q72 20 100 16Q128 20 116 60Z", "#e7c795", light="tube", bevel=0.8)
    knob = body(disc(100, 88, 19), look.second, light="ball") + motif(rng, look, 100, 88, 10)
    return teat + body(shield, cloth(look), light="gloss", bevel=1.5) + holes + ring_ + knob


def bib(rng: np.random.Generator, look: Look) -> str:
    """A bib with a bound edge."""
    d = symmetric(
        (0, 72),
        [(28, 72), (29, 46)],
        [(28, 34), (18, 30)],
        [(30, 18), (44, 34)],
        [(50, 52), (52, 76)],
        [(72, 130), (56, 158)],
        [(34, 176), (0, 174)],
    )
    bound = line(d, shade(look.accent, -0.3), 6.4) + line(d, look.accent, 5)
    chest = motif(rng, look, 100, 122, 26) if look.pattern == "plain" else ""
    pocket = (
        body(
            "M50 146Q100 158 150 146Q152 160 144 166Q126 174 100 174Q74 174 56 166Q48 160 50 146Z",
            look.second,
            bevel=0.7,
        )
        if rng.random() < 0.35 and look.pattern != "plain"
        else ""
    )
    return (
        body(d, cloth(look), bevel=1.2)
        + crease(d, "M66 90Q74 110 66 140", "M134 90Q128 112 136 140")
        + chest
        + clip(d, pocket)
        + bound
        + both(body(disc(126, 40, 4), "#efe9df", light="ball"))
    )


def bodysuit(rng: np.random.Generator, look: Look) -> str:
    """A baby bodysuit with envelope shoulders and snaps."""
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


def blanket(rng: np.random.Generator, look: Look) -> str:
    """A folded baby blanket with satin edge, or a small quilt of squares."""
    if rng.random() < 0.5:
        colours = (look.base, look.second, look.accent, shade(look.base, 0.4))
        squares = "".join(
            body(
                slab(32 + 34 * c, 32 + 34 * r, 34, 34, 0.5),
                cloth(look) if (r + c) % 4 == 0 else colours[(r * 2 + c) % 4],
                light="cloth",
                bevel=0.5,
            )
            for r in range(4)
            for c in range(4)
        )
        seams = "".join(
            stitch(f"M{34 + 34 * k} 34V166M34 {34 + 34 * k}H166", shade(look.base, -0.35)) for k in range(1, 4)
        )
        return body(slab(26, 26, 148, 148, 7), shade(look.accent, -0.08), bevel=1) + squares + seams
    lower = "M26 96Q100 82 174 96L178 142Q100 160 22 142Z"
    middle = "M30 74Q100 62 170 74L174 112Q100 128 26 112Z"
    top = "M34 50Q100 38 166 50L170 88Q100 104 30 88Z"
    picture = (
        contact(100, 146, 84, 8, 0.7)
        + body(lower, shade(look.base, -0.12), bevel=1.4)
        + line("M23 137Q100 154 177 137", look.accent, 5)
    )
    picture += (
        body(middle, cloth(look, turn=2), bevel=1.4)
        + line("M27 107Q100 122 173 107", look.accent, 5)
        + body(top, cloth(look), bevel=1.4)
    )
    return (
        picture
        + crease(top, "M60 56Q70 72 56 88", "M134 54Q126 72 140 86")
        + line("M31 83Q100 98 169 83", look.accent, 5)
        + (motif(rng, look, 136, 68, 9) if look.pattern == "plain" else "")
    )


def monitor(rng: np.random.Generator, look: Look) -> str:
    """A baby monitor: the camera and the parents' screen."""
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


def carrier(rng: np.random.Generator, look: Look) -> str:
    """A soft baby carrier: panel, shoulder straps and hip belt."""
    panel = symmetric((0, 54), [(20, 54), (32, 46)], [(38, 90), (46, 130)], [(24, 142), (0, 142)])
    straps = both(
        line("M128 54Q140 18 160 32Q176 60 146 116", shade(look.base, -0.5), 15)
        + line("M128 54Q140 18 160 32Q176 60 146 116", shade(look.base, -0.18), 13)
        + stitch("M131 50Q142 24 156 34Q170 60 143 112", shade(look.base, 0.4))
    )
    belt_ = "M24 132Q100 152 176 132L178 154Q100 176 22 154Z"
    buckles = both(body(slab(139, 98, 14, 18, 4), "#3a3c42", light="gloss"))
    return (
        straps
        + body(panel, cloth(look), bevel=1.4)
        + crease(panel, "M78 74Q84 100 74 130", "M124 76Q116 104 126 130")
        + body(slab(78, 40, 44, 22, 8), look.second, bevel=1.2)
        + body(belt_, shade(look.base, -0.2), bevel=1.3)
        + body(slab(86, 142, 28, 20, 5), "#3a3c42", light="gloss")
        + buckles
        + (motif(rng, look, 100, 98, 15) if look.pattern == "plain" else "")
    )
