"""Cloth and finish: a look's pattern as an SVG paint."""

from dataclasses import dataclass

import numpy as np

from demo.shop.palette import mix, shade
from demo.shop.pen import Paint, disc, identity, line, move, n, plain, spot


@dataclass(frozen=True)
class Look:
    """How one item looks: colour family and its three colours, pattern, and the pattern's scale."""

    family: str
    base: str
    second: str
    accent: str
    pattern: str = "plain"
    scale: float = 1.0


def _band(y: float, height: float, width: float, colour: str, opacity: float = 1) -> str:
    return (
        f'<rect x="0" y="{n(y)}" width="{n(width)}" height="{n(height)}" fill="{colour}" fill-opacity="{n(opacity)}"/>'
    )


def _post(x: float, width: float, height: float, colour: str, opacity: float = 1) -> str:
    return (
        f'<rect x="{n(x)}" y="0" width="{n(width)}" height="{n(height)}" fill="{colour}" fill-opacity="{n(opacity)}"/>'
    )


def _flower(x: float, y: float, r: float, petal: str, heart: str) -> str:
    around = ((0, -1), (0.95, -0.31), (0.59, 0.81), (-0.59, 0.81), (-0.95, -0.31))
    petals = "".join(spot(disc(x + dx * r * 0.8, y + dy * r * 0.8, r * 0.62), petal) for dx, dy in around)
    return petals + spot(disc(x, y, r * 0.5), heart)


def _star(x: float, y: float, r: float, colour: str) -> str:
    points = ((0, -1), (0.24, -0.33), (0.95, -0.31), (0.38, 0.13), (0.59, 0.81), (0, 0.4))
    outline = [*points, *[(-dx, dy) for dx, dy in points[-2:0:-1]]]
    return spot("M" + "L".join(f"{n(x + dx * r)} {n(y + dy * r)}" for dx, dy in outline) + "Z", colour)


# Bands run on for a long way before the tile ends: where two tiles meet, a fine seam would cross them.
_LONG = 416


def _stripes(look: Look) -> tuple[float, float, str]:
    return _LONG, 16, _band(0, 7, _LONG, look.second)


def _breton(look: Look) -> tuple[float, float, str]:
    return _LONG, 9, _band(2, 2.6, _LONG, look.second)


def _pinstripe(look: Look) -> tuple[float, float, str]:
    return 8, _LONG, _post(3, 1.1, _LONG, look.second, 0.85)


def _lattice(step: float, offset: float, width: float, colour: str, opacity: float) -> str:
    starts = np.arange(offset, _LONG, step)
    return "".join(_band(k, width, _LONG, colour, opacity) + _post(k, width, _LONG, colour, opacity) for k in starts)


def _checks(look: Look) -> tuple[float, float, str]:
    return _LONG, _LONG, _lattice(26, 4, 9, look.second, 0.6) + _lattice(26, 20, 1.8, look.accent, 0.9)


def _gingham(look: Look) -> tuple[float, float, str]:
    return _LONG, _LONG, _lattice(13, 3, 6.5, mix(look.second, "#ffffff", 0.4), 0.62)


def _dots(look: Look) -> tuple[float, float, str]:
    return 16, 16, spot(disc(4, 4, 2.7), look.second) + spot(disc(12, 12, 2.7), look.second)


def _floral(look: Look) -> tuple[float, float, str]:
    leaf = mix(look.base, "#3f6b4a", 0.6)
    leaves = line("M10 15q4 3 3 8", leaf, 1.5) + line("M27 29q-5 1 -7 5M5 32q4-3 7-1", leaf, 1.5)
    flowers = _flower(9, 10, 5, look.second, look.accent) + _flower(26, 25, 5.8, look.second, look.accent)
    return 34, 36, leaves + flowers + _flower(27, 6, 2.6, look.accent, look.second)


def _stars(look: Look) -> tuple[float, float, str]:
    return 24, 24, _star(6, 7, 4.2, look.second) + _star(18, 19, 3.1, look.accent)


def _zigzag(look: Look) -> tuple[float, float, str]:
    tile = line("M-2 4L5 11L13 3L20 10L27 3", look.second, 2.6)
    return 16, 18, tile + line("M-2 13L5 20L13 12L20 19", look.accent, 1.5)


_CAMO_TILE = 70


def _patch(rng: np.random.Generator) -> str:
    """Return a wavering blot about the origin, wider than high."""
    around = np.arange(9) * 2 * np.pi / 9
    reach = rng.uniform(5, 15, 9)
    corners = np.stack([reach * np.cos(around) * 1.5, reach * np.sin(around) * 0.75], axis=1)
    middles = (corners + np.roll(corners, -1, axis=0)) / 2
    bends = zip(np.roll(corners, -1, axis=0), np.roll(middles, -1, axis=0), strict=True)
    curves = "".join(f"Q{n(x)} {n(y)} {n(u)} {n(v)}" for (x, y), (u, v) in bends)
    return f"M{n(middles[0, 0])} {n(middles[0, 1])}{curves}Z"


def _camo(look: Look) -> tuple[float, float, str]:
    inks = (mix(look.base, "#d9cfae", 0.38), mix(look.base, "#6b5a41", 0.5), shade(look.base, -0.45))
    rng = np.random.default_rng(5)
    tile = ""
    for ink in inks:
        for x, y in rng.uniform(0, _CAMO_TILE, (5, 2)):
            patch = _patch(rng)
            # Whatever runs over one edge of the tile comes in at the opposite one.
            shifts = ((dx, dy) for dx in (-_CAMO_TILE, 0, _CAMO_TILE) for dy in (-_CAMO_TILE, 0, _CAMO_TILE))
            tile += "".join(move(spot(patch, ink), f"translate({n(x + dx)} {n(y + dy)})") for dx, dy in shifts)
    return _CAMO_TILE, _CAMO_TILE, tile


def _knit(look: Look) -> tuple[float, float, str]:
    dark, pale = shade(look.base, -0.3), shade(look.base, 0.3)
    return 6, 5, line("M0 0L3 3.4L6 0", dark, 1.3, 0.8) + line("M0 2L3 5.4L6 2", pale, 0.8, 0.7)


def _denim(look: Look) -> tuple[float, float, str]:
    light, dark = (
        line("M-1 4L4 -1", shade(look.base, 0.4), 1.1, 0.45),
        line("M1 5L5 1", shade(look.base, -0.35), 0.9, 0.45),
    )
    return 3, 3, dark + move(dark, "translate(-3 0)") + light


def _leather(look: Look) -> tuple[float, float, str]:
    grain = "M1 2q2 1 3-1M6 4q2 0 2-2M3 7q2 1 3-1M8 8q1 1 2 0"
    gleam = "M1.5 3q2 1 3-1M6.5 5q2 0 2-2M3.5 8q2 1 3-1"
    return 10, 9, line(grain, shade(look.base, -0.5), 0.8, 0.55) + line(gleam, shade(look.base, 0.4), 0.7, 0.4)


_TILES = {
    "stripes": _stripes,
    "breton": _breton,
    "pinstripe": _pinstripe,
    "checks": _checks,
    "gingham": _gingham,
    "dots": _dots,
    "floral": _floral,
    "stars": _stars,
    "zigzag": _zigzag,
    "camo": _camo,
    "knit": _knit,
    "denim": _denim,
    "leather": _leather,
}
PATTERNS = ("plain", *_TILES)
TEXTURES = ("knit", "denim", "leather")


def cloth(look: Look, turn: float = 0, scale: float = 1) -> Paint:
    """Return the look's pattern as a paint, turned by `turn` degrees (sleeves, straps) and scaled."""
    if look.pattern == "plain":
        return plain(look.base)
    width, height, tile = _TILES[look.pattern](look)
    size = scale * (1.0 if look.pattern in TEXTURES else look.scale)
    name = identity(f"{look}{turn}{scale}")
    definition = (
        f'<pattern id="{name}" width="{n(width)}" height="{n(height)}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate({n(turn)}) scale({n(size)})">'
        f"{tile}</pattern>"
    )
    return Paint(look.base, f"url(#{name})", definition)
