"""Features made elsewhere: their rows are matched by id, whatever the file's form and order."""

import io
import json
import pickle

import numpy as np
import pandas as pd
import pytest

IDS = [f"sku-{letter}{n}" for n, letter in enumerate("dbaecf", start=10)]
VALUES = np.arange(12, dtype=np.float64).reshape(6, 2) + 1
SHUFFLED = [3, 0, 5, 1, 4, 2]


@pytest.fixture
def shop(tmp_path):
    rows = "".join(f"u{u},{item},{n}\n" for u in range(3) for n, item in enumerate(IDS))
    (tmp_path / "interactions.csv").write_text("user,item,timestamp\n" + rows)
    return tmp_path


def vectors(dataset) -> dict[str, list[float]]:
    return dict(zip(dataset.items["item"], dataset.features["visual"].tolist(), strict=True))


RIGHT = dict(zip(IDS, VALUES.tolist(), strict=True))


def write(folder, form: str) -> tuple[str, dict[str, str]]:
    """Write the matrix in another order than the items'; the file, and the ids' option where there is one."""
    ids, values = [IDS[n] for n in SHUFFLED], VALUES[SHUFFLED]
    wide = pd.DataFrame(values, columns=["f0", "f1"])
    match form:
        case "npz":
            np.savez(folder / "v.npz", ids=np.array(ids), features=values)
        case "parquet lists":
            pd.DataFrame({"item_id": ids, "vector": list(values.astype(np.float32))}).to_parquet(folder / "v.parquet")
        case "parquet columns":
            wide.assign(id=ids).to_parquet(folder / "v.parquet")
        case "csv":
            wide.assign(item=ids).to_csv(folder / "v.csv")  # with the index that pandas saves
        case "csv strings":
            pd.DataFrame({"asin": ids, "v": [str(v.tolist()) for v in values]}).to_csv(folder / "v.csv", index=False)
        case "folder":
            (folder / "v").mkdir()
            for item, value in zip(ids, values, strict=True):
                np.save(folder / "v" / f"{item}.npy", value)
        case _:
            np.save(folder / "v.npy", values.astype(form.split()[1]) if " " in form else values)
            ending = form.split()[0]
            numbered = "\n".join(f"{n},{item}" for n, item in enumerate(ids))
            lines = {"txt": "\n".join(ids), "json": json.dumps(ids), "csv": f"row,item\n{numbered}"}
            (folder / f"ids.{ending}").write_text(lines[ending])
            return "v.npy", {"visual": f"ids.{ending}"}
    return {"npz": "v.npz", "folder": "v"}.get(form, f"v.{form.split()[0]}"), {}


FORMS = [
    "npz",
    "parquet lists",
    "parquet columns",
    "csv",
    "csv strings",
    "folder",
    "txt float16",
    "json int64",
    "csv float32",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("split", ["random", "time"])
def test_rows_go_by_id_and_the_split_decides_no_order(shop, reported, form, split):
    file, ids = write(shop, form)
    dataset = reported(shop, split=split, modalities={"visual": file}, feature_ids=ids)[0]
    assert vectors(dataset) == RIGHT
    assert dataset.features["visual"].dtype == np.float32


def test_an_ids_file_beside_is_found_by_its_name(shop, reported):
    np.save(shop / "v.npy", VALUES[SHUFFLED])
    (shop / "v_ids.txt").write_text("\n".join(IDS[n] for n in SHUFFLED))
    assert vectors(reported(shop, modalities={"visual": "v.npy"})[0]) == RIGHT


def test_the_first_of_the_ids_is_no_header(shop, reported):
    names = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"]
    (shop / "interactions.csv").write_text(
        "user,item\n" + "".join(f"u{u},{name}\n" for u in range(3) for name in names)
    )
    np.save(shop / "v.npy", VALUES)
    for ending in ("csv", "txt"):
        (shop / f"ids.{ending}").write_text("\n".join(names))
        dataset = reported(shop, modalities={"visual": "v.npy"}, feature_ids={"visual": f"ids.{ending}"})[0]
        assert vectors(dataset) == dict(zip(names, VALUES.tolist(), strict=True))


def test_a_matrix_alone_is_refused_if_its_rows_are_unknown(shop, refusal):
    np.save(shop / "v.npy", VALUES)
    message = refusal(shop, "auto", modalities={"visual": "v.npy"})
    assert "no item ids for them" in message
    assert "--feature-ids visual=FILE" in message


def test_numbers_from_0_are_rows_and_it_is_said(tmp_path, reported):
    (tmp_path / "x.csv").write_text("user,item\n" + "".join(f"u{u},{i}\n" for u in range(3) for i in (4, 0, 2, 3)))
    np.save(tmp_path / "v.npy", VALUES)
    dataset, report, faults = reported(tmp_path / "x.csv", modalities={"visual": "v.npy"})
    assert vectors(dataset) == {str(i): VALUES[i].tolist() for i in (0, 2, 3, 4)}
    assert "visual: row i of v.npy is of item i, as the ids are numbers from 0" in report.said
    assert "2 × row of v.npy whose id is not an item, ignored (1; 5)" in faults


def test_an_items_table_gives_its_order_and_it_is_said(shop, reported):
    pd.DataFrame({"item": IDS, "title": "x"}).to_csv(shop / "items.csv", index=False)
    np.save(shop / "v.npy", VALUES)
    dataset, report, _ = reported(shop, modalities={"visual": "v.npy"}, split="time")
    assert vectors(dataset) == RIGHT
    assert any("taken for row i of items.csv" in line for line in report.said)
    np.save(shop / "v.npy", VALUES[:5])
    assert any("items.csv has 6 rows" in fault for fault in reported(shop, modalities={"visual": "v.npy"})[2])


def test_more_and_fewer_rows_and_zeros_are_counted_and_named(shop, reported):
    np.savez(
        shop / "v.npz", ids=np.array([*IDS[:4], "stranger", IDS[0]]), features=np.vstack([VALUES[:3], 0 * VALUES[:3]])
    )
    dataset, _, faults = reported(shop, modalities={"visual": "v.npz"})
    assert vectors(dataset)[IDS[0]] == VALUES[0].tolist()
    assert not dataset.features["visual"][-1].any()
    for fault in (
        f"2 × item without a row in v.npz, so with no visual features ({IDS[4]}; {IDS[5]})",
        "1 × row of v.npz whose id is not an item, ignored (stranger)",
        f"1 × row of v.npz for an item that has one; the first counts ({IDS[0]})",
        "1 × row of v.npz of zeros, taken for an item without visual features",
    ):
        assert fault in faults


def test_ids_that_do_not_meet_are_refused_with_the_reason(shop, refusal):
    np.savez(shop / "v.npz", ids=np.array([item.upper() for item in IDS]), features=VALUES)
    message = refusal(shop, "auto", modalities={"visual": "v.npz"})
    assert "none of its 6 ids is an item's (upper and lower case differ" in message


@pytest.mark.parametrize(
    ("ids", "says"),
    [
        ("item\na\nb\n", "2 ids, but v.npy has 6 rows"),
        ("x,y\n1,2\n3,4\n", "no column of item ids"),
        (None, "no such file"),
    ],
)
def test_a_wrong_file_of_ids_is_named(shop, refusal, ids, says):
    np.save(shop / "v.npy", VALUES)
    if ids is not None:
        (shop / "ids.csv").write_text(ids)
    options = {"modalities": {"visual": "v.npy"}, "feature_ids": {"visual": "ids.csv"}}
    assert says in refusal(shop, "auto", **options)


def test_too_few_ids_are_counted(shop, refusal):
    np.save(shop / "v.npy", VALUES)
    for text in ("0\n1", "a\nb", "item\na\nb"):
        (shop / "ids.txt").write_text(text)
        says = refusal(shop, "auto", modalities={"visual": "v.npy"}, feature_ids={"visual": "ids.txt"})
        assert "ids.txt: 2 ids, but v.npy has 6 rows; each needs one" in says


def test_capitals_in_an_ending_change_nothing(shop, reported):
    with (shop / "V.NPZ").open("wb") as file:
        np.savez(file, ids=np.array(IDS), features=VALUES)
    with (shop / "W.NPY").open("wb") as file:
        np.save(file, VALUES)
    (shop / "ids.txt").write_text("\n".join(IDS))
    for name, ids in (("V.NPZ", {}), ("W.NPY", {"visual": "ids.txt"})):
        assert vectors(reported(shop, modalities={"visual": name}, feature_ids=ids)[0]) == RIGHT


def _npy(array) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def _npz(**arrays) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("v.npy", _npy(VALUES[:, 0]), "as its shape is (6,)"),
        ("v.npy", _npy(VALUES[:, :, None]), "as its shape is (6, 2, 1)"),
        ("v.npy", _npy(VALUES[:, :0]), "as its shape is (6, 0)"),
        ("v.npy", _npy(np.float64(3)), "as its shape is ()"),
        ("v.npy", _npy(VALUES.astype(str)), "as it holds <U"),
        ("v.npy", _npy(VALUES.astype(complex)), "as it holds complex128"),
        ("v.npy", _npy(VALUES.astype(object)), "as it holds Python objects; save the matrix with numpy.save"),
        ("v.npy", _npy(VALUES)[:-20], "not a whole NumPy file"),
        ("v.npy", _npy(VALUES)[:9], "not a whole NumPy file"),
        ("v.npy", b"", "is empty"),
        ("v.npy", pickle.dumps(VALUES), "a pickle, as PyTorch writes too, which can run code"),
        ("v.npy", b"user,item", "not a NumPy file, as its ending says"),
        ("v.npz", _npz(features=VALUES, ids=np.array(IDS, dtype=object)), "ids as text: numpy.savez(ids=numpy.array"),
        ("v.npz", _npz(features=VALUES, more=VALUES), "holds features (6, 2), more (6, 2); one matrix"),
        ("v.npz", _npz(features=VALUES)[:200], "not a whole NumPy file"),
        ("x.pt", b"PK\x03\x04xxxx", "a pickle, as PyTorch writes too, which can run code"),
        ("X.PKL", pickle.dumps(VALUES), "a pickle, as PyTorch writes too, which can run code"),
    ],
)
def test_what_is_no_matrix_is_named(shop, refusal, name, data, says):
    (shop / name).write_bytes(data)
    assert says in refusal(shop, "auto", interactions="interactions.csv", modalities={"visual": name})
