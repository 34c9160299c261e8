"""A chess board as a picture: SVG from a position and a theme, and its pixels."""

import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import resvg_py
from PIL import Image

from demo.chess.glyphs import glyph
from demo.chess.pieces import SETS, Ink, drawn
from demo.chess.position import Board, Square

SIZE = 192  # pixels of a side
_CELL = 100


WHITE, BLACK = Ink("#fffdf6", "#2b2a33", "#2b2a33"), Ink("#3a3945", "#17161d", "#d9d4c7")


@dataclass(frozen=True)
class Theme:
    """How a board looks; the defaults are those of the catalogue's pictures. Colours are SVG's."""

    light: str = "#efe6d3"  # the light squares
    dark: str = "#7d9a8c"  # the dark squares
    marked: str = "#e6b94a"  # what covers the squares of the last move
    marked_opacity: float = 0.55
    white: Ink = WHITE
    black: Ink = BLACK
    pieces: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys("PNBRQK", "turned"))  # kind -> its SETS
    size: tuple[float, float] = (1.08, 1.05)  # width and height of a piece, 1 for those it is drawn in
    mirrored: bool = False  # whether knights look to the right
    frame: float = 0.0  # width of the border, in squares
    frame_colour: str = "#4f6259"
    coordinates: str = "none"  # or "inside", or "frame"
    flipped: bool = False  # whether Black is at the bottom
    shaded: bool = True  # whether light falls on the pieces
    shadow: float = 0.28  # darkness of the shadow below the pieces


CLASSIC = Theme()
WALNUT = Theme(
    light="#f0d9b0",
    dark="#b07f52",
    marked="#c7c63f",
    frame=0.42,
    frame_colour="#5f3d24",
    coordinates="frame",
)
SLATE = Theme(
    light="#dfe4ea",
    dark="#7b8ea8",
    marked="#7fc8a9",
    pieces=dict.fromkeys("PNBRQK", "plain"),
    shaded=False,
    shadow=0.0,
    coordinates="inside",
    white=Ink("#ffffff", "#3b4252", "#3b4252", 3),
    black=Ink("#2e3440", "#2e3440", "#dfe4ea", 3),
)


def svg(board: Board, theme: Theme = CLASSIC, marked: Collection[Square] = ()) -> str:
    """Return the drawing: squares, those `marked`, coordinates and pieces."""
    margin = theme.frame * _CELL
    side = 8 * _CELL + 2 * margin
    body = [f'<rect width="{side:g}" height="{side:g}" fill="{theme.frame_colour}"/>'] if margin else []
    body.append(f'<g transform="translate({margin:g} {margin:g})">')
    for column in range(8):
        for row in range(8):
            x, y = _place((column, row), theme.flipped)
            colour = theme.dark if (column + row) % 2 == 0 else theme.light
            body.append(_square(x, y, colour))
            if (column, row) in marked:
                body.append(_square(x, y, theme.marked, theme.marked_opacity))
    body += [_letters(theme), *(_piece(letter, square, theme) for square, letter in board.items()), "</g>"]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side:g} {side:g}"><defs>{_LIGHT}</defs>'
        f"{''.join(body)}</svg>"
    )


def picture(board: Board, theme: Theme = CLASSIC, marked: Collection[Square] = (), size: int = SIZE) -> Image.Image:
    """Return the board as an RGB image of size x size pixels, smoothed from twice that."""
    text = svg(board, theme, marked)
    png = bytes(resvg_py.svg_to_bytes(svg_string=text, width=2 * size, height=2 * size, skip_system_fonts=True))
    return Image.open(io.BytesIO(png)).convert("RGB").resize((size, size), Image.Resampling.LANCZOS)


def write(image: Image.Image, path: Path) -> None:
    """Write a board as WebP, without loss but for its number of colours: half the size of a lossy one, and sharp."""
    few = image.quantize(48, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.convert("RGB").save(path, "WEBP", lossless=True, quality=80, method=6)


_LIGHT = (
    '<linearGradient id="light" x1="0" y1="0" x2="1" y2="0.35"><stop offset="0" stop-color="#fff" stop-opacity="0.30"/>'
    '<stop offset="0.45" stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-color="#0b1022" '
    'stop-opacity="0.26"/></linearGradient>'
)


def _place(square: Square, flipped: bool) -> tuple[int, int]:
    """Return the position of a square's top left corner on the canvas."""
    column, row = square
    return ((7 - column) * _CELL, row * _CELL) if flipped else (column * _CELL, (7 - row) * _CELL)


def _square(x: int, y: int, colour: str, opacity: float = 1.0) -> str:
    return f'<rect x="{x}" y="{y}" width="{_CELL}" height="{_CELL}" fill="{colour}" fill-opacity="{opacity:g}"/>'


def _piece(letter: str, square: Square, theme: Theme) -> str:
    kind, ink = letter.upper(), theme.white if letter.isupper() else theme.black
    parts = SETS[theme.pieces[kind]][kind]
    body = drawn(parts, ink)
    if theme.shaded:
        outline = " ".join(path for what, path in parts if what == "body")
        body += f'<path d="{outline}" fill="url(#light)"/>' + drawn([part for part in parts if part[0] != "body"], ink)
    if theme.shadow:
        body = f'<ellipse cx="53" cy="89" rx="32" ry="7" fill="#10131c" fill-opacity="{theme.shadow:g}"/>{body}'
    x, y = _place(square, theme.flipped)
    wide, high = theme.size
    turn = -wide if theme.mirrored and kind == "N" else wide
    # A piece grows from its foot, which stays a little above the square's lower edge.
    return f'<g transform="translate({x + 50:g} {y + 94:g}) scale({turn:g} {high:g}) translate(-50 -94)">{body}</g>'


def _letters(theme: Theme) -> str:
    """Draw the file letters below the board and the rank numbers at its side, in the squares or on the frame."""
    if theme.coordinates == "none":
        return ""
    on_frame = theme.coordinates == "frame"
    height = min(0.3, theme.frame * 0.55) * _CELL if on_frame else 0.2 * _CELL
    marks = []
    for step in range(8):
        file, rank = ("hgfedcba"[step], str(step + 1)) if theme.flipped else ("abcdefgh"[step], str(8 - step))
        if on_frame:
            middle, edge = (step + 0.5) * _CELL, theme.frame * _CELL / 2
            marks.append(glyph(file, middle - height * 0.31, 8 * _CELL + edge - height * 0.6, height, theme.light))
            marks.append(glyph(rank, -edge - height * 0.31, middle - height / 2, height, theme.light))
        else:
            ours = [theme.light, theme.dark] if step % 2 == 0 else [theme.dark, theme.light]
            marks.append(glyph(file, (step + 0.98) * _CELL - height * 0.6, 7.95 * _CELL - height, height, ours[0]))
            marks.append(glyph(rank, 0.05 * _CELL, (step + 0.06) * _CELL, height, ours[1]))
    return "".join(marks)
