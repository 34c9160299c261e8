"""Requests that arrive together are ranked together: one matrix product reads the items once for all of them."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from lattice.errors import InputError
from lattice.inference.ranker import Ranker

Lists = tuple[np.ndarray, np.ndarray]  # raw ids and scores, [n, k] each
Request = tuple[Sequence[str], asyncio.Future[Lists]]  # users, and where their lists go


class Batches:
    """Answers `Ranker.recommend` for many requests at once.

    Nobody waits for others: a batch is what the event loop has read when it comes to ranking. More requests arrive
    while a batch is ranked, so batches grow with the load.
    """

    def __init__(self, ranker: Ranker) -> None:
        """Start with an empty queue. ranker: makes the lists."""
        self.ranker = ranker
        self.waiting: dict[tuple[int, bool], list[Request]] = {}  # by k and exclude_seen, which a call has once

    async def recommend(self, users: Sequence[str], k: int, exclude_seen: bool) -> Lists:
        """Return the lists of some users; an InputError for one that isn't known."""
        loop = asyncio.get_running_loop()
        if not self.waiting:
            loop.call_soon(self._answer)
        lists: asyncio.Future[Lists] = loop.create_future()
        self.waiting.setdefault((k, exclude_seen), []).append((users, lists))
        return await lists

    def _answer(self) -> None:
        """Rank for all that wait."""
        kinds, self.waiting = self.waiting, {}
        for (k, exclude_seen), requests in kinds.items():
            try:
                self._rank(requests, k, exclude_seen)
            except InputError:  # of one of them: the others are answered all the same
                for request in requests:
                    self._rank_alone(request, k, exclude_seen)

    def _rank(self, requests: Sequence[Request], k: int, exclude_seen: bool) -> None:
        ids, scores = self.ranker.recommend([user for users, _ in requests for user in users], k, exclude_seen)
        ends = np.cumsum([0, *(len(users) for users, _ in requests)])
        for (start, end), (_, lists) in zip(pairwise(ends), requests, strict=True):
            if not lists.done():  # by a client that went away
                lists.set_result((ids[start:end], scores[start:end]))

    def _rank_alone(self, request: Request, k: int, exclude_seen: bool) -> None:
        try:
            self._rank([request], k, exclude_seen)
        except InputError as error:
            if not request[1].done():
                request[1].set_exception(error)
