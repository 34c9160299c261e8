"""What some sellers photograph instead of the product: the box that it comes in."""

import numpy as np

from demo.shop.materials import Look
from demo.shop.palette import lightness, mix, shade
from demo.shop.pen import Point, body, clip, contact, line, move, n, polygon, slab, spot
from demo.shop.shapes.motifs import motif

_LOW = 162  # where the box stands


def carton(rng: np.random.Generator, look: Look) -> str:
    """Draw a parcel with tape and a label, or a gift box in the brand's colours."""
    tall = rng.uniform(66, 98)
    return (_parcel if rng.random() < 0.5 else _gift_box)(rng, look, tall)


def _front(x: float, y: float, tall: float) -> Point:
    """Return a point of the front face: x and y from 0 to 1, from its top left."""
    return 34 + 88 * x, _LOW - tall + 6 * x + (tall - 2 + 2 * x) * y


def _side(x: float, y: float, tall: float) -> Point:
    """Return a point of the right-hand face."""
    return 122 + 46 * x, _LOW - tall + 6 - 12 * x + (tall - 4 * x) * y


def _box(card: str, tall: float) -> str:
    front = polygon(*(_front(x, y, tall) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))))
    side = polygon(*(_side(x, y, tall) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))))
    top = polygon(_front(0, 0, tall), (82, _LOW - tall - 14), _side(1, 0, tall), _front(1, 0, tall))
    picture = (
        contact(104, _LOW + 4, 86, 9) + body(front, card, light="flat") + body(side, shade(card, -0.25), light="flat")
    )
    return picture + body(top, shade(card, 0.22), light="flat")


def _parcel(rng: np.random.Generator, look: Look, tall: float) -> str:
    card = mix("#c9a579", look.base, 0.12)
    y = _LOW - tall
    tape = polygon((74, y + 2.5), (86, y + 3.5), (128, y - 10), (116, y - 11))
    hanging = polygon((74, y + 2.5), (86, y + 3.5), (86, y + 17), (74, y + 16))
    picture = _box(card, tall) + spot(tape, "#efe2c8", 0.85) + spot(hanging, "#e6d5b4", 0.85)
    corners = ((0.12, 0.3), (0.72, 0.3), (0.72, 0.86), (0.12, 0.86))
    label = polygon(*(_front(a, b, tall) for a, b in corners))
    band = polygon(*(_front(a, b, tall) for a, b in ((0.12, 0.3), (0.72, 0.3), (0.72, 0.46), (0.12, 0.46))))
    picture += body(label, "#fbf8f1", light="flat", edge=0.5) + spot(band, look.base)
    left, top = _front(0.18, 0.54, tall)
    picture += "".join(
        line(f"M{n(left + k)} {n(top + k * 0.07)}v{n(tall * 0.22)}", "#35322f", 1.1) for k in (0, 2, 5, 6.5, 9, 11, 14)
    )
    x, middle = _front(0.56, 0.66, tall)
    ink = Look(look.family, look.base, look.base, look.accent)
    arrows = _side(0.5, 0.6, tall)
    up = f"M{n(arrows[0] - 6)} {n(arrows[1] + 2)}v-14m-3 4l3-4l3 3m6 9v-14m-3 4l3-4l3 3"
    return picture + motif(rng, ink, x, middle, tall * 0.1) + line(up, shade(card, -0.6), 1.6, 0.75)


def _gift_box(rng: np.random.Generator, look: Look, tall: float) -> str:
    ribbon = look.accent if lightness(look.accent) < 0.8 else look.second
    y = _LOW - tall
    picture = _box(look.base, tall)
    # The lid overhangs the box a little, and shades it.
    front = polygon((31, y - 2), (123, y + 5), (123, y + 23), (31, y + 16))
    side = polygon((123, y + 5), (171, y - 8), (171, y + 9), (123, y + 23))
    top = polygon((31, y - 2), (81, y - 17), (171, y - 8), (123, y + 5))
    picture += spot(
        polygon((34, y + 16), (122, y + 23), (168, y + 9), (168, y + 14), (122, y + 28), (34, y + 21)), "#0b1022", 0.22
    )
    picture += body(front, shade(look.base, 0.06), light="flat") + body(side, shade(look.base, -0.22), light="flat")
    picture += body(top, shade(look.base, 0.24), light="flat")
    wound = polygon((70, y + 1), (84, y + 2), (84, _LOW + 3), (70, _LOW + 2))
    over = polygon((70, y + 1), (84, y + 2), (130, y - 12), (118, y - 13.5))
    picture += body(wound, ribbon, light="flat", edge=0.4) + body(over, shade(ribbon, 0.15), light="flat", edge=0.4)
    bow = "M0 0Q-27-27-35-13Q-35 1 0 0Q33 1 35-15Q27-27 0 0Z"
    picture += move(body(bow, ribbon, bevel=0.8), f"translate(101 {n(y - 7)})") + body(
        slab(96, y - 13, 11, 11, 4), shade(ribbon, -0.1), light="ball"
    )
    ink = Look(look.family, look.base, look.second, look.second)
    panel = polygon(*(_front(a, b, tall) for a, b in ((0.62, 0.2), (1, 0.2), (1, 1), (0.62, 1))))
    return picture + clip(panel, motif(rng, ink, *_front(0.8, 0.62, tall), 11))
