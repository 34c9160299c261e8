"""Everyday shoes: one from the side, or the pair from above."""

import numpy as np

from demo.shop.materials import Look, cloth
from demo.shop.palette import shade
from demo.shop.pen import body, clip, contact, crease, disc, line, move, n, resize, spot, stitch

_WHITE_RUBBER = "#f5f2ec"


def _pair(one: str, turn: float) -> str:
    """Draw the shoe and its mirror image, heels together or toes together."""
    left = move(one, f"rotate({n(-turn)} 66 100)")
    return resize(left + move(left, "translate(200 0) scale(-1 1)"), 0.93, y=100)


def sneaker(rng: np.random.Generator, look: Look) -> str:
    """Draw a laced sneaker, low or high, from the side."""
    rubber = _WHITE_RUBBER if rng.random() < 0.6 else look.second
    high = rng.random() < 0.35
    collar_ = "M34 128Q34 84 40 58Q58 52 78 60L92 80" if high else "M34 128Q30 96 44 86Q56 92 66 88L74 82L92 80"
    upper = f"{collar_}Q112 104 140 112Q168 118 172 138L34 140Z"
    sole = "M30 136Q100 142 174 134Q180 146 170 152Q100 160 36 153Q28 148 30 136Z"
    mark = (
        line("M84 130L102 98M96 133L113 104M108 134L124 110", look.accent, 4.4),
        line("M52 126Q96 138 140 113", look.accent, 6),
        body(disc(66, 112, 10), look.accent, light="flat"),
    )[rng.integers(3)]
    steps = range(-2 if high else 0, 5)
    laces = "".join(
        line(f"M{n(80 + k * 9.5 - (k < 0) * 3)} {n(82 + k * 6.4)}l11-5", "#f8f5ef", 3)
        + line(f"M{n(80 + k * 9.5 - (k < 0) * 3)} {n(83.5 + k * 6.4)}l11-5", "#55504a", 0.6, 0.5)
        for k in steps
    )
    tongue = body(
        "M66 64L76 44Q90 46 92 62L92 84Z" if high else "M72 84L86 66Q98 66 100 80L92 90Z", shade(look.base, 0.12)
    )
    picture = contact(102, 154, 84, 8) + tongue + body(upper, cloth(look), bevel=1) + clip(upper, mark)
    heel = body("M30 96Q48 104 52 142H30Z", shade(look.base, -0.2), edge=0.5)
    toe = body("M146 108Q142 124 152 142H180V108Z", rubber if rng.random() < 0.3 else shade(look.base, -0.14), edge=0.5)
    picture += clip(upper, heel + toe)
    rim = "M41 60Q58 54 78 61" if high else "M44 87Q56 93 66 89L76 82"
    picture += line(rim, shade(look.base, -0.4), 3) + laces + body(sole, rubber, light="down")
    return picture + line(
        "M33 146Q100 151 174 143", look.accent if rng.random() < 0.5 else shade(rubber, -0.3), 1.6, 0.9
    )


def runner(rng: np.random.Generator, look: Look) -> str:
    """Draw a running shoe with a thick, curved sole, from the side."""
    upper = "M32 126Q24 92 42 82Q56 90 70 84L82 76L94 78Q116 104 146 112Q172 118 178 136L36 138Z"
    foam = "M24 128Q28 138 60 138Q110 140 180 130Q190 138 178 150Q150 158 100 156L52 158Q26 160 20 146Q18 134 24 128Z"
    foam_colour = _WHITE_RUBBER if rng.random() < 0.7 else look.accent
    picture = contact(102, 156, 84, 8) + body("M72 82L88 60Q98 60 102 78L92 88Z", shade(look.base, -0.15))
    picture += body(upper, cloth(look), bevel=1.2)
    overlay = body("M28 92Q60 100 66 142H28Z", look.second, edge=0.5) + body(
        "M140 108Q140 124 150 142H186V108Z", look.second, edge=0.5
    )
    wave = line("M70 132Q92 104 108 128Q120 116 132 112", look.accent, 5)
    picture += clip(upper, overlay + wave)
    picture += "".join(line(f"M{n(86 + k * 10)} {n(84 + k * 6.6)}l12-4", "#f8f5ef", 2.6) for k in range(5))
    picture += line("M40 84Q56 92 72 84L82 77", shade(look.base, -0.4), 3.4) + body(
        foam, foam_colour, light="down", bevel=0.6
    )
    return picture + line("M22 150Q60 156 100 153Q150 154 182 144", shade(look.base, -0.3), 3)


def loafer(rng: np.random.Generator, look: Look) -> str:
    """Draw a slip-on with a saddle strap, from the side."""
    upper = "M34 140Q26 112 36 88Q42 82 52 88Q74 100 98 98Q104 88 114 90Q146 98 164 114Q178 126 174 142Z"
    opening = "M38 88Q66 82 96 90L112 90Q104 96 98 100Q70 102 46 88Z"
    sole = "M31 139Q100 145 175 138Q178 147 170 150H70V157H36Q30 147 31 139Z"
    dark = shade(look.base, -0.62)
    picture = contact(102, 156, 80, 7) + body(upper, cloth(look), light="gloss", bevel=1)
    picture += body(opening, shade(look.base, -0.5), light="down")
    strap = "M96 100Q104 88 114 90L127 94Q121 112 130 142H106Q106 118 96 100Z"
    slit = spot("M107 101q6-4 12-1l-1 5q-5-2-9 1z", dark)
    apron = line("M126 95Q132 108 148 113Q158 115 166 118", shade(look.base, -0.4), 1.6, 0.8)
    picture += apron + clip(upper, body(strap, shade(look.base, -0.12), bevel=0.7)) + slit
    picture += stitch("M40 96Q66 110 96 106", shade(look.base, 0.4))
    return picture + body(sole, dark, light="down") + line("M34 142Q100 147 172 140", shade(look.base, 0.2), 0.9, 0.5)


def derby(rng: np.random.Generator, look: Look) -> str:
    """Draw a laced leather shoe with a low heel, from the side."""
    upper = "M34 140Q28 106 38 82Q56 92 72 86L84 72L98 76Q118 102 146 110Q172 118 176 141Z"
    sole = "M31 139Q100 145 177 138Q180 146 172 150H72V158H36Q30 148 31 139Z"
    sole_colour = rng.choice(["#3a2d27", "#2b2a2c", "#c8a273"])
    picture = contact(102, 157, 82, 7) + body("M76 80L88 62Q98 62 100 76L92 86Z", shade(look.base, -0.2))
    picture += body(upper, cloth(look), light="gloss", bevel=1)
    facing = "M72 86L84 72L98 76Q110 92 122 100L108 122Q84 112 72 86Z"
    cap_ = line("M142 108Q136 124 144 142", shade(look.base, -0.45), 1.4, 0.8)
    heel = line("M56 90Q64 116 58 142", shade(look.base, -0.45), 1.2, 0.7)
    picture += clip(upper, body(facing, shade(look.base, -0.1), bevel=0.5) + cap_ + heel)
    picture += stitch("M76 89Q88 110 106 118", shade(look.base, 0.4))
    laces = "".join(line(f"M{n(88 + k * 7)} {n(84 + k * 6)}l12-4", shade(look.base, -0.6), 2.6) for k in range(4))
    picture += laces + line("M39 84Q56 93 72 87L83 74", shade(look.base, -0.4), 2.6)
    return picture + body(sole, sole_colour, light="down")


def heel(rng: np.random.Generator, look: Look) -> str:
    """Draw a court shoe on a slim or a block heel, from the side."""
    upper = (
        "M36 72Q30 90 35 110Q50 116 66 125Q92 140 114 152Q120 156 130 156H172Q184 154 177 144Q160 116 132 108"
        "Q112 116 92 110Q62 100 46 74Q40 66 36 72Z"
    )
    inside = "M46 74Q62 100 92 110Q112 116 132 108Q114 104 98 98Q66 86 50 73Z"
    block = rng.random() < 0.45
    post = "M35 106Q34 134 36 157H62Q60 136 66 124Z" if block else "M35 106Q33 134 42 157H50Q50 134 62 121Z"
    picture = contact(140, 156, 50, 6) + contact(47, 157, 20 if block else 14, 4)
    picture += body(post, shade(look.base, -0.3), light="tube") + body(inside, shade(look.base, -0.5), light="down")
    picture += body(upper, cloth(look), light="gloss", bevel=1)
    picture += line("M36 111Q66 122 92 140Q112 155 130 157H174", shade(look.base, -0.6), 2.6)
    if rng.random() < 0.4:
        bow = body("M134 110l-13-7v15zM134 110l13-5v14z", look.accent, light="flat")
        return picture + bow + body(disc(134, 110, 3.4), look.accent, light="ball")
    return picture


def ballet_flats(rng: np.random.Generator, look: Look) -> str:
    """Draw a pair of ballet flats from above."""
    foot = "M66 30Q88 32 90 64Q92 100 87 132Q84 164 66 168Q48 164 45 132Q40 100 42 64Q44 32 66 30Z"
    opening = "M66 76Q82 78 82 106Q82 146 66 158Q50 146 50 106Q50 78 66 76Z"
    one = body(foot, cloth(look), light="gloss", bevel=1.3)
    one += body(opening, shade(look.second, -0.12), light="flat") + line(opening, shade(look.base, -0.35), 2.6)
    one += clip(opening, f'<g filter="url(#soft)">{line("M84 84V150", "#0b1022", 10, 0.25)}</g>')
    if rng.random() < 0.7:
        one += body("M66 73l-12-6v12zM66 73l12-6v12z", look.accent, light="flat") + body(disc(66, 73, 3), look.accent)
    return _pair(one, rng.uniform(-10, 12))


def sneaker_pair(rng: np.random.Generator, look: Look) -> str:
    """Draw a pair of laced sneakers from above."""
    rim = "M66 24Q94 28 94 68Q95 98 89 124Q89 170 66 174Q43 170 43 124Q37 98 38 68Q40 28 66 24Z"
    upper = "M66 30Q88 34 88 68Q90 98 84 124Q84 164 66 168Q48 164 48 124Q42 98 44 68Q46 34 66 30Z"
    opening = "M66 112Q80 114 80 138Q80 162 66 164Q52 162 52 138Q52 114 66 112Z"
    one = body(rim, _WHITE_RUBBER if rng.random() < 0.7 else look.second, bevel=1)
    one += body(upper, cloth(look), bevel=1.3)
    one += clip(
        upper, body("M40 20H96V52Q66 64 40 52Z", _WHITE_RUBBER if rng.random() < 0.3 else shade(look.base, -0.12))
    )
    one += body("M58 62Q66 58 74 62L78 122Q66 128 54 122Z", shade(look.base, 0.1), light="flat")
    one += body(opening, shade(look.base, -0.55), light="down") + line(opening, shade(look.base, -0.3), 3)
    one += "".join(
        line(f"M{n(55 - k * 0.6)} {66 + k * 10}Q66 {70 + k * 10} {n(77 + k * 0.6)} {66 + k * 10}", "#f8f5ef", 3.2)
        + line(
            f"M{n(55 - k * 0.6)} {n(67.6 + k * 10)}Q66 {n(71.6 + k * 10)} {n(77 + k * 0.6)} {n(67.6 + k * 10)}",
            "#55504a",
            0.6,
            0.5,
        )
        for k in range(5)
    )
    one += crease(upper, "M46 60Q52 66 56 62", "M86 60Q80 66 76 62", width=3)
    return _pair(one, rng.uniform(-5, 9))
