"""Toys for the small: teddy bear, plush bunny, stacking rings, blocks, rattle, rocking horse."""

import numpy as np

from demo.shop.materials import Look, cloth
from demo.shop.palette import lightness, mix, shade
from demo.shop.pen import body, both, contact, disc, line, move, polygon, resize, rod, slab, spot
from demo.shop.shapes.motifs import motif

_WOOD = "#d3ab7b"


def toy_colours(look: Look) -> tuple[str, ...]:
    """Return five paints that go together."""
    second = look.second if lightness(look.second) < 0.9 else shade(look.accent, 0.4)
    return look.base, look.accent, second, shade(look.base, 0.42), mix(look.accent, look.base, 0.5)


def face(x: float, y: float, size: float) -> str:
    """Draw a plush animal's eyes, nose and mouth."""
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


_FUR = ("#b98457", "#d8b58a", "#efe2cf", "#8a6146")


def _bear(fur: str, front: str) -> str:
    """Draw a sitting bear; `front` is what covers its chest."""
    pale = mix(fur, "#fff3e2", 0.55)
    ears = both(body(disc(133, 40, 16), fur, bevel=1.4) + body(disc(133, 41, 8.5), pale, bevel=0.7))
    arms = both(body("M128 96Q160 100 164 130Q160 144 146 140Q130 128 122 116Z", fur, bevel=1.6))
    feet = both(body(disc(140, 153, 22, 19), fur, bevel=1.5) + body(disc(144, 155, 11.5, 11), pale, bevel=0.6))
    head = body(disc(100, 64, 44, 38), fur, bevel=1.8) + body(disc(100, 78, 19, 14.5), pale, light="ball", edge=0.3)
    return contact(100, 170, 72, 8) + ears + arms + front + feet + head + face(100, 62, 1.1)


def teddy_bear(rng: np.random.Generator, look: Look) -> str:
    """Draw a teddy bear with a bow tie."""
    fur = _FUR[rng.integers(len(_FUR))]
    trunk = body(disc(100, 128, 41, 42), fur, bevel=1.8)
    belly = body(disc(100, 134, 24, 26), mix(fur, "#fff3e2", 0.55), light="ball", edge=0.3)
    bow = body("M100 104l-19-11v22zM100 104l19-11v22z", look.base, bevel=0.6) + body(
        disc(100, 104, 5.5), look.base, light="ball"
    )
    return _bear(fur, trunk + belly) + bow


def dressed_bear(rng: np.random.Generator, look: Look) -> str:
    """Draw a teddy bear in a jumper."""
    sleeve = "M124 98Q152 98 160 122Q152 134 138 132Q128 122 122 114Z"
    jumper = body(disc(100, 130, 42, 42), cloth(look), bevel=1.8) + both(body(sleeve, cloth(look, turn=-40), bevel=1.4))
    neck = body("M76 98Q100 110 124 98L122 108Q100 118 78 108Z", shade(look.base, -0.2), bevel=0.7)
    return _bear(_FUR[rng.integers(len(_FUR))], jumper + neck)


def plush_bunny(rng: np.random.Generator, look: Look) -> str:
    """Draw a long-eared cloth bunny."""
    fur = _FUR[rng.integers(len(_FUR))]
    inner = look.accent if lightness(look.accent) > 0.45 else "#e7b3a8"
    ear = "M108 60Q100 12 122 8Q142 14 128 64Z"
    left = body(ear, fur, bevel=1.4) + body("M114 56Q108 22 121 18Q132 24 122 58Z", inner, bevel=0.6)
    picture = contact(100, 172, 60, 7) + both(left)
    picture += both(body("M126 110Q152 118 150 142Q140 150 132 140L118 126Z", fur, bevel=1.4))
    picture += body("M72 108Q100 94 128 108Q142 150 128 166H72Q58 150 72 108Z", cloth(look), bevel=1.7) + both(
        body(disc(124, 164, 19, 11), fur, bevel=1.3)
    )
    picture += (
        body(disc(100, 82, 36, 32), fur, bevel=1.7) + both(spot(disc(122, 92, 6, 4), inner, 0.55)) + face(100, 80, 1)
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
    """Draw a tower of rings, wide below and narrow above."""
    colours, count = toy_colours(look), int(rng.integers(4, 6))
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
    """Draw wooden blocks with pictures on them, stacked."""
    colours = toy_colours(look)

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
        roof = polygon((64, 50), (92, 22), (120, 50))
        picture += body(roof, colours[3], bevel=0.8) + body(
            polygon((120, 50), (92, 22), (102, 14), (130, 40)), shade(colours[3], -0.3), light="flat"
        )
    return resize(picture, 0.92)


def rattle(rng: np.random.Generator, look: Look) -> str:
    """Draw a rattle: a ball on a wooden handle."""
    colours = toy_colours(look)
    handle = body(slab(91, 92, 18, 66, 8), _WOOD, light="tube") + body(disc(100, 164, 16), colours[1], light="ball")
    head = body(disc(100, 60, 42), cloth(look), light="ball", bevel=1) + body(
        "M57 54Q100 70 143 54Q144 64 142 68Q100 84 58 68Q56 62 57 54Z", colours[1], light="tube"
    )
    dots = "".join(
        body(disc(x, 66 + abs(x - 100) * -0.1, 4), "#fbf6ec", light="ball", edge=0.3) for x in (72, 90, 110, 128)
    )
    return move(handle + body(slab(82, 96, 36, 11, 5), colours[2], light="tube") + head + dots, "rotate(28 100 100)")


def ring_rattle(rng: np.random.Generator, look: Look) -> str:
    """Draw a wooden ring with beads and two cloth ears."""
    colours = toy_colours(look)
    hoop = (
        line(disc(100, 112, 52), shade(_WOOD, -0.4), 15)
        + line(disc(100, 112, 52), _WOOD, 13)
        + line("M54 96Q68 62 100 60", shade(_WOOD, 0.6), 2.6, 0.8)
    )
    beads = "".join(
        body(disc(100 + 52 * np.cos(a), 112 + 52 * np.sin(a), 15 - 3 * (k % 2)), colours[k % 5], light="ball")
        for k, a in enumerate(np.linspace(0.15 * np.pi, 0.85 * np.pi, 5))
    )
    ears = both(body("M106 54Q104 12 124 12Q138 22 122 58Z", cloth(look), bevel=1.2))
    return hoop + beads + ears + body(slab(84, 46, 32, 26, 10), colours[0], bevel=1.2)


def rocking_horse(rng: np.random.Generator, look: Look) -> str:
    """Draw a rocking horse on curved runners."""
    coat = ("#c98f5c", "#f3ece0", "#8b5d40")[rng.integers(3)]
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
