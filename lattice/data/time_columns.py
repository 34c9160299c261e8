"""Times in several columns: a date beside a time of day, or year, month and day."""

import re
from typing import Any

import numpy as np
import pandas as pd

from lattice.data.tables.dialect import plain_name
from lattice.data.times import DAY, YEAR, parse_times
from lattice.data.values import as_text

CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?(?:\s*([AaPp])\.?[Mm]\.?)?")
DIGITS = re.compile(r"([01]?\d|2[0-3])([0-5]\d)([0-5]\d)?")  # 2330 and 233000, zeros in front being there or not
SAMPLE = 500  # rows looked at
MOST = 0.9  # share of the rows


def time_columns(frame: pd.DataFrame, named: list[str]) -> list[str]:
    """Return which columns hold the time: one, a date and a time of day, or year, month and day; [] for none.

    named: the columns with the name of a time, the best first. A day of the month is no time without year and month.
    """
    parts = {plain_name(str(column)): str(column) for column in reversed(frame.columns)}
    if "year" in parts or "month" in parts:
        named = [column for column in named if plain_name(column) != "day"]
    clocks = [column for column in named if _is_clock(frame[column].head(SAMPLE), column)]
    found = next(([column] for column in named if column not in clocks and _is_moment(frame[column].head(SAMPLE))), [])
    if not found and {"year", "month", "day"} <= set(parts):
        found = [parts["year"], parts["month"], parts["day"]]
    if len(found) == 1 and not _is_day(frame[found[0]].head(SAMPLE)):
        return found
    other = [column for column in named if column not in clocks]
    return found + clocks[:1] if found else (other or named)[:1]


def joined_times(frame: pd.DataFrame, order: str | None) -> tuple["pd.Series[str]", str]:
    """Return one column of times from the columns that `time_columns` found, and what a person should know.

    order: "day-first" or "month-first", as in `parse_times`.
    """
    texts = [as_text(frame[column]).str.strip() for column in frame.columns]
    if len(texts) > 2:
        year, month, day = (text.str.replace(r"\.0+$", "", regex=True) for text in texts[:3])
        texts = [year + " " + month + " " + day, *texts[3:]]
    times = parse_times(texts[0], order)
    seconds = times.seconds + (_since_midnight(texts[1]) if len(texts) > 1 else 0)
    unread = texts[0] if len(texts) == 1 else texts[0] + " " + texts[1]
    written = pd.Series(map(repr, seconds.tolist()), index=frame.index, dtype=unread.dtype)
    return unread.where(~np.isfinite(seconds), written), times.remark


def _since_midnight(clock: "pd.Series[str]") -> np.ndarray:
    """Return seconds since midnight; 0 where nothing is written, NaN for what is no time of day."""
    colons = clock.str.extract(rf"^{CLOCK.pattern}$")
    digits = _padded(clock).str.extract(rf"^{DIGITS.pattern}$")
    hour, minute, second = (
        pd.to_numeric(colons[part].fillna(digits[part])).to_numpy(dtype=float, na_value=np.nan) for part in range(3)
    )
    half = colons[3].str.lower()
    hour = np.where(half.notna(), hour % 12, hour) + np.where(half == "p", 12, 0)
    found = hour * 3600 + minute * 60 + np.nan_to_num(second)
    found = np.where((hour < 24) & (minute < 60), found, np.nan)
    return np.where(clock == "", 0.0, found)


def _padded(clock: "pd.Series[str]") -> "pd.Series[str]":
    """Return 5 as 0005 and 50000 as 050000: hours, minutes and perhaps seconds of two digits each."""
    return clock.str.zfill(6 if (clock.str.len() > 4).any() else 4)


def _is_clock(sample: "pd.Series[Any]", column: str) -> bool:
    """Say whether values are times of day: 23:30 or, in a column that is called a time, 2330."""
    texts = as_text(sample).str.strip()
    filled = texts[texts != ""]
    if not len(filled):
        return False
    if filled.str.fullmatch(CLOCK.pattern).mean() > MOST:
        return True
    return plain_name(column).endswith("time") and bool(_padded(filled).str.fullmatch(DIGITS.pattern).all())


def _is_moment(sample: "pd.Series[Any]") -> bool:
    """Say whether values are dates, or numbers of seconds and the like since 1970."""
    seconds = parse_times(sample).seconds
    known = seconds[np.isfinite(seconds)]
    return len(known) > 0 and len(known) >= MOST * (as_text(sample) != "").sum() and np.abs(known).max() >= YEAR


def _is_day(sample: "pd.Series[Any]") -> bool:
    seconds = parse_times(sample).seconds
    return bool((seconds[np.isfinite(seconds)] % DAY == 0).all())
