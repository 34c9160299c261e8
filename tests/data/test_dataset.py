"""The dataset's folder on disk, and what a dataset refuses."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lattice.data import PRECOMPUTED, Dataset, check, load, save
from lattice.errors import InputError
from lattice.untrusted import manifest


@pytest.fixture
def dataset(tmp_path) -> Dataset:
    (tmp_path / "a.png").write_bytes(b"picture")
    return Dataset(
        name="small",
        items=pd.DataFrame(
            {"item": ["a", "b", "c"], "title": ["A", "B", ""], "image": [str(tmp_path / "a.png"), "", ""]}
        ),
        interactions=pd.DataFrame(
            {
                "user": ["u", "v", "u", "v"],
                "item": ["b", "a", "a", "b"],
                "split": ["train", "train", "valid", "test"],
            }
        ),
        features={"visual": np.eye(3, 2, dtype=np.float32)},
        encoders={"visual": PRECOMPUTED},
    )


def test_pairs_are_indices_in_the_order_of_the_table(dataset):
    assert dataset.pairs("train").tolist() == [[0, 1], [1, 0]]
    assert dataset.pairs("test").tolist() == [[1, 1]]
    assert (dataset.n_users, dataset.n_items) == (2, 3)


def test_plain_object_columns_serve_as_well(dataset):
    plain = replace(dataset, interactions=dataset.interactions.astype(object))
    assert plain.users.tolist() == ["u", "v"]
    assert plain.fingerprint == dataset.fingerprint


def test_a_folder_gives_the_dataset_back(dataset, tmp_path):
    save(dataset, tmp_path / "out")
    again = load(tmp_path / "out")
    assert again.fingerprint == dataset.fingerprint
    assert again.encoders == dataset.encoders
    assert again.image_path(0).read_bytes() == b"picture"
    assert again.image_path(1) is None
    save(again, tmp_path / "out")  # onto itself
    assert load(tmp_path / "out").image_path(0).read_bytes() == b"picture"
    assert not list(tmp_path.glob(".*"))


def test_what_is_read_has_the_same_indices_and_is_written_as_before(dataset, tmp_path):
    save(dataset, tmp_path / "out")
    again = load(tmp_path / "out")
    assert isinstance(again.interactions["user"].dtype, pd.CategoricalDtype)
    for given, kept in zip(dataset.codes, again.codes, strict=True):
        assert given.tolist() == kept.tolist()
    assert again.users.tolist() == dataset.users.tolist()
    pd.testing.assert_frame_equal(again.interactions_of(1), dataset.interactions_of(1))
    first = (tmp_path / "out" / "interactions.parquet").read_bytes()
    save(again, tmp_path / "again")
    assert (tmp_path / "again" / "interactions.parquet").read_bytes() == first


def test_somebody_elses_folder_is_never_replaced(dataset, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("dear")
    with pytest.raises(InputError, match=r"already exists"):
        save(dataset, tmp_path / "home")
    assert (tmp_path / "home" / "letter.txt").exists()


def test_a_failed_save_leaves_what_was_there(dataset, tmp_path):
    save(dataset, tmp_path / "out")
    (tmp_path / "a.png").unlink()
    with pytest.raises(InputError, match=r"picture of item 'a'"):
        save(dataset, tmp_path / "out")
    assert load(tmp_path / "out").n_items == 3
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "message"),
    [
        ("items", 1, "item", "a", "item id 'a' occurs twice (row 1)"),
        ("items", 2, "title", None, "row 2 of the items has no title"),
        ("items", 2, "image", None, "row 2 of the items has no image"),
        ("interactions", 3, "item", "z", "interaction row 3 names item 'z'"),
        ("interactions", 3, "split", "dev", "interaction row 3 has split 'dev'"),
        ("interactions", 3, "split", "train", "the test split is empty"),
        ("interactions", 2, "item", "b", "interaction row 2 repeats user 'u' and item 'b'"),
    ],
)
def test_a_wrong_row_is_named(dataset, table, row, column, value, message):
    frame = getattr(dataset, table).copy()
    frame.loc[row, column] = value
    with pytest.raises(InputError) as refused:
        check(replace(dataset, **{table: frame}))
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("modality", "matrix", "message"),
    [
        ("visual", np.zeros((2, 2)), "shape (2, 2), but there are 3 items"),
        ("visual", np.array([[0.0], [1.0], [np.nan]]), "NaN or infinity in row 2"),
        ("../visual", np.zeros((3, 2)), "can't be a name"),
    ],
)
def test_wrong_features_are_refused(dataset, modality, matrix, message):
    with pytest.raises(InputError) as refused:
        dataset.with_features(modality, matrix, PRECOMPUTED)
    assert message in str(refused.value)


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"name": "x"}', '{"name": "x", "modalities": []}'])
def test_a_broken_folder_is_one_clear_line(dataset, tmp_path, text):
    save(dataset, tmp_path / "out")
    description = tmp_path / "out" / "dataset.json"
    description.unlink() if text is None else description.write_text(text)
    with pytest.raises(InputError) as refused:
        load(tmp_path / "out")
    assert "prepare" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("part", ["features", "items", "interactions"])
def test_parts_of_another_dataset_are_refused(dataset, tmp_path, part):
    save(dataset, tmp_path / "out")
    if part == "features":
        np.save(tmp_path / "out" / "features" / "visual.npy", np.ones((3, 2), dtype=np.float32))
    else:
        table = getattr(dataset, part).drop(columns="image", errors="ignore")
        table.iloc[[1, 0, *range(2, len(table))]].to_parquet(tmp_path / "out" / f"{part}.parquet", index=False)
    manifest.write(tmp_path / "out")
    with pytest.raises(InputError, match=r"not those that dataset.json was written for.*prepare it again") as refused:
        load(tmp_path / "out")
    assert "\n" not in str(refused.value)


def test_features_of_any_precision_read_as_the_same_dataset(dataset, tmp_path):
    save(replace(dataset, features={"visual": np.full((3, 2), 0.1)}), tmp_path / "out")
    assert load(tmp_path / "out").features["visual"].dtype == np.float32


def test_a_broken_matrix_is_one_clear_line(dataset, tmp_path):
    save(dataset, tmp_path / "out")
    (tmp_path / "out" / "features" / "visual.npy").write_bytes(b"")
    manifest.write(tmp_path / "out")
    with pytest.raises(InputError, match=r"features/visual.npy is not a whole NumPy matrix"):
        load(tmp_path / "out")
