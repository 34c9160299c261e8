"""Tables of interactions and of items."""

import pandas as pd
import pytest

from lattice.data.readers import read

INTERACTIONS = pd.DataFrame(
    {
        "user": ["u"] * 4 + ["v"] * 3,
        "item": ["a", "b", "c", "d", "a", "b", "c"],
        "timestamp": [4, 3, 2, 1, 1, 2, 3],
    }
)
ITEMS = pd.DataFrame({"item": list("abcde"), "title": list("ABCDE"), "brand": ["x", "", "", "", ""]})


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "shop"
    folder.mkdir()
    INTERACTIONS.to_csv(folder / "interactions.csv", index=False)
    ITEMS.to_csv(folder / "items.csv", index=False)
    return folder


def labels(dataset) -> dict[tuple[str, str], str]:
    return {(user, item): split for user, item, split in dataset.interactions.itertuples(index=False)}


def test_a_folder_of_two_tables(folder):
    dataset = read(folder, "table", seed=2)
    assert (dataset.name, dataset.n_users, dataset.n_items) == ("shop", 2, 5)
    assert dataset.items["brand"].tolist() == ["x", "", "", "", ""]
    assert dataset.interactions["split"].value_counts().to_dict() == {"train": 3, "valid": 2, "test": 2}


@pytest.mark.parametrize("form", ["{}", "2024-01-0{}T09:30", "2024-01-0{}"])
def test_by_time_the_timestamps_count(folder, form):
    times = [form.format(time) for time in INTERACTIONS["timestamp"]]
    INTERACTIONS.assign(timestamp=times).to_csv(folder / "interactions.csv", index=False)
    split = labels(read(folder, "table", split="time"))
    assert [split["u", item] for item in "abcd"] == ["test", "valid", "train", "train"]
    assert [split["v", item] for item in "abc"] == ["train", "valid", "test"]


def test_a_given_split_is_kept(folder):
    given = ["train", "train", "val", "test", "Train", "validation", "test"]
    INTERACTIONS.assign(split=given).to_csv(folder / "interactions.csv", index=False)
    kept = ["train", "train", "valid", "test", "train", "valid", "test"]
    assert read(folder, "table").interactions["split"].tolist() == kept


def test_parquet_and_other_names(folder):
    (folder / "interactions.csv").unlink()
    renamed = INTERACTIONS.rename(columns={"user": "customer_id", "item": "article"})
    renamed.assign(customer_id=[1] * 4 + [2] * 3).to_parquet(folder / "sales.parquet")
    dataset = read(
        folder,
        "table",
        interactions="sales.parquet",
        columns={"user": "customer_id", "item": "article"},
    )
    assert dataset.users.tolist() == ["1", "2"]
    assert dataset.n_items == 5


def test_without_items_those_that_occur_are_all(folder):
    (folder / "items.csv").unlink()
    assert read(folder / "interactions.csv", "table").items["item"].tolist() == ["a", "b", "c", "d"]


def test_a_pair_that_occurs_again_counts_once(folder):
    pd.concat([INTERACTIONS, INTERACTIONS]).to_csv(folder / "interactions.csv", index=False)
    assert len(read(folder, "table").interactions) == 7


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("user,thing\nu,a\n", {}, "interactions.csv: no column 'item' (it has 'user', 'thing')"),
        ("user,item,split\nu,a,train\nu,b,test\n", {}, "no interaction is left for the valid split"),
        ("user,item\nu,a\n", {"split": "time"}, "no column 'timestamp' to split by"),
        ("user,item,timestamp\nu,a,soon\n", {"split": "time"}, "line 2: timestamp 'soon' is not a time"),
        ("user,item\nu,a\n", {"columns": {"timestamp": "when"}}, "no column 'when'"),
        ("user,item\nu,a\n", {"columns": {"titel": "name"}}, "column 'titel' is unknown"),
        ("user,item\nu,a\n", {"interactions": "sales.csv"}, "sales.csv: no such file"),
        ("user,item\nu,a\n", {"items": "items.xlsx"}, "items.xlsx: no such file"),
        ("user,item\nu,a\n", {"core": 5}, "no interaction is left; left out: 1 × interaction of a user or item"),
        ("user,item\nu,{item!z}\n", {}, "items.csv: none of the 1 items of the interactions is there"),
        ("user,item\nu,a\n", {"splt": "time"}, "there is no option 'splt'"),
    ],
)
def test_what_does_not_fit_is_named(folder, refusal, text, options, message):
    (folder / "interactions.csv").write_text(text)
    assert message in refusal(folder, "table", **options)


@pytest.mark.parametrize(
    ("text", "options", "fault"),
    [
        ("user,item\nu,a\n,b\nu,c\n", {}, "1 × interaction without a user id, left out (interactions.csv, line 3)"),
        ("user,item\nu,a\nu,z\nu,b\n", {}, "1 × item of the interactions that items.csv lacks"),
        ("user,item\nu,a\nu,z\nu,b\n", {"unknown_items": "drop"}, "left out (interactions.csv, line 3)"),
        ("user,item,split\nu,a,train\nu,b,x\n", {}, "split 'x', which is none of train, valid and test"),
        (
            "user,item,split\nu,a,train\nu,a,test\n",
            {},
            "the splits leak, left out of the later one (interactions.csv, line 3)",
        ),
        ("user,item,timestamp\nu,a,1\nu,b,soon\n", {"split": "time"}, "without a time, such as 'soon', left out"),
        (
            "user,item\nu,a\nu\nu,b,c\nv,a\nw,a\n",
            {},
            "1 × 1 values where 2 are expected, left out (interactions.csv, line 3)",
        ),
        ("user,item\nu,a\nuser,item\nv,a\n", {}, "1 × the header again, left out (interactions.csv, line 3)"),
        ("user,item\nu,a\nu,b\nu,a\n", {}, "interaction of a user with an item again; the first one counts"),
    ],
)
def test_a_faulty_row_is_counted_and_placed(folder, reported, text, options, fault):
    (folder / "interactions.csv").write_text(text)
    faults = reported(folder, "table", **options)[2]
    assert any(fault in line for line in faults), faults


def test_a_wrong_parquet_is_named(folder, refusal):
    (folder / "sales.parquet").write_bytes(b"PAR")
    assert "sales.parquet: not a Parquet or Feather file" in refusal(folder, "table", interactions="sales.parquet")
    INTERACTIONS.assign(item=[*"abcd", None, *"bc"]).to_parquet(folder / "sales.parquet")
    dataset = read(folder, "table", interactions="sales.parquet")
    assert len(dataset.interactions) == 6


def test_nothing_to_read_is_named(tmp_path, refusal):
    assert "holds no table" in refusal(tmp_path, "table")
    assert "no such file" in refusal(tmp_path / "nowhere", "table")
    assert "format 'xml' is unknown; use auto or one of amazon, dataset, lattice-json" in refusal(tmp_path, "xml")
