"""From a fragment to a shop photograph: the product in SVG, then backdrop, shadow and the WebP file."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import resvg_py
from PIL import Image, ImageChops, ImageFilter

from lattice.data.demo.materials import Look
from lattice.data.demo.palette import channels, lightness, mix, shade
from lattice.data.demo.pen import LIGHTS, move, n

Draw = Callable[[np.random.Generator, Look], str]

SIZE = 192
_OVERSAMPLE = 1.5  # resvg's own edges are smooth; more only costs time
_PALE = ("#f6f3ef", "#f1f2f3", "#f3ece3", "#f6ebe7", "#e9f1ec", "#e8eff5", "#efebf4", "#f7f1e1")
_TINTED = ("#d8cdc0", "#c9d3d6", "#d9c3b8", "#bfcbbf", "#c3cbd9", "#cbbfc9", "#d5c79f")


@dataclass(frozen=True)
class Shot:
    """How the picture was taken: does the product stand on a floor, and is the print washed out."""

    standing: bool = False
    faded: bool = False


def svg(draw: Draw, look: Look, rng: np.random.Generator, shot: Shot) -> str:
    """The product alone on a transparent canvas, placed with a small chance turn, size and shift."""
    turn = rng.uniform(-1, 1) if shot.standing else rng.uniform(-5, 5)
    zoom, dx, dy = rng.uniform(1.0, 1.08), rng.uniform(-2.5, 2.5), rng.uniform(-2, 2)
    x, y = (100, 140) if shot.standing else (100, 100)
    place = f"translate({n(x + dx)} {n(y + dy)}) rotate({n(turn)}) scale({n(zoom)}) translate({-x} {-y})"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200">'
        f"<defs>{LIGHTS}</defs>{move(draw(rng, look), place)}</svg>"
    )


def raster(picture: str) -> Image.Image:
    """SVG text as an RGBA image of SIZE x SIZE pixels, smoothed from a larger drawing."""
    large = round(SIZE * _OVERSAMPLE)
    png = bytes(resvg_py.svg_to_bytes(svg_string=picture, width=large, height=large, skip_system_fonts=True))
    return Image.open(io.BytesIO(png)).convert("RGBA").resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def _backdrop(sheet: str, horizon: float | None) -> Image.Image:
    """A sheet of paper lit from the top left; with a horizon, the floor in front of it."""
    y, x = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    away = np.clip(np.hypot(x - 0.3, y - 0.2) / 1.05, 0, 1)[..., None]
    bright, middle, dim = (np.array(channels(c)) for c in (shade(sheet, 0.45), sheet, mix(sheet, "#4a4458", 0.2)))
    near, far = np.clip(away / 0.55, 0, 1), np.clip((away - 0.55) / 0.45, 0, 1)
    paper = (bright + (middle - bright) * near) * (1 - far) + dim * far
    if horizon is not None:
        depth = np.clip((y - horizon) / (1 - horizon), 0, 1)[..., None]
        # The floor darkens where it meets the wall; the step is softened over a few pixels.
        step = np.clip((y - horizon) * 40, 0, 1)[..., None]
        paper = paper * (1 - 0.075 * step * (1 - depth) ** 1.5)
    return Image.fromarray(np.clip(np.rint(paper), 0, 255).astype(np.uint8), "RGB")


def compose(product: Image.Image, look: Look, rng: np.random.Generator, shot: Shot) -> Image.Image:
    """The product on a backdrop that suits it, with a soft shadow if it lies flat (a standing one brings its own)."""
    # A pale product on a pale sheet would vanish, so it gets a tinted one.
    sheets = _TINTED if lightness(look.base) > 0.74 else _PALE
    sheet = sheets[rng.integers(len(sheets))]
    picture = _backdrop(sheet, rng.uniform(0.66, 0.74) if shot.standing else None)
    alpha = product.getchannel("A")
    if not shot.standing:
        near = ImageChops.offset(alpha, 2, 3).filter(ImageFilter.GaussianBlur(2.2)).point(lambda a: a * 0.22)
        far = ImageChops.offset(alpha, 4, 7).filter(ImageFilter.GaussianBlur(6)).point(lambda a: a * 0.22)
        picture.paste("#241c2c", mask=near)
        picture.paste("#241c2c", mask=far)
    picture.paste(product, mask=alpha)
    return Image.blend(picture, Image.new("RGB", picture.size, "#f2efec"), 0.5) if shot.faded else picture


def photograph(path: Path, draw: Draw, look: Look, rng: np.random.Generator, shot: Shot) -> None:
    """Draw a product and write its WebP file."""
    picture = compose(raster(svg(draw, look, rng, shot)), look, rng, shot)
    picture.save(path, "WEBP", quality=80, method=4)
