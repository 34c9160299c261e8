"""Which picture is an item's: by path or by id, and never one of another item's."""

import base64
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from lattice.cli import main
from lattice.data import load
from lattice.data.options import Options
from lattice.data.readers import read_with_report
from lattice.data.readers.picture_folder import PictureFolder

NONE = ["--text-encoder", "none", "--image-encoder", "none"]


def colour(number: int) -> tuple[int, int, int]:
    return (10 * number, 255 - 10 * number, 7)


def catalogue(folder: Path, ids: list[str], image: list[str] | None = None) -> Path:
    """A source of 12 users who each have all items but one; with an `image` column where that is given."""
    folder.mkdir()
    rows = [(f"u{user}", item) for user in range(12) for place, item in enumerate(ids) if place != user % len(ids)]
    pd.DataFrame(rows, columns=["user", "item"]).to_csv(folder / "interactions.csv", index=False)
    items = pd.DataFrame({"item": ids, "title": [f"title {one}" for one in ids]})
    if image is not None:
        items["image"] = image
    items.to_csv(folder / "items.csv", index=False)
    return folder


def with_pictures(folder: Path, ids: list[str]) -> Path:
    """Put a picture of its own colour into `img` for every id."""
    (folder / "img").mkdir()
    for number, item in enumerate(ids):
        Image.new("RGB", (4, 4), colour(number)).save(folder / "img" / f"{item}.png")
    return folder


def colours(dataset) -> list[tuple[int, int, int]]:
    return [Image.open(dataset.image_path(row)).getpixel((0, 0)) for row in range(dataset.n_items)]


@pytest.mark.parametrize("inner", ["data", "deep/er/data", ".hidden"])
def test_our_own_folders_in_a_source_are_not_read(tmp_path, inner):
    """Their pictures are called by their rows: 000001.png is item 000002's there."""
    ids = [f"{number:06d}" for number in range(1, 9)]
    shop = with_pictures(catalogue(tmp_path / "shop", ids), ids)
    expected = [colour(number) for number in range(8)]
    for _ in range(2):
        assert main(["prepare", str(shop), "--out", str(shop / inner), *NONE]) == 0
        assert colours(load(shop / inner)) == expected


def test_tables_of_our_own_folders_are_not_read(tmp_path, capsys):
    shop = catalogue(tmp_path / "shop", list("abcdef"))
    for inner, name in (("orders", "interactions.csv"), ("things", "items.csv")):
        (shop / inner).mkdir()
        (shop / name).rename(shop / inner / name)
    for _ in range(2):
        assert main(["prepare", str(shop), "--out", str(shop / "data"), *NONE]) == 0
        said = capsys.readouterr().err
        assert "interactions.csv: " in said
        assert "parquet" not in said


def test_ids_that_differ_by_case_keep_their_own_pictures(tmp_path):
    ids = ["a1", "A1", "b2", "C3", "d4", "D4"]
    dataset, _ = read_with_report(with_pictures(catalogue(tmp_path / "shop", ids), ids), Options())
    assert colours(dataset) == [colour(number) for number in range(6)]


def test_another_case_counts_only_where_one_id_has_it(tmp_path):
    for name in ("A1.png", "B2.JPG"):
        (tmp_path / name).write_bytes(b"x")
    found = PictureFolder([tmp_path]).of_items(["a1", "A1", "b2", "c3"])
    assert found == [None, tmp_path / "A1.png", tmp_path / "B2.JPG", None]


def test_a_table_names_pictures_exactly_first(tmp_path):
    for name in ("a1.png", "A1.png"):
        (tmp_path / name).write_bytes(b"x")
    folder = PictureFolder([tmp_path])
    assert [folder.find(name) for name in ("a1", "A1", "a1.png", "A1.png")] == [
        tmp_path / name for name in ("a1.png", "A1.png", "a1.png", "A1.png")
    ]


@pytest.mark.parametrize(
    "value",
    [
        "data:image/jpeg;base64," + base64.b64encode(bytes(600)).decode(),
        "x" * 300,
        "/".join(["x" * 200] * 40) + ".png",
        "a\0b.png",
    ],
)
def test_what_no_file_can_be_called_counts_as_missing(tmp_path, value):
    shop = catalogue(tmp_path / "shop", list("abcd"), [value.replace("\0", ""), "", "", ""])
    dataset, report = read_with_report(shop, Options())
    (fault,) = [fault for fault in report.faults if fault.kind == "picture-missing"]
    assert fault.count == 1
    assert len(str(fault)) < 400
    assert dataset.items["image"].tolist() == [""] * 4
    assert PictureFolder([shop]).find(value) is None


def test_words_are_cut_to_what_a_dataset_is_read_with(tmp_path):
    """A dataset's folder refuses a text of more than 1 MB (`lattice.untrusted.tables`)."""
    shop = catalogue(tmp_path / "shop", list("abcd"))
    long, exact = "é" * (2**19 + 5), "é" * 2**19
    table = pd.DataFrame({"item": list("abcd"), "title": "t", "description": [f"x{long}", exact, "short", "y" * 2**20]})
    table.to_json(shop / "items.json", orient="records", lines=True)
    (shop / "items.csv").unlink()
    assert main(["prepare", str(shop), "--out", str(tmp_path / "out"), *NONE]) == 0
    kept = load(tmp_path / "out").items["description"].tolist()
    assert kept == ["x" + "é" * (2**19 - 1), exact, "short", "y" * 2**20]
    _, report = read_with_report(shop, Options())
    (fault,) = [fault for fault in report.faults if fault.kind == "long-description"]
    assert str(fault) == "1 × description of more than 1 MB, cut to that (item 'a')"
