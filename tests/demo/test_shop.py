import io
import json

import numpy as np
import pytest
from PIL import Image

from demo.shop import build, examples
from demo.shop.facts import FACTS
from demo.shop.kinds import KINDS
from demo.shop.materials import PATTERNS, Look, cloth
from demo.shop.palette import FAMILIES
from demo.shop.pen import body, slab
from demo.shop.render import SIZE, raster
from demo.shop.writer import PHRASES

REQUIRED = {
    "dress",
    "hat",
    "long-sleeve shirt",
    "outerwear",
    "trousers",
    "shirt",
    "shoes",
    "shorts",
    "skirt",
    "t-shirt",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return build(tmp_path_factory.mktemp("demo"), n_items=120, n_users=150)


def test_same_seed_gives_the_same_bytes(shop, tmp_path):
    again = build(tmp_path, n_items=120, n_users=150)
    assert again.fingerprint == shop.fingerprint
    assert again.items.equals(shop.items)
    for row in range(shop.n_items):
        assert again.image_path(row).read_bytes() == shop.image_path(row).read_bytes()


def test_pictures_are_small_square_webps(shop):
    for row in range(shop.n_items):
        data = shop.image_path(row).read_bytes()
        picture = Image.open(io.BytesIO(data))
        assert picture.format == "WEBP"
        assert picture.size == (SIZE, SIZE)
        assert len(data) < 12_000
        assert np.asarray(picture).std() > 4, f"{shop.items['item'].iat[row]} is almost empty"


def test_shop_has_three_departments_and_the_required_types(shop):
    assert len(KINDS) >= 60
    assert {kind.name for kind in KINDS} >= REQUIRED
    assert set(shop.items["department"]) == {"Clothing, Shoes and Jewelry", "Sports and Outdoors", "Baby"}
    assert shop.items["type"].nunique() == len(KINDS)
    assert all(c.startswith(d) for c, d in zip(shop.items["category"], shop.items["department"], strict=True))


def test_words_are_complete_and_descriptions_unlike(shop):
    assert set(FACTS) == {kind.name for kind in KINDS}
    for facts in FACTS.values():
        assert f"group.{facts.group}" in PHRASES
        assert all(f"purpose.{purpose}" in PHRASES for purpose in facts.purposes)
    long = shop.items["description"][shop.items["description"].str.len() > 60]
    assert long.is_unique
    assert not shop.items["description"].str.contains("[{}]", regex=True).any()
    assert (shop.items["title"] != "").all()


def test_every_user_is_in_every_split_and_buys_enough(shop):
    table = shop.interactions
    per_split = table.groupby(["user", "split"]).size().unstack()
    assert per_split.notna().all().all()
    assert (per_split.sum(axis=1) >= 5).all()
    assert not table.duplicated(["user", "item"]).any()
    assert shop.n_users == 150


def test_purchases_follow_departments_more_than_chance(shop):
    department = shop.interactions["item"].str[:2]
    largest = department.groupby(shop.interactions["user"]).agg(lambda d: d.value_counts(normalize=True).iloc[0])
    assert largest.mean() > department.value_counts(normalize=True).iloc[0] + 0.1


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_shows(pattern):
    look = Look("teal", *FAMILIES["teal"][0], pattern=pattern)
    swatch = body(slab(0, 0, 200, 200, 0), cloth(look), edge=0)
    flat = body(slab(0, 0, 200, 200, 0), look.base, edge=0)
    pixels = [
        np.asarray(raster(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200">{fragment}</svg>'))
        for fragment in (swatch, flat)
    ]
    assert np.array_equal(*pixels) == (pattern == "plain")


def test_examples_are_newcomers(shop, tmp_path):
    records = examples(tmp_path)
    assert json.loads((tmp_path / "examples" / "examples.json").read_text()) == records
    assert len(records) == 3
    known = {shop.image_path(row).read_bytes() for row in range(shop.n_items)}
    for record in records:
        assert set(record) == {"title", "text", "image", "note"}
        assert (tmp_path / record["image"]).read_bytes() not in known
