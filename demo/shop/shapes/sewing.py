"""What sewn clothes have in common: necks, collars, buttons, sleeves and the proportions that differ."""

import numpy as np

from demo.shop.materials import Look, cloth
from demo.shop.palette import lightness, shade
from demo.shop.pen import body, both, crease, disc, line, move, n, polygon, spot


def fit(rng: np.random.Generator, fragment: str, wide: tuple[float, float] = (0.86, 1.06), tall: float = 0.92) -> str:
    """Return the garment in another size and cut: narrower or wider, shorter or longer."""
    x, y = rng.uniform(*wide), rng.uniform(tall, 1.02)
    return move(fragment, f"translate(100 100) scale({n(x)} {n(y)}) translate(-100 -100)")


def back_of_neck(colour: str, half: float, top: float, drop: float) -> str:
    """Draw the inside of the neck with its label."""
    d = (
        f"M{100 - half} {top}Q100 {top + 7} {100 + half} {top}Q{100 + half - 3} {top + drop} 100 {top + drop}"
        f"Q{100 - half + 3} {top + drop} {100 - half} {top}Z"
    )
    return spot(d, shade(colour, -0.42)) + spot(disc(100, top + 6, 3.4, 1.7), "#f4efe6", 0.85)


def collar(colour: str, top: float) -> str:
    """Draw a shirt's two collar leaves."""
    leaf = polygon((100, top + 16), (83, top), (77, top + 7), (86, top + 27))
    return both(body(leaf, colour, edge=0.8))


def paler(colour: str) -> str:
    """Return the colour a little lighter, or darker where lighter would not show."""
    return shade(colour, 0.12 if lightness(colour) < 0.8 else -0.06)


def buttons(first: float, last: float, count: int, colour: str, x: float = 100) -> str:
    """Draw a row of buttons down the front."""
    return "".join(body(disc(x, y, 1.9), colour, light="ball", edge=0.3) for y in np.linspace(first, last, count))


def sleeves(
    look: Look, spread: float, length: float = 104, cuff: float = 17, bevel: float = 1, band: str = "", reach: float = 0
) -> str:
    """Draw two long sleeves, `spread` degrees away from the body; `band` is the colour of the cuffs.

    They begin under the trunk, which is drawn after them; `reach` moves the shoulders out.
    """
    angle = np.radians(spread)
    along, across = np.array([np.sin(angle), np.cos(angle)]), np.array([np.cos(angle), -np.sin(angle)])
    shoulder, pit = np.array([143 + reach, 41]), np.array([141 + reach, 86])
    outer = shoulder + along * length + across * 4
    inner = outer - across * cuff
    elbow, cap = shoulder + along * length * 0.5 + across * 9, shoulder + along * 8 + across * 6
    under = (pit + inner) / 2 + across * 3

    def at(point: np.ndarray) -> str:
        return f"{n(point[0])} {n(point[1])}"

    d = f"M118 36L{at(shoulder - [9, 2.5])}Q{at(cap)} {at(shoulder + along * 26 + across * 8)}Q{at(elbow)} {at(outer)}"
    d += f"L{at(inner)}Q{at(under)} {at(pit)}L118 90Z"
    arm = body(d, cloth(look, turn=-spread), bevel=bevel)
    bend = shoulder + along * length * 0.55
    for share in (0.5, 0.62):
        a, b = shoulder + along * length * share + across * 8, shoulder + along * length * share - across * 12
        arm += crease(d, f"M{at(a)}Q{at(bend)} {at(b)}", width=3)
    if band:
        end = f"M{at(outer + across)}L{at(inner - across)}L{at(inner - across - along * 11)}L{at(outer - along * 11)}Z"
        arm += body(end, band, edge=0.6)
    else:
        hem = along * 4
        arm += line(f"M{at(outer - hem)}L{at(inner - hem)}", shade(look.base, -0.4), 1, 0.6)
    return both(arm)
