"""From a fragment to a shop photograph: the product in SVG, then backdrop, shadow and the WebP file."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import resvg_py
from PIL import Image, ImageChops, ImageFilter

from demo.shop.materials import Look
from demo.shop.palette import channels, lightness, mix, shade
from demo.shop.pen import LIGHTS, move, n

Draw = Callable[[np.random.Generator, Look], str]

SIZE = 192
_OVERSAMPLE = 1.5  # resvg's own edges are smooth; more only costs time
_PALE = ("#f6f3ef", "#f1f2f3", "#f3ece3", "#f6ebe7", "#e9f1ec", "#e8eff5", "#efebf4", "#f7f1e1")
_TINTED = ("#d8cdc0", "#c9d3d6", "#d9c3b8", "#bfcbbf", "#c3cbd9", "#cbbfc9", "#d5c79f")


@dataclass(frozen=True)
class Shot:
    """How the picture was taken: does the product stand on a floor, and is it an old print that has faded."""

    standing: bool = False
    faded: bool = False


def svg(draw: Draw, look: Look, rng: np.random.Generator, shot: Shot) -> str:
    """Return the product alone on a transparent canvas, placed with a small chance turn, size and shift."""
    turn = rng.uniform(-1, 1) if shot.standing else rng.uniform(-6, 6)
    zoom, dx, dy = rng.uniform(0.92, 1.04), rng.uniform(-2.5, 2.5), rng.uniform(-2, 2)
    x, y = (100, 140) if shot.standing else (100, 100)
    place = f"translate({n(x + dx)} {n(y + dy)}) rotate({n(turn)}) scale({n(zoom)}) translate({-x} {-y})"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200">'
        f"<defs>{LIGHTS}</defs>{move(draw(rng, look), place)}</svg>"
    )


def raster(picture: str) -> Image.Image:
    """Render SVG text as an RGBA image of SIZE x SIZE pixels, smoothed from a larger drawing."""
    large = round(SIZE * _OVERSAMPLE)
    png = bytes(resvg_py.svg_to_bytes(svg_string=picture, width=large, height=large, skip_system_fonts=True))
    return Image.open(io.BytesIO(png)).convert("RGBA").resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def _backdrop(sheet: str, horizon: float | None) -> Image.Image:
    """Draw a sheet of paper lit from the top left; with a horizon, the floor in front of it."""
    y, x = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    away = np.clip(np.hypot(x - 0.3, y - 0.2) / 1.05, 0, 1)[..., None]
    bright, middle, dim = (np.array(channels(c)) for c in (shade(sheet, 0.3), sheet, mix(sheet, "#4a4458", 0.2)))
    near, far = np.clip(away / 0.55, 0, 1), np.clip((away - 0.55) / 0.45, 0, 1)
    paper = (bright + (middle - bright) * near) * (1 - far) + dim * far
    if horizon is not None:
        depth = np.clip((y - horizon) / (1 - horizon), 0, 1)[..., None]
        # The floor darkens where it meets the wall; the step is softened over a few pixels.
        step = np.clip((y - horizon) * 40, 0, 1)[..., None]
        paper = paper * (1 - 0.075 * step * (1 - depth) ** 1.5)
    return Image.fromarray(np.clip(np.rint(paper), 0, 255).astype(np.uint8), "RGB")


def _linen(rng: np.random.Generator) -> np.ndarray:
    """Return the weave of a table cloth: what it adds to each pixel's brightness."""
    return rng.normal(0, 0.007, (SIZE, 1)) + rng.normal(0, 0.007, (1, SIZE))


def _boards(rng: np.random.Generator) -> np.ndarray:
    """Draw painted boards: a tone for each, dark joints, and grain along them."""
    wide = int(rng.integers(30, 52))
    board, across = np.divmod(np.arange(SIZE) + rng.integers(wide), wide)
    tone = rng.normal(0, 0.012, SIZE)[board] - 0.08 * (across == 0) + 0.03 * (across == 1)
    coarse = Image.fromarray(rng.normal(0, 0.014, (SIZE, 10)).astype(np.float32))
    grain = np.asarray(coarse.resize((SIZE, SIZE), Image.Resampling.BICUBIC))
    shade_ = tone[:, None] + grain
    return shade_ if rng.random() < 0.5 else shade_.T


def _texture(rng: np.random.Generator, picture: Image.Image) -> Image.Image:
    """Put paper, a cloth or boards under a product laid flat; paper half of the time."""
    chance = rng.random()
    if chance < 0.5:
        return picture
    relief = _linen(rng) if chance < 0.75 else _boards(rng)
    pixels = np.asarray(picture) * (1 + relief[..., None])
    return Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8), "RGB")


def _old_print(picture: Image.Image) -> Image.Image:
    """Return the picture as a print that has hung in the sun: warm and pale, with a white margin."""
    margin, low = 9, 16
    faded = Image.blend(picture, Image.new("RGB", picture.size, "#f0dfc0"), 0.36)
    card = Image.new("RGB", picture.size, "#fbf9f4")
    inner = SIZE - 2 * margin, SIZE - margin - low
    card.paste("#cfc6b6", (margin - 1, margin - 1, margin + inner[0] + 1, margin + inner[1] + 1))
    card.paste(faded.resize((SIZE - 2 * margin,) * 2, Image.Resampling.LANCZOS).crop((0, 0, *inner)), (margin, margin))
    return card


def _tone(product: Image.Image) -> float:
    """Return how light the product is as a whole."""
    pixels = np.asarray(product, dtype=float)
    weights = pixels[..., 3]
    red, green, blue = (int((pixels[..., k] * weights).sum() / max(weights.sum(), 1)) for k in range(3))
    return lightness(f"#{red:02x}{green:02x}{blue:02x}")


def compose(product: Image.Image, rng: np.random.Generator, shot: Shot) -> Image.Image:
    """Put the product on a fitting backdrop, with a soft shadow if it is laid flat (a standing one has its own)."""
    # A pale product on a pale sheet would vanish, so it gets a tinted one.
    sheets = _TINTED if _tone(product) > 0.68 else _PALE
    sheet = sheets[rng.integers(len(sheets))]
    picture = _backdrop(sheet, rng.uniform(0.66, 0.74) if shot.standing else None)
    alpha = product.getchannel("A")
    if not shot.standing:
        picture = _texture(rng, picture)
        near = ImageChops.offset(alpha, 2, 3).filter(ImageFilter.GaussianBlur(2.2)).point(lambda a: a * 0.22)
        far = ImageChops.offset(alpha, 4, 7).filter(ImageFilter.GaussianBlur(6)).point(lambda a: a * 0.22)
        picture.paste("#241c2c", mask=near)
        picture.paste("#241c2c", mask=far)
    picture.paste(product, mask=alpha)
    return _old_print(picture) if shot.faded else picture


def photograph(path: Path, draw: Draw, look: Look, rng: np.random.Generator, shot: Shot) -> None:
    """Draw a product and write its WebP file."""
    picture = compose(raster(svg(draw, look, rng, shot)), rng, shot)
    picture.save(path, "WEBP", quality=86, method=4)
