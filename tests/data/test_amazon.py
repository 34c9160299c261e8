"""Amazon's reviews and product data."""

import gzip
import json
import tracemalloc

import numpy as np
import pytest

from lattice.data.readers import read
from tests.data.mcauley import NOBODYS, PAN, SALT, SPOON, write_image_features, write_raw

PAIRS = [("u", SPOON), ("u", SALT), ("u", PAN), ("v", SALT), ("v", PAN), ("v", SPOON), ("u", SPOON)]
FEATURES = "image_features_Kitchen.b"


def write(path, records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records))


def held_out(dataset):
    table = dataset.interactions[dataset.interactions["split"] == "test"]
    return sorted(zip(table["user"], table["item"], strict=True))


@pytest.fixture
def folder(tmp_path):
    return write_raw(tmp_path, PAIRS)


def test_the_form_of_2014(folder):
    dataset = read(folder, "amazon", split="time", name="kitchen")
    assert (dataset.name, dataset.n_users, dataset.n_items) == ("kitchen", 2, 3)
    items = dataset.items
    assert items["item"].tolist() == [PAN, SALT, SPOON]
    assert items["title"].tolist() == ["", "Mill's 3\" Salt & Pepper", 'It\'s a "spoon"']
    assert items["brand"].tolist() == ["", "Mill", ""]
    assert items["category"].tolist() == ["Kitchen > Pans", "Kitchen > Mills & Co; Gifts", ""]
    assert items["description"].tolist() == ["Café – 🍳 �", "Two lines long.", ""]
    assert items["image_url"].tolist() == [f"http://pictures.invalid/{name}.jpg" for name in ("pan", "salt", "spoon")]
    assert held_out(dataset) == [("u", PAN), ("v", SPOON)]


def test_the_form_of_2018(folder):
    (folder / "meta_Kitchen.json.gz").unlink()
    product = {"asin": PAN, "category": ["Kitchen", "Pans"], "description": ["Two", " lines\nlong "], "brand": "Mill"}
    urls = {"imageURL": ["http://small"], "imageURLHighRes": ["http://large", "http://other"]}
    write(folder / "meta_Kitchen.json", [product | urls])
    items = read(folder, "amazon").items.set_index("item")
    assert items.loc[PAN, "category"] == "Kitchen > Pans"
    assert items.loc[PAN, "description"] == "Two lines long"
    assert items.loc[PAN, "image_url"] == "http://large"
    assert items.loc[SALT, "image_url"] == ""


def test_the_form_of_2023(folder):
    for path in folder.iterdir():
        path.unlink()
    reviews = [{"user_id": u, "parent_asin": i, "asin": "X", "timestamp": 9 - t} for t, (u, i) in enumerate(PAIRS)]
    write(folder / "Kitchen.jsonl", reviews)
    images = [{"thumb": "http://t", "large": "http://l", "variant": "MAIN"}, {"large": None}]
    product = {"parent_asin": SALT, "title": "Salt", "store": "Mill", "images": images}
    write(folder / "meta_Kitchen.jsonl", [product | {"categories": [], "main_category": "Home"}])
    dataset = read(folder, "amazon", split="time")
    assert dataset.items["brand"].tolist() == ["", "Mill", ""]
    assert dataset.items["category"].tolist() == ["", "Home", ""]
    assert dataset.items["image_url"].tolist() == ["", "http://l", ""]
    assert held_out(dataset) == [("u", SALT), ("v", SALT)]


def test_items_without_image_features_get_the_mean_and_a_mark(folder):
    ramp = np.arange(4096) / 8
    vectors = [(SPOON, ramp), (NOBODYS, ramp + 1000), (SALT, 3 - ramp), (SPOON, ramp - 7)]
    write_image_features(folder / FEATURES, vectors)
    dataset = read(folder, "amazon", image_features=FEATURES)
    assert dataset.features["visual"].dtype == np.float32
    np.testing.assert_array_equal(dataset.features["visual"], [np.full(4096, 1.5), 3 - ramp, ramp])
    assert dataset.items["visual_is_mean"].tolist() == [True, False, False]


def test_image_features_are_not_held_in_memory_all_at_once(folder):
    n, record = 8000, 10 + 4 * 4096
    with (folder / FEATURES).open("wb") as file:  # holes, but for two products
        for place, asin in ((n // 2, PAN), (n - 1, SALT)):
            file.seek(place * record)
            file.write(asin.encode() + np.full(4096, place, "<f4").tobytes())
    tracemalloc.start()
    dataset = read(folder, "amazon", image_features=FEATURES)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert dataset.features["visual"][:, -1].tolist() == [n // 2, n - 1, (n // 2 + n - 1) / 2]
    assert peak < n * record / 2


def test_products_that_nobody_reviewed_are_not_parsed(folder):
    with gzip.open(folder / "meta_Kitchen.json.gz", "at") as file:
        file.write("{'asin': 'B000BABY09', 'title': torn\n")
    assert read(folder, "amazon").n_items == 3


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('{"reviewerID": "u", "asin"', "not a JSON object, left out (Kitchen.json, line 2)"),
        ("[1]", "not a JSON object, left out (Kitchen.json, line 2)"),
        (
            "{'asin': 'B000SALT01', 'title': open('/etc/passwd').read()}",
            "not a JSON object, left out (Kitchen.json, line 2)",
        ),
        ("{'asin': 'B000SALT01', []: 1}", "not a JSON object, left out (Kitchen.json, line 2)"),
        ("{'asin': " + 9999 * "(", "not a JSON object, left out (Kitchen.json, line 2)"),
        ("{'asin': " + 99999 * "-" + "1}", "not a JSON object, left out (Kitchen.json, line 2)"),
        ('{"asin": "B000SALT01", "unixReviewTime": 1}', "without a user id, left out (Kitchen.json, line 2)"),
        (
            '{"reviewerID": "u", "asin": "B000PANS03", "unixReviewTime": "May"}',
            "whose time can't be read, such as 'May'",
        ),
    ],
)
def test_a_faulty_line_is_counted_and_placed(folder, reported, line, fault):
    good = '{"reviewerID": "u", "asin": "B000SALT01", "unixReviewTime": 1}'
    (folder / "Kitchen.json").write_text(f"{good}\n{line}\n{good.replace('SALT01', 'SPOO02')}\n")
    faults = reported(folder, "amazon", interactions="Kitchen.json")[2]
    assert any(fault in line for line in faults), faults


def test_a_wrong_file_is_named(folder, refusal):
    (folder / "short.b").write_bytes(b"B1")
    assert "short.b: not whole records" in refusal(folder, "amazon", image_features="short.b")
    write_image_features(folder / "other.b", [(NOBODYS, np.ones(4096))])
    assert "other.b: has none of the 3 items" in refusal(folder, "amazon", image_features="other.b")
    assert "nowhere.b: no such file" in refusal(folder, "amazon", image_features="nowhere.b")
    (folder / "none.json").write_text("\n")
    assert "none.json: is empty" in refusal(folder, "amazon", interactions="none.json", image_features="short.b")
    write(folder / "meta_others.json", [{"asin": NOBODYS, "title": "Never reviewed"}])
    named = {"interactions": "reviews_Kitchen_5.json.gz", "items": "meta_others.json"}
    assert "meta_others.json: has none of the 3 items" in refusal(folder, "amazon", **named)
    (folder / "none.json").unlink()
    (folder / "meta_others.json").unlink()
    whole = (folder / "reviews_Kitchen_5.json.gz").read_bytes()
    for broken in (b"no gzip", whole[:-20], whole[:20] + bytes(30) + whole[50:]):
        (folder / "broken.json.gz").write_bytes(broken)
        assert "broken.json.gz: " in refusal(folder, "amazon", interactions="broken.json.gz")
    assert "broken.json.gz, reviews_Kitchen_5.json.gz; choose one" in refusal(folder, "amazon")
    named = {"interactions": "reviews_Kitchen_5.json.gz", "items": "nowhere.json"}
    assert "nowhere.json: no such file" in refusal(folder, "amazon", **named)
    assert "no such file" in refusal(folder / "nowhere", "amazon")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_image_features_that_are_not_finite_are_named(folder, refusal, value):
    spoilt = np.ones(4096)
    spoilt[7] = value
    write_image_features(folder / FEATURES, [(NOBODYS, spoilt), (SPOON, np.ones(4096)), (SALT, spoilt)])
    assert f"{FEATURES}, {SALT}: NaN or infinity" in refusal(folder, "amazon", image_features=FEATURES)


def test_one_modality_is_not_given_twice(folder, refusal):
    write_image_features(folder / FEATURES, [(SALT, np.ones(4096))])
    np.save(folder / "x.npy", np.ones((3, 2)))
    given = {"image_features": FEATURES, "modalities": {"visual": "x.npy"}}
    assert "would both be the visual modality" in refusal(folder, "amazon", **given)
