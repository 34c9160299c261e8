"""Small pictures of items as data URIs, made once; a plain tile for an item without one."""

import base64
import html
import io
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


def placeholder(title: str) -> str:
    """Return a tile with the title's first letter, for an item without a picture."""
    return tile(next((c.upper() for c in title if c.isalnum()), "?"))


def tile(letter: str) -> str:
    """Return a plain square with one character on it."""
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128" viewBox="0 0 128 128">'
        '<rect width="128" height="128" fill="#8a9a9c"/>'
        '<text x="64" y="84" font-family="sans-serif" font-size="56" fill="#fff" text-anchor="middle">'
        f"{html.escape(letter)}</text></svg>"
    )
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode()


def picture(path: Path | None, title: str) -> str:
    """Return the picture of an item as a data URI; a tile where there is no readable file."""
    if path is not None and path.is_file():
        found = file_picture(str(path), path.stat().st_mtime)
        if found:
            return found
    return placeholder(title)
