"""Lines that are no rows, wherever they stand: headers again, columns' numbers, sizes, lines of dashes."""

import pytest

from tests.data.test_cases import PAIRS, TEXT, pairs

OTHERS = [("v" + user, item) for user, item in PAIRS]
LINES = [f"{user},{item}" for user, item in PAIRS]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
@pytest.mark.parametrize("header", ["user,item\n", '"user","item"\n', ""])
def test_files_put_together_leave_no_mark_in_a_row(tmp_path, reported, encoding, header):
    second = header + "".join(f"{user},{item}\n" for user, item in OTHERS)
    text = "\ufeff" + TEXT + "\ufeff" + second
    (tmp_path / "x.csv").write_bytes(text.replace("\n", "\r\n").encode(encoding))
    dataset, _, faults = reported(tmp_path / "x.csv")
    assert pairs(dataset) == set(PAIRS) | set(OTHERS)
    again = f"1 × the header again, left out (x.csv, line {len(PAIRS) + 2})"
    assert faults == ([again] if header else [])


def test_marks_within_json_and_sequences_are_taken_away(tmp_path, reported):
    lines = [f'\ufeff{{"user": "{user}", "item": "{item}"}}' for user, item in PAIRS]
    (tmp_path / "x.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert pairs(reported(tmp_path / "x.jsonl")[0]) == set(PAIRS)
    (tmp_path / "y.txt").write_text("u a b c\n\ufeffv a b c d\n", encoding="utf-8")
    assert set(reported(tmp_path / "y.txt", "sequences")[0].users) == {"u", "v"}


NUMBERS = [(100 + u, 500 + i, i % 5) for u in range(4) for i in range(u, u + 4)]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("0,1\n" + "\n".join(LINES), set(PAIRS)),
        ("0,1,2\n" + "\n".join(f"{line},4" for line in LINES), set(PAIRS)),
        ("0,1,2\n" + "\n".join(f"{u},{i},{r}" for u, i, r in NUMBERS), {(str(u), str(i)) for u, i, _ in NUMBERS}),
        (",0,1\n" + "\n".join(f"{n},{line}" for n, line in enumerate(LINES)), set(PAIRS)),
        ('"",0,1\n' + "\n".join(f"{n},{line}" for n, line in enumerate(LINES)), set(PAIRS)),
    ],
)
def test_the_numbers_of_columns_are_no_interaction(tmp_path, reported, text, meant):
    (tmp_path / "x.csv").write_text(text + "\n")
    dataset, _, faults = reported(tmp_path / "x.csv")
    assert pairs(dataset) == meant
    assert "1 × the columns' numbers in place of names, left out (x.csv, line 1)" in faults


@pytest.mark.parametrize(
    "text",
    [
        "0,1,2\n" + "\n".join(f"{u},{i},{r}" for u in range(4) for i in range(2, 6) for r in [i % 5]),
        "0,1\n" + "\n".join(f"{u},{i}" for u in range(1, 5) for i in range(2, 6)),
        "0,1,2\n" + "\n".join(f"{u},{i},3" for u in range(1, 5) for i in range(1000, 1004)),  # item 1 of user 0: may be
        "0,1,5\n" + "\n".join(f"{u},{i},3" for u in range(100, 104) for i in range(1000, 1004)),
    ],
)
def test_a_first_row_that_may_be_data_is_kept(tmp_path, reported, text):
    (tmp_path / "x.csv").write_text(text + "\n")
    assert ("0", "1") in pairs(reported(tmp_path / "x.csv")[0])


def test_no_header_keeps_the_numbers_of_columns(tmp_path, reported):
    (tmp_path / "x.csv").write_text("0,1\n" + "\n".join(LINES) + "\n")
    assert pairs(reported(tmp_path / "x.csv", no_header=True)[0]) == {*PAIRS, ("0", "1")}


@pytest.mark.parametrize(("field", "end"), [("real", " 1"), ("pattern", "")])
@pytest.mark.parametrize("comments", ["%\n", "% a comment\n%\n", "", "\n"])
def test_the_sizes_of_a_matrix_market_file_are_no_row(tmp_path, reported, field, end, comments):
    rows = [f"{u + 1} {i + 1}{end}" for u in range(4) for i in range(u, u + 4)]
    head = f"%%MatrixMarket matrix coordinate {field} general\n{comments}"
    (tmp_path / "x.txt").write_text(f"{head}8 8 {len(rows)}\n" + "\n".join(rows) + "\n")
    dataset, _, faults = reported(tmp_path / "x.txt")
    assert pairs(dataset) == {(str(u + 1), str(i + 1)) for u in range(4) for i in range(u, u + 4)}
    above = head.count("\n") + 1
    assert faults[0].startswith(f"{above} × a line above the table, not read (x.txt, line 1")


@pytest.mark.parametrize("rule", ["|---|---|", "| --- | --- |", "|:---|---:|", "|:----:|-----|"])
def test_the_line_of_dashes_of_markdown_is_no_row(tmp_path, reported, rule):
    table = f"| user | item |\n{rule}\n" + "".join(f"| {user} | {item} |\n" for user, item in PAIRS)
    (tmp_path / "x.txt").write_text(table + table)
    dataset, _, faults = reported(tmp_path / "x.txt")
    assert pairs(dataset) == set(PAIRS)
    second = len(PAIRS) + 3
    assert f"1 × the header again, left out (x.txt, line {second})" in faults
    assert f"2 × a line of dashes, left out (x.txt, line 2; x.txt, line {second + 1})" in faults


def test_dashes_for_missing_values_are_no_line_of_dashes(tmp_path, reported):
    (tmp_path / "x.csv").write_text("user,item\n-,---\n" + "\n".join(LINES) + "\n")
    assert ("-", "---") in pairs(reported(tmp_path / "x.csv")[0])
