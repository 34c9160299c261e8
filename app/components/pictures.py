"""Small pictures of items as data URIs, made once; a plain tile for an item without one."""

import base64
import html
import io
import zlib
from pathlib import Path

import streamlit as st
from PIL import Image, ImageOps

from lattice.errors import InputError
from lattice.features import open_picture

SIDE = 128


@st.cache_data(max_entries=8_000, show_spinner=False)
def file_picture(path: str, stamp: float, side: int = SIDE) -> str | None:
    """Return a picture file as a square WebP data URI, None where it can't be read. stamp: its modification time."""
    try:
        return to_uri(open_picture(path, max_bytes=None), side)
    except InputError:
        return None


def to_uri(image: Image.Image, side: int = SIDE) -> str:
    """Return a picture, cropped square and scaled down, as a WebP data URI."""
    buffer = io.BytesIO()
    ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS).save(buffer, "WEBP", quality=78, method=2)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()


def placeholder(group: str, title: str, side: int = SIDE) -> str:
    """Return a tile for an item without a picture: colour, pattern and initials of its group, else of its title."""
    name = group or title
    words = ["".join(filter(str.isalnum, word)) for word in name.split()]
    words = [word for word in words if word]
    initials = "".join(word[0] for word in words[:2]) if len(words) > 1 else "".join(words)[:2]
    return tile(initials.upper() or "?", name, side)


# Dark enough for white letters (at least 4.5:1), on light and dark pages alike.
TILE_COLOURS = (
    "#2d6a6a",
    "#8a5430",
    "#5a5a9c",
    "#8c4468",
    "#666a2a",
    "#3c6684",
    "#7a4f8a",
    "#4a6b45",
    "#94503f",
    "#556270",
)
# Each pattern repeats over the tile: dots, stripes one way and the other, rings, waves, crosses.
TILE_PATTERNS = (
    '<circle cx="8" cy="8" r="3"/>',
    '<path d="M-4 12 12-4M4 20 20 4" stroke="#fff" stroke-width="3"/>',
    '<path d="M-4 4 12 20M4-4 20 12" stroke="#fff" stroke-width="3"/>',
    '<circle cx="8" cy="8" r="5" fill="none" stroke="#fff" stroke-width="2"/>',
    '<path d="M0 8Q4 2 8 8T16 8" fill="none" stroke="#fff" stroke-width="2"/>',
    '<path d="M8 4V12M4 8H12" stroke="#fff" stroke-width="2"/>',
)


def tile(letters: str, name: str = "", side: int = SIDE) -> str:
    """Return a square with up to two letters; colour and pattern follow from `name`, grey without one."""
    number = zlib.crc32(name.encode())
    colour = TILE_COLOURS[number % len(TILE_COLOURS)] if name else "#66767a"
    pattern = TILE_PATTERNS[number // len(TILE_COLOURS) % len(TILE_PATTERNS)] if name else ""
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" viewBox="0 0 128 128">'
        '<defs><pattern id="p" width="16" height="16" patternUnits="userSpaceOnUse" patternTransform="scale(2)" '
        f'fill="#fff">{pattern}</pattern></defs><rect width="128" height="128" fill="{colour}"/>'
        '<rect width="128" height="128" fill="url(#p)" opacity=".13"/>'
        '<text x="64" y="82" font-family="sans-serif" font-weight="600" font-size="52" fill="#fff" '
        f'text-anchor="middle">{html.escape(letters)}</text></svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode()


def picture(path: Path | None, group: str, title: str, side: int = SIDE) -> str:
    """Return the picture of an item as a data URI; a tile of its group where there is no readable file."""
    if path is not None and path.is_file():
        found = file_picture(str(path), path.stat().st_mtime, side)
        if found:
            return found
    return placeholder(group, title, side)
