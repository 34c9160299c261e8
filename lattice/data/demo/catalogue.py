"""The shop's items: what each is, how it looks, what it is for, and the traits that shoppers react to."""

from dataclasses import dataclass
from itertools import count

import numpy as np

from lattice.data.demo.brands import BRANDS, MOODS, Brand
from lattice.data.demo.facts import FACTS
from lattice.data.demo.kinds import DEPARTMENTS, FINISHES, KINDS, Kind
from lattice.data.demo.materials import Look
from lattice.data.demo.palette import FAMILIES
from lattice.data.demo.writer import Text, write

_DENIM = ("navy", "blue", "sky", "black", "grey")
_PEOPLE = ("Women", "Men", "Unisex")


@dataclass(frozen=True)
class Item:
    """One item of the catalogue, before its picture is drawn."""

    item: str
    kind: Kind
    brand: Brand
    look: Look
    purposes: tuple[str, ...]
    text: Text
    category: str
    packaged: bool
    faded: bool


def _look(rng: np.random.Generator, kind: Kind, brand: Brand) -> Look:
    families, patterns = MOODS[brand.mood]
    family = families[rng.integers(len(families))] if rng.random() < 0.8 else rng.choice(list(FAMILIES))
    allowed = [p for p in patterns if p in FINISHES[kind.finish]] if rng.random() < 0.8 else list(FINISHES[kind.finish])
    chance = rng.random()
    pattern = "plain"
    if kind.textures and chance < 0.1 + 0.1 * len(kind.textures):
        pattern = kind.textures[rng.integers(len(kind.textures))]
    elif allowed and chance > 0.42:
        pattern = allowed[rng.integers(len(allowed))]
    if pattern == "denim":
        family = _DENIM[rng.integers(len(_DENIM))]
    harmony = FAMILIES[str(family)][rng.integers(len(FAMILIES[str(family)]))]
    return Look(str(family), *harmony, pattern=str(pattern), scale=round(float(rng.uniform(0.8, 1.3)), 2))


def _counts(n_items: int) -> np.ndarray:
    """How many items each kind has: in proportion to its weight, largest remainders first."""
    weights = np.array([kind.weight for kind in KINDS])
    share = weights / weights.sum() * n_items
    counts = np.floor(share).astype(int)
    counts[np.argsort(-(share - counts), kind="stable")[: n_items - counts.sum()]] += 1
    return counts


def design(rng: np.random.Generator, kind: Kind, item: str) -> Item:
    """One item of a kind, with a brand that sells in its department."""
    sellers = [brand for brand in BRANDS if kind.department in brand.departments]
    brand = sellers[rng.integers(len(sellers))]
    look = _look(rng, kind, brand)
    known = FACTS[kind.name].purposes
    purposes = tuple(str(p) for p in rng.permutation(known)[: 1 + (rng.random() < 0.4)])
    poor, odd = rng.random() < 0.08, rng.random()
    text = write(rng, kind.name, look, brand.name, purposes, poor)
    shelf = kind.shelf.format(_PEOPLE[rng.integers(len(_PEOPLE))])
    # Meagre words and a carton for a picture never meet: such an item could not be told from any other.
    return Item(
        item,
        kind,
        brand,
        look,
        purposes,
        text,
        f"{DEPARTMENTS[kind.department]} > {shelf}",
        packaged=odd < 0.03 and not poor,
        faded=0.03 <= odd < 0.06,
    )


def stock(seed: int, n_items: int) -> list[Item]:
    """All items, department by department; every description that is more than a line is unlike all others."""
    items: list[Item] = []
    said: set[str] = set()
    numbers = {department: count(1) for department in DEPARTMENTS}
    for kind, copies in zip(KINDS, _counts(n_items), strict=True):
        for _ in range(copies):
            name = f"{kind.department}-{next(numbers[kind.department]):04d}"
            for attempt in range(50):
                item = design(np.random.default_rng([seed, 1, len(items), attempt]), kind, name)
                if not item.text.description or item.text.description not in said:
                    break
            said.add(item.text.description)
            items.append(item)
    return items
