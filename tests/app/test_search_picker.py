"""What the server answers the picker, whatever the browser asks; the page around it is driven in tests/e2e."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from app.components.search_picker import answer
from lattice.inference.search import user_index

INDEX = user_index(["ann", "anna", "bob"], np.array([1, 2, 3]))


def ask(question, chosen="ann"):
    return answer(question, INDEX, chosen, like=lambda one: [one + "a"])


def test_answer_to_a_text_is_the_matches():
    assert ask({"kind": "text", "text": "ann"}) == ["ann", "anna"]
    assert ask({"kind": "text", "text": ""}) == ["bob", "anna", "ann"]


def test_answer_to_the_actions():
    assert ask({"kind": "most", "text": "ann"}) == ["bob", "anna", "ann"]
    assert ask({"kind": "like"}) == ["anna"]
    assert ask({"kind": "random"}) in INDEX.ids
    assert answer({"kind": "random"}, user_index([], np.zeros(0)), None, None) == []


def test_answer_takes_a_known_choice_only():
    assert ask({"kind": "choose", "text": "bob"}) == "bob"
    assert ask({"kind": "choose", "text": "eve"}) is None


@pytest.mark.parametrize(
    "nonsense", [None, "text", {}, {"kind": "?"}, {"kind": ["text"]}, {"kind": "choose", "text": {}}]
)
def test_answer_to_nonsense_is_nothing(nonsense):
    assert ask(nonsense) is None


def test_like_needs_something_chosen():
    assert ask({"kind": "like"}, chosen=None) is None


def test_the_picker_draws_on_a_page():
    page = AppTest.from_file("../e2e/picker_page.py", default_timeout=600).run()
    assert not page.exception
    assert [text.value for text in page.markdown] == ["Whole runs: 1", "Opened: nothing"]
