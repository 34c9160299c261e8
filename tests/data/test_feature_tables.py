"""Features as a table: its rows go by the ids that it holds, whatever their column is called; else it is refused.

Every answer is written by hand: item i has the vector [i + 0.5, -i - 0.25].
"""

import json

import numpy as np
import pandas as pd
import pytest

ITEMS = [7, 2, 11, 5, 3, 19]  # numbers, and not those from 0
SHUFFLED = [11, 5, 7, 19, 2, 3]
FROM_0 = [4, 0, 5, 2, 1, 3]


def vector(item: int) -> list[float]:
    return [item + 0.5, -item - 0.25]


def shop(folder, items, listed=True, word="{}"):
    """Write interactions of all items, and a table of items in the given order."""
    rows = "".join(f"u{u},{word.format(item)}\n" for u in range(3) for item in items)
    (folder / "interactions.csv").write_text("user,item\n" + rows)
    if listed:
        (folder / "items.csv").write_text("item,title\n" + "".join(f"{word.format(item)},x\n" for item in items))
    return folder


def lines(order, separator=",", word="{}", extra=lambda row, item: ()):
    rows = ([word.format(item), *map(str, extra(row, item)), *map(str, vector(item))] for row, item in enumerate(order))
    return "".join(separator.join(row) + "\n" for row in rows)


def frame(order, word, columns=("a", "b")):
    return pd.DataFrame([vector(i) for i in order], columns=list(columns), index=[word.format(i) for i in order])


FORMS = {
    "no header.csv": lambda order, word: lines(order, word=word),
    "pandas' index.csv": lambda order, word: ",0,1\n" + lines(order, word=word),
    "an index and names.csv": lambda order, word: ",a,b\n" + lines(order, word=word),
    "another name.csv": lambda order, word: "movie_nr,a,b\n" + lines(order, word=word),
    "named, and numbers.csv": lambda order, word: "movie_nr,0,1\n" + lines(order, word=word),
    "an index beside.csv": lambda order, word: (
        ",movie_nr,a,b\n" + "".join(f"{n},{line}\n" for n, line in enumerate(lines(order, word=word).split()))
    ),
    "word2vec.txt": lambda order, word: f"{len(order)} 2\n" + lines(order, " ", word),
    "glove.txt": lambda order, word: lines(order, " ", word),
    "by id.json": lambda order, word: json.dumps({word.format(item): vector(item) for item in order}),
    "pandas' columns.json": lambda order, word: frame(order, word).to_json(),
    "pandas' rows.json": lambda order, word: frame(order, word).to_json(orient="index"),
    "columns without names.json": lambda order, word: frame(order, word, [0, 1]).to_json(),
    "rows without names.json": lambda order, word: frame(order, word, [0, 1]).to_json(orient="index"),
    "records.jsonl": lambda order, word: "".join(
        json.dumps({"nr": word.format(item), "emb": vector(item)}) + "\n" for item in order
    ),
}


NUMBERS_ONLY = ("pandas' columns.json", "columns without names.json", "rows without names.json")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize(
    ("items", "order", "word"), [(ITEMS, SHUFFLED, "{}"), (range(6), FROM_0, "{}"), (ITEMS, SHUFFLED, "sku{}")]
)
def test_rows_go_by_ids_of_any_column(tmp_path, reported, form, listed, items, order, word):
    source = shop(tmp_path, items, listed, word)
    (source / form).write_text(FORMS[form](order, word))
    if word != "{}" and form in NUMBERS_ONLY:  # which keys are rows can't be told there
        faults = reported(source, interactions="interactions.csv", modalities={"visual": form})[2]
        assert any("none of its" in fault or "no item ids for them" in fault for fault in faults)
        return
    dataset, _, faults = reported(source, interactions="interactions.csv", modalities={"visual": form})
    assert dict(zip(dataset.items["item"], dataset.features["visual"].tolist(), strict=True)) == {
        word.format(item): vector(item) for item in items
    }
    assert not faults


def test_numbers_are_ids_if_all_items_are_among_them(tmp_path, reported):
    source = shop(tmp_path, ITEMS[:4], listed=False)
    (source / "v.csv").write_text("nr,a,b\n" + lines(SHUFFLED))
    dataset, _, faults = reported(source, modalities={"visual": "v.csv"}, items="none")
    assert dict(zip(dataset.items["item"], dataset.features["visual"].tolist(), strict=True)) == {
        str(item): vector(item) for item in ITEMS[:4]
    }
    assert faults == ["2 × row of v.csv whose id is not an item, ignored (19; 3)"]


@pytest.mark.parametrize("named", [True, False])
def test_pandas_index_in_parquet_holds_ids(tmp_path, reported, named):
    source = shop(tmp_path, ITEMS)
    frame = pd.DataFrame([vector(item) for item in SHUFFLED], columns=["a", "b"], index=SHUFFLED)
    frame.rename_axis("item" if named else None).to_parquet(source / "v.parquet")
    dataset = reported(source, modalities={"visual": "v.parquet"})[0]
    assert dataset.features["visual"].tolist() == [vector(item) for item in ITEMS]


@pytest.mark.parametrize("header", ["", "x,a,b\n", ",a,b\n"])
def test_a_column_of_row_numbers_changes_no_row(tmp_path, reported, header):
    for items in (range(6), ITEMS):
        source = shop(tmp_path, items)
        text = "".join(f"{row},{line.partition(',')[2]}\n" for row, line in enumerate(lines(items).split()))
        (source / "v.csv").write_text(header + text)
        if header[:1] == "x" and items is ITEMS:  # row numbers of which some are ids
            assert "may hold ids" in reported(source, modalities={"visual": "v.csv"})[2][0]
            continue
        dataset, report, _ = reported(source, modalities={"visual": "v.csv"})
        assert dataset.features["visual"].tolist() == [vector(item) for item in items]
        assert any("the items' ids" in line or "of items.csv" in line for line in report.said)


def test_row_numbers_that_are_no_ids_are_left_out(tmp_path, reported):
    source = shop(tmp_path, ITEMS, word="sku{}")
    (source / "v.csv").write_text(
        "n,a,b\n" + "".join(f"{n + 1},{vector(i)[0]},{vector(i)[1]}\n" for n, i in enumerate(ITEMS))
    )
    dataset, report, _ = reported(source, modalities={"visual": "v.csv"})
    assert dataset.features["visual"].tolist() == [vector(item) for item in ITEMS]
    assert "visual: column 'n' of v.csv numbers the rows and is no feature" in report.said


def test_whole_numbers_among_such_stay_features(tmp_path, reported):
    source = shop(tmp_path, ITEMS)
    counts = np.array([[30, 5, 1], [12, 40, 0], [7, 3, 0], [25, 2, 1], [18, 31, 0], [6, 8, 1]])
    pd.DataFrame(counts, columns=["red", "green", "dark"]).to_csv(source / "v.csv", index=False)
    assert reported(source, modalities={"visual": "v.csv"})[0].features["visual"].tolist() == counts.tolist()


def test_pandas_names_of_columns_are_no_row(tmp_path, reported):
    source = shop(tmp_path, range(6), listed=False)
    pd.DataFrame([vector(item) for item in range(6)]).to_csv(source / "v.csv", index=False)
    assert reported(source, modalities={"visual": "v.csv"})[0].features["visual"].tolist() == [
        vector(i) for i in range(6)
    ]


def test_one_column_of_numbers_is_a_feature(tmp_path, reported):
    source = shop(tmp_path, ITEMS)
    (source / "v.csv").write_text("price\n" + "".join(f"{item}\n" for item in SHUFFLED))
    assert reported(source, modalities={"visual": "v.csv"})[0].features["visual"].tolist() == [[i] for i in SHUFFLED]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nr,a,b\n" + lines([7, 2, 11, 40, 41, 42]), "column 'nr' (7, 2, 11, ...) may hold ids, but not all"),
        ("nr,a,b\n" + lines([40, 42, 41, 50, 60, 70]), "column 'nr' (40, 42, 41, ...) may hold ids"),
        (",nr,a,b\n" + lines(range(6), extra=lambda row, item: [SHUFFLED[row] + 1]), "column 'nr' (12, 6, 8, ...) may"),
        (",a,b\n" + lines([3, 0, 1, 2, 5, 4]), "the column without a name (3, 0, 1, ...) may hold ids"),
        ("nr,old,a,b\n" + lines(SHUFFLED, extra=lambda row, item: [ITEMS[row]]), "could each hold the items' ids"),
        ("a,b,rank\n" + "".join(f"0.{i},1.5,{i}\n" for i in SHUFFLED), "in another order than the rows"),
        ("a,b,c,d\n" + "".join(f"x{i},y{i},0.5,1.5\n" for i in ITEMS), "hold text, but no item's id"),
    ],
)
def test_what_is_not_clear_is_refused(tmp_path, refusal, text, why):
    source = shop(tmp_path, ITEMS)
    (source / "v.csv").write_text(text)
    message = refusal(source, "auto", modalities={"visual": "v.csv"})
    assert why in message
    assert "call the column of ids `item`, or give the ids, one per line, with `--feature-ids visual=FILE`" in message


def test_given_ids_settle_what_is_not_clear(tmp_path, reported):
    source = shop(tmp_path, ITEMS)
    (source / "v.csv").write_text("nr,a,b\n" + lines([7, 2, 11, 40, 41, 42]))
    (source / "v_ids.txt").write_text("".join(f"{item}\n" for item in SHUFFLED))
    dataset = reported(source, modalities={"visual": "v.csv"})[0]
    rows = dict(zip(SHUFFLED, ([item, *vector(item)] for item in [7, 2, 11, 40, 41, 42]), strict=True))
    assert dataset.features["visual"].tolist() == [rows[item] for item in ITEMS]
    (source / "v.csv").write_text("nr,a,b\n" + lines(SHUFFLED))
    assert reported(source, modalities={"visual": "v.csv"})[0].features["visual"].tolist() == [vector(i) for i in ITEMS]


@pytest.mark.parametrize("kind", ["float32", "int64"])
def test_a_first_column_of_ids_in_an_array_holds_no_feature(tmp_path, reported, kind):
    source = shop(tmp_path, ITEMS)
    rows = np.array([[item, item * 10.5, -1.0 if item % 2 else 1.0] for item in SHUFFLED])
    np.save(source / "v.npy", rows.astype(kind))
    if kind == "int64":  # the second column may be ids as well, but none of them is an item's
        rows = np.floor(rows)
    features = dict(zip(SHUFFLED, rows[:, 1:].tolist(), strict=True))
    dataset, report, _ = reported(source, modalities={"visual": "v.npy"})
    assert dataset.features["visual"].tolist() == [features[item] for item in ITEMS]
    assert "visual: the column without a name of v.npy is taken for the items' ids" in report.said


def test_two_columns_of_vectors_are_refused(tmp_path, refusal):
    source = shop(tmp_path, ITEMS)
    rows = [{"nr": i, "seen": vector(i), "read": vector(i)} for i in ITEMS]
    (source / "v.jsonl").write_text("\n".join(map(json.dumps, rows)))
    message = refusal(source, "auto", modalities={"visual": "v.jsonl"})
    assert "holds vectors in 'seen', 'read'; leave one column of them" in message


def test_a_torn_line_moves_no_row(tmp_path, reported, refusal):
    source = shop(tmp_path, range(6), listed=False)
    torn = "a,b\n" + "".join(f"{vector(i)[0]},{vector(i)[1]}\n" for i in range(6)).replace(
        "2.5,-2.25\n", "2.5\n2.5,-2.25\n"
    )
    (source / "v.csv").write_text(torn)
    assert "v.csv, line 4: can't be read, so that the rows below it" in refusal(
        source, "auto", modalities={"visual": "v.csv"}
    )
    (source / "v.csv").write_text("item,a,b\n" + lines(FROM_0).replace("2,2.5", "9\n2,2.5"))
    dataset, _, faults = reported(source, modalities={"visual": "v.csv"}, items="none")
    assert dataset.features["visual"].tolist() == [vector(item) for item in range(6)]
    assert "1 × line of v.csv that can't be read, ignored (v.csv, line 5)" in faults
