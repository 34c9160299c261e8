"""The ranking of every user's list: begun once, told as it goes, and never left waiting when it fails."""

from concurrent.futures import Future
from types import SimpleNamespace

import pytest
import streamlit as st

from app.components.scoring import Scoring
from app.views.cold_start import ranking
from app.views.cold_start.placement import rarely_bought
from app.views.cold_start.ranking import ListRanking, rankings, rare_lists, wait_for
from lattice.recommender import Recommender


@pytest.fixture(scope="module")
def recommender(trained) -> Recommender:
    return Recommender.load(trained / "shapes" / "lattice")


def test_lists_ranked_ahead_are_the_models_own(recommender):
    ahead = ListRanking(recommender)
    rare = ahead.rare.result(timeout=60)
    assert ahead.done == pytest.approx(1)
    assert "lists" in vars(recommender)
    expected = recommender.lists_among(rarely_bought(recommender.checkpoint.dataset))
    assert rare.negated.tolist() == expected.negated.tolist()


def test_the_share_that_is_done_never_falls():
    one = object.__new__(ListRanking)
    one.done = 0.0
    seen = []
    for before, share, users in ((0.0, 0.8, 5), (0.0, 0.8, 3), (0.0, 0.8, 10), (0.8, 0.2, 5), (0.8, 0.2, 10)):
        one._tell(before, share, users, 10)
        seen.append(round(one.done, 3))
    assert seen == [0.4, 0.4, 0.8, 0.9, 1.0]


def test_a_failed_ranking_is_raised_and_tried_again(recommender, monkeypatch):
    def fail(*_):
        raise MemoryError("no room")

    monkeypatch.setattr(Recommender, "rank_users", fail)
    found = rankings(recommender, "failing", Scoring())
    wait_for(found)
    with pytest.raises(MemoryError):
        found[0].rare.result()
    monkeypatch.undo()
    assert rare_lists(recommender, "failing", Scoring()).whole


def test_a_long_wait_shows_how_much_is_done(monkeypatch):
    told = []
    bar = SimpleNamespace(progress=lambda share, text: told.append((share, text)), empty=lambda: told.append("gone"))
    monkeypatch.setattr(st, "progress", lambda _: bar)
    one = SimpleNamespace(users=1234, done=0.25, rare=Future())

    def waited(futures, seconds):
        if len(told) == 2:
            one.rare.set_result(None)
        one.done = 0.25 * (1 + len(told))
        return SimpleNamespace(not_done={f for f in futures if not f.done()})

    monkeypatch.setattr(ranking, "wait", waited)
    wait_for([one])
    assert [share for share, _ in told[:2]] == [0.25, 0.5]
    assert "1,234" in told[0][1]
    assert "25%" in told[0][1]
    assert told[2:] == ["gone"]
