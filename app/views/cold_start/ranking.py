"""Every user's list, ranked once per model: by threads of its own, with its progress on the page."""

import os
from collections.abc import Sequence
from concurrent.futures import Future, wait
from functools import partial
from threading import Thread

import streamlit as st

from app.components.scoring import Scoring, model_alone
from app.components.words import dataset_words
from app.views.cold_start.placement import rarely_bought
from lattice.inference.user_lists import UserLists
from lattice.recommender import Recommender

SOON = 0.5  # seconds: what is done by then needs no progress bar


class ListRanking:
    """Ranks everything, then the rarely bought, for every user; begins at once.

    done: of the work, 0 to 1. rare: in the end, every user's list of the rarely bought.
    """

    def __init__(self, model: Recommender) -> None:
        """Begin. The model keeps its lists of everything (`Recommender.lists`)."""
        self.users, self.done = len(model.users), 0.0
        self.rare: Future[UserLists] = Future()
        Thread(target=self._run, args=[model], daemon=True).start()

    def _run(self, model: Recommender) -> None:
        try:
            items = rarely_bought(model.checkpoint.dataset)
            whole = len(items) + len(model.items)
            threads = max((os.cpu_count() or 1) - 1, 1)  # one core still reads the newcomer
            model.rank_users(threads, partial(self._tell, 0.0, len(model.items) / whole))
            self.rare.set_result(
                model.lists_among(items, threads, partial(self._tell, len(model.items) / whole, len(items) / whole))
            )
        except BaseException as error:  # raised where it is waited for
            self.rare.set_exception(error)

    def _tell(self, before: float, share: float, users: int, of: int) -> None:
        self.done = max(self.done, before + share * users / of)


@st.cache_resource(max_entries=16, show_spinner=False)
def list_ranking(_model: Recommender, stamp: str, exposed: bool) -> ListRanking:
    """Return the ranking of a model's lists, begun once. exposed: whether content scores count (`Scoring.model`)."""
    return ListRanking(_model)


def rankings(recommender: Recommender, stamp: str, scoring: Scoring) -> list[ListRanking]:
    """Return what a newcomer's ranks need, begun: of the model that scores it, and of the paper's form beside it."""
    models = {scoring.exposure is not None: scoring.model(recommender, stamp), False: model_alone(recommender, stamp)}
    return [list_ranking(model, stamp, exposed) for exposed, model in models.items()]


def rare_lists(recommender: Recommender, stamp: str, scoring: Scoring) -> UserLists:
    """Return every user's list of the rarely bought, once it is ranked; raise what went wrong with it."""
    return rankings(recommender, stamp, scoring)[0].rare.result()


def wait_for(found: Sequence[ListRanking]) -> None:
    """Wait until lists are ranked, with a progress bar where that takes long."""
    waiting = [one.rare for one in found]
    if wait(waiting, SOON).not_done:
        _show_progress(found, waiting)
    if any(one.exception() for one in waiting):
        list_ranking.clear()  # the next click tries it again


def _show_progress(found: Sequence[ListRanking], waiting: Sequence[Future[UserLists]]) -> None:
    words, bar = dataset_words(), st.progress(0.0)
    while wait(waiting, SOON).not_done:
        done = sum(one.done for one in found) / len(found)
        bar.progress(
            done,
            f"Ranking all {words.items} for each of {found[0].users:,} {words.users}, to know the newcomer's ranks: "
            f"**{done:.0%}**. Once for this model; until then, read on below.",
        )
    bar.empty()
