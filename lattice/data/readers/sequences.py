"""Sequences: `user item item ...` on every line, in time order; one file, or one per split (train.txt, test.txt)."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd

from lattice.data.options import Options
from lattice.data.readers.build import Found
from lattice.data.readers.discover import bare_name, endings, resolved, split_in
from lattice.data.readers.items import read_items
from lattice.data.readers.matrices import read_matrices
from lattice.data.readers.rows import A, Rows
from lattice.data.report import EXAMPLES, Report
from lattice.data.tables import read_table
from lattice.data.tables.compressed import PEEK, read_bytes
from lattice.data.tables.encoding import decode
from lattice.data.tables.names import is_known
from lattice.data.values import clean_ids
from lattice.errors import InputError

WORD = re.compile(r"(?:[A-Za-z][\w\-.]*:)*[\w\-.@/+]+")  # spotify:track:3, but no time of day
TIME = re.compile(r"1[0-9]{9}(\d{3})?(\.\d+)?")  # seconds or milliseconds since 1970, from 2001 on
MOST = 0.8  # share of the lines
BETWEEN = re.compile(r"[\s,;]+")
AFTER_USER = re.compile(r"^([^\s,;]+?)(?::(?=[\s,;]|$)|\s+:)")  # `user: item item`, `user : item item`
RATED = re.compile(r"\d+:-?\d+(\.\d+)?")  # libsvm's item:rating


def looks_like_sequences(path: Path) -> bool:
    """Say whether a file's lines hold an id each of a user and of any number of items, with no header.

    Lines of few values, nearly all of one number, are a table's, some of whose lines are torn; so are lines of any
    width with tabs between, or with a time.
    """
    try:
        text = decode(read_bytes(path, PEEK)[0]).text
    except InputError:
        return False
    lines = [line.split() for line in text.split("\n")[:500] if line.strip()]
    lines = lines[: max(1, len(lines) - 1)]  # the last one may be cut
    if not lines or any(map(is_known, lines[0])) or not all(WORD.fullmatch(token) for line in lines for token in line):
        return False
    usual, times = Counter(map(len, lines)).most_common(1)[0]
    if times < MOST * len(lines):
        return max(map(len, lines)) > 2
    timed = any(TIME.fullmatch(token) for line in lines[:20] for token in line)
    return usual > 4 and "\t" not in text and not timed


def files_of(source: Path, options: Options) -> list[tuple[Path, str | None]]:
    """Return the files of sequences of a source, each with its split, if it is one of several.

    InputError: it can't be told which file is meant.
    """
    folder = source if source.is_dir() else source.parent
    if options.interactions or not source.is_dir():
        file = folder / options.interactions if options.interactions else source
        if options.split in (None, "given") and split_in(bare_name(file)):
            parts = [(path, split) for path, split in _parts(folder) if endings(path) == endings(file)]
            return parts if file in [path for path, _ in parts] and len(parts) > 1 else [(file, None)]
        return [(file, None)]
    parts = _parts(folder)
    if len(parts) > 1:
        return parts
    paths = [path for path in sorted(folder.iterdir()) if path.is_file() and endings(path) in (".txt", ".dat", "")]
    paths = [path for path in paths if not path.name.lower().startswith((".", "readme", "license"))]
    likely = [path for path in paths if looks_like_sequences(path)] or paths
    if len(likely) != 1:
        listed = ", ".join(path.name for path in likely) or "no .txt file"
        raise InputError(f"{folder}: holds {listed}; choose the sequences with `--interactions FILE`")
    return [(likely[0], None)]


def _parts(folder: Path) -> list[tuple[Path, str | None]]:
    named = [(path, split_in(bare_name(path))) for path in sorted(folder.iterdir()) if endings(path) == ".txt"]
    found = [(path, split) for path, split in named if split is not None and len(bare_name(path).split("_")) == 1]
    return list(resolved(found))


def find(source: Path, options: Options, report: Report) -> Found:
    """Read one file of sequences, or a folder with one, or with one per split.

    A line with a user alone is a user without items there, which is counted. The items' order is that of a table of
    items (`items.csv` beside the sequences, or `--items`) where there is one. InputError: no such file.
    """
    if not source.exists():
        raise InputError(f"{source}: no such file; check the path or the option that names it")
    folder = source if source.is_dir() else source.parent
    files = files_of(source, options)
    rows = _read(files, options, report)
    described = folder / options.items if options.items and options.items != "none" else None
    if options.items is None:
        described = next((p for p in sorted(folder.iterdir()) if p.is_file() and bare_name(p).lower() == "items"), None)
    known = rows.table["item"].cat.categories
    items = read_items([read_table(described, options.reading)], options, report, known) if described else None
    return Found(
        name=source.resolve().name if source.is_dir() else bare_name(source),
        folder=folder,
        rows=rows,
        items=items,
        listed=None if items is None else items["item"].tolist(),
        where=described.name if described else files[0][0].name,
        matrices=read_matrices(folder, options.modalities, options),
    )


def _ids_of_lines(text: str) -> list[list[str]]:
    """Return the ids of each line: the user, then items.

    A colon ends the user's id if a blank follows, or if no item has one and each line has another word before it
    (`1:10,20`). Every other colon is part of an id (`spotify:track:3`).
    """
    lines = [list(filter(None, BETWEEN.split(AFTER_USER.sub(r"\1 ", line.strip())))) for line in text.split("\n")]
    users = [line[0].split(":") for line in lines if line]
    apart = all(len(parts) == 2 and all(parts) for parts in users) and len({u for u, *_ in users}) > len(users) / 2
    if apart and not any(":" in item for line in lines for item in line[1:]):
        return [[*line[0].split(":"), *line[1:]] if line else [] for line in lines]
    return lines


def _refuse_ratings(path: Path, lines: Sequence[Sequence[str]]) -> None:
    """Raise an InputError for lines of item:rating pairs, which would be other items with every other rating."""
    rated = [item for line in lines for item in line[1:]]
    if rated and all(map(RATED.fullmatch, rated)):
        names = [item.partition(":")[0] for item in rated]
        if len(set(names)) < len(set(rated)):
            raise InputError(
                f"{path}: its items have a number after a colon ({rated[0]}), as ratings have; write the items "
                "alone, or a table with the columns user and item"
            )


def _read(files: Sequence[tuple[Path, str | None]], options: Options, report: Report) -> Rows:
    parts = []
    for number, (path, split) in enumerate(files):
        decoded = decode(read_bytes(path)[0], options.encoding)
        lines = _ids_of_lines(decoded.text)
        _refuse_ratings(path, lines)
        alone = [n for n, line in enumerate(lines, 1) if len(line) == 1]
        lengths = np.array([max(len(line) - 1, 0) for line in lines])
        numbers = np.repeat(np.arange(len(lines)), lengths)
        users = np.array([line[0] if line else "" for line in lines], dtype=object)
        items = list(chain.from_iterable(line[1:] for line in lines))
        part = pd.DataFrame({"user": users[numbers], "item": pd.Series(items, dtype="str")})
        part["file"], part["line"] = np.int16(number), numbers + 1
        if split is not None:
            part["split"] = split
        parts.append(part)
        filled = int((lengths > 0).sum())
        report.files.append(
            {"file": path.name, "as": f"sequences, {decoded.encoding}; {filled:,} users{f', {split}' if split else ''}"}
        )
        if decoded.remark:
            report.say(f"{path.name}: {decoded.remark}")
        places = [f"{path.name}, line {line}" for line in alone[:EXAMPLES]]
        report.add("user-without-items", "user alone on a line, so without items there", len(alone), places)
        names = pd.Series(users[lengths > 0])
        again = names[names.duplicated()].tolist()
        report.add(
            "user-twice",
            "user who has had a line before; the items of both count",
            len(again),
            [str(user) for user in again],
        )
    frame = pd.concat(parts, ignore_index=True)
    if frame.empty:
        raise InputError(f"{files[0][0]}: is empty; write `user item item ...` on each line")
    report.rows_read += len(frame)
    for column in ("user", "item"):
        frame[column] = clean_ids(frame[column], column, report)
    rows = Rows(frame, tuple((path.name, "line") for path, _ in files), ordered=True)
    for column in ("user", "item"):
        wrong = rows.table[column].cat.codes.to_numpy() < 0
        rows = rows.without(wrong, f"no-{column}", f"interaction without {A[column]} id, left out", report)
    return rows
