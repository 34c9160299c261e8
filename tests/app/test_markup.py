"""A shop whose every word is an attack: on each page its words are text, and no element of the HTML is theirs."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from lattice.data import load, save
from lattice.features import encode_dataset
from lattice.models import default_options
from lattice.pipeline import fit
from lattice.training import TrainingOptions
from tests.app.catalogue import shapes, write_example
from tests.app.reading import html

EVIL = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
OURS = {"div", "span", "img", "i", "style"}


class Elements(HTMLParser):
    """Every element with its attributes, and all text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


PICTURE = r"data:image/webp;base64,[\w+/=]+$|/picture/[\w/.-]+$|/tile/\d+/[\w%]{1,24}\.svg$"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Checkpoints of LATTICE and LightGCN on that shop: ids, titles, brands, categories, a newcomer.

    Of a modality it can't be: `Dataset` takes letters, digits, `-` and `_` for its name.
    """
    folder = tmp_path_factory.mktemp("markup")
    dataset = shapes(folder / "source")
    items = dataset.items.assign(
        item=dataset.items["item"] + EVIL,
        title=dataset.items["title"] + EVIL,
        brand=EVIL,
        category=f"a{EVIL} > b{EVIL}",
    )
    pairs = dataset.interactions
    pairs = pairs.assign(item=pairs["item"] + EVIL, user=pairs["user"] + EVIL)
    dataset = encode_dataset(replace(dataset, items=items, interactions=pairs), device="cpu")
    record = {"title": EVIL, "text": EVIL, "image": "examples/star.webp", "note": EVIL}
    save(dataset, folder / "shop")
    write_example(folder / "shop")
    (folder / "shop" / "examples" / "examples.json").write_text(json.dumps([record]))
    training = TrainingOptions(epochs=1, batch_size=128, device="cpu")
    for model in ("lattice", "lightgcn"):
        out = folder / "checkpoints" / "shapes" / model
        out.parent.mkdir(parents=True, exist_ok=True)
        fit(load(folder / "shop"), default_options(model), training, out, progress=False)
    return folder / "checkpoints"


@pytest.mark.parametrize(
    ("view", "query"),
    [
        ("recommend", {}),
        ("recommend", {"item": f"star-red-large{EVIL}"}),
        ("recommend", {"why_not": f"star-red-large{EVIL}"}),
        ("recommend", {"user": EVIL, "item": EVIL, "baseline": EVIL, "cut": EVIL, "lambda": EVIL}),
        ("item_graph", {"item": f"star-red-large{EVIL}"}),
        ("item_graph", {"show": "map"}),
        ("fusion", {}),
        ("cold_start", {}),
        ("models", {}),
    ],
)
def test_the_shops_words_are_text(open_view, shop, view, query):
    body = html(open_view(view, root=shop, **query))
    page = Elements(body)
    assert {tag for tag, _ in page.found} <= OURS
    for tag, attributes in page.found:
        assert not [name for name in attributes if name.startswith("on")], tag
        if tag == "img":
            assert re.match(PICTURE, attributes["src"])
    if view in ("recommend", "item_graph", "cold_start"):
        assert EVIL in page.text


def test_the_check_sees_what_gets_through():
    page = Elements(f'<div title="{EVIL}">x</div>')
    assert {tag for tag, _ in page.found} == {"div", "img", "script"}
    assert any("onerror" in attributes for _, attributes in page.found)
