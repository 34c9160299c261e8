"""Times in several columns, and numbers that are no date or in several units: the order and days worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from lattice.data.time_columns import joined_times, time_columns
from lattice.data.times import parse_times

JANUARY_2 = 1_577_923_200  # 2020-01-02, as in test_times.py
FIVE_PAST_ELEVEN = 23 * 3600 + 5 * 60


def table(**columns) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in columns.items()})


@pytest.mark.parametrize(
    ("columns", "chosen"),
    [
        ({"time": ["23:05:00"], "date": ["2020-01-02"]}, ["date", "time"]),
        ({"date": ["2020-01-02"], "time": ["2305"]}, ["date", "time"]),
        ({"order_date": ["01/02/2020"], "Purchase Time": ["11:05 PM"]}, ["order_date", "Purchase Time"]),
        ({"date": ["20200102", "20200103"], "time": ["5", "2305"]}, ["date", "time"]),
        ({"time": ["1577923200"], "date": ["2020-01-02"]}, ["time"]),  # the finer of two whole times
        ({"time": ["3600"], "date": ["2020-01-02"]}, ["date"]),  # a duration
        ({"date": ["2020-01-02 10:00"], "time": ["23:05"]}, ["date"]),
        ({"timestamp": ["1577923300"], "time": ["23:05"]}, ["timestamp"]),
        ({"date": ["43831"], "time": ["23:05"]}, ["date"]),
        ({"time": ["23:05"]}, ["time"]),
        ({"year": ["2020"], "month": ["1"], "day": ["2"]}, ["year", "month", "day"]),
        ({"Day": ["2"], "Month": ["Jan"], "Year": ["2020"], "time": ["23:05"]}, ["Year", "Month", "Day", "time"]),
        ({"year": ["2020"], "day": ["2"]}, []),
        ({"month": ["1"], "day": ["2"], "date": ["2020-01-02"]}, ["date"]),
        ({"day": ["17", "18"]}, ["day"]),
    ],
)
def test_the_columns_that_hold_the_time_are_found(tmp_path, reported, columns, chosen):
    frame = table(**columns)
    rows = len(frame)
    named = [c for c in ("timestamp", "time", "Purchase Time", "order_date", "date", "Day", "day") if c in columns]
    assert time_columns(frame, named) == chosen
    frame.assign(user="u", item=[f"i{n}" for n in range(rows)]).to_csv(tmp_path / "x.csv", index=False)
    _, report, _ = reported(tmp_path / "x.csv")
    assert report.files[0]["as"].endswith(f"timestamp = {', '.join(chosen)}" if chosen else "item = item")


@pytest.mark.parametrize(
    ("columns", "seconds"),
    [
        ({"date": ["2020-01-02"], "time": ["23:05:30"]}, JANUARY_2 + FIVE_PAST_ELEVEN + 30),
        ({"date": ["2020-01-02T00:00:00"], "time": ["2305"]}, JANUARY_2 + FIVE_PAST_ELEVEN),
        ({"date": ["01/02/2020"], "time": ["11:05 pm"]}, JANUARY_2 + FIVE_PAST_ELEVEN),
        ({"date": ["Jan 02, 2020"], "time": ["12:05 a.m."]}, JANUARY_2 + 300),
        ({"date": ["20200102"], "time": ["230530"]}, JANUARY_2 + FIVE_PAST_ELEVEN + 30),
        ({"date": ["2020-01-02"], "time": ["5"]}, JANUARY_2 + 300),
        ({"date": ["2020-01-02"], "time": ["0"]}, JANUARY_2),
        ({"date": ["2020-01-02"], "time": [""]}, JANUARY_2),
        ({"date": ["2020-01-02"], "time": ["25:00"]}, np.nan),
        ({"date": ["2020-01-02"], "time": ["soon"]}, np.nan),
        ({"date": ["soon"], "time": ["23:05"]}, np.nan),
        ({"date": ["9999-12-31"], "time": ["23:05"]}, 253_402_214_400 + FIVE_PAST_ELEVEN),
        ({"year": ["2020"], "month": ["1"], "day": ["2.0"]}, JANUARY_2),
        ({"year": ["2020"], "month": ["January"], "day": ["2"]}, JANUARY_2),
        ({"year": ["2020"], "month": ["Jan"], "day": ["2"], "time": ["23:05"]}, JANUARY_2 + FIVE_PAST_ELEVEN),
        ({"year": ["2020"], "month": ["2"], "day": ["30"]}, np.nan),
        ({"year": ["20"], "month": ["1"], "day": ["2"]}, np.nan),
    ],
)
def test_times_of_several_columns_are_joined(columns, seconds):
    joined, _ = joined_times(table(**columns), None)
    np.testing.assert_equal(parse_times(joined).seconds, [seconds])


def test_a_time_that_cannot_be_joined_is_shown_as_it_is():
    joined, _ = joined_times(table(date=["soon", "2020-01-02"], time=["23:05", "23:05"]), None)
    assert joined.tolist() == ["soon 23:05", f"{JANUARY_2 + FIVE_PAST_ELEVEN}.0"]


@pytest.mark.parametrize(
    "columns",
    [
        {"year": [2020, 2019, 2020, 2018], "month": [1, 12, 2, 1], "day": [1, 31, 1, 30]},
        {"date": ["2020-01-01", "2019-12-31", "2020-01-01", "2019-12-31"], "time": [5, 2330, 2330, 930]},
        {
            "time": ["00:05:00", "23:30:00", "23:30:00", "09:30:00"],
            "date": ["02/01/2020", "01/01/2020", "02/01/2020", "01/01/2020"],
        },
    ],
)
def test_the_latest_of_several_columns_is_the_test_split(tmp_path, reported, columns):
    frame = pd.DataFrame({"user": "u", "item": list("bacz")} | columns)
    frame[::-1].replace({"item": {"z": "first"}}).to_csv(tmp_path / "x.csv", index=False)
    dataset, _, _ = reported(tmp_path / "x.csv", split="time", dates="day-first")
    split = dict(zip(dataset.interactions["item"], dataset.interactions["split"], strict=True))
    assert split == {"first": "train", "a": "train", "b": "valid", "c": "test"}


def test_dates_of_several_columns_say_in_which_order(tmp_path, reported):
    frame = pd.DataFrame({"user": "u", "item": list("abc"), "date": "03/04/2020", "time": "23:05"})
    frame.to_csv(tmp_path / "x.csv", index=False)
    assert any("say `--dates day-first`" in said for said in reported(tmp_path / "x.csv")[1].said)
    _, report, _ = reported(tmp_path / "x.csv", dates="day-first")
    assert report.facts["time"] == {"first": "2020-04-03", "last": "2020-04-03"}


MIXED = "times are in seconds and milliseconds; each was read in its own unit"


@pytest.mark.parametrize(
    ("numbers", "seconds", "remark"),
    [
        ([1577923200, 1577923201000, 1577923202000], [JANUARY_2, JANUARY_2 + 1, JANUARY_2 + 2], MIXED),
        ([1577923200, 1577923201, 1577923202000], [JANUARY_2, JANUARY_2 + 1, JANUARY_2 + 2], MIXED),
        ([1577923200, 1577923201, 1577923202000, 0], [JANUARY_2, JANUARY_2 + 1, JANUARY_2 + 2, 0], MIXED),
        ([1577923200000, 1577923201000], [JANUARY_2, JANUARY_2 + 1], ""),
        ([1577923200, 1577923201], [JANUARY_2, JANUARY_2 + 1], ""),
        (
            [1577923200, 1577923201000000000, 1577923202000000],
            [JANUARY_2, JANUARY_2 + 1, JANUARY_2 + 2],
            "times are in seconds and microseconds and nanoseconds; each was read in its own unit",
        ),
        ([2019, 2020], [2019, 2020], "times are numbers up to 2,020, not seconds since 1970: only their order is used"),
        (
            [43831.5, 43830],
            [43831.5, 43830],
            "times are numbers up to 43,831.5, not seconds since 1970: only their order is used",
        ),
    ],
)
def test_numbers_say_what_they_were_read_as(numbers, seconds, remark):
    times = parse_times(pd.Series(numbers))
    np.testing.assert_allclose(times.seconds, seconds, rtol=0, atol=1e-3)
    assert times.remark == remark


def test_a_count_of_milliseconds_stays_in_one_unit():
    counted = np.linspace(
        0, 3.1536e13, 10_000
    )  # microseconds of a year: some look like seconds, some like milliseconds
    times = parse_times(pd.Series(counted))
    assert (np.diff(times.seconds) > 0).all()
    assert times.remark == "times may be in seconds and milliseconds; all were read as milliseconds"


@pytest.mark.parametrize("times", [[2018, 2019, 2020], [43831, 44000, 44196]])
def test_no_days_are_shown_of_numbers_that_are_none(tmp_path, reported, times):
    pd.DataFrame({"user": "u", "item": list("abc"), "timestamp": times}).to_csv(tmp_path / "x.csv", index=False)
    dataset, report, _ = reported(tmp_path / "x.csv", split="time")
    assert "time" not in report.facts
    assert any("only their order is used" in said for said in report.said)
    assert dict(zip(dataset.interactions["item"], dataset.interactions["split"], strict=True))["c"] == "test"
