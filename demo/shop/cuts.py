"""The cuts of each product type: how one is drawn, what it is called, and what a shop sells it in."""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from demo.shop.render import Draw

# Patterns that go together; a name that is none of these is a pattern itself.
_GROUPS = {
    "prints": "floral dots stars",
    "lines": "stripes breton pinstripe",
    "weaves": "checks gingham",
    "soft": "stars dots gingham floral",
}


@dataclass(frozen=True)
class Cut:
    """One way in which a product type is made.

    A pattern that is sold more often comes twice. Without nouns, materials or purposes of its own it has the type's.
    """

    draw: Draw
    patterns: tuple[str, ...]
    nouns: tuple[str, ...]
    materials: tuple[str, ...]
    purposes: tuple[str, ...]
    coloured: bool
    """Its main colour is the look's."""
    flat: bool
    """It is photographed lying flat, unlike the other cuts of its type, which stand on the floor."""
    sober: bool
    """It comes in quiet colours only."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _read(row: str) -> tuple[str, Cut]:
    kind, rest = row.split(":", 1)
    cells = [cell.strip() for cell in rest.split("/")]
    drawing, patterns, nouns, materials, purposes, marks = cells + [""] * (6 - len(cells))
    module, function = drawing.split(".")
    draw = getattr(import_module(f"demo.shop.shapes.{module}"), function)
    names = " ".join(_GROUPS.get(name, name) for name in patterns.split()).split()
    return kind, Cut(
        draw,
        tuple(names),
        _words(nouns),
        _words(materials),
        tuple(purposes.split()),
        coloured="motley" not in marks,
        flat="flat" in marks,
        sober="sober" in marks,
    )


# One cut a line: type: drawing / patterns / nouns / materials / purposes / marks (motley: not of one colour).
_LINES = Path(__file__).with_name("words").joinpath("cuts.txt").read_text(encoding="utf-8").splitlines()
_ROWS = [_read(row) for row in _LINES]
CUTS: dict[str, tuple[Cut, ...]] = {kind: tuple(cut for name, cut in _ROWS if name == kind) for kind, _ in _ROWS}
