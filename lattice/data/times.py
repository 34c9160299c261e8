"""Times in the many ways that files write them, as seconds since 1970."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lattice.data.values import MISSING, as_text
from lattice.errors import InputError

FORMATS = (
    "%a %b %d %H:%M:%S %z %Y",  # Goodreads, Twitter
    "%m %d, %Y",  # Amazon
    "%b %d, %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d %Y",
    "%Y %m %d",
    "%Y %b %d",
    "%Y %B %d",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y.%m.%d",
    "%a, %d %b %Y %H:%M:%S %z",
    "%Y%m%dT%H%M%S",
    "%Y-%m-%d %I:%M:%S %p",
)
PARTS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:[ T,]+(.*))?")
ORDERS = ("day-first", "month-first")
MOST = 0.9  # share of eight-digit numbers that are dates from which the others are faults
FIRST, END = -62_135_596_800, 253_402_300_800  # of the years 1 to 9999, in seconds since 1970
UNITS = {0: "seconds", 3: "milliseconds", 6: "microseconds", 9: "nanoseconds"}  # power of ten -> name
SINCE, UNTIL = 3e8, 4.2e9  # 1979 to 2103: a number is in these years in one unit only
NEARLY_ALL = 0.99  # share of the numbers that are in these years from which each has a unit of its own
DAY, YEAR = 86_400, 31_536_000  # seconds; a column of numbers below a year is no time since 1970
PER_SECOND = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}


@dataclass(frozen=True, eq=False)
class Times:
    """seconds: float64, NaN where a value is not a time. remark: what a person should know, or ""."""

    seconds: np.ndarray
    remark: str = ""


def parse_times(column: "pd.Series[Any]", order: str | None = None) -> Times:
    """Read times: numbers of seconds, milli-, micro- or nanoseconds, or dates.

    order: "day-first" or "month-first", for dates such as 03/04/2020; None to find it out from dates whose day is
    above 12. InputError: another order.
    """
    if order is not None and order not in ORDERS:
        raise InputError(f"--dates {order!r} is unknown; use one of {', '.join(ORDERS)}")
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        moments = pd.to_datetime(column, utc=True)
        return Times(_seconds(moments))
    codes, uniques = pd.factorize(as_text(column))
    values = pd.Series(uniques, dtype="str").str.strip().str.strip("'\"")
    filled = ~values.str.lower().isin(MISSING)
    numbers = pd.to_numeric(values.where(filled), errors="coerce").to_numpy(dtype=float)
    if np.isfinite(numbers).sum() * 2 >= filled.sum():
        seconds, remark = _from_numbers(numbers)
    else:
        seconds, remark = _from_dates(values, order)
    return Times(np.append(seconds, np.nan)[codes], remark)


def _from_numbers(numbers: np.ndarray) -> tuple[np.ndarray, str]:
    """Return seconds from numbers in any unit, or in several; eight digits that form a date are read as one."""
    numbers = np.where(np.isfinite(numbers), numbers, np.nan)
    filled = np.isfinite(numbers)
    middle = np.nanmedian(np.abs(numbers)) if filled.any() else 0
    if 19_000_101 <= middle <= 21_001_231:
        written = pd.Series([f"{number:.0f}" if number % 1 == 0 else "" for number in numbers])
        dates = pd.to_datetime(written, format="%Y%m%d", errors="coerce")
        if dates.notna().sum() >= MOST * filled.sum():
            return _seconds(dates), ""
    power = next((power for power in (9, 6, 3) if middle > SINCE * 10**power), 0)
    seconds = numbers / 10**power
    if not power and filled.any() and np.nanmin(numbers) >= 0 and np.nanmax(numbers) < YEAR:
        highest = f"{np.nanmax(numbers):,.9g}"
        return seconds, f"times are numbers up to {highest}, not seconds since 1970: only their order is used"
    own = {unit: numbers / 10**unit for unit in UNITS}
    there = {unit: (values >= SINCE) & (values < UNTIL) for unit, values in own.items()}
    units = [unit for unit in UNITS if there[unit].any()]
    if len(units) < 2:
        return seconds, ""
    words = " and ".join(UNITS[unit] for unit in units)
    if sum(there[unit].sum() for unit in units) < NEARLY_ALL * (numbers > 0).sum():
        return seconds, f"times may be in {words}; all were read as {UNITS[power]}"
    for unit in units:
        seconds = np.where(there[unit], own[unit], seconds)
    return seconds, f"times are in {words}; each was read in its own unit"


def _from_dates(values: "pd.Series[str]", order: str | None) -> tuple[np.ndarray, str]:
    seconds = _seconds(pd.to_datetime(values, errors="coerce", utc=True, format="ISO8601"))
    remark = ""
    left = np.isnan(seconds)
    if left.any():
        parts = values[left].str.extract(rf"^{PARTS.pattern}$")
        if parts[0].notna().any():
            found, remark = _ordered(parts, order)
            seconds[left] = found
    for form in FORMATS:
        left = np.isnan(seconds)
        if not left.any():
            break
        seconds[left] = _seconds(pd.to_datetime(values[left], errors="coerce", utc=True, format=form))
    return seconds, remark


def _ordered(parts: pd.DataFrame, order: str | None) -> tuple[np.ndarray, str]:
    """Return seconds of dates of three numbers, where day or month may come first."""
    first, second = (pd.to_numeric(parts[column], errors="coerce").to_numpy(dtype=float) for column in (0, 2))
    year, remark = pd.to_numeric(parts[3], errors="coerce").to_numpy(dtype=float), ""
    year = np.where(parts[3].str.len() == 2, year + np.where(year < 70, 2000, 1900), year)
    if order is None:
        days, months = int((first > 12).sum()), int((second > 12).sum())
        dotted = (parts[1] == ".").any()
        order = "day-first" if days > months or (days == months and dotted) else "month-first"
        if days and months:
            remark = f"dates are written both ways round; most are {order}, and were read so"
        elif not days and not months and not dotted:
            remark = "dates could be day/month or month/day and were read as month/day; say `--dates day-first`"
    day, month = (first, second) if order == "day-first" else (second, first)
    written = [
        f"{int(y):04d}-{int(m):02d}-{int(d):02d}" if np.isfinite(y + m + d) else ""
        for y, m, d in zip(year, month, day, strict=True)
    ]
    dates = pd.to_datetime(pd.Series(written), errors="coerce", utc=True, format="%Y-%m-%d")
    clock = parts[4].fillna("").str.strip().reset_index(drop=True)
    offset = pd.Series(0.0, index=clock.index)
    for form in ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p"):
        moment = pd.to_datetime("2000-01-01 " + clock, errors="coerce", utc=True, format=f"%Y-%m-%d {form}")
        offset = offset.mask(moment.notna(), (moment - pd.Timestamp("2000-01-01", tz="UTC")).dt.total_seconds())
    return _seconds(dates) + offset.to_numpy(), remark


def _seconds(moments: Any) -> np.ndarray:
    """Return float64 seconds since 1970, NaN where there is no moment, or one outside the years 1 to 9999."""
    dates = pd.DatetimeIndex(moments)
    seconds = dates.asi8.astype(float) / PER_SECOND[dates.unit]  # no unit is converted: nanoseconds end in 2262
    return np.where(dates.isna() | (seconds < FIRST) | (seconds >= END), np.nan, seconds)
