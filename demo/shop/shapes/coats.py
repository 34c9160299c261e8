"""What is worn over everything else, laid flat: jackets, coats, gilets and hoodies."""

import numpy as np

from demo.shop.materials import Look, cloth
from demo.shop.palette import shade
from demo.shop.pen import body, both, clip, crease, disc, line, n, polygon, slab, spot, stitch, symmetric
from demo.shop.shapes.sewing import back_of_neck, buttons, collar, fit, paler, sleeves


def _zip(top: float, bottom: float, colour: str) -> str:
    d = f"M100 {n(top)}V{n(bottom)}"
    return line(d, colour, 2.6) + line(d, shade(colour, -0.4), 0.8, dash="1.5 1.5")


def _padding(look: Look, trunk: str, hem: float) -> str:
    picture = ""
    for y in np.arange(60, hem - 8, 21):
        picture += crease(trunk, f"M50 {y + 6}Q76 {y + 10} 98 {y + 6}Q124 {y + 10} 150 {y + 6}", width=6, strength=0.2)
        seam = line(f"M50 {y}Q76 {y + 4} 98 {y}M102 {y}Q124 {y + 4} 150 {y}", shade(look.base, -0.5), 1.4, 0.65)
        picture += clip(trunk, seam)
    return picture


def _quilted_sleeves(look: Look) -> str:
    sleeve = "M138 42Q163 50 169 86L177 146Q170 154 156 152L147 96Z"
    arm = body(sleeve, cloth(look, turn=-14), bevel=2)
    for y in (66, 90, 114, 136):
        arm += clip(sleeve, line(f"M136 {y + 3}Q158 {y + 8} 182 {y - 7}", shade(look.base, -0.5), 1.4, 0.65))
        arm += crease(sleeve, f"M{n(142 + (y - 66) * 0.18)} {y + 9}Q158 {y + 12} 176 {y + 1}", width=5, strength=0.16)
    return both(arm)


def puffer(rng: np.random.Generator, look: Look) -> str:
    """Draw a quilted jacket with a high collar, or the same without sleeves."""
    gilet = rng.random() < 0.3
    hem = rng.uniform(146, 168)
    side = [(31, 64), (43, 86)] if gilet else [(48, 72), (46, 100)]
    trunk = symmetric(
        (0, 34),
        [(14, 34), (18, 32)],
        [(30, 34), (37, 40)] if gilet else [(34, 36), (46, 44)],
        side,
        [(45, 110), (46, hem)],
        [(24, hem + 6), (0, hem + 5)],
    )
    picture = ("" if gilet else _quilted_sleeves(look)) + body(trunk, cloth(look), bevel=2)
    picture += _padding(look, trunk, hem)
    picture += body("M80 20Q100 14 120 20L122 42Q100 47 78 42Z", shade(look.base, -0.12), bevel=1.4)
    return fit(rng, picture + _zip(22, hem + 4, look.accent), wide=(0.88, 1.04))


def raincoat(rng: np.random.Generator, look: Look) -> str:
    """Draw a hooded coat for rain, with poppers and flap pockets."""
    hem = rng.uniform(158, 174)
    hood = "M72 46Q68 16 100 14Q132 16 128 46Q116 58 100 58Q84 58 72 46Z"
    trunk = symmetric(
        (0, 50), [(20, 50), (26, 40)], [(38, 42), (47, 50)], [(46, 104), (54, hem)], [(24, hem + 5), (0, hem + 4)]
    )
    paint = cloth(look)
    picture = sleeves(look, rng.uniform(14, 20), 104, 20, reach=2)
    picture += body(hood, paint, bevel=1.3)
    picture += spot("M82 48Q80 27 100 26Q120 27 118 48Q110 55 100 55Q90 55 82 48Z", shade(look.base, -0.5))
    picture += body(trunk, paint, light="gloss", bevel=1)
    picture += crease(trunk, "M64 160Q70 130 62 108", "M134 164Q128 134 137 112")
    flap = body("M113 118l25-4l1 19l-25 3z", paint, light="flat") + line(
        "M113 122l25.5-4", shade(look.base, -0.4), 1, 0.6
    )
    picture += both(flap) + line(f"M100 52V{n(hem + 3)}", shade(look.base, -0.35), 4, 0.6)
    picture += "".join(body(disc(100, y, 2.6), look.accent, light="ball") for y in (64, 86, 108, 130, 150))
    cord = line("M110 56Q112 66 110 76", look.second, 1.8) + spot(disc(110, 77, 1.8), look.accent)
    return fit(rng, picture + both(cord), wide=(0.88, 1.04))


def _lapels(look: Look, low: float) -> str:
    left = polygon((98, low), (80, 27), (74, 34), (70, 56), (77, 60), (74, 66))
    right = polygon((99, low), (120, 27), (126, 34), (130, 56), (123, 60), (126, 66))
    return body(left, shade(look.base, -0.08), bevel=0.5) + body(right, shade(look.base, -0.04), bevel=0.5)


def _tailored(look: Look, spread: float, hem: float, flare: float, cuff: float) -> str:
    trunk = symmetric(
        (0, 62),
        [(8, 50), (20, 28)],
        [(34, 33), (44, 41)],
        [(46, 70), (41, 96)],
        [(44, 126), (flare, hem)],
        [(flare * 0.5, hem + 4), (0, hem + 3)],
    )
    picture = sleeves(look, spread, 104, cuff)
    picture += spot("M82 29Q100 34 118 29L112 50L100 64L88 50Z", shade(look.base, -0.5))
    picture += body(trunk, cloth(look), bevel=1.2)
    picture += crease(trunk, f"M66 {n(hem)}Q72 138 68 112", f"M132 {n(hem)}Q127 140 133 116")
    return picture + line(f"M97 66Q96 120 97 {n(hem + 2)}", shade(look.base, -0.5), 1.1, 0.7)


def coat(rng: np.random.Generator, look: Look) -> str:
    """Draw a long coat with lapels, single or double-breasted, sometimes belted."""
    hem, flare = rng.uniform(176, 187), rng.uniform(46, 56)
    picture = _tailored(look, rng.uniform(13, 18), hem, flare, 19) + _lapels(look, 90)
    for y in (104, 124):
        button = body(disc(110, y, 2.8), look.accent, light="ball")
        picture += both(button) if flare > 50 else _beside(button)
    if rng.random() < 0.5:
        picture += body("M58 104Q100 110 142 104L142 114Q100 120 58 114Z", shade(look.base, -0.2), light="down")
        picture += body(slab(92, 104, 16, 14, 3), shade(look.base, -0.4), light="flat")
    return fit(
        rng, picture + both(line("M116 140L136 136", shade(look.base, -0.45), 2, 0.7)), wide=(0.86, 1.02), tall=0.96
    )


def _beside(button: str) -> str:
    """Move a button to the front edge, where a single-breasted coat closes."""
    return f'<g transform="translate(-8 0)">{button}</g>'


def blazer(rng: np.random.Generator, look: Look) -> str:
    """Draw a short tailored jacket with one or two buttons and flap pockets."""
    hem = rng.uniform(146, 158)
    picture = _tailored(look, rng.uniform(13, 19), hem, 46, 17) + _lapels(look, 100)
    picture += "".join(_beside(body(disc(110, y, 2.8), look.accent, light="ball")) for y in (106, 122))
    flap = body("M114 124l22-2l.5 9l-22 2z", cloth(look), light="flat", edge=0.9)
    chest = body("M118 76l14-2l.5 5l-14 2z", look.second if rng.random() < 0.5 else shade(look.base, -0.2), edge=0.4)
    return fit(rng, picture + both(flap) + chest, wide=(0.9, 1.04))


def _blouson(rng: np.random.Generator, look: Look, rib: str) -> str:
    hem = rng.uniform(138, 156)
    trunk = symmetric(
        (0, 44),
        [(14, 42), (18, 32)],
        [(33, 36), (46, 43)],
        [(50, 66), (46, 86)],
        [(48, 116), (45, hem)],
        [(0, hem + 3)],
    )
    picture = sleeves(look, rng.uniform(14, 21), 102, 20, bevel=1.3, band=rib, reach=2)
    picture += back_of_neck(look.base, 17, 32, 12) + body(trunk, cloth(look), bevel=1.3)
    picture += crease(trunk, "M60 84Q72 94 80 92", "M140 86Q128 96 120 94", f"M70 {n(hem)}Q76 128 70 112")
    low = f"M40 {n(hem - 11)}Q100 {n(hem - 7)} 160 {n(hem - 11)}V{n(hem + 6)}H40Z"
    ribs = "".join(line(f"M{x} {n(hem - 10)}v14", shade(rib, -0.35), 0.8, 0.5) for x in range(58, 146, 5))
    return picture + clip(trunk, body(low, rib, light="flat") + ribs) + _zip(46, hem + 2, look.accent)


def bomber(rng: np.random.Generator, look: Look) -> str:
    """Draw a bomber jacket: zipped, with a ribbed collar, cuffs and hem."""
    rib = look.second if rng.random() < 0.3 else shade(look.base, -0.3)
    picture = _blouson(rng, look, rib)
    picture += body("M81 29Q100 36 119 29L121 40Q110 48 100 48Q90 48 79 40Z", rib, bevel=0.8)
    return fit(rng, picture + both(line("M116 112L130 124", shade(look.base, -0.5), 2, 0.7)), wide=(0.88, 1.04))


def hoodie(rng: np.random.Generator, look: Look) -> str:
    """Draw a zipped hoodie with patch pockets."""
    picture = _blouson(rng, look, shade(look.base, -0.14))
    hood = "M73 46Q69 18 100 16Q131 18 127 46Q116 58 100 59Q84 58 73 46Z"
    picture += body(hood, shade(look.base, -0.06), bevel=1.3)
    picture += spot("M82 45Q82 27 100 26Q118 27 118 45Q110 53 100 54Q90 53 82 45Z", shade(look.base, -0.45))
    picture += both(line("M108 56Q110 68 108 80", look.second, 1.8))
    pocket = body("M106 104H120L136 124V136H106Z", cloth(look), light="flat", edge=0.9)
    return fit(rng, picture + both(pocket), wide=(0.88, 1.04))


def denim_jacket(rng: np.random.Generator, look: Look) -> str:
    """Draw a short denim jacket with chest pockets, metal buttons and contrasting seams."""
    hem, seam = rng.uniform(134, 148), "#d9a55c"
    trunk = symmetric(
        (0, 46),
        [(12, 36), (20, 33)],
        [(34, 37), (46, 44)],
        [(46, 66), (44, 86)],
        [(43, 112), (41, hem)],
        [(0, hem + 2)],
    )
    band = shade(look.base, -0.08)
    picture = sleeves(look, rng.uniform(14, 21), 100, 18, band=band)
    picture += back_of_neck(look.base, 17, 34, 12) + body(trunk, cloth(look), bevel=1.1)
    low = f"M40 {n(hem - 10)}H160V{n(hem + 6)}H40Z"
    yoke = line("M56 70H97M103 70H144", shade(look.base, -0.5), 1.1, 0.7) + stitch("M56 72.5H97M103 72.5H144", seam)
    darts = stitch(f"M113 92L108 {n(hem - 11)}M132 92L126 {n(hem - 11)}", seam)
    picture += clip(trunk, body(low, band, light="flat") + yoke + both(darts))
    flap = body("M110 70H134V78L122 85L110 78Z", band, light="flat", edge=0.9) + stitch("M112 78L122 83L132 78", seam)
    picture += both(flap + body(disc(122, 79, 1.7), "#c9b083", light="ball", edge=0.3))
    picture += body(slab(95, 50, 10, hem - 48, 1), cloth(look), light="flat", edge=0.6) + stitch(
        f"M97 52V{n(hem)}", seam
    )
    return fit(rng, picture + buttons(60, hem - 5, 5, "#c9b083") + collar(paler(look.base), 32), wide=(0.9, 1.06))
