"""Small prints for chests, bibs and boxes; pictures without a word in them."""

import numpy as np

from demo.shop.materials import Look
from demo.shop.palette import shade
from demo.shop.pen import disc, line, move, n, spot


def _sun(look: Look) -> str:
    rays = "".join(
        line(f"M{n(np.cos(a) * 0.72)} {n(np.sin(a) * 0.72)}L{n(np.cos(a))} {n(np.sin(a))}", look.accent, 0.13)
        for a in np.arange(10) * np.pi / 5
    )
    return spot(disc(0, 0, 0.52), look.accent) + rays


def _peaks(look: Look) -> str:
    return (
        spot(disc(0.35, -0.5, 0.28), look.accent)
        + spot("M-1 .7L-.35-.5L.1.2L.35-.1L1 .7Z", look.second)
        + spot("M-.54-.15L-.35-.5L-.12-.14L-.3-.02Z", look.accent)
    )


def _waves(look: Look) -> str:
    wave = "q.25-.35.5 0t.5 0t.5 0t.5 0"
    return (
        line(f"M-1-.4{wave}", look.second, 0.17)
        + line(f"M-1 0{wave}", look.accent, 0.17)
        + line(f"M-1 .4{wave}", look.second, 0.17)
    )


def _heart(look: Look) -> str:
    return spot("M0 .8C-1.3-.1-.8-.95-.35-.8Q-.1-.75 0-.4Q.1-.75.35-.8C.8-.95 1.3-.1 0 .8Z", look.accent)


def _rainbow(look: Look) -> str:
    def arc(r: float) -> str:
        return f"M{-r} .5a{r} {r} 0 0 1 {2 * r} 0"

    return (
        line(arc(0.9), look.second, 0.2)
        + line(arc(0.62), look.accent, 0.2)
        + line(arc(0.34), shade(look.accent, 0.45), 0.2)
    )


def _leaf(look: Look) -> str:
    blade = spot("M0 .9Q-.8.1 0-.95Q.8.1 0 .9Z", look.second)
    return blade + line("M0 .9V-.5M0 .4L.3.1M0 .4L-.3.1M0 0L.25-.3M0 0L-.25-.3", look.accent, 0.08)


def _blocks(look: Look) -> str:
    return spot("M-1-.6h2v.4h-2z", look.second) + spot("M-1-.1h1.2v.4H-1zM.35-.1H1v.4H.35z", look.accent)


def _moon(look: Look) -> str:
    return (
        spot("M.2-.85A.9.9 0 1 0 .75.5A.75.75 0 0 1 .2-.85Z", look.second)
        + spot(disc(0.6, -0.35, 0.13), look.accent)
        + spot(disc(0.85, 0.05, 0.09), look.accent)
    )


def _whale(look: Look) -> str:
    return (
        spot("M-1-.05Q-.9-.6-.2-.55Q.5-.5.65-.1Q.85-.15.85-.5Q1.1-.3 1-.05Q.95.55.2.55H-.4Q-1 .5-1-.05Z", look.second)
        + spot(disc(-0.6, -0.02, 0.08), look.accent)
        + line("M-.3-.7q0-.2-.2-.25M-.3-.7q0-.2.2-.25", look.accent, 0.08)
    )


_MOTIFS = (_sun, _peaks, _waves, _heart, _rainbow, _leaf, _blocks, _moon, _whale)


def motif(rng: np.random.Generator, look: Look, x: float, y: float, size: float) -> str:
    """Draw one of the prints, centred on (x, y) and `size` units in radius."""
    draw = _MOTIFS[rng.integers(len(_MOTIFS))]
    return move(draw(look), f"translate({n(x)} {n(y)}) scale({n(size)})")
