"""What lives in the URL: numbers and sets, validated, remembered, and silent at their defaults."""

import pytest
from streamlit.testing.v1 import AppTest

from app.url_state import read_number


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0.25", 0.25), ("0", 0.0), ("1", 1.0), ("0.333", 0.35), ("0.9", 0.9), ("1e-1", 0.1), (" 0.5 ", 0.5)],
)
def test_read_number_rounds_to_its_steps(text, expected):
    assert read_number(text, 0.0, 1.0, 0.9, 0.05) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("text", ["", "x", "nan", "inf", "-0.01", "1.01", "0,5", "1;2"])
def test_read_number_refuses_text_and_out_of_range(text):
    assert read_number(text, 0.0, 1.0, 0.9, 0.05) is None


def test_read_number_keeps_a_default_between_steps():
    assert read_number("0.7532", 0.0, 1.0, 0.7532, 0.05) == 0.7532


def test_read_number_keeps_integers():
    found = read_number("7", 0, 30, 10, 1)
    assert (found, type(found)) == (7, int)
    assert read_number("30", 1, 30, 10, 3) == 30  # the last step is cut short


def page():
    import streamlit as st

    from app.components.pickers import reset_warnings, url_slider
    from app.url_state import chosen_set

    reset_warnings(st.empty())
    st.write(f"number {url_slider('λ', 'lambda', 0.0, 1.0, 0.9, 0.05)}")
    found = chosen_set("cut", "abc".__contains__, most=2)
    st.write(f"set {list(found.value)} lost {found.unknown}")


def opened(**query) -> AppTest:
    app = AppTest.from_function(page, default_timeout=600)
    app.query_params.update(query)
    app.run()
    assert not app.exception
    return app


def lines(app) -> list[str]:
    return [element.value for element in app.markdown]


def test_defaults_are_not_in_the_url():
    app = opened()
    assert lines(app) == ["number 0.9", "set [] lost None"]
    assert not app.query_params
    assert not opened(**{"lambda": "0.90"}).query_params


def test_url_slider_reads_and_writes_the_url():
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


def test_chosen_set_keeps_known_and_names_the_first_unknown():
    assert lines(opened(cut=["a", "z", "y"]))[1] == "set ['a'] lost z"
    assert lines(opened(cut=["a", "b", "c"]))[1] == "set ['a', 'b'] lost c"


def test_choices_are_remembered_without_a_url():
    app = opened(**{"lambda": "0.25", "cut": ["b"]})
    app.query_params.clear()
    app.run()
    assert lines(app) == ["number 0.25", "set ['b'] lost None"]
    assert app.query_params["lambda"] == "0.25"
