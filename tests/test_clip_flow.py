"""With a CLIP instead of our own encoder: prepare, train and fold in, from one command each."""

import json

import numpy as np
import pandas as pd
import pytest

from lattice.cli import main
from lattice.data.picture import open_picture
from lattice.features.loading import load_encoder
from lattice.recommender import Recommender
from tests.app.catalogue import shapes
from tests.clip import tiny_clip


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """`source/` (a table with pictures), `clip` (its path), `dataset/` and the checkpoint `lattice/` made with it."""
    folder = tmp_path_factory.mktemp("clip-shop")
    source = folder / "source"
    dataset = shapes(source)
    dataset.items.to_csv(source / "items.csv", index=False)
    dataset.interactions.to_csv(source / "interactions.csv", index=False)
    clip = tiny_clip(folder / "clip")
    encoders = ["--image-encoder", clip, "--text-encoder", clip]
    assert main(["prepare", str(source), "--format", "table", "--out", str(folder / "dataset"), *encoders]) == 0
    fast = ["--set", "epochs=2", "--set", "dim=8"]
    assert main(["train", str(folder / "dataset"), "--out", str(folder / "lattice"), *fast]) == 0
    return folder, clip


def test_the_catalogue_is_encoded_by_it_and_says_so(shop):
    folder, clip = shop
    described = json.loads((folder / "dataset" / "dataset.json").read_text())["modalities"]
    for modality, kind in (("visual", "image"), ("textual", "text")):
        encoder = load_encoder(kind, clip, "cpu")
        assert described[modality]["name"] == clip
        assert described[modality]["fingerprint"] == encoder.fingerprint
        assert np.load(folder / "dataset" / "features" / f"{modality}.npy").shape[1] == 8


def test_an_upload_goes_through_the_same_network(shop, capsys):
    folder, clip = shop
    picture = next((folder / "dataset" / "images").iterdir())
    vector = load_encoder("image", clip, "cpu").encode([open_picture(picture)])[0]
    catalogue = np.load(folder / "dataset" / "features" / "visual.npy")
    items = pd.read_parquet(folder / "dataset" / "items.parquet")["item"]
    expected = dict(zip(items, catalogue @ vector, strict=True))
    edges = Recommender.load(folder / "lattice").fold_in(image=picture).edges
    assert edges["cosine"].to_numpy() == pytest.approx([expected[item] for item in edges["item"]], abs=1e-5)
    assert edges["cosine"].max() == pytest.approx(1, abs=1e-5)
    capsys.readouterr()
    assert main(["fold-in", str(folder / "lattice"), "--image", str(picture), "--json"]) == 0
    assert {edge["item"] for edge in json.loads(capsys.readouterr().out)["neighbours"]} <= set(edges["item"])


def test_other_weights_under_the_same_name_are_refused(shop, capsys, monkeypatch):
    folder, _ = shop
    other = tiny_clip(folder / "other", seed=1)
    monkeypatch.setattr(
        "lattice.features.encode_upload._encoder", lambda kind, name, *_: load_encoder(kind, other, "cpu")
    )
    picture = next((folder / "dataset" / "images").iterdir())
    assert main(["fold-in", str(folder / "lattice"), "--image", str(picture)]) == 2
    assert "is not the one that made the checkpoint" in capsys.readouterr().err
