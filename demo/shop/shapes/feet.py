"""What else is worn on feet: boots, sandals, baby booties."""

import numpy as np

from demo.shop.materials import Look, cloth
from demo.shop.palette import lightness, shade
from demo.shop.pen import body, clip, contact, crease, disc, line, move, n, resize, rod, slab

_SOLE = "#37322f"


def _boot(look: Look, top: float, light: str) -> tuple[str, str]:
    """Return the shaft's outline, and the boot without what distinguishes its type."""
    shaft = f"M56 {top}Q80 {top - 5} 104 {top}L106 96Q112 108 136 114Q164 120 166 142L52 144Q52 110 56 {top}Z"
    picture = contact(106, 158, 74, 8) + body(shaft, cloth(look), light=light, bevel=1.2)
    picture += crease(shaft, "M104 100Q92 108 78 106", "M110 110Q96 120 84 118", width=3)
    return shaft, picture + body(
        f"M55 {top}Q80 {top - 6} 105 {top}Q80 {top + 6} 55 {top}Z", shade(look.base, -0.5), edge=0.8
    )


def _tread(colour: str) -> str:
    sole = "M48 140Q100 146 168 139Q172 152 164 157H92L88 153L84 158H50Q46 150 48 140Z"
    notches = "".join(line(f"M{x} 152v4", "#14110f", 1.6, 0.5) for x in range(98, 164, 8))
    return body(sole, colour, light="down") + notches


def hiking_boot(rng: np.random.Generator, look: Look) -> str:
    """Draw a laced boot with a padded collar and a toe cap."""
    shaft, picture = _boot(look, 52, "cloth")
    picture += clip(shaft, body("M138 108Q132 126 140 146H172V108Z", shade(look.base, -0.25)))
    eyelets = [(y, 112 + max(0, y - 86) * 0.7) for y in range(66, 112, 9)]
    picture += "".join(line(f"M90 {y}L{n(x)} {y - 4}", look.accent, 3) for y, x in eyelets)
    picture += "".join(body(disc(90, y, 2), "#c9b083", light="ball", edge=0.3) for y, _ in eyelets)
    cuff = body("M53 53Q80 60 106 53L106 61Q80 67 53 61Z", look.second, bevel=0.6)
    return picture + cuff + _tread(_SOLE)


def chelsea_boot(rng: np.random.Generator, look: Look) -> str:
    """Draw an ankle boot with elastic sides and a pull tab."""
    _, picture = _boot(look, 62, "gloss")
    picture += body("M84 66L98 66L95 112Q88 116 82 112Z", shade(look.base, -0.4), light="flat")
    picture += "".join(
        line(f"M{86 + k * 3} 68L{n(85 + k * 2.6)} 112", shade(look.base, -0.6), 0.7, 0.7) for k in range(4)
    )
    return picture + line("M58 64Q55 58 59 53", shade(look.base, -0.3), 4) + _tread(_SOLE)


def wellington(rng: np.random.Generator, look: Look) -> str:
    """Draw a tall rubber boot with a coloured rim."""
    _, picture = _boot(look, 34, "gloss")
    rim = body("M55 38Q80 44 105 38L105 47Q80 53 55 47Z", look.accent)
    gleam = f'<g filter="url(#soft)">{line("M66 58Q64 90 64 118", "#fff", 5, 0.5)}</g>'
    return picture + rim + gleam + line("M54 128Q100 136 164 132", look.accent, 3) + _tread(shade(look.base, -0.35))


def _soles(look: Look) -> str:
    foot = "M64 30Q86 28 90 60Q92 84 87 112C89 150 84 169 66 169C48 169 41 152 43 134Q48 104 42 76Q38 38 64 30Z"
    insole = "M64 36Q82 34 84 62Q86 84 81 112C83 146 79 163 66 163C53 163 47 150 49 134Q54 104 48 76Q45 42 64 36Z"
    bed = "#c9a273" if lightness(look.second) > 0.8 else shade(look.second, -0.08)
    one = body(foot, shade(bed, -0.35), bevel=1) + body(insole, bed, edge=0.4)
    return one + crease(insole, "M56 130Q66 140 76 130", width=8, strength=0.12)


def _side_by_side(one: str) -> str:
    left = move(one, "rotate(-7 66 100)")
    return left + move(left, "translate(200 0) scale(-1 1)")


def slides(rng: np.random.Generator, look: Look) -> str:
    """Draw a pair of sandals with two straps, from above."""
    one = _soles(look) + body("M38 66Q66 52 94 64L93 98Q66 88 42 102Z", cloth(look, turn=-8), bevel=1.2)
    one += body("M42 126Q66 114 90 122L89 134Q66 126 43 140Z", shade(look.base, -0.08), bevel=0.8)
    return _side_by_side(one + body(slab(80, 72, 8, 11, 2), look.accent, light="flat"))


def flip_flops(rng: np.random.Generator, look: Look) -> str:
    """Draw a pair of flip-flops, from above."""
    straps = rod("M66 56Q50 74 44 104M66 56Q82 72 88 104", look.base, 8)
    return _side_by_side(_soles(look) + straps + body(disc(66, 56, 5), look.accent, light="ball"))


def booties(rng: np.random.Generator, look: Look) -> str:
    """Draw a pair of soft baby booties with a bow or a button."""
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
