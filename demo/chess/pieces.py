"""The shapes of the pieces, our own: two sets of six on a square of 100 x 100, feet at the bottom.

A shape is a list of parts. `body` is filled with the piece's colour and outlined, `mark` is a line drawn on it and
`dot` a spot in the colour of the lines. All but the knights are symmetrical, so that only their right halves are
given: a path from the top middle to the bottom middle, mirrored for the left.
"""

from dataclasses import dataclass

Part = tuple[str, str]  # ("body" | "mark" | "dot", path)
Step = tuple[float, ...]  # (x, y) a line to there, or (x1, y1, x2, y2, x, y) a Bezier curve


@dataclass(frozen=True)
class Ink:
    """How the parts are drawn: fill, outline and marks as SVG colours, and the width of lines."""

    fill: str
    line: str
    mark: str
    width: float = 4.0


def drawn(parts: list[Part], ink: Ink) -> str:
    """Return a piece as SVG elements."""
    looks = {
        "body": f'fill="{ink.fill}" stroke="{ink.line}" stroke-width="{ink.width}"',
        "mark": f'fill="none" stroke="{ink.mark}" stroke-width="{ink.width * 0.85:.2f}"',
        "dot": f'fill="{ink.mark}"',
    }
    joined = "".join(f'<path d="{path}" {looks[kind]}/>' for kind, path in parts)
    return f'<g stroke-linejoin="round" stroke-linecap="round">{joined}</g>'


def _mirrored(start: float, *steps: Step) -> str:
    """Return the path of a whole symmetrical outline, from the half that begins at (50, start)."""
    points = [(50.0, start)]
    right = f"M50 {start:g}"
    for step in steps:
        right += ("C" if len(step) == 6 else "L") + " ".join(f"{value:g}" for value in step)
        points.append((step[-2], step[-1]))
    left = ""
    for step, end in zip(reversed(steps), reversed(points[:-1]), strict=True):
        controls = [] if len(step) == 2 else [100 - step[2], step[3], 100 - step[0], step[1]]
        values = [*controls, 100 - end[0], end[1]]
        left += ("C" if controls else "L") + " ".join(f"{value:g}" for value in values)
    return f"{right}{left}Z"


def _disc(x: float, y: float, radius: float) -> str:
    r, d = f"{radius:g}", f"{2 * radius:g}"
    return f"M{x - radius:g} {y:g}a{r} {r} 0 1 1 {d} 0a{r} {r} 0 1 1 -{d} 0Z"


_FOOT: tuple[Step, ...] = ((73, 80, 76, 83, 76, 87), (76, 90, 74.5, 91, 72, 91), (50, 91))

_TURNED: dict[str, list[Part]] = {
    "P": [
        ("body", _mirrored(51, (57, 51), (59, 64, 63, 70, 69, 75), *_FOOT)),
        ("body", _disc(50, 35, 14.5)),
        ("body", _mirrored(47, (62, 47), (66, 47, 66, 54, 62, 54), (50, 54))),
        ("mark", "M34 80H66"),
    ],
    "R": [
        (
            "body",
            _mirrored(
                21, (56, 21), (56, 27), (63, 27), (63, 21), (74, 21), (74, 36), (66, 43), (68, 70), (73, 76), *_FOOT
            ),
        ),
        ("mark", "M35 43H65M33 70H67M28 80.5H72"),
    ],
    "B": [
        (
            "body",
            _mirrored(21, (61, 27, 70, 38, 70, 48), (70, 54, 66, 59, 61, 62), (62, 69, 65, 73, 69, 76), *_FOOT),
        ),
        ("body", _disc(50, 16.5, 5.5)),
        ("mark", "M50 35V50M43 42H57M39 62H61M34 81H66"),
    ],
    "Q": [
        (
            "body",
            _mirrored(
                62,
                (57, 25),
                (63, 56),
                (75, 29),
                (71, 58),
                (88, 38),
                (77, 64, 73, 68, 72, 76),
                (75, 79, 77, 83, 77, 87),
                (77, 90, 75.5, 91, 73, 91),
                (50, 91),
            ),
        ),
        ("body", _disc(50, 19, 5.5)),
        ("mark", "M30 73C42 69.5 58 69.5 70 73M29 81.5C42 78.5 58 78.5 71 81.5"),
    ],
    "K": [
        (
            "body",
            _mirrored(
                36,
                (59, 29, 72, 27, 80, 33),
                (89, 40, 86, 52, 79, 60),
                (74, 66, 73, 70, 73, 76),
                (75, 79, 77, 83, 77, 87),
                (77, 90, 75.5, 91, 73, 91),
                (50, 91),
            ),
        ),
        (
            "mark",
            "M29 72.5C42 69 58 69 71 72.5M28.5 81.5C42 78.5 58 78.5 71.5 81.5"
            "M50 38C56 46 56 56 50 66C44 56 44 46 50 38",
        ),
        ("body", "M46.5 9H53.5V15H60V22H53.5V35H46.5V22H40V15H46.5Z"),
    ],
    "N": [
        (
            "body",
            "M30 91C27 91 25 90 25 87C25 80 30 75 36 71C45 65 50 60 50 52C44 57 37 56 33 60C30 63.5 28 68 23.5 66.5"
            "C17.5 65 15 58.5 18 53.5C22 47 26 43 28 36C29.5 30 34 26 40 23.5L39.5 12C43.5 13.5 47 16.5 49.5 20.5"
            "C69 21.5 80 37 79.5 60C79.3 72 76.5 79 78 87C78.5 90 76.5 91 74 91Z",
        ),
        ("mark", "M55 29C65 36 70 46 69.5 60M33 81H72"),
        ("dot", _disc(38.5, 36.5, 3.2) + _disc(23.5, 58, 1.9)),
    ],
}

# A second hand, of plain forms without marks: what modern sites draw.
_PLAIN: dict[str, list[Part]] = {
    "P": [
        (
            "body",
            _mirrored(26, (60, 26, 67, 33, 67, 41), (67, 47, 64, 52, 59, 55), (62, 68), (72, 78), (72, 88), (50, 88)),
        )
    ],
    "R": [
        (
            "body",
            _mirrored(30, (57, 30), (57, 20), (73, 20), (73, 42), (65, 48), (67, 72), (76, 79), (76, 88), (50, 88)),
        )
    ],
    "B": [
        (
            "body",
            _mirrored(14, (62, 24, 71, 38, 69, 50), (68, 57, 63, 61, 60, 63), (63, 74), (74, 80), (74, 88), (50, 88)),
        ),
        ("mark", "M53 42L64 29"),
    ],
    "Q": [
        (
            "body",
            _mirrored(48, (64, 18), (69, 46), (88, 26), (75, 72), (77, 80), (77, 88), (50, 88)),
        ),
        ("mark", "M27 74H73"),
    ],
    "K": [
        (
            "body",
            _mirrored(
                10,
                (55, 10),
                (55, 17),
                (62, 17),
                (62, 26),
                (55, 26),
                (55, 34),
                (72, 28, 86, 36, 84, 50),
                (82, 60, 74, 65, 74, 73),
                (77, 80),
                (77, 88),
                (50, 88),
            ),
        ),
        ("mark", "M27 74H73"),
    ],
    "N": [
        (
            "body",
            "M26 88V80C28 70 42 66 46 54L36 58L26 68L15 60L27 36L38 24L42 12L52 22C70 25 79 42 77 62L74 74L78 80V88Z",
        ),
        ("dot", _disc(40, 37, 3)),
    ],
}

SETS: dict[str, dict[str, list[Part]]] = {"turned": _TURNED, "plain": _PLAIN}
