"""Times in every form, as seconds since 1970: the answers are counted by hand or by Python's own calendar."""

import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from lattice.data.tables import read_table
from lattice.data.times import parse_times

DAY = 86_400
USUAL = ["2020-01-02", "2020-01-03", "2020-01-04"]
JANUARY_2 = 18_263 * DAY  # 2020-01-02: 50 years, 12 leap days and a day after 1970-01-01
TEN = [f"202001{day:02}" for day in range(2, 12)]
TEN_DAYS = [JANUARY_2 + n * DAY for n in range(10)]


def since_1970(year: int, month: int, day: int) -> float:
    return (datetime.datetime(year, month, day) - datetime.datetime(1970, 1, 1)).total_seconds()


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("9999-12-31", since_1970(9999, 12, 31)),
        ("0001-01-01T00:00:00", since_1970(1, 1, 1)),
        ("0202-03-04", since_1970(202, 3, 4)),
        ("2300-01-01", since_1970(2300, 1, 1)),
        ("12/31/9999", since_1970(9999, 12, 31)),
        ("01/02/69", since_1970(2069, 1, 2)),
        ("01/02/70", since_1970(1970, 1, 2)),
        ("01/02/0070", since_1970(70, 1, 2)),
        ("Jan 02, 2500", since_1970(2500, 1, 2)),
        ("99991231", since_1970(9999, 12, 31)),
        ("0000-00-00", np.nan),
        ("0000-01-01", np.nan),
        ("10000-01-01", np.nan),
        ("99999-12-31T23:59:59", np.nan),
        ("-0044-03-15", np.nan),
        ("2020-02-30", np.nan),
        ("2020-13-45", np.nan),
        ("31/31/9999", np.nan),
        ("01/01/0000", np.nan),
        ("infinity", np.nan),
        ("9" * 400, np.nan),
    ],
)
def test_a_date_of_any_year_is_read_or_no_time(written, seconds):
    times = parse_times(pd.Series([*USUAL, written], dtype="str")).seconds
    assert times[:3].tolist() == [JANUARY_2, JANUARY_2 + DAY, JANUARY_2 + 2 * DAY]
    np.testing.assert_equal(times[3], seconds)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (["20200102", "20200103", "99991231"], [JANUARY_2, JANUARY_2 + DAY, since_1970(9999, 12, 31)]),
        ([*TEN, "99999999"], [*TEN_DAYS, np.nan]),
        ([*TEN, "20200103.5"], [*TEN_DAYS, np.nan]),
        (["1577923200", "1577923201", "inf", "-inf"], [JANUARY_2, JANUARY_2 + 1, np.nan, np.nan]),
    ],
)
def test_numbers_that_are_no_date_are_no_time(written, seconds):
    np.testing.assert_equal(parse_times(pd.Series(written, dtype="str")).seconds, seconds)


@pytest.mark.parametrize(
    ("kind", "count", "seconds"),
    [
        (pa.timestamp("s"), 253_402_214_400, 253_402_214_400.0),
        (pa.timestamp("us"), 253_402_214_400_000_000, 253_402_214_400.0),
        (pa.timestamp("us", tz="Europe/Berlin"), 253_402_300_799_000_000, 253_402_300_799.0),
        (pa.timestamp("us", tz="+05:30"), -62_135_596_800_000_000, -62_135_596_800.0),
        (pa.timestamp("s", tz="Europe/Berlin"), 10**15, np.nan),
        (pa.date32(), 2_932_896, 253_402_214_400.0),
        (pa.date32(), 2**30, np.nan),
        (pa.date64(), 253_402_214_400_000, 253_402_214_400.0),
        (pa.date64(), 86_400_000 * 10**9, np.nan),
    ],
)
def test_a_date_of_parquet_of_any_year_stops_nothing(tmp_path, reported, kind, count, seconds):
    times = [
        (18_263 * DAY + n * DAY) * 10 ** {"s": 0, "ms": 3, "us": 6}.get(getattr(kind, "unit", ""), 0) for n in range(8)
    ]
    if pa.types.is_date(kind):
        times = [(18_263 + n) * (DAY * 1000 if kind == pa.date64() else 1) for n in range(8)]
    table = {"user": ["u"] * 9, "item": list("abcdefghi"), "timestamp": pa.array([*times, count], kind)}
    parquet.write_table(pa.table(table), tmp_path / "x.parquet")
    _, _, faults = reported(tmp_path / "x.parquet")
    lacking = [fault for fault in faults if "time can't be read" in fault]
    assert len(lacking) == int(np.isnan(seconds))
    np.testing.assert_equal(parse_times(read_table(tmp_path / "x.parquet").frame["timestamp"]).seconds[8], seconds)


def test_one_far_date_is_counted_among_interactions(tmp_path, reported):
    rows = [f"u{n % 4},i{n},2020-01-02\n" for n in range(47)]
    for header in ("user,item,timestamp\n", ""):
        for far, faults in (("9999-12-31", 0), ("10000-01-01", 1)):
            (tmp_path / "x.csv").write_text(header + "".join([*rows, f"u0,i99,{far}\n"]))
            dataset, _, found = reported(tmp_path / "x.csv")
            assert len(dataset.interactions) == 48
            assert sum("interaction whose time can't be read" in fault for fault in found) == faults
