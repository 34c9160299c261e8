"""Coordinates along a board's edge, drawn as strokes on 10 x 16, so that a picture depends on no installed font."""

STROKES = {
    "a": "M8 6V15M8 10.5C8 4.5 1.5 4.5 1.5 10.5C1.5 16.5 8 16.5 8 10.5",
    "b": "M2 1V15M2 10.5C2 4.5 8.5 4.5 8.5 10.5C8.5 16.5 2 16.5 2 10.5",
    "c": "M8 7.5C5.5 4.5 1.5 6 1.5 10.5C1.5 15 5.5 16.5 8 13.5",
    "d": "M8 1V15M8 10.5C8 4.5 1.5 4.5 1.5 10.5C1.5 16.5 8 16.5 8 10.5",
    "e": "M1.5 10.5H8.5C8.5 4.5 1.5 4.5 1.5 10.5C1.5 15.5 5.5 16 8 13.5",
    "f": "M8.5 1.5C5.5 0.5 4 2 4 4.5V15M1.5 7H7.5",
    "g": "M8 6V15.5C8 19 4 19.5 2 18M8 10.5C8 4.5 1.5 4.5 1.5 10.5C1.5 16.5 8 16.5 8 10.5",
    "h": "M2 1V15M2 9.5C3.5 4.5 8.5 5 8.5 9.5V15",
    "1": "M2 4.5L5.5 1.5V15M2.5 15H8.5",
    "2": "M1.5 4.5C2 0 8.5 0.5 8.5 4.5C8.5 7.5 4 10 1.5 15H8.5",
    "3": "M1.5 2H8.5L4.5 6.5C10 6.5 10 15 5 15C3.5 15 2 14.5 1 13",
    "4": "M6.5 15V1.5L1 11H9",
    "5": "M8 1.5H2.5L2 7.5C5 5.5 9 7 9 10.5C9 15 3.5 16 1 13.5",
    "6": "M7.5 1.5C3 2.5 1.5 7 1.5 10.5C1.5 16.5 9 16.5 9 10.5C9 6 3 5.5 1.5 10.5",
    "7": "M1.5 1.5H8.5L4 15",
    "8": "M5 7.5C0.5 6.5 1.5 1 5 1C8.5 1 9.5 6.5 5 7.5C-0.5 8.5 0.5 15 5 15C9.5 15 10.5 8.5 5 7.5",
}


def glyph(text: str, x: float, y: float, height: float, colour: str) -> str:
    """Return one character as an SVG element; (x, y) is its top left."""
    return (
        f'<path d="{STROKES[text]}" transform="translate({x:g} {y:g}) scale({height / 16:g})" fill="none" '
        f'stroke="{colour}" stroke-width="2.3" stroke-linecap="round" stroke-linejoin="round"/>'
    )
