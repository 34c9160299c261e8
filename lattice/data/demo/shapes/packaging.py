"""What some sellers photograph instead of the product: its carton."""

import numpy as np

from lattice.data.demo.materials import Look
from lattice.data.demo.palette import mix, shade
from lattice.data.demo.pen import body, contact, line, polygon, spot
from lattice.data.demo.shapes.motifs import motif


def carton(rng: np.random.Generator, look: Look) -> str:
    """A closed cardboard box with a plain label in the brand's colours."""
    card = mix("#c9a579", look.base, 0.12)
    tall = rng.uniform(60, 96)
    low = 162
    front = polygon((34, low - tall), (122, low - tall + 6), (122, low + 6), (34, low - 2))
    side = polygon((122, low - tall + 6), (168, low - tall - 6), (168, low - 10), (122, low + 6))
    top = polygon((34, low - tall), (82, low - tall - 14), (168, low - tall - 6), (122, low - tall + 6))
    tape = polygon((74, low - tall + 2.5), (86, low - tall + 3.5), (128, low - tall - 10), (116, low - tall - 11))
    label = polygon((46, low - tall + 18), (92, low - tall + 21), (92, low - tall + 50), (46, low - tall + 47))
    picture = (
        contact(104, low + 4, 86, 9) + body(front, card, light="flat") + body(side, shade(card, -0.25), light="flat")
    )
    picture += (
        body(top, shade(card, 0.22), light="flat") + spot(tape, "#efe2c8", 0.85) + body(label, look.base, light="flat")
    )
    return (
        picture
        + motif(rng, look, 69, low - tall + 34, 9)
        + line(f"M100 {low - 14}v-12m6 13v-12", shade(card, -0.5), 2, 0.6)
    )
