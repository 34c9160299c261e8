"""For training and games: balls, bicycle, helmet, weights, mat, racket, boards, kayak, gloves, goggles, rope."""

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
    polygon,
    rod,
    slab,
    spot,
    symmetric,
)
from lattice.data.demo.shapes.motifs import motif


def basketball(rng: np.random.Generator, look: Look) -> str:
    """A basketball in its seams; the classic orange as often as the shop's colours."""
    leather = "#d9772f" if rng.random() < 0.5 else look.base
    ball = disc(100, 102, 64)
    turn = rng.uniform(-30, 30)
    seam = "M30 102H170M100 32V172M56 44Q92 102 56 160M144 44Q108 102 144 160"
    lines = move(line(seam, "#2a211d", 3.2), f"rotate({turn:.1f} 100 102)")
    pebbles = "".join(
        spot(disc(x + (y // 7 % 2) * 4, y, 0.7), "#000", 0.16) for x in range(38, 166, 8) for y in range(40, 168, 7)
    )
    return (
        contact(104, 166, 56, 8)
        + body(ball, leather, light="flat", edge=0)
        + clip(ball, pebbles + lines)
        + body(ball, "none", light="ball", edge=0)
        + line(ball, shade(leather, -0.5), 0.8, 0.7)
    )


def _icosahedron() -> np.ndarray:
    """Its 12 corners, each a unit vector: the middles of a football's pentagons."""
    golden = (1 + 5**0.5) / 2
    corners = [np.roll((0, a, b * golden), turn) for turn in range(3) for a in (-1, 1) for b in (-1, 1)]
    return np.array(corners) / np.hypot(1, golden)


def _tumble(rng: np.random.Generator) -> np.ndarray:
    """A rotation about all three axes."""
    turn = np.eye(3)
    for axis, angle in enumerate(rng.uniform(-0.6, 0.6, 3)):
        c, s = np.cos(angle), np.sin(angle)
        turn = turn @ np.roll(np.array([[1, 0, 0], [0, c, -s], [0, s, c]]), (axis, axis), axis=(0, 1))
    return turn


def football(rng: np.random.Generator, look: Look) -> str:
    """A football: the edges of a truncated icosahedron, seen straight on."""
    ball, patch = disc(100, 102, 64), look.base if rng.random() < 0.6 else "#26282c"
    corners = _icosahedron() @ _tumble(rng)
    near = corners @ corners.T > 0.4  # 0.447 between neighbours, 1 with itself

    def flat(point: np.ndarray) -> str:
        x, y, _ = point / np.linalg.norm(point)
        return f"{100 + 64 * x:.1f} {102 + 64 * y:.1f}"

    parts = ""
    for k, middle in enumerate(corners):
        others = corners[near[k] & (np.arange(12) != k)]
        across = np.cross(middle, others[0])
        around = np.argsort(np.arctan2(others @ across, others @ np.cross(across, middle)))
        rim = [middle * 2 + others[m] for m in around]
        if sum(point[2] for point in rim) > 0.3:
            parts += spot("M" + "L".join(flat(point) for point in rim) + "Z", patch)
        seams = [(middle * 2 + other, middle + other * 2) for other in others]
        visible = [pair for pair in seams if pair[0][2] + pair[1][2] > 0]
        parts += "".join(line(f"M{flat(a)}L{flat(b)}", "#55565c", 1.3, 0.9) for a, b in visible)
    return (
        contact(104, 166, 56, 8)
        + body(ball, "#f7f5f1", light="flat", edge=0)
        + clip(ball, parts)
        + body(ball, "none", light="ball", edge=0)
        + line(ball, "#4a4a50", 0.8, 0.7)
    )


def _wheel(x: float, y: float, tyre: str) -> str:
    spokes = "".join(
        line(f"M{x} {y}L{x + 31 * np.cos(a):.1f} {y + 31 * np.sin(a):.1f}", "#8a9097", 0.7, 0.8)
        for a in np.arange(16) * np.pi / 8
    )
    return (
        line(disc(x, y, 33), tyre, 5)
        + line(disc(x, y, 29.500), "#c5cad0", 1.6)
        + spokes
        + body(disc(x, y, 3.6), "#7d848c", light="ball")
    )


def bicycle(rng: np.random.Generator, look: Look) -> str:
    """A bicycle from the side: city, road or with a basket."""
    tyre = "#2b2b2e" if rng.random() < 0.7 else "#b98e62"
    step = rng.random() < 0.35
    top = "M74 86Q104 118 134 84" if step else "M76 84L134 80"
    picture = contact(50, 166, 34, 5) + contact(150, 166, 34, 5) + _wheel(48, 130, tyre) + _wheel(152, 130, tyre)
    picture += rod("M48 130L74 82M48 130L92 132", shade(look.base, -0.12), 4) + rod(
        "M132 70L152 130", shade(look.base, -0.12), 4.4
    )
    picture += rod("M92 132L72 72M92 132L135 84", look.base, 5.4) + rod(top, look.base, 5.4)
    picture += (
        line(disc(92, 132, 9.500), "#60666d", 2.6)
        + line("M92 122.500L48 127M92 141.500L48 133", "#60666d", 1.1)
        + line("M92 132L100 148", "#3d4147", 3)
        + line("M94 149h13", "#2b2b2e", 4)
    )
    picture += line("M72 72L70 63", "#8d949c", 3.4) + body(
        "M52 60Q66 54 88 58Q90 63 80 65Q64 70 56 67Z", look.accent, light="gloss", bevel=0.6
    )
    if rng.random() < 0.4:
        basket = polygon((142, 62), (176, 62), (171, 88), (147, 88))
        weave = "".join(line(f"M140 {y}H178", "#8a633c", 1, 0.7) for y in range(66, 88, 5)) + "".join(
            line(f"M{x} 62v26", "#8a633c", 1, 0.7) for x in range(146, 176, 6)
        )
        picture += body(basket, "#c69a63") + clip(basket, weave) + line("M141 62H177", "#9c7146", 3)
    bars = (
        rod("M132 70L129 56Q140 48 152 54", "#8d949c", 3.6)
        if step
        else rod("M132 70L130 58H146Q158 60 154 72Q150 78 144 74", "#6b7178", 3.6)
    )
    return picture + bars + line("M146 55.500L153 55" if step else "M148 76L154 70", "#2b2b2e", 5)


def bicycle_helmet(rng: np.random.Generator, look: Look) -> str:
    """A vented cycling helmet with straps and a buckle."""
    shell = "M24 112Q28 54 98 48Q166 52 178 106Q178 120 164 122Q110 108 40 126Q26 126 24 112Z"
    vents = (
        "M48 104Q52 78 82 62Q74 84 70 100Z",
        "M80 98Q86 72 110 58Q108 78 108 95Z",
        "M118 95Q118 74 130 62Q144 78 148 98Z",
        "M156 100Q156 84 146 70Q166 82 170 104Z",
    )
    picture = line("M56 120Q70 152 92 166Q112 152 136 114M92 118Q86 146 92 166", "#2f3238", 4.4) + body(
        slab(84, 160, 17, 13, 3), "#2a2c31", light="gloss"
    )
    picture += body("M36 118Q100 100 168 116Q166 130 150 128Q100 116 50 132Q38 130 36 118Z", "#2b2d32") + body(
        shell, cloth(look), light="gloss", bevel=1.3
    )
    picture += "".join(body(v, shade(look.base, -0.72), light="flat", edge=0.9) for v in vents)
    return picture + line("M32 116Q100 96 172 114", look.accent, 3.4)


def yoga_mat(rng: np.random.Generator, look: Look) -> str:
    """A mat rolled half open, or rolled up and strapped."""
    paint = cloth(look)
    if rng.random() < 0.5:
        sheet = "M40 140L70 62L188 78L164 166Z"
        roll = "M20 146Q18 128 34 126L70 50Q82 46 86 62L52 152Q32 164 20 146Z"
        spiral = line("M22 146Q24 132 36 134Q46 142 38 150Q28 152 30 143Q36 138 38 144", shade(look.base, -0.55), 1.6)
        return (
            contact(104, 164, 84, 8, 0.7)
            + body(sheet, paint, light="flat", bevel=0.5)
            + body(roll, shade(look.base, -0.08), light="gloss", bevel=1)
            + body(disc(35, 143, 16, 14), shade(look.base, -0.2))
            + spiral
        )
    tube = "M52 150L132 32Q154 28 166 52L90 172Q60 178 52 150Z"
    end = disc(71, 160, 23, 19)
    spiral = line(
        "M54 160Q56 146 72 146Q86 148 84 162Q80 172 70 170Q62 166 64 158Q70 152 76 158Q77 164 71 164",
        shade(look.base, -0.55),
        1.7,
    )
    straps = rod("M66 128Q86 128 104 148M116 54Q138 54 152 74", look.accent, 6) + rod(
        "M104 148Q160 140 152 74", look.accent, 4
    )
    return (
        contact(92, 176, 44, 7)
        + body(tube, paint, bevel=1.4)
        + straps
        + move(body(end, shade(look.base, -0.14)), "rotate(20 71 160)")
        + spiral
    )


def dumbbell(rng: np.random.Generator, look: Look) -> str:
    """A pair of dumbbells, hexagonal or round."""
    hexes = rng.random() < 0.6
    steel = "#9aa1a9"

    def head(x: float) -> str:
        d = polygon((x - 15, 82), (x + 15, 82), (x + 15, 118), (x - 15, 118)) if hexes else slab(x - 15, 74, 30, 52, 8)
        if hexes:
            d = polygon(
                (x - 15, 76),
                (x + 15, 76),
                (x + 18, 86),
                (x + 18, 114),
                (x + 15, 124),
                (x - 15, 124),
                (x - 18, 114),
                (x - 18, 86),
            )
        return (
            body(d, look.base, light="down", bevel=1.2)
            + line(f"M{x - 17} 87H{x + 17}M{x - 17} 113H{x + 17}", shade(look.base, -0.5), 1, 0.5)
            + body(slab(x - 5, 84, 10, 32, 3), look.accent, light="down")
        )

    knurl = "".join(line(f"M{x} 94l5 12", "#4c5259", 0.9, 0.6) for x in range(72, 126, 5))
    one = body(slab(60, 91, 80, 18, 5), steel, light="down") + knurl + head(50) + head(150)
    return (
        contact(102, 104, 78, 7)
        + move(one, "translate(6 -24) rotate(-3 100 100)")
        + contact(96, 160, 82, 8)
        + move(one, "translate(-6 34)")
    )


def kettlebell(rng: np.random.Generator, look: Look) -> str:
    """A kettlebell."""
    shape = "M46 124Q46 84 82 76H118Q154 84 154 124Q152 156 128 166H72Q48 156 46 124Z"
    handle = "M72 92Q58 40 78 32Q100 24 122 32Q142 40 128 92"
    picture = (
        contact(100, 166, 62, 8)
        + line(handle, shade(look.base, -0.6), 17)
        + line(handle, shade(look.base, -0.3), 14)
        + move(line(handle, shade(look.base, 0.4), 3, 0.5), "translate(-3 -3)")
    )
    picture += body(shape, look.base, light="ball", bevel=1)
    return (
        picture
        + body(disc(100, 124, 22), look.accent, light="flat")
        + motif(rng, Look(look.family, look.base, look.base, look.second), 100, 124, 13)
    )


def tennis_racket(rng: np.random.Generator, look: Look) -> str:
    """A tennis racket with a ball beside it."""
    hoop = disc(100, 66, 38, 47)
    strings = "".join(
        line(f"M{x} 14V118", "#f3efe3", 1, 0.95) + line(f"M{x + 0.8} 14V118", "#6d6a66", 0.5, 0.5)
        for x in range(66, 138, 7)
    )
    strings += "".join(
        line(f"M58 {y}H142", "#f3efe3", 1, 0.95) + line(f"M58 {y + 0.8}H142", "#6d6a66", 0.5, 0.5)
        for y in range(23, 114, 7)
    )
    throat = rod("M78 104Q90 116 96 136M122 104Q110 116 104 136", look.base, 5.4)
    frame = (
        line(hoop, shade(look.base, -0.45), 8.400)
        + line(hoop, look.base, 7)
        + line("M64 50Q74 22 98 19", shade(look.base, 0.6), 2, 0.8)
        + line("M125 101Q137 88 138 66", look.accent, 7)
    )
    grip = body(slab(93, 132, 14, 52, 4), look.second, light="tube") + "".join(
        line(f"M93 {y}l14-5", shade(look.second, -0.5), 1, 0.6) for y in range(144, 184, 7)
    )
    racket = spot(hoop, "#ffffff", 0.2) + clip(hoop, strings) + throat + frame + grip
    ball = body(disc(158, 152, 17), "#d4dd4c", light="ball", edge=0.6) + clip(
        disc(158, 152, 17), line("M143 140Q158 152 150 170M166 135Q164 150 176 158", "#fbfbee", 2.2)
    )
    return move(racket, "rotate(24 100 100) translate(-4 0)") + move(ball, "translate(-10 6)")


def skateboard(rng: np.random.Generator, look: Look) -> str:
    """A skateboard: the deck from above, or rolling from the side."""
    if rng.random() < 0.5:
        deck = slab(66, 14, 68, 172, 34)
        bolts = "".join(spot(disc(x, y, 2), "#d9dce0") for x in (90, 110) for y in (46, 58, 142, 154))
        wheels = both(
            body(slab(130, 44, 10, 18, 4), look.second, light="tube")
            + body(slab(130, 138, 10, 18, 4), look.second, light="tube")
        )
        return move(
            wheels
            + body(deck, cloth(look, scale=1.4), light="gloss", bevel=1)
            + motif(rng, look, 100, 100, 26)
            + bolts,
            "rotate(18 100 100)",
        )
    deck = (
        "M12 84Q20 88 40 100Q100 106 160 100Q180 88 188 84Q192 90 184 98Q172 110 160 112Q100 116 40 112"
        "Q28 110 16 98Q8 90 12 84Z"
    )
    truck = (
        body("M52 110h20l-4 14h-12z", "#8f969e", light="down")
        + body(disc(52, 130, 13), look.accent, light="ball")
        + body(disc(52, 130, 5), "#f1efe9", light="ball")
        + body(disc(76, 130, 13), look.accent, light="ball")
        + body(disc(76, 130, 5), "#f1efe9", light="ball")
    )
    return (
        contact(100, 144, 72, 6)
        + move(truck, "translate(-4 0)")
        + move(truck, "translate(76 0)")
        + body(deck, look.base, light="down")
        + line("M16 86Q24 92 40 101Q100 107 160 101Q176 92 184 86", "#26262a", 3.6)
    )


def surfboard(rng: np.random.Generator, look: Look) -> str:
    """A surfboard with a stringer and a painted nose or band."""
    board = symmetric((0, 8), [(30, 40), (31, 100)], [(29, 160), (12, 190)], [(6, 193), (0, 190)])
    style = rng.integers(3)
    art = (
        line("M60 150L142 96M60 164L142 110", look.accent, 6) + line("M60 178L142 124", look.second, 6),
        spot("M60 8H140V62Q100 90 60 62Z", look.accent) + spot("M60 70Q100 98 140 70V78Q100 106 60 78Z", look.second),
        move(motif(rng, look, 0, 0, 24), "translate(100 76)")
        + spot("M60 140H140V152H60ZM60 158H140V163H60Z", look.accent),
    )[style]
    return move(
        body(board, cloth(look, scale=1.3), light="gloss", bevel=1.2)
        + clip(board, art)
        + line("M100 12V189", shade(look.base, -0.5), 1, 0.6)
        + body(board, "none", light="gloss", edge=0),
        "rotate(14 100 100)",
    )


def kayak(rng: np.random.Generator, look: Look) -> str:
    """A kayak and its paddle."""
    hull = "M6 92Q40 84 100 84Q160 84 194 92Q176 138 100 140Q24 138 6 92Z"
    deck = "M6 92Q40 82 100 82Q160 82 194 92Q160 106 100 106Q40 106 6 92Z"
    well = "M72 92Q84 86 104 86Q124 86 132 92Q124 100 104 100Q84 100 72 92Z"
    paddle = (
        rod("M34 152L166 44", "#3a3d43", 3.600)
        + body("M152 52Q160 34 180 28Q186 40 172 58Q162 64 152 52Z", look.accent, light="gloss")
        + body("M48 144Q40 162 20 168Q14 156 28 138Q38 132 48 144Z", look.accent, light="gloss")
    )
    picture = (
        contact(100, 142, 84, 7)
        + body(hull, cloth(look), light="down", bevel=1)
        + clip(hull, line("M0 112Q100 132 200 112", look.second, 4))
    )
    picture += (
        body(deck, shade(look.base, 0.14), light="flat")
        + body(well, shade(look.base, -0.7))
        + line(well, "#2b2d31", 2.4)
    )
    picture += body("M96 88Q106 72 122 74Q126 84 122 94Q108 98 96 94Z", "#33363c", bevel=1)
    return picture + line("M34 92L58 89M38 95L60 93", "#2b2d31", 1.2) + line("M142 89L166 92", "#2b2d31", 1.2) + paddle


def boxing_gloves(rng: np.random.Generator, look: Look) -> str:
    """A pair of boxing gloves."""
    mitt = "M66 120Q52 96 56 68Q60 34 98 34Q138 34 140 72Q140 100 124 124Z"
    thumb = "M66 108Q44 104 44 82Q48 66 62 72Q72 84 78 96Z"
    cuff = "M64 118H126L132 152Q96 160 60 152Z"
    one = (
        body(cuff, look.second, light="tube", bevel=0.6)
        + line("M62 134Q96 140 130 134", look.accent, 5)
        + body(mitt, look.base, light="gloss", bevel=1.8)
        + body(thumb, look.base, light="gloss", bevel=1.2)
    )
    one += (
        line("M84 46Q112 50 132 60", shade(look.base, -0.5), 1.2, 0.5)
        + crease(mitt, "M74 98Q96 110 126 102", width=6)
        + spot("M72 56Q78 42 94 42Q80 48 76 62Z", "#fff", 0.5)
    )
    return move(
        f'<g transform="translate(200 0) scale(-1 1)">{one}</g>', "translate(-24 -10) rotate(-10 100 100) scale(.86)"
    ) + move(one, "translate(60 28) rotate(10 100 100) scale(.86)")


def swim_goggles(rng: np.random.Generator, look: Look) -> str:
    """Swimming goggles with a rubber strap."""
    cup = "M106 92Q112 78 140 78Q170 80 172 100Q170 124 142 126Q112 124 106 104Z"
    inner = "M113 94Q120 85 140 85Q163 87 165 101Q162 117 141 119Q118 117 113 104Z"
    tint = mix(look.accent, "#2f4a66", 0.35)
    strap = (
        line("M30 98Q34 40 100 40Q166 40 170 98", shade(look.base, -0.4), 10)
        + line("M30 98Q34 40 100 40Q166 40 170 98", look.base, 8)
        + line("M36 78Q46 44 98 42", shade(look.base, 0.5), 1.6, 0.7)
    )
    one = (
        body(cup, look.base, light="gloss", bevel=1.3)
        + body(inner, tint, light="down")
        + clip(
            inner,
            spot("M124 78L140 78L122 128L108 128Z", "#fff", 0.4)
            + spot("M146 78L152 78L134 128L128 128Z", "#fff", 0.25),
        )
    )
    return (
        strap
        + rod("M90 98Q100 90 110 98", shade(look.base, -0.2), 6)
        + both(one + body(slab(166, 90, 13, 20, 4), shade(look.base, -0.3), light="tube"))
    )


def jump_rope(rng: np.random.Generator, look: Look) -> str:
    """A coiled skipping rope with two handles."""
    cord = "M62 118Q30 40 96 34Q170 34 160 92Q150 142 96 136Q48 126 52 82Q58 50 102 52Q144 56 142 92Q138 122 138 122"
    rope = (
        line(cord, shade(look.second, -0.5), 5.4) + line(cord, look.second, 4) + line(cord, look.accent, 4, 0.9, "3 7")
    )
    grip = (
        body(slab(-8, 0, 16, 54, 7), look.base, light="tube")
        + "".join(line(f"M-7 {y}H7", shade(look.base, -0.5), 1.2, 0.6) for y in range(14, 46, 7))
        + body(slab(-6, -5, 12, 9, 3), "#aab0b7", light="tube")
    )
    return rope + move(grip, "translate(62 118) rotate(14)") + move(grip, "translate(138 122) rotate(-12)")
