"""Simulated shoppers: tastes over what is seen and what is read, habits that no content shows, and what they buy.

A shopper's utility for an item is a sum of plain parts: style (colour family, pattern, the brand's mood), purposes,
product type and department, the occasions whose things are bought together, popularity, and a latent taste that shows
neither in the picture nor in the text. Purchases are drawn without replacement from the softmax of it.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from demo.shop.brands import MOODS
from demo.shop.catalogue import Item
from demo.shop.kinds import DEPARTMENTS, KINDS
from demo.shop.materials import PATTERNS
from demo.shop.palette import FAMILIES
from demo.shop.writer import PURPOSES

_ADJECTIVES = [
    "amber",
    "bold",
    "brave",
    "breezy",
    "bright",
    "calm",
    "candid",
    "cheery",
    "clever",
    "cosy",
    "crisp",
    "curious",
    "dapper",
    "daring",
    "dreamy",
    "eager",
    "early",
    "easy",
    "fancy",
    "fleet",
    "fond",
    "frank",
    "gentle",
    "glad",
    "golden",
    "grand",
    "happy",
    "hardy",
    "hazel",
    "honest",
    "humble",
    "jolly",
    "keen",
    "kind",
    "late",
    "leafy",
    "light",
    "lively",
    "lucky",
    "lunar",
    "mellow",
    "merry",
    "misty",
    "modest",
    "neat",
    "nimble",
    "noble",
    "patient",
    "plucky",
    "polite",
    "proud",
    "quick",
    "quiet",
    "rapid",
    "rosy",
    "rustic",
    "sandy",
    "serene",
    "shy",
    "silver",
    "sleepy",
    "snowy",
    "solar",
    "spry",
    "steady",
    "sunny",
    "swift",
    "tidy",
]
_ANIMALS = [
    "badger",
    "bear",
    "beaver",
    "bison",
    "bunting",
    "camel",
    "cat",
    "crane",
    "cricket",
    "crow",
    "deer",
    "dingo",
    "dolphin",
    "dove",
    "duck",
    "eagle",
    "egret",
    "elk",
    "falcon",
    "ferret",
    "finch",
    "fox",
    "frog",
    "gecko",
    "goose",
    "gull",
    "hare",
    "hawk",
    "hedgehog",
    "heron",
    "ibex",
    "ibis",
    "jay",
    "kestrel",
    "kite",
    "koala",
    "lark",
    "lemur",
    "lion",
    "llama",
    "lynx",
    "magpie",
    "marten",
    "mole",
    "moose",
    "moth",
    "mouse",
    "newt",
    "otter",
    "owl",
    "panda",
    "petrel",
    "plover",
    "puffin",
    "quail",
    "rabbit",
    "raven",
    "robin",
    "seal",
]
_KITS = tuple(sorted({kit for kind in KINDS for kit in kind.kits}))
_LATENT = 6
# What shoppers care about that content shows, in the order of their draws: standard deviation of a shopper's taste.
TASTES = {"mood": 1.0, "colour": 0.9, "pattern": 0.6, "purpose": 1.0, "type": 0.8, "department": 1.4}


def handles(rng: np.random.Generator, count: int) -> list[str]:
    """Return distinct names such as "quiet-otter"; numbered once the pairs run out."""
    pairs = [f"{adjective}-{animal}" for adjective in _ADJECTIVES for animal in _ANIMALS]
    order = rng.permutation(len(pairs))
    rounds = (divmod(k, len(pairs)) for k in range(count))
    return [pairs[order[place]] + (f"-{lap + 1}" if lap else "") for lap, place in rounds]


def _one_hot(values: Sequence[str], names: Sequence[str]) -> np.ndarray:
    return np.array([[float(value == name) for name in names] for value in values])


def _membership(sets: Sequence[Sequence[str]], names: Sequence[str]) -> np.ndarray:
    return np.array([[float(name in chosen) for name in names] for chosen in sets])


def traits(items: Sequence[Item]) -> dict[str, np.ndarray]:
    """Return name -> [n, values] of 0 and 1 for the TASTES, in their order: what each item is, as its content shows."""
    moods, departments = tuple(MOODS), tuple(DEPARTMENTS)
    return {
        "mood": _one_hot([item.brand.mood for item in items], moods),
        "colour": _one_hot([item.look.family for item in items], tuple(FAMILIES)),
        "pattern": _one_hot([item.look.pattern for item in items], PATTERNS),
        "purpose": _membership([item.purposes for item in items], PURPOSES),
        "type": _one_hot([item.kind.name for item in items], tuple(kind.name for kind in KINDS)),
        "department": _one_hot([item.kind.department for item in items], departments),
    }


def _purchases(rng: np.random.Generator, count: int) -> np.ndarray:
    """Return how much each shopper buys: at least 5, most about ten, a few very many."""
    return np.clip(5 + rng.lognormal(1.7, 0.85, count).astype(int), 5, 60)


def _choose(rng: np.random.Generator, utility: np.ndarray, count: int, taken: np.ndarray) -> np.ndarray:
    """Draw `count` items without replacement from softmax(utility): the Gumbel top-k."""
    keys = utility + rng.gumbel(size=len(utility))
    keys[taken] = -np.inf
    return np.argsort(-keys, kind="stable")[:count]


def shop(seed: int, items: Sequence[Item], n_users: int) -> pd.DataFrame:
    """Return all interactions: columns user, item and split (80/10/10 per user, at least one valid and one test)."""
    rng = np.random.default_rng([seed, 2])
    shown = traits(items)
    kit = _membership([item.kind.kits for item in items], _KITS)
    kind = shown["type"]
    latent = rng.normal(size=(len(items), _LATENT)) / np.sqrt(_LATENT)
    popularity = rng.normal(0, 0.9, len(items))

    bought = []
    for basket_size in _purchases(rng, n_users):
        base = popularity
        for name, trait in shown.items():
            base = base + trait @ rng.normal(0, TASTES[name], trait.shape[1])
        base = base + latent @ rng.normal(0, 1.2, _LATENT)
        # A first visit, then a second one drawn to what goes with the first (the tent's sleeping bag).
        size = min(int(basket_size), len(items))
        first = _choose(rng, base, -(-size // 2), np.array([], dtype=int))
        seen = kit[first].sum(axis=0)
        with_first = base + 1.6 * kit @ (seen / max(seen.max(), 1)) - 0.8 * kind @ (kind[first].sum(axis=0) > 0)
        second = _choose(rng, with_first, size - len(first), first)
        bought.append(np.concatenate([first, second]))

    ids = np.array([item.item for item in items], dtype=object)
    rows = []
    for user, basket in zip(handles(rng, n_users), bought, strict=True):
        held_out = max(1, round(0.1 * len(basket)))
        splits = ["train"] * (len(basket) - 2 * held_out) + ["valid"] * held_out + ["test"] * held_out
        rows += [(user, ids[k], split) for k, split in zip(rng.permutation(basket), splits, strict=True)]
    return pd.DataFrame(rows, columns=["user", "item", "split"])
