"""The session's shop: what is kept, what is taken out, and how much there may be."""

import numpy as np
import pandas as pd
import pytest

from app.components.scoring import Scoring
from app.components.session_shop import MOST, Newcomer, newcomer_id, with_newcomer
from lattice.inference import FoldIn
from lattice.inference.completion import Completion


def newcomer(number: int, completion: Completion = "none") -> Newcomer:
    users = pd.DataFrame({"user": ["a", "b"], "score": [0.5, 0.25], "rank": [1, 7]})
    placed = FoldIn(pd.DataFrame(), users, {}, np.zeros(2), np.zeros(2), None, 0.0, np.zeros(2), 7)
    return Newcomer(f"new-{number}", "Title", "", "data:", {}, Scoring(completion), placed)


def test_with_newcomer_replaces_the_same_id():
    shelf = with_newcomer(with_newcomer((), newcomer(1)), newcomer(2))
    again = with_newcomer(shelf, newcomer(1, "both"))
    assert [(n.id, n.scoring.completion) for n in again] == [("new-1", "both"), ("new-2", "none")]


def test_with_newcomer_replaces_but_never_overfills():
    shelf: tuple[Newcomer, ...] = ()
    for number in range(MOST + 3):
        shelf = with_newcomer(shelf, newcomer(number))
    assert [n.id for n in shelf] == [f"new-{number}" for number in range(MOST)]
    assert with_newcomer(shelf, newcomer(0, "both"))[0].scoring.completion == "both"


def test_newcomer_has_its_score_and_rank_for_a_user():
    assert (newcomer(1).score("b"), newcomer(1).rank("b")) == (0.25, 7)


@pytest.mark.parametrize("other", [("t", "x", [1.0]), ("s", "y", [1.0]), ("t", "y", [2.0])])
def test_another_title_text_or_vector_is_another_newcomer(other):
    def made(title, text, vector):
        return newcomer_id(title, text, {"visual": np.array(vector)})

    assert made("t", "y", [1.0]) == made("t", "y", [1.0]) != made(*other)
