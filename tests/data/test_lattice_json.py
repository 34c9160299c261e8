"""The folder of LATTICE's published program."""

import json

import numpy as np
import pytest

from lattice.data.readers import read


@pytest.fixture
def folder(tmp_path):
    core = tmp_path / "baby" / "5-core"
    core.mkdir(parents=True)
    (core / "train.json").write_text('{"0": [2, 0], "1": [1]}')
    (core / "val.json").write_text('{"0": [1], "1": []}')
    (core / "test.json").write_text('{"0": [3], "1": [0]}')
    return core.parent


def test_integers_are_ids_where_no_others_are_known(folder):
    dataset = read(folder, "lattice-json")
    assert dataset.items["item"].tolist() == ["0", "1", "2", "3"]
    assert dataset.pairs("train").tolist() == [[0, 2], [0, 0], [1, 1]]
    assert dataset.pairs("valid").tolist() == [[0, 1]]
    assert dataset.pairs("test").tolist() == [[0, 3], [1, 0]]


def test_asins_are_ids_where_they_are_known(folder):
    (folder / "item2id.json").write_text('{"E": 4, "A": 0, "B": 1, "C": 2, "D": 3}')
    (folder / "items.csv").write_text("asin,title\nB,Bottle\n")
    np.save(folder / "image_feat.npy", np.eye(5, 3))
    dataset = read(folder, "lattice-json", items="items.csv")
    assert dataset.items["item"].tolist() == list("ABCDE")
    assert dataset.items["title"].tolist() == ["", "Bottle", "", "", ""]
    assert dataset.interactions["item"].tolist()[:3] == ["C", "A", "B"]
    assert dataset.features["visual"].shape == (5, 3)


def test_validation_may_be_called_valid_in_the_folder_itself(folder):
    (folder / "5-core" / "val.json").rename(folder / "5-core" / "valid.json")
    assert len(read(folder / "5-core", "lattice-json").pairs("valid")) == 1


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("5-core/val.json", '{"0": [1],\n "1": }', "val.json, line 2: not JSON at column 7"),
        ("5-core/val.json", "[1]", "val.json: holds a JSON list"),
        ("item2id.json", '{"A": 0, "B": 0}', "item2id.json, key 'B': number 0; each of 0 to 1"),
        ("item2id.json", '{"A": 0, "B": "1"}', "item2id.json, key 'B': number '1'"),
    ],
)
def test_a_wrong_file_is_named(folder, refusal, name, text, message):
    (folder / name).write_text(text)
    assert message in refusal(folder, "lattice-json")


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("5-core/val.json", '{"0": [1], "0": [2]}', "user who is there before; the items of both count"),
        ("5-core/val.json", '{"0": 1}', "1 × user whose items are not a list, left out (val.json, user '0')"),
        ("5-core/val.json", '{"1": [2, "x"]}', "item is not an integer from 0 up, left out (val.json, user '1')"),
        ("5-core/val.json", '{"1": [2, true]}', "item is not an integer from 0 up, left out (val.json, user '1')"),
        ("5-core/val.json", '{"1": [2, -1]}', "item is not an integer from 0 up, left out (val.json, user '1')"),
        ("5-core/val.json", f'{{"1": [2, {10**30}]}}', "item is not an integer from 0 up, left out"),
        ("5-core/val.json", '{"1": [2, 2]}', "with an item again; the first one counts (val.json, user '1')"),
        ("5-core/test.json", '{"0": [1]}', "the splits leak, left out of the later one (test.json, user '0')"),
        ("item2id.json", '{"A": 0, "B": 1}', "2 × interaction whose item is not among the 2 of item2id.json"),
    ],
)
def test_a_faulty_entry_is_counted_and_placed(folder, reported, name, text, fault):
    (folder / name).write_text(text)
    faults = reported(folder, "lattice-json")[2]
    assert any(fault in line for line in faults), faults


def test_fewer_rows_than_items_leave_items_without(folder, reported):
    (folder / "item2id.json").write_text(json.dumps(dict(zip("ABCD", range(4), strict=True))))
    np.save(folder / "text_feat.npy", np.eye(3))
    assert "1 × item without a row in text_feat.npy, so with no textual features (D)" in reported(folder)[2]


def test_a_missing_split_is_drawn_from_train(folder, reported):
    (folder / "5-core" / "train.json").write_text('{"0": [2, 0, 4], "1": [1, 5, 6]}')
    (folder / "5-core" / "val.json").unlink()
    dataset, report, _ = reported(folder, "lattice-json")
    assert len(dataset.pairs("valid")) == 2
    assert "the given split has no valid part: drawn from train, at random" in report.said


def test_baby(real):
    dataset = read(real("amazon-baby"), "lattice-json")
    assert (dataset.n_users, dataset.n_items, len(dataset.interactions)) == (19445, 7050, 160792)
    assert [len(dataset.pairs(split)) for split in ("train", "valid", "test")] == [119674, 20559, 20559]
    assert dataset.items["item"].iat[0] == "097293751X"
