"""Small square pictures of items, and tiles for items without one.

A page holds their addresses, which app/server.py answers with `thumbnail` and `tile_svg`; browsers keep the answers.
What a visitor uploaded has no address: it is in the page itself, as a data URI.
"""

import base64
import html
import io
import zlib
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

import streamlit as st
from PIL import Image, ImageOps

from lattice.data.picture import open_picture
from lattice.errors import InputError

SIDE, SMALL = 128, 64  # pixels
PICTURES, TILES = "picture", "tile"  # where addresses begin


def address(*parts: str) -> str:
    """Return an address on this server, under its base path."""
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    return "/" + "/".join(quote(part, safe="{}:") for part in (*filter(None, base.split("/")), *parts))


@lru_cache(maxsize=8_000)
def thumbnail(path: str, stamp: int, side: int = SIDE) -> bytes | None:
    """Return a picture file as a square WebP, None where it can't be read. stamp: its modification time."""
    try:
        return to_webp(open_picture(path, max_bytes=None), side)
    except InputError:
        return None


def to_webp(image: Image.Image, side: int = SIDE) -> bytes:
    """Return a picture, cropped square and scaled down, as WebP."""
    buffer = io.BytesIO()
    ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS).save(buffer, "WEBP", quality=78, method=2)
    return buffer.getvalue()


def to_uri(webp: bytes) -> str:
    """Return a WebP picture as a data URI."""
    return "data:image/webp;base64," + base64.b64encode(webp).decode()


def picture_uri(path: Path, title: str) -> str:
    """Return a picture file as a data URI, or a tile of its title where it can't be read."""
    found = thumbnail(str(path), path.stat().st_mtime_ns) if path.is_file() else None
    return placeholder("", title) if found is None else to_uri(found)


def placeholder(group: str, title: str) -> str:
    """Return the address of a tile: colour, pattern and initials of an item's group, else of its title."""
    name = group or title
    words = ["".join(filter(str.isalnum, word)) for word in name.split()]
    words = [word for word in words if word]
    initials = "".join(word[0] for word in words[:2]) if len(words) > 1 else "".join(words)[:2]
    return tile(initials.upper()[:2] or "?", name)


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


PLAIN = len(TILE_COLOURS) * len(TILE_PATTERNS)  # the number of the grey tile


def tile(letters: str, name: str = "") -> str:
    """Return the address of a square with up to two letters; colour and pattern follow from `name`, grey without."""
    number = zlib.crc32(name.encode()) % PLAIN if name else PLAIN
    return address(TILES, str(number), f"{letters}.svg")


@lru_cache(maxsize=2_000)
def tile_svg(number: int, letters: str) -> str:
    """Return a tile as SVG. number: of its colour and pattern, up to PLAIN."""
    colour = TILE_COLOURS[number % len(TILE_COLOURS)] if number < PLAIN else "#66767a"
    pattern = TILE_PATTERNS[number // len(TILE_COLOURS)] if number < PLAIN else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE}" viewBox="0 0 128 128">'
        '<defs><pattern id="p" width="16" height="16" patternUnits="userSpaceOnUse" patternTransform="scale(2)" '
        f'fill="#fff">{pattern}</pattern></defs><rect width="128" height="128" fill="{colour}"/>'
        '<rect width="128" height="128" fill="url(#p)" opacity=".13"/>'
        '<text x="64" y="82" font-family="sans-serif" font-weight="600" font-size="52" fill="#fff" '
        f'text-anchor="middle">{html.escape(letters)}</text></svg>'
    )
