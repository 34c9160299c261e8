"""Tables broken at random: read right, or refused with one line; every row is in the dataset or counted."""

import random
from contextlib import suppress

import pytest

from lattice.data.options import Options
from lattice.data.readers import read_with_report
from lattice.errors import InputError

NAMES = ["user_id", "item_id", "rating", "timestamp", "review"]
REVIEWS = ["fine", "ok, good", 'say "hi"', "é", "a;b", "x|y", '12" LP', "", "two\nlines"]
HARMLESS = {
    "none": lambda lines, r, s: lines,
    "header again": lambda lines, r, s: [*lines[:5], lines[0], *lines[5:]],
    "trailing separators": lambda lines, r, s: [line + s for line in lines],
    "blank lines": lambda lines, r, s: [*lines[:4], "", "   ", *lines[4:], ""],
    "row again": lambda lines, r, s: [*lines, lines[-1]],
    "comment": lambda lines, r, s: [*lines[:3], "# comment", *lines[3:]],
    "windows": lambda lines, r, s: [line + "\r" for line in lines],
}
HARMFUL = {
    "cut short": lambda lines, r, s: "\n".join(lines)[: -r.randint(1, 60)].split("\n"),
    "lone mark": lambda lines, r, s: [*lines[:6], lines[6] + '"', *lines[7:]],
    "half a row": lambda lines, r, s: [*lines[:6], lines[6][: len(lines[6]) // 2], *lines[7:]],
    "one value more": lambda lines, r, s: [*lines[:6], lines[6] + s + "x", *lines[7:]],
}


def written(r: random.Random, mutation, name: str) -> tuple[bytes, set[tuple[str, str]]]:
    """A table broken by `mutation`, and the pairs that it was made of."""
    rows = [
        [f"u{u:02}", f"i{i:02}", str(r.randint(1, 5)), str(1_500_000_000 + r.randint(0, 10**7)), r.choice(REVIEWS)]
        for u in range(r.randint(4, 10))
        for i in r.sample(range(12), r.randint(3, 6))
    ]
    columns = list(range(r.choice([4, 5])))
    if r.random() < 0.4:
        r.shuffle(columns)
    separator, quoting = r.choice([",", "\t", ";", "|", "::"]), r.choice(["where needed", "all", "none"])

    def value(text: str) -> str:
        if quoting == "none":
            return text.replace(separator, " ").replace("\n", " ").replace('"', "'")
        if quoting == "all" or any(mark in text for mark in (separator, '"', "\n")):
            return '"' + text.replace('"', '""') + '"'
        return text

    lines = [separator.join(value(row[c]) for c in columns) for row in [NAMES, *rows]]
    text = "\n".join(mutation(lines, r, separator)) + "\n"
    encoding = r.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252"])
    return text.encode(encoding), {(row[0], row[1]) for row in rows}


@pytest.mark.parametrize("name", [*HARMLESS, *HARMFUL])
def test_a_mutated_table_is_read_right_or_refused_in_one_line(tmp_path, name):
    for seed in range(12):
        r = random.Random(f"{name} {seed}")
        data, pairs = written(r, (HARMLESS | HARMFUL)[name], name)
        path = tmp_path / f"table{seed}{r.choice(['.csv', '.tsv', '.txt', '.dat', '.inter'])}"
        path.write_bytes(data)
        try:
            dataset, report = read_with_report(path, Options())
        except InputError as refused:
            lines = str(refused).split("\n")
            assert (name in HARMFUL, len(lines)) == (True, 1)
            continue
        found = set(dataset.interactions[["user", "item"]].itertuples(index=False, name=None))
        assert report.rows_read == report.kept + report.left_out
        assert report.kept == len(dataset.interactions)
        if name in HARMLESS:
            assert found == pairs, (name, seed)
        else:
            assert len(pairs - found) <= 3, (name, seed)
            assert len(found - pairs) <= 1, (name, seed)  # a row that is cut within its last value may look whole


def test_random_bytes_never_end_in_a_traceback(tmp_path):
    r = random.Random(0)
    for number in range(60):
        data, _ = written(r, HARMLESS["none"], "none")
        broken = bytearray(data)
        for _ in range(r.randint(1, 20)):
            broken[r.randrange(len(broken))] = r.randrange(256)
        path = tmp_path / f"{number}.csv"
        path.write_bytes(bytes(broken))
        with suppress(InputError):
            dataset, report = read_with_report(path, Options())
            assert report.rows_read == len(dataset.interactions) + report.left_out
