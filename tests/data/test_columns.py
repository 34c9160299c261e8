"""Columns that are named by hand, and shards of which only one has a header."""

import pytest

from lattice.cli import main

PAIRS = [(f"{u + 900}", f"{i + 100}") for u in range(4) for i in range(u, u + 5)]
ROWS = [f"{item},{user}\n" for user, item in PAIRS]


def pairs(dataset) -> set[tuple[str, str]]:
    return set(dataset.interactions[["user", "item"]].itertuples(index=False, name=None))


@pytest.mark.parametrize("with_header", [0, 1])
def test_shards_without_a_header_have_the_columns_of_the_one_with(tmp_path, reported, with_header):
    parts = ["".join(ROWS[:9]), "".join(ROWS[9:])]
    parts[with_header] = "product_id,customer_id\n" + parts[with_header]
    for year, part in zip((2020, 2021), parts, strict=True):
        (tmp_path / f"orders_{year}.csv").write_text(part)
    dataset, report, _ = reported(tmp_path)
    assert pairs(dataset) == set(PAIRS)
    without, named = f"orders_{2021 - with_header}.csv", f"orders_{2020 + with_header}.csv"
    assert f"{without}: has no header; its columns are taken to be those of {named}" in report.said


def test_a_shard_of_another_width_without_a_header_is_refused(tmp_path, refusal):
    (tmp_path / "orders_2020.csv").write_text("product_id,customer_id\n" + "".join(ROWS[:9]))
    (tmp_path / "orders_2021.csv").write_text("".join(row.replace("\n", ",1\n") for row in ROWS[9:]))
    assert "orders_2021.csv: has no header, and 3 columns where orders_2020.csv has 2" in refusal(tmp_path, "auto")


def test_a_split_without_a_header_has_the_columns_of_the_one_with(tmp_path, reported):
    (tmp_path / "train.csv").write_text("item,user\n" + "".join(ROWS[::2]))
    (tmp_path / "test.csv").write_text("".join(ROWS[1::2]))
    assert pairs(reported(tmp_path)[0]) == set(PAIRS)


def test_two_roles_in_one_column_are_refused(tmp_path, refusal):
    (tmp_path / "x.csv").write_text("item,user\n" + "".join(ROWS))
    message = refusal(tmp_path / "x.csv", "auto", columns={"user": "item", "item": "item"})
    assert message == "--column user and --column item are both 'item'; each needs a column of its own"


@pytest.mark.parametrize("column", ["title", "items.title", "items.item"])
def test_a_column_of_items_without_such_a_file_is_refused(tmp_path, refusal, column):
    (tmp_path / "x.csv").write_text("item,user\n" + "".join(ROWS))
    message = refusal(tmp_path / "x.csv", "auto", columns={column: "zz"})
    assert f"--column {column}=zz, but there is no file of items; name it with `--items FILE`" in message


@pytest.mark.parametrize(("name", "other"), [("user", False), ("title", False), ("items.item", False), ("item", True)])
def test_a_column_given_twice_is_refused(tmp_path, capsys, name, other):
    (tmp_path / "x.csv").write_text("item,user\n" + "".join(ROWS))
    assert main(["inspect", str(tmp_path / "x.csv"), "--column", f"{name}=a", "--column", f"{name}=b"]) == 2
    said = capsys.readouterr().err
    assert f"--column {name}=... is given 2 times, but is one column" in said
    assert ("say interactions.item=... and items.item=..." in said) == other
