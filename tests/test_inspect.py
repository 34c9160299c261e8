"""`lattice inspect` tells all at once and writes nothing; `prepare` says the same in short and keeps it."""

import json
from html.parser import HTMLParser

import pandas as pd
import pytest
from PIL import Image

from lattice.cli import main
from lattice.data import load

NONE = ["--text-encoder", "none", "--image-encoder", "none"]


@pytest.fixture
def shop(tmp_path):
    """A folder with a fault of many kinds."""
    folder = tmp_path / "shop"
    folder.mkdir()
    rows = [f"u{u},i{i},{1 + i % 5}" for u in range(6) for i in range(6)]
    rows[3:3] = ["u0", ",i1,5", "u1 , i1,3", "u9,<b>x</b>,4"]
    (folder / "interactions.csv").write_text("user,item,rating\n" + "\n".join(rows) + "\n")
    for number in range(3):
        Image.new("RGB", (8, 8)).save(folder / f"{number}.png")
    (folder / "2.png").write_bytes(b"<html>robot?</html>")
    (folder / "items.csv").write_text(
        "item,title,image\n" + "".join(f"i{n},T{n},{n}.png\n" for n in range(6)) + "i0,x,\n"
    )
    return folder


def said(capsys, *arguments) -> dict:
    capsys.readouterr()
    assert main([*map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_inspect_finds_every_fault_at_once_and_writes_nothing(shop, capsys):
    before = sorted(shop.rglob("*"))
    found = said(capsys, "inspect", shop, "--split", "time")
    kinds = {fault["kind"]: fault for fault in found["faults"]}
    assert {
        "stops",
        "torn-line",
        "no-user",
        "repeated-pair",
        "unknown-item",
        "item-twice",
        "picture-missing",
        "bad-picture",
    } <= set(kinds)
    assert kinds["torn-line"]["examples"] == ["interactions.csv, line 5"]
    assert kinds["bad-picture"]["count"] == 1
    assert kinds["picture-missing"]["count"] == 3
    assert found["rows_read"] == found["kept"] + found["left_out"] == 40
    assert found["per_item"]["most"] == 6
    assert sum(found["ratings"].values()) == 38
    assert sorted(shop.rglob("*")) == before


def test_prepare_goes_on_with_what_is_good_and_keeps_the_report(shop, tmp_path, capsys):
    found = said(capsys, "prepare", shop, "--out", tmp_path / "out", *NONE)
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert len(load(tmp_path / "out").interactions) == report["kept"] == 37
    assert found["left_out"] == report["left_out"] == 3
    assert "bad-picture" in {fault["kind"] for fault in report["faults"]}
    assert main(["prepare", str(shop), "--out", str(tmp_path / "x"), "--bad-pictures", "stop", *NONE]) == 2
    assert "picture of item 'i2'" in capsys.readouterr().err


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.addresses, self.tags = [], set()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.addresses += [value for name, value in attributes if name in ("src", "href")]


def test_the_html_needs_nothing_else_and_escapes_ids(shop, tmp_path, capsys):
    assert main(["inspect", str(shop), "--html", str(tmp_path / "report.html")]) == 0
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    assert page.addresses == []
    assert "svg" in page.tags
    assert "script" not in page.tags
    assert "&lt;b&gt;x&lt;/b&gt;" in text
    assert "40 interactions read" in text


def test_a_dataset_is_split_and_cut_again(shop, tmp_path, capsys):
    said(capsys, "prepare", shop, "--out", tmp_path / "one", *NONE)
    one = load(tmp_path / "one")
    again = said(
        capsys, "prepare", tmp_path / "one", "--format", "dataset", "--cold", "0.4", "--out", tmp_path / "cold", *NONE
    )
    cold = load(tmp_path / "cold")
    trained = set(cold.interactions.query("split == 'train'")["item"])
    assert len(set(cold.items["item"]) - trained) >= 2
    assert again["items"] == one.n_items
    assert (cold.items["image"] != "").sum() == (one.items["image"] != "").sum() == 2
    said(
        capsys,
        "prepare",
        tmp_path / "one",
        "--split",
        "random",
        "--core",
        "5",
        "--seed",
        "3",
        "--out",
        tmp_path / "core",
        *NONE,
    )
    assert load(tmp_path / "core").n_items == 6


def test_pictures_within_a_table_come_along(tmp_path, capsys):
    frame = pd.DataFrame({"item": [f"i{n}" for n in range(4)], "title": "x"})
    Image.new("RGB", (8, 8), "red").save(tmp_path / "x.png")
    raw = (tmp_path / "x.png").read_bytes()
    (tmp_path / "x.png").unlink()
    frame["image"] = [
        {"bytes": raw, "path": "a.png"},
        {"bytes": None, "path": None},
        {"bytes": raw, "path": None},
        None,
    ]
    frame.to_parquet(tmp_path / "items.parquet")
    (tmp_path / "interactions.csv").write_text(
        "user,item\n" + "".join(f"u{u},i{i}\n" for u in range(3) for i in range(4))
    )
    found = said(capsys, "prepare", tmp_path, "--out", tmp_path / "out", *NONE)
    assert found["without_picture"] == 2
    assert load(tmp_path / "out").image_path(0).read_bytes() == raw


@pytest.mark.parametrize("folder", ["", "pictures"])
def test_pictures_may_be_called_by_the_ids(tmp_path, capsys, folder):
    (tmp_path / "interactions.csv").write_text(
        "user,item\n" + "".join(f"u{u},i{i}\n" for u in range(3) for i in range(4))
    )
    (tmp_path / "pictures").mkdir()
    for name in ("i0.jpg", "i3.JPEG", "i2.jfif", "other.jpg"):
        Image.new("RGB", (8, 8)).save(tmp_path / "pictures" / name, "JPEG")
    option = ["--image-folder", folder] if folder else []
    assert said(capsys, "prepare", tmp_path, "--out", tmp_path / "out", *option, *NONE)["without_picture"] == 1


def test_a_column_given_twice_is_told_how_two_tables_differ(shop, tmp_path, capsys):
    arguments = ["--column", "item=a", "--column", "item=b", "--out", str(tmp_path / "out")]
    assert main(["prepare", str(shop), *arguments]) == 2
    assert "items.item=" in capsys.readouterr().err
