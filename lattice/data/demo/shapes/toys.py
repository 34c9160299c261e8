"""Toys for the small: teddy bear, plush bunny, stacking rings, blocks, rattle, rocking horse, train."""

import numpy as np

from lattice.data.demo.materials import Look, cloth
from lattice.data.demo.palette import lightness, mix, shade
from lattice.data.demo.pen import body, both, contact, disc, line, move, polygon, resize, rod, slab, spot, stitch
from lattice.data.demo.shapes.motifs import motif

_WOOD = "#d3ab7b"


def _toy_colours(look: Look) -> tuple[str, ...]:
    second = look.second if lightness(look.second) < 0.9 else shade(look.accent, 0.4)
    return look.base, look.accent, second, shade(look.base, 0.42), mix(look.accent, look.base, 0.5)


def _face(x: float, y: float, size: float) -> str:
    eyes = both(
        body(disc(x + 11 * size, y, 3.2 * size, 3.8 * size), "#2a2226", light="ball", edge=0)
        + spot(disc(x + 10 * size, y - 1.4 * size, 1.1 * size), "#fff"),
        axis=x,
    )
    nose = body(disc(x, y + 9 * size, 4.4 * size, 3 * size), "#4b3530", light="ball", edge=0)
    return (
        eyes
        + nose
        + line(
            f"M{x} {y + 12 * size}v{3 * size}q{-5 * size} {4 * size} {-7 * size} 0"
            f"m{7 * size} 0q{5 * size} {4 * size} {7 * size} 0",
            "#4b3530",
            1.4 * size,
        )
    )


def _fur(rng: np.random.Generator, look: Look) -> str:
    return ("#b98457", "#d8b58a", "#efe2cf", "#8a6146", look.base)[rng.integers(5)]


def teddy_bear(rng: np.random.Generator, look: Look) -> str:
    """A sitting teddy bear with a bow or a jumper."""
    fur = _fur(rng, look)
    pale = mix(fur, "#fff3e2", 0.55)
    picture = contact(100, 170, 72, 8) + both(
        body(disc(133, 40, 16), fur, bevel=1.4) + body(disc(133, 41, 8.500), pale, bevel=0.7)
    )
    picture += both(body("M128 96Q160 100 164 130Q160 144 146 140Q130 128 122 116Z", fur, bevel=1.6))
    trunk = disc(100, 128, 41, 42)
    picture += body(trunk, cloth(look) if (dressed := rng.random() < 0.45) else fur, bevel=1.8) + (
        "" if dressed else body(disc(100, 134, 24, 26), pale, light="ball", edge=0.3)
    )
    picture += both(body(disc(140, 153, 22, 19), fur, bevel=1.5) + body(disc(144, 155, 11.500, 11), pale, bevel=0.6))
    picture += (
        body(disc(100, 64, 44, 38), fur, bevel=1.8)
        + body(disc(100, 78, 19, 14.500), pale, light="ball", edge=0.3)
        + _face(100, 62, 1.1)
    )
    if not dressed:
        picture += body("M100 104l-19-11v22zM100 104l19-11v22z", look.accent, bevel=0.6) + body(
            disc(100, 104, 5.5), look.accent, light="ball"
        )
    return picture


def plush_bunny(rng: np.random.Generator, look: Look) -> str:
    """A long-eared cloth bunny."""
    fur = _fur(rng, look)
    inner = look.accent if lightness(look.accent) > 0.45 else "#e7b3a8"
    ear = "M108 60Q100 12 122 8Q142 14 128 64Z"
    left = body(ear, fur, bevel=1.4) + body("M114 56Q108 22 121 18Q132 24 122 58Z", inner, bevel=0.6)
    picture = contact(100, 172, 60, 7) + both(left)
    picture += both(body("M126 110Q152 118 150 142Q140 150 132 140L118 126Z", fur, bevel=1.4))
    picture += body("M72 108Q100 94 128 108Q142 150 128 166H72Q58 150 72 108Z", cloth(look), bevel=1.7) + both(
        body(disc(124, 164, 19, 11), fur, bevel=1.3)
    )
    picture += (
        body(disc(100, 82, 36, 32), fur, bevel=1.7) + both(spot(disc(122, 92, 6, 4), inner, 0.55)) + _face(100, 80, 1)
    )
    return resize(
        (
            picture
            + body("M100 112l-14-8v16zM100 112l14-8v16z", look.accent, bevel=0.5)
            + body(disc(100, 112, 4), look.accent, light="ball")
        ),
        0.92,
    )


def stacking_rings(rng: np.random.Generator, look: Look) -> str:
    """A tower of rings, wide below and narrow above."""
    colours, count = _toy_colours(look), int(rng.integers(4, 6))
    step = 104 / count
    picture = (
        contact(100, 168, 70, 8)
        + body("M42 154H158Q162 168 100 170Q38 168 42 154Z", _WOOD, light="tube")
        + body(slab(94, 40, 12, 116, 5), _WOOD, light="tube")
    )
    for k in range(count):
        half, y = 56 - k * (30 / count) - 2, 154 - (k + 1) * step
        picture += body(slab(100 - half, y, 2 * half, step, step / 2), colours[k % 5], light="gloss", bevel=1.6)
    top = 154 - count * step
    return picture + body(disc(100, top - 13, 17), colours[count % 5], light="ball")


def toy_blocks(rng: np.random.Generator, look: Look) -> str:
    """Wooden blocks with pictures on them, stacked."""
    colours = _toy_colours(look)

    def block(x: float, y: float, size: float, colour: str) -> str:
        d = size * 0.24
        top = polygon((x, y), (x + d, y - d), (x + size + d, y - d), (x + size, y))
        side = polygon((x + size, y), (x + size + d, y - d), (x + size + d, y + size - d), (x + size, y + size))
        front = body(slab(x, y, size, size, 3), _WOOD, bevel=0.9) + body(
            slab(x + 5, y + 5, size - 10, size - 10, 3), colour, light="flat"
        )
        sketch = motif(rng, Look("", colour, "#fbf6ec", shade(colour, -0.45)), x + size / 2, y + size / 2, size * 0.26)
        return (
            body(top, shade(_WOOD, 0.25), light="flat") + body(side, shade(_WOOD, -0.28), light="flat") + front + sketch
        )

    picture = (
        contact(100, 168, 80, 8)
        + block(26, 116, 50, colours[0])
        + block(104, 116, 50, colours[1])
        + block(64, 54, 50, colours[2])
    )
    if rng.random() < 0.5:
        roof = polygon((58, 40), (90, 12), (122, 40))
        picture += body(roof, colours[3], bevel=0.8) + body(
            polygon((122, 40), (90, 12), (102, 6), (134, 29)), shade(colours[3], -0.3), light="flat"
        )
    return resize(picture, 0.92)


def rattle(rng: np.random.Generator, look: Look) -> str:
    """A rattle: a ball on a handle, or a ring with beads."""
    colours = _toy_colours(look)
    if rng.random() < 0.5:
        handle = body(slab(91, 92, 18, 66, 8), _WOOD, light="tube") + body(disc(100, 164, 16), colours[1], light="ball")
        head = body(disc(100, 60, 42), cloth(look), light="ball", bevel=1) + body(
            "M57 54Q100 70 143 54Q144 64 142 68Q100 84 58 68Q56 62 57 54Z", colours[1], light="tube"
        )
        dots = "".join(
            body(disc(x, 66 + abs(x - 100) * -0.1, 4), "#fbf6ec", light="ball", edge=0.3) for x in (72, 90, 110, 128)
        )
        return move(
            handle + body(slab(82, 96, 36, 11, 5), colours[2], light="tube") + head + dots, "rotate(28 100 100)"
        )
    hoop = (
        line(disc(100, 112, 52), shade(_WOOD, -0.4), 15)
        + line(disc(100, 112, 52), _WOOD, 13)
        + line("M54 96Q68 62 100 60", shade(_WOOD, 0.6), 2.6, 0.8)
    )
    beads = "".join(
        body(disc(100 + 52 * np.cos(a), 112 + 52 * np.sin(a), 15 - 3 * (k % 2)), colours[k % 5], light="ball")
        for k, a in enumerate(np.linspace(0.15 * np.pi, 0.85 * np.pi, 5))
    )
    ears = both(body("M106 54Q104 12 124 12Q138 22 122 58Z", colours[0], bevel=1.2))
    return hoop + beads + ears + body(slab(84, 46, 32, 26, 10), colours[0], bevel=1.2)


def rocking_horse(rng: np.random.Generator, look: Look) -> str:
    """A rocking horse on curved runners."""
    coat = ("#c98f5c", "#f3ece0", "#8b5d40", look.base)[rng.integers(4)]
    mane = look.accent if rng.random() < 0.5 else shade(coat, -0.5)
    runner = "M18 146Q100 190 184 144"
    picture = contact(100, 172, 70, 6) + rod("M76 112L64 160M128 112L140 158", shade(coat, -0.3), 11)
    picture += line("M52 84Q24 84 28 124", shade(mane, -0.3), 11) + line("M52 84Q24 84 28 124", mane, 8.4)
    trunk = (
        "M46 88Q48 76 66 76L112 82Q128 74 132 44Q138 28 152 30L158 22L162 36L184 60Q186 72 172 74L156 70"
        "Q152 104 136 116Q100 130 64 118Q46 110 46 88Z"
    )
    picture += body(trunk, coat, bevel=1.7) + rod("M62 112L50 158M140 108L154 154", coat, 11)
    locks = "M152 28Q130 26 124 50Q122 70 108 80Q124 86 132 68Q140 48 154 38Z"
    saddle = body("M72 74Q92 84 114 80L118 108Q92 116 72 106Z", cloth(look), bevel=1.2) + line(
        "M93 110V122", look.accent, 4
    )
    head = (
        body(disc(158, 48, 3.4, 4), "#2a2226", light="ball", edge=0)
        + line("M158 70Q160 56 172 50M160 60L128 76", look.accent, 2.4)
        + spot(disc(178, 64, 1.6), "#3c2a24")
        + rod("M134 56H148", _WOOD, 6)
    )
    return (
        picture
        + body(locks, mane, bevel=1)
        + saddle
        + head
        + line(runner, shade(_WOOD, -0.45), 11)
        + line(runner, _WOOD, 9)
        + move(line(runner, shade(_WOOD, 0.5), 1.6, 0.7), "translate(0 -2)")
    )


def toy_train(rng: np.random.Generator, look: Look) -> str:
    """A wooden engine with a wagon."""
    colours = _toy_colours(look)

    def wheel(x: float, r: float) -> str:
        return body(disc(x, 160 - r, r), colours[1], light="ball") + body(
            disc(x, 160 - r, r * 0.42), _WOOD, light="ball"
        )

    wagon = "".join(
        body(disc(x, 96, 12), c, light="ball") for x, c in ((31, colours[0]), (64, colours[1]), (47, colours[3]))
    ) + body(slab(14, 102, 66, 38, 4), colours[2], light="gloss", bevel=1)
    engine = (
        body(slab(94, 66, 38, 74, 4), colours[0], light="gloss", bevel=1)
        + spot(slab(101, 76, 24, 22, 3), "#f4efe4")
        + body(slab(88, 58, 50, 11, 4), colours[1], light="down")
    )
    boiler = (
        body(slab(128, 94, 54, 44, 16), colours[0], light="down", bevel=1)
        + body(slab(150, 92, 8, 46, 2), colours[1], light="down")
        + body("M158 94L155 68H179L176 94Z", colours[1], light="tube")
        + body(disc(180, 116, 6), "#f5d77a", light="ball")
    )
    smoke = "".join(spot(disc(x, y, r), "#ffffff", 0.75) for x, y, r in ((166, 54, 8), (158, 42, 10), (146, 30, 12)))
    picture = (
        contact(48, 162, 42, 5)
        + contact(138, 162, 52, 6)
        + rod("M78 134H96", "#6b5a4b", 4)
        + smoke
        + wagon
        + boiler
        + engine
        + body(slab(90, 134, 92, 10, 4), shade(_WOOD, -0.1), light="down")
    )
    return picture + wheel(31, 13) + wheel(64, 13) + wheel(110, 17) + wheel(146, 13) + wheel(172, 13)


def play_gym(rng: np.random.Generator, look: Look) -> str:
    """A wooden play arch with hanging toys over a round mat."""
    colours = _toy_colours(look)
    mat = disc(100, 148, 84, 24)
    picture = (
        contact(100, 158, 92, 20, 0.7)
        + body(mat, cloth(look), bevel=1.2)
        + stitch(disc(100, 148, 76, 20), shade(look.base, -0.3))
    )
    picture += (
        rod("M62 44L40 142M138 44L160 142", shade(_WOOD, -0.12), 7)
        + rod("M62 44L24 154M138 44L176 154", _WOOD, 7)
        + rod("M50 46H150", _WOOD, 8)
    )
    for k, (x, y) in enumerate(((72, 92), (100, 104), (128, 92))):
        picture += line(f"M{x} 50V{y}", "#a89a8a", 1.6) + body(
            disc(x, (46 + y) / 2, 5), colours[(k + 2) % 5], light="ball"
        )
        star = "M0-16L4-5L16-5L7 3L10 14L0 7L-10 14L-7 3L-16-5L-4-5Z"
        toy = (
            body(disc(0, 0, 13), colours[0], light="ball"),
            body(star, colours[1], bevel=0.8),
            line(disc(0, 0, 10), shade(colours[2], -0.3), 8) + line(disc(0, 0, 10), colours[2], 6.6),
        )[(k + int(rng.integers(3))) % 3]
        picture += move(toy, f"translate({x} {y + 8})")
    return picture


def night_light(rng: np.random.Generator, look: Look) -> str:
    """A glowing moon or cloud on a small base."""
    glow = (
        '<defs><radialGradient id="lamp"><stop offset="0" stop-color="#fff3c4" stop-opacity=".95"/>'
        '<stop offset="1" stop-color="#ffdf8a" stop-opacity="0"/></radialGradient></defs>'
    )
    halo = f'{glow}<path d="{disc(100, 88, 82)}" fill="url(#lamp)"/>'
    base = body("M66 148H134L140 162Q100 172 60 162Z", _WOOD, light="tube")
    if rng.random() < 0.5:
        lamp = body("M118 24A62 62 0 1 0 156 116A50 50 0 0 1 118 24Z", "#fbe9ae", light="ball", bevel=1.2) + line(
            "M88 96q5 5 10 0M84 112q8 8 16 2", "#b98a4a", 2
        )
    else:
        lamp = body(
            "M44 136Q20 132 26 108Q32 92 48 94Q52 56 88 52Q120 50 128 80Q156 74 168 96Q176 128 150 136Z",
            mix(look.base, "#fffbe8", 0.6),
            light="cloth",
            bevel=1.7,
        ) + _face(98, 100, 1.1).replace("#4b3530", "#a5765a")
    return contact(100, 164, 54, 7) + halo + base + lamp
