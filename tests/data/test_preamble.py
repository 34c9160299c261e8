"""Lines above a table, and columns that list a user's items."""

import pytest

from lattice.data.options import Options
from lattice.data.readers.rows import read_rows
from lattice.data.report import Report
from lattice.data.tables import read_table
from lattice.data.tables.table import Reading

ROWS = [f"u{n % 7},i{n % 11},{1_600_000_000 + n}" for n in range(40)]
HEADER = "user,item,timestamp"


@pytest.mark.parametrize(
    ("above", "header", "first"),
    [
        ([], HEADER, 2),
        (["# exported in 2024"], HEADER, 3),
        (["% one", "% two, with commas, as many", ""], HEADER, 5),
        (["Report: sales", ""], HEADER, 4),
        (["Report", "Shop, all of it"], HEADER, 4),
        ([], f"# {HEADER}", 2),
        (["# exported in 2024"], f"#{HEADER}", 3),
    ],
)
def test_lines_above_a_table_are_passed_over(tmp_path, above, header, first):
    file = tmp_path / "interactions.csv"
    file.write_text("\n".join([*above, header, *ROWS]) + "\n")
    table = read_table(file)
    assert list(table.frame.columns) == HEADER.split(",")
    assert table.frame.astype(str).agg(",".join, axis=1).tolist() == ROWS
    assert table.lines.tolist() == list(range(first, first + len(ROWS)))
    assert [fault.lines for fault in table.faults] == ([list(range(1, first - 1))] if above else [])


def test_comments_above_rows_without_a_header_are_passed_over(tmp_path):
    file = tmp_path / "interactions.csv"
    file.write_text("\n".join(["# exported in 2024", *ROWS]) + "\n")
    table = read_table(file, Reading(header=False))
    assert len(table.frame) == len(ROWS)
    assert table.lines[0] == 2


@pytest.mark.parametrize("first", ["#tag,i1,5", "//x,i1,5", "%7,i1,5"])
def test_ids_that_begin_as_comments_are_rows(tmp_path, first):
    file = tmp_path / "interactions.csv"
    file.write_text("\n".join([first, *ROWS]) + "\n")
    assert len(read_table(file, Reading(header=False)).frame) == 1 + len(ROWS)


def test_a_fault_below_a_heading_has_its_own_line(tmp_path):
    file = tmp_path / "interactions.csv"
    file.write_text("\n".join(["Report", "", HEADER, *ROWS[:20], "torn,row", *ROWS[20:]]) + "\n")
    torn = [fault for fault in read_table(file).faults if fault.lost]
    assert [fault.lines for fault in torn] == [[24]]


@pytest.mark.parametrize(
    "written",
    ["i1 i2 i3", '"i1,i2,i3"', "i1|i2|i3", '"[i1, i2, i3]"', "\"['i1', 'i2', 'i3']\"", '"[""i1"", ""i2"", ""i3""]"'],
)
@pytest.mark.parametrize("name", ["items", "item_ids", "Item List"])
def test_a_list_of_items_is_one_row_per_item(tmp_path, name, written):
    file = tmp_path / "interactions.csv"
    file.write_text("\n".join([f"user,{name}", *(f"u{n},{written}" for n in range(5))]) + "\n")
    rows = read_rows([(read_table(file), None)], Options(), Report()).table
    assert rows["item"].astype(str).tolist() == ["i1", "i2", "i3"] * 5
    assert rows["user"].astype(str).tolist() == [f"u{n}" for n in range(5) for _ in range(3)]
    assert rows["line"].tolist() == [n for n in range(2, 7) for _ in range(3)]
