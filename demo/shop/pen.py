"""The drawing hand: paths, painted bodies with light from the top left, rods, creases and contact shadows.

Every function returns SVG text on a 200 x 200 canvas and knows nothing of products. Ids are checksums of what they
name, so fragments can be joined in any order and the same thing always has the same id.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from demo.shop.palette import shade

Point = tuple[float, float]

# (offset, colour, opacity) along the gradient's line; the box is the body's own.
_LIGHT = {
    "cloth": ("0 0 1 1", ((0, "#fff", 0.20), (0.45, "#fff", 0.0), (1, "#0b1022", 0.20))),
    "flat": ("0 0 0.6 1", ((0, "#fff", 0.16), (0.5, "#fff", 0.0), (1, "#0b1022", 0.12))),
    "tube": (
        "0 0 1 0",
        ((0, "#0b1022", 0.16), (0.28, "#fff", 0.38), (0.55, "#fff", 0.0), (1, "#0b1022", 0.34)),
    ),
    "down": ("0 0 0 1", ((0, "#fff", 0.34), (0.4, "#fff", 0.0), (1, "#0b1022", 0.30))),
    "gloss": (
        "0 0 0.8 1",
        ((0, "#fff", 0.42), (0.38, "#fff", 0.06), (0.42, "#fff", 0.0), (1, "#0b1022", 0.30)),
    ),
    "ball": ("", ((0, "#fff", 0.55), (0.35, "#fff", 0.12), (0.6, "#0b1022", 0.05), (1, "#0b1022", 0.48))),
}


@dataclass(frozen=True)
class Paint:
    """What fills a body: its main colour, an SVG fill, and the definitions that the fill needs."""

    colour: str
    fill: str
    defs: str = ""


def plain(colour: str) -> Paint:
    """Return a paint of one colour."""
    return Paint(colour, colour)


def identity(text: str) -> str:
    """Return a short id that depends on nothing but the text."""
    return f"x{zlib.crc32(text.encode()):08x}"


def n(value: float) -> str:
    """Return a coordinate with two decimals at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def disc(x: float, y: float, rx: float, ry: float | None = None) -> str:
    """Return the path of an ellipse about (x, y)."""
    ry = rx if ry is None else ry
    return f"M{n(x - rx)} {n(y)}a{n(rx)} {n(ry)} 0 1 1 {n(2 * rx)} 0a{n(rx)} {n(ry)} 0 1 1 {n(-2 * rx)} 0Z"


def slab(x: float, y: float, width: float, height: float, radius: float = 3) -> str:
    """Return the path of a rectangle with rounded corners; (x, y) is its top left."""
    r = min(radius, width / 2, height / 2)
    arc = f"a{n(r)} {n(r)} 0 0 1 "
    return (
        f"M{n(x + r)} {n(y)}h{n(width - 2 * r)}{arc}{n(r)} {n(r)}v{n(height - 2 * r)}{arc}{n(-r)} {n(r)}"
        f"h{n(2 * r - width)}{arc}{n(-r)} {n(-r)}v{n(2 * r - height)}{arc}{n(r)} {n(-r)}Z"
    )


def polygon(*points: Point) -> str:
    """Return the closed path through the points."""
    return "M" + "L".join(f"{n(x)} {n(y)}" for x, y in points) + "Z"


def symmetric(start: Point, *segments: Sequence[Point], axis: float = 100) -> str:
    """Return a closed path symmetric about x = `axis`, from its right half.

    Points are (distance from the axis, y). A segment of one point is a line, of two a quadratic and of three a cubic
    Bézier; the half starts and ends on or beside the axis.
    """
    letters = {1: "L", 2: "Q", 3: "C"}
    right = [f"M{n(axis + start[0])} {n(start[1])}"]
    for segment in segments:
        right.append(letters[len(segment)] + " ".join(f"{n(axis + x)} {n(y)}" for x, y in segment))
    ends = [start] + [segment[-1] for segment in segments]
    left = [f"L{n(axis - ends[-1][0])} {n(ends[-1][1])}"]
    for begin, segment in zip(reversed(ends[:-1]), reversed(segments), strict=True):
        back = [*reversed(segment[:-1]), begin]
        left.append(letters[len(segment)] + " ".join(f"{n(axis - x)} {n(y)}" for x, y in back))
    return "".join(right + left) + "Z"


def gradient(light: str) -> tuple[str, str]:
    """Return the definition and fill of one of the named lights."""
    line, stops = _LIGHT[light]
    name = f"light-{light}"
    inner = "".join(f'<stop offset="{o}" stop-color="{c}" stop-opacity="{a}"/>' for o, c, a in stops)
    if light == "ball":
        return (
            f'<radialGradient id="{name}" cx=".36" cy=".3" r=".78" fx=".33" fy=".26">{inner}</radialGradient>',
            f"url(#{name})",
        )
    x1, y1, x2, y2 = line.split()
    return (
        f'<linearGradient id="{name}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}">{inner}</linearGradient>',
        f"url(#{name})",
    )


# One set of definitions a picture; `render` puts it first.
LIGHTS = "".join(gradient(light)[0] for light in _LIGHT) + (
    '<radialGradient id="contact"><stop offset="0" stop-color="#1a1620" stop-opacity=".5"/>'
    '<stop offset=".55" stop-color="#1a1620" stop-opacity=".2"/>'
    '<stop offset="1" stop-color="#1a1620" stop-opacity="0"/></radialGradient>'
    '<filter id="soft" color-interpolation-filters="sRGB" x="-20%" y="-20%" width="140%" height="140%">'
    '<feGaussianBlur stdDeviation="2.4"/></filter>'
)


def clip(d: str, inside: str) -> str:
    """Return `inside`, seen only within the path."""
    name = identity("clip" + d)
    return f'<defs><clipPath id="{name}"><path d="{d}"/></clipPath></defs><g clip-path="url(#{name})">{inside}</g>'


def body(d: str, paint: Paint | str, light: str = "cloth", bevel: float = 0.0, edge: float = 0.7) -> str:
    """Draw a painted shape: paint, light, an optional soft bevel (1 = cloth, 2 = padded) and a fine edge."""
    paint = plain(paint) if isinstance(paint, str) else paint
    parts = [f'<path d="{d}" fill="{paint.fill}"/>']
    if paint.defs:
        # The ground colour goes below the pattern, so that no seam shows between the pattern's tiles.
        parts = [f"<defs>{paint.defs}</defs>", f'<path d="{d}" fill="{paint.colour}"/>', *parts]
    if bevel:
        width = n(4 + 5 * bevel)
        rim = (
            f'<g filter="url(#soft)" fill="none" stroke-width="{width}">'
            f'<path d="{d}" stroke="#0b1022" stroke-opacity="{n(0.16 + 0.12 * bevel)}" transform="translate(-1.2 '
            '-1.8)"/>'
            f'<path d="{d}" stroke="#fff" stroke-opacity=".22" transform="translate(2.6 3.4)" stroke-width="3"/></g>'
        )
        parts.append(clip(d, rim))
    parts.append(f'<path d="{d}" fill="{gradient(light)[1]}"/>')
    if edge:
        parts.append(line(d, shade(paint.colour, -0.45), edge, 0.6))
    return "".join(parts)


def line(d: str, colour: str, width: float = 1, opacity: float = 1, dash: str = "") -> str:
    """Draw a stroked path with round ends."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{n(width)}" stroke-opacity="{n(opacity)}" '
        f'stroke-linecap="round" stroke-linejoin="round"{dashes}/>'
    )


def stitch(d: str, colour: str) -> str:
    """Draw a dashed seam, lighter or darker than the cloth as the caller says."""
    return line(d, colour, 0.8, 0.8, "2.4 1.8")


def spot(d: str, colour: str, opacity: float = 1) -> str:
    """Draw a flat fill with no light of its own: prints, holes, highlights."""
    return f'<path d="{d}" fill="{colour}" fill-opacity="{n(opacity)}"/>'


def rod(d: str, colour: str, width: float) -> str:
    """Draw a round bar or strap along a path: dark rim, colour, and a highlight towards the light."""
    return (
        line(d, shade(colour, -0.4), width)
        + line(d, colour, width * 0.8)
        + f'<g transform="translate({n(-width * 0.14)} {n(-width * 0.16)})">'
        + line(d, shade(colour, 0.55), width * 0.22, 0.75)
        + "</g>"
    )


def crease(inside: str, *folds: str, width: float = 4, strength: float = 0.2) -> str:
    """Draw soft folds in cloth, kept within the path `inside`; each has a shadow and a lit side."""
    dark = "".join(line(d, "#0b1022", width, strength) for d in folds)
    lit = "".join(line(d, "#fff", width * 0.6, strength * 0.9) for d in folds)
    return clip(inside, f'<g filter="url(#soft)">{dark}<g transform="translate(-3 -.6)">{lit}</g></g>')


def contact(x: float, y: float, rx: float, ry: float = 7, strength: float = 1) -> str:
    """Draw the soft shadow below a standing thing."""
    return f'<path d="{disc(x, y, rx, ry)}" fill="url(#contact)" opacity="{n(strength)}"/>'


def move(fragment: str, transform: str) -> str:
    """Return the fragment under an SVG transform."""
    return f'<g transform="{transform}">{fragment}</g>'


def resize(fragment: str, scale: float, y: float = 168) -> str:
    """Return the fragment scaled about the point (100, y), by default the floor under a product."""
    return move(fragment, f"translate(100 {n(y)}) scale({n(scale)}) translate(-100 {n(-y)})")


def mirror(fragment: str, axis: float = 100) -> str:
    """Return the fragment reflected about x = `axis`."""
    return move(fragment, f"translate({n(2 * axis)} 0) scale(-1 1)")


def both(fragment: str, axis: float = 100) -> str:
    """Return the fragment and its reflection."""
    return fragment + mirror(fragment, axis)
