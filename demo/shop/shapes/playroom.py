"""For the playroom: toy train, play gym, night light."""

import numpy as np

from demo.shop.materials import Look, cloth
from demo.shop.palette import mix, shade
from demo.shop.pen import body, contact, disc, line, move, rod, slab, spot, stitch
from demo.shop.shapes.toys import face, toy_colours

_WOOD = "#d3ab7b"


def toy_train(rng: np.random.Generator, look: Look) -> str:
    """Draw a wooden engine with a wagon."""
    colours = toy_colours(look)

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
    picture = (
        contact(48, 162, 42, 5)
        + contact(138, 162, 52, 6)
        + rod("M78 134H96", "#6b5a4b", 4)
        + wagon
        + boiler
        + engine
        + body(slab(90, 134, 92, 10, 4), shade(_WOOD, -0.1), light="down")
    )
    return picture + wheel(31, 13) + wheel(64, 13) + wheel(110, 17) + wheel(146, 13) + wheel(172, 13)


def play_gym(rng: np.random.Generator, look: Look) -> str:
    """Draw a wooden play arch with hanging toys over a round mat."""
    colours = toy_colours(look)
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


_HALO = (
    '<defs><radialGradient id="lamp"><stop offset="0" stop-color="#fff3c4" stop-opacity=".95"/>'
    '<stop offset="1" stop-color="#ffdf8a" stop-opacity="0"/></radialGradient></defs>'
    f'<path d="{disc(100, 88, 82)}" fill="url(#lamp)"/>'
)
_STAND = body("M70 130H130L140 162Q100 172 60 162Z", _WOOD, light="tube")


def moon_light(rng: np.random.Generator, look: Look) -> str:
    """Draw a glowing moon on a small stand."""
    moon = body("M118 24A62 62 0 1 0 156 116A50 50 0 0 1 118 24Z", "#fbe9ae", light="ball", bevel=1.2)
    asleep = line("M76 90q5 5 10 0M70 108q8 8 16 2", "#b98a4a", 2)
    return contact(100, 164, 54, 7) + _HALO + _STAND + move(moon + asleep, "translate(0 8)")


def cloud_light(rng: np.random.Generator, look: Look) -> str:
    """Draw a glowing cloud with a face, on a small stand."""
    cloud = "M44 136Q20 132 26 108Q32 92 48 94Q52 56 88 52Q120 50 128 80Q156 74 168 96Q176 128 150 136Z"
    lamp = body(cloud, mix(look.base, "#fffbe8", 0.6), light="cloth", bevel=1.7)
    return contact(100, 164, 54, 7) + _HALO + _STAND + lamp + face(98, 100, 1.1).replace("#4b3530", "#a5765a")
