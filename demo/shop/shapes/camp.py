"""For the trail and the camp: tent, sleeping bag, backpack, bottle, chair, lantern, cooler, binoculars."""

import numpy as np

from demo.shop.materials import Look, cloth
from demo.shop.palette import mix, shade
from demo.shop.pen import (
    body,
    both,
    clip,
    contact,
    crease,
    disc,
    line,
    polygon,
    resize,
    rod,
    slab,
    spot,
    stitch,
)
from demo.shop.shapes.motifs import motif

_PEGS = line("M12 156v6M188 156v6", "#4b4440", 2.4)


def dome_tent(rng: np.random.Generator, look: Look) -> str:
    """Draw a dome tent with its door open."""
    picture = contact(100, 158, 92, 9)
    picture += line("M38 118L14 158M162 118L186 158", shade(look.accent, -0.2), 1.3) + _PEGS
    dome = "M22 156Q34 64 104 54Q168 62 180 156Z"
    panel = "M104 54Q168 62 180 156H132Q132 90 104 54Z"
    door = "M54 156Q62 92 92 70Q116 98 118 156Z"
    picture += body(dome, cloth(look), bevel=1.4) + body(panel, shade(look.base, -0.2), edge=0.6)
    picture += body(door, shade(look.second, -0.12)) + spot(
        "M64 156Q70 100 91 78Q100 98 98 156Z", shade(look.base, -0.72)
    )
    picture += body("M98 156Q100 98 91 78Q118 98 118 156Z", look.second, bevel=0.6) + line(
        "M92 70Q116 98 118 156", look.accent, 2
    )
    poles = line("M24 150Q40 60 104 54Q168 62 178 150", look.accent, 2.4, 0.9) + line(
        "M104 54Q130 84 132 156", shade(look.base, -0.5), 1.2, 0.5
    )
    window = body(slab(136, 92, 22, 16, 6), shade(look.base, -0.5), light="flat")
    return resize(picture + poles + window, 0.93)


def ridge_tent(rng: np.random.Generator, look: Look) -> str:
    """Draw a ridge tent with its flaps tied back."""
    front = polygon((20, 156), (74, 50), (122, 156))
    side = polygon((74, 50), (142, 62), (184, 152), (122, 156))
    picture = contact(100, 158, 92, 9) + line("M50 96L10 158M162 118L186 158", shade(look.accent, -0.2), 1.3)
    picture += (
        _PEGS + body(side, cloth(look), bevel=1) + crease(side, "M90 58Q110 110 132 150", "M120 60Q140 104 164 150")
    )
    picture += body(front, mix(look.base, look.second, 0.25), bevel=0.8) + spot(
        "M50 156L74 64L98 156Z", shade(look.base, -0.72)
    )
    flap = body("M74 60Q82 106 70 156H44Z", look.second, bevel=0.8) + body(
        "M74 60Q84 110 108 156H96Q80 112 74 60Z", look.second, bevel=0.5
    )
    return resize(picture + flap + rod("M74 44V62", look.accent, 3) + line("M74 50L142 62", look.accent, 2), 0.93)


def sleeping_bag(rng: np.random.Generator, look: Look) -> str:
    """Draw a mummy bag with its zip folded open, and the sack it packs into."""
    shell = "M92 14Q134 14 138 58Q142 118 122 166Q116 182 92 182Q68 182 62 166Q42 118 46 58Q50 14 92 14Z"
    hood = "M92 26Q124 27 124 54Q122 78 92 80Q62 78 60 54Q60 27 92 26Z"
    flap = "M108 78Q136 84 141 62Q152 100 138 126Q128 112 108 78Z"
    picture = body(shell, cloth(look), bevel=2)
    for y in (96, 114, 132, 150, 166):
        picture += crease(shell, f"M36 {y + 4}Q92 {y + 14} 148 {y + 4}", width=7)
        picture += clip(shell, line(f"M32 {y - 3}Q92 {y + 8} 152 {y - 3}", shade(look.base, -0.5), 1.3, 0.65))
    picture += body(hood, look.second, bevel=1.6) + spot(
        "M70 48Q92 32 114 48Q116 70 92 73Q68 70 70 48Z", shade(look.second, -0.36)
    )
    picture += body("M72 40Q92 30 112 40Q116 54 92 57Q68 54 72 40Z", shade(look.second, 0.4), bevel=1)
    picture += body(flap, look.second, bevel=1.1) + line("M108 78Q128 112 138 126Q136 150 126 164", look.accent, 2.6)
    cords = line("M84 79Q80 94 86 104M98 79Q102 92 97 102", look.accent, 1.8)
    sack = slab(138, 128, 42, 52, 14)
    picture += cords + body(sack, shade(look.base, -0.14), light="tube", bevel=1)
    picture += body(disc(159, 131, 19, 6), shade(look.base, -0.35), light="down") + line(
        "M159 131q8-14 14-4", look.accent, 2
    )
    return picture + line("M139 166Q159 174 179 166", look.second, 2.6)


def backpack(rng: np.random.Generator, look: Look) -> str:
    """Draw a rucksack with a lid and front pocket, sometimes with a rolled mat on top."""
    sack = "M52 76Q52 44 100 42Q148 44 148 76L154 158Q152 170 100 172Q48 170 46 158Z"
    lid = "M50 82Q48 42 100 38Q152 42 150 82Q126 92 100 92Q74 92 50 82Z"
    pocket = "M64 112Q100 106 136 112L138 156Q100 164 62 156Z"
    paint = cloth(look)
    picture = contact(100, 170, 66, 8) + line("M88 40Q88 26 100 26Q112 26 112 40", shade(look.base, -0.5), 5)
    picture += both(rod("M146 92Q168 112 154 158", shade(look.base, -0.45), 8)) + both(
        body("M148 116Q164 118 162 156Q156 162 150 160Z", shade(look.base, -0.25), bevel=1)
    )
    if rng.random() < 0.4:
        picture += (
            body(slab(48, 22, 104, 24, 12), look.second, light="down", bevel=0.6)
            + body(disc(54, 34, 6, 12), shade(look.second, -0.15))
            + line("M54 28Q58 34 54 40", shade(look.second, -0.5), 1)
        )
        picture += both(rod("M128 22V46", shade(look.base, -0.5), 4))
    picture += (
        body(sack, paint, bevel=1.6)
        + body(lid, shade(look.base, -0.1) if look.pattern == "plain" else paint, bevel=1.2)
        + body(pocket, shade(look.base, -0.14), bevel=1)
    )
    picture += line("M68 122Q100 117 132 122", look.accent, 2.4) + both(
        body(slab(122, 84, 7, 24, 2), shade(look.base, -0.5), light="flat")
        + body(slab(120.500, 96, 10, 8, 2), look.accent, light="gloss")
    )
    return picture + (motif(rng, look, 100, 140, 11) if look.pattern == "plain" and rng.random() < 0.7 else "")


def flask(rng: np.random.Generator, look: Look) -> str:
    """Draw an insulated bottle with a loop lid."""
    wall = "M76 62Q76 50 88 48H112Q124 50 124 62V160Q124 168 100 169Q76 168 76 160Z"
    lid = body(slab(82, 26, 36, 24, 5), "#33353a", light="tube") + line(
        "M88 28Q88 14 100 14Q112 14 112 28", "#33353a", 5
    )
    foot = look.second if rng.random() < 0.5 else shade(look.base, -0.2)
    picture = contact(104, 168, 44, 7) + body(wall, cloth(look), light="tube")
    picture += clip(wall, body(slab(70, 150, 60, 24, 1), foot, light="tube", edge=0))
    picture += body(slab(80, 46, 40, 6, 2), "#c7ccd1", light="tube") + lid
    return picture + (motif(rng, look, 100, 106, 14) if look.pattern == "plain" else "")


def sports_bottle(rng: np.random.Generator, look: Look) -> str:
    """Draw a see-through bottle with a spout and marks for the level."""
    wall = "M74 66Q74 54 86 52H114Q126 54 126 66V88Q119 98 126 110V160Q126 168 100 169Q74 168 74 160V110Q81 98 74 88Z"
    lid = body("M82 52Q82 36 92 34H108Q118 36 118 52Z", look.accent, light="tube") + body(
        slab(93, 20, 14, 16, 4), shade(look.second, -0.1), light="tube"
    )
    water = spot("M60 76Q100 82 140 76V180H60Z", shade(look.base, -0.25), 0.5)
    water += line("M62 76Q100 82 138 76", "#fff", 1.2, 0.7)
    ticks = "".join(line(f"M112 {y}h7", shade(look.base, -0.5), 1.4, 0.7) for y in (118, 128, 138, 148))
    picture = contact(104, 168, 44, 7) + body(wall, mix(look.base, "#ffffff", 0.25), light="tube") + clip(wall, water)
    return picture + ticks + lid + motif(rng, look, 96, 130, 11)


def camping_chair(rng: np.random.Generator, look: Look) -> str:
    """Draw a folding chair: crossed legs, slung seat and back."""
    steel, paint = "#5c636b", cloth(look)
    picture = contact(100, 168, 78, 8)
    picture += (
        rod("M62 112L140 164M138 112L60 164", shade(steel, -0.2), 4)
        + rod("M46 42L54 166M154 42L146 166", steel, 5)
        + rod("M50 116L128 168M150 116L72 168", steel, 5)
    )
    back = "M46 40Q100 50 154 40L150 96Q100 104 50 96Z"
    seat = "M50 98Q100 108 150 98L158 124Q100 142 42 124Z"
    picture += (
        body(back, paint, bevel=1.3)
        + crease(back, "M74 52Q70 74 78 94", "M126 52Q130 74 122 94")
        + body(seat, shade(look.base, -0.12) if look.pattern == "plain" else paint, bevel=1.4)
    )
    picture += stitch("M50 46Q100 56 150 46", shade(look.base, -0.4)) + both(
        body("M140 88Q160 84 172 92Q172 100 160 100H142Z", look.second, bevel=1)
    )
    return picture + both(body(disc(152, 166, 5, 3.4), "#2e3136"))


def lantern(rng: np.random.Generator, look: Look) -> str:
    """Draw a camping lantern with a glowing glass and a wire handle."""
    glow = (
        '<defs><radialGradient id="glow"><stop offset="0" stop-color="#fff6cf"/>'
        '<stop offset=".5" stop-color="#ffd97a" stop-opacity=".9"/>'
        '<stop offset="1" stop-color="#ffc65a" stop-opacity="0"/></radialGradient></defs>'
    )
    halo = f'{glow}<path d="{disc(100, 104, 64)}" fill="url(#glow)" opacity=".4"/>'
    glass = "M70 80Q62 106 72 132H128Q138 106 130 80Z"
    picture = (
        contact(100, 168, 54, 8)
        + halo
        + line("M66 74Q60 18 100 18Q140 18 134 74", "#5a5f66", 3.4)
        + line("M66 73Q60 17 100 17Q140 17 134 73", "#b9bec4", 1.2)
    )
    picture += body(glass, "#f6e7b6", light="tube", edge=1) + f'<path d="{disc(100, 108, 26)}" fill="url(#glow)"/>'
    picture += body("M100 90Q112 108 100 122Q88 108 100 90Z", "#ffb84a", edge=0) + spot(
        "M100 102Q106 112 100 120Q94 112 100 102Z", "#fff6d8"
    )
    picture += line("M84 80Q80 106 85 132M116 80Q120 106 115 132", "#5a5f66", 2)
    top = body("M62 80Q66 58 86 56L90 44H110L114 56Q134 58 138 80Z", look.base, light="tube")
    base = body("M66 132H134L142 150V160Q140 167 100 168Q60 167 58 160V150Z", look.base, light="tube")
    return (
        picture
        + top
        + base
        + body(slab(58, 146, 84, 6, 2), look.second, light="tube")
        + body(disc(100, 158, 4.500), look.accent, light="ball")
        + line("M88 62h24", look.second, 2.4)
    )


def cooler(rng: np.random.Generator, look: Look) -> str:
    """Draw a hard cool box with a lid and a carrying handle."""
    chest, lid = slab(32, 84, 136, 84, 10), slab(26, 62, 148, 30, 9)
    handle = rod("M40 82Q36 34 54 32H146Q164 34 160 82", shade(look.base, -0.35), 7)
    panel = body(slab(50, 104, 100, 50, 8), shade(look.base, -0.1), light="flat") + motif(rng, look, 100, 129, 17)
    latches = "".join(body(slab(x, 84, 16, 20, 3), look.accent, light="gloss") for x in (56, 128))
    return (
        contact(100, 168, 84, 8)
        + handle
        + body(chest, look.base, light="gloss", bevel=1.2)
        + panel
        + body(lid, look.second, light="down", bevel=1.2)
        + latches
        + both(body(disc(160, 82, 6), shade(look.base, -0.3), light="ball"))
    )


def binoculars(rng: np.random.Generator, look: Look) -> str:
    """Draw a pair of binoculars, the big lenses to the front, on a loose strap."""
    barrel = "M112 48Q126 42 140 48L146 84Q166 96 168 132Q166 152 142 154Q118 152 114 132L108 92Z"
    one = (
        body(barrel, look.base, light="tube", bevel=1.2)
        + line("M116 74Q130 80 145 76", shade(look.base, -0.55), 2.6)
        + body("M112 48Q126 38 140 48Q140 56 126 58Q112 56 112 48Z", "#2b2d31", light="down")
    )
    lens = (
        body(disc(141, 134, 25, 21), shade(look.base, -0.4), light="down")
        + body(disc(141, 134, 20, 16.5), "#31435e", light="ball")
        + spot(disc(134, 128, 7, 4.5), "#dfeefa", 0.75)
    )
    hinge = (
        body(slab(90, 76, 20, 48, 5), shade(look.base, -0.35), light="tube")
        + body(slab(92, 60, 16, 20, 4), look.accent, light="tube")
        + "".join(line(f"M{x} 62v16", shade(look.accent, -0.5), 0.8, 0.6) for x in range(94, 108, 3))
    )
    strap = line("M62 62Q30 70 34 34Q60 12 100 22Q150 12 166 36Q168 70 138 62", shade(look.second, -0.35), 5) + line(
        "M62 62Q30 70 34 34Q60 12 100 22Q150 12 166 36Q168 70 138 62", look.second, 3.4
    )
    return both(contact(142, 155, 34, 6)) + strap + hinge + both(one + lens)
