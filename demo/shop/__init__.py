"""The demo catalogue: an invented shop, its pictures, its words and its shoppers, all from one seed."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from demo.shop.catalogue import Item, stock
from demo.shop.kinds import DEPARTMENTS
from demo.shop.newcomers import examples
from demo.shop.render import photograph
from demo.shop.shapes.packaging import carton
from demo.shop.shoppers import shop
from lattice.data.about import About, Words
from lattice.data.dataset import Dataset, check

ABOUT = About(
    words=Words(
        user="shopper",
        users="shoppers",
        interaction="purchase",
        interactions="purchases",
        choose="buy",
        chosen="bought",
    ),
    line="Nothing here is real: shoppers are simulated, products are invented and drawn by us.",
    credits="Drawn, written and simulated by this project's own program, demo/shop.",
)
__all__ = ["build", "examples"]


def _photograph(item: Item, path: Path, rng: np.random.Generator) -> None:
    photograph(path, carton if item.packaged else item.cut.draw, item.look, rng, item.shot)


def build(folder: Path, seed: int = 0, n_items: int = 2100, n_users: int = 4200, progress: bool = False) -> Dataset:
    """Draw the shop's pictures into `folder/images/` and return it as a dataset without features.

    The same seed and sizes give the same dataset and the same bytes in every picture.
    """
    folder = Path(folder)
    (folder / "images").mkdir(parents=True, exist_ok=True)
    items = stock(seed, n_items)
    for number, item in enumerate(items):
        path = folder / "images" / f"{item.item}.webp"
        _photograph(item, path, np.random.default_rng([seed, 4, number]))
        if progress and number % 100 == 99:
            print(f"drew {number + 1} of {len(items)} pictures", file=sys.stderr, flush=True)
    table = pd.DataFrame(
        {
            "item": [item.item for item in items],
            "title": [item.text.title for item in items],
            "brand": [item.brand.name for item in items],
            "category": [item.category for item in items],
            "type": [item.kind.name for item in items],
            "department": [DEPARTMENTS[item.kind.department] for item in items],
            "description": [item.text.description for item in items],
            "image": [f"images/{item.item}.webp" for item in items],
        }
    )
    return check(Dataset("demo", table, shop(seed, items, n_users), folder=folder, about=ABOUT))
