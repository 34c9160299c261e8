"""The demo shop's drawings: whole, in one piece, in their own colours, and small enough."""

import colorsys
import inspect
import io
import re

import numpy as np
import pytest
import resvg_py
from PIL import Image
from scipy import ndimage

from demo.shop import build, materials
from demo.shop.catalogue import stock
from demo.shop.cuts import CUTS
from demo.shop.kinds import KINDS
from demo.shop.materials import TEXTURES, Look
from demo.shop.palette import FAMILIES, channels
from demo.shop.render import Shot, compose, photograph, raster, svg
from demo.shop.shapes.packaging import carton

N_ITEMS = inspect.signature(build).parameters["n_items"].default
DRAWN = {cut.draw.__name__: (kind, cut) for kind in KINDS for cut in CUTS[kind.name]}
# What comes in more than one piece; all else is of one piece.
PIECES = {
    "sneaker_pair": {2},
    "ballet_flats": {2},
    "slides": {2},
    "flip_flops": {2},
    "earrings": {2},
    "dumbbell": {2},
    "tennis_racket": {2},  # and a ball
    "boxing_gloves": {2},
    "monitor": {1, 2},  # side by side, now and then touching
}
_CONTACT = re.compile(r'<path d="[^"]*" fill="url\(#contact\)"[^>]*/>')


def _shot(name: str) -> Shot:
    kind, cut = DRAWN[name]
    return Shot(standing=kind.standing and not cut.flat)


def _look(name: str, family: str, pattern: str = "") -> Look:
    patterns = DRAWN[name][1].patterns
    return Look(family, *FAMILIES[family][0], pattern=pattern or ("plain" if "plain" in patterns else patterns[0]))


def _alpha(name: str, seed: int) -> np.ndarray:
    look = _look(name, list(FAMILIES)[seed % len(FAMILIES)])
    picture = svg(DRAWN[name][1].draw, look, np.random.default_rng([7, seed]), _shot(name))
    small = resvg_py.svg_to_bytes(svg_string=_CONTACT.sub("", picture), width=128, height=128, skip_system_fonts=True)
    return np.asarray(Image.open(io.BytesIO(bytes(small))).convert("RGBA"))[..., 3]


def test_the_names_of_drawings_are_unique():
    assert len(DRAWN) == sum(len({cut.draw for cut in cuts}) for cuts in CUTS.values())
    assert set(PIECES) <= set(DRAWN)


@pytest.mark.parametrize("name", DRAWN)
def test_nothing_is_clipped_and_nothing_floats(name):
    for seed in range(8):
        alpha = _alpha(name, seed)
        assert max(alpha[0].max(), alpha[-1].max(), alpha[:, 0].max(), alpha[:, -1].max()) == 0
        parts, count = ndimage.label(alpha > 60, structure=np.ones((3, 3)))
        sizes = np.bincount(parts.ravel())[1:]
        assert int((sizes > 8).sum()) in PIECES.get(name, {1}), f"{count} parts of {sizes} pixels"
        assert (alpha > 60).mean() > 0.04, "it would be lost on its sheet"


@pytest.mark.parametrize("name", [name for name in DRAWN if set(DRAWN[name][1].patterns) - {"plain"}])
def test_every_pattern_that_is_sold_can_be_seen(name, monkeypatch):
    for pattern in sorted(set(DRAWN[name][1].patterns) - {"plain"}):
        look, draw = _look(name, "navy", pattern), DRAWN[name][1].draw
        shown = np.asarray(raster(svg(draw, look, np.random.default_rng(3), _shot(name))), dtype=int)
        with monkeypatch.context() as patched:
            patched.setitem(materials._TILES, pattern, lambda look: (10, 10, ""))
            bare = np.asarray(raster(svg(draw, look, np.random.default_rng(3), _shot(name))), dtype=int)
        changed = np.abs(shown - bare).max(axis=-1) > (4 if pattern in TEXTURES else 12)
        assert changed.sum() > 0.02 * (shown[..., 3] > 60).sum(), f"{pattern} does not show"


@pytest.mark.parametrize("name", [name for name in DRAWN if DRAWN[name][1].coloured])
def test_a_coloured_thing_has_its_colour(name):
    look = _look(name, "teal")
    pixels = np.asarray(raster(svg(DRAWN[name][1].draw, look, np.random.default_rng(1), _shot(name))))
    product = pixels[pixels[..., 3] > 200][::7, :3] / 255
    hue = colorsys.rgb_to_hsv(*(c / 255 for c in channels(look.base)))[0]
    seen = np.array([colorsys.rgb_to_hsv(*pixel) for pixel in product])
    away = np.abs((seen[:, 0] - hue + 0.5) % 1 - 0.5)
    assert ((away < 0.06) & (seen[:, 1] > 0.12)).mean() > 0.3


@pytest.mark.parametrize("family", ["white", "black", "butter"])
@pytest.mark.parametrize("name", ["tshirt", "long_shirt", "crew_neck", "derby", "a_line_skirt", "coat", "tote", "crib"])
def test_pale_and_dark_things_stand_out(name, family):
    look, shot = _look(name, family), _shot(name)
    for seed in range(2):
        rng = np.random.default_rng(seed)
        product = raster(svg(DRAWN[name][1].draw, look, rng, shot))
        solid = np.asarray(product)[..., 3] > 200
        picture = np.asarray(compose(product, rng, shot), dtype=float) / 255
        inside = ndimage.binary_erosion(solid, iterations=6) if name != "crib" else solid
        around = ndimage.binary_dilation(solid, iterations=22) & ~ndimage.binary_dilation(solid, iterations=14)
        assert np.abs(picture[inside].mean(axis=0) - picture[around].mean(axis=0)).max() > 0.05


def test_cartons_and_old_prints_differ_from_the_product():
    look = _look("tshirt", "red")
    pictures = [
        np.asarray(
            compose(raster(svg(draw, look, np.random.default_rng(0), shot)), np.random.default_rng(0), shot), int
        )
        for draw, shot in (
            (DRAWN["tshirt"][1].draw, Shot()),
            (DRAWN["tshirt"][1].draw, Shot(faded=True)),
            (carton, Shot(True)),
        )
    ]
    plain, faded, boxed = pictures
    assert np.abs(plain - boxed).mean() > 10
    assert faded[40:150, 40:150].std() < 0.8 * plain[40:150, 40:150].std()
    assert (faded[:6].min(), faded[-6:].min()) > (240, 240), "an old print has a white margin"


def test_all_pictures_stay_under_nine_megabytes(tmp_path):
    items = stock(0, N_ITEMS)[::60]
    sizes = []
    for number, item in enumerate(items):
        photograph(tmp_path / "x.webp", item.cut.draw, item.look, np.random.default_rng(number), item.shot)
        sizes.append((tmp_path / "x.webp").stat().st_size)
    assert np.mean(sizes) * N_ITEMS < 9e6
    assert max(sizes) < 12_000
