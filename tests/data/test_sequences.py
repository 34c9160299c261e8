"""One line per user, in time order."""

import numpy as np
import pytest

from lattice.data.readers import read
from lattice.data.readers.sequences import looks_like_sequences

LINES = "u b a c d\nv a b\nw c c a e b\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "sequences.txt"
    path.write_text(LINES)
    return path


def test_by_time_the_last_item_is_tested_on(file):
    dataset = read(file, "sequences", split="time")
    table = dataset.interactions.set_index("user")
    assert table.loc["u"].to_numpy().tolist() == [
        ["b", "train"],
        ["a", "train"],
        ["c", "valid"],
        ["d", "test"],
    ]
    assert set(table.loc["v", "split"]) == {"train"}  # two items are too few to hold any out
    assert table.loc["w", "item"].tolist() == ["c", "a", "e", "b"]  # the first c counts
    assert dataset.items["item"].tolist() == ["b", "a", "c", "d", "e"]


@pytest.mark.parametrize("after", [":", " :", ": ", " : ", ""])
def test_colons_are_a_part_of_ids_but_for_one_after_the_user(tmp_path, reported, after):
    users = [f"spotify:user:{n}{after}" for n in (1, 2)]
    text = "".join(f"{user} spotify:track:3 spotify:track:{n},spotify:track:9\n" for n, user in enumerate(users))
    (tmp_path / "x.txt").write_text(text)
    dataset = reported(tmp_path, "sequences")[0]
    assert {*dataset.users} == {"spotify:user:1", "spotify:user:2"}
    assert {*dataset.items["item"]} == {f"spotify:track:{n}" for n in (0, 1, 3, 9)}


@pytest.mark.parametrize(("word", "is_list"), [("spotify:track:{}", True), ("{}", True), ("12:{}:00", False)])
def test_ids_with_colons_are_sequences_and_times_are_none(tmp_path, word, is_list):
    path = tmp_path / "x.txt"
    path.write_text(
        "".join(f"u:{n} " + " ".join(word.format(10 + n + i) for i in range(4 + n)) + "\n" for n in range(9))
    )
    assert looks_like_sequences(path) == is_list


@pytest.mark.parametrize(("users", "expected"), [("{}:7", {"1", "2", "3"}), ("u:{}", {"u:1", "u:2", "u:3"})])
def test_a_colon_after_the_user_needs_no_blank(tmp_path, reported, users, expected):
    (tmp_path / "x.txt").write_text("".join(f"{users.format(n)},8,9,{n}\n" for n in (1, 2, 3)))
    dataset = reported(tmp_path, "sequences")[0]
    assert {*dataset.users} == expected
    assert ("7" in {*dataset.items["item"]}) == ("1" in expected)


def test_ratings_after_colons_are_no_items(tmp_path, refusal):
    (tmp_path / "x.txt").write_text("0 10:5 11:5 12:1\n1 10:4 11:5 13:2\n")
    assert "x.txt: its items have a number after a colon (10:5), as ratings have" in refusal(tmp_path, "sequences")


def test_the_seed_alone_decides(file):
    assert read(file, "sequences", seed=1).fingerprint == read(file, "sequences", seed=1).fingerprint
    prints = {read(file, "sequences", seed=seed).fingerprint for seed in range(5)}
    assert len(prints) > 1


def test_integers_are_ordered_by_value(tmp_path):
    (tmp_path / "x.txt").write_text("0 10 9 2\n")
    assert read(tmp_path, "sequences").items["item"].tolist() == ["2", "9", "10"]


def test_a_given_test_split_stays(tmp_path):
    (tmp_path / "train.txt").write_text("0 1 2 3\n1 4 5\n")
    (tmp_path / "test.txt").write_text("0 4\n1 1\n")
    dataset = read(tmp_path, "sequences")
    assert dataset.pairs("test").tolist() == [[0, 3], [1, 0]]
    valid = dataset.interactions[dataset.interactions["split"] == "valid"]
    assert valid["user"].tolist() == ["0", "1"]
    assert set(valid[valid["user"] == "0"]["item"]) <= {"1", "2", "3"}


def test_a_table_of_items_gives_order_words_and_pictures(file):
    (file.parent / "hat.png").write_bytes(b"png")
    (file.parent / "items.csv").write_text("asin,name,picture\ne,Hat,hat.png\nd,,\nc,,\nb,,\na,,\nz,New,\n")
    np.save(file.parent / "pictures.npy", np.eye(6))
    dataset = read(
        file,
        "sequences",
        columns={"title": "name", "image": "picture"},
        modalities={"visual": "pictures.npy"},
    )
    assert dataset.items["item"].tolist() == ["e", "d", "c", "b", "a", "z"]
    assert dataset.items["title"].tolist() == ["Hat", "", "", "", "", "New"]
    assert dataset.image_path(0).read_bytes() == b"png"
    assert dataset.image_path(1) is None
    assert dataset.features["visual"].shape == (6, 6)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("u a b\nv a\n", "no interaction is left for the valid split"),
        ("\n\n", "sequences.txt: is empty"),
        ("", "sequences.txt: is empty"),
    ],
)
def test_a_wrong_file_is_named(file, refusal, text, message):
    file.write_text(text)
    assert message in refusal(file, "sequences")


def test_a_user_alone_has_no_items_there(file, reported):
    file.write_text("u a b c\nv\nw a b c\nw d\n")
    dataset, _, faults = reported(file, "sequences")
    assert dataset.n_users == 2
    assert "1 × user alone on a line, so without items there (sequences.txt, line 2)" in faults
    assert any("user who has had a line before" in fault for fault in faults)
    assert set(dataset.interactions.query("user == 'w'")["item"]) == set("abcd")


def test_a_wrong_table_of_items_is_named(file, refusal, reported):
    items = file.parent / "items.csv"
    items.write_text("asin\na\nb\nc\nd\n")
    assert "1 × item of the interactions that items.csv lacks, kept without words or picture (e)" in reported(file)[2]
    items.write_text("asin,picture\na,\nb,b.png\n")
    assert any("'b.png' of item 'b'" in fault for fault in reported(file, "sequences")[2])
    items.write_text("name\na\n")
    assert "items.csv: no column 'item' (it has 'name')" in refusal(file, "sequences")


def test_a_pair_in_train_and_test_is_counted(tmp_path, reported):
    (tmp_path / "train.txt").write_text("0 1 2 3\n1 4 5 6 7\n")
    (tmp_path / "test.txt").write_text("0 4\n1 5\n")
    dataset, _, faults = reported(tmp_path, "sequences")
    assert any("the splits leak" in fault and "test.txt, line 2" in fault for fault in faults)
    assert len(dataset.interactions) == 8


def test_a_choice_of_files_is_asked_for(file, refusal):
    (file.parent / "more.txt").write_text(LINES)
    assert "more.txt, sequences.txt; choose" in refusal(file.parent, "sequences")
    assert read(file.parent, "sequences", interactions="more.txt").n_users == 3


def test_another_split_is_refused(file, refusal):
    assert "use one of random, time, global-time" in refusal(file, "sequences", split="by-user")


def test_ml_1m(real):
    dataset = read(real("ml-1m"), "sequences", columns={"image": "poster", "category": "genres"})
    assert (dataset.n_users, dataset.n_items, len(dataset.interactions)) == (6040, 3260, 998539)
    assert len(dataset.pairs("test")) == 197321
    assert dataset.items["title"].iat[0] == "One Flew Over the Cuckoo's Nest (1975)"
    assert (dataset.items["image"] == "").sum() == 1
    assert dataset.image_path(0).is_file()


def test_sports(real):
    columns = {"item": "asin", "category": "brand_and_categories", "description": "keywords"}
    dataset = read(real("amazon-sports"), "sequences", columns=columns)
    assert (dataset.n_users, dataset.n_items, len(dataset.interactions)) == (35598, 18357, 296337)
    assert [len(dataset.pairs(split)) for split in ("train", "valid", "test")] == [220539, 37899, 37899]


def test_clothing(real):
    dataset = read(real("amazon-clothing"), "sequences")
    assert (dataset.n_users, dataset.n_items, len(dataset.interactions)) == (39387, 23033, 278677)
