"""Ids and ratings as they were meant, whatever form a file gives them: hand-written answers."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from lattice.data.ratings import parse_ratings
from lattice.data.report import Report
from lattice.data.values import clean_ids, words_of

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


def cleaned(values, dtype="str") -> tuple[list, list[str]]:
    report = Report()
    ids = clean_ids(pd.Series(values, dtype=dtype), "item", report)
    return [None if id_ != id_ else id_ for id_ in ids.tolist()], [fault.kind for fault in report.faults]


@pytest.mark.parametrize(
    ("written", "meant", "kinds"),
    [
        (["1", "2", "999", "1,000", "2,000"], ["1", "2", "999", "1000", "2000"], ["item-thousands"]),
        (["1", "1,001", "1,234,567", ""], ["1", "1001", "1234567", None], ["item-thousands"]),
        (["1,000", "2,000"], ["1000", "2000"], ["item-thousands"]),
        (["1", "1,000", "abc"], ["1", "1,000", "abc"], []),  # not all are numbers: kept, and never 1
        (["1", "1,000", "1001"], ["1", "1,000", "1001"], []),
        (["1,0", "2,00", "3,0000"], ["1", "2", "3"], ["item-float"]),  # a decimal comma
        (["1", "2", "1.000", "2.000"], ["1", "2", "1.000", "2.000"], ["item-thousand"]),  # two items, or one twice?
        (["1.000", "2.000", "1000.000"], ["1", "2", "1000"], ["item-float"]),
        (["1", "2.0", "2.000"], ["1", "2", "2"], ["item-float"]),
        (["1.000000000000000000e+00", "2.500000000000000000e+01"], ["1", "25"], ["item-float"]),
        (["0.000000000000000000e+00", "1.234567890123000000e+12"], ["0", "1234567890123"], ["item-float"]),
        (["-1.000e+00", "7.0e+01"], ["-1", "70"], ["item-float"]),
        (["1e+05", "2E5"], ["100000", "200000"], ["item-float"]),
        (["1.23457E+12", "5"], ["1.23457E+12", "5"], ["item-shortened"]),
        (["7.656119796026572900e+16", "1.0e+00"], ["7.656119796026572900e+16", "1"], ["item-float", "item-shortened"]),
    ],
)
def test_ids_that_are_numbers_are_read_as_meant(written, meant, kinds):
    assert cleaned(written) == (meant, kinds)


def test_ids_with_thousands_meet_those_of_the_items_without(tmp_path, reported):
    (tmp_path / "interactions.csv").write_text('user,item\na,999\na,"1,000"\na,1\nb,"1,000"\nb,1\nb,999\n')
    (tmp_path / "items.csv").write_text("item,title\n1,one\n999,nearly\n1000,thousand\n")
    dataset, _, faults = reported(tmp_path)
    assert dataset.items["item"].tolist() == ["1", "999", "1000"]
    assert faults == ["2 × item id with commas between thousands, which were taken away ('1,000' → '1000'; ...)"]


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        (["5", "999", "1,332", "12,345,678", "1,332.5"], [5, 999, 1332, 12_345_678, 1332.5]),
        (["4,5", "3,667", "4"], [4.5, 3.667, 4]),  # a decimal comma, as 4,5 shows
        (["0,500", "1,332"], [0.5, 1.332]),
        (["4,5/5", "3,667 of 5"], [4.5, 3.667]),
        (["1,332/5"], [1332]),
        (["4.5", "3.667", "1.332"], [4.5, 3.667, 1.332]),
        (["1.332,5", "1.332.500", "2.000.000,25"], [1332.5, 1_332_500, 2_000_000.25]),
        (["-1,332", "-2"], [-1332, -2]),
        (["1,33,2", "1.2.3", "5"], [np.nan, np.nan, 5]),
        (["★★★", "four stars", "3 out of 5"], [3, 4, 3]),
    ],
)
def test_ratings_with_marks_are_read_as_meant(written, numbers):
    np.testing.assert_equal(parse_ratings(pd.Series(written, dtype="str")).numbers, np.array(numbers, dtype=float))


def test_plays_above_a_thousand_are_not_below_ten(tmp_path, reported):
    plays = ["12", "999", "1,332", "2,000", "9", "10"]
    rows = [f'u{n % 2},i{n},"{count}"\n' for n, count in enumerate(plays)]
    (tmp_path / "x.csv").write_text("user,item,plays\n" + "".join(rows))
    dataset, _, _ = reported(tmp_path / "x.csv", columns={"rating": "plays"}, min_rating=10)
    assert sorted(dataset.interactions["item"]) == ["i0", "i1", "i2", "i3", "i5"]


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary(), pa.binary(4)])
def test_binary_ids_are_hexadecimal(tmp_path, reported, kind):
    users = [bytes([200 + n, 255, n, 32]) for n in range(20)]
    table = {"user": pa.array(sorted(users * 3), kind), "item": ["a", "b", "c"] * 20}
    parquet.write_table(pa.table(table), tmp_path / "x.parquet")
    assert set(reported(tmp_path / "x.parquet")[0].users) == {f"{200 + n:02x}ff{n:02x}20" for n in range(20)}


def test_binary_ids_that_are_text_stay_text(tmp_path, reported):
    table = {"user": [b"Zo\xc3\xab", b"al", b"bo"] * 3, "item": sorted([b"AAA ", b" AAA", b"AAAA"] * 3)}
    parquet.write_table(pa.table(table), tmp_path / "x.parquet")
    dataset = reported(tmp_path / "x.parquet")[0]
    assert set(dataset.users) == {"Zoë", "al", "bo"}
    assert cleaned([b"ab", b"\xff\x00", None], object) == (["6162", "ff00", None], [])
    assert cleaned([b"\nAAA", b"AAA\n"], object)[0] == ["0a414141", "4141410a"]  # no blank of bytes is taken away
    assert words_of(b"Zo\xff") == "Zo\ufffd"
