"""A row that lists items is one row per item; a title with blanks or commas in it is one item."""

import json

import pytest


def pairs(dataset) -> set[tuple[str, str]]:
    return set(dataset.interactions[["user", "item"]].itertuples(index=False, name=None))


TITLES = ["Toy Story 3 (1995)", "Milk, 2 l", "Heat; a Tale", "Alien", "Good, Bad & Ugly", "Either|Or"]


@pytest.mark.parametrize("name", ["movies", "products", "items"])
def test_titles_are_items(tmp_path, reported, name):
    rows = [(f"u{u}", title) for u in range(4) for title in TITLES]
    (tmp_path / "x.csv").write_text(f"user,{name}\n" + "".join(f'{user},"{title}"\n' for user, title in rows))
    dataset, report, _ = reported(tmp_path / "x.csv")
    assert pairs(dataset) == set(rows)
    assert f"x.csv: each value of '{name}' is taken for one item; write several as [item, item]" in report.said


@pytest.mark.parametrize(("mark", "words"), [(",", "commas"), ("|", "bars"), ("; ", "semicolons"), (" ", "blanks")])
@pytest.mark.parametrize(
    "baskets",
    [
        {"u1": ["i1", "i2", "i3"], "u2": ["i1", "i2", "i3"], "u3": ["i1", "i2", "i4"]},
        {"u1": ["milk", "bread", "tea"], "u2": ["milk", "bread", "tea"], "u3": ["milk", "bread", "jam"]},
    ],
)
def test_lists_are_cut_where_their_parts_end(tmp_path, reported, mark, words, baskets):
    lines = "".join(f'{user},"{mark.join(items)}"\n' for user, items in baskets.items())
    (tmp_path / "x.csv").write_text("user,items\n" + lines)
    dataset, report, _ = reported(tmp_path / "x.csv")
    assert pairs(dataset) == {(user, item) for user, items in baskets.items() for item in items}
    assert f"x.csv: 'items' is taken for lists of items, with {words} between" in report.said


def test_parts_written_as_ids_are_lists_however_often_they_recur(tmp_path, reported):
    (tmp_path / "x.csv").write_text("user,products\n" + "".join(f"u{u},A1 B2 C{u}\n" for u in (1, 2) for _ in range(5)))
    assert pairs(reported(tmp_path / "x.csv")[0]) == {(f"u{u}", i) for u in (1, 2) for i in ("A1", "B2", f"C{u}")}


def test_orders_of_names_are_lists_as_each_is_another(tmp_path, reported):
    orders = [("u1", "milk,bread"), ("u1", "tea"), ("u1", "jam,tea,rice"), ("u2", "bread,jam,milk"), ("u2", "rice,tea")]
    (tmp_path / "x.csv").write_text("user,products\n" + "".join(f'{user},"{items}"\n' for user, items in orders))
    dataset = reported(tmp_path / "x.csv")[0]
    assert pairs(dataset) == {(user, item) for user, items in orders for item in items.split(",")}


def test_items_of_a_list_may_be_objects(tmp_path, reported):
    lines = [
        {"user": {"user_id": f"u{n}"}, "items": [{"item_id": str(i), "n": 3} for i in range(n, n + 4)]}
        for n in range(3)
    ]
    (tmp_path / "x.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert pairs(reported(tmp_path / "x.jsonl")[0]) == {(f"u{n}", str(i)) for n in range(3) for i in range(n, n + 4)}


def test_objects_without_a_known_id_are_named_by_their_keys(tmp_path, reported):
    rows = [{"user": u, "item": {"id": i}} for u in "abc" for i in range(4)] + [
        {"user": "a", "item": {"nr": 1, "x": 2}}
    ]
    (tmp_path / "x.jsonl").write_text("\n".join(map(json.dumps, rows)))
    faults = reported(tmp_path / "x.jsonl")[2]
    assert "1 × object in 'item' of x.jsonl of whose keys ('nr', 'x') none is known as an id; call one `id`" in faults
