"""The shop's items: what each is, how it looks, what it is for, and the traits that shoppers react to."""

from dataclasses import dataclass
from itertools import count

import numpy as np

from demo.shop.brands import BRANDS, MOODS, Brand
from demo.shop.cuts import Cut
from demo.shop.facts import FACTS
from demo.shop.kinds import DEPARTMENTS, KINDS, Kind
from demo.shop.materials import TEXTURES, Look
from demo.shop.palette import FAMILIES, mix
from demo.shop.render import Shot
from demo.shop.writer import Text, write

# The colours that some materials come in, for every brand.
_STUFFS = {
    "denim": ("navy", "navy", "blue", "blue", "sky", "black"),
    "leather": ("brown", "tan", "black", "burgundy", "navy", "rust", "olive", "brown", "tan", "black"),
}
_SOBER = ("navy", "grey", "black", "tan", "brown", "olive", "burgundy", "white")
_PEOPLE = ("Women", "Men", "Unisex")


@dataclass(frozen=True)
class Item:
    """Design one item of the catalogue, before its picture is drawn."""

    item: str
    kind: Kind
    cut: Cut
    brand: Brand
    look: Look
    purposes: tuple[str, ...]
    text: Text
    category: str
    packaged: bool
    faded: bool

    @property
    def shot(self) -> Shot:
        """Return how its picture is taken."""
        return Shot(standing=self.packaged or (self.kind.standing and not self.cut.flat), faded=self.faded)


def _pattern(rng: np.random.Generator, cut: Cut, brand: Brand) -> str:
    """Choose a pattern that the cut is sold in: the brand's own if it can be, plain if the brand has none to offer."""
    own = [pattern for pattern in cut.patterns if pattern in MOODS[brand.mood][1]]
    quiet = [pattern for pattern in cut.patterns if pattern == "plain" or pattern in TEXTURES]
    if rng.random() < 0.25 or not own + quiet:
        return cut.patterns[rng.integers(len(cut.patterns))]
    options = own if own and (not quiet or rng.random() < 0.62) else quiet
    return options[rng.integers(len(options))]


def _look(rng: np.random.Generator, cut: Cut, brand: Brand) -> Look:
    pattern = _pattern(rng, cut, brand)
    moody = MOODS[brand.mood][0] if rng.random() < 0.8 else tuple(FAMILIES)
    families = _STUFFS.get(pattern, _SOBER if cut.sober else moody)
    family = families[rng.integers(len(families))]
    base, second, accent = FAMILIES[family][rng.integers(len(FAMILIES[family]))]
    if pattern == "denim":
        base = mix(base, "#4d5a6b", 0.3)  # indigo is never as bright as paint
    return Look(family, base, second, accent, pattern=pattern, scale=round(float(rng.uniform(0.8, 1.3)), 2))


def _counts(n_items: int) -> np.ndarray:
    """Return how many items each kind has: in proportion to its weight, largest remainders first."""
    weights = np.array([kind.weight for kind in KINDS])
    share = weights / weights.sum() * n_items
    counts = np.floor(share).astype(int)
    counts[np.argsort(-(share - counts), kind="stable")[: n_items - counts.sum()]] += 1
    return counts


def design(rng: np.random.Generator, kind: Kind, cut: Cut, item: str) -> Item:
    """Design one item of a kind and cut, with a brand that sells in its department."""
    sellers = [brand for brand in BRANDS if kind.department in brand.departments]
    brand = sellers[rng.integers(len(sellers))]
    look = _look(rng, cut, brand)
    known = cut.purposes or FACTS[kind.name].purposes
    purposes = tuple(str(p) for p in rng.permutation(known)[: 1 + (rng.random() < 0.4)])
    poor, odd = rng.random() < 0.08, rng.random()
    text = write(rng, kind.name, cut, look, brand.name, purposes, poor)
    shelf = kind.shelf.format(_PEOPLE[rng.integers(len(_PEOPLE))])
    # Meagre words and a carton for a picture never meet: such an item could not be told from any other.
    return Item(
        item,
        kind,
        cut,
        brand,
        look,
        purposes,
        text,
        f"{DEPARTMENTS[kind.department]} > {shelf}",
        packaged=odd < 0.03 and not poor,
        faded=0.03 <= odd < 0.06,
    )


def stock(seed: int, n_items: int) -> list[Item]:
    """Return all items, department by department; no two have the same title or the same description."""
    items: list[Item] = []
    said: set[str] = set()
    numbers = {department: count(1) for department in DEPARTMENTS}
    for kind, copies in zip(KINDS, _counts(n_items), strict=True):
        for copy in range(copies):
            name = f"{kind.department}-{next(numbers[kind.department]):04d}"
            cut = kind.cuts[copy % len(kind.cuts)]
            drafts = (design(np.random.default_rng([seed, 1, len(items), k]), kind, cut, name) for k in count())
            item = next(draft for draft in drafts if said.isdisjoint(_sayings(draft.text)))
            said.update(_sayings(item.text))
            items.append(item)
    return items


def _sayings(text: Text) -> tuple[str, str]:
    return text.title.lower(), text.description.lower()
