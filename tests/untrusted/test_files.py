"""Paths, text, JSON, tables and matrices out of a folder that anybody may have written."""

import json
import os

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lattice.errors import InputError
from lattice.untrusted import tables
from lattice.untrusted.files import MOST_DEPTH, check_relative, files_below, inside, read_json
from lattice.untrusted.tables import read_matrix, read_table


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "folder" / "deep").mkdir(parents=True)
    (tmp_path / "folder" / "deep" / "plain.txt").write_text("plain")
    return tmp_path / "folder"


def refusal(function, *arguments) -> str:
    with pytest.raises(InputError) as refused:
        function(*arguments)
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    "name",
    [
        "../secret.txt",
        "deep/../../secret.txt",
        "/etc/passwd",
        "C:\\secret",
        "..\\secret",
        "\\\\host\\share",
        "",
        "a\0b",
    ],
)
def test_a_path_that_could_lead_out_is_refused(folder, name):
    refusal(check_relative, name)
    refusal(inside, folder, name)


@pytest.mark.parametrize("name", ["a\nb", "x" * 2000, None, 5, ["deep"], b"deep"], ids=ascii)
def test_a_name_that_no_file_has_is_refused(folder, name):
    refusal(check_relative, name)
    refusal(inside, folder, name)


def test_a_plain_file_is_found_also_through_a_link_inside(folder):
    (folder / "link").symlink_to("deep/plain.txt")
    assert inside(folder, "link").read_text() == inside(folder, "deep/plain.txt").read_text() == "plain"
    assert files_below(folder) == ["deep/plain.txt", "link"]


def make_pipe(path):
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.symlink_to("../secret.txt"), "leads out"),
        (lambda path: path.symlink_to("/dev/zero"), "leads out"),
        (lambda path: path.symlink_to(".."), "leads out"),
        (make_pipe, "not a plain file"),
    ],
)
def test_links_out_and_pipes_are_refused_by_name(folder, make, message):
    make(folder / "odd")
    for line in (refusal(inside, folder, "odd"), refusal(files_below, folder)):
        assert "odd" in line
        assert message in line


def test_links_in_a_circle_are_refused(folder):
    (folder / "odd").symlink_to("odd")
    refusal(inside, folder, "odd")
    refusal(files_below, folder)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "5",
        '{"a": 1e',
        "\ud800",
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"a": ' + "9" * 5000 + "}",
        '{"a": ' + "[" * (MOST_DEPTH + 1) + "]" * (MOST_DEPTH + 1) + "}",
    ],
    ids=lambda text: ascii(text[:10]),
)
def test_json_that_is_none_or_too_deep_is_refused(folder, text):
    (folder / "x.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    assert "x.json" in refusal(read_json, folder, "x.json")


def test_json_in_bounds_is_read_and_larger_is_not(folder):
    (folder / "x.json").write_text(json.dumps({"a": [1, {"b": "["}]}))
    assert read_json(folder, "x.json") == {"a": [1, {"b": "["}]}
    assert "larger" in refusal(read_json, folder, "x.json", 10)


@pytest.mark.parametrize(
    "values",
    [[b"a", b"b"], [["a"], ["b"]], [{"a": 1}, {"a": 2}], [1, 2], [1.5, 2.5], pd.to_datetime(["2026-01-01"] * 2)],
    ids=["bytes", "lists", "dicts", "whole", "float", "dates"],
)
def test_a_column_of_text_that_holds_anything_else_is_refused(folder, values):
    pd.DataFrame({"item": values}).to_parquet(folder / "x.parquet")
    assert "'item'" in refusal(read_table, folder, "x.parquet", ["item"])


def test_a_table_is_read_as_pandas_reads_it(folder):
    table = pd.DataFrame({"item": ["a", "", "ü"], "n": [1, 2, 3], "x": [0.5, 1, 2], "odd": ["a", None, "b"]})
    table.to_parquet(folder / "x.parquet", index=False)
    pd.testing.assert_frame_equal(read_table(folder, "x.parquet", ["item"], ["n", "x"]), table)


@pytest.mark.parametrize("values", [list("abcaxyzx"), ["a", None, "b", "a", "", None, "ü", "b"], []])
@pytest.mark.parametrize("in_a_block", [1, 3, 8])
def test_codes_are_of_the_texts_across_blocks(folder, values, in_a_block):
    table = pd.DataFrame({"n": range(len(values)), "item": pd.Series(values, dtype="str"), "title": "t"})
    table.to_parquet(folder / "x.parquet", index=False, row_group_size=in_a_block)
    read = read_table(folder, "x.parquet", ["item", "title"], ["n"], codes=["item"])
    assert isinstance(read["item"].dtype, pd.CategoricalDtype)
    pd.testing.assert_frame_equal(read.astype({"item": "str"}), table.astype({"title": "str"}))


def test_a_text_that_unfolds_far_beyond_its_file_is_refused(folder, monkeypatch):
    monkeypatch.setattr(tables, "MOST_TABLE", 10_000_000)
    same = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000, pa.int32()), ["x" * 100_000])
    pq.write_table(pa.table({"item": same.cast(pa.string())}), folder / "x.parquet")
    assert (folder / "x.parquet").stat().st_size < 1_000_000
    assert "of text" in refusal(read_table, folder, "x.parquet", ["item"])
    monkeypatch.setattr(tables, "MOST_CELL", 1_000)
    assert "a text of more than" in refusal(read_table, folder, "x.parquet", ["item"])


def test_more_rows_than_a_table_may_have_are_refused_unread(folder, monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    pd.DataFrame({"item": ["a", "b", "c"]}).to_parquet(folder / "x.parquet")
    assert "3 rows" in refusal(read_table, folder, "x.parquet", ["item"])


@pytest.mark.parametrize("kind", ["float16", "float32", "float64", "int8", "uint16", ">f4"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_a_matrix_of_numbers_is_read_as_float32(folder, kind, order):
    matrix = np.arange(6).reshape(2, 3).astype(kind, order=order)
    np.save(folder / "x.npy", matrix)
    found = read_matrix(folder, "x.npy")
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, np.arange(6).reshape(2, 3))


def header(text: str) -> bytes:
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        header("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000, 1000000000)}\n") + bytes(16),
        header("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)}\n") + bytes(15),
        header("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)}\n") + bytes(17),
        header("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, -2)}\n") + bytes(16),
        header("{'descr': '<f4', 'fortran_order': False, 'shape': (4,)}\n") + bytes(16),
        header("{'descr': '|O', 'fortran_order': False, 'shape': (2, 2)}\n") + bytes(32),
        header("{'descr': '<M8[s]', 'fortran_order': False, 'shape': (2, 2)}\n") + bytes(32),
        header("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 2)}\n") + bytes(16),
        header("__import__('os').abort()\n"),
        header("(" * 9_000),
        b"\x93NUMPY\x02\x00\xff\xff\xff\xff",
    ],
)
def test_a_matrix_that_lies_about_itself_is_refused(folder, data):
    (folder / "x.npy").write_bytes(data)
    assert "x.npy" in refusal(read_matrix, folder, "x.npy")
