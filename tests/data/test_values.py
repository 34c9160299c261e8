"""Ids and ratings as they were meant, whatever form a file gives them: hand-written answers."""

import json

import pyarrow as pa
import pytest
from pyarrow import parquet

STEAM = [76_561_197_960_265_729 + n for n in range(4)]  # beyond 2**53, where floats skip whole numbers
BOUGHT = [(user, item) for user in STEAM for item in range(4)]
MEANT = {(str(user), str(item)) for user, item in BOUGHT}


def pairs(dataset) -> set[tuple[str, str]]:
    return set(dataset.interactions[["user", "item"]].itertuples(index=False, name=None))


def records(gap: dict) -> list[dict]:
    return [*({"user": user, "item": item} for user, item in BOUGHT), gap]


GAPS = [{"user": None, "item": 3}, {"item": 3}, {"user": float("nan"), "item": 3}]


@pytest.mark.parametrize("gap", GAPS, ids=["null", "lacking", "nan"])
@pytest.mark.parametrize(
    "write",
    [
        lambda rows: "\n".join(map(json.dumps, rows)),
        json.dumps,
        lambda rows: json.dumps([["user", "item"], *([row.get("user"), row["item"]] for row in rows)]),
        lambda rows: json.dumps({"user": [row.get("user") for row in rows], "item": [row["item"] for row in rows]}),
        lambda rows: json.dumps({str(n): row for n, row in enumerate(rows)} | {"x": rows[0]}),
        lambda rows: "\n".join(map(repr, rows)).replace("nan", "None"),
        lambda rows: "\n".join(
            json.dumps({"user": row.get("user") and {"$numberLong": str(row["user"])}, "item": row["item"]})
            for row in rows
        ),
        lambda rows: "\n".join(json.dumps({"user": row.get("user"), "items": [row["item"], None]}) for row in rows),
    ],
    ids=["lines", "array", "rows", "columns", "by-key", "literals", "bson", "baskets"],
)
def test_large_integer_ids_of_json_survive_a_gap(tmp_path, reported, write, gap):
    (tmp_path / "x.jsonl").write_text(write(records(gap)))
    assert pairs(reported(tmp_path / "x.jsonl")[0]) == MEANT


@pytest.mark.parametrize(
    "kind",
    [pa.int64(), pa.uint64(), pa.dictionary(pa.int32(), pa.int64()), pa.decimal128(20, 0)],
    ids=["int64", "uint64", "dictionary", "decimal"],
)
def test_large_integer_ids_of_parquet_survive_a_gap(tmp_path, reported, kind):
    users, items = zip(*BOUGHT, strict=True)
    plain = pa.int64() if pa.types.is_dictionary(kind) else kind
    column = pa.array([*users, None], pa.int64()).cast(plain)
    column = column.dictionary_encode() if pa.types.is_dictionary(kind) else column
    parquet.write_table(pa.table({"user": column, "item": [*items, 3]}), tmp_path / "x.parquet")
    assert pairs(reported(tmp_path / "x.parquet")[0]) == MEANT


def test_large_integer_ids_in_parquet_lists_survive_a_gap(tmp_path, reported):
    lists = pa.array([[*STEAM, None]] * 4, pa.list_(pa.int64()))
    parquet.write_table(pa.table({"user": list("abcd"), "items": lists}), tmp_path / "x.parquet")
    assert pairs(reported(tmp_path / "x.parquet")[0]) == {(user, str(item)) for user in "abcd" for item in STEAM}


@pytest.mark.parametrize("other", [pa.float64(), pa.uint64(), pa.string()])
def test_large_integer_ids_survive_a_shard_of_another_type(tmp_path, reported, other):
    users, items = zip(*BOUGHT, strict=True)
    parquet.write_table(pa.table({"user": users, "item": items}), tmp_path / "part-0.parquet")
    more = pa.table({"user": pa.array([7, 7, 7]).cast(other), "item": [0, 1, 2]})
    parquet.write_table(more, tmp_path / "part-1.parquet")
    assert pairs(reported(tmp_path)[0]) == MEANT | {("7", "0"), ("7", "1"), ("7", "2")}


def test_large_integer_ids_of_an_items_table_survive_a_gap(tmp_path, reported):
    (tmp_path / "interactions.csv").write_text("user,item\n" + "".join(f"{u},{i}\n" for i, u in BOUGHT))
    rows = [*({"item": item, "title": f"T{n}"} for n, item in enumerate(STEAM)), {"item": None, "title": "no id"}]
    (tmp_path / "items.jsonl").write_text("\n".join(map(json.dumps, rows)))
    dataset, _, faults = reported(tmp_path)
    assert dataset.items[["item", "title"]].to_numpy().tolist() == [[str(i), f"T{n}"] for n, i in enumerate(STEAM)]
    assert faults == ["1 × item without an id, left out (items.jsonl, line 5)"]


def test_large_integer_ids_of_amazon_survive_a_gap(tmp_path, reported):
    rows = [{"reviewerID": user, "asin": f"B{item:09}"} for user, item in BOUGHT] + [{"asin": "B000000001"}]
    (tmp_path / "reviews.json").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "meta_x.json").write_text("\n".join(json.dumps({"asin": f"B{n:09}", "title": "x"}) for n in range(4)))
    assert set(reported(tmp_path, "amazon")[0].users) == {str(user) for user in STEAM}


def test_feature_ids_by_row_survive_a_gap(tmp_path):
    from lattice.data.readers.matrices import _json_ids

    (tmp_path / "ids.json").write_text(json.dumps({"0": STEAM[0], "1": None, "2": STEAM[1]}))
    assert _json_ids(tmp_path / "ids.json").tolist() == [str(STEAM[0]), "", str(STEAM[1])]


def test_a_column_of_one_kind_keeps_its_kind(tmp_path):
    from lattice.data.tables import read_table

    (tmp_path / "x.jsonl").write_text('{"user": "a", "item": 1, "r": 0.5}\n{"user": null, "r": null, "w": [1]}\n')
    kinds = read_table(tmp_path / "x.jsonl").frame.dtypes.astype("str").to_dict()
    assert kinds == {"user": "str", "item": "Int64", "r": "float64", "w": "object"}
