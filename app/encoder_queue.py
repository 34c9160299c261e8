"""One queue for all visitors' uploads, encoded by a separate process, so that an upload doesn't block other visitors.

The queue is bounded: a visitor is told at once when it is full. A process that takes too long, or dies of what it
was given, is replaced, and its visitor told.
"""

import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from lattice.data import EncoderRecord
from lattice.errors import InputError

ROOT = Path(__file__).parents[1]
MOST_WAITING = 32  # visitors; at a few uploads a second that is some ten seconds
MOST_SECONDS = 120.0  # of one upload; the first one of a process waits for the encoders
MOST_ANSWER = 2**20  # bytes of a line


class EncoderQueue:
    """Uploads are encoded in the order in which they came."""

    def __init__(self, most_waiting: int = MOST_WAITING, seconds: float = MOST_SECONDS) -> None:
        """Start nothing yet. most_waiting: longest queue. seconds: that one upload may take once it is its turn."""
        self._most, self._seconds = most_waiting, seconds
        self._waiting: deque[object] = deque()
        self._changed = threading.Condition()
        self._process: subprocess.Popen[bytes] | None = None
        self._answered = False  # whether the process has its encoders, which it loads for the first upload

    @property
    def loading(self) -> bool:
        """Return whether encoders still have to be loaded before an upload is read."""
        return not self._answered

    def encode(
        self,
        encoders: Mapping[str, EncoderRecord],
        kind: str,
        content: bytes | str,
        folder: Path | None,
        on_place: Callable[[int], object] = lambda ahead: None,
    ) -> dict[str, np.ndarray]:
        """Return modality -> [d_m] of a picture ("image") or of words ("text").

        on_place: told how many are ahead whenever that changes. Raises InputError where the content can't be taken, the
        queue is full, or encoding took too long.
        """
        data = content.encode("utf-8", "replace") if isinstance(content, str) else content
        request = {
            "encoders": {modality: asdict(record) for modality, record in encoders.items()},
            "kind": kind,
            "folder": None if folder is None else str(folder),
            "bytes": len(data),
        }
        ticket = object()
        with self._changed:
            if len(self._waiting) >= self._most:
                raise InputError("many people are uploading at this moment; try again in a minute")
            self._waiting.append(ticket)
        try:
            self._await_turn(ticket, on_place)
            found = self._ask(json.dumps(request).encode() + b"\n" + data)
        finally:
            with self._changed:
                self._waiting.remove(ticket)
                self._changed.notify_all()
        if "refused" in found:
            raise InputError(found["refused"])
        return {modality: np.asarray(vector, dtype=np.float32) for modality, vector in found["vectors"].items()}

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _await_turn(self, ticket: object, on_place: Callable[[int], object]) -> None:
        told = None
        while True:
            with self._changed:
                ahead = self._waiting.index(ticket)
                if ahead == told:
                    self._changed.wait()
                    ahead = self._waiting.index(ticket)
            if ahead == 0:
                return
            if ahead != told:
                on_place(ahead)
                told = ahead

    def _ask(self, request: bytes) -> dict[str, Any]:
        process = self._started()
        assert process.stdin is not None
        timer = threading.Timer(self._seconds, process.kill)
        timer.start()
        try:
            process.stdin.write(request)
            process.stdin.flush()
            assert process.stdout is not None
            answer = json.loads(process.stdout.readline(MOST_ANSWER))
            self._answered = True
            return answer
        except (OSError, ValueError):
            self.close()
            raise InputError("this took more time or memory than one upload may; try a smaller one") from None
        finally:
            timer.cancel()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._answered = False
            alone = {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "PYTHONPATH": str(ROOT)}
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app.encoder_worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, **alone},
            )
        return self._process


@st.cache_resource(show_spinner=False)
def encoder_queue() -> EncoderQueue:
    """Return the queue that all visitors share."""
    return EncoderQueue()
