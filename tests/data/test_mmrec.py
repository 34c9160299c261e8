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
    np.save(folder / "user_graph_dict.npy", np.ones((2, 2)))
    return folder


def test_ids_splits_and_features_are_the_folders(folder):
    dataset = read(folder, "mmrec")
    assert dataset.name == "small"
    assert dataset.items["item"].tolist() == ["0", "1", "2", "3"]
    assert dataset.users.tolist() == ["0", "7"]
    assert dataset.pairs("train").tolist() == [[0, 1], [1, 0]]
    assert dataset.pairs("valid").tolist() == [[0, 0]]
    assert dataset.pairs("test").tolist() == [[1, 2]]
    assert list(dataset.features) == ["visual", "textual"]  # others are not features by their name
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
    assert "again.inter and small.inter" in message
    assert "--interactions FILE" in message
    assert read(folder, "mmrec", interactions="again.inter").n_users == 2


def test_without_features_the_largest_id_counts(folder):
    for path in folder.glob("*.npy"):
        path.unlink()
    assert read(folder, "mmrec").n_items == 3


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("0\t1\t1\t0\n0\t1.5\t1\t1", "item ids are not all numbers from 0 ('1.5' is not)"),
        ("0\t1\t1\t0\n0\t4\t1\t1", "1 × item of the interactions that the feature matrices, 0 being the first lacks"),
        ("0\t1\t1\t0\n0\t0\t1\t3", "split '3', which is none of train, valid and test, left out (small.inter, line 3)"),
        ("0\t1\t1\t0\n0\t0", "2 values where 4 are expected, left out (small.inter, line 3)"),
        ("0\t1\t1\t0\n\n0\t\t1\t1", "interaction without an item id, left out (small.inter, line 4)"),
        ("0\t1\t1\t0\n0\t0\t1\t1\t9", "5 values where 4 are expected, left out (small.inter, line 3)"),
        ("0\t1\t1\t0\n0\t1\t1\t1", "the splits leak, left out of the later one (small.inter, line 3)"),
    ],
)
def test_a_faulty_row_is_counted_and_placed(folder, reported, lines, fault):
    (folder / "small.inter").write_text(f"userID\titemID\trating\tx_label\n{lines}\n1\t1\t1\t0\n2\t1\t1\t0\n")
    faults = reported(folder, "mmrec")[2]
    assert any(fault in line for line in faults), faults


def test_a_matrix_that_is_not_finite_is_made_zeros_and_counted(folder, reported):
    matrix = np.ones((4, 2))
    matrix[2, 0], matrix[3, 1] = np.nan, 1e300
    np.save(folder / "image_feat.npy", matrix)
    dataset, _, faults = reported(folder, "mmrec")
    assert dataset.features["visual"].tolist() == [[1, 1], [1, 1], [0, 0], [0, 0]]
    assert "2 × row of image_feat.npy with NaN or infinity, made zeros (row 2; row 3)" in faults


def test_a_matrix_with_fewer_rows_leaves_items_without(folder, reported):
    np.save(folder / "image_feat.npy", np.ones((3, 2)))
    dataset, _, faults = reported(folder, "mmrec")
    assert dataset.features["visual"].any(axis=1).tolist() == [True, True, True, False]
    assert "1 × item without a row in image_feat.npy, so with no visual features (3)" in faults


@pytest.mark.parametrize("matrix", [np.zeros(4), np.array([["a"]] * 4), np.array([[{}]] * 4)])
def test_a_wrong_matrix_is_named(folder, refusal, matrix):
    np.save(folder / "image_feat.npy", matrix)
    assert "image_feat.npy: not a matrix" in refusal(folder, "mmrec")


def test_what_is_not_there_is_named(folder, refusal):
    assert "no such file" in refusal(folder / "nowhere", "mmrec")
    assert "vggish.npy: no such file" in refusal(folder, "mmrec", modalities={"audio": "vggish.npy"})
    assert "items.csv: no such file" in refusal(folder, "mmrec", items="items.csv")
    assert "other.inter: no such file" in refusal(folder, "mmrec", interactions="other.inter")
    (folder / "small.inter").unlink()
    assert "no .inter file" in refusal(folder, "mmrec")


def test_an_items_table_with_more_than_the_data_is_taken(folder, reported):
    (folder / "items.csv").write_text("item,title\n0,Hat\n9,Scarf\n")
    dataset = reported(folder, "mmrec", items="items.csv")[0]
    assert dataset.items["title"].tolist() == ["Hat", "", "", ""]
    (folder / "items.csv").write_text('item,title\n0,"Hat,\nred"\n0,Scarf\n')
    dataset, _, faults = reported(folder, "mmrec", items="items.csv")
    assert dataset.items["title"].iat[0] == "Hat, red"
    assert "1 × item that its file lists again; the first row counts (items.csv, line 4)" in faults


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
    with pytest.raises(InputError, match="already exists"):
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
