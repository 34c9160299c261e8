"""Kinds of input that people bring, each with the right answer; the inputs are made here, by hand."""

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

PAIRS = [(f"u{u:02}", f"i{i:02}") for u in range(4) for i in range(u, u + 4)]
ROWS = [(user, item, str(1 + n % 5), str(1_500_000_000 + n)) for n, (user, item) in enumerate(PAIRS)]
TEXT = "user,item\n" + "".join(f"{user},{item}\n" for user, item in PAIRS)


def pairs(dataset) -> set[tuple[str, str]]:
    return set(dataset.interactions[["user", "item"]].itertuples(index=False, name=None))


def zipped(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("export/sales.csv", data)
        archive.writestr("__MACOSX/._sales.csv", b"x")
    return file.getvalue()


@pytest.mark.parametrize(
    "pack",
    [
        bytes,
        gzip.compress,
        bz2.compress,
        lzma.compress,
        zipped,
        lambda data: pa.compress(data, codec="zstd", asbytes=True),
    ],
    ids=["plain", "gzip", "bzip2", "xz", "zip", "zstd"],
)
@pytest.mark.parametrize("name", ["SALES.CSV", "sales.txt", "sales", "sales.csv.packed"])
def test_any_ending_and_compression_is_read(tmp_path, reported, pack, name):
    (tmp_path / name).write_bytes(pack(TEXT.encode()))
    assert pairs(reported(tmp_path / name)[0]) == set(PAIRS)


def test_a_tar_is_refused_with_one_line(tmp_path, refusal):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        member = tarfile.TarInfo("sales.csv")
        member.size = len(TEXT)
        archive.addfile(member, io.BytesIO(TEXT.encode()))
    (tmp_path / "sales.tar.gz").write_bytes(file.getvalue())
    assert "is a tar archive of several files; unpack it" in refusal(tmp_path / "sales.tar.gz", "auto")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "::", " "])
@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("trailing", [True, False])
def test_separators_and_headers_are_found_out(tmp_path, reported, separator, header, trailing):
    lines = [separator.join(row) for row in ([("user", "item", "rating", "timestamp")] if header else []) + ROWS]
    end = separator if trailing else ""
    (tmp_path / "sales.data").write_text("".join(f"{line}{end}\n" for line in lines))
    dataset, report, _ = reported(tmp_path / "sales.data", split="time")
    assert pairs(dataset) == set(PAIRS)
    assert report.facts["time"]["first"] == "2017-07-14"


def test_excel_names_the_separator_on_a_line_of_its_own(tmp_path, reported):
    (tmp_path / "sales.csv").write_text("sep=;\n" + TEXT.replace(",", ";") + "u9;\n")
    dataset, _, faults = reported(tmp_path / "sales.csv")
    assert pairs(dataset) == set(PAIRS)
    assert f"1 × interaction without an item id, left out (sales.csv, line {len(PAIRS) + 3})" in faults


@pytest.mark.parametrize("separator", ["\t", ",", ";", "|"])
def test_a_lone_quotation_mark_swallows_nothing(tmp_path, reported, separator):
    rows = [[user, item, "fine"] for user, item in PAIRS]
    rows[3][2], rows[9][2] = '"great', 'so-so"'
    lines = [["user", "item", "review"], *rows]
    (tmp_path / "sales.txt").write_text("".join(separator.join(line) + "\n" for line in lines))
    assert pairs(reported(tmp_path / "sales.txt")[0]) == set(PAIRS)


def test_quoted_tabs_and_line_breaks_stay_in_their_value(tmp_path, reported):
    (tmp_path / "interactions.csv").write_text(TEXT)
    items = pd.DataFrame({"item": [f"i{n:02}" for n in range(7)], "title": ["a\tb", 'say "hi"', "two\nlines", *"defg"]})
    items.to_csv(tmp_path / "items.tsv", sep="\t", index=False)
    assert reported(tmp_path)[0].items["title"].tolist() == ["a b", 'say "hi"', "two lines", *"defg"]


def test_backslashes_before_marks_are_escapes(tmp_path, reported):
    (tmp_path / "interactions.csv").write_text(TEXT)
    titles = ['"Les \\"bons\\"; tome 1"', '"a;b"', '"c"', '"d"', '"e"', '"f"', '"g"']
    (tmp_path / "items.csv").write_text(
        '"ISBN";"Book-Title"\n' + "".join(f'"i{n:02}";{title}\n' for n, title in enumerate(titles))
    )
    assert reported(tmp_path)[0].items["title"].tolist() == ['Les "bons"; tome 1', "a;b", *"cdefg"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp1252"])
def test_encodings_are_found_out(tmp_path, reported, encoding):
    (tmp_path / "sales.csv").write_bytes(TEXT.replace("u00", "Zoë").encode(encoding))
    dataset, report, _ = reported(tmp_path / "sales.csv")
    assert "Zoë" in dataset.users
    assert any("--encoding" in line for line in report.said) == (encoding in ("latin-1", "cp1252"))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{} ", "{}"),
        ("\xa0{}", "{}"),
        ("{}.0", "{}"),
        ('="{}"', "{}"),
        ("'{}'", "{}"),
        ('"{}"', "{}"),
        ("00{}", "00{}"),
    ],
)
def test_ids_are_read_as_they_were_meant(tmp_path, reported, written, meant):
    (tmp_path / "sales.tsv").write_text(
        "user\titem\n"
        + "".join(f"{written.format(u)}\t{written.format(i)}\n" for u in range(3) for i in range(u, u + 4))
    )
    dataset = reported(tmp_path / "sales.tsv")[0]
    assert pairs(dataset) == {(meant.format(u), meant.format(i)) for u in range(3) for i in range(u, u + 4)}


def test_a_fraction_among_ids_keeps_them_as_they_are(tmp_path, reported):
    (tmp_path / "sales.csv").write_text("user,item\n1.0,a\n1.5,a\n1,a\n1,b\n1,c\n2.5,a\n")
    assert set(reported(tmp_path / "sales.csv")[0].users) == {"1.0", "1.5", "1", "2.5"}


@pytest.mark.parametrize("nothing", ["", "nan", "NaN", "NULL", "None", "\\N", "N/A", "  "])
@pytest.mark.parametrize("column", [0, 1])
def test_what_stands_for_no_id_is_none(tmp_path, reported, nothing, column):
    row = ["u00", "i09"]
    row[column] = nothing
    (tmp_path / "sales.csv").write_text(TEXT + ",".join(row) + "\n")
    dataset, report, _ = reported(tmp_path / "sales.csv")
    assert pairs(dataset) == set(PAIRS)
    assert report.left_out == 1


USERS = sorted({user for user, _ in PAIRS})
RECORDS = [{"user": user, "item": item} for user, item in PAIRS]
JSON = {
    "lines": "\n".join(map(json.dumps, RECORDS)),
    "array": json.dumps(RECORDS),
    "pretty": json.dumps(RECORDS, indent=2),
    "objects": "\n".join(json.dumps(record, indent=1) for record in RECORDS),
    "literals": "\n".join(map(str, RECORDS)),
    "old literals": "\n".join(f"{{u'user': u'{u}', u'item': u'{i}'}}" for u, i in PAIRS),
    "by row": json.dumps({str(n): record for n, record in enumerate(RECORDS)}),
    "by column": pd.DataFrame(RECORDS).to_json(),
    "split": pd.DataFrame(RECORDS).to_json(orient="split"),
    "table": pd.DataFrame(RECORDS).to_json(orient="table"),
    "values": json.dumps([["user", "item"], *PAIRS]),
    "columns": json.dumps({"user": [u for u, _ in PAIRS], "item": [i for _, i in PAIRS]}),
    "wrapped": json.dumps({"exported": "today", "reviews": RECORDS}),
    "object ids": "\n".join(json.dumps({"user": {"$oid": u}, "item": {"id": i, "name": "x"}}) for u, i in PAIRS),
    "baskets": "\n".join(
        json.dumps({"user": u, "item": [i for v, i in PAIRS if v == u]}) for u in sorted({u for u, _ in PAIRS})
    ),
}


@pytest.mark.parametrize("form", JSON)
def test_json_is_read_in_every_form(tmp_path, reported, form):
    (tmp_path / "sales.json").write_text(JSON[form])
    assert pairs(reported(tmp_path / "sales.json")[0]) == set(PAIRS)


def test_a_torn_record_is_counted_and_the_others_read(tmp_path, reported):
    lines = JSON["lines"].split("\n")
    lines[5] = lines[5][:-4]
    (tmp_path / "sales.jsonl").write_text("\n".join(lines))
    dataset, _, faults = reported(tmp_path / "sales.jsonl")
    assert pairs(dataset) == set(PAIRS) - {PAIRS[5]}
    assert "1 × not a JSON object, left out (sales.jsonl, line 6)" in faults


@pytest.mark.parametrize("index", [True, False])
@pytest.mark.parametrize("form", ["csv", "parquet", "feather"])
def test_the_index_that_pandas_saves_is_no_id(tmp_path, reported, index, form):
    frame = pd.DataFrame(PAIRS, columns=["user", "item"])
    path = tmp_path / f"sales.{form}"
    if form == "feather":
        frame.to_feather(path)
    else:
        getattr(frame, f"to_{form}")(path, index=index)
    assert pairs(reported(path)[0]) == set(PAIRS)


def test_numbers_with_gaps_come_from_parquet_as_integers(tmp_path, reported):
    users = [1.0, 1.0, 1.0, 2.0, np.nan, 2.0, 2.0]
    pd.DataFrame({"user_id": users, "item_id": [5, 6, 7, 5, 5, 6, 7]}).to_parquet(tmp_path / "sales.parquet")
    dataset, report, _ = reported(tmp_path / "sales.parquet")
    assert dataset.users.tolist() == ["1", "2"]
    assert report.left_out == 1


NAMES = [
    ("user_id", "item_id"), ("userId", "movieId"), ("reviewerID", "asin"), ("User-ID", "ISBN"), ("visitorid", "itemid"),
    ("customer_id", "article_id"), ("user_id:token", "item_id:token"), ("USER ID", "Product ID"),
    ("anon_user_id", "item_key_id"),
]  # fmt: skip


@pytest.mark.parametrize(("user", "item"), NAMES)
def test_columns_are_found_by_what_they_are_called(tmp_path, reported, user, item):
    (tmp_path / "sales.csv").write_text(TEXT.replace("user,item", f"event,{user},{item}").replace("u0", "x,u0"))
    dataset, report, _ = reported(tmp_path / "sales.csv")
    assert pairs(dataset) == set(PAIRS)
    assert f"user = {user}, item = {item}" in report.files[0]["as"]


@pytest.mark.parametrize(
    "names", [{"user": "#2", "item": "#1"}, {"interactions.user": "#2", "interactions.item": "#1"}]
)
def test_columns_are_named_by_number_without_a_header(tmp_path, reported, names):
    (tmp_path / "sales.csv").write_text("".join(f"{item},{user}\n" for user, item in PAIRS))
    assert pairs(reported(tmp_path / "sales.csv", columns=names)[0]) == set(PAIRS)


def test_a_first_row_of_data_is_no_header_even_where_it_is_named(tmp_path, refusal):
    (tmp_path / "u.tsv").write_text("".join("\t".join(row) + "\n" for row in ROWS))
    message = refusal(tmp_path / "u.tsv", "auto", columns={"user": "u00", "item": "i00"})
    assert "has no header, as its first line is data (u00, i00, 1" in message
    assert "--column item=#1" in message or "--column user=#1" in message


def test_two_tables_may_call_the_id_differently(tmp_path, reported):
    (tmp_path / "interactions.csv").write_text(TEXT.replace("item", "thing"))
    (tmp_path / "items.csv").write_text("no,name\n" + "".join(f"i{n:02},T{n}\n" for n in range(7)))
    named = {"interactions.item": "thing", "items.item": "no"}
    assert reported(tmp_path, columns=named)[0].items["title"].tolist() == [f"T{n}" for n in range(7)]


@pytest.mark.parametrize(
    "written",
    [
        "{d:02}/{m:02}/2020",
        "{d}-{m}-2020 10:30",
        "{d:02}.{m:02}.20",
        "2020-{m:02}-{d:02}T10:00:00Z",
        "2020{m:02}{d:02}",
    ],
)
def test_days_may_come_before_months(tmp_path, reported, written):
    dates = [(5, 1), (4, 2), (3, 3), (25, 3), (2, 4), (1, 5)]  # in order of time; by their digits another
    rows = "".join(f"u,i{n},{written.format(d=d, m=m)}\n" for n, (d, m) in enumerate(dates))
    (tmp_path / "sales.csv").write_text("user,item,date\n" + rows)
    table = reported(tmp_path / "sales.csv", split="time")[0].interactions.set_index("item")["split"]
    assert table.to_dict() == {"i0": "train", "i1": "train", "i2": "train", "i3": "train", "i4": "valid", "i5": "test"}


@pytest.mark.parametrize(
    "names",
    [
        ("train", "valid", "test"), ("train", "val", "test"), ("train", "dev", "test"),
        ("training", "validation", "test"), ("train", "eval", "test"), ("Baby.train", "Baby.valid", "Baby.test"),
        ("ratings_train", "ratings_val", "ratings_test"),
        ("train-00000-of-00001", "valid-00000-of-00001", "test-00000-of-00001"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ending", [".csv", ".inter", ".parquet"])
def test_three_files_are_the_split(tmp_path, reported, names, ending):
    parts = {"train": PAIRS[:8], "valid": PAIRS[8:12], "test": PAIRS[12:]}
    for name, rows in zip(names, parts.values(), strict=True):
        frame = pd.DataFrame(rows, columns=["user_id:token", "item_id:token"])
        path = tmp_path / f"{name}{ending}"
        frame.to_parquet(path) if ending == ".parquet" else frame.to_csv(
            path, index=False, sep="\t" if ending == ".inter" else ","
        )
    dataset = reported(tmp_path)[0]
    for split, rows in parts.items():
        chosen = dataset.interactions[dataset.interactions["split"] == split]
        assert list(chosen[["user", "item"]].itertuples(index=False, name=None)) == rows
    pooled = reported(tmp_path, split="random", seed=1)[0]
    assert pairs(pooled) == set(PAIRS)


@pytest.mark.parametrize(
    "names",
    [("part-00000", "part-00001"), ("part-00000-1a2b3c4d-c000.csv", "part-00001-1a2b3c4d-c000.csv"),
     ("sales-00000-of-00002.csv", "sales-00001-of-00002.csv"), ("sales_001.csv", "sales_002.csv")],
)  # fmt: skip
@pytest.mark.parametrize("below", ["", "interactions.csv"])
def test_shards_are_one_table(tmp_path, reported, names, below):
    folder = tmp_path / below
    folder.mkdir(exist_ok=True)
    for name, rows in zip(names, (PAIRS[:7], PAIRS[7:]), strict=True):
        (folder / name).write_text("user,item\n" + "".join(f"{u},{i}\n" for u, i in rows))
    (folder / "_SUCCESS").touch()
    assert pairs(reported(tmp_path)[0]) == set(PAIRS)


@pytest.mark.parametrize("written", ["{}", "{},0", "{} stars", "{} out of 5", "{}/5", "'{}'"])
def test_ratings_are_numbers_however_written(tmp_path, reported, written):
    rows = "".join(f"{u};{i};{written.format(rating)}\n" for u, i, rating, _ in ROWS)
    (tmp_path / "sales.csv").write_text("user;item;rating\n" + rows)
    kept = {(u, i) for u, i, rating, _ in ROWS if int(rating) >= 3}
    assert pairs(reported(tmp_path / "sales.csv", min_rating=3)[0]) == kept


def test_ratings_in_words_need_to_be_told_their_worth(tmp_path, reported, refusal):
    rows = "".join(f"{u},{i},{'like' if n % 4 else 'dislike'}\n" for n, (u, i) in enumerate(PAIRS))
    (tmp_path / "sales.csv").write_text("user,item,rating\n" + rows)
    assert any("ratings are in words (like 12, dislike 4)" in line for line in reported(tmp_path / "sales.csv")[1].said)
    assert "--rating like=5" in refusal(tmp_path / "sales.csv", "auto", min_rating=1)
    worth = {"Like": 1.0, "dislike": 0.0}
    assert len(reported(tmp_path / "sales.csv", min_rating=1, rating_values=worth)[0].interactions) == 12


def test_dislikes_among_likes_are_said(tmp_path, reported):
    rows = "".join(f"{u},{i},{rating}\n" for u, i, rating, _ in ROWS)
    (tmp_path / "sales.csv").write_text("user,item,rating\n" + rows)
    said = reported(tmp_path / "sales.csv")[1].said
    low = sum(int(rating) < 3 for *_, rating, _ in ROWS)
    assert any(f"{low} of 16 ratings are below the middle" in line and "--min-rating" in line for line in said)


@pytest.mark.parametrize(
    ("theirs", "reason"),
    [
        (lambda i: i.lstrip("0"), "zeros in front"),
        (str.upper, "upper and lower case"),
        (lambda i: f"#{i}", "blanks or marks around"),
        (lambda i: f"sku-{i}", "a word before or after"),
    ],
)
def test_ids_that_do_not_meet_come_with_the_likely_reason(tmp_path, refusal, reported, theirs, reason):
    ids = [f"0{n}a" for n in range(10, 17)]
    (tmp_path / "interactions.csv").write_text("user,item\n" + "".join(f"u{u},{i}\n" for u in range(4) for i in ids))
    (tmp_path / "items.csv").write_text("item,title\n" + "".join(f"{theirs(i)},T\n" for i in ids))
    message = refusal(tmp_path, "auto")
    assert "none of the 7 items of the interactions is there" in message
    assert reason in message
    assert len(reported(tmp_path, unknown_items="keep")[0].interactions) == 28


def test_all_choices_hold_for_every_format(tmp_path, reported):
    (tmp_path / "sequences.txt").write_text("a 1 2 3 4\nb 1 2 3 4 9\nc 1 2 3\nd 8\n")
    dataset, _, faults = reported(tmp_path / "sequences.txt", core=3, split="leave-one-out")
    assert set(dataset.items["item"]) == {"1", "2", "3"}
    assert dataset.n_users == 3
    assert any("fewer than 3 (--core 3)" in fault for fault in faults)
    assert dataset.interactions.query("split == 'test'")["item"].tolist() == ["3", "3", "3"]
    dataset = reported(tmp_path / "sequences.txt", max_items=3, max_users=2)[0]
    assert (dataset.n_users, dataset.n_items) == (2, 3)


def test_a_global_split_holds_out_the_last_tenth(tmp_path, reported):
    order = np.random.default_rng(0).permutation(40)
    rows = "".join(f"u{n % 3},i{n},{1_600_000_000 + n}\n" for n in order)
    (tmp_path / "sales.csv").write_text("user,item,timestamp\n" + rows)
    table = reported(tmp_path / "sales.csv", split="global-time")[0].interactions
    assert set(table.query("split == 'test'")["item"]) == {f"i{n}" for n in range(36, 40)}
    assert set(table.query("split == 'valid'")["item"]) == {f"i{n}" for n in range(32, 36)}


def test_of_several_item_ids_the_one_that_matches_is_taken(tmp_path, reported):
    (tmp_path / "interactions.csv").write_text(TEXT)
    (tmp_path / "items.csv").write_text("item,asin,title\n" + "".join(f"{n},i{n:02},T{n}\n" for n in range(7)))
    dataset, report, _ = reported(tmp_path)
    assert dataset.items["title"].tolist() == [f"T{n}" for n in range(7)]
    assert "items: item = asin, title = title" in report.files[1]["as"]
