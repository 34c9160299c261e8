"""MMRec's folder, read and written."""

import numpy as np
import pandas as pd
import pytest

from lattice.data import PRECOMPUTED
from lattice.data.export import to_mmrec
from lattice.data.readers import read
from lattice.errors import InputError

INTER = "userID\titemID\trating\tx_label\n0\t1\t1\t0\n7\t0\t1\t0\n0\t0\t1\t1\n7\t2\t1\t2\n"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "small.inter").write_text(INTER)
    np.save(folder / "image_feat.npy", np.eye(4, 3))
    np.save(folder / "text_feat.npy", np.eye(4, 2))
    np.save(folder / "whisper.npy", np.ones((4, 2)))
    return folder


def test_ids_splits_and_features_are_the_folders(folder):
    dataset = read(folder, "mmrec")
    assert dataset.name == "small"
    assert dataset.items["item"].tolist() == ["0", "1", "2", "3"]
    assert dataset.users.tolist() == ["0", "7"]
    assert dataset.pairs("train").tolist() == [[0, 1], [1, 0]]
    assert dataset.pairs("valid").tolist() == [[0, 0]]
    assert dataset.pairs("test").tolist() == [[1, 2]]
    assert list(dataset.features) == ["visual", "textual", "whisper"]
    assert set(dataset.encoders.values()) == {PRECOMPUTED}
    assert dataset.features["visual"].dtype == np.float32


def test_modalities_are_the_ones_named(folder):
    dataset = read(folder, "mmrec", modalities={"audio": "whisper.npy"})
    assert {name: matrix.shape for name, matrix in dataset.features.items()} == {"audio": (4, 2)}


def test_titles_come_from_a_table_of_items(folder):
    (folder / "items.tsv").write_text("itemID\tname\n2\tHat\n")
    dataset = read(folder, "mmrec", items="items.tsv", columns={"title": "name"})
    assert dataset.items["title"].tolist() == ["", "", "Hat", ""]


def test_headers_may_be_in_any_case(folder):
    (folder / "small.inter").write_text(INTER.replace("userID", "user_id:token").replace("x_label", "X_LABEL"))
    assert read(folder, "mmrec").n_users == 2


def test_of_several_files_the_one_that_fits_is_taken(folder, refusal):
    original = "userID\titemID\trating\tx_label\n3\t10\t1\t0\n3\t11\t1\t1\n3\t12\t1\t2\n"
    (folder / "original.inter").write_text(original)
    assert read(folder, "mmrec").n_users == 2
    (folder / "again.inter").write_text(INTER)
    message = refusal(folder, "mmrec")
    assert "again.inter and original.inter and small.inter" in message
    assert "--interactions FILE" in message
    assert read(folder, "mmrec", interactions="again.inter").n_users == 2
    assert "line 2: item '10'" in refusal(folder, "mmrec", interactions="original.inter")


def test_without_features_the_largest_id_counts(folder):
    for path in folder.glob("*.npy"):
        path.unlink()
    assert read(folder, "mmrec").n_items == 3


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("0\t1\t1\t0\nx\t0\t1\t1", "small.inter, line 3: user 'x' is not an integer"),
        ("0\t1\t1\t0\n0\t1.5\t1\t1", "small.inter, line 3: item '1.5' is not an integer"),
        ("0\t1\t1\t0\n0\t-1\t1\t1", "small.inter, line 3: item '-1' is not an integer"),
        ("0\t1\t1\t0\n0\t4\t1\t1", "small.inter, line 3: item '4' is not among the 4"),
        ("0\t1\t1\t0\n0\t0\t1\t3", "small.inter, line 3: x_label '3'"),
        ("0\t1\t1\t0\n0\t0", "small.inter, line 3: no value in column 'x_label'"),
        ("0\t1\t1\t0\n\n0\t\t1\t1", "small.inter, line 4: no value in column 'itemID'"),
        ("0\t1\t1\t0\n0\t0\t1\t1\t9", "small.inter, line 3: 5 values, but the header has 4"),
        ("0\t1\t1\t0\t9\n0\t0\t1\t1\t9", "small.inter, line 2: more values than the header has columns"),
        ("0\t1\t1\t0\n0\t1\t1\t1", "small.inter, line 3: user '0' and item '1' occur a second time"),
        ("0\t1\t1\t0\n0\t0\t1\t1", "no interaction is left for the test split"),
        ('0\t1\t1\t0\n0\t"0\t1\t1', "a quotation mark is never closed"),
        ("", "holds no rows"),
    ],
)
def test_a_wrong_line_is_named(folder, refusal, lines, message):
    (folder / "small.inter").write_text(f"userID\titemID\trating\tx_label\n{lines}\n")
    assert message in refusal(folder, "mmrec")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"userID\titemID\trating\n0\t0\t1\n", "no column 'x_label' (it has 'userID', 'itemID', 'rating')"),
        (b"", "is empty"),
        (b"userID\titemID\xff", "not UTF-8"),
    ],
)
def test_a_wrong_file_is_named(folder, refusal, content, message):
    (folder / "small.inter").write_bytes(content)
    assert message in refusal(folder, "mmrec")
    assert "small.inter" in refusal(folder, "mmrec")


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (np.array([[0.0], [0], [np.nan], [0]]), "whisper.npy, row 2: NaN or infinity"),
        (np.array([[0.0], [0], [1e300], [0]]), "whisper.npy, row 2: NaN or infinity"),
        (np.zeros((3, 2)), "whisper.npy: 3 rows, but there are 4 items"),
        (np.zeros(4), "whisper.npy: not a matrix"),
        (np.array([["a"]] * 4), "whisper.npy: not a matrix"),
        (np.array([[{}]] * 4), "whisper.npy: not a matrix"),
    ],
)
def test_a_wrong_matrix_is_named(folder, refusal, matrix, message):
    np.save(folder / "whisper.npy", matrix)
    assert message in refusal(folder, "mmrec")


def test_what_is_not_there_is_named(folder, refusal):
    assert "no such file" in refusal(folder / "nowhere", "mmrec")
    assert "vggish.npy: no such file" in refusal(folder, "mmrec", modalities={"audio": "vggish.npy"})
    assert "items.csv: no such file" in refusal(folder, "mmrec", items="items.csv")
    assert "other.inter: no such file" in refusal(folder, "mmrec", interactions="other.inter")
    (folder / "small.inter").unlink()
    assert "no .inter file" in refusal(folder, "mmrec")


def test_a_wrong_table_of_items_is_named(folder, refusal):
    (folder / "items.csv").write_text("item,title\n0,Hat\n9,Scarf\n")
    assert "items.csv, line 3: item '9' is not in the data" in refusal(folder, "mmrec", items="items.csv")
    (folder / "items.csv").write_text('item,title\n0,"Hat,\nred"\n0,Scarf\n')
    assert "items.csv, line 4: item '0' occurs twice" in refusal(folder, "mmrec", items="items.csv")


def test_an_export_reads_back_the_same(folder, tmp_path):
    dataset = read(folder, "mmrec", modalities={"visual": "image_feat.npy", "audio": "whisper.npy"})
    dataset.items["title"] = ["A", 'B, "the" second', "", "=D"]
    out = tmp_path / "exported"
    to_mmrec(dataset, out)
    again = read(out, "mmrec", items="i_id_mapping.csv")
    assert again.items["title"].tolist() == dataset.items["title"].tolist()
    for split in ("train", "valid", "test"):
        assert sorted(again.pairs(split).tolist()) == sorted(dataset.pairs(split).tolist())
    assert sorted(again.features) == ["audio", "visual"]
    for modality, matrix in dataset.features.items():
        assert np.array_equal(again.features[modality], matrix)
    assert pd.read_csv(out / "u_id_mapping.csv", dtype=str)["raw_id"].tolist() == ["0", "7"]
    to_mmrec(dataset, out)  # over itself
    assert not list(tmp_path.glob(".*"))


def test_an_export_leaves_other_folders_alone(folder, tmp_path):
    with pytest.raises(InputError, match="stands there already"):
        to_mmrec(read(folder, "mmrec"), tmp_path)


def test_lastfm(real):
    modalities = {"textual": "all-MiniLM-L6-v2.npy", "audio": "whisper.npy"}
    dataset = read(real("lastfm-2k"), "mmrec", modalities=modalities)
    assert (dataset.n_users, dataset.n_items, len(dataset.interactions)) == (1858, 1425, 56345)
    assert [len(dataset.pairs(split)) for split in ("train", "valid", "test")] == [44327, 4799, 7219]
    assert {name: matrix.shape[1] for name, matrix in dataset.features.items()} == {
        "textual": 384,
        "audio": 512,
    }
