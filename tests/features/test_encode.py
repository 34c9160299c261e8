"""A dataset gets its raw features from the words and pictures of its items."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from lattice.data import Dataset, EncoderRecord
from lattice.errors import InputError
from lattice.features import encode, encode_dataset, item_text, load_encoder, open_picture


@pytest.fixture
def dataset(tmp_path):
    random = np.random.default_rng(0)
    for name in ("a.png", "b.jpg"):
        Image.fromarray(random.integers(0, 256, (20, 30, 3), dtype=np.uint8)).save(tmp_path / name)
    items = pd.DataFrame(
        {
            "item": ["1", "2", "3"],
            "title": ["red dress", "", "blue hat."],
            "brand": ["Alba", "", ""],
            "image": ["a.png", "b.jpg", ""],
        }
    )
    pairs = pd.DataFrame({"user": ["u"] * 3, "item": ["1", "2", "3"], "split": ["train", "valid", "test"]})
    return Dataset("tiny", items, pairs, folder=tmp_path)


def test_both_modalities_are_added_row_by_row(dataset, tmp_path):
    encoded = encode_dataset(dataset, device="cpu")
    assert set(encoded.features) == {"textual", "visual"}
    words, looks = load_encoder("text", device="cpu"), load_encoder("image", device="cpu")
    textual, visual = encoded.features["textual"], encoded.features["visual"]
    np.testing.assert_allclose(textual, words.encode(["red dress. Alba", None, "blue hat"]), atol=1e-5)
    pictures = [open_picture(tmp_path / "a.png"), open_picture(tmp_path / "b.jpg"), None]
    np.testing.assert_allclose(visual, looks.encode(pictures), atol=1e-5)
    assert not textual[1].any()
    assert not visual[2].any()
    assert encoded.encoders["textual"] == EncoderRecord("text", "all-MiniLM-L6-v2", words.fingerprint)
    assert encoded.encoders["visual"] == EncoderRecord("image", "lattice-image-v2", looks.fingerprint)


def test_a_modality_that_no_item_has_or_nobody_wants_is_skipped(dataset):
    bare = Dataset("bare", dataset.items.assign(title="", brand="", image=""), dataset.interactions)
    assert encode_dataset(bare, device="cpu") is bare
    assert encode_dataset(dataset, text=None, image=None) is dataset
    assert set(encode_dataset(dataset, text=None, device="cpu").features) == {"visual"}


def test_an_unreadable_picture_names_its_file_and_row(dataset, tmp_path):
    (tmp_path / "b.jpg").write_bytes(b"<svg/>")
    with pytest.raises(InputError, match=r"item row 1: '.*b\.jpg' is not a PNG"):
        encode_dataset(dataset, text=None, device="cpu")
    (tmp_path / "b.jpg").unlink()
    with pytest.raises(InputError, match=r"item row 1: '.*b\.jpg' can't be read"):
        encode_dataset(dataset, text=None, device="cpu")


def test_pictures_are_opened_only_when_asked_for(dataset, tmp_path):
    pictures = encode.DatasetPictures(dataset)
    (tmp_path / "b.jpg").unlink()
    assert len(pictures) == 3
    assert pictures[0].size == (30, 20)
    assert pictures[2] is None


def test_item_text_joins_what_is_known():
    row = {"title": " Sun hat. ", "brand": "Alba", "category": "", "description": "Straw.", "price": 3}
    assert item_text(row) == "Sun hat. Alba. Straw"
    assert item_text(pd.Series(row)) == item_text(row)
    assert item_text({"title": "Sun hat"}) == "Sun hat"
    assert item_text({"title": None, "brand": float("nan")}) == ""
