"""What is worn on feet, seen from the side: shoes, boots, sandals, baby booties."""

import numpy as np

from lattice.data.demo.materials import Look, cloth
from lattice.data.demo.palette import shade
from lattice.data.demo.pen import body, clip, contact, crease, disc, line, move, resize, rod, slab, stitch


def _sneaker(rng: np.random.Generator, look: Look) -> str:
    upper = "M34 128Q30 96 44 86Q56 92 66 88L74 82L92 80Q112 104 140 112Q168 118 172 138L34 140Z"
    sole = "M30 136Q100 142 174 134Q180 146 170 152Q100 160 36 153Q28 148 30 136Z"
    rubber = "#f5f2ec" if rng.random() < 0.6 else look.second
    stripe = rng.integers(3)
    mark = (
        line("M84 130L102 98M96 133L113 104M108 134L124 110", look.accent, 4.4),
        line("M52 126Q96 138 140 113", look.accent, 6),
        body(disc(72, 114, 9), look.accent, light="flat"),
    )[stripe]
    laces = "".join(
        line(f"M{80 + k * 9.5} {82 + k * 6.4}l11-5", "#f8f5ef", 3)
        + line(f"M{80 + k * 9.5} {83.5 + k * 6.4}l11-5", "#55504a", 0.6, 0.5)
        for k in range(5)
    )
    tongue = body("M72 84L86 66Q98 66 100 80L92 90Z", shade(look.base, 0.12))
    picture = contact(102, 154, 84, 8) + tongue + body(upper, cloth(look), bevel=1) + clip(upper, mark)
    picture += clip(
        upper,
        body("M30 96Q48 104 52 142H30Z", shade(look.base, -0.2), edge=0.5)
        + body("M146 108Q142 124 152 142H180V108Z", shade(look.base, -0.14), edge=0.5),
    )
    picture += line("M44 87Q56 93 66 89L76 82", shade(look.base, -0.4), 3) + laces + body(sole, rubber, light="down")
    return picture + line("M33 146Q100 151 174 143", look.accent if stripe else shade(rubber, -0.3), 1.6, 0.9)


def _loafer(rng: np.random.Generator, look: Look) -> str:
    upper = "M32 136Q28 104 40 90Q68 108 96 103Q108 90 122 95Q166 110 174 138L34 143Z"
    opening = "M40 90Q66 94 96 98Q108 90 120 94Q106 106 92 106Q60 106 40 90Z"
    sole = "M31 139Q100 145 175 137Q178 147 170 150H68V157H36Q30 147 31 139Z"
    picture = contact(102, 156, 82, 7) + body(upper, cloth(look), light="gloss", bevel=1)
    picture += body(opening, shade(look.base, -0.55), light="down")
    # The apron: a raised seam round the toe, with the saddle strap across the instep.
    picture += stitch("M104 101Q104 118 128 121Q152 122 163 124", shade(look.base, 0.45))
    strap = "M94 106Q104 98 110 96L122 96Q118 112 124 141L104 142Q96 124 94 106Z"
    picture += clip(upper, body(strap, shade(look.base, -0.14), bevel=0.7))
    picture += line("M40 91Q66 108 96 104", shade(look.base, -0.3), 2.6) + body(
        sole, shade(look.base, -0.6), light="down"
    )
    return picture + body(slab(104, 108, 13, 8, 2), look.accent, light="flat")


def _heel(rng: np.random.Generator, look: Look) -> str:
    upper = (
        "M36 72Q38 58 46 60Q60 90 88 108Q106 118 126 112Q152 110 176 140Q180 151 166 152Q118 155 90 138"
        "Q62 122 44 108Q34 92 36 72Z"
    )
    inside = "M46 60Q60 90 88 108Q106 118 126 112Q112 124 92 119Q60 103 45 74Z"
    heel = "M36 86Q32 122 40 154H48Q48 128 60 114Z"
    picture = contact(118, 154, 66, 6) + contact(44, 155, 15, 4) + body(heel, shade(look.base, -0.35), light="tube")
    picture += body(upper, cloth(look), light="gloss", bevel=1) + body(inside, shade(look.base, -0.55), light="down")
    picture += line("M46 110Q88 150 168 153", shade(look.base, -0.6), 2.6)
    return picture + (body(disc(134, 116, 5), look.accent, light="ball") if rng.random() < 0.5 else "")


def shoes(rng: np.random.Generator, look: Look) -> str:
    """A sneaker, a loafer or a heeled pump."""
    draw = (_sneaker, _loafer, _heel)[rng.choice(3, p=[0.5, 0.25, 0.25])]
    return draw(rng, look)


def boots(rng: np.random.Generator, look: Look) -> str:
    """A boot: laced for hiking, a Chelsea boot, or a rubber wellington."""
    style = rng.integers(3)
    top = (52, 62, 34)[style]
    shaft = f"M56 {top}Q80 {top - 5} 104 {top}L106 96Q112 108 136 114Q164 120 166 142L52 144Q52 110 56 {top}Z"
    sole = "M48 140Q100 146 168 139Q172 152 164 157H92L88 153L84 158H50Q46 150 48 140Z"
    picture = contact(106, 158, 74, 8) + body(shaft, cloth(look), light="gloss" if style == 2 else "cloth", bevel=1.2)
    picture += crease(shaft, "M104 100Q92 108 78 106", "M110 110Q96 120 84 118", width=3)
    picture += body(f"M55 {top}Q80 {top - 6} 105 {top}Q80 {top + 6} 55 {top}Z", shade(look.base, -0.5), edge=0.8)
    if style == 0:
        picture += clip(shaft, body("M138 108Q132 126 140 146H172V108Z", shade(look.base, -0.25)))
        picture += "".join(
            line(f"M92 {y}L{112 + max(0, y - 86) * 0.7} {y - 4}", look.accent, 3) for y in range(64, 112, 9)
        )
        picture += body(
            f"M53 {top + 1}Q80 {top + 8} 106 {top + 1}L106 {top + 9}Q80 {top + 15} 53 {top + 9}Z", look.second
        )
    elif style == 1:
        picture += body("M84 70L98 70L94 112Q88 116 82 112Z", shade(look.base, -0.4), light="flat")
        picture += "".join(
            line(f"M{86 + k * 3} 72L{85 + k * 2.6} 112", shade(look.base, -0.6), 0.7, 0.7) for k in range(4)
        )
        picture += line("M56 60Q53 52 57 46", shade(look.base, -0.3), 4)
    else:
        picture += body(
            f"M55 {top + 4}Q80 {top + 10} 105 {top + 4}L105 {top + 13}Q80 {top + 19} 55 {top + 13}Z", look.accent
        )
        picture += line("M54 128Q100 136 166 132", look.accent, 3)
    tread = "".join(line(f"M{x} 152v4", "#14110f", 1.6, 0.5) for x in range(98, 164, 8))
    return picture + body(sole, "#37322f" if style != 2 else shade(look.base, -0.35), light="down") + tread


def sandals(rng: np.random.Generator, look: Look) -> str:
    """A pair of sandals from above: slides with straps, or flip-flops."""
    slide = rng.random() < 0.5
    foot = "M64 30Q86 28 90 60Q92 84 86 112Q88 150 66 168Q44 164 42 134Q48 104 42 76Q38 38 64 30Z"
    insole = "M64 36Q82 34 84 62Q86 84 80 112Q82 146 66 161Q50 158 48 134Q54 104 48 76Q45 42 64 36Z"
    one = body(foot, shade(look.second, -0.35), bevel=1) + body(insole, shade(look.second, -0.08), edge=0.4)
    one += crease(insole, "M56 130Q66 140 76 130", width=8, strength=0.12)
    if slide:
        one += body("M38 70Q66 56 94 68L93 94Q66 84 42 98Z", cloth(look, turn=-8), bevel=1.2)
        one += body("M42 128Q66 116 90 124L89 134Q66 126 43 140Z", shade(look.base, -0.08), bevel=0.8)
        one += body(slab(80, 74, 8, 11, 2), look.accent, light="flat")
    else:
        one += rod("M66 56Q50 74 44 104M66 56Q82 72 88 104", look.base, 7) + body(
            disc(66, 56, 5), look.accent, light="ball"
        )
    return move(one, "rotate(-7 66 100) translate(0 0)") + move(
        f'<g transform="translate(200 0) scale(-1 1)">{one}</g>', "rotate(7 134 100)"
    )


def booties(rng: np.random.Generator, look: Look) -> str:
    """A pair of soft baby booties with a bow or a button."""
    d = "M60 66Q78 60 96 66L98 96Q118 100 132 112Q142 128 126 136H66Q54 132 56 112Z"
    one = body(d, cloth(look), bevel=1.6) + crease(d, "M96 98Q86 106 72 102", width=4)
    one += body("M53 126Q96 132 136 122Q140 136 126 140H66Q54 138 53 126Z", shade(look.second, -0.05), bevel=0.6)
    one += body("M55 62Q78 54 101 62Q104 72 100 78Q78 72 56 78Q52 70 55 62Z", look.second, bevel=1.2)
    if rng.random() < 0.6:
        bow = look.accent
        one += body("M94 92l-12-8v15zM94 92l12-8v15z", bow, light="flat") + body(disc(94, 92, 3.4), bow, light="ball")
    else:
        one += body(disc(92, 88, 4), look.accent, light="ball")
    return resize(
        (
            contact(84, 112, 62, 7, 0.8)
            + move(one, "translate(2 -24)")
            + contact(112, 148, 66, 8)
            + move(one, "translate(26 10)")
        ),
        1.12,
    )
