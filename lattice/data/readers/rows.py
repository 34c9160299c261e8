"""Interactions as rows that record their file and line; faulty rows are counted and left out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lattice.data.options import Options
from lattice.data.ratings import parse_ratings
from lattice.data.readers.baskets import id_in, one_row_per_item
from lattice.data.readers.roles import find_roles
from lattice.data.report import EXAMPLES, Report
from lattice.data.tables import Table
from lattice.data.time_columns import joined_times
from lattice.data.times import parse_times
from lattice.data.values import clean_ids, stacked, value_text

A = {"user": "a user", "item": "an item"}
SPLIT_WORDS = {
    "train": ("train", "training", "tr", "0"),
    "valid": ("valid", "validation", "val", "vali", "dev", "development", "1"),
    "test": ("test", "testing", "tst", "te", "holdout", "2"),
    "eval": ("eval", "evaluation"),  # validation beside a test split, else the test split itself
}
SPLIT_OF = {word: split for split, words in SPLIT_WORDS.items() for word in words}


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of interactions.

    table: columns `user`, `item` (categorical ids), where known `timestamp`, `rating`, `split`, and `file` (index into
    `sources`) and `line`. sources: (file, unit), as in ("u.data", "line"). ordered: are rows in time order as they are?
    """

    table: pd.DataFrame
    sources: tuple[tuple[str, str], ...]
    ordered: bool = False

    def place(self, row: int) -> str:
        """Return file and line of the row at position `row`."""
        file, unit = self.sources[int(self.table["file"].iat[row])]
        return f"{file}, {unit} {self.table['line'].iat[row]}"

    def without(self, wrong: Any, kind: str, message: str, report: Report) -> "Rows":
        """Return the rows that are not `wrong` (bool, one each), the others being counted as left out."""
        mask = np.asarray(wrong, dtype=bool)
        if not mask.any():
            return self
        places = [self.place(int(row)) for row in np.flatnonzero(mask)[:EXAMPLES]]
        report.add(kind, message, int(mask.sum()), places, left_out=int(mask.sum()))
        return replace(self, table=self.table[~mask])


def read_rows(tables: Sequence[tuple[Table, str | None]], options: Options, report: Report) -> Rows:
    """Read interactions from tables, each with the split that its file is ("train"), or None.

    Rows without a user or an item are left out; so are lines in which the table found no row. InputError: a table
    without a column for the user or the item.
    """
    parts, sources = [], []
    for number, (table, split) in enumerate(tables):
        sources.append((table.name, table.unit))
        parts.append(_part(table, split, number, options, report))
    frame = stacked(parts, ids=["user", "item"])
    report.rows_read += len(frame)
    for column in ("user", "item"):
        frame[column] = clean_ids(frame[column], column, report)
    rows = Rows(frame, tuple(sources))
    for column in ("user", "item"):
        codes = rows.table[column].cat.codes.to_numpy()
        rows = rows.without(codes < 0, f"no-{column}", f"interaction without {A[column]} id, left out", report)
    return rows


def note_table(table: Table, taken: str, report: Report, rows: bool) -> None:
    """Note what a file was taken for, its remarks and its faults; lost lines count as rows where it holds `rows`."""
    report.files.append({"file": table.name, "as": f"{table.form}; {len(table.frame):,} rows, {taken}"})
    for remark in table.remarks:
        report.say(f"{table.name}: {remark}")
    for fault in table.faults:
        places = [f"{table.name}, {table.unit} {line}" for line in fault.lines[:EXAMPLES]]
        count = len(fault.lines)
        lost = count if rows and fault.lost else 0
        report.rows_read += lost
        kind = "torn" if fault.lost else "odd"
        report.add(f"{kind}-line", f"{fault.message}{', left out' if fault.lost else ''}", count, places, lost)


def _part(table: Table, split: str | None, number: int, options: Options, report: Report) -> pd.DataFrame:
    found = find_roles(table, "interactions", options)
    roles = {role: columns[0] for role, columns in found.items()}
    taken = ", ".join(f"{role} = {', '.join(columns)}" for role, columns in found.items())
    note_table(table, f"interactions: {taken}", report, rows=True)
    frame = pd.DataFrame({role: table.frame[column] for role, column in roles.items()})
    if len(several := found.get("timestamp", [])) > 1:
        frame["timestamp"], remark = joined_times(table.frame[several], options.dates)
        if remark:
            report.say(remark)
    frame["file"], frame["line"] = np.int16(number), table.lines
    frame = one_row_per_item(frame, roles["item"], table.name, report)
    for role in ("user", "item"):
        if frame[role].dtype == object:
            ids = [id_in(value, role) for value in frame[role]]
            frame[role] = pd.Series(ids, index=frame.index, dtype=object)
            _note_objects(frame[role], table, roles[role], report)
    if split is not None:
        frame["split"] = split
    return frame


def _note_objects(ids: "pd.Series[Any]", table: Table, column: str, report: Report) -> None:
    """Note the objects of which no key is known to be an id."""
    unknown = [value for value in ids if isinstance(value, dict) and not value_text(value)]
    if unknown:
        keys = ", ".join(map(repr, list(unknown[0])[:8]))
        message = f"object in {column!r} of {table.name} of whose keys ({keys}) none is known as an id; call one `id`"
        report.add(f"object-{column}", message, len(unknown))


def with_ratings(rows: Rows, options: Options, report: Report) -> Rows:
    """Leave out what is rated below `--min-rating`; say what ratings there are.

    InputError: unknown words as ratings, with a lowest rating given.
    """
    if "rating" not in rows.table:
        if options.min_rating is not None:
            report.refuse("--min-rating: there is no column of ratings; name it with `--column rating=NAME`")
        return rows
    ratings = parse_ratings(rows.table["rating"], options.rating_values)
    numbers, words = ratings.numbers, ratings.words
    listed = ", ".join(f"{word} {count:,}" for word, count in sorted(words.items(), key=lambda w: -w[1])[:6])
    report.facts["ratings"] = _rating_facts(numbers, words)
    rows = replace(rows, table=rows.table.assign(rating=numbers))
    if words and options.min_rating is not None and len(words) <= 100:
        most = max(words, key=words.__getitem__)
        report.refuse(f"ratings are in words ({listed}); say what each counts for, as `--rating {most}=5`")
        return rows
    if options.min_rating is None:
        if words:
            report.say(
                f"ratings are in words ({listed}): every row is taken for an interaction; say what each word counts "
                "for (`--rating dislike=1`) and leave some out with `--min-rating`"
            )
        _warn_of_dislikes(numbers, report)
        return rows
    rows = rows.without(
        np.isnan(numbers), "no-rating", "interaction without a rating, left out by --min-rating", report
    )
    low = rows.table["rating"].to_numpy() < options.min_rating
    return rows.without(low, "low-rating", f"interaction rated below {options.min_rating:g}, left out", report)


def _rating_facts(numbers: np.ndarray, words: Any) -> dict[str, int]:
    known = numbers[np.isfinite(numbers)]
    values, counts = np.unique(known, return_counts=True)
    if len(values) > 20:
        counts, edges = np.histogram(known, bins=10)
        return {f"{low:.3g} to {high:.3g}": int(c) for low, high, c in zip(edges, edges[1:], counts, strict=False)}
    return {f"{value:g}": int(count) for value, count in zip(values, counts, strict=True)} | dict(words)


def _warn_of_dislikes(numbers: np.ndarray, report: Report) -> None:
    known = numbers[np.isfinite(numbers)]
    if not len(known) or len(np.unique(known)) < 2:
        return
    low, high = known.min(), known.max()
    middle = (low + high) / 2
    below = int((known < middle).sum())
    if below:
        report.say(
            f"{below:,} of {len(known):,} ratings are below the middle of their scale ({low:g} to {high:g}) and are "
            f"taken for interactions like the others; leave them out with `--min-rating {np.ceil(middle):g}`"
        )


def with_times(rows: Rows, options: Options, report: Report, needed: bool) -> Rows:
    """Read the timestamps as seconds. Where they are `needed`, rows without one are left out.

    InputError: they are needed and there are none.
    """
    if "timestamp" not in rows.table:
        if needed:
            file = rows.sources[0][0]
            report.refuse(f"{file}: no column 'timestamp' to split by; name it with `--column timestamp=NAME`")
        return rows
    times = parse_times(rows.table["timestamp"], options.dates)
    if times.remark:
        report.say(times.remark)
    bad = ~np.isfinite(times.seconds)
    example = str(rows.table["timestamp"].iloc[int(bad.argmax())]) if bad.any() else ""
    rows = replace(rows, table=rows.table.assign(timestamp=times.seconds))
    if bad.all() and needed:
        report.refuse(f"{rows.place(0)}: timestamp {example!r} is not a time; write seconds or dates (2026-01-31)")
    elif needed:
        return rows.without(bad, "no-time", f"interaction without a time, such as {example!r}, left out", report)
    places = [rows.place(int(row)) for row in np.flatnonzero(bad)[:EXAMPLES]]
    report.add("no-time", f"interaction whose time can't be read, such as {example!r}", int(bad.sum()), places)
    return rows


def with_split_names(rows: Rows, report: Report) -> Rows:
    """Read what the `split` column calls train, valid and test; rows with another word are left out."""
    words = rows.table["split"].astype("str").str.strip().str.lower().str.replace(r"\.0+$", "", regex=True)
    kinds = set(words.unique())
    labels = words.map(SPLIT_OF)
    evaluation = "valid" if "test" in set(labels.dropna()) else "test"
    labels = labels.replace("eval", evaluation)
    rows = replace(rows, table=rows.table.assign(split=labels))
    unknown = sorted(kinds - set(SPLIT_OF))[:EXAMPLES]
    message = f"interaction of split {', '.join(map(repr, unknown))}, which is none of train, valid and test, left out"
    return rows.without(labels.isna(), "unknown-split", message, report)


def stem_of(path: Path) -> str:
    """Return a file's name without its endings."""
    return path.name.split(".")[0]
