"""Bags and wallets."""

import numpy as np

from demo.shop.materials import Look, cloth
from demo.shop.palette import shade
from demo.shop.pen import (
    body,
    both,
    crease,
    disc,
    line,
    rod,
    slab,
    stitch,
)
from demo.shop.shapes.jewellery import metal
from demo.shop.shapes.motifs import motif


def tote(rng: np.random.Generator, look: Look) -> str:
    """Draw a cloth bag with one large handle, now and then printed."""
    sack = "M44 76H156L166 166Q100 176 34 166Z"
    handle = rod("M68 80Q66 26 100 26Q134 26 132 80", shade(look.base, -0.25), 6)
    trim = body("M44 76H156L157.5 88Q100 92 42.5 88Z", shade(look.base, -0.2), light="flat")
    picture = handle + body(sack, cloth(look), bevel=1.2)
    picture += crease(sack, "M62 160Q70 130 60 104", "M138 158Q130 130 140 110") + trim
    if look.pattern == "plain" and rng.random() < 0.7:
        picture += motif(rng, look, 100, 126, 22)
    return picture + both(body(disc(132, 82, 3), metal(rng), light="ball"))


def flap_bag(rng: np.random.Generator, look: Look) -> str:
    """Draw a stiff bag with a flap and a metal clasp."""
    tone, paint = metal(rng), cloth(look)
    chest = slab(38, 78, 124, 90, 12)
    flap = "M36 78Q36 68 48 68H152Q164 68 164 78V104Q162 126 100 132Q38 126 36 104Z"
    strap = rod("M50 74Q54 28 100 26Q146 28 150 74", shade(look.base, -0.2), 6)
    clasp = body(slab(88, 118, 24, 20, 5), tone, light="gloss") + body(
        disc(100, 128, 4), shade(tone, -0.3), light="ball"
    )
    picture = strap + body(chest, paint if look.pattern == "leather" else shade(look.base, -0.12), bevel=1.4)
    picture += body(flap, paint, bevel=1.2) + stitch("M41 104Q44 120 100 126.5Q156 120 159 104", shade(look.base, 0.45))
    return picture + clasp + both(body(disc(150, 76, 4.5), tone, light="ball"))


def bucket_bag(rng: np.random.Generator, look: Look) -> str:
    """Draw a soft bag closed by a cord."""
    bucket = "M48 86Q100 76 152 86L142 158Q140 170 100 172Q60 170 58 158Z"
    strap = rod("M54 90Q48 26 100 24Q152 26 146 90", shade(look.base, -0.25), 5)
    knot = body("M100 106l-14-7v14zM100 106l14-7v14z", look.accent, light="flat") + rod(
        "M98 108L93 132M102 108L108 130", look.accent, 2.4
    )
    picture = strap + body(bucket, cloth(look), bevel=1.4)
    picture += crease(bucket, "M74 88Q78 100 74 116", "M126 88Q120 102 126 118", "M100 86V112")
    return (
        picture
        + body("M48 86Q100 76 152 86Q100 97 48 86Z", shade(look.base, -0.5))
        + (line("M52 100Q100 110 148 100", look.accent, 3) + knot)
    )


def wallet(rng: np.random.Generator, look: Look) -> str:
    """Draw a folded wallet with a card or two showing."""
    cards = body(slab(52, 54, 90, 60, 5), look.accent, light="flat") + body(
        slab(46, 63, 96, 60, 5), look.second, light="flat"
    )
    case = slab(36, 74, 128, 80, 9)
    tab = body("M142 104H170Q178 104 178 114Q178 124 170 124H142Z", shade(look.base, -0.18), bevel=0.8) + body(
        disc(164, 114, 5), metal(rng), light="ball"
    )
    mark = motif(rng, look, 70, 124, 9) if rng.random() < 0.4 and look.pattern == "plain" else ""
    return (
        cards
        + body(case, cloth(look), bevel=1.3)
        + line("M40 84Q100 88 160 84", shade(look.base, -0.45), 1, 0.5)
        + stitch(slab(41, 79, 118, 70, 6), shade(look.base, 0.42))
        + tab
        + mark
    )
