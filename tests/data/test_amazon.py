"""Amazon's reviews and product data."""

import gzip
import json

import numpy as np
import pytest

from lattice.data.readers import read

PAIRS = [("u", "B2"), ("u", "B1"), ("u", "B3"), ("v", "B1"), ("v", "B3"), ("v", "B2"), ("u", "B2")]
PRODUCTS = [
    {"asin": "B1", "title": "Salt &amp; pepper", "brand": "Mill", "categories": [["Kitchen", "Mills"], ["Gifts"]]},
    {"asin": "B9", "title": "Never reviewed"},
    {"asin": "B3", "description": ["Two", " lines\nlong "], "category": ["Kitchen", "Pans"]},
]


def write(path, records, form=json.dumps):
    text = "".join(form(record) + "\n" for record in records)
    with (gzip.open if path.suffix == ".gz" else open)(path, "wt") as file:
        file.write(text)


@pytest.fixture
def folder(tmp_path):
    reviews = [{"reviewerID": user, "asin": item, "unixReviewTime": time} for time, (user, item) in enumerate(PAIRS)]
    write(tmp_path / "reviews_Kitchen_5.json.gz", reviews)
    write(tmp_path / "meta_Kitchen.json.gz", PRODUCTS, form=repr)
    return tmp_path


def test_the_form_of_2014(folder):
    dataset = read(folder, "amazon", split="time", name="kitchen")
    assert (dataset.name, dataset.n_users, dataset.n_items) == ("kitchen", 2, 3)
    assert dataset.items["item"].tolist() == ["B1", "B2", "B3"]
    assert dataset.items["title"].tolist() == ["Salt & pepper", "", ""]
    assert dataset.items["brand"].tolist() == ["Mill", "", ""]
    assert dataset.items["category"].tolist() == ["Kitchen Mills", "", "Kitchen Pans"]
    assert dataset.items["description"].tolist() == ["", "", "Two lines long"]
    test = dataset.interactions[dataset.interactions["split"] == "test"]
    assert sorted(zip(test["user"], test["item"], strict=True)) == [("u", "B3"), ("v", "B2")]


def test_the_form_of_2023(folder):
    for path in folder.iterdir():
        path.unlink()
    reviews = [{"user_id": u, "parent_asin": i, "asin": "X", "timestamp": 9 - t} for t, (u, i) in enumerate(PAIRS)]
    write(folder / "Kitchen.jsonl", reviews)
    write(folder / "meta_Kitchen.jsonl", [{"parent_asin": "B1", "title": "Salt", "store": "Mill"}])
    dataset = read(folder, "amazon", split="time")
    assert dataset.items["brand"].tolist() == ["Mill", "", ""]
    test = dataset.interactions[dataset.interactions["split"] == "test"]
    assert sorted(zip(test["user"], test["item"], strict=True)) == [("u", "B1"), ("v", "B1")]


def test_the_image_features_of_2014(folder):
    records = np.zeros(3, dtype=[("asin", "S10"), ("vector", "<f4", 4096)])
    records["asin"] = ["B3", "B9", "B1"]
    records["vector"] = np.arange(1, 4)[:, None]
    records.tofile(folder / "image_features_Kitchen.b")
    dataset = read(folder, "amazon", images="image_features_Kitchen.b")
    assert dataset.features["visual"].shape == (3, 4096)
    assert dataset.features["visual"][:, -1].tolist() == [3, 0, 1]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"reviewerID": "u", "asin"', "line 2: not a JSON object"),
        ("[1]", "line 2: not a JSON object"),
        ('{"asin": "B1", "unixReviewTime": 1}', "line 2: no reviewerID or user_id"),
        ('{"reviewerID": "u", "asin": "B1", "unixReviewTime": "May"}', "line 2: time 'May' is no number"),
    ],
)
def test_a_wrong_line_is_named(folder, refusal, line, message):
    good = '{"reviewerID": "u", "asin": "B1", "unixReviewTime": 1}'
    (folder / "Kitchen.json").write_text(f"{good}\n{line}\n")
    assert message in refusal(folder, "amazon", interactions="Kitchen.json")


def test_a_wrong_file_is_named(folder, refusal):
    (folder / "short.b").write_bytes(b"B1")
    assert "short.b: not whole records" in refusal(folder, "amazon", images="short.b")
    (folder / "broken.json.gz").write_bytes(b"no gzip")
    assert "broken.json.gz: can't be read" in refusal(folder, "amazon", interactions="broken.json.gz")
    assert "broken.json.gz, reviews_Kitchen_5.json.gz; choose one" in refusal(folder, "amazon")
    named = {"interactions": "reviews_Kitchen_5.json.gz", "items": "nowhere.json"}
    assert "nowhere.json: no such file" in refusal(folder, "amazon", **named)
    assert "no such file" in refusal(folder / "nowhere", "amazon")
