"""The network that reads a grid: which way up, what vector; and an encoder that a dataset brings itself."""

import json
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image

from lattice.data import Dataset, load, save
from lattice.errors import InputError
from lattice.features import encode_dataset, image, load_encoder
from lattice.features.encode_upload import encode_upload
from lattice.features.grid import GridNetwork, GridNetworkOptions

SMALL = GridNetworkOptions(pixels=32, rows=2, columns=2, classes=3, stem=4, widths=(4, 6), depths=(0, 1), dimension=5)


@pytest.fixture
def network() -> GridNetwork:
    torch.manual_seed(0)
    return GridNetwork(SMALL).eval()


@pytest.fixture
def brought(tmp_path, network) -> Dataset:
    """A dataset of two pictures with an encoder of its own in its folder."""
    image.save(network, tmp_path / "source" / "encoders" / "tiny-reader.safetensors", {"name": "tiny-reader"})
    for name, colour in (("a", "red"), ("b", "blue")):
        Image.new("RGB", (40, 40), colour).save(tmp_path / "source" / f"{name}.png")
    items = pd.DataFrame({"item": ["a", "b"], "title": ["", ""], "image": ["a.png", "b.png"]})
    rows = [("u", "a", "train"), ("v", "b", "train"), ("u", "b", "valid"), ("v", "a", "test")]
    interactions = pd.DataFrame(rows, columns=["user", "item", "split"])
    return encode_dataset(Dataset("tiny", items, interactions, folder=tmp_path / "source"), None, "tiny-reader")


def test_a_grid_is_turned_the_right_way_up(network):
    """Dense oracle: the cells' probabilities, reversed if upside down, times the linear map."""
    pictures = torch.rand(6, 3, 32, 32)
    with torch.no_grad():
        network.turned.bias -= network.upside_down(network.read(pictures).softmax(1)).mean()  # some of either
        cells = network.read(pictures).double().softmax(1).numpy()
        weights, bias = network.turned.weight.double().numpy(), network.turned.bias.double().numpy()
        expected, ways = [], []
        for one in cells:
            turned = (weights @ one.ravel() + bias)[0] > 0
            ways.append(turned)
            upright = one[:, ::-1, ::-1] if turned else one
            expected.append(network.project.weight.double().numpy() @ upright.ravel() + network.project.bias.numpy())
        found = network(pictures).numpy()
    assert 0 < sum(ways) < 6
    assert np.allclose(found, expected, atol=1e-5)


def test_a_dataset_brings_its_encoder_along(brought, tmp_path):
    assert brought.encoders["visual"].name == "tiny-reader"
    save(brought, tmp_path / "out")
    again = load(tmp_path / "out")
    own = load_encoder("image", "tiny-reader", "cpu", tmp_path / "out")
    assert own.fingerprint == again.encoders["visual"].fingerprint
    with (tmp_path / "out" / "images" / "000000.png").open("rb") as picture:
        vector = encode_upload(again.encoders, picture, None, tmp_path / "out")["visual"]
    assert np.allclose(vector, again.features["visual"][0], atol=1e-6)


def test_another_encoder_of_the_same_name_is_refused(brought, tmp_path):
    torch.manual_seed(1)
    image.save(GridNetwork(SMALL), tmp_path / "other" / "encoders" / "tiny-reader.safetensors", {})
    with pytest.raises(InputError, match="is not the one that made"):
        encode_upload(brought.encoders, tmp_path / "source" / "a.png", None, tmp_path / "other")


@pytest.mark.parametrize(
    "change",
    [
        {"architecture": "os.system"},
        {"architecture": ["grid"]},
        {"network": asdict(SMALL) | {"classes": 10**9}},
        {"network": asdict(SMALL) | {"rows": "2"}},
        {"network": asdict(SMALL) | {"secret": 1}},
        {"network": asdict(SMALL) | {"dimension": 6}},
        {"network": None},
    ],
)
def test_a_card_that_does_not_fit_is_refused(brought, tmp_path, change):
    card = tmp_path / "source" / "encoders" / "tiny-reader.json"
    card.write_text(json.dumps(json.loads(card.read_text()) | change))
    with pytest.raises(InputError, match=r"tiny-reader.safetensors: no whole pair"):
        load_encoder("image", "tiny-reader", "cpu", tmp_path / "source")


def test_a_name_never_leads_out_of_the_datasets_folder(brought, tmp_path):
    (tmp_path / "source" / "inner" / "encoders").mkdir(parents=True)
    with pytest.raises(InputError, match="can't be loaded"):
        load_encoder("image", "../../encoders/tiny-reader", "cpu", tmp_path / "source" / "inner")
