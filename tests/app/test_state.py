"""What lives in the URL: numbers and sets, validated, remembered, and silent at their defaults."""

import pytest
from streamlit.testing.v1 import AppTest

from app.url_state import read_number


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0.25", 0.25), ("0", 0.0), ("1", 1.0), ("0.333", 0.35), ("0.9", 0.9), ("1e-1", 0.1), (" 0.5 ", 0.5)],
)
def test_a_number_lies_on_its_grid(text, expected):
    assert read_number(text, 0.0, 1.0, 0.9, 0.05) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("text", ["", "x", "nan", "inf", "-0.01", "1.01", "0,5", "1;2"])
def test_what_is_no_number_or_out_of_range_is_none(text):
    assert read_number(text, 0.0, 1.0, 0.9, 0.05) is None


def test_a_default_off_the_grid_is_kept_to_the_last_digit():
    assert read_number("0.7532", 0.0, 1.0, 0.7532, 0.05) == 0.7532


def test_whole_numbers_stay_whole():
    found = read_number("7", 0, 30, 10, 1)
    assert (found, type(found)) == (7, int)
    assert read_number("30", 1, 30, 10, 3) == 30  # the last step is cut short


def page():
    import streamlit as st

    from app.components.pickers import begin_notices, slide
    from app.url_state import chosen_set

    begin_notices(st.empty())
    st.write(f"number {slide('λ', 'lambda', 0.0, 1.0, 0.9, 0.05)}")
    found = chosen_set("cut", "abc".__contains__, most=2)
    st.write(f"set {list(found.value)} lost {found.unknown}")


def opened(**query) -> AppTest:
    app = AppTest.from_function(page, default_timeout=30)
    app.query_params.update(query)
    app.run()
    assert not app.exception
    return app


def lines(app) -> list[str]:
    return [element.value for element in app.markdown]


def test_defaults_say_nothing_in_the_url():
    app = opened()
    assert lines(app) == ["number 0.9", "set [] lost None"]
    assert not app.query_params
    assert not opened(**{"lambda": "0.90"}).query_params


def test_the_url_is_followed_and_what_a_widget_changes_is_written_to_it():
    app = opened(**{"lambda": "0.25", "cut": ["c", "a", "c"]})
    assert lines(app) == ["number 0.25", "set ['c', 'a'] lost None"]
    app.slider[0].set_value(0.5).run()
    assert app.query_params["lambda"] == "0.5"
    assert app.query_params["cut"] == ["c", "a"]
    app.slider[0].set_value(0.9).run()
    assert "lambda" not in app.query_params


@pytest.mark.parametrize("bad", ["7", "nan", "![x](http://nobody)", ""])
def test_a_bad_number_is_one_line_and_the_default(bad):
    app = opened(**{"lambda": bad})
    assert lines(app)[0] == "number 0.9"
    assert len(app.warning) == 1
    assert "![x](" not in app.warning[0].value


def test_of_a_set_what_is_known_stays_and_the_first_lost_is_named():
    assert lines(opened(cut=["a", "z", "y"]))[1] == "set ['a'] lost z"
    assert lines(opened(cut=["a", "b", "c"]))[1] == "set ['a', 'b'] lost c"


def test_numbers_and_sets_are_remembered_where_the_url_says_nothing():
    app = opened(**{"lambda": "0.25", "cut": ["b"]})
    app.query_params.clear()
    app.run()
    assert lines(app) == ["number 0.25", "set ['b'] lost None"]
    assert app.query_params["lambda"] == "0.25"
